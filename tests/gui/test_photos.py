"""Photo view, confidence bars and the grid of very many photos."""

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from product_gui.theme import appearance, colours
from product_gui.widgets.confidence_bars import ConfidenceBars, percentage
from product_gui.widgets.photo_grid import GridPhoto, PhotoGrid
from product_gui.widgets.photo_view import PhotoView, fitted_size
from tests.gui.looks import pixels, share_of, text_box, texts
from tests.gui.stage import Stage

LONG = "Hand-painted porcelain tea cup with a saucer and a very long name that never ends"
RED, BLUE = "#C83232", "#3232C8"


def two_colours(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    photo = Image.new("RGB", (width, height), RED)
    photo.paste(BLUE, (0, height // 2, width, height))
    return photo


@pytest.mark.parametrize(
    ("photo", "space", "shown"),
    [
        ((800, 600), (400, 400), (400, 300)),
        ((600, 800), (400, 400), (300, 400)),
        ((100, 50), (400, 400), (200, 100)),
        ((4000, 10), (400, 400), (400, 1)),
        ((1, 4000), (10, 400), (1, 400)),
        ((300, 300), (300, 300), (300, 300)),
    ],
)
def test_photos_are_fitted_whole(
    photo: tuple[int, int], space: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert fitted_size(photo, space) == shown


@pytest.mark.parametrize("kind", ["PIL", "pixels"])
def test_a_photo_appears_upright_and_whole(stage: Stage, tmp_path: Path, kind: str) -> None:
    view = PhotoView(stage.window, empty_text="Nothing yet")
    view.pack(fill="both", expand=True)
    photo = two_colours(300, 600)
    view.show(photo if kind == "PIL" else np.asarray(photo), "cup.jpg")
    stage.settle()
    seen = pixels(stage, view._picture, tmp_path)
    half = seen.height // 2
    upper, lower = seen.crop((0, 0, seen.width, half)), seen.crop((0, half, *seen.size))
    assert share_of(upper, RED) > 0.2
    assert share_of(upper, BLUE) < 0.01
    assert share_of(lower, BLUE) > 0.2
    assert texts(view._caption) == ["cup.jpg"]


def test_a_large_photo_is_kept_small_and_refitted_quickly(stage: Stage) -> None:
    view = PhotoView(stage.window)
    view.pack(fill="both", expand=True)
    view.show(np.full((4000, 6000, 3), 90, np.uint8))
    stage.settle()
    times = []
    for width in range(700, 1000, 30):
        stage.window.geometry(f"{width}x600")
        begun = time.process_time()
        stage.settle()
        times.append(time.process_time() - begun)
    assert sorted(times)[len(times) // 2] < 0.04


def test_the_view_can_say_something_instead(stage: Stage) -> None:
    view = PhotoView(stage.window, empty_text="The photo appears here.")
    view.pack(fill="both", expand=True)
    stage.settle()
    assert texts(view._picture) == ["The photo appears here."]
    view.show(two_colours(10, 10), "a.jpg")
    view.show_text("This file cannot be read.", LONG)
    stage.settle()
    assert texts(view._picture) == ["This file cannot be read."]
    view.clear()
    stage.settle()
    assert texts(view._picture) == ["The photo appears here."]
    assert texts(view._caption) == []


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (0.004, "< 1 %"),
        (0.012, "1 %"),
        (0.5, "50 %"),
        (0.99, "99 %"),
        (0.996, "> 99 %"),
        (1, "100 %"),
    ],
)
def test_percentages_are_honest_at_the_ends(share: float, words: str) -> None:
    assert percentage(share) == words


def test_bars_keep_their_height_from_none_to_five(stage: Stage) -> None:
    bars = ConfidenceBars(stage.window)
    bars.pack(fill="x")
    heights = set()
    for count in (0, 1, 3, 5, 9, 0):
        bars.set_values([(f"category {i}", 1 / (i + 1)) for i in range(count)])
        stage.settle()
        heights.add(bars.winfo_height())
        assert len(bars.values) == min(count, 5)
        assert len(texts(bars)) == 2 * min(count, 5)
    assert len(heights) == 1


@pytest.mark.parametrize(("height", "rows"), [(240, 5), (210, 5), (170, 4), (90, 2), (20, 0)])
def test_bars_that_do_not_fit_whole_are_left_out(stage: Stage, height: int, rows: int) -> None:
    bars = ConfidenceBars(stage.window)
    bars.pack_propagate(False)
    bars.pack(fill="x")
    bars.set_values([(f"category {i}", 0.2) for i in range(5)])
    bars.configure(height=height)
    stage.settle()
    assert len(texts(bars)) == 2 * rows
    assert all(text_box(bars, text)[3] <= height for text in texts(bars))


def test_a_long_category_is_cut_and_told_under_the_pointer(stage: Stage) -> None:
    bars = ConfidenceBars(stage.window)
    bars.pack()
    bars.set_values([("Cup", 0.9), (LONG, 0.1)])
    stage.settle()
    assert any(text.endswith("…") for text in texts(bars))
    x, y = bars.canvas.winfo_rootx() + 20, bars.canvas.winfo_rooty()
    stage.hand.move((x, y + 70))
    stage.pump(until=lambda: bars._tooltip.text == LONG)
    stage.hand.move((x, y + 20))
    stage.pump(until=lambda: bars._tooltip.text == "")


def make_grid(stage: Stage, count: int) -> tuple[PhotoGrid, list[list[str]], list[str]]:
    needed: list[list[str]] = []
    selected: list[str] = []
    grid = PhotoGrid(
        stage.window,
        on_need=needed.append,
        on_select=selected.append,
        on_open=lambda key: selected.append("open " + key),
    )
    grid.pack(fill="both", expand=True)
    grid.set_photos([GridPhoto(str(i), f"IMG_{i:05}.jpg") for i in range(count)])
    stage.settle()
    return grid, needed, selected


def test_the_grid_asks_only_for_what_is_in_sight_and_once(stage: Stage) -> None:
    grid, needed, _ = make_grid(stage, 20_000)
    assert len(needed) == 1
    assert needed[0] == grid.visible_keys
    assert len(needed[0]) < 80
    grid._cells.schedule_paint()
    stage.settle()
    assert len(needed) == 1
    grid._scrolled("moveto", "0.5")
    stage.settle()
    assert len(needed) == 2
    assert set(needed[1]).isdisjoint(needed[0])
    assert 9_900 < int(needed[1][0]) < 10_100


def test_twenty_thousand_photos_scroll_smoothly(stage: Stage) -> None:
    grid, _, _ = make_grid(stage, 20_000)
    thumbnail = two_colours(112, 90)
    for key in grid.visible_keys:
        grid.set_thumbnail(key, thumbnail)
    stage.settle()
    times = []
    for _ in range(40):
        begun = time.process_time()
        grid._scrolled("scroll", "1", "units")
        stage.window.update()
        times.append(time.process_time() - begun)
    assert sorted(times)[len(times) // 2] < 0.03


def test_thumbnails_appear_when_they_come(stage: Stage, tmp_path: Path) -> None:
    grid, needed, _ = make_grid(stage, 30)
    before = share_of(pixels(stage, grid._cells, tmp_path), RED)
    for key in needed[0]:
        grid.set_thumbnail(key, np.asarray(two_colours(600, 800)))
    stage.settle()
    assert before == 0
    assert share_of(pixels(stage, grid._cells, tmp_path), RED) > 0.1
    grid.set_thumbnail("of another folder", two_colours(5, 5))


def test_forgotten_thumbnails_are_asked_for_again(stage: Stage) -> None:
    grid, needed, _ = make_grid(stage, 3_000)
    first = grid.visible_keys
    for top in range(0, 100, 2):
        for key in grid.visible_keys:
            grid.set_thumbnail(key, two_colours(20, 20))
        grid._scrolled("moveto", str(top / 100))
        stage.settle()
    assert len(grid._cells._thumbnails) <= 700
    needed.clear()
    grid._scrolled("moveto", "0")
    stage.settle()
    assert set(first) == set(needed[0])


def test_arrow_keys_walk_the_grid_and_return_opens(stage: Stage) -> None:
    grid, _, selected = make_grid(stage, 500)
    columns = grid._cells._columns()
    grid.focus_set()
    stage.press("Right", "Right", "Down", "Left", "Up", "Return", "End", "Right", "Home")
    assert selected == ["0", "1", str(1 + columns), str(columns), "0", "open 0", "499", "0"]
    assert grid.selected == "0"


def test_selecting_scrolls_to_the_photo(stage: Stage) -> None:
    grid, _, selected = make_grid(stage, 5_000)
    grid.select("4321")
    stage.settle()
    assert "4321" in grid.visible_keys
    assert selected == []
    before = grid._cells._top
    stage.hand.wheel(stage.middle(grid._cells), -3)
    stage.pump(until=lambda: grid._cells._top == before - 3 * 96)


def test_a_click_selects_what_is_under_the_pointer(stage: Stage) -> None:
    grid, _, selected = make_grid(stage, 50)
    left, top = grid._cells._corner(grid._cells._columns() + 2)
    at = (grid._cells.winfo_rootx() + left + 60, grid._cells.winfo_rooty() + top + 60)
    stage.hand.click(at)
    stage.pump(until=lambda: selected)
    assert selected == [str(grid._cells._columns() + 2)]
    stage.hand.click(at, times=2)
    stage.pump(until=lambda: selected[-1].startswith("open"))


def test_an_empty_grid_is_quiet(stage: Stage) -> None:
    grid, needed, selected = make_grid(stage, 0)
    grid.focus_set()
    stage.press("Down", "End", "Return")
    assert (needed, selected, grid.selected) == ([], [], None)


def test_the_theme_changes_while_shown(stage: Stage, tmp_path: Path) -> None:
    grid, _, _ = make_grid(stage, 10)
    light = share_of(pixels(stage, grid._cells, tmp_path), colours.WINDOW[0])
    appearance.set_mode("dark")
    stage.settle()
    dark = share_of(pixels(stage, grid._cells, tmp_path), colours.WINDOW[1])
    appearance.set_mode("light")
    assert light > 0.4
    assert dark > 0.4


class TestManySelected:
    @pytest.fixture
    def asked(self) -> list[tuple[int, int]]:
        return []

    @pytest.fixture
    def grid(self, stage: Stage, asked: list[tuple[int, int]]) -> PhotoGrid:
        grid = PhotoGrid(
            stage.window,
            on_need=lambda _keys: None,
            on_menu=lambda x, y: asked.append((x, y)),
            can_select_many=True,
        )
        grid.pack(fill="both", expand=True)
        grid.set_photos([GridPhoto(str(i), f"{i}.jpg") for i in range(60)])
        stage.settle()
        return grid

    def at(self, grid: PhotoGrid, place: int) -> tuple[int, int]:
        left, top = grid._cells._corner(place)
        return grid._cells.winfo_rootx() + left + 60, grid._cells.winfo_rooty() + top + 60

    def test_with_shift_and_control(self, stage: Stage, grid: PhotoGrid) -> None:
        grid.focus_set()
        stage.press("Home", "shift+Right", "shift+Right")
        assert grid.selection == [0, 1, 2]
        stage.press("ctrl+a")
        assert len(grid.selection) == 60
        stage.press("Right")
        assert grid.selection == [3]

    def test_the_menu_is_about_what_lies_under_the_pointer(
        self, stage: Stage, grid: PhotoGrid, asked: list[tuple[int, int]]
    ) -> None:
        stage.hand.move(self.at(grid, 2))
        stage.hand._do("click", "3")
        stage.pump(until=lambda: asked)
        assert asked == [self.at(grid, 2)]
        assert grid.selection == [2]

    def test_what_was_selected_stays_selected_in_another_place(
        self, stage: Stage, grid: PhotoGrid
    ) -> None:
        grid.select_place(5)
        grid.update_photos([GridPhoto(str(i), "") for i in range(2, 60)])
        stage.settle()
        assert (grid.selected, grid.selection) == ("5", [3])

    def test_when_it_goes_the_next_one_is_selected(self, stage: Stage, grid: PhotoGrid) -> None:
        grid.select_place(5)
        grid.update_photos([GridPhoto(str(i), "") for i in range(60) if i != 5])
        stage.settle()
        assert grid.selected == "6"
        grid.update_photos([GridPhoto(f"other {i}", "") for i in range(60)])
        stage.settle()
        assert grid.selection == [], "nothing that nobody has chosen"


def test_marks_are_written_on_photos_and_dimmed_ones_are_paler(
    stage: Stage, tmp_path: Path
) -> None:
    grid, _, _ = make_grid(stage, 2)
    grid.set_photos([GridPhoto("a", mark="left out", tone="warning", is_dimmed=True)])
    stage.settle()
    grid.set_thumbnail("a", Image.new("RGB", (112, 112), RED))
    stage.settle()
    assert "left out" in texts(grid._cells)
    assert share_of(pixels(stage, grid._cells, tmp_path), RED) == 0


def test_groups_have_a_backdrop_of_their_own(stage: Stage, tmp_path: Path) -> None:
    grid, _, _ = make_grid(stage, 4)
    before = share_of(pixels(stage, grid._cells, tmp_path), colours.SUNKEN[0])
    photos = [GridPhoto(str(i)) for i in range(4)]
    grid.set_photos(photos, groups=(2, 2))
    stage.settle()
    assert share_of(pixels(stage, grid._cells, tmp_path), colours.SUNKEN[0]) > before + 0.01
