"""The one table of what can be done: it feeds the menu, the keys and the help page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from product_gui.presenters.window import PAGES, Page, WindowPresenter
from product_gui.text import window as words


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides which actions are possible."""

    page: Page
    has_model: bool
    can_rescan: bool
    can_undo: bool = False


def _always(_situation: Situation) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a user can do from anywhere in the window.

    Attributes:
        id: Stable name.
        title: As in the menu.
        shortcut: As people write it ("Ctrl+O"); empty for none.
        available: Why it is not possible in a situation; an empty text when it is.
        separated: A line comes before it in the menu.
    """

    id: str
    title: str
    run: Callable[[], None]
    shortcut: str = ""
    available: Callable[[Situation], str] = _always
    separated: bool = False


class Dialogs(Protocol):
    """What needs a dialog or the clipboard before it can be done."""

    def choose_photos(self) -> None: ...

    def choose_photo_folder(self) -> None: ...

    def choose_model(self) -> None: ...

    def paste(self) -> None: ...

    def choose_theme(self) -> None: ...

    def show_help(self) -> None: ...


def situation(window: WindowPresenter) -> Situation:
    """How things stand."""
    pages = window.pages
    page = window.state.page
    can_rescan = {
        "classify": bool(pages.classify.state.source),
        "train": pages.train.state.folder is not None and not pages.train.is_training,
        "review": True,
        "models": True,
    }
    return Situation(
        page=page,
        has_model=window.model.state.summary is not None,
        can_rescan=can_rescan[page],
        can_undo=page == "train" and pages.train.can_undo,
    )


def table(window: WindowPresenter, dialogs: Dialogs) -> tuple[Action, ...]:
    """All actions, in the order of the menu."""
    return (
        Action(
            id="open_photos",
            title=words.OPEN_PHOTOS,
            shortcut="Ctrl+O",
            run=dialogs.choose_photos,
        ),
        Action(
            id="open_folder",
            title=words.OPEN_FOLDER,
            shortcut="Ctrl+Shift+O",
            run=dialogs.choose_photo_folder,
        ),
        Action(id="open_model", title=words.OPEN_MODEL, run=dialogs.choose_model),
        Action(id="paste", title=words.PASTE, shortcut="Ctrl+V", run=dialogs.paste),
        Action(
            id="export",
            title=words.EXPORT,
            shortcut="Ctrl+E",
            run=window.export_current,
            available=lambda now: "" if now.has_model else words.NO_EXPORT,
        ),
        Action(
            id="rescan",
            title=words.RESCAN,
            shortcut="F5",
            run=window.rescan,
            available=lambda now: "" if now.can_rescan else words.NOTHING_TO_RESCAN,
        ),
        Action(
            id="undo_decision",
            title=words.UNDO_DECISION,
            shortcut="Ctrl+Z",
            run=window.undo_decision,
            available=lambda now: "" if now.can_undo else words.NOTHING_TO_UNDO,
        ),
        *_page_actions(window),
        Action(
            id="theme",
            title=words.THEME,
            shortcut="Ctrl+,",
            run=dialogs.choose_theme,
            separated=True,
        ),
        Action(id="help", title=words.HELP, shortcut="F1", run=dialogs.show_help),
        Action(
            id="quit",
            title=words.QUIT,
            shortcut="Ctrl+Q",
            run=window.request_close,
            separated=True,
        ),
    )


def _page_actions(window: WindowPresenter) -> list[Action]:
    def going_to(page: Page) -> Callable[[], None]:
        return lambda: window.go(page)

    return [
        Action(
            id=page,
            title=words.PAGES[page],
            shortcut=f"Ctrl+{number}",
            run=going_to(page),
            separated=number == 1,
        )
        for number, page in enumerate(PAGES, start=1)
    ]
