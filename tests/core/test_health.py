"""The whole check: everything found is accounted for, whatever was decided, whatever happens."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ml_core.control import Control
from ml_core.dataset.decided import LEFT_OUT_REASON
from ml_core.dataset.decisions import Decisions, save_decisions
from ml_core.dataset.health import health as health_module
from ml_core.dataset.health.finding import Kind, Severity
from ml_core.dataset.health.health import Health, SplitRule, assess, check_dataset, examine
from ml_core.dataset.health.network import ComingNetwork, NoNetwork
from ml_core.dataset.photos import Dataset, Photo, SkipKind
from ml_core.dataset.scan import scan_folder
from ml_core.embedding.embedder import Embedder
from ml_core.errors import Cancelled, Stopped, WeightsError
from ml_core.events import Event, PhaseStarted, ignore
from ml_core.model_file.read import read
from tests.core.memory import PEAK_MEMORY
from tests.core.sample_photos import make_product_photos, product_photo


@pytest.fixture(autouse=True)
def no_network(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer on which no pretrained network was ever used."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three categories of ten; a copy in another category, a broken file, a stray and a folder."""
    root = make_product_photos(tmp_path / "shop", per_class=10, seed=4)
    shutil.copy(root / "mug" / "mug_001.jpg", root / "lamp" / "copy.jpg")
    (root / "mug" / "broken.jpg").write_bytes(b"\xff\xd8\xff and no more")
    (root / "shirt" / "notes.txt").write_text("x")
    (root / "empty").mkdir()
    return root


def check(folder: Path, decisions: Decisions | None = None, **options: object) -> Health:
    dataset = scan_folder(folder, least_classes=0)
    return check_dataset(
        dataset,
        decisions=decisions or Decisions(folder),
        **options,  # type: ignore[arg-type]
    )


def photo_named(health: Health, name: str) -> Photo:
    photos = health.examined.inspection.survey.dataset.photos
    return next(photo for photo in photos if photo.path.name == name)


def assert_all_accounted_for(health: Health) -> None:
    """``used + left out = found``, a name and a reason each; the split holds what is used."""
    root = health.dataset.root
    on_disk = {path for path in root.rglob("*") if not path.is_dir()}
    used = [photo.path for photo in health.dataset.photos]
    left_out = [file.path for file in health.left_out if not file.path.is_dir()]
    assert sorted([*used, *left_out]) == sorted(on_disk)
    assert all(file.reason for file in health.left_out)
    if health.split:
        dealt = (*health.split.train, *health.split.validation, *health.split.test)
        assert sorted(photo.path for photo in dealt) == sorted(used)
    assert len(health.sizes) == len(used)


def kinds(health: Health) -> list[Kind]:
    return [finding.kind for finding in health.findings]


def test_what_is_found(folder: Path) -> None:
    health = check(folder)
    assert_all_accounted_for(health)
    assert kinds(health) == [
        Kind.IN_TWO_CLASSES, Kind.UNREADABLE, *[Kind.TOO_FEW] * 3, Kind.EXACT_COPIES,
        Kind.EMPTY_FOLDER, Kind.STRAY_FILE,
    ]  # fmt: skip
    assert health.counts()[Severity.ERROR] == 1
    assert list(health.counts()) == list(Severity)
    assert [(file.path.name, file.kind) for file in health.left_out] == [
        ("empty", SkipKind.EMPTY_FOLDER), ("notes.txt", SkipKind.STRAY),
        ("broken.jpg", SkipKind.UNREADABLE),
    ]  # fmt: skip
    assert health.split is not None
    assert health.split.groups == 1
    assert (health.sizes == [96, 72]).all()


def test_what_was_left_out_of_the_check_is_said(folder: Path) -> None:
    (omitted,) = check(folder).omitted
    assert omitted.startswith("Wrong labels and outliers were not looked for. No pretrained")


def test_the_worst_findings_come_first_and_of_a_kind_the_clearest(folder: Path) -> None:
    shutil.copy(folder / "lamp" / "lamp_002.jpg", folder / "lamp" / "again.jpg")
    shutil.copy(folder / "lamp" / "lamp_002.jpg", folder / "lamp" / "and again.jpg")
    findings = check(folder).findings
    order = [list(Kind).index(finding.kind) for finding in findings]
    assert order == sorted(order)
    copies = [len(finding.photos) for finding in findings if finding.kind is Kind.EXACT_COPIES]
    assert copies == [3, 2]


