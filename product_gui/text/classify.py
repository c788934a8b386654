"""What the Classify page says."""

from collections.abc import Sequence

from product_gui.text.numbers import categories, count, duration, percent, photos

TITLE = "Classify"
OPEN = "Open photos…"
CLEAR = "Clear"
COPY = "Copy table"
SAVE_CSV = "Save as CSV…"
EMPTY_TITLE = "Drop photos here"
EMPTY_TITLE_ACTIVE = "Let go to open them"
EMPTY_HINT = "One photo, many, or a whole folder. Or press Ctrl+O to choose, Ctrl+V to paste."
EMPTY_BUTTON = "Choose photos…"
PANEL_EMPTY = "The answer appears here"
PANEL_EMPTY_HINT = "Drop a photo, and its category shows up with the confidence beside it."
NO_MODEL_TITLE = "No model yet"
NO_MODEL_HINT = (
    "To tell photos apart, the program needs a model. Train one on your own photos, "
    "or open a model file (.keras) that you have."
)
TRAIN_A_MODEL = "Train a model"
OPEN_A_MODEL = "Open a model file…"
CHANGE_MODEL = "Change…"
OPENING_MODEL = "Opening the model…"
ANSWERING = "Looking at the photo…"
CONFIDENCE = "Confidence"
UNLIKE = "Nothing it knows"
UNLIKE_HINT = "Unlike the photos it learned from"
CORRECT = "Correct…"
CORRECT_TIP = "Say what the photo really shows: the model learns it at once."
LEARNING = "Learning…"
NEW_CATEGORY = "New category…"
NEW_CATEGORY_TITLE = "A new category"
NEW_CATEGORY_FIELD = "Name"
NEW_CATEGORY_OK = "Learn it"
CATEGORY_NEEDED = "Give it a name."
CATEGORY_TOO_LONG = "At most 80 characters."
NOTHING_TO_CORRECT = "There is no answer to correct."
ONLY_OWN_LEARN = "Only models that were trained here can learn from corrections."
UNLEARNED = "The model is again as it was before."
UNDO = "Undo"
WHY = "Show why"
HIDE_WHY = "Hide why"
NOTHING_TO_EXPLAIN = "There is no answer to explain."
WHY_TIP = "Colours the places of the photo that speak for the answer."
BARS_TIP = "Click a category to see what speaks for it."
HEAT_STRENGTH = "Strength"
RELIANCE = {"sure": "Sure", "unsure": "Not sure", "unlike": "Unlike"}
TOP_FIVE = "Most likely categories"
COLLECTING = "Looking for photos…"
STOP_COLLECTING = "Stop"
COLUMN_NAME = "Photo"
COLUMN_CATEGORY = "Category"
COLUMN_CONFIDENCE = "Confidence"
COLUMN_RELIANCE = "Rely on it?"
WAITING = "waiting"
NO_PICTURE = "No picture"
NO_ANSWER_SHORT = "No answer"
NO_ANSWER_TITLE = "This file cannot be read as a photo"
NOT_ASKED = "Not answered"
SAVED_CSV = "Table saved"
COPIED = "Table copied"
CSV_COLUMNS = (
    "path", "category", "confidence", "state", "second", "second_confidence", "error",
)  # fmt: skip
STOPPED = "Stopped: photos without an answer stay as they are."
PASTED_NAME = "pasted picture"
NOTHING_TO_PASTE = "The clipboard holds no picture and no path of a photo."
FILTER_PHOTOS = "Photos"
FILTER_MODELS = "Model files"
FILTER_ALL = "All files"
CHOOSE_PHOTOS = "Choose photos"
CHOOSE_FOLDER = "Choose a folder of photos"
CHOOSE_MODEL = "Choose a model file"
SAVE_TABLE = "Save the table"
TABLE_NAME = "results.csv"


def nothing_found(name: str) -> str:
    return f"There is no photo in {name}."


def nothing_found_advice() -> str:
    return "Looked for were JPEG, PNG, WebP, GIF, BMP, TIFF and AVIF files."


def missing(names: str) -> str:
    return f"Not found: {names}."


def header(done: int, total: int, unreadable: int, *, answering: bool) -> str:
    """The page's line of state."""
    if not total:
        return "Drop a photo anywhere in the window to see its category."
    parts = [photos(total)]
    if answering and total > 1:
        parts.append(f"{done:,} done")
    if unreadable and total > 1:
        parts.append(f"{unreadable:,} unreadable")
    return " · ".join(parts)


def job_title(total: int) -> str:
    return f"Classifying {photos(total)}"


def job_detail(done: int, total: int) -> str:
    return f"{done:,} of {total:,}"


def answered_by(model: str) -> str:
    return f"Answered by {model}"


def model_score(accuracy: float | None, number: int) -> str:
    """What the model is known to be worth, with the photos that rests on."""
    if accuracy is None or not number:
        return "not tested"
    return f"{percent(accuracy)} right on {number:,} test photos"


def model_line(number_of_categories: int, score: str) -> str:
    return f"{categories(number_of_categories)} · {score}"


def heat_legend(category: str) -> str:
    return f"Red speaks most for {category}."


def looking_for_reasons(category: str) -> str:
    return f"Looking for what speaks for {category}…"


def learned(corrections: int, test_photos: int, fixed: int, broke: int) -> str:
    what = count(corrections, "correction")
    if not test_photos:
        return f"{what} learned."
    return f"{what} learned: of {photos(test_photos)} in the test, fixed {fixed}, broke {broke}."


def verdict(reliance: str, share: str) -> str:
    return f"{RELIANCE[reliance]}, {share}"


def either(names: Sequence[str]) -> str:
    """Categories among which the model cannot decide."""
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)


def nearest(category: str) -> str:
    return f"Nearest: {category}"


def took(seconds: float) -> str:
    if seconds < 1:
        return f"answered in {max(1, round(1000 * seconds)):,} ms"
    return f"answered in {duration(seconds)}"


def many_took(total: int, seconds: float) -> str:
    return f"{total:,} answered in {duration(seconds)}"


def used_now(model: str) -> str:
    return f"{model} answers from now on"
