"""What the Models page and the export dialog say."""

from product_gui.text.numbers import photos

TITLE = "Models"
HEADER = "Every model you have trained or opened."
EMPTY_TITLE = "No models yet"
EMPTY_HINT = "Train one on your own photos, or drop a model file (.keras) here."
TRAIN_A_MODEL = "Train a model"
OPEN_A_MODEL = "Open a model file…"
OPEN_TIP = "Take in a model file from elsewhere. The file stays where it is."
LOADING = "Reading the list…"
COLUMN_NAME = "Name"
COLUMN_SCORE = "Score"
COLUMN_NETWORK = "Network"
COLUMN_DATE = "Date"
COLUMN_SIZE = "Size"
ORIGIN_TRAINED = "Trained here"
ORIGIN_STOPPED = "Trained here, stopped early"
ORIGIN_FAILED = "Training failed"
ORIGIN_RUNNING = "Being trained now"
ORIGIN_INTERRUPTED = "Training was interrupted"
ORIGIN_OPENED = "Opened file"
IN_USE = "Answers now"
USE = "Use this model"
RENAME = "Rename…"
EXPORT = "Export…"
SHOW_FOLDER = "Show in folder"
REVIEW = "Review mistakes"
TRASH = "Move to trash"
FORGET = "Remove from list"
SELECT_ONE = "Select a model first."
ALREADY_IN_USE = "This model answers already."
NO_MODEL_HERE = "This training did not give a model."
ONLY_OWN_REVIEW = "Only models trained here have a report."
ONLY_OWN_RENAME = "Only models trained here can be renamed."
TRASHED = "Moved to trash"
FORGOTTEN = "Removed from the list. The file is untouched."
UNDO = "Undo"
RESTORED = "Brought back"
RENAME_TITLE = "Rename the model"
RENAME_FIELD = "Name"
RENAME_OK = "Rename"
NOTE = "Note…"
NOTE_TITLE = "A note about the model"
NOTE_FIELD = "Note"
NOTE_OK = "Keep"
NOTE_TOO_LONG = "At most 300 characters."
STAR_TIP = "Mark it with a star, or take the star away."
AGAIN = "Train again…"
AGAIN_TIP = "With the same settings, on what is in its folder of photos today."
ONLY_OWN_AGAIN = "Only models trained here know how they were trained."
ONLY_OWN_NOTE = "Only models trained here can have a star and a note."
STARRED = "★"
NAME_NEEDED = "Give it a name."
NAME_TOO_LONG = "At most 80 characters."
SCORE_UNKNOWN = "not tested"

EXPORT_QUESTION = "Where shall it be used?"
EXPORT_BUTTON = "Choose where to save…"
EXPORT_FORMATS = {
    "keras": (
        "A Python program, or more training",
        "One .keras file for Keras and this program.",
    ),
    "litert": (
        "A phone or a small device",
        "One .tflite file for LiteRT (TensorFlow Lite).",
    ),
    "onnx": (
        "A web shop's server, or any language",
        "One .onnx file for ONNX Runtime.",
    ),
    "saved_model": (
        "TensorFlow Serving",
        "A folder in TensorFlow's SavedModel format.",
    ),
}
EXPORT_BESIDE = "The list of categories and a description of the model are written beside it."
EXPORT_SAVE_AS = "Save the exported model"
REPLACE_TITLE = "Replace it?"
REPLACE = "Replace"
CANCEL = "Cancel"
EXPORTED_SHOW = "Show in folder"


def current_name(name: str) -> str:
    return f"{name} · answers now"


def export_title(name: str) -> str:
    return f"Export {name}"


def score(accuracy: str, number: int) -> str:
    return f"{accuracy} on {photos(number)}"


def exporting(name: str) -> str:
    return f"Exporting {name}"


def exported(name: str, size: str) -> str:
    return f"Exported as {name} ({size})"


def replace_question(name: str) -> str:
    return f"{name} is there already. Its present content would be lost."


def export_failed(name: str) -> str:
    return f"{name} could not be exported."
