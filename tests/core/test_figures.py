"""Figures: right values in the right places, nothing cut off, any name can be written."""

import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ml_core.events import EpochFinished, Phase
from ml_core.figures import (
    DARK,
    LIGHT,
    FigureStyle,
    confusion_matrix_figure,
    photo_sheet,
    training_curves,
)
from ml_core.figures.lettering import drawable, elided, width_of
from ml_core.figures.style import mixed, readable_on
from tests.core.figure_checks import ODD_NAMES, assert_nothing_is_cut_off, written

STYLES = pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])


def epoch(number: int, *, phase: Phase = "head", is_best: bool = False) -> EpochFinished:
    """Numbers of the shape that a real training has."""
    gone = 1 - 0.9**number
    return EpochFinished(
        phase=phase,
        epoch=number,
        epochs=50,
        train_loss=2.3 - 2.2 * gone,
        train_accuracy=0.2 + 0.79 * gone,
        validation_loss=2.3 - 1.8 * gone,
        validation_accuracy=0.2 + 0.65 * gone,
        learning_rate=1e-3,
        seconds=1.0,
        photos_per_second=100.0,
        is_best=is_best,
    )


def history(head: int, tuned: int = 0, best: int | None = None) -> list[EpochFinished]:
    return [
        epoch(n, phase="fine_tune" if n > head else "head", is_best=n == best)
        for n in range(1, head + tuned + 1)
    ]


def confusion_of(classes: int, photos: int = 30) -> np.ndarray:
    random = np.random.default_rng(classes)
    counts = random.integers(0, 3, (classes, classes))
    counts[np.diag_indices(classes)] = photos
    return counts.astype(np.int64)


# --- training curves ---


@STYLES
@pytest.mark.parametrize("epochs", [0, 1, 2, 35, 200])
def test_curves_are_never_cut_off(epochs: int, style: FigureStyle) -> None:
    figure = training_curves(history(epochs, best=epochs or None), style=style)
    assert_nothing_is_cut_off(figure)
    assert figure.get_facecolor() == pytest.approx(rgba(style.background))


def rgba(colour: str) -> tuple[float, ...]:
    return (*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)), 1.0)


def test_curves_show_the_history() -> None:
    epochs = history(20, best=7)
    loss, accuracy = training_curves(epochs).axes
    train, validation = (line for line in loss.lines if len(line.get_xdata()) > 1)
    assert train.get_xdata().tolist() == list(range(1, 21))
    assert train.get_ydata().tolist() == [e.train_loss for e in epochs]
    assert validation.get_ydata().tolist() == [e.validation_loss for e in epochs]
    assert accuracy.lines[0].get_ydata().tolist() == [e.train_accuracy for e in epochs]


def test_curves_are_named_at_their_ends_with_their_last_value() -> None:
    names = written(training_curves(history(20)))
    last = epoch(20)
    assert f"training {last.train_loss:.3f}" in names
    assert f"validation {100 * last.validation_accuracy:.1f} %" in names


def test_best_epoch_is_marked_and_named() -> None:
    figure = training_curves(history(20, best=7))
    dots = [line for axes in figure.axes for line in axes.lines if line.get_markersize() == 8]
    assert [dot.get_xdata() for dot in dots] == [[7], [7]]
    assert dots[1].get_ydata() == [epoch(7).validation_accuracy]
    assert f"best: epoch 7, {100 * epoch(7).validation_accuracy:.1f} %" in written(figure)


def test_start_of_fine_tuning_is_a_line_between_two_epochs() -> None:
    figure = training_curves(history(25, tuned=10))
    for axes in figure.axes:
        (start,) = [line for line in axes.lines if line.get_linestyle() == "--"]
        assert start.get_visible()
        assert list(start.get_xdata()) == [25.5, 25.5]
    assert "fine-tuning" in written(figure)
    assert "fine-tuning" not in written(training_curves(history(25)))


def test_names_of_close_curves_do_not_overlap() -> None:
    alike = [
        EpochFinished("head", n, 9, 0.5, 0.9, 0.5001, 0.9001, 1e-3, 1.0, 1.0, False)
        for n in range(1, 10)
    ]
    for axes in training_curves(alike).axes:
        FigureCanvasAgg(axes.figure).draw()
        train, validation = (
            t.get_window_extent()
            for t in axes.texts
            if "tion" in t.get_text() or "training" in t.get_text()
        )
        assert train.y0 >= validation.y1 or validation.y0 >= train.y1


