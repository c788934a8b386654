"""What the Train page says of the photos, of what is wrong with them, and of what was decided."""

from collections.abc import Sequence

from product_gui.text.numbers import count, listed, photos

PHOTOS = "Photos"
FINDINGS = "Findings"
DECISIONS = "Decisions"
BALANCE = "Balance & split"
ALL_CATEGORIES = "All categories"
SHARED_OUT = {"train": "Training", "validation": "Validation", "test": "Test"}

PHASES = {
    "scan": "Reading the files",
    "check": "Looking at every photo",
    "compare": "Looking for copies",
    "weights": "Getting the pretrained network ready, once",
    "embed": "Comparing what the photos show",
}
CHECK_BEGINS = "Checking the photos"
FOLLOWING = "Working out what follows from your decision"
STOP_CHECK = "Stop"
STOPPED = "The check was stopped."
HELD = "The check goes on after the training."
FAILED = "The check could not be finished."
CHECK_ON = "Check on"
TRY_AGAIN = "Try again"
EXPORT_REPORT = "Save report…"
EXPORT_TITLE = "Save the report"
REPORT_NAME = "Photo check"
FILTER_HTML = "Web page with pictures"
FILTER_CSV = "Table"
WRITING = "Writing the report…"

SEVERITIES = {"error": "Error", "warning": "Warning", "hint": "Hint"}
NOTHING_YET_TITLE = "Still looking"
NOTHING_YET = "What is found appears here when all photos have been looked at."
NOT_CHECKED_TITLE = "Not checked yet"
NOT_CHECKED = "The check was ended before it was done. What was looked at is remembered."
NOTHING_FOUND_TITLE = "Nothing found"
ALL_ANSWERED_TITLE = "All findings are answered"
ALL_ANSWERED = "What you decided is listed under Decisions, and can be undone there."
BACK = "Findings"
BACK_TIP = "Back to all findings (Escape)"
OPEN_LARGE = "Open large"
SHOW_IN_FOLDER = "Show in its folder"
LEAVE_OUT = "Leave out"
USE_AGAIN = "Use as in the folder"
MOVE_TO = "Move to"
MOVE_TO_MENU = "Move to…"
UNDO = "Undo"
UNDO_TIP = "Take the selected decisions back"
MARK_LEFT_OUT = "left out"
MARK_MOVED = "moved"
STILL_CHECKING = "Possible as soon as the photos have been checked."
MENDED = "Copies are left out of training"
MEND_LEAKS = "Leave these copies out of training"
NO_DECISIONS_TITLE = "Nothing decided yet"
NO_DECISIONS = (
    "Photos that you leave out, keep or move to another category are listed here. "
    "Your files stay as they are."
)
COLUMN_DECISION = "Decision"
COLUMN_BECAUSE = "Because of"
COLUMN_MADE = "Made"
DECISIONS_HINT = "Your files stay where they are."
MOVE_FILES = "Move files as decided…"
MOVE_FILES_TIP = "So that the folders themselves say what you decided. Can be taken back."
MOVE_FILES_TITLE = "Move files as decided"
MOVING = "Moving files as decided"
MOVING_BACK = "Moving files back"
NOTHING_TO_MOVE = "No file has to be moved: none of the decisions is about where a file lies."
NOTHING_IS_LOST = "Nothing is deleted or overwritten, and it can be taken back."
CANCEL = "Cancel"
CLOSE = "Close"
PREVIOUS = "Previous photo"
NEXT = "Next photo"
CLOSE_PHOTO = "Back to the sheet (Escape)"
READING = "Reading the photo…"
CATEGORIES_TITLE = "Categories"
SIZES_TITLE = "Sizes of the photos"
NO_SPLIT = "Nothing can be trained on yet"
DRAWING = "Drawing…"


def findings(number: int | None) -> str:
    return FINDINGS if number is None else f"{FINDINGS} ({number:,})"


def decisions(number: int) -> str:
    return f"{DECISIONS} ({number:,})" if number else DECISIONS


def progress(phase: str, done: int, total: int) -> str:
    """How far a check is: "Looking at every photo · 1,240 of 3,781"."""
    words = PHASES.get(phase, CHECK_BEGINS)
    return f"{words} · {done:,} of {total:,}" if total else words


def checked(used: int, found: int) -> str:
    """What a finished check says of itself."""
    rest = found - used
    return f"{photos(used)} will be used" + (f", {rest:,} left out" if rest else "")


def nothing_found(number: int) -> str:
    one = "1 photo looks" if number == 1 else f"{photos(number)} look"
    return f"{one} fine."


def looked_for(titles: Sequence[str]) -> str:
    """What was looked for, in a row."""
    names = [titles[0], *(title[0].lower() + title[1:] for title in titles[1:])]
    return f"Looked for: {', '.join(names)}."


