"""The settings of a training as a person edits them: raw texts, checked at every change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ml_core.errors import RecipeError
from product_gui.text import augmentation as augmentation_words
from product_gui.text import train as words

if TYPE_CHECKING:
    from ml_core.training.recipe import Goal, Recipe

Kind = Literal["whole", "decimal", "percent", "degrees", "choice", "switch", "weights"]
Value = str | bool
_WORDS = {**words.FIELDS, **augmentation_words.FIELDS}


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: how it is entered and when it matters."""

    name: str
    kind: Kind
    group: str
    goals: tuple[str, ...] = ("fast", "best", "scratch")

    @property
    def label(self) -> str:
        return _WORDS[self.name][0]

    @property
    def hint(self) -> str:
        return _WORDS[self.name][1]


_KERAS = ("best", "scratch")
FIELDS: tuple[Field, ...] = (
    Field("architecture", "choice", "network"),
    Field("weights", "weights", "network"),
    Field("input_size", "whole", "network"),
    Field("resize", "choice", "network"),
    Field("epochs", "whole", "learning"),
    Field("batch_size", "whole", "learning"),
    Field("learning_rate", "decimal", "learning"),
    Field("optimizer", "choice", "learning", _KERAS),
    Field("label_smoothing", "decimal", "learning"),
    Field("fine_tune_layers", "whole", "learning", ("best",)),
    Field("fine_tune_epochs", "whole", "learning", ("best",)),
    Field("augmentation", "choice", "variation", _KERAS),
    Field("rotation", "degrees", "variation", _KERAS),
    Field("shift", "percent", "variation", _KERAS),
    Field("shear", "percent", "variation", _KERAS),
    Field("zoom", "percent", "variation", _KERAS),
    Field("brightness", "percent", "variation", _KERAS),
    Field("contrast", "percent", "variation", _KERAS),
    Field("colour", "percent", "variation", _KERAS),
    Field("mirror", "switch", "variation"),
    Field("class_weights", "switch", "counting"),
    Field("validation_share", "percent", "photos"),
    Field("test_share", "percent", "photos"),
    Field("early_stopping", "whole", "more"),
    Field("reduce_rate", "whole", "more"),
    Field("seed", "whole", "more"),
    Field("tensorboard", "switch", "more"),
)
_BY_NAME = {field.name: field for field in FIELDS}
AMOUNTS = ("rotation", "shift", "shear", "zoom", "brightness", "contrast", "colour")
"""How far photos are varied: of a preset they are given, moving one makes them the user's own."""
_KEPT = (
    "seed",
    "validation_share",
    "test_share",
    "augmentation",
    *AMOUNTS,
    "mirror",
    "class_weights",
    "tensorboard",
)
"""Settings that belong to the photos, not to the goal: choosing another goal keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeForm:
    """All settings as entered.

    Attributes:
        recommended: The recipe that "back to recommended" gives.
        values: Name -> what is entered: text, or yes and no.
        errors: Name -> why the entry cannot be used; "" for what concerns several.
        recipe: What the entries amount to; None while there are errors.
    """

    recommended: Recipe
    values: Mapping[str, Value]
    errors: Mapping[str, str]
    recipe: Recipe | None

    @property
    def goal(self) -> Goal:
        return self.recommended.goal

    @property
    def fields(self) -> tuple[Field, ...]:
        """The settings that matter for this goal and network."""
        return tuple(field for field in FIELDS if self._matters(field))

    @property
    def changed(self) -> frozenset[str]:
        """Names of the settings that matter and differ from the recommended ones."""
        own_amounts = AMOUNTS if self.values["augmentation"] == "custom" else ()
        names = {field.name for field in self.fields} - (set(AMOUNTS) - set(own_amounts))
        return self.edited & names

    @property
    def edited(self) -> frozenset[str]:
        """Names of all settings that differ, also of those that do not matter just now."""
        usual = _entries(self.recommended)
        return frozenset(name for name, value in self.values.items() if value != usual[name])

    @property
    def tabs_with_errors(self) -> tuple[str, ...]:
        """Where entries are that cannot be used; see ``tab_of``."""
        return tuple(sorted({tab_of(_BY_NAME[name].group) for name in self.errors if name}))

    @property
    def amounts(self) -> Mapping[str, str]:
        """How far photos are varied as things stand: the preset's amounts, or the user's own."""
        from ml_core.dataset.augment import PRESETS

        preset = PRESETS.get(str(self.values["augmentation"]))
        if preset is None:
            return {name: str(self.values[name]) for name in AMOUNTS}
        return {name: str(_as_entry(_BY_NAME[name], getattr(preset, name))) for name in AMOUNTS}

    def choices(self, name: str) -> tuple[tuple[str, str], ...]:
        """Value and label of each choice of a setting."""
        return _choices(name, self.goal)

    def with_value(self, name: str, value: Value) -> RecipeForm:
        """The form after one entry was changed."""
        if name == "architecture":
            return fresh_form(self.goal, architecture=str(value), keep=self)
        return _checked(self.recommended, {**self.values, **self._following(name, value)})

    def with_goal(self, goal: Goal) -> RecipeForm:
        """The form for another goal, with its recommended settings."""
        return fresh_form(goal, keep=self)

    def reset(self) -> RecipeForm:
        """Everything as recommended for the goal."""
        return fresh_form(self.goal)

    def _following(self, name: str, value: Value) -> dict[str, Value]:
        """What changes along with one entry."""
        if name in AMOUNTS:
            return {**self.amounts, "augmentation": "custom", name: value}
        if name == "augmentation" and value == "custom" and not self.edited & set(AMOUNTS):
            return {**self.amounts, name: value}
        return {name: value}

    def _matters(self, field: Field) -> bool:
        from ml_core.models import registry

        if field.name == "weights":
            architecture = registry.ARCHITECTURES.get(str(self.values["architecture"]))
            return architecture is not None and architecture.pretrained
        return self.goal in field.goals


def fresh_form(
    goal: Goal, *, architecture: str | None = None, keep: RecipeForm | None = None
) -> RecipeForm:
    """The recommended settings, but for what the user had set for the photos."""
    from ml_core.training.recipe import recipe_for

    recommended = recipe_for(goal, architecture=architecture)
    usual = _entries(recommended)
    edited = keep.edited if keep is not None else frozenset()
    kept = {name: keep.values[name] for name in _KEPT if name in edited} if keep else {}
    return _checked(recommended, {**usual, **kept})


def form_of(recipe: Recipe) -> RecipeForm:
    """The settings of a recipe that was used before."""
    form = fresh_form(recipe.goal, architecture=recipe.architecture)
    return _checked(form.recommended, _entries(recipe))


def tab_of(group: str) -> str:
    """On which sheet of the settings a group of them lies: "network" or "photos"."""
    return "photos" if group in ("variation", "counting", "photos") else "network"


def largest_entry(name: str) -> float:
    """How far a slider of an amount goes, in the unit of its field."""
    from ml_core.dataset.augment import MOST

    return float(_as_entry(_BY_NAME[name], MOST[name]))


def _entries(recipe: Recipe) -> dict[str, Value]:
    return {field.name: _as_entry(field, _setting(recipe, field.name)) for field in FIELDS}


def _setting(recipe: Recipe, name: str) -> Any:
    return getattr(recipe.custom if name in AMOUNTS else recipe, name)


def _as_entry(field: Field, value: Any) -> Value:
    match field.kind:
        case "switch":
            return bool(value)
        case "percent":
            return f"{100 * value:g}"
        case "decimal" | "degrees":
            return f"{value:g}"
        case _:
            return str(value)


def _checked(recommended: Recipe, values: Mapping[str, Value]) -> RecipeForm:
    parsed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in FIELDS:
        if recommended.goal not in field.goals:
            continue
        try:
            parsed[field.name] = _parsed(field, values[field.name])
        except ValueError as error:
            errors[field.name] = str(error)
    good = {name: value for name, value in parsed.items() if name not in errors}
    errors |= _refused(recommended, good)
    recipe = None if errors else _with(recommended, parsed)
    return RecipeForm(recommended=recommended, values=values, errors=errors, recipe=recipe)


def _with(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """The recipe with other settings; amounts count where they are the user's own."""
    plain = {name: value for name, value in settings.items() if name not in AMOUNTS}
    changed = replace(recipe, **plain)
    if changed.augmentation != "custom":
        return changed
    own = {name: settings[name] for name in AMOUNTS if name in settings}
    return replace(changed, custom=replace(changed.custom, **own))