class TestDecisions:
    def test_left_out_photos_are_no_longer_findings(self, folder: Path) -> None:
        health = check(folder)
        keys = health.keys([photo_named(health, "copy.jpg")])
        after = assess(health.examined, Decisions(folder).leave_out(keys))
        assert_all_accounted_for(after)
        assert Kind.IN_TWO_CLASSES not in kinds(after)
        assert Kind.EXACT_COPIES not in kinds(after)
        reasons = {file.path.name: file.reason for file in after.left_out}
        assert reasons["copy.jpg"] == LEFT_OUT_REASON
        assert photo_named(health, "mug_001.jpg") in after.dataset.photos

    def test_kept_findings_are_settled(self, folder: Path) -> None:
        health = check(folder)
        finding = next(f for f in health.findings if f.kind is Kind.IN_TWO_CLASSES)
        decisions = Decisions(folder).keep(health.keys(finding.photos), kind=finding.kind)
        after = assess(health.examined, decisions)
        assert [f.kind for f in after.settled] == [Kind.IN_TWO_CLASSES]
        assert set(kinds(health)) - set(kinds(after)) == {Kind.IN_TWO_CLASSES}
        assert kinds(assess(health.examined, decisions.undo())) == kinds(health)

    def test_a_kept_group_that_grows_is_brought_up_again(self, folder: Path) -> None:
        health = check(folder)
        finding = next(f for f in health.findings if f.kind is Kind.EXACT_COPIES)
        decisions = Decisions(folder).keep(health.keys(finding.photos), kind=finding.kind)
        shutil.copy(folder / "mug" / "mug_001.jpg", folder / "mug" / "third.jpg")
        assert Kind.EXACT_COPIES in kinds(check(folder, decisions))

    def test_moved_photos_count_to_the_other_category(self, folder: Path) -> None:
        health = check(folder)
        keys = health.keys([photo_named(health, "copy.jpg")])
        after = assess(health.examined, Decisions(folder).move(keys, "mug"))
        assert_all_accounted_for(after)
        assert after.dataset.counts() == {"lamp": 10, "mug": 11, "shirt": 10}
        assert after.decided.moved == 1
        assert Kind.IN_TWO_CLASSES not in kinds(after)

    def test_decisions_about_decided_photos_name_them_all_the_same(self, folder: Path) -> None:
        health = check(folder)
        keys = health.keys([photo_named(health, "copy.jpg")])
        after = assess(health.examined, Decisions(folder).move(keys, "mug"))
        moved = next(photo for photo in after.dataset.photos if photo.path.name == "copy.jpg")
        assert after.keys([moved]) == keys

    def test_kept_decisions_are_followed_by_themselves(self, folder: Path) -> None:
        health = check(folder)
        save_decisions(Decisions(folder).leave_out(health.keys(health.dataset.photos[:3])))
        again = check_dataset(scan_folder(folder), with_labels=False)
        assert len(again.dataset.photos) == len(health.dataset.photos) - 3
        assert_all_accounted_for(again)

    def test_they_survive_new_photos_and_renaming(self, folder: Path, tmp_path: Path) -> None:
        health = check(folder)
        chosen = [photo_named(health, name) for name in ("lamp_003.jpg", "shirt_004.jpg")]
        save_decisions(Decisions(folder).leave_out(health.keys(chosen)))
        product_photo(1, 77).save(folder / "lamp" / "new.jpg")
        (folder / "lamp" / "lamp_003.jpg").rename(folder / "lamp" / "renamed.jpg")
        (folder / "shirt").rename(folder / "shirts")
        renamed = folder.rename(tmp_path / "another name")
        again = check_dataset(scan_folder(renamed), with_labels=False)
        decided = {f.path.name for f in again.left_out if f.kind is SkipKind.DECIDED}
        assert decided == {"renamed.jpg", "shirt_004.jpg"}
        assert_all_accounted_for(again)

    def test_leaks_in_the_folders_are_named_and_mended(self, tmp_path: Path) -> None:
        root = tmp_path / "parts"
        make_product_photos(root, parts={"train": 8, "validation": 3, "test": 3}, seed=4)
        shutil.copy(root / "train/mug/mug_000.jpg", root / "test/mug/leak.jpg")
        health = check(root)
        assert kinds(health)[0] is Kind.ACROSS_PARTS
        assert_all_accounted_for(health)
        after = assess(health.examined, Decisions(root).mend_leaks())
        assert Kind.ACROSS_PARTS not in kinds(after)
        (leak,) = [file for file in after.left_out if file.kind is SkipKind.LEAK]
        assert leak.path == root / "train/mug/mug_000.jpg"
        assert_all_accounted_for(after)


