"""How training varies photos: the choice, its amounts, and a photo that shows what they do."""

import tkinter as tk
from collections.abc import Callable

from product_gui.presenters.augmentation import AugmentationPreview, PreviewState, note_on
from product_gui.presenters.recipe_form import AMOUNTS, RecipeForm, Value, largest_entry
from product_gui.presenters.train_state import TrainState
from product_gui.text import augmentation as words
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.painted import Painted
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.slider import Slider
from product_gui.widgets.switch import Switch
from product_gui.widgets.toolkit import Frame
from product_gui.widgets.variant_sheet import VariantSheet

_CHOICE = 336
_COLUMNS = 4
_NARROW = 480
"""With less room, sliders stand in two columns, and what stood side by side one below another."""


class AugmentationPanel(Frame):
    """The choice above, the preview in the middle, the amounts and mirroring below."""

    def __init__(
        self,
        master: tk.Misc,
        preview: AugmentationPreview,
        *,
        on_change: Callable[[str, Value], None],
    ) -> None:
        super().__init__(master, fg_color="transparent")
        self._preview = preview
        self._head = Frame(self, fg_color="transparent")
        self._head.pack(fill="x")
        self._head.grid_columnconfigure(1, weight=1)
        Line(self._head, words.VARY, font=fonts.BODY_BOLD).grid(row=0, column=0, sticky="w")
        self.choice = Segmented(
            self._head,
            list(words.KINDS.items()),
            value="none",
            on_change=lambda kind: on_change("augmentation", kind),
            width=_CHOICE,
        )
        self._note = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._note.pack(fill="x", pady=(0, metrics.GRID))
        self._sheet = VariantSheet(self, title=words.AS_IT_IS, on_size=preview.set_sides)
        self._sheet.pack(fill="x")
        self._make_buttons().pack(fill="x", pady=(metrics.TIGHT, 0))
        self.amounts = Amounts(self, on_change)
        self.amounts.pack(fill="x", pady=(metrics.TIGHT, 0))
        self._warning = ElidedLine(self, font=fonts.CAPTION, colour=colours.MUTED)
        self._warning.pack(fill="x")
        self._is_narrow: bool | None = None
        self._fit(narrow=False)
        tk.Misc.bind(self, "<Configure>", lambda event: self._fit(narrow=self._lacks_room(event)))
        preview.attach(self)

    def apply(self, state: TrainState) -> None:
        """Show the settings, and let the preview follow them."""
        form = state.form
        if form is None:
            return
        self._note.set_text(note_on(form))
        self._apply_choice(form)
        is_mirrored = bool(form.values["mirror"])
        self._warning.set_text(
            words.MIRROR_WARNING if is_mirrored else words.MIRROR_HINT,
            colours.WARNING if is_mirrored else colours.MUTED,
        )
        self._preview.follow(state)

    def render(self, state: PreviewState) -> None:
        """Show what the preview has computed."""
        photo = state.photo
        self._sheet.set_pictures(
            None if photo is None else photo.original,
            () if photo is None else photo.variants,
            heading=state.heading,
            message=state.message,
        )
        self._caption.set_text(state.caption)
        self.other_variants.set_enabled(not state.no_variants, state.no_variants)
        self.another_photo.set_enabled(not state.no_photo, state.no_photo)

    def destroy(self) -> None:
        self._preview.forget()
        super().destroy()

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "augmentation": self.choice,
            "preview": self._sheet,
            "other_variants": self.other_variants,
            "another_photo": self.another_photo,
            "mirror": self.amounts.mirror,
            **{f"amount_{name}": slider for name, slider in self.amounts.sliders.items()},
        }

    def _make_buttons(self) -> Frame:
        row = Frame(self, fg_color="transparent")
        preview = self._preview
        self.other_variants = Button(
            row,
            text=words.OTHER_VARIANTS,
            command=preview.other_variants,
            icon="redo",
            kind="quiet",
            small=True,
        )
        self.another_photo = Button(
            row,
            text=words.ANOTHER_PHOTO,
            command=preview.another_photo,
            icon="photos",
            kind="quiet",
            small=True,
        )
        row.grid_columnconfigure(0, weight=1)
        self.another_photo.grid(row=1, column=1)
        self.other_variants.grid(row=1, column=2)
        self._caption = ElidedLine(row, font=fonts.CAPTION, colour=colours.MUTED)
        return row

    def _lacks_room(self, event: "tk.Event[tk.Misc]") -> bool:
        return bool(event.width < _NARROW * self._get_widget_scaling())

    def _fit(self, *, narrow: bool) -> None:
        """Where there is little room, what stood beside each other stands below each other."""
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        self._caption.grid(row=0 if narrow else 1, column=0, columnspan=3 if narrow else 1)
        self._caption.grid_configure(sticky="ew")
        if self.choice.winfo_manager():
            self._place_choice()

    def _place_choice(self) -> None:
        narrow = bool(self._is_narrow)
        row, column, span = (1, 0, 2) if narrow else (0, 1, 1)
        sticky = "ew" if narrow else "e"
        self.choice.grid(row=row, column=column, columnspan=span, sticky=sticky)

    def _apply_choice(self, form: RecipeForm) -> None:
        """What does not matter for the goal is not shown."""
        matters = any(field.name == "augmentation" for field in form.fields)
        self.amounts.apply(form, shown=matters)
        self.choice.set_value(str(form.values["augmentation"]))
        if matters and not self.choice.winfo_manager():
            self._place_choice()
        elif not matters:
            self.choice.grid_forget()


