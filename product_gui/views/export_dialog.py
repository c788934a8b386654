"""The export dialog: formats explained by where they are used, then where to save."""

import tkinter as tk

from product_gui.presenters.export import ExportPresenter
from product_gui.text import models as words
from product_gui.theme import colours, fonts
from product_gui.widgets.choice_cards import Choice, ChoiceCards
from product_gui.widgets.dialog import Answer, Dialog
from product_gui.widgets.label import Paragraph
from product_gui.widgets.toolkit import Frame

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
