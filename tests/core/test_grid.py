"""The layout and the selection of a grid of photos, without a window."""

import pytest

from product_gui.widgets.grid_layout import GridLayout
from product_gui.widgets.grid_selection import Selection


def layout(count: int, columns: int, groups: tuple[int, ...] = ()) -> GridLayout:
    made = GridLayout(count, groups)
    made.set_columns(columns)
    return made


class TestLayout:
    def test_rows_are_filled(self) -> None:
        grid = layout(10, 4)
        assert [grid.place(index) for index in (0, 3, 4, 9)] == [(0, 0), (0, 3), (1, 0), (2, 1)]
        assert grid.rows == 3

    def test_groups_stay_side_by_side(self) -> None:
        grid = layout(7, 4, (2, 3, 2))
        assert [grid.place(index) for index in range(7)] == [
            (0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1),
        ]  # fmt: skip
        assert grid.rows == 3

    def test_two_groups_share_a_row_where_both_fit(self) -> None:
        grid = layout(4, 4, (2, 2))
        assert [grid.place(index)[0] for index in range(4)] == [0] * 4

    def test_a_group_larger_than_a_row_goes_on_below(self) -> None:
        grid = layout(8, 3, (1, 7))
        assert [grid.place(index) for index in range(8)] == [
            (0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (3, 0),
        ]  # fmt: skip

    @pytest.mark.parametrize("groups", [(), (2, 2, 1, 2, 3), (5, 5), (10,)])
    @pytest.mark.parametrize("columns", [1, 2, 3, 4, 7, 20])
    def test_every_photo_is_found_in_its_place(self, groups: tuple[int, ...], columns: int) -> None:
        grid = layout(10, columns, groups)
        assert [grid.index_at(*grid.place(index)) for index in range(10)] == list(range(10))
        assert list(grid.shown(0, grid.rows - 1)) == list(range(10))
        assert len({grid.place(index) for index in range(10)}) == 10

    @pytest.mark.parametrize(("row", "column"), [(-1, 0), (0, -1), (0, 4), (3, 0), (2, 2), (99, 0)])
    @pytest.mark.parametrize("groups", [(), (4, 4, 2)])
    def test_there_is_nothing_outside(self, row: int, column: int, groups: tuple[int, ...]) -> None:
        assert layout(10, 4, groups).index_at(row, column) is None

    def test_only_the_rows_in_sight_are_shown(self) -> None:
        assert layout(20_000, 8).shown(100, 103) == range(800, 832)
        assert layout(6, 4, (2, 3, 1)).shown(1, 1) == range(2, 6)

    def test_steps_between_rows_of_different_length(self) -> None:
        grid = layout(7, 4, (2, 3, 2))
        assert grid.step(1, 1) == 3
        assert grid.step(4, 1) == 6
        assert grid.step(6, 5) == 6
        assert grid.step(1, -1) == 1

    def test_the_group_of_a_photo(self) -> None:
        grid = layout(7, 4, (2, 3, 2))
        assert [grid.group_of(index) for index in (0, 2, 4, 6)] == [
            range(2), range(2, 5), range(2, 5), range(5, 7),
        ]  # fmt: skip
        assert list(grid.groups_in(range(1, 6))) == [range(2), range(2, 5), range(5, 7)]
        assert list(layout(7, 4).groups_in(range(7))) == []

    def test_nothing_to_lay_out(self) -> None:
        grid = layout(0, 4)
        assert (grid.rows, list(grid.shown(0, 9)), grid.index_at(0, 0)) == (0, [], None)


class TestSelection:
    def test_one_alone(self) -> None:
        chosen = Selection()
        for act in (chosen.choose, chosen.toggle, chosen.extend):
            act(3)
            act(5)
            assert (chosen.places, chosen.current) == ([5], 5)
        chosen.all(9)
        assert chosen.places == [5]

    def test_many_as_in_a_file_manager(self) -> None:
        chosen = Selection(can_be_many=True)
        chosen.choose(4)
        chosen.extend(7)
        assert chosen.places == [4, 5, 6, 7]
        chosen.extend(2)
        assert chosen.places == [2, 3, 4]
        chosen.toggle(3)
        chosen.toggle(9)
        assert chosen.places == [2, 4, 9]
        assert 9 in chosen
        chosen.choose(1)
        assert chosen.places == [1]

    def test_all_and_none(self) -> None:
        chosen = Selection(can_be_many=True)
        chosen.all(3)
        assert chosen.places == [0, 1, 2]
        chosen.clear()
        assert (chosen.places, chosen.current) == ([], None)

    def test_extending_from_nothing_chooses(self) -> None:
        chosen = Selection(can_be_many=True)
        chosen.extend(6)
        assert chosen.places == [6]
