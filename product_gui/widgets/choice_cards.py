"""A choice of one among a few, each a card with an icon, a title and a sentence."""

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from product_gui.theme import colours, fonts, metrics
from product_gui.theme.colours import Colour
from product_gui.theme.shapes import Box
from product_gui.widgets.painted import Painted
from product_gui.widgets.toolkit import Frame


@dataclass(frozen=True, slots=True)
class Choice:
    """One card; ``note`` is a short line below ("about 1 minute")."""

    key: str
    title: str
    text: str
    icon: str
    note: str = ""


class ChoiceCards(Frame):
    """Side by side or one above the other; arrow keys walk and choose, as with radio buttons."""

    def __init__(
        self,
        master: tk.Misc,
        choices: Sequence[Choice],
        *,
        value: str,
        on_change: Callable[[str], None],
        height: int = 128,
        is_vertical: bool = False,
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._on_change = on_change
        self._value = value
        self._is_enabled = True
        self._cards: dict[str, _ChoiceCard] = {}
        for index, choice in enumerate(choices):
            card = _ChoiceCard(self, choice, height, self._choose, note_above=is_vertical)
            gap = metrics.GRID * (1 if is_vertical else 2) if index else 0
            if is_vertical:
                self.grid_columnconfigure(0, weight=1)
                card.grid(row=index, column=0, sticky="nsew", pady=(gap, 0))
            else:
                self.grid_rowconfigure(0, weight=1)
                self.grid_columnconfigure(index, weight=1, uniform="cards")
                card.grid(row=0, column=index, sticky="nsew", padx=(gap, 0))
            for key, step in (("<Right>", 1), ("<Down>", 1), ("<Left>", -1), ("<Up>", -1)):
                card.canvas.bind(key, self._walking(step))
            self._cards[choice.key] = card
        self._render()

    @property
    def value(self) -> str:
        """The key of the chosen card."""
        return self._value

    def set_value(self, key: str) -> None:
        """Choose without telling ``on_change``."""
        self._value = key
        self._render()

    def set_enabled(self, enabled: bool) -> None:
        """Switch the whole choice on or off."""
        self._is_enabled = enabled
        self._render()

    def set_note(self, key: str, note: str) -> None:
        """Change the short line of one card."""
        self._cards[key].set_note(note)

    def _choose(self, key: str) -> None:
        if self._is_enabled and key != self._value:
            self.set_value(key)
            self._on_change(key)

    def _walking(self, by: int) -> Callable[[object], None]:
        def walk(_event: object) -> None:
            keys = list(self._cards)
            self._choose(keys[(keys.index(self._value) + by) % len(keys)])
            self._cards[self._value].focus_set()

        return walk

    def _render(self) -> None:
        for key, card in self._cards.items():
            card.render(is_chosen=key == self._value, is_enabled=self._is_enabled)


class _ChoiceCard(Painted):
    def __init__(
        self,
        master: tk.Misc,
        choice: Choice,
        height: int,
        choose: Callable[[str], None],
        *,
        note_above: bool,
    ) -> None:
        self._choice, self._note, self._note_above = choice, choice.note, note_above
        self._is_chosen = False
        super().__init__(master, width=200, height=height, takes_focus=True, follows_pointer=True)
        for sequence in ("<Button-1>", "<space>", "<Return>"):
            self.canvas.bind(sequence, lambda _event: choose(choice.key), add=True)

    def render(self, *, is_chosen: bool, is_enabled: bool) -> None:
        self._is_chosen, self._is_enabled = is_chosen, is_enabled
        self.canvas.configure(takefocus=is_chosen and is_enabled)
        self.schedule_paint()

    def set_note(self, note: str) -> None:
        self._note = note
        self.schedule_paint()

    def paint(self) -> None:
        width, height = self.canvas_size
        gap = self.px(metrics.GRID * 2)
        text = colours.TEXT if self._is_enabled else colours.DISABLED
        muted = colours.MUTED if self._is_enabled else colours.DISABLED
        self._paint_surface(width, height)
        accent = colours.ACCENT_TEXT if self._is_chosen and self._is_enabled else muted
        icon = self.icon(self._choice.icon, metrics.ICON, accent)
        self.canvas.create_image(gap, gap, image=icon, anchor="nw")
        title = (gap + self.px(28), gap + self.px(10))
        self.write(title, self._choice.title, fonts.BODY_BOLD, text, anchor="w")
        place, wrap = (gap, gap + self.px(30)), width - 2 * gap
        self.write(place, self._choice.text, colour=text, width=wrap)
        if self._note_above:
            self.write((width - gap, title[1]), self._note, fonts.CAPTION, muted, anchor="e")
        else:
            self.write((gap, height - gap), self._note, fonts.CAPTION, muted, anchor="sw")

    def _paint_surface(self, width: int, height: int) -> None:
        box, radius, thin = (0, 0, width, height), self.px(metrics.RADIUS), self.px(1)
        if self._is_chosen:
            line = colours.ACCENT_BAR if self._is_enabled else colours.CONTROL_LINE
            fill = colours.ACCENT_SOFT if self._is_enabled else colours.SURFACE
            self.shapes.rounded(box, radius, self.colour(fill))
            self._paint_line(box, line, self.px(4) if self.has_focus else self.px(2))
        else:
            fill = colours.HOVER if self._is_hovered and self._is_enabled else colours.SURFACE
            self.shapes.rounded(box, radius, self.colour(fill))
            self._paint_line(box, colours.LINE, thin)
        self.focus_ring(box, radius)

    def _paint_line(self, box: Box, line: Colour, width: int) -> None:
        self.shapes.ring(box, self.px(metrics.RADIUS), self.colour(line), width)
