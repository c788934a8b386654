"""The report: a page that runs nothing, and a table that no spreadsheet executes."""

import base64
import csv
import io
import re
import shutil
import tracemalloc
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml_core.control import Control
from ml_core.dataset.decisions import save_decisions
from ml_core.dataset.health.finding import Finding, Kind, Severity
from ml_core.dataset.health.health import Health, check_dataset
from ml_core.dataset.photos import Dataset, Photo
from ml_core.dataset.report.gallery import MOST_CASES, MOST_PHOTOS
from ml_core.dataset.report.page import write_page
from ml_core.dataset.report.summary import by_kind, by_reason
from ml_core.dataset.report.table import COLUMNS, write_table
from ml_core.dataset.scan import scan_folder
from ml_core.errors import Cancelled, StorageError
from ml_core.events import Event, PhaseStarted, StepProgress
from tests.core.disk import disk_without_room
from tests.core.sample_photos import make_product_photos

VOID = {"meta", "img", "source", "br", "link", "input", "hr"}
HOSTILE = "<script>alert('x')<\\script> & \"q\" =1+2.jpg"


class Page(HTMLParser):
    """A page taken apart; fails where tags do not match."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.pieces: list[str] = []
        self._open: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def values(self, tag: str, name: str) -> list[str]:
        return [value for one, key, value in self.attributes if (one, key) == (tag, name)]

    @property
    def photos(self) -> list[bytes]:
        """The JPEG pictures inside."""
        head = "data:image/jpeg;base64,"
        sources = self.values("img", "src")
        return [base64.b64decode(one[len(head) :]) for one in sources if one.startswith(head)]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = make_product_photos(tmp_path / "shop", per_class=8, size=(96, 72))
    for number in range(2):
        shutil.copy(root / "mug" / "mug_000.jpg", root / "mug" / f"copy_{number}.jpg")
    (root / "shirt" / "broken.jpg").write_bytes(b"\xff\xd8 no photo")
    return root


@pytest.fixture
def real_plot() -> None:
    """Asked for by tests that want the plot of sizes really drawn."""


@pytest.fixture(autouse=True)
def quick_plot(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes most of a page's time, and is tested with the figures."""
    if "real_plot" not in request.fixturenames:
        drawn = "data:image/svg+xml;base64,"
        monkeypatch.setattr("ml_core.dataset.report.page._size_plot", lambda *_: drawn)


def checked(root: Path) -> Health:
    return check_dataset(scan_folder(root, least_classes=0), with_labels=False)


def page_of(health: Health, path: Path) -> Page:
    write_page(health, path)
    return Page(path)


def rows_of(health: Health, path: Path) -> list[list[str]]:
    write_table(health, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# --- the page ---


def test_the_page_says_what_the_check_found(real_plot: None, shop: Path, tmp_path: Path) -> None:
    health = checked(shop)
    page = page_of(health, tmp_path / "r.html")
    for said in (
        "Photo check shop",
        "Photos used 26 of 27 found",
        "Categories 3 8 to 10 photos each",
        "Copies kept together 1 group",
        "Warning Not a photo, or damaged 1",
        "Hint Exact copies 1",
        "Decisions None: photos are used as the folders have them.",
        "Wrong labels and outliers were not looked for.",
    ):
        assert said in page.text, said
    assert health.split is not None
    sums = [len(part) for part in (health.split.train, health.split.validation, health.split.test)]
    assert f"All 26 {' '.join(map(str, sums))}" in page.text
    assert len(page.values("details", "open")) == len({one.kind for one in health.findings})


def test_pictures_are_inside_and_upright(shop: Path, tmp_path: Path) -> None:
    with Image.open(shop / "mug" / "mug_000.jpg") as photo:
        exif = photo.getexif()
        exif[274] = 6
        for name in ("mug_000.jpg", "copy_0.jpg", "copy_1.jpg"):
            photo.save(shop / "mug" / name, exif=exif)
    page = page_of(checked(shop), tmp_path / "r.html")
    sizes = [Image.open(io.BytesIO(content)).size for content in page.photos]
    assert (72, 96) in sizes
    assert len(sizes) >= 3


def test_nothing_is_fetched_and_nothing_runs(shop: Path, tmp_path: Path) -> None:
    page = page_of(checked(shop), tmp_path / "r.html")
    assert not {"script", "iframe", "object", "link", "form"} & set(page.tags)
    addresses = [value for _, name, value in page.attributes if name in ("src", "srcset", "href")]
    assert addresses
    assert all(one.startswith(("data:", "#")) for one in addresses)
    assert "url(" not in page.source
    (policy,) = (value for value in page.values("meta", "content") if "default-src" in value)
    assert "script" not in policy
    targets = {value for _, name, value in page.attributes if name == "id"}
    assert {one[1:] for one in page.values("a", "href")} <= targets


def test_it_follows_light_dark_and_paper(real_plot: None, shop: Path, tmp_path: Path) -> None:
    page = page_of(checked(shop), tmp_path / "r.html")
    assert "@media (prefers-color-scheme: dark)" in page.source
    assert "@media print" in page.source
    assert page.values("source", "media") == ["(prefers-color-scheme: dark)"]
    plots = [*page.values("source", "srcset"), *page.values("img", "src")]
    svg = [one for one in plots if one.startswith("data:image/svg+xml;base64,")]
    assert len(set(svg)) == 2


def contrast(first: str, second: str) -> float:
    def luminance(colour: str) -> float:
        digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
        channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_words_stand_out_in_both_themes() -> None:
    """WCAG 2.2 asks 4.5 to 1 for text."""
    from ml_core.dataset.report.style import STYLE

    themes = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    for theme in themes:
        colours = dict(re.findall(r"--([\w-]+): #(\w+);", theme))
        for words in ("text", "muted", "error", "warning", "hint", "accent"):
            for ground in ("surface", "ground"):
                assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)


