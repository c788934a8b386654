"""What the pages of the gallery share."""

from typing import Final, Protocol

from PIL import Image

from product_gui.theme import metrics
from product_gui.widgets.banner import BannerWords
from product_gui.widgets.job_bar import JobBar, JobBarState
from product_gui.widgets.live_plot import PlotWords
from product_gui.widgets.toast import Toaster
from product_gui.widgets.toolkit import Frame

GAP: Final = metrics.GRID * 2
WORDS: Final = BannerWords("Copy details", "Copied", "Show list", "Hide list", "Close")
PLOT_WORDS: Final = PlotWords("Loss", "Accuracy", "training", "validation", "Epoch", "best")


class Host(Protocol):
    """What pages need of the window."""

    photos: list[Image.Image]
    toaster: Toaster


def nothing(*_ignored: object) -> None:
    """What most buttons here do."""


def job_bar(page: Frame, state: JobBarState) -> None:
    """A job bar at the bottom of a page."""
    bar = JobBar(page, on_pause=nothing, on_stop=nothing, on_cancel=nothing)
    bar.render(state)
    bar.pack(side="bottom", fill="x")
