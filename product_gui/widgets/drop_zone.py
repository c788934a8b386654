"""Files dragged onto the window; the one file that knows tkinterdnd2."""

import logging
import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Callback

_log = logging.getLogger(__name__)

OnDrop = Callable[[list[Path]], None]


def enable_drops(root: tk.Tk) -> bool:
    """Load the drag-and-drop extension; False, and a warning in the log, where it cannot load."""
    try:
        from tkinterdnd2 import TkinterDnD

        TkinterDnD.require(root)
    except (ImportError, RuntimeError, tk.TclError) as error:
        _log.warning("Files cannot be dropped on the window: %s", error)
        return False
    return True


def register_drop(
    widget: tk.Misc,
    on_drop: OnDrop,
    on_enter: Callback | None = None,
    on_leave: Callback | None = None,
) -> None:
    """Let files be dropped on ``widget`` and all that lies in it; call ``enable_drops`` before.

    ``on_drop`` gets the files and folders in the order given; ``on_enter`` and ``on_leave`` tell
    when a drag comes over the widget and leaves it (a drop leaves too).
    """

    def dropped(data: str) -> str:
        if on_leave is not None:
            on_leave()
        # Answer the source at once: it waits for us, and what follows may take a while.
        widget.after_idle(on_drop, paths_of_drop(widget.tk.splitlist(data)))
        return "copy"

    path = str(widget)
    call = widget.tk.call
    call("tkdnd::drop_target", "register", path, "DND_Files")
    _bind(widget, "<<Drop>>", dropped, "%D")
    # Bound without %D: asking a slow source for its data while it hovers stalls the drag.
    _bind(widget, "<<DropEnter>>", _answering_copy(on_enter))
    _bind(widget, "<<DropPosition>>", _answering_copy(None))
    _bind(widget, "<<DropLeave>>", _answering_copy(on_leave))


def paths_of_drop(items: tuple[str, ...] | list[str]) -> list[Path]:
    """Paths of dropped items, which come as plain paths or as ``file://`` addresses."""
    return [_path(item) for item in items if item]


def _path(item: str) -> Path:
    if not item.startswith("file:"):
        return Path(item)
    address = urlsplit(item.strip())
    return Path(unquote(address.path))


def _bind(widget: tk.Misc, sequence: str, function: Callable[..., str], *details: str) -> None:
    command = widget.register(function)
    widget.tk.call("bind", str(widget), sequence, " ".join((command, *details)))


def _answering_copy(action: Callback | None) -> Callable[[], str]:
    def answer() -> str:
        if action is not None:
            action()
        return "copy"

    return answer


class DropZone(Painted):
    """A big friendly area: an icon, a title, a hint and a button for those who do not drag."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        title: str,
        hint: str,
        button_text: str,
        on_choose: Callback,
        icon: str = "photo",
        active_title: str = "",
    ) -> None:
        self._title, self._hint, self._icon = title, hint, icon
        self._active_title = active_title or title
        self._is_active = False
        super().__init__(master, width=320, height=280)
        self.button = Button(
            self, text=button_text, command=on_choose, kind="primary", icon="folder"
        )
        self.button.place(relx=0.5, rely=0.5, anchor="n", y=60)

    def set_active(self, active: bool) -> None:
        """Highlight it while a drag is over it."""
        if active != self._is_active:
            self._is_active = active
            self.schedule_paint()

    def set_text(self, *, title: str, hint: str) -> None:
        """Change its words, for instance where dropping is not possible."""
        self._title, self._hint = title, hint
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        accent = colours.ACCENT_TEXT if self._is_active else colours.CONTROL_LINE
        fill = self.colour(colours.ACCENT_SOFT if self._is_active else colours.SURFACE)
        box, radius = (1, 1, width - 1, height - 1), self.px(metrics.RADIUS * 2)
        self.shapes.rounded(box, radius, fill)
        self.shapes.dashed(box, radius, self.colour(accent), self.px(2))
        middle, centre = width / 2, height / 2
        self.canvas.create_image(
            middle, centre - self.px(96), image=self.icon(self._icon, metrics.ICON_LARGE, accent)
        )
        self.canvas.create_text(
            middle,
            centre - self.px(30),
            text=self._active_title if self._is_active else self._title,
            font=self.font(fonts.TITLE),
            fill=self.colour(colours.TEXT),
            width=width - self.px(48),
            justify="center",
        )
        self.canvas.create_text(
            middle,
            centre + self.px(12),
            text=self._hint,
            font=self.font(fonts.BODY),
            fill=self.colour(colours.MUTED),
            width=width - self.px(64),
            justify="center",
        )
