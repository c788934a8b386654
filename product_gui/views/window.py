"""The window: the rail of pages, the page in front, the bar at the bottom, messages, drops."""

import tkinter as tk
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from product_gui.presenters.presenter import Notice
from product_gui.presenters.window import PAGES, Page, WindowPresenter, WindowState
from product_gui.text import window as words
from product_gui.theme import appearance, colours, metrics
from product_gui.views import page as pages
from product_gui.views.bottom_bar import BottomBar
from product_gui.views.drop_curtain import DropCurtain
from product_gui.views.problem_banner import BANNER, problem_message
from product_gui.widgets.banner import Banner, BannerMessage
from product_gui.widgets.drop_zone import enable_drops, register_drop
from product_gui.widgets.rail import Rail, RailEntry
from product_gui.widgets.toast import Toaster
from product_gui.widgets.toolkit import Frame, Window

SMALLEST = (1024, 640)
USUAL = (1180, 760)
ICONS: Mapping[Page, str] = {
    "classify": "photo",
    "train": "train",
    "review": "chart",
    "models": "cube",
}
MakePage = Callable[[tk.Misc], pages.Page[Any]]


class MainWindow(Window):
    """Shows one page at a time; each is made when it is first shown."""

    def __init__(self, *, geometry: str) -> None:
        super().__init__(fg_color=colours.WINDOW, className=words.PROGRAM.replace(" ", ""))
        self.withdraw()
        self.title(words.PROGRAM)
        self.minsize(*SMALLEST)
        self.geometry(
            usable_geometry(geometry, self.winfo_screenwidth(), self.winfo_screenheight())
        )
        self._makers: Mapping[Page, MakePage] = {}
        self._pages: dict[Page, pages.Page[Any]] = {}
        self.front: Page | None = None
        self._theme: str | None = None
        self._asks_to_close = False
        self.ask_to_close: Callable[[str], None] = lambda _reason: None

    def build(
        self,
        presenter: WindowPresenter,
        makers: Mapping[Page, MakePage],
        *,
        tips: Mapping[str, str],
    ) -> None:
        """Put everything into the window; ``tips`` are the keys of each page."""
        self._presenter, self._makers = presenter, makers
        self.rail = Rail(
            self,
            [RailEntry(page, words.PAGES[page], ICONS[page], tips.get(page, "")) for page in PAGES],
            on_choose=lambda key: presenter.go(next(page for page in PAGES if page == key)),
        )
        self.rail.pack(side="left", fill="y")
        # Tab goes in the order of making: the page before the bar below it.
        self._main = Frame(self, fg_color=colours.WINDOW, corner_radius=0)
        self.bottom = BottomBar(self, presenter)
        self.bottom.pack(side="bottom", fill="x")
        self._main.pack(side="left", fill="both", expand=True)
        self._stack = Frame(self._main, fg_color=colours.WINDOW, corner_radius=0)
        self._stack.pack(side="bottom", fill="both", expand=True)
        self._banner = Banner(self._main, words=BANNER, on_close=presenter.dismiss_problem)
        self._curtain = DropCurtain(self._stack)
        self._toaster = Toaster(self, bottom=metrics.JOB_BAR_HEIGHT + metrics.GRID * 2)
        presenter.around.notices.listen(self.show_notice)
        self.protocol("WM_DELETE_WINDOW", presenter.request_close)
        presenter.attach(self)

    def accept_drops(self, on_drop: Callable[[list[Path]], None]) -> None:
        """Let files be dropped anywhere on the window."""
        if enable_drops(self):
            register_drop(
                self, on_drop, lambda: self._dragging(True), lambda: self._dragging(False)
            )

    def render(self, state: WindowState) -> None:
        """Set everything from the state."""
        if state.theme != self._theme:
            self._theme = state.theme
            appearance.set_mode(state.theme)
        self.title(state.title)
        self._show_page(state.page)
        self.rail.set_badge("train", is_busy=state.job is not None and state.job.activity.keeps)
        if state.is_discarding:
            self.withdraw()
        message = problem_message(state.problem)
        if state.is_closing:
            message = BannerMessage(words.CLOSING, can_close=False)
        self._banner.render(
            message,
            above=self._stack,
            padx=metrics.PAGE_MARGIN,
            top=metrics.GRID * 2,
        )
        self.bottom.render(state)
        if state.asks_to_close and not self._asks_to_close:
            self.after_idle(self.ask_to_close, state.keep_reason)
        self._asks_to_close = state.asks_to_close

    def show_notice(self, notice: Notice) -> None:
        """Show a short message for a while."""
        self._presenter.around.trace("notice", message=notice.message, tone=notice.tone)
        self._toaster.show(
            notice.message,
            tone=notice.tone,
            action_text=notice.action,
            on_action=notice.run,
            seconds=10.0 if notice.action or notice.tone == "error" else 5.0,
        )

    @property
    def front_page(self) -> pages.Page[Any] | None:
        """The page that is shown."""
        return self._pages.get(self.front) if self.front is not None else None

    def _show_page(self, page: Page) -> None:
        if page == self.front or page not in self._makers:
            return
        if self.front is not None:
            self._pages[self.front].set_shown(False)
            self._pages[self.front].pack_forget()
        if page not in self._pages:
            self._pages[page] = self._makers[page](self._stack)
        self.front = page
        self._pages[page].pack(fill="both", expand=True)
        self._pages[page].set_shown(True)
        self.rail.set_current(page)

    def _dragging(self, is_over: bool) -> None:
        page = self.front_page
        if page is None or self.front is None:
            return
        if page.set_drop_active(is_over) or not is_over:
            self._curtain.lower_again()
        else:
            self._curtain.raise_with(words.drop_hint(self.front))


def usable_geometry(wanted: str, screen_width: int, screen_height: int) -> str:
    """The remembered geometry if it still fits the screen, else the usual size in the middle."""
    numbers = _numbers(wanted)
    if numbers is not None:
        width, height, x, y = numbers
        fits = SMALLEST[0] <= width <= screen_width and SMALLEST[1] <= height <= screen_height
        if fits and 0 <= x <= screen_width - 200 and 0 <= y <= screen_height - 200:
            return f"{width}x{height}+{x}+{y}"
    width, height = min(USUAL[0], screen_width), min(USUAL[1], screen_height)
    return f"{width}x{height}+{(screen_width - width) // 2}+{(screen_height - height) // 3}"


def _numbers(geometry: str) -> tuple[int, int, int, int] | None:
    try:
        width, height, x, y = map(int, geometry.replace("x", "+").split("+"))
    except ValueError:
        return None
    return width, height, x, y
