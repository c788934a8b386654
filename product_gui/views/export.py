"""The export dialog: formats explained by where they are used, then where to save."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.export import ExportPresenter, ExportState
from product_gui.text import models as words
from product_gui.theme import colours, fonts
from product_gui.widgets.choice_cards import Choice, ChoiceCards
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.label import Paragraph
from product_gui.widgets.toolkit import Frame

if TYPE_CHECKING:
    from product_gui.views.dialogs import Dialogs

_ICONS = {"keras": "train", "litert": "bolt", "onnx": "upload", "saved_model": "cube"}
_WIDTH = 520
_CARD = 76


class ExportDialog(Dialog):
    """Its result is whether to go on and choose a place."""

    def __init__(self, parent: tk.Misc, presenter: ExportPresenter) -> None:
        super().__init__(
            parent,
            title=words.export_title(presenter.state.name),
            text=words.EXPORT_QUESTION,
            answers=[
                Answer(False, words.CANCEL, is_escape=True),
                Answer(True, words.EXPORT_BUTTON, kind="primary", is_default=True),
            ],
            width=_WIDTH,
        )
        Frame(self.body, fg_color="transparent", width=_WIDTH, height=1).pack()
        self.formats = ChoiceCards(
            self.body,
            [
                Choice(key, title, text, _ICONS[key])
                for key, (title, text) in words.EXPORT_FORMATS.items()
            ],
            value=presenter.state.format,
            on_change=presenter.choose,  # type: ignore[arg-type]
            height=_CARD,
            is_vertical=True,
        )
        self.formats.pack(fill="x")
        beside = Paragraph(
            self.body, words.EXPORT_BESIDE, font=fonts.CAPTION, colour=colours.MUTED, width=_WIDTH
        )
        beside.pack(fill="x", pady=(12, 0))


class ExportView:
    """Opens the dialog when the presenter's state has a model to export."""

    def __init__(self, window: tk.Misc, presenter: ExportPresenter, dialogs: "Dialogs") -> None:
        self._window, self._presenter, self._dialogs = window, presenter, dialogs
        self._is_open = False
        presenter.attach(self)

    def render(self, state: ExportState) -> None:
        """Open the dialog if it is wanted and not open yet."""
        if state.model is not None and not self._is_open:
            self._is_open = True
            self._window.after_idle(self._ask)

    def _ask(self) -> None:
        presenter = self._presenter
        presenter.around.trace("dialog", name="export")
        goes_on = ExportDialog(self._window, presenter).ask()
        self._is_open = False
        path = None
        if goes_on:
            path = self._dialogs.export_to(name=presenter.suggested_name, suffix=presenter.suffix)
        if path is None:
            presenter.close()
        else:
            presenter.start(path)