def _parsed(field: Field, value: Value) -> Any:
    match field.kind:
        case "whole":
            return _number(str(value), int, words.WHOLE_NUMBER)
        case "decimal":
            return _number(str(value), float, words.A_NUMBER)
        case "percent":
            return round(_number(str(value).rstrip(" %"), float, words.A_NUMBER) / 100, 6)
        case "degrees":
            return _number(str(value).rstrip(" °"), float, words.A_NUMBER)
        case "weights":
            return _weights(str(value))
        case _:
            return _choice(field.name, value)


def _number(text: str, kind: type[int | float], complaint: str) -> Any:
    try:
        return kind(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(complaint) from None


def _weights(value: str) -> str:
    if value not in ("imagenet", "none") and not Path(value).is_file():
        raise ValueError(words.NO_FILE)
    return value


def _choice(name: str, value: Value) -> Any:
    if name != "resize":
        return value
    from ml_core.images import ResizePolicy

    return ResizePolicy(str(value))


def _refused(recommended: Recipe, values: Mapping[str, Any]) -> dict[str, str]:
    """What the library has against the settings, by the setting that is to blame."""
    errors = {}
    for name, value in values.items():
        if value != _setting(recommended, name):
            kind = {"augmentation": "custom"} if name in AMOUNTS else {}
            error = _complaint(_with(recommended, {**kind, name: value}))
            if error is not None:  # Beside the field its name and value need not be said again.
                errors[name] = _in_field_units(name, error.expected or error.what)
    error = _complaint(_with(recommended, values)) if not errors else None
    if error is not None:
        errors[""] = str(error)
    return errors


def _in_field_units(name: str, sentence: str) -> str:
    """The library speaks of shares from 0 to 1; the fields show percent."""
    if _BY_NAME[name].kind != "percent":
        return sentence
    return re.sub(r"\d+(\.\d+)?", lambda number: f"{100 * float(number[0]):g} %", sentence)


def _complaint(recipe: Recipe) -> RecipeError | None:
    try:
        recipe.validate()
    except RecipeError as error:
        return error
    return None


def _choices(name: str, goal: Goal) -> tuple[tuple[str, str], ...]:
    from ml_core.images import ResizePolicy
    from ml_core.training import recipe

    match name:
        case "architecture":
            return _architectures(goal)
        case "resize":
            return tuple((policy.value, words.CHOICES[policy.value]) for policy in ResizePolicy)
        case "optimizer":
            return tuple((name, words.CHOICES[name]) for name in recipe.OPTIMIZERS)
        case "weights":
            return tuple((name, words.CHOICES[name]) for name in ("imagenet", "none", "file"))
        case _:
            return tuple((name, augmentation_words.KINDS[name]) for name in recipe.AUGMENTATIONS)


def _architectures(goal: Goal) -> tuple[tuple[str, str], ...]:
    """Those that can serve the goal."""
    from ml_core.models.registry import ARCHITECTURES
    from ml_core.training.recipe import recipe_for

    able = []
    for name, architecture in ARCHITECTURES.items():
        try:
            recipe_for(goal, architecture=name)
        except RecipeError:
            continue
        able.append((name, architecture.title))
    return tuple(able)
