"""Training and review: recipes, curves, fields, tiles, table, grid."""

from typing import Any

import numpy as np

from product_gui.gallery.parts import GAP, PLOT_WORDS, Host, job_bar, nothing
from product_gui.gallery.samples import CLASSES, LONG, RECIPES, sample_curves
from product_gui.theme import metrics
from product_gui.widgets.button import Button
from product_gui.widgets.card import Card
from product_gui.widgets.choice_cards import ChoiceCards
from product_gui.widgets.class_list import ClassCount, ClassList
from product_gui.widgets.disclosure import Disclosure
from product_gui.widgets.fields import Field, NumberField, OptionField, SwitchField, TextField
from product_gui.widgets.job_bar import JobBarState
from product_gui.widgets.live_plot import LivePlot
from product_gui.widgets.page_header import PageHeader
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.slider import Slider
from product_gui.widgets.stat_tile import StatTile
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.variant_sheet import VariantSheet


def train_page(page: Frame, host: Host) -> None:
    header = PageHeader(page, title="Train")
    header.set_state_line("/home/ada/photos/clothing · 3,781 photos in 10 categories")
    header.pack(fill="x")
    start = Button(header.actions, text="Train", kind="primary", icon="play", command=nothing)
    start.pack(side="right")
    choose = Button(header.actions, text="Choose folder…", icon="folder", command=nothing)
    choose.pack(side="right", padx=(0, metrics.GRID))
    area = ScrollArea(page)
    area.pack(fill="both", expand=True)
    cards = ChoiceCards(area.content, RECIPES, value="fast", on_change=nothing)
    cards.pack(fill="x", padx=metrics.PAGE_MARGIN)
    row = Frame(area.content, fg_color="transparent", height=320)
    row.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    classes = Card(row, title="Categories")
    classes.pack(side="left", fill="y")
    listing = ClassList(classes.body, on_select=nothing)
    listing.pack(fill="x")
    listing.set_counts([ClassCount(name, count, note) for name, count, note in CLASSES])
    plot_card = Card(row, title="")
    plot_card.pack(side="left", fill="both", expand=True, padx=(GAP, 0))
    plot = LivePlot(plot_card.body, words=PLOT_WORDS)
    plot.pack(fill="both", expand=True)
    plot.render(sample_curves(30, 17))
    fold = Disclosure(area.content, title="Advanced", on_first_open=advanced)
    fold.set_summary("2 changed")
    fold.pack(fill="x", padx=metrics.PAGE_MARGIN)
    fold.set_open(True)
    photos = Card(area.content, title="Variation")
    photos.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    variation(photos.body, host)
    job_bar(
        page,
        JobBarState(
            "Training clothing-fast",
            "Epoch 17 of 30 · 214 photos per second",
            0.57,
            "about 2 minutes left",
            "Pause",
            False,
            "Stop and keep",
            "Cancel and discard",
        ),
    )


