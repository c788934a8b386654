"""The Models page: what there is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from product_gui.jobs.job import Job, Work
from product_gui.jobs.problem import Problem
from product_gui.jobs.runner import Lane
from product_gui.presenters.current_model import CurrentModel
from product_gui.presenters.model_list import Entry, list_entries
from product_gui.presenters.presenter import Notice, Presenter, Surroundings
from product_gui.text import models as words

if TYPE_CHECKING:
    from ml_core.runs import Run

LONGEST_NAME = 80
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsState:
    """The whole page.

    Attributes:
        entries: Newest first; None until they have been read.
        selected: Key of the selected entry.
        current: Path of the model that answers.
        is_opening: A model file is being opened.
    """

    entries: tuple[Entry, ...] | None = None
    selected: str = ""
    current: Path | None = None
    is_opening: bool = False
    problem: Problem | None = None

    @property
    def entry(self) -> Entry | None:
        """The selected one."""
        return next((entry for entry in self.entries or () if entry.key == self.selected), None)

    @property
    def use_reason(self) -> str:
        """Why the selected entry cannot be used; empty when it can."""
        if self.entry is not None and self.entry.path == self.current:
            return words.ALREADY_IN_USE
        return self.file_reason

    @property
    def file_reason(self) -> str:
        """Why nothing can be done with the selected entry's file; empty when it can."""
        if self.entry is None:
            return words.SELECT_ONE
        return "" if self.entry.has_model else words.NO_MODEL_HERE

    @property
    def rename_reason(self) -> str:
        """Why the selected entry cannot be renamed; empty when it can."""
        if self.entry is None:
            return words.SELECT_ONE
        return "" if self.entry.run is not None else words.ONLY_OWN_RENAME

    @property
    def review_reason(self) -> str:
        """Why there is nothing to review; empty when there is."""
        if self.entry is not None and self.entry.run is None:
            return words.ONLY_OWN_REVIEW
        return self.file_reason

    @property
    def note_reason(self) -> str:
        """Why the selected entry can have no star and no note; empty when it can."""
        if self.entry is not None and self.entry.run is None:
            return words.ONLY_OWN_NOTE
        return self.remove_reason

    @property
    def again_reason(self) -> str:
        """Why it cannot be trained again; empty when it can."""
        if self.entry is not None and self.entry.run is None:
            return words.ONLY_OWN_AGAIN
        return self.remove_reason

    @property
    def remove_reason(self) -> str:
        """Why nothing can be removed; empty when it can."""
        return "" if self.entry is not None else words.SELECT_ONE


def _nothing(_result: object) -> None:
    """What is to be done after a change that the new list shows by itself."""