@pytest.mark.parametrize(
    "name", [HOSTILE, "\u202egpj.exe", "two\nlines.jpg", "undecodable \udcff.jpg", "مرحبا.jpg"]
)
def test_hostile_names_are_only_words(name: str, shop: Path, tmp_path: Path) -> None:
    category = f"cat {name[:20]}"
    (shop / "mug").rename(shop / category)
    (shop / category / "copy_0.jpg").rename(shop / category / name.replace("/", ""))
    (shop / "shirt" / "broken.jpg").rename(shop / "shirt" / f"b {name}")
    health = checked(shop)
    page = page_of(health, tmp_path / "r.html")
    assert "script" not in page.tags
    assert not [one for one in page.attributes if one[1].startswith("on")]
    assert "\u202e" not in page.source
    shown = "".join(c if c.isprintable() and c != "\udcff" else "�" for c in category)
    assert shown.replace("\udcff", "?")[:18] in page.text.replace("  ", " ")
    for row in rows_of(health, tmp_path / "r.csv")[1:]:
        assert len(row) == len(COLUMNS)


def test_decisions_are_listed_and_those_without_effect_marked(shop: Path, tmp_path: Path) -> None:
    health = checked(shop)
    photos = {photo.path.name: photo for photo in health.dataset.photos}
    decisions = health.decisions.leave_out(health.keys([photos["copy_1.jpg"]]))
    decisions = decisions.move(health.keys([photos["mug_001.jpg"]]), "lamp")
    save_decisions(decisions)
    (shop / "mug" / "mug_001.jpg").unlink()
    page = page_of(checked(shop), tmp_path / "r.html")
    assert "1 photo is left out: mug/copy_1.jpg." in page.text
    assert "Not followed: The photos are not there any more." in page.text
    assert "You left it out." in page.text


def test_a_folder_that_cannot_be_trained_on_says_so(tmp_path: Path) -> None:
    root = make_product_photos(tmp_path / "one", classes=("mug",), per_class=3)
    page = page_of(checked(root), tmp_path / "r.html")
    assert "at least two categories" in page.text
    (tmp_path / "empty").mkdir()
    empty = page_of(checked(tmp_path / "empty"), tmp_path / "e.html")
    assert "Photos used 0 of 0 found" in empty.text


def test_a_photo_gone_since_the_check_has_words_in_its_place(shop: Path, tmp_path: Path) -> None:
    health = checked(shop)
    (shop / "mug" / "copy_0.jpg").unlink()
    page = page_of(health, tmp_path / "r.html")
    assert "not readable any more" in page.text
    assert len(page.photos) >= 2


# --- bounds ---


def many_findings(health: Health, cases: int, photos: int) -> Health:
    """The same check with many more cases than a page can show."""
    some = health.dataset.photos[:1] * photos
    findings = [
        Finding(kind=kind, severity=Severity.HINT, what="It.", why="", mend="", photos=some)
        for kind in (Kind.BLURRED, Kind.NEAR_COPIES)
        for _ in range(cases)
    ]
    return replace(health, findings=tuple(findings))


