"""Text that anybody may have written, made safe to stand in a page, and the page's small pieces."""

import html
from collections.abc import Iterable, Sequence

UNSHOWN = "\N{REPLACEMENT CHARACTER}"


def text(value: object) -> str:
    """Escaped, on one line; what cannot be shown or would turn the line round is a mark."""
    readable = str(value).encode(errors="replace").decode()
    shown = (letter if letter.isprintable() else UNSHOWN for letter in readable)
    return html.escape("".join(shown))


def name(value: object) -> str:
    """A name by itself: in letters that run from right to left, it does not turn its neighbours."""
    return f"<bdi>{text(value)}</bdi>"


def number(value: int) -> str:
    return f"{value:,}"


def tile(title: str, value: str, detail: str) -> str:
    return (
        f'<div class="box"><span class="muted">{text(title)}</span><b>{text(value)}</b>'
        f"<small>{text(detail)}</small></div>"
    )


def head_row(words: Sequence[str], *, figures: Iterable[int] = ()) -> str:
    """The head of a table; the columns named in ``figures`` hold numbers."""
    to_right = set(figures)
    cells = (
        f'<th scope="col"{_figure(place in to_right)}>{text(word)}</th>'
        for place, word in enumerate(words)
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def figure_cell(value: int) -> str:
    return f'<td class="figure">{number(value)}</td>'


def more(count: int, what: str) -> str:
    """Say "and 37 more", or nothing."""
    return f'<p class="more">and {number(count)} more{text(what)}</p>' if count > 0 else ""


def _figure(is_figure: bool) -> str:
    return ' class="figure"' if is_figure else ""
