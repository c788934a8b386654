"""The advanced settings: every field of a recipe, with its error beside it, on two sheets."""

import tkinter as tk
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from product_gui.presenters import recipe_form
from product_gui.presenters.augmentation import (
    AugmentationPreview,
    imbalance_of,
    remark_on_weights,
)
from product_gui.presenters.recipe_form import RecipeForm
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import TrainState
from product_gui.text import augmentation as photo_words
from product_gui.text import train as words
from product_gui.theme import colours, fonts, metrics
from product_gui.views.augmentation import AugmentationPanel
from product_gui.widgets.button import Button
from product_gui.widgets.fields import Field, OptionField, SwitchField, TextField
from product_gui.widgets.label import ElidedLine, Line
from product_gui.widgets.scroll_area import ScrollArea
from product_gui.widgets.segmented import Segmented
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from product_gui.views.dialogs import Dialogs

_COLUMNS = 2
_TABS = 320
_FILE = "file"


class AdvancedSettings(Frame):
    """Fields in groups, two beside each other; those that do not matter now are not shown."""

    def __init__(self, master: tk.Misc, presenter: TrainPresenter, dialogs: "Dialogs") -> None:
        super().__init__(master, fg_color=colours.SURFACE)
        self._presenter, self._dialogs = presenter, dialogs
        self._form: RecipeForm | None = None
        self._state: TrainState | None = None
        self._fields: dict[str, Field[Any]] = {}
        self._make_head()
        self._sheets = {name: self._make_sheet() for name in photo_words.TABS}
        self._photos = AugmentationPanel(
            self._sheets["photos"].content,
            AugmentationPreview(presenter.around),
            on_change=presenter.set_value,
        )
        self._photos.pack(fill="x", padx=(0, metrics.GRID * 2), pady=(0, metrics.GRID * 2))
        self.class_weights = self._make_weights()
        self.class_weights.pack(fill="x", padx=(0, metrics.GRID * 2))
        self._groups: dict[str, _Group] = {
            key: _Group(self._sheets[recipe_form.tab_of(key)].content, title)
            for key, title in words.GROUPS.items()
        }
        self._show_tab("network")

    def apply(self, state: TrainState) -> None:
        """Show the form of the state."""
        self._state, form = state, state.form
        if self._tabs.value == "photos":
            self._photos.apply(state)
        if form is None:
            return
        self._apply_weights(state, form)
        self._apply_hint(state, form)
        if form is self._form:
            return
        self._form = form
        fields = [field for field in form.fields if field.group in self._groups]
        for field in fields:
            if field.name not in self._fields:
                self._fields[field.name] = self._make(field, form)
        for key, group in self._groups.items():
            group.show([self._fields[field.name] for field in fields if field.group == key])
        for field in fields:
            self._set(field, form)
        self.reset.set_enabled(bool(form.changed), words.NOTHING_CHANGED)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "reset": self.reset,
            "settings_tabs": self._tabs,
            "class_weights": self.class_weights,
            **self._photos.named_controls(),
            **{f"field_{name}": field for name, field in self._fields.items()},
        }

    def _make_head(self) -> None:
        head = Frame(self, fg_color="transparent")
        head.pack(fill="x", padx=metrics.GRID * 3, pady=(metrics.GRID * 2, 0))
        self.reset = Button(
            head, text=words.RESET, command=self._presenter.reset_form, icon="undo", small=True
        )
        self.reset.pack(side="right")
        title = ElidedLine(head, words.ADVANCED, font=fonts.LEAD_BOLD)
        title.pack(side="left", fill="x", expand=True)
        self._hint = ElidedLine(self, words.ADVANCED_HINT, font=fonts.BODY, colour=colours.MUTED)
        self._hint.pack(fill="x", padx=metrics.GRID * 3, pady=(metrics.TIGHT, metrics.GRID))
        self._tabs = Segmented(
            self,
            list(photo_words.TABS.items()),
            value="network",
            on_change=self._show_tab,
            width=_TABS,
        )
        self._tabs.pack(anchor="w", padx=metrics.GRID * 3, pady=(0, metrics.GRID))

    def _make_sheet(self) -> ScrollArea:
        return ScrollArea(self, background=colours.SURFACE)

    def _make_weights(self) -> SwitchField:
        label, hint = photo_words.FIELDS["class_weights"]
        return SwitchField(
            self._sheets["photos"].content,
            label=label,
            help_text=hint,
            value=False,
            on_change=lambda: self._presenter.set_value(
                "class_weights", self.class_weights.value()
            ),
        )

    def _show_tab(self, name: str) -> None:
        for other, sheet in self._sheets.items():
            if other != name:
                sheet.pack_forget()
        self._sheets[name].pack(fill="both", expand=True, padx=(metrics.GRID * 3, 4), pady=(0, 8))
        if self._state is not None and self._state.form is not None:
            self._apply_hint(self._state, self._state.form)
            if name == "photos":
                self._photos.apply(self._state)

    def _apply_hint(self, state: TrainState, form: RecipeForm) -> None:
        """What concerns several settings, or one that is not in sight."""
        hidden = [tab for tab in form.tabs_with_errors if tab != self._tabs.value]
        error = photo_words.attention(hidden[0]) if hidden else form.errors.get("", "")
        remark = remark_on_weights(state)
        tone = colours.ERROR if error else colours.INFO if remark else colours.MUTED
        self._hint.set_text(error or remark or words.ADVANCED_HINT, tone)

    def _apply_weights(self, state: TrainState, form: RecipeForm) -> None:
        self.class_weights.set_value(bool(form.values["class_weights"]))
        imbalance = imbalance_of(state.data)
        if imbalance is None:
            self.class_weights.set_help(photo_words.FIELDS["class_weights"][1])
        else:
            self.class_weights.set_help(imbalance.advice, colours.INFO)

    def _make(self, field: recipe_form.Field, form: RecipeForm) -> "Field[Any]":
        place = self._groups[field.group]
        common: Mapping[str, Any] = {
            "label": field.label,
            "help_text": field.hint,
            "on_change": self._reader(field.name),
        }
        match field.kind:
            case "switch":
                return SwitchField(place, value=bool(form.values[field.name]), **common)
            case "choice" | "weights":
                options = _options(field, form)
                value = str(form.values[field.name])
                return OptionField(place, options=options, value=value, width=260, **common)
            case _:
                return TextField(place, value=str(form.values[field.name]), width=120, **common)

    def _set(self, field: recipe_form.Field, form: RecipeForm) -> None:
        widget, value = self._fields[field.name], form.values[field.name]
        if isinstance(widget, OptionField):
            widget.set_options(_options(field, form), str(value))
        elif widget.value() != value:
            widget.set_value(value)
        widget.set_error(form.errors.get(field.name, ""))

    def _reader(self, name: str) -> Callable[[], None]:
        def read() -> None:
            value = self._fields[name].value()
            if name == "weights" and value == _FILE:
                self._choose_weights()
            else:
                self._presenter.set_value(name, value)

        return read

    def _choose_weights(self) -> None:
        path = self._dialogs.choose_weights()
        form, self._form = self._form, None  # The choice shows "file" now: set it anew.
        if path is not None:
            self._presenter.set_value("weights", str(path))
        elif form is not None:
            self.apply(self._presenter.state)