def test_a_bounded_number_of_pictures_and_the_rest_is_said(shop: Path, tmp_path: Path) -> None:
    page = page_of(many_findings(checked(shop), cases=100, photos=45), tmp_path / "r.html")
    assert len(page.photos) == 2 * MOST_CASES * MOST_PHOTOS
    assert "and 37 more photos" in page.text
    assert f"and {100 - MOST_CASES} more; a CSV report lists them all" in page.text
    rows = rows_of(many_findings(checked(shop), cases=100, photos=45), tmp_path / "r.csv")
    assert len(rows) == 1 + 2 * 100 * 45


def test_memory_stays_flat_with_20_000_photos(real_plot: None, shop: Path, tmp_path: Path) -> None:
    health = many_findings(checked(shop), cases=5_000, photos=1)
    photos = tuple(
        Photo(shop / "mug" / f"{number:05d} of many.jpg", number % 3) for number in range(20_000)
    )
    assert health.split is not None
    health = replace(
        health,
        dataset=Dataset(shop, health.dataset.class_names, photos, ()),
        sizes=np.random.default_rng(0).integers(50, 4000, (20_000, 2)).astype(np.uint32),
        split=replace(health.split, train=photos[6000:], validation=photos[:3000],
                      test=photos[3000:6000]),
    )  # fmt: skip
    write_page(health, tmp_path / "warm.html")  # matplotlib's own memory is not the page's
    tracemalloc.start()
    write_page(health, tmp_path / "r.html")
    write_table(health, tmp_path / "r.csv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30e6
    assert (tmp_path / "r.html").stat().st_size < 3e6


# --- writing ---


def test_progress_and_cancel(shop: Path, tmp_path: Path) -> None:
    health = checked(shop)
    events: list[Event] = []
    write_page(health, tmp_path / "r.html", report=events.append)
    assert events[0] == PhaseStarted("save", "Writing the report")
    assert isinstance(events[-1], StepProgress)
    assert events[-1].done == events[-1].total > 0
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        write_page(health, tmp_path / "new.html", control=control)
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["r.html"]


@pytest.mark.parametrize("write", [write_page, write_table])
def test_a_full_disk_keeps_the_old_report(write: object, shop: Path, tmp_path: Path) -> None:
    health = many_findings(checked(shop), cases=400, photos=8)
    path = tmp_path / "report.out"
    path.write_text("the old one")
    with disk_without_room(), pytest.raises(StorageError):
        write(health, path)  # type: ignore[operator]
    assert path.read_text() == "the old one"
    assert {one.name for one in tmp_path.iterdir()} == {"report.out", "shop"}


# --- the table ---


def test_a_row_for_each_photo_of_each_finding(shop: Path, tmp_path: Path) -> None:
    health = checked(shop)
    head, *rows = rows_of(health, tmp_path / "r.csv")
    assert head == list(COLUMNS)
    copies = [row for row in rows if row[0] == "exact_copies"]
    assert [row[2] for row in copies] == ["mug/copy_0.jpg", "mug/copy_1.jpg", "mug/mug_000.jpg"]
    assert {(row[1], row[3]) for row in copies} == {("hint", "mug")}
    assert all("are the same file" in row[5] for row in copies)
    assert [row[2:4] for row in rows if row[0] == "unreadable"] == [["shirt/broken.jpg", ""]]
    few = [row for row in rows if row[0] == "too_few"]
    assert {row[3] for row in few} == {"lamp", "mug", "shirt"}
    assert {row[2] for row in few} == {""}


@pytest.mark.parametrize("start", [*"=+-@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str, shop: Path, tmp_path: Path) -> None:
    folder = f"{start}cmd|' ' !A0"
    (shop / "mug").rename(shop / folder)
    rows = rows_of(checked(shop), tmp_path / "r.csv")[1:]
    assert any(folder in cell for row in rows for cell in row)
    assert not [
        cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    ]


def test_suggested_categories_have_their_column(shop: Path, tmp_path: Path) -> None:
    (shop / "lamp").rename(shop / "mugs")
    rows = rows_of(checked(shop), tmp_path / "r.csv")
    assert {row[4] for row in rows if row[0] == "named_twice"} == {"mug"}


# --- the summary ---


def test_the_worst_comes_first(shop: Path) -> None:
    shutil.copy(shop / "mug" / "mug_003.jpg", shop / "lamp" / "mug_003.jpg")
    severities = [group.severity for group in by_kind(checked(shop).findings)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert set(severities) == set(Severity)


def test_alike_reasons_meet(shop: Path) -> None:
    (shop / "lamp" / "also.jpg").write_bytes(b"\xff\xd8 no photo")
    groups = by_reason(checked(shop).left_out)
    assert [len(files) for _, files in groups] == [2]
    assert groups[0][0].startswith("It is")