class TestSplit:
    def test_the_rule_is_followed(self, folder: Path) -> None:
        health = check(folder, rule=SplitRule(0.3, 0.0, seed=3))
        assert health.split is not None
        assert health.split.test == ()
        assert len(health.split.validation) >= 6

    @pytest.mark.parametrize(
        ("keep", "problem"),
        [
            ((), "There is nothing."),
            (("mug",), 'No photo of "lamp", "shirt" can be used, which leaves "mug".'),
        ],
    )
    def test_what_cannot_be_trained_on_is_checked_all_the_same(
        self, folder: Path, keep: tuple[str, ...], problem: str
    ) -> None:
        for path in folder.rglob("*.jpg"):
            if path.parent.name not in keep:
                path.write_bytes(b"spoiled")
        health = check(folder)
        assert health.split is None
        assert problem in health.problem or not keep
        assert "two categories" in health.problem
        assert_all_accounted_for(health)

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        health = check(tmp_path)
        assert health.dataset.photos == ()
        assert health.problem

    def test_one_photo(self, tmp_path: Path) -> None:
        make_product_photos(tmp_path, classes=("mug",), per_class=1)
        health = check(tmp_path)
        assert health.split is None
        assert_all_accounted_for(health)


class TestVanishing:
    """Files change while they are looked at."""

    @pytest.mark.parametrize("phase", ["scan", "check", "compare"])
    def test_a_photo_that_vanishes_is_left_out_or_was_seen(self, folder: Path, phase: str) -> None:
        dataset = scan_folder(folder)
        gone = folder / "mug" / "mug_004.jpg"

        def delete(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase == phase:
                gone.unlink()

        health = check_dataset(dataset, decisions=Decisions(folder), report=delete)
        reasons = {file.path: file.reason for file in health.left_out}
        assert (gone in reasons) is (phase != "compare")
        assert len(health.dataset.photos) + len(health.left_out) == 31 + 3
        if gone in reasons:
            assert reasons[gone].startswith('"mug_004.jpg" is not there.')

    def test_a_folder_that_vanishes(self, folder: Path) -> None:
        dataset = scan_folder(folder)
        shutil.rmtree(folder / "mug")
        health = check_dataset(dataset, decisions=Decisions(folder))
        assert health.dataset.class_names == ("lamp", "shirt")
        assert Kind.EMPTY_CLASS in kinds(health)
        assert sum(file.kind is SkipKind.UNREADABLE for file in health.left_out) == 11

    def test_a_file_that_becomes_a_pipe(self, folder: Path) -> None:
        dataset = scan_folder(folder)
        (folder / "mug" / "mug_004.jpg").unlink()
        os.mkfifo(folder / "mug" / "mug_004.jpg")
        health = check_dataset(dataset, decisions=Decisions(folder))
        reasons = {file.path.name: file.reason for file in health.left_out}
        assert "device or a pipe" in reasons["mug_004.jpg"]

    def test_between_measuring_and_embedding(
        self, folder: Path, fast_model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        use(monkeypatch, fast_model)
        gone = folder / "mug" / "mug_004.jpg"

        def delete(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase == "embed":
                gone.unlink()

        dataset = scan_folder(folder)
        health = check_dataset(dataset, decisions=Decisions(folder), report=delete)
        assert gone in {file.path for file in health.left_out}
        assert len(health.dataset.photos) + len(health.left_out) == 31 + 3
        assert health.omitted == ()
        groups = health.examined.inspection.groups
        assert (groups[groups] == groups).all()


def use(monkeypatch: pytest.MonkeyPatch, model: Path) -> None:
    """Compare photos with this model's network."""

    def opened(_self: ComingNetwork, **_: object) -> Embedder:
        contents = read(model)
        return Embedder(contents.embedder, contents.manifest.input)

    monkeypatch.setattr(health_module.ComingNetwork, "open", opened)


class TestNetwork:
    def test_labels_are_looked_at_with_it(
        self, folder: Path, fast_model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        use(monkeypatch, fast_model)
        health = check(folder)
        assert health.omitted == ()
        assert health.examined.vectors is not None
        assert len(health.examined.vectors) == len(health.dataset.photos)

    def test_too_few_photos_to_judge_labels(
        self, tmp_path: Path, fast_model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        use(monkeypatch, fast_model)
        make_product_photos(tmp_path, per_class=4)
        (omitted,) = check(tmp_path).omitted
        assert "two categories of at least 5 different photos each" in omitted

    def test_one_that_cannot_be_used_is_a_sentence(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise WeightsError("The weights are damaged.")

        monkeypatch.setattr("ml_core.dataset.health.network.weights_are_cached", lambda _: True)
        monkeypatch.setattr("ml_core.dataset.health.network.prepare_backbone", fail)
        (omitted,) = check(folder).omitted
        assert "cannot be used: The weights are damaged." in omitted

    def test_it_gets_ready_while_photos_are_looked_at_and_ends_with_the_check(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended: list[str] = []

        def prepare(*_: object, control: Control, **__: object) -> None:
            while True:
                time.sleep(0.01)
                try:
                    control.checkpoint()
                except Cancelled:
                    ended.append("cancelled")
                    raise

        monkeypatch.setattr("ml_core.dataset.health.network.weights_are_cached", lambda _: True)
        monkeypatch.setattr("ml_core.dataset.health.network.prepare_backbone", prepare)
        control, phases = Control(), []

        def watch(event: Event) -> None:
            if isinstance(event, PhaseStarted):
                phases.append(event.phase)
                if event.phase == "weights":
                    control.stop()

        with pytest.raises(Stopped):
            check(folder, report=watch, control=control)
        assert phases == ["scan", "check", "compare", "weights"]
        assert ended == ["cancelled"]

    def test_none_is_wanted(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            health_module, "ComingNetwork", lambda: pytest.fail("nobody asked for it")
        )
        assert "not asked for" in check(folder, with_labels=False).omitted[0]

    def test_none_is_there(self) -> None:
        with ComingNetwork() as network, pytest.raises(NoNetwork, match="train once with one"):
            network.open(report=ignore, control=Control())


@pytest.mark.parametrize("end", ["cancel", "stop"])
def test_it_ends_when_told(folder: Path, end: str) -> None:
    control = Control()
    getattr(control, end)()
    with pytest.raises(Cancelled if end == "cancel" else Stopped):
        check(folder, control=control)


def test_nothing_is_changed_or_written_in_the_folder(folder: Path) -> None:
    def state() -> dict[Path, tuple[int, bytes]]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    check(folder)
    assert state() == before


def test_every_sentence_reads_as_one(folder: Path) -> None:
    for finding in check(folder).findings:
        for sentence in filter(None, (finding.what, finding.why, finding.mend)):
            assert sentence[0].isupper() or sentence[0] in '"0123456789'
            assert sentence.endswith(".")
            assert "  " not in sentence


def idx_folder(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    labels = np.arange(200, dtype=np.uint8) % 4
    for name, count in (("train", 160), ("t10k", 40)):
        pictures = rng.integers(0, 255, (count, 28, 28), np.uint8)
        header = b"\x00\x00\x08\x03" + b"".join(n.to_bytes(4) for n in pictures.shape)
        (folder / f"{name}-images-idx3-ubyte").write_bytes(header + pictures.tobytes())
        marks = labels[:count]
        header = b"\x00\x00\x08\x01" + len(marks).to_bytes(4)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(header + marks.tobytes())
    return folder


def test_idx_files_are_checked_without_labels(tmp_path: Path) -> None:
    health = check(idx_folder(tmp_path))
    assert len(health.dataset.photos) == 200
    assert "tiny pictures of IDX files" in health.omitted[0]
    assert {finding.kind for finding in health.findings} <= {Kind.VERY_SMALL, Kind.BLURRED}
    keys = health.keys(health.dataset.photos[:2])
    after = assess(health.examined, Decisions(tmp_path).leave_out(keys))
    assert len(after.dataset.photos) == 198
    assert {file.index for file in after.left_out} == {photo.index for photo in
                                                       health.dataset.photos[:2]}  # fmt: skip


def test_a_data_set_without_photos_can_be_assessed() -> None:
    examined = examine(Dataset(Path("nowhere"), (), (), ()))
    health = assess(examined, Decisions(Path("nowhere")))
    assert health.findings == ()
    assert health.problem


MEASURED = (
    PEAK_MEMORY
    + """
import json, sys
from pathlib import Path
from ml_core.dataset.health.health import check_dataset
from ml_core.dataset.scan import scan_folder
check_dataset(scan_folder(Path(sys.argv[1])), with_labels=False)
heavy = [name for name in ("tensorflow", "keras", "matplotlib") if name in sys.modules]
print(json.dumps([peak_memory(), heavy]))
"""
)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
def test_large_photos_are_a_stream(tmp_path: Path) -> None:
    """Twenty of 12 megapixels would be 720 MB at once; nor is TensorFlow needed."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        photo = product_photo(0, ord(name), size=(4000, 3000))
        photo.save(tmp_path / name / "0.jpg")
        content = (tmp_path / name / "0.jpg").read_bytes()
        for number in range(1, 10):
            (tmp_path / name / f"{number}.jpg").write_bytes(content + bytes([number]))
    finished = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    memory, imported = json.loads(finished.stdout)
    assert memory < 350_000
    assert imported == []
