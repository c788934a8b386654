"""The selected model: what it is, and what can be done with it."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.model_list import Entry
from product_gui.presenters.models import ModelsPresenter, ModelsState
from product_gui.text import models as words
from product_gui.text.numbers import listed
from product_gui.theme import colours, fonts, metrics
from product_gui.views.side_panel import Numbers, SidePanel
from product_gui.widgets.button import Button
from product_gui.widgets.label import ElidedLine, Paragraph
from product_gui.widgets.toolkit import Callback, Frame

if TYPE_CHECKING:
    from product_gui.presenters.window import WindowPresenter
    from product_gui.views.dialogs import Dialogs

_MOST_CATEGORIES = 12


class ModelPanel(SidePanel):
    """Buttons that cannot be used say why."""

    def __init__(
        self,
        master: tk.Misc,
        presenter: ModelsPresenter,
        dialogs: "Dialogs",
        window: "WindowPresenter",
    ) -> None:
        super().__init__(master)
        self._presenter, self._dialogs, self._window = presenter, dialogs, window
        head = Frame(self.space, fg_color="transparent")
        head.pack(fill="x")
        self.star = Button(
            head,
            text="",
            icon="star",
            kind="quiet",
            small=True,
            command=presenter.star,
            tip=words.STAR_TIP,
        )
        self.star.pack(side="right")
        self._name = ElidedLine(head, font=fonts.TITLE, where="middle")
        self._name.pack(side="left", fill="x", expand=True)
        self._origin = ElidedLine(self.space, font=fonts.CAPTION, colour=colours.MUTED)
        self._origin.pack(fill="x", pady=(0, metrics.GRID * 1.5))
        self._numbers = Numbers(
            self.space,
            (words.COLUMN_SCORE, words.COLUMN_NETWORK, words.COLUMN_DATE, words.COLUMN_SIZE),
        )
        self._numbers.pack(fill="x")
        self._categories = Paragraph(self.space, font=fonts.CAPTION, colour=colours.MUTED)
        self._categories.pack(fill="x", pady=(metrics.GRID, 0))
        self._note = Paragraph(self.space, font=fonts.CAPTION)
        self._note.pack(fill="x", pady=(metrics.GRID, 0))
        self._make_buttons()

    def apply(self, state: ModelsState) -> None:
        """Show the selected entry."""
        entry = state.entry
        if entry is None:
            return
        self._name.set_text(entry.name)
        self._origin.set_text(entry.origin)
        self._numbers.render(
            {
                words.COLUMN_SCORE: entry.score,
                words.COLUMN_NETWORK: entry.network,
                words.COLUMN_DATE: entry.date,
                words.COLUMN_SIZE: entry.size,
            }
        )
        self._categories.set_text(listed(entry.categories, most=_MOST_CATEGORIES))
        self._note.set_text(entry.note)
        self._apply_buttons(state, entry)

    def named_controls(self) -> dict[str, tk.Misc]:
        return {
            "use": self.use,
            "export": self.export,
            "review": self.review,
            "star": self.star,
            "rename": self.rename,
            "note": self.note,
            "train_again": self.again,
            "show_folder": self.folder,
            "trash": self.trash,
        }

    def _make_buttons(self) -> None:
        presenter, gap = self._presenter, metrics.GRID
        self.use = Button(
            self.space, text=words.USE, command=presenter.use, kind="primary", icon="check"
        )
        self.export = Button(self.space, text=words.EXPORT, command=self._export, icon="export")
        self.review = Button(self.space, text=words.REVIEW, command=self._review, icon="chart")
        small = Frame(self.space, fg_color="transparent")
        small.grid_columnconfigure((0, 1), weight=1, uniform="half")
        self.rename = self._small(small, words.RENAME, self._rename, "tag")
        self.note = self._small(small, words.NOTE, self._ask_for_note, "file")
        self.again = self._small(small, words.AGAIN, self._again, "redo", words.AGAIN_TIP)
        self.folder = self._small(small, words.SHOW_FOLDER, self._show_folder, "folder")
        self.trash = self._small(self.space, words.TRASH, presenter.remove, "trash")
        for place, button in enumerate((self.rename, self.note, self.again, self.folder)):
            row, column = divmod(place, 2)
            button.grid(row=row, column=column, sticky="ew", pady=(gap / 2, 0))
        self.trash.pack(side="bottom", fill="x", pady=(gap / 2, 0))
        small.pack(side="bottom", fill="x")
        for button in (self.review, self.export, self.use):
            button.pack(side="bottom", fill="x", pady=(gap, 0))

    def _small(
        self, master: tk.Misc, text: str, command: Callback, icon: str, tip: str = ""
    ) -> Button:
        return Button(
            master,
            text=text,
            command=command,
            icon=icon,
            kind="quiet",
            small=True,
            tip=tip,
        )

    def _apply_buttons(self, state: ModelsState, entry: Entry) -> None:
        is_current = entry.path == state.current
        self.use.set_text(words.IN_USE if is_current else words.USE)
        self.use.set_enabled(not state.use_reason, state.use_reason)
        self.export.set_enabled(not state.file_reason, state.file_reason)
        self.folder.set_enabled(not state.remove_reason, state.remove_reason)
        self.rename.set_enabled(not state.rename_reason, state.rename_reason)
        self.review.set_enabled(not state.review_reason, state.review_reason)
        self.note.set_enabled(not state.note_reason, state.note_reason)
        self.again.set_enabled(not state.again_reason, state.again_reason)
        self.star.set_icon("star_filled" if entry.is_starred else "star")
        self.star.set_enabled(not state.note_reason, state.note_reason)
        self.trash.set_text(words.TRASH if entry.run is not None else words.FORGET)
        self.trash.set_icon("trash" if entry.run is not None else "minus")

    def _export(self) -> None:
        entry = self._presenter.state.entry
        if entry is not None:
            self._window.pages.export.open(entry.path, entry.name)

    def _review(self) -> None:
        entry = self._presenter.state.entry
        if entry is not None and entry.run is not None:
            self._window.review_run(entry.run.folder)

    def _rename(self) -> None:
        entry = self._presenter.state.entry
        if entry is not None:
            self._dialogs.rename(entry.name)

    def _ask_for_note(self) -> None:
        entry = self._presenter.state.entry
        if entry is not None:
            self._dialogs.note(entry.note)

    def _again(self) -> None:
        entry = self._presenter.state.entry
        if entry is not None and entry.run is not None:
            self._window.train_again(entry.run)

    def _show_folder(self) -> None:
        entry = self._presenter.state.entry
        if entry is not None:
            self._window.pages.export.show_folder(entry.path)
