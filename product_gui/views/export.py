"""Opens the export dialog, and then asks where to save."""

import tkinter as tk
from typing import TYPE_CHECKING

from product_gui.presenters.export import ExportPresenter, ExportState

if TYPE_CHECKING:
    from product_gui.views.dialogs import Dialogs


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
        from product_gui.views.export_dialog import ExportDialog

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
