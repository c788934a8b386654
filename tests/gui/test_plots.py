"""Curves: their arithmetic, what they draw, and that they cost the window next to nothing."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from product_gui.theme import appearance, colours
from product_gui.theme.plots import PlotColours, plot_colours
from product_gui.widgets.curve_values import (
    Curves,
    EpochPoint,
    PlotWords,
    line_step,
    logarithmic_axis,
    loss_axis,
    spread,
)
from product_gui.widgets.figure_view import FigureView
from product_gui.widgets.live_plot import LivePlot
from tests.gui.looks import pixels, share_of
from tests.gui.stage import Stage

WORDS = PlotWords("Loss", "Accuracy", "training", "validation", "Epoch", "best")


def point(epoch: int) -> EpochPoint:
    return EpochPoint(2 / epoch, 2.2 / epoch, 1 - 1 / (epoch + 1), 1 - 1.2 / (epoch + 1))


@pytest.mark.parametrize(
    ("losses", "axis"),
    [
        ((), (1.0, 0.25)),
        ((0.93,), (1.0, 0.25)),
        ((1.01,), (1.5, 0.5)),
        ((2.3, 0.2), (3.0, 1.0)),
        ((11.0,), (15.0, 5.0)),
        ((0.02,), (0.02, 0.005)),
        ((float("nan"), 1.2), (1.5, 0.5)),
        ((float("inf"), 4.2), (5.0, 1.0)),
        ((0.0,), (0.001, 0.00025)),
        ((1e6,), (1e6, 250_000)),
    ],
)
def test_the_loss_axis_has_round_numbers(
    losses: tuple[float, ...], axis: tuple[float, float]
) -> None:
    points = [EpochPoint(loss, 0.0, 0.0, 0.0) for loss in losses]
    assert loss_axis(points) == pytest.approx(axis)


@pytest.mark.parametrize(
    ("losses", "axis"),
    [
        ((), (0.1, 1.0)),
        ((0.93, 0.04), (0.02, 1.0)),
        ((0.5, 5.0), (0.5, 5.0)),
        ((float("nan"), 0.0, 0.3), (0.2, 0.5)),
        ((2.0,), (1.0, 2.0)),
        ((1e-5, 3e4), (1e-5, 5e4)),
    ],
)
def test_a_logarithmic_axis_ends_at_a_1_2_or_5(
    losses: tuple[float, ...], axis: tuple[float, float]
) -> None:
    points = [EpochPoint(loss, loss, 0.0, 0.0) for loss in losses]
    assert logarithmic_axis(points) == pytest.approx(axis)


@pytest.mark.parametrize(
    ("end", "step", "height", "wanted"),
    [(1.0, 0.25, 300, 0.25), (1.0, 0.25, 60, 0.5), (1.0, 0.25, 25, 1.0), (5.0, 1.0, 10, 5.0)],
)
def test_low_plots_have_fewer_lines(end: float, step: float, height: float, wanted: float) -> None:
    assert line_step(end, step, height) == wanted


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(10, 50, (10, 50)), (10, 10, (18, 2)), (10, 14, (4, 20)), (14, 10, (20, 4))],
)
def test_labels_move_apart_evenly(
    first: float, second: float, expected: tuple[float, float]
) -> None:
    assert spread(first, second, 16, -100) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(0, 0, (19, 3)), (1, 0, (19, 3)), (0, 1, (3, 19)), (90, 0, (90, 3)), (-5, 90, (3, 90))],
)
def test_labels_stay_above_the_axis_word(
    first: float, second: float, expected: tuple[float, float]
) -> None:
    assert spread(first, second, 16, 3) == pytest.approx(expected)


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("size", [(900, 300), (360, 500), (30, 20)])
def test_the_sheet_draws_every_state(is_dark: bool, size: tuple[int, int]) -> None:
    from product_gui.widgets.curves import CurveSheet

    style = plot_colours(is_dark=is_dark)
    sheet = CurveSheet(WORDS, style, 1.0)
    points = tuple(point(i) for i in range(1, 9))
    unknown = EpochPoint(float("nan"), 1.0, 0.5, 0.4)
    tuned = ((4, "Fine-tuning"),)
    states = (Curves(), Curves(points[:1], 30, 1), Curves(points, 30, 7, tuned), Curves((unknown,)))
    for curves in states:
        picture = sheet.picture(curves, size).convert("RGB")
        assert picture.size == size
        assert picture.getpixel((0, 0)) == tuple(bytes.fromhex(style.background[1:]))
    if size[0] > 300:
        drawn = sheet.picture(Curves(points, 30, 7), size).convert("RGB")
        assert share_of(drawn, style.validation) > 0.0005
        assert share_of(drawn, style.train) > 0.0001


def test_an_epoch_is_drawn_without_drawing_the_axes_again() -> None:
    from product_gui.widgets.curves import CurveSheet

    sheet = CurveSheet(WORDS, plot_colours(is_dark=False), 1.0)
    points = tuple(point(i) for i in range(1, 30))
    first = sheet.picture(Curves(points[:1], 30), (900, 300))
    begun = time.process_time()
    pictures = [sheet.picture(Curves(points[:n], 30), (900, 300)) for n in range(2, 22)]
    assert (time.process_time() - begun) / 20 < 0.03
    assert len({picture.tobytes() for picture in [first, *pictures]}) == 21


def test_the_axes_come_back_from_the_logarithm() -> None:
    from product_gui.widgets.curves import CurveSheet

    sheet = CurveSheet(WORDS, plot_colours(is_dark=False), 1.0)
    even = Curves(tuple(point(i) for i in range(1, 9)), 30, 7)
    pictures = [
        sheet.picture(curves, (900, 300)).tobytes()
        for curves in (even, replace(even, is_logarithmic=True), even)
    ]
    assert pictures[0] == pictures[2]
    assert pictures[0] != pictures[1]


def test_losses_that_have_no_logarithm_are_passed_over() -> None:
    from product_gui.widgets.curves import CurveSheet

    sheet = CurveSheet(WORDS, plot_colours(is_dark=False), 1.0)
    points = (EpochPoint(0.0, float("nan"), 0.5, 0.5), point(2), point(3))
    assert sheet.picture(Curves(points, is_logarithmic=True), (900, 300)).size == (900, 300)


def drawn(plot: LivePlot) -> bool:
    return plot._picture is not None


def test_curves_appear_and_follow_the_theme(stage: Stage, tmp_path: Path) -> None:
    plot = LivePlot(stage.window, words=WORDS)
    plot.pack(fill="both", expand=True)
    stage.pump(until=lambda: drawn(plot), timeout=20)
    for epoch in range(1, 6):
        plot.append(point(epoch), is_best=epoch == 4)
    stage.pump(0.3)
    assert len(plot.curves.points) == 5
    assert plot.curves.best == 4
    assert share_of(pixels(stage, plot, tmp_path), colours.ACCENT_BAR[0]) > 0.0005
    appearance.set_mode("dark")
    stage.pump(0.3)
    dark = pixels(stage, plot, tmp_path)
    appearance.set_mode("light")
    assert share_of(dark, colours.SURFACE[1]) > 0.5
    assert share_of(dark, colours.ACCENT_BAR[1]) > 0.0005


def test_the_pointer_reads_an_epoch(stage: Stage, tmp_path: Path) -> None:
    plot = LivePlot(stage.window, words=WORDS)
    plot.pack(fill="both", expand=True)
    plot.set_history([point(epoch) for epoch in range(1, 11)], best=10)
    stage.pump(until=lambda: drawn(plot), timeout=20)
    stage.pump(0.3)
    before = pixels(stage, plot, tmp_path)
    sheet = plot._sheet_of_theme()
    x, y = sheet._accuracy.axes.transData.transform((4, 0.5))
    left, top = plot.canvas.winfo_rootx(), plot.canvas.winfo_rooty()
    stage.hand.move((round(left + x), round(top + plot.canvas_size[1] - y)))
    stage.pump(until=lambda: plot.pointed_at == 4)
    stage.pump(0.2)
    assert sheet._accuracy._remark.get_text() == "Epoch 4:  training 80 %   validation 76 %"
    assert sheet._loss._remark.get_text() == "Epoch 4:  training 0.50   validation 0.55"
    assert pixels(stage, plot, tmp_path).tobytes() != before.tobytes()
    stage.hand.move((left + 4, top + 4))
    stage.pump(until=lambda: plot.pointed_at is None)
    stage.pump(0.2)
    assert pixels(stage, plot, tmp_path).tobytes() == before.tobytes()


def test_no_epoch_is_read_where_there_is_none_yet(stage: Stage) -> None:
    plot = LivePlot(stage.window, words=WORDS)
    plot.pack(fill="both", expand=True)
    plot.clear(epochs=30)
    plot.append(point(1))
    stage.pump(until=lambda: drawn(plot), timeout=20)
    stage.pump(0.3)
    x, y = plot._sheet_of_theme()._accuracy.axes.transData.transform((20, 0.5))
    place = (plot.canvas.winfo_rootx() + x, plot.canvas.winfo_rooty() + plot.canvas_size[1] - y)
    stage.hand.move((round(place[0]), round(place[1])))
    stage.pump(0.3)
    assert plot.pointed_at is None


def test_at_most_five_drawings_a_second_and_none_while_hidden(stage: Stage) -> None:
    plot = LivePlot(stage.window, words=WORDS)
    plot.pack(fill="both", expand=True)
    stage.pump(until=lambda: drawn(plot), timeout=20)
    stage.pump(0.3)
    counted: list[int] = []
    sheet = plot._sheet_of_theme()
    real = sheet.picture
    sheet.picture = lambda *a, **k: counted.append(1) or real(*a, **k)  # type: ignore[method-assign]
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        plot.append(point(len(plot.curves.points) + 1))
        stage.pump(0.01)
    assert 2 <= len(counted) <= 6
    plot.pack_forget()
    stage.pump(0.3)
    counted.clear()
    for _ in range(20):
        plot.append(point(50))
        stage.pump(0.02)
    assert counted == []
    plot.pack(fill="both", expand=True)
    stage.pump(until=lambda: counted)


def test_phases_and_lengths(stage: Stage) -> None:
    plot = LivePlot(stage.window, words=WORDS)
    plot.clear(epochs=30)
    plot.start_phase("Head")
    for epoch in range(1, 4):
        plot.append(point(epoch))
    plot.start_phase("Fine-tuning", epochs=10)
    assert plot.curves.phases == ((3, "Fine-tuning"),)
    assert plot.curves.length == 30
    plot.set_history([point(1), point(2)], best=2)
    assert (plot.curves.length, plot.curves.best) == (2, 2)
    plot.clear()
    assert plot.curves.points == ()


def test_a_figure_fills_its_space_and_is_made_again_for_the_theme(stage: Stage) -> None:
    made: list[PlotColours] = []
    clicked: list[tuple[float, float]] = []

    def make(style: PlotColours) -> object:
        from matplotlib.figure import Figure

        made.append(style)
        figure = Figure(facecolor=style.background)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0, 4)
        axes.set_ylim(2, 0)
        return figure

    view = FigureView(stage.window, on_click=lambda x, y: clicked.append((x, y)))
    view.pack(fill="both", expand=True)
    view.show(make)  # type: ignore[arg-type]
    stage.pump(until=lambda: view._picture is not None, timeout=20)
    stage.click(view)
    assert clicked[0] == pytest.approx((2.0, 1.0), abs=0.05)
    appearance.set_mode("dark")
    stage.pump(until=lambda: len(made) == 2)
    appearance.set_mode("light")
    assert made[1].background == colours.SURFACE[1]
    stage.pump(until=lambda: len(made) == 3)
    stage.window.geometry("800x500")
    stage.pump(until=lambda: view._drawn is not None and view._drawn.width == view._size()[0])
    assert len(made) == 3
    view.clear()
    stage.settle()


def test_a_plot_that_was_never_shown_loads_nothing(stage: Stage) -> None:
    plot = LivePlot(stage.window, words=WORDS)
    plot.append(point(1))
    stage.pump(0.3)
    assert plot._picture is None
    assert "matplotlib" in sys.modules or plot._sheet is None
