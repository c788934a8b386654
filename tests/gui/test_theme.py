"""Tokens, type, icons: contrast, the grid, and a light start. Needs no display."""

import subprocess
import sys

import pytest

from product_gui.theme import colours, fonts, icons, metrics
from product_gui.theme.plots import plot_colours
from product_gui.theme.program_icon import draw_program_icon


def tokens() -> dict[str, colours.Colour]:
    named = vars(colours).items()
    return {
        n: v
        for n, v in named
        if n.isupper() and isinstance(v, tuple) and len(v) == 2 and isinstance(v[0], str)
    }


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("least", [4.5, 3.0], ids=["text", "shapes"])
def test_promised_contrast_is_kept(theme: int, least: float) -> None:
    pairs = colours.TEXT_PAIRS if least == 4.5 else colours.SHAPE_PAIRS
    names = {value: name for name, value in tokens().items()}
    too_low = {
        f"{names[front]} on {names[back]}": round(colours.contrast(front[theme], back[theme]), 2)
        for front, back in pairs
        if colours.contrast(front[theme], back[theme]) < least
    }
    assert too_low == {}


def test_contrast_is_that_of_the_standard() -> None:
    assert colours.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert colours.contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1)
    assert colours.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert colours.contrast("#FFFFFF", "#777777") == colours.contrast("#777777", "#FFFFFF")


def test_every_token_is_a_pair_of_colours_and_every_text_colour_is_checked() -> None:
    assert len(tokens()) > 30
    for name, pair in tokens().items():
        for value in pair:
            assert len(value) == 7, name
            assert int(value[1:], 16) >= 0, name
    checked = {front for front, _ in colours.TEXT_PAIRS}
    texts = (
        "TEXT",
        "MUTED",
        "DISABLED",
        "ON_ACCENT",
        "ACCENT_TEXT",
        "INFO",
        "SUCCESS",
        "WARNING",
        "ERROR",
    )
    assert {tokens()[name] for name in texts} <= checked


def test_meaning_is_told_apart_in_brightness_or_hue_from_plain_text() -> None:
    for tone, colour in colours.TONE_TEXT.items():
        assert tone == "neutral" or colour not in (colours.TEXT, colours.MUTED)


def test_five_sizes_and_two_weights() -> None:
    used = [
        value for name, value in vars(fonts).items() if name.isupper() and isinstance(value, tuple)
    ]
    assert len({size for _, size in used}) == 5
    assert len({family for family, _ in used}) == 2


def test_sizes_lie_on_the_grid() -> None:
    sizes = (
        metrics.GRID,
        metrics.CONTROL_HEIGHT,
        metrics.CONTROL_HEIGHT_SMALL,
        metrics.PAGE_MARGIN,
        metrics.RAIL_WIDTH,
        metrics.JOB_BAR_HEIGHT,
        metrics.HEADER_HEIGHT,
    )
    assert [size for size in sizes if size % 8] == []


@pytest.mark.parametrize("name", icons.names())
@pytest.mark.parametrize("size", [16, 20, 56])
def test_icons_fill_their_square_without_touching_its_edge(name: str, size: int) -> None:
    picture = icons.draw_icon(name, size, "#102030")
    box = picture.getchannel("A").getbbox()
    assert picture.size == (size, size)
    assert box is not None
    assert max(box[2] - box[0], box[3] - box[1]) > size * 0.5
    assert min(box[0], box[1], size - box[2], size - box[3]) >= 0


def test_icons_differ() -> None:
    pictures = {icons.draw_icon(name, 24, "#000000").tobytes() for name in icons.names()}
    assert len(pictures) == len(icons.names())


def test_curves_in_plots_can_be_told_apart_without_colour() -> None:
    for is_dark in (False, True):
        plot = plot_colours(is_dark=is_dark)
        assert colours.contrast(plot.train, plot.background) > 2.5
        assert colours.contrast(plot.validation, plot.background) > 3
        assert colours.contrast(plot.muted, plot.background) >= 4.5


def test_the_first_page_needs_no_heavy_library() -> None:
    heavy = ("matplotlib", "numpy", "tensorflow", "keras", "cv2", "tkinterdnd2", "ai_edge_litert")
    modules = (
        "rail",
        "page_header",
        "drop_zone",
        "photo_view",
        "confidence_bars",
        "headline",
        "table",
        "banner",
        "job_bar",
        "toast",
        "live_plot",
        "figure_view",
        "photo_grid",
        "dialog",
    )
    lines = [f"import product_gui.widgets.{name}" for name in modules]
    lines += ["import sys", f"print([name for name in {heavy} if name in sys.modules])"]
    command = [sys.executable, "-c", "\n".join(lines)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("size", [16, 32, 64, 256])
def test_the_program_has_an_icon_with_clear_corners(size: int) -> None:
    icon = draw_program_icon(size)
    assert icon.size == (size, size)
    assert icon.getpixel((0, 0))[3] < 128
    assert icon.getpixel((size // 2, size // 2))[3] == 255
    assert len(icon.getcolors(1 << 20)) > 10
