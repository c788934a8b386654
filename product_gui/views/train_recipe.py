"""The choice of a recipe in plain words, and the button that starts the training."""

import tkinter as tk

from product_gui.presenters.augmentation import remark_on_weights
from product_gui.presenters.train import TrainPresenter
from product_gui.presenters.train_state import TrainState
from product_gui.text import train as words
from product_gui.theme import colours, fonts, metrics
from product_gui.widgets.button import Button
from product_gui.widgets.choice_cards import Choice, ChoiceCards
from product_gui.widgets.label import Line, Paragraph
from product_gui.widgets.toolkit import Frame

_ICONS = {"fast": "bolt", "best": "sparkle", "scratch": "sprout"}
_CARD = 92


class RecipePanel(Frame):
    """Three recipes, a way to the details, and Train."""

    def __init__(self, master: tk.Misc, presenter: TrainPresenter) -> None:
        super().__init__(master, fg_color="transparent")
        self._presenter = presenter
        gap = metrics.GRID
        Line(self, words.RECIPE_SECTION, font=fonts.LEAD_BOLD).pack(fill="x", pady=(0, gap * 1.5))
        self.goals = ChoiceCards(
            self,
            [
                Choice(key, title, words.GOAL_SENTENCES[key], _ICONS[key])
                for key, title in words.GOAL_TITLES.items()
            ],
            value="fast",
            on_change=presenter.choose_goal,  # type: ignore[arg-type]
            height=_CARD,
            is_vertical=True,
        )
        self.goals.pack(fill="x")
        row = Frame(self, fg_color="transparent")
        row.pack(fill="x", pady=(gap, 0))
        self.measure = Button(
            row,
            text=words.MEASURE,
            command=presenter.measure,
            kind="quiet",
            icon="clock",
            small=True,
            tip=words.MEASURE_TIP,
        )
        self.measure.pack(side="right")
        self.advanced = Button(
            row,
            text=words.ADVANCED,
            command=self._toggle_advanced,
            kind="quiet",
            icon="settings",
            small=True,
        )
        self.advanced.pack(side="left")
        self._reason = Paragraph(self, font=fonts.CAPTION, colour=colours.MUTED)
        self.train = Button(
            self, text=words.TRAIN, command=presenter.start, kind="primary", icon="play"
        )
        self.train.pack(side="bottom", fill="x")
        self._reason.pack(side="bottom", fill="x", pady=(0, gap))
        self._is_advanced = False

    def apply(self, state: TrainState) -> None:
        """Set everything from the state."""
        photos = state.data.photos if state.data is not None else 0
        for goal in words.GOAL_TITLES:
            self.goals.set_note(goal, _measured(state, goal) or words.cost(goal, photos))
        if state.form is not None and state.form.goal != self.goals.value:
            self.goals.set_value(state.form.goal)
        self._is_advanced = state.advanced
        self.advanced.set_text(words.BACK_TO_PHOTOS if state.advanced else _advanced_text(state))
        self.advanced.set_icon("photos" if state.advanced else "settings")
        self.train.set_enabled(not state.blocked, state.blocked)
        self.advanced.set_tip("" if state.advanced else remark_on_weights(state))
        sizing = state.sizing
        self.measure.set_enabled(not state.blocked and not sizing.measuring, state.blocked)
        self._reason.set_text(state.blocked or state.remark)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "train_button": self.train,
            "advanced": self.advanced,
            "goals": self.goals,
            "measure": self.measure,
        }

    def _toggle_advanced(self) -> None:
        self._presenter.show_advanced(not self._is_advanced)


def _measured(state: TrainState, goal: str) -> str:
    """How long a goal takes, if that was measured with the settings as they are now."""
    sizing, form = state.sizing, state.form
    if form is None or form.goal != goal or sizing.recipe != form.recipe:
        return ""
    return words.at_most(sizing.estimate.seconds) if sizing.estimate is not None else ""


def _advanced_text(state: TrainState) -> str:
    changed = len(state.form.changed) if state.form is not None else 0
    return words.advanced(changed, recommended=1 if remark_on_weights(state) else 0)