def test_training_without_validation_leaves_the_second_curve_out() -> None:
    blind = [
        EpochFinished("head", n, 9, 0.5, 0.9, float("nan"), float("nan"), 1e-3, 1.0, 1.0, False)
        for n in range(1, 4)
    ]
    figure = training_curves(blind)
    assert_nothing_is_cut_off(figure)
    assert not any(name.startswith("validation") for name in written(figure))


def test_diverged_training_can_be_drawn() -> None:
    wild = [
        EpochFinished("head", 1, 9, float("inf"), 0.1, 900.0, 0.1, 1e-3, 1.0, 1.0, False),
        EpochFinished("head", 2, 9, float("nan"), 0.1, float("nan"), 0.1, 1e-3, 1.0, 1.0, False),
    ]
    assert_nothing_is_cut_off(training_curves(wild))


def test_curves_fit_a_small_place() -> None:
    assert_nothing_is_cut_off(training_curves(history(30, tuned=9, best=12), size=(5.0, 2.2)))


# --- confusion matrix ---


@pytest.mark.parametrize("size", [None, (6.0, 5.0), (12.0, 5.0)], ids=str)
@pytest.mark.parametrize("classes", [1, 2, 3, 10, 50])
def test_confusion_is_never_cut_off(classes: int, size: tuple[float, float] | None) -> None:
    names = [f"category with a long name, number {n}" for n in range(classes)]
    figure = confusion_matrix_figure(
        confusion_of(classes), names, as_shares=classes == 10, style=DARK, size=size
    )
    assert_nothing_is_cut_off(figure)
    if size:
        assert tuple(figure.get_size_inches()) == size


def test_confusion_writes_counts_where_they_belong() -> None:
    confusion = np.array([[8, 2, 0], [0, 5, 1234], [1, 0, 0]], np.int64)
    (axes,) = confusion_matrix_figure(confusion, ["a", "b", "c"]).axes
    cells = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axes.texts}
    assert cells == {(0, 0): "8", (0, 1): "2", (1, 1): "5", (1, 2): "1,234", (2, 0): "1"}
    assert [t.get_text() for t in axes.get_yticklabels()] == ["a", "b", "c"]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["a", "b", "c"]


def test_confusion_as_percent_of_the_row() -> None:
    confusion = np.array([[995, 5, 0], [1, 3, 0], [0, 0, 0]], np.int64)
    (axes,) = confusion_matrix_figure(confusion, ["a", "b", "c"], as_shares=True).axes
    cells = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axes.texts}
    assert cells == {(0, 0): ">99", (0, 1): "<1", (1, 0): "25", (1, 1): "75"}


def test_numbers_too_small_to_read_are_left_out() -> None:
    names = [f"class {n}" for n in range(50)]
    (large,) = confusion_matrix_figure(confusion_of(50), names).axes
    (small,) = confusion_matrix_figure(confusion_of(50), names, size=(5.0, 4.0)).axes
    assert len(large.texts) == np.count_nonzero(confusion_of(50))
    assert len(small.texts) == 0


@pytest.mark.parametrize(("classes", "size"), [(10, None), (50, None), (50, (5.0, 4.0))])
def test_names_beside_the_matrix_do_not_overlap(
    classes: int, size: tuple[float, float] | None
) -> None:
    names = [f"class {n}" for n in range(classes)]
    (axes,) = confusion_matrix_figure(confusion_of(classes), names, size=size).axes
    FigureCanvasAgg(axes.figure).draw()
    boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
    assert all(upper.y0 >= lower.y1 - 1 for upper, lower in pairwise(boxes))
    assert len(boxes) >= classes / 3


