"""A check as one web page: pictures and style inside it, nothing fetched, nothing that runs."""

import io
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ml_core import storage
from ml_core.control import Control
from ml_core.dataset.health.finding import counted as count_of
from ml_core.dataset.health.health import Health
from ml_core.dataset.report.gallery import Shown, choose, findings_section
from ml_core.dataset.report.markup import figure_cell, head_row, more, name, number, text, tile
from ml_core.dataset.report.pictures import data_uri, pictures
from ml_core.dataset.report.style import STYLE
from ml_core.dataset.report.summary import (
    by_reason,
    decision_sentence,
    groups_sentence,
    parts_by_class,
    place_below,
)
from ml_core.events import PhaseStarted, Report, ignore
from ml_core.figures.style import DARK, LIGHT, FigureStyle
from ml_core.parallel import counted

_MOST_FILES: Final = 10
"""So many files are named for each reason to leave something out."""
_SECTIONS: Final = ("Findings", "Categories", "Sizes", "Decisions", "Left out")
_NOTHING_RUNS: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_page(
    health: Health,
    path: Path,
    *,
    report: Report = ignore,
    control: Control | None = None,
) -> None:
    """Write the check as HTML. An existing file is replaced.

    The page holds at most a few hundred small pictures, however large the data set is, and is
    written while they are read: memory stays flat.

    Args:
        health: Of ``check_dataset``.
        path: The file.
        report: Told of PhaseStarted and StepProgress of the phase "save".
        control: May interrupt; then nothing is written.

    Raises:
        StorageError: The disk refused; ``path`` is then as it was.
        Cancelled, Stopped: The caller ended it; ``path`` is then as it was.
    """
    report(PhaseStarted("save", "Writing the report"))
    shown = choose(health)
    photos = [photo for one in shown for photo in one.photos]
    read = pictures(photos, control=control)
    followed = counted(read, phase="save", total=len(photos), report=report)
    with (
        storage.replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="replace") as file,
    ):
        file.writelines(_page(health, shown, followed))


def _page(health: Health, shown: list[Shown], read: Iterator[str]) -> Iterator[str]:
    title = text(health.dataset.root.resolve().name or health.dataset.root)
    yield (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_RUNS}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Photo check: {title}</title><style>{STYLE}</style></head><body>"
    )
    yield f'<header><p class="eyebrow">Photo check</p><h1>{title}</h1>'
    yield f'<p class="muted">{datetime.now().astimezone():%d %B %Y, %H:%M}</p></header>'
    if health.problem:
        yield f'<p class="box problem"><b class="error">{text(health.problem)}</b></p>'
    yield _tiles(health)
    links = (f'<a href="#{_place(word)}">{word}</a>' for word in _SECTIONS)
    yield f'<nav class="contents">{"".join(links)}</nav><main>'
    yield from findings_section(health, shown, read)
    next(read, None)  # that was the last one: it is told only when another is asked for
    yield from (f'<p class="more">{text(sentence)}</p>' for sentence in health.omitted)
    yield from _categories(health)
    yield from _sizes(health)
    yield from _decisions(health)
    yield from _left_out(health)
    yield (
        "</main><footer>No photo was changed or moved for this. Product Classifier"
        f" {text(version('product-classifier'))}</footer></body></html>\n"
    )


def _place(section: str) -> str:
    return section.lower().replace(" ", "-")


def _heading(section: str) -> str:
    return f'<h2 id="{_place(section)}">{section}</h2>'


def _tiles(health: Health) -> str:
    used, left_out = len(health.dataset.photos), len(health.left_out)
    severities = ", ".join(
        count_of(count, severity.value) for severity, count in health.counts().items() if count
    )
    tiles = [
        tile("Photos used", number(used), f"of {number(used + left_out)} found"),
        tile("Categories", number(len(health.dataset.class_names)), _range(health)),
        tile("Findings", number(len(health.findings)), severities or "nothing wrong"),
    ]
    if health.split:
        groups = count_of(health.split.groups, "group")
        tiles.append(tile("Copies kept together", groups, "on one side of the split"))
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _range(health: Health) -> str:
    counts = health.dataset.counts().values()
    if not counts:
        return "none"
    least, most = number(min(counts)), number(max(counts))
    return f"{least if least == most else f'{least} to {most}'} photos each"


