"""What the window around the pages says: rail, job bar, dialogs, messages, help."""

from product_gui.text.numbers import count

PROGRAM = "Product Classifier"
PAGES = {"classify": "Classify", "train": "Train", "review": "Review", "models": "Models"}
NO_MODEL = "No model yet"
MENU = "Menu"
OPEN_PHOTOS = "Open photos…"
OPEN_FOLDER = "Open a folder…"
OPEN_MODEL = "Open a model file…"
PASTE = "Paste a picture or paths"
EXPORT = "Export the current model…"
RESCAN = "Look again"
UNDO_DECISION = "Undo the last decision about photos"
NOTHING_TO_UNDO = "There is no decision about photos to undo on this page."
THEME = "Light or dark…"
HELP = "Help and shortcuts"
QUIT = "Quit"
THEME_TITLE = "Light or dark"
THEME_TEXT = "How the window looks."
THEMES = {"system": "As the system has it", "light": "Light", "dark": "Dark"}
HELP_TITLE = "Help and shortcuts"
HELP_INTRO = (
    ("Classify", "Drop photos anywhere in the window: each gets its category and a confidence."),
    ("Train", "Drop a folder with one sub-folder for each category, and press Train."),
    ("Review", "See how good a model is, and which photos it gets wrong."),
    ("Models", "Use, rename, export or remove what you have."),
)
CLOSE = "Close"
DROP_TO_CLASSIFY = "Let go to classify photos or open a model"
DROP_TO_TRAIN = "Let go to train on this folder"
NO_EXPORT = "There is no model to export yet."
NOTHING_TO_RESCAN = "There is nothing on this page to look at again."
PAUSED = "Paused"
PAUSING = "Pausing…"
STOPPING = "Finishing…"
CANCELLING = "Cancelling…"
WAITING = "Waiting for its turn"
CLOSE_TITLE = "A training is running"
CLOSE_QUESTION = "What shall happen to it?"
CLOSE_NOTHING = "Nothing has been learned yet, so there is nothing to keep."
KEEP_TRAINING = "Keep training"
STOP_AND_CLOSE = "Stop and keep, then close"
DISCARD_AND_CLOSE = "Discard and close"
CLOSING = "Closing as soon as the training has ended…"
DETAILS_COPIED = "Details copied"
COPY_DETAILS = "Copy details"
DISMISS = "Dismiss"
SHOW_LIST = "Show the list"
HIDE_LIST = "Hide the list"
STOP_JOB = "Stop"
SHOW = "Show"
USAGE = (
    "Teach the program your own product categories and classify photos.\n\n"
    "Photos, a folder of photos, or a model file (.keras) are opened in the window."
)
USAGE_PATHS = "photos, one folder, or a model file to open"
NO_DISPLAY = "The window cannot be opened: no display was found."
NO_DISPLAY_MEND = "Start the program from a desktop, or use ml-core on the command line."


def not_found(names: str) -> str:
    return f"Not found: {names}."


def drop_hint(page: str) -> str:
    return DROP_TO_TRAIN if page == "train" else DROP_TO_CLASSIFY


def trained(name: str, score: str, photos: int) -> str:
    return f"{name} is trained: {score} right on {photos:,} test photos"


def not_trained(what: str) -> str:
    return f"The training ended with a problem. {what}"


def model_line(name: str, line: str) -> str:
    return f"{name} · {line}"


def folder_not_shown(folder: str) -> str:
    return f"The file manager could not be opened. The folder is {folder}."


def more_jobs(number: int) -> str:
    return f"and {count(number, 'more job')}"


def window_title(activity: str) -> str:
    return f"{activity} – {PROGRAM}" if activity else PROGRAM