@STYLES
def test_numbers_stand_out_from_their_cells(style: FigureStyle) -> None:
    """WCAG 2.2 asks 4.5 to 1; any colour reaches that with black or with white."""
    confusion = np.array([[k, 100 - k] for k in range(2)], np.int64)
    for ground in [mixed(style.background, style.accent, k / 20) for k in range(21)]:
        assert contrast(readable_on(ground), ground) >= 4.5
    (axes,) = confusion_matrix_figure(confusion, ["a", "b"], style=style).axes
    for text in axes.texts:
        column, row = text.get_position()
        ground = axes.images[0].get_array()[row, column]
        as_hex = "#" + "".join(f"{round(255 * value):02X}" for value in ground)
        assert contrast(text.get_color(), as_hex) >= 4.5


def contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba(colour)[:3]
        ]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"], []])
def test_confusion_refuses_names_that_do_not_fit(names: list[str]) -> None:
    with pytest.raises(ValueError, match="class names"):
        confusion_matrix_figure(confusion_of(2), names)


# --- photo sheet ---


@STYLES
@pytest.mark.parametrize("photos", [1, 2, 7, 30])
def test_sheet_is_never_cut_off(photos: int, style: FigureStyle) -> None:
    images = [np.full((40 + n, 60, 3), n, np.uint8) for n in range(photos)]
    captions = [f"true → a very long answer {n}\n97 %" for n in range(photos)]
    figure = photo_sheet(images, captions, title="Mistakes " * 40, style=style)
    assert_nothing_is_cut_off(figure)
    assert len(figure.axes[0].images) == photos


def test_sheet_keeps_the_shape_of_photos_and_apart() -> None:
    images = [np.zeros((30, 60, 3), np.uint8), np.zeros((60, 30, 3), np.uint8)] * 3
    images.append(np.zeros((28, 28, 1), np.uint8))
    figure = photo_sheet(images, [str(n) for n in range(7)], columns=3)
    FigureCanvasAgg(figure).draw()
    boxes = [image.get_window_extent() for image in figure.axes[0].images]
    for image, box in zip(images, boxes, strict=True):
        assert box.width / box.height == pytest.approx(image.shape[1] / image.shape[0], rel=0.02)
    assert not any(first.overlaps(second) for first, second in combinations(boxes, 2))


@pytest.mark.parametrize(("photos", "captions"), [(0, 0), (2, 1)])
def test_sheet_refuses_captions_that_do_not_fit(photos: int, captions: int) -> None:
    with pytest.raises(ValueError, match="no sheet"):
        photo_sheet([np.zeros((4, 4, 3), np.uint8)] * photos, ["x"] * captions)


# --- words ---


def test_any_name_can_be_written() -> None:
    """Warnings are errors here: a missing glyph or a broken formula would show."""
    count = len(ODD_NAMES)
    figures = [
        confusion_matrix_figure(confusion_of(count), ODD_NAMES),
        photo_sheet([np.zeros((9, 9, 3), np.uint8)] * count, ODD_NAMES, title=ODD_NAMES[0]),
    ]
    for figure in figures:
        assert_nothing_is_cut_off(figure)
        assert "$5 and $10" in written(figure)


def test_unknown_font_falls_back_quietly(caplog: pytest.LogCaptureFixture) -> None:
    style = FigureStyle(
        background="#FFFFFF", foreground="#000000", muted="#555555", grid="#DDDDDD",
        accent="#2F66DB", second="#888888", warning="#CC0000", font_family="No Such Font",
    )  # fmt: skip
    assert_nothing_is_cut_off(training_curves(history(5), style=style))
    assert not caplog.records


@pytest.mark.parametrize("width", [0.2, 0.5, 1.0, 3.0])
def test_elided_names_fit_and_keep_what_they_can(width: float) -> None:
    name = "a name, of middling length"
    shown = elided(name, LIGHT, width=width)
    assert width_of(shown, LIGHT) <= width
    assert shown == name or (shown.endswith("…") and name.startswith(shown[:-1]))
    assert (shown == name) == (width_of(name, LIGHT) <= width)


def test_characters_without_a_glyph_become_squares() -> None:
    assert drawable("a\udcff\n b\t", LIGHT) == "a\N{WHITE SQUARE} b"


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import ml_core.figures.style", "matplotlib"),
        ("import ml_core.figures; ml_core.figures.training_curves([])", "matplotlib.pyplot"),
    ],
)
def test_imports_stay_light(code: str, absent: str) -> None:
    check = f"{code}; import sys; sys.exit({absent!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
