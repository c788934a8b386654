"""What the Review page says."""

from product_gui.text.numbers import count, date, photos

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
CONFUSION = "What was taken for what"
CONFUSION_HINT = "Each row is a true category, each column what the model said."
MISTAKES_HINT = "The surest mistakes come first."
NO_MISTAKES = "Not one wrong answer on these photos."
COLUMN_CATEGORY = "Category"
COLUMN_PRECISION = "Precision"
COLUMN_RECALL = "Recall"
COLUMN_F1 = "F1"
COLUMN_PHOTOS = "Photos"
PRECISION_TIP = "Precision: of the photos given this category, the share that truly belongs to it."
RECALL_TIP = "Recall: of the photos truly in this category, the share that was found."
F1_TIP = "F1: precision and recall in one number; it is only high when both are."
TAB_OVERVIEW = "Overview"
TAB_CATEGORIES = "Categories"
TAB_MISTAKES = "Wrong photos"
TOO_FEW = "Too few photos to say"
TOO_FEW_SHORT = "Too few"
RIGHT = "right on photos it had never seen"
EXPECTED = "To be expected"
TESTED_ON = "Tested on"
MACRO_F1 = "F1, all categories alike"
TRUE = "It is"
GIVEN = "The model said"
NO_MISTAKES_HINT = "Try it on more photos to find its limits."


def run_title(name: str, created: str) -> str:
    return f"{name} · {date(created)}"


def too_few_detail(right: int, number: int) -> str:
    return f"{right} of {photos(number)} right. At least 20 are needed to name a score."


def mistake(true: str, given: str) -> str:
    return f"{true} → {given}"


def given(category: str, confidence: str) -> str:
    return f"{category}, {confidence}"


def mistakes_count(number: int) -> str:
    return count(number, "wrong answer")


def skipped(number: int) -> str:
    return f"{photos(number)} could not be read" if number else ""