class ModelsPresenter(Presenter[ModelsState]):
    """Keeps the list and carries out what is asked of its entries."""

    def __init__(self, surroundings: Surroundings, model: CurrentModel) -> None:
        super().__init__(surroundings, ModelsState())
        self._model = model
        self._listing: Job | None = None
        self._changed_listeners: list[Callable[[], None]] = []
        model.listen(self._model_changed)

    def on_changed(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when a run was renamed, removed or brought back."""
        self._changed_listeners.append(listener)

    def refresh(self) -> None:
        """Read the list again."""
        self.around.abandon(self._listing)
        known = self.around.settings.current.recent_models
        self._listing = self.around.start(
            Work(
                name="list models",
                operation=lambda _report, _control: list_entries(self.around.library, known),
                on_success=self._listed,
                on_failure=lambda problem: self.show(problem=problem, entries=()),
            ),
            Lane.LOOK,
        )

    def select(self, key: str) -> None:
        if key != self.state.selected:
            self.show(selected=key)

    def open_file(self, path: Path) -> None:
        """Take in a model file from elsewhere; it answers from now on."""
        self.around.settings.remember_folder("models", path.parent)
        self._model.use(path)

    def use(self) -> None:
        """Let the selected model answer."""
        if self.state.entry is not None and not self.state.use_reason:
            self._model.use(self.state.entry.path)

    def name_problem(self, name: str) -> str:
        """Why a name cannot be given; empty when it can."""
        if not name.strip():
            return words.NAME_NEEDED
        return words.NAME_TOO_LONG if len(name.strip()) > LONGEST_NAME else ""

    def rename(self, name: str) -> None:
        """Give the selected model another name."""
        entry, name = self.state.entry, name.strip()
        if entry is None or entry.run is None or self.name_problem(name) or name == entry.name:
            return
        run = entry.run
        self._change(
            "rename",
            lambda: self.around.library.rename_run(run, name),
            lambda renamed: self._model.renamed(renamed.model_path, renamed.name),
        )

    def star(self) -> None:
        """Mark the selected model with a star, or take the mark away."""
        run = self.state.entry.run if self.state.entry is not None else None
        if run is not None:
            starred = not run.is_starred
            self._change("star", lambda: self.around.library.star_run(run, starred), _nothing)

    def note_problem(self, note: str) -> str:
        """Why a note cannot be kept; empty when it can."""
        return words.NOTE_TOO_LONG if len(note.strip()) > LONGEST_NOTE else ""

    def annotate(self, note: str) -> None:
        """Keep a note about the selected model; an empty one takes it away."""
        run = self.state.entry.run if self.state.entry is not None else None
        if run is not None and not self.note_problem(note) and note.strip() != run.note:
            self._change("note", lambda: self.around.library.annotate_run(run, note), _nothing)

    def remove(self) -> None:
        """Move the selected run to the trash, or leave a foreign file out of the list."""
        entry = self.state.entry
        if entry is None:
            return
        if entry.run is None:
            self._forget(entry)
        else:
            self._trash(entry, entry.run)

    def dismiss_problem(self) -> None:
        self.show(problem=None)

    def _forget(self, entry: Entry) -> None:
        was_current = entry.path == self.state.current
        self._model.forget(entry.path)
        self.refresh()
        self.around.notices.say(
            Notice(words.FORGOTTEN, action=words.UNDO, run=lambda: self._recall(entry, was_current))
        )

    def _recall(self, entry: Entry, was_current: bool) -> None:
        if was_current:
            self._model.use(entry.path)
            return
        self.around.settings.change(
            lambda old: replace(old, recent_models=(*old.recent_models, entry.path))
        )
        self.refresh()

    def _trash(self, entry: Entry, run: Run) -> None:
        was_current = entry.path == self.state.current
        if was_current:
            self._model.forget(entry.path)

        def trashed(place: Path) -> None:
            self.around.trace("trashed", name=entry.name)
            self.around.notices.say(
                Notice(
                    words.TRASHED, action=words.UNDO, run=lambda: self._restore(place, was_current)
                )
            )

        self._change("trash", lambda: self.around.library.trash_run(run), trashed)

    def _restore(self, place: Path, was_current: bool) -> None:
        def restored(run: Run) -> None:
            self.around.notices.say(Notice(words.RESTORED))
            if was_current:
                self._model.use(run.model_path)

        self._change("restore", lambda: self.around.library.restore_run(place), restored)

    def _change(
        self, name: str, operation: Callable[[], object], done: Callable[..., None]
    ) -> None:
        """Change something on the disk, beside the window, and read the list again."""

        def succeeded(result: object) -> None:
            done(result)
            self._tell()

        self.around.start(
            Work(
                name=name,
                operation=lambda _report, _control: operation(),
                on_success=succeeded,
                on_failure=self._failed,
            ),
            Lane.LOOK,
        )

    def _failed(self, problem: Problem) -> None:
        self.show(problem=problem)
        self._tell()

    def _tell(self) -> None:
        self.refresh()
        for listener in self._changed_listeners:
            listener()

    def _listed(self, entries: tuple[Entry, ...]) -> None:
        self._listing = None
        keys = [entry.key for entry in entries]
        selected = self.state.selected if self.state.selected in keys else (keys or [""])[0]
        self.show(entries=entries, selected=selected)

    def _model_changed(self) -> None:
        state = self._model.state
        current = state.summary.path if state.summary is not None else None
        newly_known = current != self.state.current
        self.show(current=current, is_opening=state.opening is not None)
        if newly_known and self.state.entries is not None:
            self.refresh()
