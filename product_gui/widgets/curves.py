"""Draws the curves of loss and accuracy with matplotlib: lines over a still background.

Axes, ticks and titles are drawn only when the limits change; an epoch redraws the lines alone
(about 1 ms, where the whole figure takes 20 to 40). Imports matplotlib: see ``plotting``.
"""

from collections.abc import Callable
from typing import Any, Final

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import (
    LogLocator,
    MaxNLocator,
    MultipleLocator,
    NullLocator,
    PercentFormatter,
)
from PIL import Image

from product_gui.theme import fonts
from product_gui.theme.plots import PlotColours
from product_gui.widgets.confidence_bars import percentage
from product_gui.widgets.curve_values import (
    Curves,
    PlotWords,
    line_step,
    logarithmic_axis,
    loss_axis,
    spread,
)

# Pixels at 100 % around each plot; a figure of 72 dpi has points the size of pixels.
_LEFT: Final = 46
_RIGHT: Final = 104
_TOP: Final = 52
_BOTTOM: Final = 28
_LINE: Final = 16
_NARROWEST: Final = 240


class CurveSheet:
    """Both plots in one theme and scaling."""

    def __init__(self, words: PlotWords, style: PlotColours, scaling: float) -> None:
        self._words, self._scaling = words, scaling
        self._figure = Figure(dpi=72, facecolor=style.background)
        self._canvas: Any = FigureCanvasAgg(self._figure)
        self._accuracy = _Plot(self._figure, words.accuracy, style, scaling, percentage)
        self._loss = _Plot(self._figure, words.loss, style, scaling, "{:.2f}".format)
        self._accuracy.show_shares()
        for plot in (self._accuracy, self._loss):
            plot.show_axis_word(words.epoch)
        self._drawn_for: object = None
        self._background: Any = None

    def picture(
        self, curves: Curves, size: tuple[int, int], *, pointed_at: int | None = None
    ) -> Image.Image:
        """The plots in so many pixels of width and height, RGBA.

        The values of the epoch ``pointed_at``, counted from 1, are written out.
        """
        axis = logarithmic_axis if curves.is_logarithmic else loss_axis
        frame = (size, curves.length, axis(curves.points), curves.phases, curves.is_logarithmic)
        if frame != self._drawn_for:
            self._drawn_for = frame
            self._draw_background(curves, size)
        self._canvas.restore_region(self._background)
        self._draw_lines(curves, pointed_at)
        return Image.frombuffer("RGBA", size, self._canvas.buffer_rgba().tobytes())

    def _draw_background(self, curves: Curves, size: tuple[int, int]) -> None:
        self._figure.set_size_inches(size[0] / 72, size[1] / 72)
        self._accuracy.set_frame(curves, 1.0, 0.25)
        if curves.is_logarithmic:
            self._loss.set_logarithmic_frame(curves, *logarithmic_axis(curves.points))
        else:
            self._loss.set_frame(curves, *loss_axis(curves.points))
        self._arrange(size)
        self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self._figure.bbox)

    def _arrange(self, size: tuple[int, int]) -> None:
        """Side by side where the lines get room beside their names, else one above the other."""
        width, height = size
        room_for_lines = width / 2 - (_LEFT + _RIGHT) * self._scaling
        if width >= height and room_for_lines >= _NARROWEST * self._scaling:
            self._accuracy.place((0, 0, width / 2, height), size)
            self._loss.place((width / 2, 0, width / 2, height), size)
        else:
            self._accuracy.place((0, height / 2, width, height / 2), size)
            self._loss.place((0, 0, width, height / 2), size)

    def epoch_at(self, curves: Curves, place: tuple[int, int], size: tuple[int, int]) -> int | None:
        """The epoch, counted from 1, above or below a place of the picture; None beside the lines.

        Args:
            curves: As they were drawn last.
            place: Pixels from the left and from the top.
            size: Of the picture.
        """
        for plot in (self._accuracy, self._loss):
            epoch = plot.epoch_at(place[0], size[1] - place[1])
            if epoch is not None and epoch <= len(curves.points):
                return epoch
        return None

    def _draw_lines(self, curves: Curves, pointed_at: int | None) -> None:
        points, best = curves.points, curves.best
        self._accuracy.draw_lines(
            [p.train_accuracy for p in points], [p.validation_accuracy for p in points], best
        )
        self._loss.draw_lines(
            [p.train_loss for p in points], [p.validation_loss for p in points], best
        )
        if points:
            self._accuracy.draw_names(self._words)
            self._loss.draw_names(self._words)
        if pointed_at is not None and 0 < pointed_at <= len(points):
            self._accuracy.draw_values(pointed_at, self._words)
            self._loss.draw_values(pointed_at, self._words)
        elif best is not None and 0 < best <= len(points):
            share = percentage(points[best - 1].validation_accuracy)
            self._accuracy.draw_remark(f"{self._words.best} {share}")


