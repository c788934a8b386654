"""Figures of a data set: categories by part, and the spread of photo sizes."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ml_core.figures import DARK, LIGHT, FigureStyle, class_distribution, size_spread
from tests.core.figure_checks import ODD_NAMES, assert_nothing_is_cut_off, texts_of, written

STYLES = pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])


# --- categories ---


def counts_of(classes: int) -> dict[str, dict[str, int]]:
    names = [f"category with a long name, number {n}" for n in range(classes)]
    return {
        part: {name: 10 * n + 1 for n, name in enumerate(names)}
        for part in ("train", "validation", "test")
    }


@pytest.mark.parametrize("size", [None, (3.0, 2.0), (12.0, 9.0)], ids=str)
@pytest.mark.parametrize("classes", [1, 3, 50])
def test_categories_are_never_cut_off(classes: int, size: tuple[float, float] | None) -> None:
    figure = class_distribution(counts_of(classes), style=DARK, size=size)
    assert_nothing_is_cut_off(figure)
    if size:
        assert tuple(figure.get_size_inches()) == size


def test_categories_are_stacked_sorted_and_totalled() -> None:
    counts = {"train": {"few": 1, "many": 900, "none": 0}, "test": {"few": 2, "many": 334}}
    figure = class_distribution(counts)
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["many", "few", "none"]
    assert [text.get_text() for text in axes.texts] == ["1,234", "3", "0"]
    assert [(bar.get_x(), bar.get_width()) for bar in bars_of(figure)] == [
        (0, 900), (0, 1), (0, 0), (900, 334), (1, 2), (0, 0),
    ]  # fmt: skip
    assert {"1,237 photos in 3 categories", "train 901", "test 336"} <= written(figure)


def bars_of(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def test_one_part_needs_no_name() -> None:
    figure = class_distribution({"": {"a": 3, "b": 2}})
    assert written(figure) == {"5 photos in 2 categories", "a", "b", "3", "2"}


def test_one_photo_is_no_plural() -> None:
    assert "1 photo in 1 category" in written(class_distribution({"": {"a": 1}}))


def test_where_there_is_no_room_the_middle_is_left_out_and_said() -> None:
    figure = class_distribution(counts_of(50), size=(5.0, 3.4))
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    totals = [text.get_text() for text in axes.texts if "more" not in text.get_text()]
    (gap,) = [text for text in axes.texts if "more" in text.get_text()]
    shown, hidden = len(names), 50 - len(names)
    assert 8 <= shown < 50
    assert totals[0] == "1,473"
    assert totals[-1] == "3"
    first = (shown + 1) // 2
    least, most = 3 * (10 * (shown - first) + 1), 3 * (10 * (49 - first) + 1)
    assert gap.get_text() == f"… {hidden} more, {least:,} to {most:,} photos each"
    assert gap.xy[1] == first
    assert "36,900 photos in 50 categories" in written(figure)


@pytest.mark.parametrize("size", [None, (5.0, 3.4), (3.0, 2.0)], ids=str)
@pytest.mark.parametrize("classes", [3, 20, 50])
def test_names_can_be_read_and_do_not_overlap(
    classes: int, size: tuple[float, float] | None
) -> None:
    figure = class_distribution(counts_of(classes), size=size)
    FigureCanvasAgg(figure).draw()
    labels = figure.axes[0].get_yticklabels()
    assert all(label.get_fontsize() >= 6.9 for label in labels)
    boxes = [label.get_window_extent() for label in labels]
    assert not any(first.overlaps(second) for first, second in combinations(boxes, 2))


def test_few_bars_stay_slim_in_a_large_place() -> None:
    figure = class_distribution({"": {"a": 3, "b": 2}}, size=(6.0, 8.0))
    FigureCanvasAgg(figure).draw()
    assert all(bar.get_window_extent().height < 0.3 * LIGHT.dpi for bar in bars_of(figure))


@pytest.mark.parametrize("counts", [{}, {"train": {}}])
def test_categories_refuse_nothing(counts: dict[str, dict[str, int]]) -> None:
    with pytest.raises(ValueError, match="no categories"):
        class_distribution(counts)


def test_any_category_can_be_written() -> None:
    """Warnings are errors here: a missing glyph or a broken formula would show."""
    figure = class_distribution({"train": dict.fromkeys(ODD_NAMES, 3)})
    assert_nothing_is_cut_off(figure)
    assert "$5 and $10" in written(figure)


# --- sizes ---


def many_sizes(photos: int) -> np.ndarray:
    random = np.random.default_rng(photos)
    return (np.exp(random.normal(6.5, 0.5, (photos, 2))) + 20).astype(np.uint32)


SPREADS = {
    "one photo": np.array([[640, 480]], np.uint32),
    "one pixel": np.array([[1, 1]], np.uint32),
    "a strip": np.array([[30, 16_000]], np.uint32),
    "all the same": np.tile(np.array([[400, 533]], np.uint32), (3781, 1)),
    "two": np.array([[28, 28], [6000, 4000]], np.uint32),
    "a few": many_sizes(40),
    "thousands": many_sizes(20_000),
}


@pytest.mark.parametrize("size", [(3.2, 2.4), (12.0, 5.0)], ids=str)
@pytest.mark.parametrize("sizes", SPREADS.values(), ids=SPREADS)
def test_sizes_are_never_cut_off(sizes: np.ndarray, size: tuple[float, float]) -> None:
    figure = size_spread(sizes, input_size=224, size=size)
    assert_nothing_is_cut_off(figure)
    assert tuple(figure.get_size_inches()) == size


@STYLES
def test_sizes_take_the_colours_of_the_style(style: FigureStyle) -> None:
    figure = size_spread(SPREADS["a few"], style=style)
    assert to_hex(figure.get_facecolor()) == style.background.lower()
    assert to_hex(dots_of(figure).get_facecolor()[0]) == style.accent.lower()


@pytest.mark.parametrize("sizes", SPREADS.values(), ids=SPREADS)
def test_numbers_and_names_do_not_overlap(sizes: np.ndarray) -> None:
    for size in ((5.6, 4.2), (3.2, 2.4)):
        figure = size_spread(sizes, size=size)
        boxes = [
            text.get_window_extent()
            for text in texts_of(figure)
            if text.get_text().strip() != "square"
        ]
        assert not any(first.overlaps(second) for first, second in combinations(boxes, 2))


def dots_of(figure: Figure) -> PathCollection:
    (dots,) = (one for one in figure.axes[0].collections if isinstance(one, PathCollection))
    return dots


def test_a_dot_stands_where_the_size_is_and_grows_with_the_photos() -> None:
    sizes = np.array([[400, 533]] * 30 + [[100, 900]] * 10 + [[5000, 4000]], np.uint32)
    dots = dots_of(size_spread(sizes))
    assert dots.get_offsets().tolist() == [[400, 533], [100, 900], [5000, 4000]]
    large, middle, small = dots.get_sizes()
    assert large == pytest.approx(3 * middle)
    assert middle > small > 0


def test_common_sizes_are_named_with_their_photos() -> None:
    sizes = np.array([[400, 533]] * 30 + [[100, 900]] * 10 + [[5000, 4000]], np.uint32)
    shown = written(size_spread(sizes))
    assert {"400 × 533: 30 photos", "100 × 900: 10 photos"} <= shown
    assert not any("5,000 × 4,000:" in text for text in shown)
    assert "100 × 900 to 5,000 × 4,000 pixels" in shown
    assert "40 upright, 1 wide, 0 square" in shown


def test_names_avoid_other_dots_where_they_can() -> None:
    """Photos of one height and many widths lie in a row: the name goes above or below it."""
    row = np.array([[width, 533] for width in range(200, 900, 4)], np.uint32)
    sizes = np.concatenate([np.tile(np.array([[400, 533]], np.uint32), (500, 1)), row])
    figure = size_spread(sizes)
    (name,) = (text for text in texts_of(figure) if text.get_text().startswith("400 × 533:"))
    box = name.get_window_extent()
    places = figure.axes[0].transData.transform(dots_of(figure).get_offsets())
    assert not any(box.contains(x, y) for x, y in places)


def test_photos_of_one_size_and_a_single_photo_are_said_to_be_so() -> None:
    assert "All are 400 × 533 pixels" in written(size_spread(SPREADS["all the same"]))
    assert "One photo of 640 × 480 pixels" in written(size_spread(SPREADS["one photo"]))


def test_thousands_of_sizes_become_cells_that_lose_no_photo() -> None:
    sizes = SPREADS["thousands"]
    dots = dots_of(size_spread(sizes))
    centres = np.asarray(dots.get_offsets())
    assert 50 < len(centres) < 1000
    assert centres.min() >= sizes.min()
    assert centres.max() <= sizes.max()
    areas = np.asarray(dots.get_sizes())
    middle = np.log(centres[areas.argmax()])
    assert np.abs(middle - np.log(np.median(sizes, axis=0))).max() < 0.3


@pytest.mark.parametrize(
    ("side", "remark"),
    [
        (224, "2 are smaller than the 224 pixels that the network sees"),
        (150, "1 is smaller than the 150 pixels that the network sees"),
        (96, "None is smaller than the 96 pixels that the network sees"),
    ],
)
def test_photos_below_the_input_size_are_counted(side: int, remark: str) -> None:
    sizes = np.array([[100, 900], [900, 200], [224, 300]], np.uint32)
    figure = size_spread(sizes, input_size=side)
    assert remark in written(figure)
    corner = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 3]
    assert [line.get_xdata()[0] for line in corner] == ([side] if side > 80 else [])


@pytest.mark.parametrize(
    "sizes",
    [np.zeros((0, 2), np.uint32), np.ones((3, 3), np.uint32), np.array([[0, 5]]), np.ones(4, int)],
    ids=["none", "three sides", "no width", "flat"],
)
def test_sizes_refuse_what_is_none(sizes: np.ndarray) -> None:
    with pytest.raises(ValueError, match="Widths and heights"):
        size_spread(sizes)