def advanced(body: Frame) -> None:
    grid = Card(body)
    grid.pack(fill="x")
    epochs = NumberField(
        grid.body,
        label="Epochs",
        value=30,
        least=1,
        most=500,
        help_text="How often it sees every photo",
        error_text=limits,
    )
    epochs.set_error("A whole number from 1 to 500, please.")
    made: tuple[Field[Any], ...] = (
        OptionField(
            grid.body,
            label="Network",
            value="m",
            help_text="What looks at the photos",
            options=[("m", "MobileNetV2 (small, fast)"), ("r", "ResNet50 V2")],
        ),
        epochs,
        NumberField(
            grid.body,
            label="Learning rate",
            value=0.001,
            least=1e-6,
            most=1,
            is_whole=False,
            error_text=limits,
        ),
        TextField(grid.body, label="Name", value="clothing-fast", help_text="Of the model file"),
        SwitchField(
            grid.body,
            label="Mirror photos",
            value=True,
            help_text="Off for products with text on them",
        ),
        SwitchField(
            grid.body, label="Stop early", value=False, help_text="When it no longer improves"
        ),
    )
    for index, field in enumerate(made):
        grid.body.grid_columnconfigure(index % 3, weight=1, uniform="fields")
        field.grid(row=index // 3, column=index % 3, sticky="new", padx=(0, GAP), pady=(0, GAP))


def variation(body: Frame, host: Host) -> None:
    """A photo with its variants, and sliders in all their states."""
    sheet = VariantSheet(body, title="As the network sees it", on_size=lambda *_: None)
    sheet.pack(fill="x")
    small = [np.asarray(photo.resize((96, 96))) for photo in host.photos[:6]]
    large = np.asarray(host.photos[0].resize((200, 200)))
    sheet.set_pictures(large, small, heading="Varied", message="")
    row = Frame(body, fg_color="transparent")
    row.pack(fill="x", pady=GAP)
    for column, (value, enabled) in enumerate(((0, True), (20, True), (50, True), (20, False))):
        slider = Slider(row, label="Brightness", most=50, on_change=nothing, shown_as="{} %".format)
        slider.set_value(value)
        slider.set_enabled(enabled)
        row.grid_columnconfigure(column, weight=1)
        slider.grid(row=0, column=column, sticky="ew", padx=(0, GAP))


def limits(least: float, most: float) -> str:
    """What a number field says."""
    return f"A number from {least:g} to {most:g}, please."


def review_page(page: Frame, host: Host) -> None:
    header = PageHeader(page, title="Review")
    header.set_state_line("clothing-fast · trained today at 14:05 in 1 min 12 s")
    header.pack(fill="x")
    tiles = Frame(page, fg_color="transparent")
    tiles.pack(fill="x", padx=metrics.PAGE_MARGIN)
    for index, (title, value, detail) in enumerate(
        (
            ("Test accuracy", "87 %", "between 83 and 90 %, on 372 photos"),
            ("Weakest category", "62 %", "Outwear: 13 of 21 found"),
            ("Photos", "3,781", "3,068 to learn, 341 to check, 372 to test"),
            ("Time", "1:12", "on 2 processor cores"),
        )
    ):
        tile = StatTile(tiles, title=title)
        tile.render(value, detail, tone="warning" if index == 1 else "neutral")
        tile.pack(side="left", fill="x", expand=True, padx=(0 if not index else GAP, 0))
    body = Frame(page, fg_color="transparent")
    body.pack(fill="both", expand=True, padx=metrics.PAGE_MARGIN, pady=GAP)
    table_card = Card(body, title="Categories", margin=GAP)
    table_card.pack(side="left", fill="both", expand=True)
    table = Table(
        table_card.body,
        [
            Column("name", "Category", 160, stretch=True),
            Column("precision", "Precision", 90, "e"),
            Column("recall", "Recall", 90, "e"),
            Column("photos", "Photos", 80, "e"),
        ],
    )
    table.set_rows(
        [
            Row(
                name,
                (name, f"{60 + count * 7 % 40} %", f"{60 + count * 3 % 40} %", f"{count:,}"),
                tone="warning" if note else "normal",
            )
            for name, count, note in CLASSES
        ]
    )
    table.sort_by("recall")
    table.select([CLASSES[3][0]])
    table.pack(fill="both", expand=True)

    def give(keys: list[str]) -> None:
        for key in keys:
            if int(key) % 11 != 7:
                grid.set_thumbnail(key, host.photos[int(key) % len(host.photos)])

    wrong = Card(body, title="Wrong answers", margin=GAP)
    wrong.pack(side="left", fill="both", expand=True, padx=(GAP, 0))
    grid = PhotoGrid(wrong.body, on_need=give)
    grid.pack(fill="both", expand=True)
    grid.set_photos([GridPhoto(str(i), f"IMG_{i:04}_{LONG}.jpg") for i in range(20_000)])
    grid.select("4")
