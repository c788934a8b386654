"""customtkinter's classes with types: the one place that says what of them we use.

customtkinter is written without type stubs. For the type checker these stand in; when the program
runs they *are* customtkinter's classes.
"""

import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class Base(tk.Frame):
        """A frame that knows appearance mode and scaling."""

        _bg_color: str | tuple[str, str]

        def __init__(self, master: tk.Misc, **options: Any) -> None: ...
        def configure(self, require_redraw: bool = False, **options: Any) -> Any: ...  # type: ignore[override]
        def bind(self, sequence: Any = None, command: Any = None, add: Any = True) -> Any: ...  # type: ignore[override]
        def _draw(self, no_color_updates: bool = False) -> None: ...
        def _set_appearance_mode(self, mode_string: str) -> None: ...
        def _set_scaling(self, new_widget_scaling: float, new_window_scaling: float) -> None: ...
        def _get_widget_scaling(self) -> float: ...
        def _apply_appearance_mode(self, color: str | tuple[str, str]) -> str: ...

    class Frame(Base):
        """A rounded surface."""

    class Label(Base):
        """Text, an image, or both."""

        _image: Any

    class PlainButton(Base):
        """customtkinter's button; use ``widgets.button.Button``, which the keyboard reaches."""

        _canvas: tk.Canvas
        _state: str
        _border_color: str | tuple[str, str]
        _mouse_inside: bool
        _text_label: tk.Label | None
        _image_label: tk.Label | None
        _image: Any

        def invoke(self) -> Any: ...
        def _create_grid(self) -> None: ...

    class Entry(Base):
        """One line of text."""

        _entry: tk.Entry

        def get(self) -> str: ...
        def insert(self, index: int | str, text: str) -> None: ...
        def delete(self, first: int | str, last: int | str | None = None) -> None: ...
        def select_clear(self) -> None: ...
        def select_range(self, start: int | str, end: int | str) -> None: ...

    class Scrollbar(Base):
        """A slim scroll bar."""

        def set(self, start: Any, end: Any) -> None: ...

    class Window(tk.Tk):
        """The root window."""

        def __init__(self, fg_color: Any = None, **options: Any) -> None: ...

    class Toplevel(tk.Toplevel):
        """A second window."""

        def __init__(self, *args: Any, fg_color: Any = None, **options: Any) -> None: ...

    class Picture:
        """A picture for a label or a button, one for each theme."""

        def __init__(self, light_image: Any, dark_image: Any, size: tuple[int, int]) -> None: ...

else:
    from customtkinter import CTk as Window
    from customtkinter import CTkBaseClass as Base
    from customtkinter import CTkButton as PlainButton
    from customtkinter import CTkEntry as Entry
    from customtkinter import CTkFrame as Frame
    from customtkinter import CTkImage as Picture
    from customtkinter import CTkLabel as Label
    from customtkinter import CTkScrollbar as Scrollbar
    from customtkinter import CTkToplevel as Toplevel

__all__ = [
    "Base",
    "Callback",
    "Entry",
    "Frame",
    "Label",
    "Picture",
    "PlainButton",
    "Scrollbar",
    "Toplevel",
    "Window",
]

Callback = Callable[[], None]
