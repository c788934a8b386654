"""The pages of the gallery: every widget in every state."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from PIL import Image

from product_gui.gallery.samples import CLASSES, LONG, RECIPES, sample_curves
from product_gui.theme import colours, fonts, metrics
from product_gui.theme.icons import names as icon_names
from product_gui.widgets.banner import Banner, BannerMessage, BannerWords
from product_gui.widgets.button import Button
from product_gui.widgets.card import Card
from product_gui.widgets.choice_cards import ChoiceCards
from product_gui.widgets.class_list import ClassCount, ClassList
from product_gui.widgets.confidence_bars import ConfidenceBars
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.disclosure import Disclosure
from product_gui.widgets.drop_zone import DropZone
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.fields import Field, NumberField, OptionField, SwitchField, TextField
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.job_bar import JobBar, JobBarState
from product_gui.widgets.label import ElidedLine, Line, Paragraph
from product_gui.widgets.live_plot import LivePlot, PlotWords
from product_gui.widgets.page_header import PageHeader
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.photo_view import PhotoView
from product_gui.widgets.picture import Icon
from product_gui.widgets.progress import ProgressBar
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.stat_tile import StatTile
from product_gui.widgets.table import Column, Row, Table
from product_gui.widgets.toast import Toaster
from product_gui.widgets.toolkit import Frame

GAP: Final = metrics.GRID * 2
WORDS: Final = BannerWords("Copy details", "Copied", "Show list", "Hide list", "Close")
PLOT_WORDS: Final = PlotWords("Loss", "Accuracy", "training", "validation", "Epoch", "best")


class Host(Protocol):
    """What pages need of the window."""

    photos: list[Image.Image]
    toaster: Toaster


def _nothing(*_ignored: object) -> None:
    """What most buttons here do."""


def classify_page(page: Frame, host: Host) -> None:
    header = PageHeader(page, title="Classify")
    header.set_state_line("clothing-fast · 10 categories · 87 % on 372 test photos")
    header.pack(fill="x")
    Button(
        header.actions, text="Open photos…", kind="primary", icon="photo", command=_nothing
    ).pack(side="right")
    banner = Banner(page, words=WORDS, on_action=_nothing)
    banner.pack(fill="x", padx=metrics.PAGE_MARGIN)
    banner.show(
        BannerMessage(
            "2 of 14 photos could not be read and were passed over.",
            "warning",
            details="details",
            items=("broken.jpg: the file ends too early", "x.png: empty file"),
        )
    )
    body = Frame(page, fg_color="transparent")
    body.pack(fill="both", expand=True, padx=metrics.PAGE_MARGIN, pady=GAP)
    body.grid_columnconfigure(0, weight=3)
    body.grid_columnconfigure(1, weight=2)
    body.grid_rowconfigure(0, weight=1)
    view = PhotoView(body, empty_text="")
    view.show(host.photos[0], "/photos/autumn/" + LONG.replace(" ", "-") + ".jpg")
    view.grid(row=0, column=0, sticky="nsew")
    answer = Card(body)
    answer.grid(row=0, column=1, sticky="nsew", padx=(GAP, 0))
    headline = Headline(answer.body)
    headline.pack(fill="x")
    headline.render(HeadlineState("T-shirt", "Sure", "93 % confidence", "success"))
    bars = ConfidenceBars(answer.body)
    bars.pack(fill="x", pady=(metrics.PAGE_MARGIN, 0))
    bars.set_values([("T-shirt", 0.93), (LONG, 0.05), ("Dress", 0.012), ("Hat", 0.004)])
    job_bar(
        page,
        JobBarState(
            "Classifying 1,204 photos",
            "412 of 1,204 · 96 photos per second",
            0.34,
            "about 8 seconds left",
            cancel_text="Stop",
        ),
    )


def answers_page(page: Frame, _host: Host) -> None:
    area = ScrollArea(page)
    area.pack(fill="both", expand=True)
    zone = DropZone(
        area.content,
        title="Drop a photo here",
        button_text="Choose photos…",
        hint="Or a folder, or a model file. Ctrl+O opens, Ctrl+V pastes.",
        active_title="Let go to classify",
        on_choose=_nothing,
    )
    zone.configure(height=300)
    zone.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    active = DropZone(
        area.content,
        title="Drop a photo here",
        button_text="Choose photos…",
        hint="Or a folder.",
        active_title="Let go to classify",
        on_choose=_nothing,
    )
    active.set_active(True)
    active.pack(fill="x", padx=metrics.PAGE_MARGIN)
    row = Frame(area.content, fg_color="transparent")
    row.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    for index, state in enumerate(
        (
            HeadlineState("Dress", "Not sure: check this one", "48 % confidence", "warning"),
            HeadlineState("Unknown", "Unlike anything it was trained on", "", "error"),
            HeadlineState(LONG, "Sure", "99 % confidence", "success"),
        )
    ):
        card = Card(row, title=f"Answer {index + 1}")
        card.pack(side="left", fill="both", expand=True, padx=(0 if not index else GAP, 0))
        headline = Headline(card.body)
        headline.pack(fill="x")
        headline.render(state)
        bars = ConfidenceBars(card.body)
        bars.set_values([("Dress", 0.48), ("Skirt", 0.4)][: index + 1] if index < 2 else [])
        bars.pack(fill="x", pady=(GAP, 0))
    empty = EmptyState(
        area.content,
        icon="cube",
        title="No model yet",
        button_text="Train one",
        text="Train one on your own photos, or open a model file you were given.",
        command=_nothing,
    )
    empty.configure(height=320)
    empty.pack(fill="x")


def train_page(page: Frame, _host: Host) -> None:
    header = PageHeader(page, title="Train")
    header.set_state_line("/home/ada/photos/clothing · 3,781 photos in 10 categories")
    header.pack(fill="x")
    start = Button(header.actions, text="Train", kind="primary", icon="play", command=_nothing)
    start.pack(side="right")
    choose = Button(header.actions, text="Choose folder…", icon="folder", command=_nothing)
    choose.pack(side="right", padx=(0, metrics.GRID))
    area = ScrollArea(page)
    area.pack(fill="both", expand=True)
    cards = ChoiceCards(area.content, RECIPES, value="fast", on_change=_nothing)
    cards.pack(fill="x", padx=metrics.PAGE_MARGIN)
    row = Frame(area.content, fg_color="transparent", height=320)
    row.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    classes = Card(row, title="Categories")
    classes.pack(side="left", fill="y")
    listing = ClassList(classes.body, on_select=_nothing)
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


def controls_page(page: Frame, host: Host) -> None:
    header = PageHeader(page, title="Controls")
    header.set_state_line("This is what went wrong", "error")
    header.pack(fill="x")
    area = ScrollArea(page)
    area.pack(fill="both", expand=True)
    for kind in ("primary", "secondary", "quiet", "danger"):
        row = Frame(area.content, fg_color="transparent")
        row.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=(0, metrics.GRID))
        for text, icon, small, enabled in (
            (kind.title(), None, False, True),
            ("With icon", "folder", False, True),
            ("Small", "export", True, True),
            ("", "trash", False, True),
            ("Off", "play", False, False),
        ):
            button = Button(
                row,
                text=text,
                icon=icon,
                small=small,
                kind=kind,
                command=_nothing,
                tip="What it does, in a few words",
            )
            button.set_enabled(enabled, "Choose a folder first")
            button.pack(side="left", padx=(0, metrics.GRID))
    Segmented(
        area.content,
        [("l", "Light"), ("d", "Dark"), ("s", "System")],
        value="l",
        on_change=_nothing,
    ).pack(anchor="w", padx=metrics.PAGE_MARGIN)
    for share in (0.0, 0.02, 0.6, 1.0, None):
        bar = ProgressBar(area.content)
        bar.set_share(share)
        bar.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=metrics.GRID)
    for tone in ("info", "success", "warning", "error"):
        banner = Banner(area.content, words=WORDS, on_action=_nothing)
        banner.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=metrics.TIGHT)
        banner.show(
            BannerMessage(
                f"A banner that says {tone}. " + "It may be long. " * 6,
                tone,
                action_text="Choose another file…",
            )
        )
    sizes = Card(area.content, title="Five sizes, two weights")
    sizes.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    for font in (
        fonts.DISPLAY,
        fonts.TITLE,
        fonts.LEAD_BOLD,
        fonts.LEAD,
        fonts.BODY_BOLD,
        fonts.BODY,
        fonts.CAPTION_BOLD,
        fonts.CAPTION,
    ):
        Line(sizes.body, f"Product photos, 1,117 of 4,040 · {font[0]} {font[1]}", font=font).pack(
            fill="x"
        )
    ElidedLine(sizes.body, LONG * 3, where="middle").pack(fill="x")
    Paragraph(sizes.body, LONG * 3, colour=colours.MUTED).pack(fill="x")
    icons = Frame(sizes.body, fg_color="transparent")
    icons.pack(fill="x", pady=GAP)
    for index, name in enumerate(icon_names()):
        Icon(icons, name, size=28).grid(row=index // 20, column=index % 20, padx=7, pady=7)
    host.toaster.show("Model saved", action_text="Undo", on_action=_nothing, seconds=60)


def dialog_page(page: Frame, host: Host) -> None:
    def ask() -> None:
        dialog = Dialog(
            page,
            title="Training is still running",
            answers=(
                Answer("stay", "Go on training", "quiet", is_escape=True),
                Answer("discard", "Discard and close", "danger"),
                Answer("keep", "Keep and close", "primary", is_default=True),
            ),
            text="Keep what it has learnt in 17 of 30 epochs, or throw it away?",
        )
        TextField(dialog.body, label="Name of the model", value="clothing-fast").pack(fill="x")
        host.toaster.show(f"The answer: {dialog.ask()}", tone="info")

    view = PhotoView(page, empty_text="The photo appears here.")
    view.pack(fill="both", expand=True, padx=metrics.PAGE_MARGIN, pady=metrics.PAGE_MARGIN)
    Button(page, text="Ask…", kind="primary", command=ask).pack(pady=(0, metrics.PAGE_MARGIN))
    page.after(300, ask)


def job_bar(page: Frame, state: JobBarState) -> None:
    """A job bar at the bottom of a page."""
    bar = JobBar(page, on_pause=_nothing, on_stop=_nothing, on_cancel=_nothing)
    bar.render(state)
    bar.pack(side="bottom", fill="x")


PAGES: Final[dict[str, tuple[str, Callable[[Frame, Host], None]]]] = {
    "classify": ("photo", classify_page),
    "answers": ("tag", answers_page),
    "train": ("train", train_page),
    "review": ("review", review_page),
    "controls": ("settings", controls_page),
    "dialog": ("info", dialog_page),
}