def cases(number: int, *, are_copies: bool) -> str:
    return count(number, "group") if are_copies else f"{number:,}"


def why(severity: str, sentence: str) -> str:
    return f"{SEVERITIES[severity]} · {sentence}"


def leave_out_some(number: int, *, all_of_them: bool) -> str:
    return f"Leave {_these(number, all_of_them=all_of_them)}out"


def keep_some(number: int, *, all_of_them: bool) -> str:
    return f"Keep {_these(number, all_of_them=all_of_them)}".strip()


def move_as_suggested(number: int, *, all_of_them: bool) -> str:
    return f"Move {_these(number, all_of_them=all_of_them)}as suggested"


def _these(number: int, *, all_of_them: bool) -> str:
    """How many it is about; of one nothing need be said."""
    if number == 1:
        return ""
    return f"all {number:,} " if all_of_them else f"{number:,} "


def leave_copies_out(number: int) -> str:
    return "Leave the other copy out" if number == 1 else f"Leave {number:,} other copies out"


def merge(name: str) -> str:
    return f'Count all to "{name}"'


def suggestion(suggested: str) -> str:
    return f"→ {suggested}"


def position(place: int, number: int) -> str:
    return f"{place:,} of {number:,}"


def left_out(places: Sequence[str]) -> str:
    return f"{_named(places)} left out"


def used_again(places: Sequence[str]) -> str:
    return f"{_named(places)} used again"


def kept(number: int) -> str:
    return f"{count(number, 'finding')} kept as {'it is' if number == 1 else 'they are'}"


def moved(places: Sequence[str], category: str) -> str:
    return f'{_named(places)} moved to "{category}"'


def moved_as_suggested(number: int) -> str:
    return f"{photos(number)} moved to {'its' if number == 1 else 'their'} suggested category"


def merged(names: Sequence[str]) -> str:
    return f"{listed([f'“{name}”' for name in names])} counted to the other name"


def left_out_folder(name: str) -> str:
    return f"{name} (left out)"


def moving_question(
    to_categories: int, left_out: int, left_out_to: str, refused: Sequence[str]
) -> str:
    """Everything that moving files will do."""
    lines = []
    if to_categories:
        one = "1 photo goes to the folder of its category."
        many = f"{to_categories:,} photos go to the folders of their categories."
        lines.append(one if to_categories == 1 else many)
    if left_out:
        one = "1 photo that you left out goes to"
        many = f"{left_out:,} photos that you left out go to"
        lines.append(f"{one if left_out == 1 else many} {left_out_to}")
    lines.append(NOTHING_IS_LOST if lines else NOTHING_TO_MOVE)
    return "\n\n".join([*lines, *refused[:5]])


def move_files(number: int) -> str:
    return f"Move {count(number, 'file')}"


def files_moved(number: int, failed: int) -> str:
    return f"{count(number, 'file')} moved{_but(failed)}"


def files_moved_back(number: int, failed: int) -> str:
    return f"{count(number, 'file')} moved back{_but(failed)}"


def _but(failed: int) -> str:
    return f", {count(failed, 'file')} could not be" if failed else ""


def undone(what: str) -> str:
    return f"Undone: {what}"


def report_saved(name: str) -> str:
    return f"{name} saved"


def decision(
    choice: str, names: Sequence[str], *, from_class: str, to_class: str, dormant: str
) -> str:
    """A decision in words: "Left out: cup.jpg and 3 more"."""
    about = listed(names, most=2) if names else ""
    what = {
        "leave_out": f"Left out: {about}",
        "keep": f"Kept as it is: {about}",
        "move": f'Moved to "{to_class}": {about}',
        "merge": f'"{from_class}" counts as "{to_class}"',
        "mend_leaks": MENDED,
    }[choice]
    return f"{what} (not followed: {dormant})" if dormant else what


def _named(places: Sequence[str]) -> str:
    return places[0].rpartition("/")[2] if len(places) == 1 else photos(len(places))


def groups_together(number: int) -> str:
    if not number:
        return "No copies were found that had to be kept together."
    one = "1 group of copies stays" if number == 1 else f"{number:,} groups of copies stay"
    return f"{one} on one side, so that no photo is tested that was learned."


def given_parts() -> str:
    return "The folder's own training, validation and test parts are kept."


def leaks(number: int) -> str:
    one = "1 photo lies" if number == 1 else f"{number:,} photos lie"
    return f"{one} in two parts as copies: the score would be better than it is."


def mended(number: int) -> str:
    return f"{count(number, 'copy', 'copies')} left out of training, so that the test is honest."


def part(name: str, number: int, total: int) -> str:
    return f"{SHARED_OUT[name]} {number:,} ({100 * number / max(total, 1):.0f} %)"
