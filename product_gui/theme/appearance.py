"""Light, dark or as the system has it; gives customtkinter our tokens before the first widget."""

import sys
from typing import Any, Final, Literal

import customtkinter

from product_gui.theme import colours, fonts, metrics

Mode = Literal["light", "dark", "system"]


# Our tokens by customtkinter's names of widgets and options.
_TEXT: Final = {"text_color": colours.TEXT, "text_color_disabled": colours.DISABLED}
_ENTRY: Final = {
    "fg_color": colours.SURFACE,
    "border_color": colours.CONTROL_LINE,
    "border_width": 1,
    "corner_radius": metrics.RADIUS_SMALL,
    "text_color": colours.TEXT,
}
_SCROLLBAR: Final = {"button_color": colours.BAR, "button_hover_color": colours.CONTROL_LINE}
_WIDGETS: Final[dict[str, dict[str, Any]]] = {
    "CTk": {"fg_color": colours.WINDOW},
    "CTkToplevel": {"fg_color": colours.WINDOW},
    "CTkFont": {"family": fonts.FAMILY, "size": fonts.SIZE_BODY, "weight": "normal"},
    "CTkFrame": {
        "corner_radius": metrics.RADIUS,
        "fg_color": colours.SURFACE,
        "top_fg_color": colours.SURFACE,
        "border_color": colours.LINE,
    },
    "CTkButton": {
        **_TEXT,
        "corner_radius": metrics.RADIUS_SMALL,
        "fg_color": colours.ACCENT,
        "hover_color": colours.ACCENT_HOVER,
        "text_color": colours.ON_ACCENT,
        "border_color": colours.CONTROL_LINE,
    },
    "CTkLabel": {"text_color": colours.TEXT},
    "CTkEntry": {**_ENTRY, "placeholder_text_color": colours.MUTED},
    "CTkComboBox": {
        **_ENTRY,
        "button_color": colours.CONTROL_LINE,
        "button_hover_color": colours.MUTED,
        "text_color_disabled": colours.DISABLED,
    },
    "CTkOptionMenu": {
        **_TEXT,
        "fg_color": colours.HOVER,
        "button_color": colours.HOVER,
        "button_hover_color": colours.PRESSED,
        "corner_radius": metrics.RADIUS_SMALL,
    },
    "CTkSwitch": {
        **_TEXT,
        "fg_color": colours.CONTROL_LINE,
        "progress_color": colours.ACCENT,
        "button_color": ("#FFFFFF", "#FFFFFF"),
        "button_hover_color": ("#FFFFFF", "#FFFFFF"),
    },
    "CTkScrollbar": _SCROLLBAR,
    "CTkTextbox": {
        "fg_color": colours.SURFACE,
        "text_color": colours.TEXT,
        "border_color": colours.CONTROL_LINE,
        "corner_radius": metrics.RADIUS_SMALL,
        "scrollbar_button_color": colours.BAR,
        "scrollbar_button_hover_color": colours.CONTROL_LINE,
    },
    "DropdownMenu": {
        "fg_color": colours.RAISED,
        "hover_color": colours.ACCENT_SOFT,
        "text_color": colours.TEXT,
    },
}


def install(mode: Mode = "system") -> None:
    """Give customtkinter our colours and fonts. Call once, before the window is made."""
    fonts.prepare()
    theme = customtkinter.ThemeManager.theme
    for widget, values in _WIDGETS.items():
        theme[widget].update(values)
    _watch_system_calmly()
    set_mode(mode)


def set_mode(mode: Mode) -> None:
    """Switch every widget that is alive; "system" follows the desktop from now on."""
    customtkinter.set_appearance_mode(mode)
    customtkinter.AppearanceModeTracker.init_appearance_mode()  # "system" is looked up at once


def is_dark() -> bool:
    """Whether the dark theme is shown now."""
    return bool(customtkinter.get_appearance_mode() == "Dark")


def resolve(colour: colours.Colour) -> str:
    """The colour of the theme that is shown now."""
    return colour[1] if is_dark() else colour[0]


def set_scaling(factor: float) -> None:
    """Enlarge every widget and its text; 1.0 is the normal size."""
    customtkinter.set_widget_scaling(factor)


def _watch_system_calmly() -> None:
    # On Linux customtkinter would start a process (gsettings) every 30 ms to ask for the mode.
    if sys.platform.startswith("linux"):
        customtkinter.AppearanceModeTracker.update_loop_interval = 3000