class _Group(Frame):
    def __init__(self, master: tk.Misc, title: str) -> None:
        super().__init__(master, fg_color="transparent")
        self._title = Line(self, title, font=fonts.CAPTION_BOLD, colour=colours.MUTED)
        self._shown: list[Field[Any]] = []
        self.grid_columnconfigure(tuple(range(_COLUMNS)), weight=1, uniform="fields")

    def show(self, fields: "list[Field[Any]]") -> None:
        """Show these of its fields."""
        if fields == self._shown:
            return
        for field in self._shown:
            field.grid_forget()
        self._shown = fields
        if not fields:
            self.pack_forget()
            return
        self._title.grid(row=0, column=0, columnspan=_COLUMNS, sticky="w", pady=(12, 8))
        for place, field in enumerate(fields):
            field.grid(
                row=1 + place // _COLUMNS,
                column=place % _COLUMNS,
                sticky="new",
                padx=(0, metrics.GRID * 3),
                pady=(0, metrics.GRID * 1.5),
            )
        self.pack(fill="x")


def _options(field: recipe_form.Field, form: RecipeForm) -> list[tuple[str, str]]:
    options = list(form.choices(field.name))
    value = str(form.values[field.name])
    if value not in dict(options):
        options.insert(-1, (value, Path(value).name))
    return options
