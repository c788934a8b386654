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

    def set_words(self, options: Sequence[tuple[str, str]]) -> None:
        """Write other words over the same choices."""
        self._words = list(options)
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        ring, radius = self.px(metrics.FOCUS_RING), self.px(metrics.RADIUS_SMALL)
        box = (ring, ring, width - ring, height - ring)
        self.shapes.rounded(box, radius, self.colour(colours.BUTTON))
        part = (width - 2 * ring) / len(self._words)
        for index, (key, word) in enumerate(self._words):
            self._paint_word(ring + index * part, part, word, is_chosen=key == self._value)
        self.focus_ring((0, 0, width, height), radius + ring)

    def _paint_word(self, left: float, part: float, word: str, *, is_chosen: bool) -> None:
        height, inset = self.canvas_size[1], self.px(metrics.TIGHT)
        if is_chosen:
            box = (left + inset / 2, inset, left + part - inset / 2, height - inset)
            radius = self.px(metrics.RADIUS_SMALL) - inset // 2
            self.shapes.rounded(box, radius, self.colour(colours.CHOSEN))
        font = fonts.BODY_BOLD if is_chosen else fonts.BODY
        colour = colours.TEXT if self._is_enabled else colours.DISABLED
        self.write((left + part / 2, height / 2), word, font, colour, anchor="center")

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
