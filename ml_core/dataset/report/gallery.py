"""The findings of a page: each kind with its reason, its cases and their pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ml_core.dataset.health.finding import Finding
from ml_core.dataset.health.health import Health
from ml_core.dataset.health.registry import CHECKS
from ml_core.dataset.photos import Photo
from ml_core.dataset.report.markup import more, name, number, text
from ml_core.dataset.report.summary import FindingsOfKind, by_kind, photo_place, place_below

MOST_CASES: Final = 24
"""Of one kind. A page with thousands of pictures opens nowhere; the table has all cases."""
MOST_PHOTOS: Final = 8
"""Of one case."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind with those of its cases that the page shows."""

    group: FindingsOfKind
    cases: tuple[Finding, ...]

    @property
    def photos(self) -> Iterator[Photo]:
        """Those with a picture, in the order of the page."""
        for case in self.cases:
            yield from case.photos[:MOST_PHOTOS]


def choose(health: Health) -> list[Shown]:
    """What the page shows of all findings."""
    return [Shown(group, group.findings[:MOST_CASES]) for group in by_kind(health.findings)]


def findings_section(
    health: Health, shown: Sequence[Shown], pictures: Iterator[str]
) -> Iterator[str]:
    """The section in pieces. One picture is taken for each photo shown, in order."""
    yield '<h2 id="findings">Findings</h2>'
    if not shown:
        yield '<p class="box">Nothing was found that would have to be mended.</p>'
    for one in shown:
        yield from _kind(one, health, pictures)
    if health.settled:
        yield f'<p class="more">{number(len(health.settled))} more are settled by decisions.</p>'


def _kind(shown: Shown, health: Health, pictures: Iterator[str]) -> Iterator[str]:
    group = shown.group
    severity = group.severity.value
    yield (
        f'<details class="box" open id="{group.kind.value}"><summary>'
        f'<span class="severity {severity}">{severity.capitalize()}</span>'
        f"<h3>{text(group.title)}</h3>"
        f'<span class="number">{number(len(group.findings))}</span></summary>'
        f'<p class="advice">{text(group.advice)}</p><ul class="cards">'
    )
    for case in shown.cases:
        yield from _case(case, health, pictures)
    yield "</ul>"
    yield more(len(group.findings) - len(shown.cases), "; a CSV report lists them all")
    yield "</details>"


def _case(case: Finding, health: Health, pictures: Iterator[str]) -> Iterator[str]:
    """A single photo is a card; several are a row of cards below their sentence."""
    if not case.photos:
        yield _without_photos(case, health)
    elif len(case.photos) == 1:
        folder = photo_place(case.photos[0], health).rpartition("/")[0]
        yield f"<li>{_picture(next(pictures), case.photos[0])}<p>{_suggestion(case)}"
        yield f"{text(case.what)}<small>{name(folder)}</small></p></li>"
    else:
        yield f'<li class="wide"><p>{text(case.what)}</p><ul class="cards">'
        for photo in case.photos[:MOST_PHOTOS]:
            place = name(photo_place(photo, health))
            yield f"<li>{_picture(next(pictures), photo)}<p>{place}</p></li>"
        yield f"</ul>{more(len(case.photos) - MOST_PHOTOS, ' photos')}</li>"


def _suggestion(case: Finding) -> str:
    """The category that a photo is in, and the one where it rather belongs."""
    if not case.suggested_class:
        return ""
    return f"<b>{name(', '.join(case.classes[:1]))} → {name(case.suggested_class)}</b>"


def _without_photos(case: Finding, health: Health) -> str:
    """What was found, what can be done about this very case, and the files concerned."""
    own_advice = case.mend if case.mend not in CHECKS[case.kind].mend else ""
    listed = [name(place_below(path, health.dataset.root)) for path in case.paths[:MOST_PHOTOS]]
    files = f"<small>{', '.join(listed)}</small>" if listed else ""
    rest = more(len(case.paths) - MOST_PHOTOS, " files")
    return f'<li class="said"><p>{text(case.what)} {text(own_advice)}{files}</p>{rest}</li>'


def _picture(address: str, photo: Photo) -> str:
    if not address:
        return '<span class="gone">not readable any more</span>'
    return f'<img src="{address}" alt="{text(photo.path.name)}" loading="lazy">'