class Amounts(Frame):
    """A slider for each amount, and last the switch for mirroring.

    Moving a slider makes the amounts the user's own.
    """

    def __init__(self, master: tk.Misc, on_change: Callable[[str, Value], None]) -> None:
        super().__init__(master, fg_color="transparent")
        self.sliders = {name: self._make(name, on_change) for name in AMOUNTS}
        self.mirror = Switch(
            self,
            text=words.FIELDS["mirror"][0],
            value=False,
            on_change=lambda value: on_change("mirror", value),
        )
        self._columns = _COLUMNS
        self._shown: tuple[Painted, ...] = ()
        tk.Misc.bind(self, "<Configure>", self._fit, add=True)

    def apply(self, form: RecipeForm, *, shown: bool) -> None:
        """Show how far photos are varied, or only whether they are mirrored."""
        for name, entry in form.amounts.items():
            self.sliders[name].set_value(round(float(entry)))
        self.mirror.set_value(bool(form.values["mirror"]))
        self._arrange(shown, self._columns)

    def _make(self, name: str, on_change: Callable[[str, Value], None]) -> Slider:
        label, tip = words.FIELDS[name]
        unit = "degrees" if name == "rotation" else "percent"
        return Slider(
            self,
            label=label,
            tip=tip,
            most=round(largest_entry(name)),
            on_change=lambda value: on_change(name, str(value)),
            shown_as=lambda value: words.amount(value, unit),
        )

    def _fit(self, event: "tk.Event[tk.Misc]") -> None:
        has_room = event.width >= _NARROW * self._get_widget_scaling()
        columns = _COLUMNS if has_room else _COLUMNS // 2
        if columns != self._columns:
            self._arrange(len(self._shown) > 1, columns)

    def _arrange(self, with_sliders: bool, columns: int) -> None:
        cells = (*self.sliders.values(), self.mirror) if with_sliders else (self.mirror,)
        if (cells, columns) == (self._shown, self._columns):
            return
        for cell in self._shown:
            cell.grid_forget()
        self._shown, self._columns = cells, columns
        gap = round(metrics.GRID * 2 * self._get_widget_scaling())
        for column in range(2 * _COLUMNS - 1):  # Every second one is a gap.
            is_used, is_gap = column < 2 * columns - 1, column % 2 == 1
            self.grid_columnconfigure(
                column,
                weight=int(is_used and not is_gap),
                minsize=gap * (is_used and is_gap),
                uniform="cells" if is_used and not is_gap else "",
            )
        for place, cell in enumerate(cells):
            row, column = divmod(place, columns)
            cell.grid(row=row, column=2 * column, sticky="ew")
