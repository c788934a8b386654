"""Apply a person's decisions to a data set: what is left of it, and under which categories."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ml_core.dataset.decisions import Choice, Decision, Decisions, PhotoKey, place_of
from ml_core.dataset.photos import Dataset, Photo, SkipKind, SkippedFile

LEFT_OUT_REASON = "You left it out."


@dataclass(frozen=True, slots=True)
class Decided:
    """A data set after the decisions.

    Attributes:
        dataset: Photos left out are among ``skipped``; categories without photos are gone.
        places: Where each of its photos stood in the data set before.
        kept: Kind of finding -> photos about which it is not to be brought up again.
        moved: How many photos count to another category than their folder's.
        dormant: Decisions that could not be followed, with the reason in one sentence.
    """

    dataset: Dataset
    places: tuple[int, ...]
    kept: Mapping[str, frozenset[Photo]] = field(default_factory=dict)
    moved: int = 0
    dormant: tuple[tuple[Decision, str], ...] = ()


def apply_decisions(decisions: Decisions, dataset: Dataset, contents: Sequence[bytes]) -> Decided:
    """Follow all decisions that count. The later one about a photo wins.

    Args:
        decisions: Of the folder.
        dataset: As it was scanned, without unreadable photos.
        contents: The content hash of each photo, in the order of ``dataset.photos``.
    """
    fates = _Fates(dataset, contents)
    for decision in decisions.active:
        fates.follow(decision)
    return fates.result()


class _Fates:
    """What becomes of each photo, decision by decision."""

    def __init__(self, dataset: Dataset, contents: Sequence[bytes]) -> None:
        self._dataset = dataset
        self._by_content: dict[str, list[int]] = defaultdict(list)
        for place, content in enumerate(contents):
            self._by_content[content.hex()].append(place)
        self._names = [place_of(photo, dataset.root) for photo in dataset.photos]
        self._fate: dict[int, Decision] = {}
        self._kept: dict[str, set[int]] = defaultdict(set)
        self._merged: dict[str, str] = {}
        self._dormant: list[tuple[Decision, str]] = []

    def follow(self, decision: Decision) -> None:
        if reason := self._why_not(decision):
            self._dormant.append((decision, reason))
            return
        if decision.choice is Choice.MERGE:
            self._merge(decision.from_class, decision.to_class)
        for place in self._meant(decision):
            if decision.choice is not Choice.KEEP:
                self._fate[place] = decision
                continue
            self._kept[decision.kind].add(place)
            if (fate := self._fate.get(place)) and fate.kind == decision.kind:
                del self._fate[place]

    def result(self) -> Decided:
        photos = {place: self._moved(place) for place in self._used()}
        used = {photo.class_index for photo in photos.values()}
        class_names = [
            name for index, name in enumerate(self._dataset.class_names) if index in used
        ]
        new_index = {self._dataset.class_names.index(name): n for n, name in enumerate(class_names)}
        final = {
            place: replace(photo, class_index=new_index[photo.class_index])
            for place, photo in photos.items()
        }
        return Decided(
            replace(
                self._dataset,
                class_names=tuple(class_names),
                photos=tuple(final.values()),
                skipped=(*self._dataset.skipped, *self._left_out()),
            ),
            tuple(final),
            {
                kind: frozenset(final[place] for place in places if place in final)
                for kind, places in self._kept.items()
            },
            sum(
                photo.class_index != self._dataset.photos[place].class_index
                for place, photo in photos.items()
            ),
            tuple(self._dormant),
        )

    def _why_not(self, decision: Decision) -> str:
        for name in filter(None, (decision.from_class, decision.to_class)):
            if name not in self._dataset.class_names:
                return f'There is no category "{name}" any more.'
        if decision.photos and not list(self._meant(decision)):
            return "The photos are not there any more."
        return ""

    def _meant(self, decision: Decision) -> Iterator[int]:
        for key in decision.photos:
            yield from self._places_of(key)

    def _places_of(self, key: PhotoKey) -> list[int]:
        """The photo where it was; else photos of its content, but of copies at most one."""
        same = self._by_content.get(key.content, [])
        there = [place for place in same if self._names[place] == key.place]
        if there or not key.copies:
            return there or same
        others = [place for place in same if self._names[place] not in key.copies]
        name = PurePosixPath(key.place).name
        alike = [place for place in others if PurePosixPath(self._names[place]).name == name]
        return (alike or others)[:1]

    def _merge(self, from_class: str, to_class: str) -> None:
        """The other way round, it takes an earlier merge back."""
        if from_class == to_class:
            return
        if self._merged_name(to_class) == from_class:
            del self._merged[to_class]
        self._merged[from_class] = to_class

    def _merged_name(self, name: str) -> str:
        while name in self._merged:
            name = self._merged[name]
        return name

    def _used(self) -> Iterator[int]:
        for place in range(len(self._dataset.photos)):
            fate = self._fate.get(place)
            if fate is None or fate.choice is not Choice.LEAVE_OUT:
                yield place

    def _left_out(self) -> Iterator[SkippedFile]:
        for place, photo in enumerate(self._dataset.photos):
            fate = self._fate.get(place)
            if fate is not None and fate.choice is Choice.LEAVE_OUT:
                yield SkippedFile(photo.path, LEFT_OUT_REASON, SkipKind.DECIDED, photo.index)

    def _moved(self, place: int) -> Photo:
        """The photo under the category that it was moved or merged to."""
        photo, names = self._dataset.photos[place], self._dataset.class_names
        name = names[photo.class_index]
        if (fate := self._fate.get(place)) and fate.choice is Choice.MOVE:
            name = fate.to_class
        return replace(photo, class_index=names.index(self._merged_name(name)))
