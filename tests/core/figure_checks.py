"""What every figure must fulfil, and the names that anybody may give to a category."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

ODD_NAMES = ["$5 and $10", "two\nlines", "مرحبا", "undecodable \udcff", "emoji 👕", "W" * 80, "_x"]


def texts_of(figure: Figure) -> list[Text]:
    """Every piece of text that is drawn."""
    FigureCanvasAgg(figure).draw()
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]


def assert_nothing_is_cut_off(figure: Figure) -> None:
    box = figure.get_tightbbox()  # in inches, all that is drawn
    width, height = figure.get_size_inches()
    assert min(box.x0, box.y0) >= -0.01, box
    assert box.x1 <= width + 0.01, box
    assert box.y1 <= height + 0.01, box


def written(figure: Figure) -> set[str]:
    return {text.get_text() for text in texts_of(figure)}
