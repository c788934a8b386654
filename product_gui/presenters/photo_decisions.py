"""What a person decides about photos and findings: shown at once, kept, followed, undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from product_gui.jobs.job import Work
from product_gui.jobs.runner import Lane
from product_gui.presenters.health_state import HealthState
from product_gui.presenters.health_view import Case, HealthView, KindOfCase, made_decision
from product_gui.presenters.photo_sheets import Standing
from product_gui.presenters.presenter import Notice, Surroundings
from product_gui.text import health as words

if TYPE_CHECKING:
    from ml_core.dataset.decisions import Decisions, PhotoKey


class Host(Protocol):
    """The presenter of the check, as it is needed here."""

    around: Surroundings
    state: HealthState

    def show(self, **changes: object) -> None: ...

    def show_view(self, view: HealthView) -> None: ...

    def follow(self) -> None: ...


class PhotoDecisions:
    """Photos are named by the keys of their pictures, findings by theirs.

    A decision shows at once; what follows from it (the split, other findings) comes a moment later.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.current: Decisions | None = None

    @property
    def can_decide(self) -> bool:
        """Whether photos are known well enough to decide about them."""
        state = self._host.state
        return self.current is not None and state.view is not None and not state.is_moving

    def leave_out(self, keys: Sequence[str], *, kind: str = "") -> None:
        """Do not use these photos."""
        decisions, photos = self._about(keys)
        if decisions is not None and photos:
            sentence = words.left_out([key.place for key in photos])
            self._decided(decisions.leave_out(photos, kind=kind), sentence)
            self._mark(keys, Standing.LEFT_OUT)
            self._show_kinds(lambda found: found.without_pictures(set(keys)))

    def use_again(self, keys: Sequence[str]) -> None:
        """Use photos that were left out, and put back those that were moved."""
        decisions, photos = self._about(keys)
        sheets = self._host.state.sheets
        if decisions is None or not photos or sheets is None:
            return
        homes: dict[str, list[str]] = {}
        for key in keys:
            homes.setdefault(sheets.folder_of(key), []).append(key)
        for folder, found in homes.items():
            decisions = decisions.move(self._about(found)[1], folder)
        self._decided(decisions, words.used_again([key.place for key in photos]))
        self._host.show(sheets=sheets.with_standing(keys, None))

    def keep(self, kind: str, cases: Collection[str]) -> None:
        """These findings are wrong or do not matter."""
        found = self._cases(kind, cases)
        keys = [picture.key for case in found for picture in case.pictures]
        decisions, photos = self._about(keys)
        if decisions is not None and photos:
            self._decided(decisions.keep(photos, kind=kind), words.kept(len(found)))
            self._answered(kind, cases)

    def move(self, keys: Sequence[str], category: str, *, kind: str = "") -> None:
        """Count these photos to another category."""
        decisions, photos = self._about(keys)
        if decisions is not None and photos:
            sentence = words.moved([key.place for key in photos], category)
            self._decided(decisions.move(photos, category, kind=kind), sentence)
            self._mark(keys, Standing.MOVED)
            self._answered(kind, self._concerning(kind, keys))

    def move_as_suggested(self, kind: str, cases: Collection[str]) -> None:
        """Count photos to the categories that they look like."""
        found = self._cases(kind, cases)
        by_category: dict[str, list[str]] = {}
        for case in found:
            by_category.setdefault(case.suggested, []).extend(p.key for p in case.pictures)
        decisions, all_keys = (
            self.current,
            [key for keys in by_category.values() for key in keys],
        )
        for category, keys in by_category.items():
            _, photos = self._about(keys)
            if decisions is not None and photos:
                decisions = decisions.move(photos, category, kind=kind)
        if decisions is not None and decisions is not self.current:
            self._decided(decisions, words.moved_as_suggested(len(all_keys)))
            self._mark(all_keys, Standing.MOVED)
            self._answered(kind, cases)

    def leave_copies_out(self, kind: str, cases: Collection[str]) -> None:
        """Of each group of copies, use the best one only."""
        found = self._cases(kind, cases)
        self.leave_out([p.key for case in found for p in case.pictures[1:]], kind=kind)

    def merge(self, kind: str, cases: Collection[str]) -> None:
        """Count categories under a second name to the first."""
        decisions = self.current
        names: list[str] = []
        for case in self._cases(kind, cases):
            for name in case.classes:
                if decisions is not None and name != case.suggested:
                    decisions = decisions.merge(name, case.suggested)
                    names.append(name)
        if decisions is not None and names:
            self._decided(decisions, words.merged(names))
            self._answered(kind, cases)

    def mend_leaks(self) -> None:
        """Leave copies out of training that the folders have in validation or test, too."""
        if self.current is not None and not self.current.mends_leaks:
            self._decided(self.current.mend_leaks(), words.MENDED)

    def undo(self, number: int | None = None) -> None:
        """Take a decision back; the last one if none is named."""
        if self.current is None or not self.current.active or self._host.state.is_moving:
            return
        active = {decision.number: decision for decision in self.current.active}
        taken = active[max(active) if number is None else number]
        self._host.around.trace("undone", choice=taken.choice)
        self._decided(self.current.undo(taken.number), "")
        self._host.around.notices.say(Notice(words.undone(made_decision(taken).what), "info"))

    # What is decided

    def _about(self, keys: Sequence[str]) -> tuple[Decisions | None, list[PhotoKey]]:
        """The decisions so far, and how they name these photos (not those that are unreadable)."""
        view = self._host.state.view
        if view is None or not self.can_decide:
            return None, []
        return self.current, [view.photo_keys[key] for key in keys if key in view.photo_keys]

    def _cases(self, kind: str, cases: Collection[str]) -> list[Case]:
        found = self._host.state.view.kind(kind) if self._host.state.view is not None else None
        return [case for case in found.cases if case.key in cases] if found is not None else []

    def _concerning(self, kind: str, keys: Sequence[str]) -> set[str]:
        found = self._host.state.view.kind(kind) if self._host.state.view is not None else None
        chosen = set(keys)
        cases = found.cases if found is not None else ()
        return {case.key for case in cases if chosen & {picture.key for picture in case.pictures}}

    def _decided(self, decisions: Decisions, sentence: str) -> None:
        """Keep the decisions, say so, and follow them."""
        before = len(self.current.history) if self.current is not None else 0
        self.current = decisions
        made = [decision for decision in decisions.history[before:] if not decision.undone]
        for decision in made:
            self._host.around.trace(
                "decided",
                choice=decision.choice,
                photos=[key.place for key in decision.photos],
                to_class=decision.to_class,
            )
        self._save(decisions)
        self._show_decisions(decisions)
        self._host.follow()
        if sentence:
            numbers = [decision.number for decision in made]
            self._host.around.notices.say(
                Notice(sentence, action=words.UNDO, run=lambda: self._undo_all(numbers))
            )

    def _undo_all(self, numbers: Sequence[int]) -> None:
        decisions = self.current
        active = {d.number for d in decisions.active} if decisions is not None else set()
        for number in reversed([number for number in numbers if number in active]):
            assert decisions is not None
            decisions = decisions.undo(number)
        if decisions is not None and decisions is not self.current:
            self._decided(decisions, "")

    def _save(self, decisions: Decisions) -> None:
        # On the lane of trainings: one that begins now finds what was decided until now.
        work = Work(
            name="save decisions",
            operation=lambda _report, _control: self._host.around.library.save_decisions(decisions),
            on_failure=lambda problem: self._host.show(problem=problem),
        )
        self._host.around.start(work, Lane.COMPUTE)

    # What shows at once

    def _mark(self, keys: Sequence[str], standing: Standing) -> None:
        if self._host.state.sheets is not None:
            self._host.show(sheets=self._host.state.sheets.with_standing(keys, standing))

    def _answered(self, kind: str, cases: Collection[str]) -> None:
        self._show_kinds(
            lambda found: found.without_cases(set(cases)) if found.kind == kind else found
        )

    def _show_kinds(self, change: Callable[[KindOfCase], KindOfCase]) -> None:
        view = self._host.state.view
        if view is None:
            return
        changed = (change(found) for found in view.kinds)
        kinds = tuple(found for found in changed if found.cases)
        self._host.show_view(replace(view, kinds=kinds))

    def _show_decisions(self, decisions: Decisions) -> None:
        view = self._host.state.view
        if view is None:
            return
        known = {made.number: made for made in view.decisions}
        made = tuple(
            known.get(decision.number) or made_decision(decision)
            for decision in reversed(decisions.active)
        )
        self._host.show_view(replace(view, decisions=made))
