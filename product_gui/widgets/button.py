"""A button that mouse and keyboard reach, with a focus ring and a reason when it is disabled."""

import tkinter as tk
from typing import Final, Literal

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour
from product_gui.widgets.focus import note_key, uses_keyboard, watch_input
from product_gui.widgets.icon_picture import IconPicture
from product_gui.widgets.toolkit import Callback, PlainButton
from product_gui.widgets.tooltip import Tooltip

# What a button is smaller than its place, on each side: the room of its focus ring.
RING_ROOM: Final = 3

Kind = Literal["primary", "secondary", "quiet", "danger"]

# Fill, fill under the pointer, text.
_LOOK: Final[dict[Kind, tuple[Colour | str, Colour, Colour]]] = {
    "primary": (colours.ACCENT, colours.ACCENT_HOVER, colours.ON_ACCENT),
    "secondary": (colours.BUTTON, colours.BUTTON_HOVER, colours.TEXT),
    "quiet": ("transparent", colours.HOVER, colours.TEXT),
    "danger": (colours.DANGER, colours.DANGER_HOVER, colours.ON_ACCENT),
}


class Button(PlainButton):
    """A button; ``primary`` at most once on a page.

    Tab reaches it, Space and Return press it. The ring around it is always there, in the colour of
    what lies behind it until the button has the keyboard: so nothing moves.
    """

    def __init__(
        self,
        master: tk.Misc,
        *,
        text: str,
        command: Callback,
        kind: Kind = "secondary",
        icon: str | None = None,
        tip: str = "",
        small: bool = False,
    ) -> None:
        self._kind: Kind = kind
        self._has_focus = False
        self._side = metrics.GRID * (1.5 if small else 2)
        fill, hover, text_colour = _LOOK[kind]
        super().__init__(
            master,
            text=text,
            command=command,
            font=fonts.BODY_BOLD if kind in ("primary", "danger") else fonts.BODY,
            fg_color=fill,
            hover_color=hover,
            text_color=text_colour,
            image=_picture(icon, text_colour),
            height=metrics.CONTROL_HEIGHT_SMALL if small else metrics.CONTROL_HEIGHT,
            width=metrics.CONTROL_HEIGHT if not text else 0,
            border_width=metrics.FOCUS_RING,
            corner_radius=metrics.RADIUS_SMALL + metrics.FOCUS_RING,
            border_spacing=metrics.TIGHT,
        )
        self._icon = icon
        self._tip = tip
        self._tooltip = Tooltip(self, tip)
        watch_input(self)
        self._canvas.configure(takefocus=1)
        self._canvas.bind("<FocusIn>", lambda _event: self._show_ring(has_focus=True))
        self._canvas.bind("<FocusOut>", lambda _event: self._show_ring(has_focus=False))
        self._canvas.bind("<Key>", self._note_key)
        for key in ("<space>", "<Return>", "<KP_Enter>"):
            self._canvas.bind(key, self._press)

    @property
    def is_enabled(self) -> bool:
        """Whether pressing it does anything."""
        return self._state != tk.DISABLED

    def set_enabled(self, enabled: bool, why_not: str = "") -> None:
        """Switch it on or off; ``why_not`` is shown under the pointer while it is off."""
        tip = self._tip if enabled else why_not or self._tip
        self._tooltip.set_text(tip)
        if enabled == self.is_enabled:
            return
        fill, _, text_colour = _LOOK[self._kind]
        shown = text_colour if enabled else colours.DISABLED
        if not enabled and self._kind != "quiet":
            fill = colours.DISABLED_FILL
        self.configure(
            state=tk.NORMAL if enabled else tk.DISABLED,
            fg_color=fill,
            text_color_disabled=colours.DISABLED,
            image=_picture(self._icon, shown),
        )

    def set_kind(self, kind: Kind) -> None:
        """Make it the primary action of the page, or no longer."""
        if kind != self._kind:
            self._kind = kind
            fill, hover, text_colour = _LOOK[kind]
            font = fonts.BODY_BOLD if kind in ("primary", "danger") else fonts.BODY
            self.configure(fg_color=fill, hover_color=hover, text_color=text_colour, font=font)
            self.set_icon(self._icon)

    def set_text(self, text: str) -> None:
        """Change the words on it."""
        self.configure(text=text)

    def set_icon(self, icon: str | None) -> None:
        """Change the icon on it."""
        self._icon = icon
        text_colour = _LOOK[self._kind][2] if self.is_enabled else colours.DISABLED
        self.configure(image=_picture(icon, text_colour))

    def set_tip(self, tip: str) -> None:
        """Change what appears under the pointer while it is enabled."""
        self._tip = tip
        if self.is_enabled:
            self._tooltip.set_text(tip)

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self._canvas.focus_set()

    def destroy(self) -> None:
        super().destroy()
        if self._image is not None:
            self._image.clear()

    def _create_grid(self) -> None:
        super()._create_grid()
        # customtkinter leaves as much room beside the text as the corners are round: too little.
        side = metrics.GRID if not self.cget("text") else self._side
        self.grid_columnconfigure((0, 4), minsize=round(side * self._get_widget_scaling()))

    def _draw(self, no_color_updates: bool = False) -> None:
        has_ring = self._has_focus and uses_keyboard(self)
        self._border_color = colours.FOCUS if has_ring else self._bg_color
        super()._draw(no_color_updates)
        for part in (self._text_label, self._image_label):
            if part is not None and not part.bind("<FocusIn>"):
                # A click gives the keyboard to what lies under the pointer; pass it on.
                part.bind("<FocusIn>", lambda _event: self._canvas.focus_set())

    def _on_release(self, _event: object = None) -> None:
        # customtkinter would set a timer for a flash here, which outlives a button that closes its
        # own dialog and then fails.
        if self._mouse_inside:
            self.invoke()

    def _press(self, _event: object) -> str:
        self.invoke()
        return "break"

    def _note_key(self, _event: object) -> None:
        note_key(self)
        self._draw()

    def _show_ring(self, *, has_focus: bool) -> None:
        self._has_focus = has_focus
        self._draw()


def _picture(icon: str | None, colour: Colour) -> IconPicture | None:
    if icon is None:
        return None
    return IconPicture(icon, metrics.ICON, colour)
