"""Several trainings in the same axes: a line and a name for each, none on top of another."""

import itertools
import math

import pytest

from ml_core.events import EpochFinished
from ml_core.figures import DARK, LIGHT, FigureStyle, overlaid_curves


def history(epochs: int, *, end: float = 0.9) -> list[EpochFinished]:
    return [
        EpochFinished(
            phase="head", epoch=number, epochs=epochs, train_loss=1 / number,
            train_accuracy=0.5, validation_loss=1.2 / number,
            validation_accuracy=end * number / epochs, learning_rate=1e-3, seconds=1.0,
            photos_per_second=10.0, is_best=True,
        )
        for number in range(1, epochs + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("style", [LIGHT, DARK])
@pytest.mark.parametrize("number", [1, 2, 4])
def test_every_training_has_a_line_and_its_name(style: FigureStyle, number: int) -> None:
    trainings = [(f"run {place}", history(5 + place)) for place in range(number)]
    figure = overlaid_curves(trainings, style=style)
    assert len(figure.axes) == 2
    for axes in figure.axes:
        assert [len(line.get_xdata()) for line in axes.lines] == [5 + p for p in range(number)]
        assert [text.get_text() for text in axes.texts] == [name for name, _ in trainings]
        assert axes.lines[-1].get_color() == style.accent
        assert len({str(line.get_color()) for line in axes.lines}) == number


def test_names_of_equal_ends_stand_apart() -> None:
    figure = overlaid_curves([(name, history(6)) for name in ("a", "b", "c")], size=(6.0, 6.4))
    figure.canvas.draw()
    for axes in figure.axes:
        boxes = sorted(
            (text.get_window_extent() for text in axes.texts), key=lambda box: float(box.y0)
        )
        assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(boxes))


def test_trainings_without_epochs_and_without_numbers() -> None:
    broken = [EpochFinished("head", 1, 1, *[math.nan] * 4, 1e-3, 1.0, 1.0, is_best=False)]
    figure = overlaid_curves([("empty", []), ("diverged", broken), ("good", history(3))])
    figure.canvas.draw()
    assert [text.get_text() for text in figure.axes[0].texts] == ["good"]


def test_long_names_are_cut_and_fit() -> None:
    figure = overlaid_curves([("a very long name of a training " * 4, history(3))])
    figure.canvas.draw()
    for axes in figure.axes:
        assert axes.texts[0].get_window_extent().x1 <= figure.bbox.x1
        assert axes.texts[0].get_text().endswith("…")


@pytest.mark.parametrize("number", [0, 5])
def test_too_few_and_too_many(number: int) -> None:
    with pytest.raises(ValueError, match=f"{number} trainings"):
        overlaid_curves([("run", history(2))] * number)