def _categories(health: Health) -> Iterator[str]:
    yield _heading("Categories")
    parts = parts_by_class(health)
    totals = health.dataset.counts()
    named = [part for part in parts if part]
    largest = max(totals.values(), default=1)
    yield '<div class="box"><p class="key">'
    for part in named:
        yield f'<span><i class="{part}"></i>{part} {number(sum(parts[part].values()))}</span>'
    yield f'<span class="muted">{text(groups_sentence(health))}</span></p><table>'
    heads = ("Category", "Photos", "", *(part.capitalize() for part in named))
    yield head_row(heads, figures=(1, *range(3, len(heads)))) + "<tbody>"
    for category in sorted(totals, key=lambda category: -totals[category]):
        counts = [parts[part][category] for part in named]
        yield f'<tr><th scope="row">{name(category)}</th>{figure_cell(totals[category])}'
        yield _bar({part: parts[part][category] for part in parts}, largest)
        yield "".join(map(figure_cell, counts)) + "</tr>"
    sums = [sum(parts[part].values()) for part in named]
    yield f'</tbody><tfoot><tr><th scope="row">All</th>{figure_cell(sum(totals.values()))}<td></td>'
    yield "".join(map(figure_cell, sums)) + "</tr></tfoot></table></div>"


def _bar(counts: dict[str, int], largest: int) -> str:
    pieces = (
        f'<i class="{part or "train"}" style="width:{100 * count / largest:.2f}%"></i>'
        for part, count in counts.items()
        if count
    )
    return f'<td class="bar"><div>{"".join(pieces)}</div></td>'


def _sizes(health: Health) -> Iterator[str]:
    if not len(health.sizes):
        return
    yield _heading("Sizes")
    light, dark = (_size_plot(health, style) for style in (LIGHT, DARK))
    yield (
        '<div class="box"><picture>'
        f'<source srcset="{dark}" media="(prefers-color-scheme: dark)">'
        f'<img class="plot" src="{light}" alt="Width and height of all photos in pixels">'
        "</picture></div>"
    )


def _size_plot(health: Health, style: FigureStyle) -> str:
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    from ml_core.figures import size_spread

    drawing = io.BytesIO()
    figure = size_spread(health.sizes, style=style, size=(6.6, 4.2))
    FigureCanvasSVG(figure).print_figure(drawing, format="svg", facecolor=style.background)
    return data_uri(drawing.getvalue(), "image/svg+xml")


def _decisions(health: Health) -> Iterator[str]:
    yield _heading("Decisions")
    dormant = {decision.number: reason for decision, reason in health.decided.dormant}
    active = health.decisions.active
    if not active:
        yield '<p class="box">None: photos are used as the folders have them.</p>'
        return
    yield '<div class="box"><table>' + head_row(("Number", "Made", "Decision"), figures=(0,))
    for decision in active:
        remark = dormant.get(decision.number, "")
        not_followed = f"<br><small>Not followed: {text(remark)}</small>" if remark else ""
        yield f"<tr>{figure_cell(decision.number)}<td>{text(decision.made[:10])}</td>"
        yield f"<td>{text(decision_sentence(decision))}{not_followed}</td></tr>"
    yield "</table></div>"


def _left_out(health: Health) -> Iterator[str]:
    yield _heading("Left out")
    if not health.left_out:
        yield '<p class="box">Nothing: every file that was found is used.</p>'
        return
    yield '<div class="box"><table>' + head_row(("Files", "Reason"), figures=(0,))
    for reason, files in by_reason(health.left_out):
        root = health.dataset.root
        listed = (name(place_below(file.path, root)) for file in files[:_MOST_FILES])
        yield f"<tr>{figure_cell(len(files))}<td>{text(reason)}<br>"
        yield f"<small>{', '.join(listed)}</small>{more(len(files) - _MOST_FILES, '')}</td></tr>"
    yield "</table></div>"
