"""Decisions are values, are kept beside the program's own data, and outlive renaming."""

import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ml_core import storage
from ml_core.dataset.decisions import (
    Choice,
    Decisions,
    PhotoKey,
    key_of,
    load_decisions,
    place_of,
    save_decisions,
)
from ml_core.dataset.photos import Photo
from ml_core.errors import StorageError
from tests.core.disk import disk_without_room

A = PhotoKey("aa" * 16, "mug/a.jpg")
B = PhotoKey("bb" * 16, "mug/b.jpg", ("lamp/b.jpg", "mug/b2.jpg"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "products"
    folder.mkdir()
    return folder


def one_of_each(root: Path) -> Decisions:
    return (
        Decisions(root)
        .leave_out([A, B], kind="blurred")
        .keep([A], kind="outlier")
        .move([B], "lamp", kind="wrong_label")
        .merge("Mugs", "mug")
        .mend_leaks()
    )


def file_of_decisions() -> Path:
    (path,) = (storage.data_folder() / "datasets").glob("*.json")
    return path


class TestValues:
    def test_each_is_numbered_and_dated(self, root: Path) -> None:
        made = one_of_each(root)
        assert [decision.number for decision in made.history] == [1, 2, 3, 4, 5]
        assert [decision.choice for decision in made.active] == list(Choice)
        assert all("T" in decision.made for decision in made.history)
        assert made.mends_leaks

    def test_making_one_changes_nothing_but_the_new_value(self, root: Path) -> None:
        none = Decisions(root)
        one = none.leave_out([A])
        assert none.history == ()
        assert one.undo().active == ()
        assert one.active

    def test_undo_takes_the_last_that_counts(self, root: Path) -> None:
        undone = one_of_each(root).undo().undo()
        assert [decision.number for decision in undone.active] == [1, 2, 3]
        assert not undone.mends_leaks
        assert [bool(decision.undone) for decision in undone.history] == [False] * 3 + [True] * 2

    def test_undo_takes_a_certain_one(self, root: Path) -> None:
        undone = one_of_each(root).undo(2)
        assert [decision.number for decision in undone.active] == [1, 3, 4, 5]

    @pytest.mark.parametrize("number", [0, 6, 2, None])
    def test_undo_what_is_not_there(self, root: Path, number: int | None) -> None:
        decisions = Decisions(root) if number is None else one_of_each(root).undo(2)
        with pytest.raises(KeyError):
            decisions.undo(number)

    def test_numbers_go_on_after_an_undo(self, root: Path) -> None:
        again = one_of_each(root).undo(5).mend_leaks()
        assert again.history[-1].number == 6
        assert again.mends_leaks


class TestKeys:
    def test_place_is_relative_with_slashes(self, root: Path) -> None:
        assert place_of(Photo(root / "mug" / "a.jpg", 0), root) == "mug/a.jpg"
        assert place_of(Photo(root / "images", 0, index=7), root) == "images#7"
        assert place_of(Photo(Path("/elsewhere/a.jpg"), 0), root) == "/elsewhere/a.jpg"

    def test_copies_are_named_and_never_the_photo_itself(self, root: Path) -> None:
        photo, other = Photo(root / "mug" / "a.jpg", 0), Photo(root / "lamp" / "b.jpg", 1)
        key = key_of(photo, b"\xaa" * 16, root, copies=[other, photo])
        assert key == PhotoKey("aa" * 16, "mug/a.jpg", ("lamp/b.jpg",))


class TestKept:
    def test_reopened_they_are_the_same(self, root: Path) -> None:
        made = one_of_each(root).undo(2)
        save_decisions(made)
        assert load_decisions(root) == made

    def test_nothing_is_written_into_the_users_folder(self, root: Path) -> None:
        save_decisions(one_of_each(root))
        assert list(root.iterdir()) == []
        assert file_of_decisions().is_relative_to(storage.data_folder())

    def test_a_folder_without_decisions(self, root: Path) -> None:
        assert load_decisions(root) == Decisions(root)
        assert not (storage.data_folder() / "datasets").exists()

    def test_each_folder_has_its_own(self, root: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        save_decisions(Decisions(root).leave_out([A]))
        save_decisions(Decisions(other).leave_out([B]))
        assert load_decisions(root).active[0].photos == (A,)
        assert load_decisions(other).active[0].photos == (B,)

    def test_by_another_way_it_is_the_same_folder(
        self, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save_decisions(one_of_each(root))
        (tmp_path / "link").symlink_to(root)
        monkeypatch.chdir(tmp_path)
        for way in (tmp_path / "link", Path("products"), root / ".." / "products"):
            assert load_decisions(way).history == one_of_each_history(root)

    def test_a_renamed_folder_keeps_them(self, root: Path) -> None:
        save_decisions(one_of_each(root))
        renamed = root.rename(root.with_name("renamed"))
        assert len(load_decisions(renamed).active) == 5
        assert load_decisions(renamed).root == renamed

    def test_renamed_again_and_again_the_newest_count(self, root: Path) -> None:
        decisions = Decisions(root)
        for number in range(4):
            decisions = Decisions(root, decisions.leave_out([A]).history)
            save_decisions(decisions)
            for age, path in enumerate(_by_age()):
                os.utime(path, (1000 + age, 1000 + age))
            root = root.rename(root.with_name(f"name {number}"))
            decisions = load_decisions(root)
            assert len(decisions.history) == number + 1

    def test_a_new_folder_in_the_old_place_does_not_hide_them(self, root: Path) -> None:
        save_decisions(one_of_each(root))
        renamed = root.rename(root.with_name("renamed"))
        root.mkdir()
        assert len(load_decisions(renamed).active) == 5

    def test_a_copied_folder_starts_without(self, root: Path, tmp_path: Path) -> None:
        save_decisions(one_of_each(root))
        shutil.copytree(root, tmp_path / "copy")
        assert load_decisions(tmp_path / "copy").history == ()

    def test_a_full_disk_is_an_error_in_words_and_loses_nothing(self, root: Path) -> None:
        made = Decisions(root).leave_out([A])
        save_decisions(made)
        with pytest.raises(StorageError), disk_without_room(10):
            save_decisions(made.keep([B], kind="blurred"))
        assert load_decisions(root) == made

    def test_hostile_places_survive(self, root: Path) -> None:
        names = ("new\nline", "\udcff", '"quotes"', "{braces}", "\N{CAT FACE}", "\u202eright")
        keys = [PhotoKey("aa" * 16, f"mug/{name}.jpg", (f"{name}",)) for name in names]
        save_decisions(Decisions(root).leave_out(keys))
        assert load_decisions(root).active[0].photos == tuple(keys)


def _by_age() -> list[Path]:
    files = (storage.data_folder() / "datasets").glob("*.json")
    return sorted(files, key=lambda path: len(json.loads(path.read_text())["decisions"]))


def one_of_each_history(root: Path) -> tuple:
    return load_decisions(root).history


def broken(change: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        value = json.loads(content)
        return json.dumps(change(value) or value).encode()

    return changed


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content)),
    "no text": lambda _: b"\xff\xfe\x00",
    "a list": lambda _: b"[]",
    "deep": lambda _: b"[" * 200_000,
    "later format": broken(lambda value: value.update(format=99)),
    "no decisions": broken(lambda value: value.pop("decisions") and None),
    "unknown choice": broken(lambda value: value["decisions"][0].update(choice="burn")),
    "unknown field": broken(lambda value: value["decisions"][0].update(colour="red")),
    "number is a word": broken(lambda value: value["decisions"][0].update(number="one")),
    "numbers twice": broken(lambda value: value["decisions"][0].update(number=2)),
    "kind is a number": broken(lambda value: value["decisions"][0].update(kind=7)),
    "photos are words": broken(lambda value: value["decisions"][0].update(photos=["a", "b"])),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_file_is_set_aside_and_said_so(
    root: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_decisions(one_of_each(root))
    path = file_of_decisions()
    spoiled = DAMAGES[damage](path.read_bytes())
    path.write_bytes(spoiled)
    with caplog.at_level(logging.WARNING):
        assert load_decisions(root) == Decisions(root)
    assert "set aside" in caplog.text
    assert path.with_suffix(".broken").read_bytes() == spoiled
    save_decisions(Decisions(root).mend_leaks())
    assert load_decisions(root).mends_leaks


def test_other_broken_files_do_not_hide_those_of_a_renamed_folder(root: Path) -> None:
    save_decisions(one_of_each(root))
    for number, content in enumerate((b"", b"[]", b"{}", b'{"disk": 5}')):
        (file_of_decisions().parent / f"{number}.txt").write_bytes(content)
    for path in list(file_of_decisions().parent.glob("*.txt")):
        path.rename(path.with_suffix(".json"))
    assert len(load_decisions(root.rename(root.with_name("renamed"))).active) == 5


def test_a_file_that_may_not_be_read_is_left_where_it_is(root: Path) -> None:
    save_decisions(one_of_each(root))
    file_of_decisions().chmod(0)
    if os.access(file_of_decisions(), os.R_OK):
        pytest.skip("this user (root, most likely) may read every file")
    assert load_decisions(root) == Decisions(root)
    assert file_of_decisions().exists()
