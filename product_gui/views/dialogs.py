"""The dialogs: choosing files, the theme, help, names, and what to do with a running training."""

import tkinter as tk
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from product_gui.actions import Action
from product_gui.presenters.clipboard import Paste
from product_gui.presenters.window import WindowPresenter
from product_gui.text import classify as classify_words
from product_gui.text import health as health_words
from product_gui.text import models as models_words
from product_gui.text import train as train_words
from product_gui.views.clipboard import read_clipboard

_PHOTOS = "*.jpg *.jpeg *.png *.webp *.gif *.bmp *.tif *.tiff *.avif"
_ANY = ("*", "*")
FileTypes = Sequence[tuple[str, str]]


class Dialogs:
    """Asks, and hands the answers to the presenters. ``actions`` is the table that help shows."""

    def __init__(self, window: tk.Misc, presenter: WindowPresenter, paste: Paste) -> None:
        self._window = window
        self._presenter = presenter
        self._paste = paste
        self._settings = presenter.around.settings
        self._trace = presenter.around.trace
        self.actions: Sequence[Action] = ()

    # Opening

    def choose_photos(self) -> None:
        """Photos to classify."""
        names = self._open(
            "askopenfilenames",
            "photos",
            title=classify_words.CHOOSE_PHOTOS,
            filetypes=[
                (classify_words.FILTER_PHOTOS, _both_cases(_PHOTOS)),
                (classify_words.FILTER_ALL, "*"),
            ],
        )
        if names:
            paths = [Path(name) for name in names]
            self._settings.remember_folder("photos", paths[0].parent)
            self._presenter.classify_paths(paths)

    def choose_photo_folder(self) -> None:
        """A folder of photos to classify."""
        folder = self._folder("photos", classify_words.CHOOSE_FOLDER)
        if folder is not None:
            self._presenter.classify_paths([folder])

    def choose_data_folder(self) -> None:
        """A folder of photos to train on."""
        folder = self._folder("data", train_words.CHOOSE_FOLDER_TITLE)
        if folder is not None:
            self._presenter.pages.train.choose_folder(folder)

    def choose_model(self) -> None:
        """A model file that shall answer."""
        name = self._open(
            "askopenfilename",
            "models",
            title=classify_words.CHOOSE_MODEL,
            filetypes=[
                (classify_words.FILTER_MODELS, "*.keras"),
                (classify_words.FILTER_ALL, "*"),
            ],
        )
        if name:
            self._presenter.pages.models.open_file(Path(name))

    def choose_weights(self) -> Path | None:
        """A file of pretrained weights."""
        name = self._open(
            "askopenfilename",
            "weights",
            title=train_words.CHOOSE_WEIGHTS,
            filetypes=[
                (train_words.WEIGHTS_FILTER, "*.h5 *.hdf5 *.keras"),
                (classify_words.FILTER_ALL, "*"),
            ],
        )
        return Path(name) if name else None

    def paste(self) -> None:
        """Whatever the clipboard holds."""
        clipboard = read_clipboard(self._window)
        if clipboard.has_picture and not clipboard.text:
            self._paste.picture()
        else:
            self._paste.text(clipboard.text)

    # Saving

    def save_table(self) -> None:
        """The results of many photos as a CSV file."""
        name = self._save(
            "table", title=classify_words.SAVE_TABLE, suffix=".csv", name=classify_words.TABLE_NAME
        )
        if name is not None:
            self._presenter.pages.classify.save_csv(name)

    def save_report(self) -> None:
        """What was found in the photos, as a web page or as a table."""
        path = self._save(
            "report",
            title=health_words.EXPORT_TITLE,
            suffix=".html",
            name=health_words.REPORT_NAME,
            filetypes=[
                (health_words.FILTER_HTML, "*.html"),
                (health_words.FILTER_CSV, "*.csv"),
            ],
        )
        if path is not None:
            self._presenter.pages.train.health.save_report(path)

    def export_to(self, *, name: str, suffix: str) -> Path | None:
        """Where an exported model shall lie. The user has agreed to replace what is there."""
        path = self._save("export", title=models_words.EXPORT_SAVE_AS, suffix=suffix, name=name)
        if path is not None and path.is_dir() and any(path.iterdir()):
            return path if self._may_replace(path) else None
        return path

    # Asking

    def choose_theme(self) -> None:
        """Light, dark, or as the system has it."""
        from product_gui.views.questions import ask_theme

        self._trace("dialog", name="theme")
        theme = ask_theme(self._window, self._presenter.state.theme)
        if theme is not None:
            self._presenter.set_theme(theme)

    def show_help(self) -> None:
        """What the pages are for, and all shortcuts."""
        from product_gui.views.help import HelpDialog

        self._trace("dialog", name="help")
        shortcuts = [(action.title, action.shortcut) for action in self.actions]
        HelpDialog(self._window, [pair for pair in shortcuts if pair[1]]).ask()

    def tip(self, action_id: str) -> str:
        """The keys of an action, to be shown under the pointer of its button."""
        found = (action.shortcut for action in self.actions if action.id == action_id)
        return next(found, "")

    def ask_to_close(self, keep_reason: str) -> None:
        """What shall happen to the running training?"""
        from product_gui.views.questions import ask_how_to_end

        self._trace("dialog", name="close")
        answer = ask_how_to_end(self._window, can_keep=not keep_reason)
        presenter = self._presenter
        do = {"stop": presenter.stop_and_close, "discard": presenter.discard_and_close}
        do.get(answer, presenter.keep_training)()

    def rename(self, name: str) -> None:
        """Another name for the selected model."""
        from product_gui.text import models as words
        from product_gui.views.text_dialog import Question, TextDialog

        self._trace("dialog", name="rename")
        models = self._presenter.pages.models
        question = Question(
            words.RENAME_TITLE, words.RENAME_FIELD, words.RENAME_OK, name, models.name_problem
        )
        new = TextDialog(self._window, question).ask_for_text()
        if new:
            models.rename(new)

    def new_category(self) -> str | None:
        """The name of a category that the model does not have yet."""
        from product_gui.text import classify as words
        from product_gui.views.text_dialog import Question, TextDialog

        self._trace("dialog", name="category")
        question = Question(
            words.NEW_CATEGORY_TITLE,
            words.NEW_CATEGORY_FIELD,
            words.NEW_CATEGORY_OK,
            "",
            self._presenter.pages.classify.category_problem,
        )
        return TextDialog(self._window, question).ask_for_text()

    def note(self, note: str) -> None:
        """What a person has to say about the selected model."""
        from product_gui.text import models as words
        from product_gui.views.text_dialog import Question, TextDialog

        self._trace("dialog", name="note")
        models = self._presenter.pages.models
        question = Question(
            words.NOTE_TITLE, words.NOTE_FIELD, words.NOTE_OK, note, models.note_problem
        )
        new = TextDialog(self._window, question).ask_for_text()
        if new is not None:
            models.annotate(new)

    def _may_replace(self, path: Path) -> bool:
        from product_gui.views.questions import ask_to_replace

        self._trace("dialog", name="replace")
        return ask_to_replace(self._window, path.name)

    # Tk's own file dialogs

    def _folder(self, purpose: str, title: str) -> Path | None:
        name = self._open("askdirectory", purpose, title=title, mustexist=True)
        if not name:
            return None
        folder = Path(name)
        self._settings.remember_folder(purpose, folder.parent)
        return folder

    def _save(
        self, purpose: str, *, title: str, suffix: str, name: str, filetypes: FileTypes = ()
    ) -> Path | None:
        chosen = self._open(
            "asksaveasfilename",
            purpose,
            title=title,
            initialfile=name,
            defaultextension=suffix,
            filetypes=filetypes,
        )
        return Path(chosen) if chosen else None

    def _open(self, dialog: str, purpose: str, **options: Any) -> Any:
        from tkinter import filedialog

        from product_gui.theme.file_dialog import dress_file_dialogs

        dress_file_dialogs(self._window)
        self._trace("dialog", name=f"file:{purpose}")
        folder = self._settings.folder_for(purpose) or Path.home()
        return getattr(filedialog, dialog)(parent=self._window, initialdir=str(folder), **options)


def _both_cases(patterns: str) -> str:
    return f"{patterns} {patterns.upper()}"
