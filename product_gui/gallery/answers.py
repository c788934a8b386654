"""Photos and answers: drop zones, photo, headline, bars, a dialog."""

from product_gui.gallery.parts import GAP, WORDS, Host, job_bar, nothing
from product_gui.gallery.samples import LONG
from product_gui.theme import metrics
from product_gui.widgets.banner import Banner, BannerMessage
from product_gui.widgets.button import Button
from product_gui.widgets.card import Card
from product_gui.widgets.confidence_bars import ConfidenceBars
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.drop_zone import DropZone
from product_gui.widgets.empty_state import EmptyState
from product_gui.widgets.fields import TextField
from product_gui.widgets.headline import Headline, HeadlineState
from product_gui.widgets.job_bar import JobBarState
from product_gui.widgets.page_header import PageHeader
from product_gui.widgets.photo_view import PhotoView
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.toolkit import Frame


def classify_page(page: Frame, host: Host) -> None:
    header = PageHeader(page, title="Classify")
    header.set_state_line("clothing-fast · 10 categories · 87 % on 372 test photos")
    header.pack(fill="x")
    Button(header.actions, text="Open photos…", kind="primary", icon="photo", command=nothing).pack(
        side="right"
    )
    banner = Banner(page, words=WORDS, on_action=nothing)
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
        on_choose=nothing,
    )
    zone.configure(height=300)
    zone.pack(fill="x", padx=metrics.PAGE_MARGIN, pady=GAP)
    active = DropZone(
        area.content,
        title="Drop a photo here",
        button_text="Choose photos…",
        hint="Or a folder.",
        active_title="Let go to classify",
        on_choose=nothing,
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
        command=nothing,
    )
    empty.configure(height=320)
    empty.pack(fill="x")


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
