"""A choice of one among two to five short words, side by side."""

import tkinter as tk
from collections.abc import Callable, Sequence

from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.painted import Painted


class Segmented(Painted):
    """``options`` are (key, word); arrow keys choose."""

    def __init__(
        self,
        master: tk.Misc,
        options: Sequence[tuple[str, str]],
        *,
        value: str,
        on_change: Callable[[str], None],
        width: int = 280,
    ) -> None:
        self._words = list(options)
        self._value = value
        self._on_change = on_change
        self._is_enabled = True
        super().__init__(master, width=width, height=metrics.CONTROL_HEIGHT, takes_focus=True)
        self.canvas.bind("<Button-1>", self._press, add=True)
        self.canvas.bind("<Left>", lambda _event: self._step(-1))
        self.canvas.bind("<Right>", lambda _event: self._step(1))

    @property
    def value(self) -> str:
        """The key of the chosen word."""
        return self._value

    def set_value(self, key: str) -> None:
        """Choose without telling ``on_change``."""
        self._value = key
        self.schedule_paint()

    def set_enabled(self, enabled: bool) -> None:
        """Switch it on or off."""
        self._is_enabled = enabled
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        radius = self.px(metrics.RADIUS_SMALL)
        self.shapes.rounded((2, 2, width - 2, height - 2), radius, self.colour(colours.BUTTON))
        part = (width - 4) / len(self._words)
        for index, (key, word) in enumerate(self._words):
            left = 2 + index * part
            chosen = key == self._value
            if chosen:
                box = (left + 2, 4, left + part - 2, height - 4)
                self.shapes.rounded(box, radius - 2, self.colour(colours.RAISED))
            text = colours.TEXT if self._is_enabled else colours.DISABLED
            self.canvas.create_text(
                left + part / 2,
                height / 2,
                text=word,
                fill=self.colour(text),
                font=self.font(fonts.BODY_BOLD if chosen else fonts.BODY),
            )

    def _press(self, event: "tk.Event[tk.Canvas]") -> None:
        part = self.canvas_size[0] / len(self._words)
        self._choose(min(len(self._words) - 1, int(event.x / part)))

    def _step(self, by: int) -> None:
        keys = [key for key, _ in self._words]
        self._choose((keys.index(self._value) + by) % len(keys))

    def _choose(self, index: int) -> None:
        key = self._words[index][0]
        if self._is_enabled and key != self._value:
            self.set_value(key)
            self._on_change(key)
