"""What the Review page says."""

from product_gui.text.numbers import confidence, date, interval, photos

TITLE = "Review"
HEADER = "How good is it, and which photos does it get wrong?"
EMPTY_TITLE = "Nothing to review yet"
EMPTY_HINT = "Train a model; its score and its mistakes on photos it had never seen appear here."
TRAIN_A_MODEL = "Train a model"
CHOOSE_RUN = "Training"
LOADING = "Reading the results…"
DRAWING = "Drawing…"
NO_REPORT_TITLE = "This training has no score"
NO_REPORT_HINT = "It ended before it could be tested."
HOW_MADE = "How it was made"
TENSORBOARD = "Open TensorBoard"
TENSORBOARD_TIP = "Shows the logs of this training in the browser."
TENSORBOARD_STARTS = "Starting TensorBoard…"
NO_TENSORBOARD = "This training wrote no logs: switch them on in the advanced settings."
MEMORY = "Memory at most"
DEVICE = "Computed on"
NO_CURVES = "No curves were kept of this training."
GOAL = "Way"
NETWORK = "Network"
FOLDER = "Folder"
LEARNED_FROM = "Learned from"
CHECKED_ON = "Checked on"
TESTED_ON = "Tested on"
ROUNDS = "Rounds"
BEST_ROUND = "Best round"
TOOK = "Took"
MADE = "Made"
CONFUSION = "What was taken for what"
CONFUSION_HINT = (
    "Rows: the true category. Columns: what the model said. Click a cell for its photos."
)
COUNTS = "Photos"
SHARES = "Percent"
BY_NAME = "By name"
BY_SIMILARITY = "Similar"
MIX_UPS = "Most often mixed up"
NO_MIX_UPS = "Not one photo was taken for another category."
NO_MISTAKES = "Not one wrong answer on these photos."
NO_MISTAKES_HINT = "Try it on more photos to find its limits."
NO_SUCH_PHOTOS = "No such photos"
NO_SUCH_PHOTOS_HINT = "No photo fits the choice above."
COLUMN_CATEGORY = "Category"
COLUMN_PRECISION = "Precision"
COLUMN_RECALL = "Recall"
COLUMN_F1 = "F1"
COLUMN_PHOTOS = "Photos"
PRECISION_TIP = "Precision: of the photos given this category, the share that truly belongs to it."
RECALL_TIP = "Recall: of the photos truly in this category, the share that was found."
F1_TIP = "F1: precision and recall in one number; it is only high when both are."
OPEN_TIP = "A double click or Return shows a category's photos, the least sure answers first."
TABS = {
    "overview": "Overview",
    "categories": "Categories",
    "photos": "Photos",
    "training": "Training",
    "compare": "Compare",
}
COMPARE_WITH = "Compare with"
COMPARE_PHOTOS = "Photos"
COMPARE_CURVES = "Curves"
COLUMN_BEFORE = "Found by it"
COLUMN_NOW = "Found by this"
COLUMN_CHANGE = "Change"
NOTHING_IN_COMMON = "No photos in common"
NOTHING_IN_COMMON_HINT = "These two models were not tested on the same photos."
NO_OTHER_RUN = "Nothing to compare with yet"
NO_OTHER_RUN_HINT = "Train another model, with other settings or more photos."
ORDERS = {"surest": "Surest first", "least_sure": "Least sure first"}
ANY_TRUE = "Any category"
ANY_GIVEN = "Any answer"
TOO_FEW = "right, too few to name a score"
TOO_FEW_HINT = "At least 20 test photos are needed."
MACRO_F1 = "F1, all categories alike"
WRONG_ANSWERS = "Wrong answers"
NOT_READ = "Could not be read"
TRUE = "It is"
GIVEN = "The model said"

_DIFFERENCES = {"fixed": "Right now", "broken": "Wrong now"}
_UNLIKELY = 0.05
_VERDICTS = {"wrong": "Wrong", "right": "Right", "all": "All"}


def run_title(name: str, created: str) -> str:
    return f"{name} · {date(created)}"


def right_on(number: int) -> str:
    return f"right on {photos(number)} it had never seen"


def expected(low: float, high: float) -> str:
    return f"On more photos: {interval(low, high)}"


def right_of(right: int, number: int) -> str:
    return f"{right:,} of {number:,}"


def of_photos(number: int, photos_in_all: int) -> str:
    return f"{number:,} of {photos(photos_in_all)}"


def verdict(which: str, number: int) -> str:
    return f"{_VERDICTS[which]} ({number:,})"


def truly(category: str) -> str:
    return f"It is: {category}"


def answered(category: str) -> str:
    return f"It said: {category}"


def mistake(true: str, given: str) -> str:
    return f"{true} → {given}"


def compared(number: int, before: str, now: str) -> str:
    return f"{before} → {now} right on the {photos(number)} that both were tested on"


def fixed_and_broken(fixed: int, broken: int, probability: float) -> str:
    counts = f"This one is right about {photos(fixed)} that the other got wrong, and wrong about"
    return f"{counts} {broken:,} that it got right. {_chance(probability)}"


def difference(which: str, number: int) -> str:
    return f"{_DIFFERENCES[which]} ({number:,})"


def points(share: float) -> str:
    return f"{100 * share:+.0f} points" if round(100 * share) else "0 points"


def _chance(probability: float) -> str:
    if probability < _UNLIKELY:
        return "That is hardly chance."
    return "That may well be chance."


def cell(true: str, given: str, number: int) -> str:
    if true == given:
        return f"{true}: {photos(number)} right"
    return f"{true}, taken for {given}: {photos(number)}"


def sure_of(category: str, share: float) -> str:
    return f"{category}, {confidence(share)}"
