"""Fields with a label, a line of help and an inline error whose places are always kept."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.select import Select
from product_gui.widgets.switch import Switch
from product_gui.widgets.text_entry import TextEntry
from product_gui.widgets.toolkit import Frame

Value = TypeVar("Value")


class Field(Frame, Generic[Value]):
    """Label above, help or error below; subclasses add the control between."""

    def __init__(
        self, master: tk.Misc, *, label: str, help_text: str, on_change: Callable[[], None]
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._help_text, self._error_text = help_text, ""
        self._help_tone = colours.MUTED
        self._on_change = on_change
        self._label = Line(self, label, font=fonts.BODY_BOLD)
        self._label.pack(fill="x")
        self._control_space = Frame(self, fg_color="transparent", height=1)
        self._control_space.pack(fill="x", pady=metrics.TIGHT)
        self._help = ElidedLine(self, help_text, font=fonts.CAPTION, colour=colours.MUTED)
        self._help.pack(fill="x")

    @property
    def error(self) -> str:
        """The error that is shown, or an empty text."""
        return self._error_text

    def value(self) -> Value:
        """What the field holds."""
        raise NotImplementedError

    def set_value(self, value: Value) -> None:
        """Change it without telling ``on_change``."""
        raise NotImplementedError

    def set_enabled(self, enabled: bool) -> None:
        """Switch it on or off."""
        raise NotImplementedError

    def set_help(self, text: str, tone: Colour = colours.MUTED) -> None:
        """Change the line below, for good."""
        self._help_text, self._help_tone = text, tone
        self.set_error(self._error_text)

    def set_error(self, text: str) -> None:
        """Show an error in place of the help; an empty text shows the help again."""
        self._error_text = text
        tone = colours.ERROR if text else self._help_tone
        self._help.set_text(text or self._help_text, tone)


class TextField(Field[str]):
    """One line of text."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        label: str,
        help_text: str = "",
        value: str = "",
        on_change: Callable[[], None] = lambda: None,
        width: int = 200,
    ) -> None:
        super().__init__(master, label=label, help_text=help_text, on_change=on_change)
        self._is_enabled = True
        self._entry = TextEntry(
            self._control_space, width=width, height=metrics.CONTROL_HEIGHT_SMALL, font=fonts.BODY
        )
        self._entry.pack(side="left")
        self._has_focus = False
        self._entry.bind("<FocusIn>", lambda _event: self._mark(has_focus=True))
        self._entry.bind("<FocusOut>", lambda _event: self._mark(has_focus=False))
        self._entry.bind("<KeyRelease>", lambda _event: self._changed())
        self._last = value
        self.set_value(value)

    def value(self) -> str:
        return self._entry.get().strip()

    def set_value(self, value: str) -> None:
        self._entry.configure(state="normal")
        self._entry.delete(0, "end")
        self._entry.insert(0, value)
        self._last = value
        self.set_enabled(self._is_enabled)

    def set_enabled(self, enabled: bool) -> None:
        self._is_enabled = enabled
        self._entry.configure(state="normal" if enabled else "disabled")

    def set_error(self, text: str) -> None:
        super().set_error(text)
        self._mark()

    def focus_set(self) -> None:
        """Give it the keyboard and select its text."""
        self._entry.focus_set()
        self._entry.select_range(0, "end")

    def _changed(self) -> None:
        if self._entry.get() != self._last:
            self._last = self._entry.get()
            self._on_change()

    def _mark(self, *, has_focus: bool | None = None) -> None:
        self._has_focus = self._has_focus if has_focus is None else has_focus
        line = colours.FOCUS if self._has_focus else colours.CONTROL_LINE
        self._entry.configure(
            border_color=colours.ERROR if self._error_text else line,
            border_width=metrics.FOCUS_RING if self._has_focus else 1,
        )


class NumberField(TextField):
    """A number; ``number`` is None while the text is not one or lies outside the limits."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        label: str,
        help_text: str = "",
        value: float,
        least: float,
        most: float,
        is_whole: bool = True,
        on_change: Callable[[], None] = lambda: None,
        error_text: Callable[[float, float], str],
        width: int = 120,
    ) -> None:
        self._least, self._most, self._is_whole = least, most, is_whole
        self._limits_text = error_text
        super().__init__(
            master,
            label=label,
            help_text=help_text,
            value=_plain(value),
            width=width,
            on_change=on_change,
        )
        self._entry.bind("<Up>", lambda _event: self._step(1))
        self._entry.bind("<Down>", lambda _event: self._step(-1))

    @property
    def number(self) -> float | None:
        """The number, or None."""
        text = self._entry.get().strip().replace(",", ".")
        try:
            number = int(text) if self._is_whole else float(text)
        except ValueError:
            return None
        return number if self._least <= number <= self._most else None

    def set_number(self, number: float) -> None:
        """Change it without telling ``on_change``."""
        self.set_value(_plain(number))
        self.set_error("")

    def _changed(self) -> None:
        if self._entry.get() != self._last:
            wrong = self.number is None
            self.set_error(self._limits_text(self._least, self._most) if wrong else "")
        super()._changed()

    def _step(self, by: int) -> str:
        number = self.number
        if number is not None and self._is_whole:
            self._entry.delete(0, "end")
            self._entry.insert(0, _plain(min(self._most, max(self._least, number + by))))
            self._changed()
        return "break"


class OptionField(Field[str]):
    """One of several; ``options`` are (key, words). The list opens with Space, Return or Down."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        label: str,
        options: Sequence[tuple[str, str]],
        value: str,
        help_text: str = "",
        on_change: Callable[[], None] = lambda: None,
        width: int = 240,
    ) -> None:
        super().__init__(master, label=label, help_text=help_text, on_change=on_change)
        self._select = Select(
            self._control_space,
            options,
            value=value,
            width=width,
            on_change=lambda _key: self._on_change(),
        )
        self._select.pack(side="left")

    def value(self) -> str:
        return self._select.value

    def set_value(self, value: str) -> None:
        self._select.set_value(value)

    def set_options(self, options: Sequence[tuple[str, str]], value: str) -> None:
        """Offer others."""
        self._select.set_options(options, value)

    def set_enabled(self, enabled: bool) -> None:
        self._select.set_enabled(enabled)

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self._select.focus_set()


class SwitchField(Field[bool]):
    """On or off; its label stands beside the switch."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        label: str,
        value: bool,
        help_text: str = "",
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(master, label="", help_text=help_text, on_change=on_change)
        self._switch = Switch(
            self._control_space,
            text=label,
            value=value,
            on_change=lambda _value: self._on_change(),
        )
        self._switch.pack(fill="x")

    def value(self) -> bool:
        return self._switch.value

    def set_value(self, value: bool) -> None:
        self._switch.set_value(value)

    def set_enabled(self, enabled: bool) -> None:
        self._switch.set_enabled(enabled)

    def focus_set(self) -> None:
        """Give it the keyboard."""
        self._switch.focus_set()


def _plain(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)