class _Plot:
    """One pair of axes with two lines that are labelled at their ends."""

    def __init__(
        self,
        figure: Figure,
        title: str,
        style: PlotColours,
        scaling: float,
        shown: Callable[[float], str],
    ) -> None:
        self._style, self._scaling, self._shown = style, scaling, shown
        self.axes = figure.add_axes((0.1, 0.1, 0.8, 0.8), facecolor=style.background)
        self._train = self._line(style.train, 2.0)
        self._validation = self._line(style.validation, 3.0)
        self._best = self._marker()
        self._train_name = self._text(style.muted, va="center")
        self._validation_name = self._text(style.accent_text, va="center")
        self._remark = self._text(style.accent_text, ha="right", va="baseline")
        self._rule = self._line(style.muted, 1.0)
        self._dot = self._line(style.validation, 1.0)
        self._dot.set_marker("o")
        self._phases: list[Artist] = []
        self._top, self._step = 1.0, 0.25
        self._dress(title)

    def show_shares(self) -> None:
        """Label the axis in percent."""
        self.axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))

    def show_axis_word(self, word: str) -> None:
        """Name the axis at its end, in line with its numbers."""
        self.axes.annotate(
            word,
            (1, 0),
            xycoords="axes fraction",
            xytext=(12 * self._scaling, -6 * self._scaling),
            textcoords="offset points",
            va="top",
            color=self._style.muted,
            fontfamily=self._style.font_families,
            fontsize=fonts.SIZE_CAPTION * self._scaling,
        )

    def set_frame(self, curves: Curves, top: float, step: float) -> None:
        if self.axes.get_yscale() != "linear":  # setting it takes the labels' format away
            self.axes.set_yscale("linear")
        self.axes.set_ylim(0, top)
        self._top, self._step = top, step
        self._set_epochs(curves)

    def set_logarithmic_frame(self, curves: Curves, bottom: float, top: float) -> None:
        self.axes.set_yscale("log")
        self.axes.set_ylim(bottom, top)
        self.axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        self.axes.yaxis.set_major_formatter("{x:g}")
        self.axes.yaxis.set_minor_locator(NullLocator())
        self._step = 0.0
        self._set_epochs(curves)

    def _set_epochs(self, curves: Curves) -> None:
        self.axes.set_xlim(1 - 0.01 * curves.length, curves.length)
        for artist in self._phases:
            artist.remove()
        self._phases = [part for phase in curves.phases for part in self._phase(*phase)]

    def place(self, box: tuple[float, float, float, float], figure: tuple[int, int]) -> None:
        left, bottom, width, height = box
        margin_left, margin_bottom = _LEFT * self._scaling, _BOTTOM * self._scaling
        inner = (
            max(16.0, width - margin_left - _RIGHT * self._scaling),
            max(16.0, height - margin_bottom - _TOP * self._scaling),
        )
        if self._step:
            lines = line_step(self._top, self._step, inner[1] / self._scaling)
            self.axes.yaxis.set_major_locator(MultipleLocator(lines))
        self.axes.set_position(
            (
                (left + margin_left) / figure[0],
                (bottom + margin_bottom) / figure[1],
                inner[0] / figure[0],
                inner[1] / figure[1],
            )
        )

    def draw_lines(self, train: list[float], validation: list[float], best: int | None) -> None:
        epochs = range(1, len(train) + 1)
        for line, values in ((self._train, train), (self._validation, validation)):
            line.set_data(epochs, values)
            line.set_marker("o" if len(values) == 1 else "")
            self.axes.draw_artist(line)
        if best is not None and 0 < best <= len(validation):
            self._best.set_data([best], [validation[best - 1]])
            self.axes.draw_artist(self._best)

    def draw_names(self, words: PlotWords) -> None:
        ends = [line.get_xydata()[-1] for line in (self._train, self._validation)]
        pixels = [self.axes.transData.transform(end) for end in ends]
        corner = self.axes.transAxes.transform((1.0, 0.0))
        # The axis word stands just below the corner, in the same column.
        floor = corner[1] + 2 * self._scaling
        heights = spread(pixels[0][1], pixels[1][1], _LINE * self._scaling, floor)
        x = corner[0] + 12 * self._scaling
        texts = (self._train_name, self._validation_name)
        names = (words.train, words.validation)
        for text, name, end, y in zip(texts, names, ends, heights, strict=True):
            text.set_position((x, y))
            text.set_text(f"{name} {self._shown(end[1])}")
            self.axes.draw_artist(text)

    def draw_values(self, epoch: int, words: PlotWords) -> None:
        """Write out what the lines are worth at an epoch, and show where it is."""
        self._rule.set_data([epoch, epoch], self.axes.get_ylim())
        self.axes.draw_artist(self._rule)
        values = []
        for line, name in ((self._train, words.train), (self._validation, words.validation)):
            value = line.get_ydata()[epoch - 1]
            self._dot.set_data([epoch], [value])
            self._dot.set_color(line.get_color())
            self.axes.draw_artist(self._dot)
            values.append(f"{name} {self._shown(value)}")
        self.draw_remark(f"{words.epoch} {epoch:,}:  " + "   ".join(values))

    def epoch_at(self, x: float, y: float) -> int | None:
        """The epoch at a place in pixels of the figure, from its lower left corner."""
        if not self.axes.bbox.padded(4 * self._scaling).contains(x, y):
            return None
        return max(1, round(float(self.axes.transData.inverted().transform((x, y))[0])))

    def draw_remark(self, remark: str) -> None:
        corner = self.axes.transAxes.transform((1.0, 1.0))
        self._remark.set_position((corner[0], corner[1] + 30 * self._scaling))
        self._remark.set_text(remark)
        self.axes.draw_artist(self._remark)

    def _line(self, colour: str, width: float) -> Any:
        return self.axes.plot(
            [],
            [],
            color=colour,
            lw=width * self._scaling,
            markersize=6 * self._scaling,
            animated=True,
            clip_on=False,
            solid_capstyle="round",
            solid_joinstyle="round",
        )[0]

    def _marker(self) -> Any:
        return self.axes.plot(
            [],
            [],
            "o",
            animated=True,
            clip_on=False,
            markersize=10 * self._scaling,
            markerfacecolor=self._style.background,
            markeredgecolor=self._style.validation,
            markeredgewidth=3 * self._scaling,
        )[0]

    def _text(self, colour: str, **options: Any) -> Any:
        text = self.axes.text(
            0,
            0,
            "",
            color=colour,
            animated=True,
            fontfamily=self._style.font_families,
            fontsize=fonts.SIZE_CAPTION * self._scaling,
            **options,
        )
        text.set_transform(None)
        return text

    def _phase(self, epochs_before: int, name: str) -> tuple[Artist, Artist]:
        x = epochs_before + 0.5
        line = self.axes.axvline(
            x, color=self._style.muted, lw=self._scaling, ls=(0, (4, 3)), zorder=1
        )
        text = self.axes.annotate(
            name,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 6 * self._scaling),
            textcoords="offset points",
            ha="center",
            color=self._style.muted,
            fontfamily=self._style.font_families,
            fontsize=fonts.SIZE_CAPTION * self._scaling,
        )
        return line, text

    def _dress(self, title: str) -> None:
        """No box, quiet lines, the title at the left above."""
        axes, style, scaling = self.axes, self._style, self._scaling
        axes.spines[:].set_visible(False)
        axes.grid(axis="y", color=style.grid, lw=scaling)
        axes.set_axisbelow(True)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
        size = fonts.SIZE_CAPTION * scaling
        axes.tick_params(
            length=0, pad=6 * scaling, labelsize=size, labelcolor=style.muted,
            labelfontfamily=style.font_families[0],
        )  # fmt: skip
        axes.annotate(
            title,
            (0, 1),
            xycoords="axes fraction",
            xytext=(-_LEFT * scaling, 30 * scaling),
            textcoords="offset points",
            color=style.foreground,
            fontfamily=style.strong_families,
            fontsize=fonts.SIZE_BODY * scaling,
        )
