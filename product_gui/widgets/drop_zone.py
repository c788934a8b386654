"""Files dragged onto the window; the one file that knows tkinterdnd2."""

import logging
import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path

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


def paths_of_drop(items: Sequence[str]) -> list[Path]:
    """Paths of dropped items, which come as plain paths or as ``file://`` addresses."""
    return [_path(item) for item in items if item]


def _path(item: str) -> Path:
    if not item.startswith("file:"):
        return Path(item)
    from urllib.parse import unquote, urlsplit

    path = unquote(urlsplit(item.strip()).path)
    has_drive = path[2:3] == ":"  # /C:/photos/cup.jpg
    return Path(path[1:] if has_drive else path)


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
        self._can_drop = True
        super().__init__(master, width=320, height=296)
        self.button = Button(
            self, text=button_text, command=on_choose, kind="primary", icon="folder"
        )

    @property
    def is_active(self) -> bool:
        """Whether a drag is over it."""
        return self._is_active

    def set_active(self, active: bool) -> None:
        """Highlight it while a drag is over it."""
        if active != self._is_active:
            self._is_active = active
            self.schedule_paint()

    def set_text(self, *, title: str, hint: str) -> None:
        """Change its words."""
        self._title, self._hint = title, hint
        self.schedule_paint()

    def set_droppable(self, can_drop: bool) -> None:
        """Without drag and drop there is no dashed line that asks for it; mend the words too."""
        self._can_drop = can_drop
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        self._paint_surface(width, height)
        lead = colours.ACCENT_TEXT if self._is_active else colours.MUTED
        title = self._active_title if self._is_active else self._title
        middle, wrap = width / 2, width - self.px(8 * metrics.GRID)
        below = self._top(height)
        if self._has_room(height):
            icon = self.icon(self._icon, metrics.ICON_LARGE, lead)
            self.canvas.create_image(middle, below, image=icon, anchor="n")
            below += self.px(metrics.ICON_LARGE + 2 * metrics.GRID)
        self.write((middle, below), title, fonts.TITLE, anchor="n", width=wrap)
        below = self._bottom_of_text() + self.px(metrics.GRID)
        self.write((middle, below), self._hint, colour=colours.MUTED, anchor="n", width=wrap)
        below = self._bottom_of_text() + self.px(3 * metrics.GRID)
        # Not ``place``, which customtkinter would scale once more.
        self.button.place_configure(x=middle, y=below, anchor="n")

    def _top(self, height: int) -> float:
        icon = metrics.ICON_LARGE + 2 * metrics.GRID if self._has_room(height) else 0
        words = fonts.SIZE_TITLE * 1.2 + metrics.GRID + fonts.SIZE_BODY * 1.2
        block = icon + words + 3 * metrics.GRID + metrics.CONTROL_HEIGHT
        return max(0.0, (height - self.px(block)) / 2)

    def _has_room(self, height: int) -> bool:
        return height >= self.px(240)

    def _bottom_of_text(self) -> float:
        return float(self.canvas.bbox(self.canvas.find_all()[-1])[3])

    def _paint_surface(self, width: int, height: int) -> None:
        fill = colours.ACCENT_SOFT if self._is_active else colours.SURFACE
        line = colours.ACCENT_BAR if self._is_active else colours.CONTROL_LINE
        box, radius = (0, 0, width, height), self.px(metrics.RADIUS * 2)
        self.button.configure(bg_color=fill)
        self.shapes.rounded(box, radius, self.colour(fill))
        if self._is_active:
            self.shapes.ring(box, radius, self.colour(line), self.px(3))
        elif self._can_drop:
            self.shapes.dashed(box, radius, self.colour(line), self.px(2))
