"""A message on a page: one sentence, the details to copy, and an action that mends it."""

import tkinter as tk
from collections.abc import Sequence
from dataclasses import dataclass, replace

from product_gui.theme import colours, metrics
from product_gui.theme.colours import Tone
from product_gui.widgets.button import Button
from product_gui.widgets.label import Paragraph
from product_gui.widgets.picture import TONE_ICON, Icon
from product_gui.widgets.text_list import TextList
from product_gui.widgets.toolkit import Callback, Frame


@dataclass(frozen=True, slots=True)
class BannerMessage:
    """``text`` is one sentence; ``items`` is a list (skipped files) that can be unfolded.

    ``action_text`` and ``second_text`` are on the buttons of the two ways to deal with it.
    ``details`` is what "Copy details" puts on the clipboard: no button without it.
    """

    text: str
    tone: Tone = "info"
    details: str = ""
    items: Sequence[str] = ()
    action_text: str = ""
    second_text: str = ""
    can_close: bool = True


@dataclass(frozen=True, slots=True)
class BannerWords:
    """The words on the banner's own buttons."""

    copy: str
    copied: str
    show: str
    hide: str
    close: str


class Banner(Frame):
    """Hidden until ``show``; takes the keyboard from nobody."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        words: BannerWords,
        on_action: Callback | None = None,
        on_second: Callback | None = None,
        on_close: Callback | None = None,
    ) -> None:
        super().__init__(master, corner_radius=metrics.RADIUS)
        self._words, self._on_close = words, on_close
        self._on_action, self._on_second = on_action, on_second
        self._message: BannerMessage | None = None
        self._is_open = False
        row = Frame(self, fg_color="transparent")
        row.pack(fill="x", padx=metrics.GRID, pady=metrics.TIGHT)
        self._icon = Icon(row, "info", colour=colours.INFO)
        self._icon.pack(side="left", padx=metrics.GRID)
        self._buttons = Frame(row, fg_color="transparent", width=1, height=1)
        self._buttons.pack(side="right")
        text_space = Frame(row, fg_color="transparent", height=40)
        text_space.pack(side="left", fill="x", expand=True)
        self._text = Paragraph(text_space, width=1200)
        self._text.pack(fill="x", pady=metrics.GRID)
        self._list: TextList | None = None

    @property
    def message(self) -> BannerMessage | None:
        """What is shown, or None."""
        return self._message

    def show(self, message: BannerMessage) -> None:
        """Show a message in place of any other."""
        self._message, self._is_open = message, False
        strong = colours.TONE_TEXT[message.tone]
        self.configure(fg_color=colours.TONE_SOFT[message.tone])
        self._icon.set_icon(TONE_ICON[message.tone], strong)
        self._text.set_text(message.text)
        self._fold_list()
        self._make_buttons(message)
        if not self.winfo_manager():
            self.pack(fill="x")

    def render(
        self, message: BannerMessage | None, *, above: tk.Misc, padx: int = 0, top: int = 0
    ) -> None:
        """Show a message above a widget that is packed, or none; what is shown already stays."""
        if message is None:
            self.hide()
        elif _only_grew(self._message, message):
            self._update(message)
        elif message != self._message:
            if not self.winfo_manager():
                self.pack(fill="x", padx=padx, pady=(top, metrics.GRID * 2), before=above)
            self.show(message)

    def _update(self, message: BannerMessage) -> None:
        """More of the same: the buttons stay, and with them the keyboard's focus."""
        if message != self._message:
            self._message = message
            self._text.set_text(message.text)
            if self._list is not None:
                self._list.set_lines(message.items)

    def hide(self) -> None:
        """Take it away."""
        self._message = None
        self.pack_forget()

    def _make_buttons(self, message: BannerMessage) -> None:
        for old in self._buttons.winfo_children():
            old.destroy()
        words = self._words
        if message.action_text and self._on_action is not None:
            self.action = self._add(message.action_text, self._on_action)
        if message.second_text and self._on_second is not None:
            self.second = self._add(message.second_text, self._on_second)
        if message.items:
            self._toggle = self._add(words.show, self._toggle_list)
        if message.details:
            self._copy = self._add(words.copy, self._copy_details)
        if message.can_close:
            close = Button(
                self._buttons,
                text="",
                icon="close",
                kind="quiet",
                small=True,
                command=self._close,
                tip=words.close,
            )
            close.pack(side="left", padx=(metrics.TIGHT, 0))

    def _close(self) -> None:
        self.hide()
        if self._on_close is not None:
            self._on_close()

    def _add(self, text: str, command: Callback) -> Button:
        button = Button(self._buttons, text=text, command=command, kind="quiet", small=True)
        button.pack(side="left", padx=(metrics.TIGHT, 0))
        return button

    def _toggle_list(self) -> None:
        assert self._message is not None
        self._is_open = not self._is_open
        self._toggle.set_text(self._words.hide if self._is_open else self._words.show)
        self._fold_list()
        if self._is_open:
            self._list = TextList(self, height=min(8, len(self._message.items)))
            self._list.set_lines(self._message.items)
            self._list.pack(fill="x", padx=metrics.GRID * 2, pady=(0, metrics.GRID * 2))

    def _fold_list(self) -> None:
        if self._list is not None:
            self._list.destroy()
            self._list = None

    def _copy_details(self) -> None:
        assert self._message is not None
        self.clipboard_clear()
        self.clipboard_append(self._message.details)
        self._copy.set_text(self._words.copied)


def _only_grew(old: BannerMessage | None, new: BannerMessage) -> bool:
    """Whether nothing but the text and a list that was there already differs."""
    if old is None or not (old.items and new.items):
        return old == new
    return replace(old, text=new.text, items=new.items) == new
