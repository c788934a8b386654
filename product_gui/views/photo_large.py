"""One photo of a sheet in the whole space, with what is known of it, and the way on and back."""

import tkinter as tk
from collections.abc import Callable

from product_gui.presenters.data_health import DataHealth
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.photo_sheets import Standing
from product_gui.presenters.photo_viewer import Viewing
from product_gui.text import health as words
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine
from product_gui.widgets.photo_view import PhotoView
from product_gui.widgets.toolkit import Frame

_MARKS = {Standing.LEFT_OUT: words.MARK_LEFT_OUT, Standing.MOVED: words.MARK_MOVED}


class LargePhoto(Frame):
    """Lies over the sheet. Arrow keys go on, Escape or Space back, Delete leaves the photo out."""

    def __init__(
        self, master: tk.Misc, health: DataHealth, *, on_close: Callable[[], None]
    ) -> None:
        super().__init__(master)
        self._health, self._on_close = health, on_close
        self._viewing: Viewing | None = None
        gap = metrics.GRID
        head = Frame(self, fg_color="transparent")
        head.pack(fill="x", padx=gap * 2, pady=(gap * 1.5, gap))
        self.back = Button(
            head,
            text="",
            icon="arrow_left",
            kind="quiet",
            small=True,
            command=self._close,
            tip=words.CLOSE_PHOTO,
        )
        self.back.pack(side="left", padx=(0, gap))
        self.next = self._step_button(head, "arrow_right", 1, words.NEXT)
        self._place = ElidedLine(head, font=fonts.CAPTION, colour=colours.MUTED, align="center")
        self._place.configure(width=104)
        self._place.pack(side="right")
        self.previous = self._step_button(head, "chevron_left", -1, words.PREVIOUS)
        self._title = ElidedLine(head, font=fonts.BODY_BOLD, where="middle")
        self._title.pack(side="left", fill="x", expand=True)
        self._photo = PhotoView(self)
        self._photo.pack(fill="both", expand=True, padx=gap * 2, pady=(0, gap * 1.5))
        self.key_catcher = tk.Frame(self, width=1, height=1, borderwidth=0, takefocus=1)
        self.key_catcher.place(x=metrics.RADIUS, y=metrics.RADIUS)
        self.key_catcher.lower()
        for sequence, action in (
            ("<Escape>", self._close),
            ("<space>", self._close),
            ("<Return>", self._close),
            ("<Right>", lambda: health.viewer.step(1)),
            ("<Left>", lambda: health.viewer.step(-1)),
            ("<Delete>", self._leave_out),
        ):
            self.key_catcher.bind(sequence, _without_event(action), add=True)

    def apply(self, state: HealthState) -> None:
        """Show the photo of the state, or go."""
        viewing = state.viewing
        if viewing is None:
            if self.winfo_manager():
                self.place_forget()
            self._viewing = None
            return
        if not self.winfo_manager():
            self.place(relx=0, rely=0, relwidth=1, relheight=1)
            self.lift()
            self.key_catcher.focus_set()
        self._apply_words(state, viewing)
        if viewing is not self._viewing:
            self._viewing = viewing
            self._apply_photo(viewing)

    def _apply_words(self, state: HealthState, viewing: Viewing) -> None:
        sheets, key = state.sheets, viewing.picture.key
        category = sheets.category_of.get(key, "") if sheets is not None else ""
        standing = sheets.standing.get(key) if sheets is not None else None
        mark = _MARKS.get(standing, "") if standing is not None else ""
        self._title.set_text(" · ".join(filter(None, (viewing.picture.name, category, mark))))
        self._place.set_text(words.position(viewing.place + 1, len(viewing.pictures)))
        self.previous.set_enabled(viewing.place > 0)
        self.next.set_enabled(viewing.place + 1 < len(viewing.pictures))

    def _apply_photo(self, viewing: Viewing) -> None:
        photo = viewing.photo
        if photo.problem is not None:
            self._photo.show_text(photo.problem.what)
        elif photo.pixels is None:
            self._photo.show_text(words.READING)
        else:
            self._photo.show(photo.pixels)

    def _step_button(self, head: tk.Misc, icon: str, by: int, tip: str) -> Button:
        button = Button(
            head,
            text="",
            icon=icon,
            kind="quiet",
            small=True,
            command=lambda: self._health.viewer.step(by),
            tip=tip,
        )
        button.pack(side="right")
        return button

    def _leave_out(self) -> None:
        if self._viewing is not None:
            kind = self._health.state.opened
            self._health.decide.leave_out([self._viewing.picture.key], kind=kind)

    def _close(self) -> None:
        self._health.viewer.close()
        self._on_close()


def _without_event(action: Callable[[], object]) -> Callable[[object], str]:
    def answer(_event: object) -> str:
        action()
        return "break"

    return answer
