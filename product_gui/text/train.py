"""What the Train page says."""

from product_gui.text.numbers import about, categories, count, percent, photos, size

TITLE = "Train"
HEADER_EMPTY = "Teach the program your own categories."
CHOOSE_FOLDER = "Choose a folder…"
CHOOSE_FOLDER_TITLE = "Choose a folder with one sub-folder for each category"
CHANGE_FOLDER = "Change folder…"
EMPTY_TITLE = "Drop a folder of photos"
EMPTY_TITLE_ACTIVE = "Let go to look into it"
EMPTY_HINT = "One sub-folder for each category; its name becomes the category's name."
LAYOUT_TITLE = "So it should look"
LAYOUT_HINT = "About 20 photos in each category are a good start. More make it better."
LAYOUT_EXAMPLE = (("my products", 0), ("mugs", 1), ("lamps", 1), ("bags", 1))
RECENT = "Opened before"
SCANNING = "Looking through the folder…"
RECIPE_SECTION = "How to train"
STOP_SCANNING = "Stop"
FEW_NOTE = "few"
FEW = 10
"""With fewer photos than this a category is learned badly."""
GIVEN_SPLIT = "The folder's own training, validation and test parts are kept."

TRAIN = "Train"
ADVANCED = "Advanced settings"
BACK_TO_PHOTOS = "Back to the photos"
NOTHING_CHANGED = "Everything is as recommended."
ADVANCED_HINT = "Nothing here has to be changed."
RESET = "Back to recommended"
CHOOSE_WEIGHTS = "Choose a weights file"
WEIGHTS_FILTER = "Weights files"

MEASURE = "How long?"
MEASURE_TIP = "Tries the training for a moment and says how long it takes and what it needs."
MEASURING = "Trying how fast this computer is"
RESUME_RUN = "Resume"
DISCARD_RUN = "Discard"
SHOW = "Show"
UNDO = "Undo"
TRAIN_LONGER = "Train 10 rounds more"
TRAIN_LONGER_TIP = "A new model from this one's last state; this one stays as it is."
GOAL_TITLES = {"fast": "Fast", "best": "Best", "scratch": "From scratch"}
GOAL_SENTENCES = {
    "fast": "Builds on a network that has already seen a million photos. The right start.",
    "best": "Begins like Fast, then fine-tunes that network to your products.",
    "scratch": "Learns from your photos alone. Needs hundreds of photos in each category.",
}
_SECONDS_PER_PHOTO = {"fast": 0.014, "best": 0.19, "scratch": 0.26}
"""Measured on two processor cores with 3,068 photos; only an order of magnitude elsewhere."""

NO_FOLDER = "Choose a folder of photos first."
STILL_SCANNING = "The folder is still being looked through."
MOVING_FILES = "Files of this folder are being moved."
ONE_CATEGORY = "Needs at least two categories: put the photos into one sub-folder for each."
FIX_SETTINGS = "A setting under Advanced needs attention."
NO_SETTINGS = "The settings are not ready yet."
ALREADY_TRAINING = "A training is running."

STOP = "Stop and keep"
CANCEL = "Cancel and discard"
PAUSE = "Pause"
RESUME = "Resume"
STOP_TIP = "End now and keep what has been learned so far as a model."
CANCEL_TIP = "End now. Nothing is kept; your photos are untouched."
PAUSE_TIP = "Hold the training and free the processor. Resume goes on exactly here."
NOTHING_LEARNED = "Nothing has been learned yet. Stop and keep works after the first round."
ENDING = "The training is ending already."

PHASES = {
    "scan": "Looking through the folder",
    "weights": "Fetching the pretrained network",
    "read": "Reading photos",
    "embed": "Looking at every photo",
    "head": "Learning your categories",
    "fine_tune": "Fine-tuning",
    "scratch": "Learning from scratch",
    "evaluate": "Testing on photos it has not seen",
    "save": "Saving the model",
    "export": "Exporting",
}
STARTING = "Getting ready"
LOSS = "Loss"
ACCURACY = "Accuracy"
TRAINING_CURVE = "training"
VALIDATION_CURVE = "validation"
CURVES_EMPTY = "The curves appear after the first round."
NUMBER_EPOCH = "Round"
NUMBER_SPEED = "Photos per second"
NUMBER_BEST = "Best so far"
NUMBER_RATE = "Learning rate"
CURVES = "Curves"
LOG = "What happened"
EVEN_LOSS = "Even"
LOGARITHMIC_LOSS = "Logarithmic"
SCALE_TIP = "How the axis of the loss is divided: logarithmic shows small changes late on."
NUMBER_DEVICE = "Computes on"
NUMBER_PHOTOS = "Photos"
NUMBER_WRONG = "Wrong answers"
NUMBER_DURATION = "Took"
EPOCHS = "Rounds"
BEST = "best"
STATE_PAUSING = "Pausing…"
STATE_PAUSED = "Paused"
STATE_FINISHING = "Finishing…"
STATE_STOPPING = "The best so far is being tested and kept."
STATE_CANCELLING = "Cancelling…"
CANCELLED = "Training cancelled. Nothing was kept."
STOPPED_EARLY = "Training stopped before anything was learned. Nothing was kept."

USE_MODEL = "Use this model"
CLASSIFY_NOW = "Classify photos now"
EXPORT = "Export…"
REVIEW = "Review mistakes"
TRAIN_AGAIN = "Train again"
RESULT_TITLE = "Your model is ready"
STOPPED_TITLE = "Stopped, and the best so far is kept"
NOT_TESTED = "Not tested"
COPY_DETAILS = "Copy details"
DETAILS_COPIED = "Details copied"
WEIGHTS_BANNER = "The pretrained network could not be downloaded, so nothing was trained."
WEIGHTS_TITLE = "The pretrained network is missing"
WEIGHTS_TEXT = (
    "It is fetched once from the internet and then kept. Check the connection and try again, "
    "or go on without it."
)
TRY_AGAIN = "Try again"
CHOOSE_OTHER = "Another network"
CHOOSE_SCRATCH = "Train from scratch"
PICK_WEIGHTS = "Pick a weights file…"

WHOLE_NUMBER = "Enter a whole number."
A_NUMBER = "Enter a number."
NO_FILE = "This file does not exist."

FIELDS = {
    "architecture": ("Network", "The kind of network that learns."),
    "weights": ("Starts from", "What it knows before your photos."),
    "input_size": ("Photo size", "In pixels; smaller is faster."),
    "resize": ("Fit to square", "How any shape becomes a square."),
    "epochs": ("Epochs", "Rounds over all photos, at most."),
    "batch_size": ("Batch size", "Lower it if memory runs out."),
    "learning_rate": ("Learning rate", "How large each correction is."),
    "optimizer": ("Optimizer", "How corrections are computed."),
    "label_smoothing": ("Label smoothing", "0 is off; keeps it from being too sure."),
    "validation_share": ("Validation photos (%)", "Kept back to see when to end."),
    "test_share": ("Test photos (%)", "Kept back for the honest score."),
    "seed": ("Seed", "The same number, the same result."),
    "early_stopping": ("Early stopping", "Epochs without progress; 0 is off."),
    "reduce_rate": ("Rate reduction", "Halve after so many epochs; 0 is off."),
    "fine_tune_layers": ("Fine-tuned layers", "How many top layers are tuned."),
    "fine_tune_epochs": ("Fine-tuning epochs", "Rounds of fine-tuning, at most."),
    "tensorboard": ("TensorBoard log", "Also write logs for TensorBoard."),
}
GROUPS = {
    "network": "What learns",
    "learning": "How it learns",
    "photos": "Kept back from training",
    "more": "When it ends",
}
CHOICES = {
    "imagenet": "Everyday photos (ImageNet)",
    "none": "Nothing",
    "file": "A weights file…",
    "stretch": "Stretch",
    "pad": "Add borders",
    "crop": "Cut the edges",
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
}


def cost(goal: str, number_of_photos: int) -> str:
    """What a goal costs, for these photos if they are known."""
    seconds = _SECONDS_PER_PHOTO[goal]
    if number_of_photos:
        return f"Roughly {about(seconds * number_of_photos).removeprefix('about ')}"
    return f"Roughly {about(1000 * seconds).removeprefix('about ')} per 1,000 photos"


def at_most(seconds: float) -> str:
    """A measured duration, in the few words that a card has room for."""
    return f"At most {about(seconds).removeprefix('about ')}"


def measured(seconds: float, memory: int, disk: int) -> str:
    """What a training will need at most."""
    needs = f"{size(memory)} of memory and {size(disk)} on the disk"
    return f"At most {about(seconds)}, {needs}, measured on this computer."


def download(megabytes: float) -> str:
    return f"Downloads {megabytes:.0f} MB once."


def header_data(name: str, number_of_categories: int, number_of_photos: int) -> str:
    return f"{name} · {categories(number_of_categories)} · {photos(number_of_photos)}"


def advanced(changed: int, recommended: int) -> str:
    """The button, with how many settings were changed, or else had better be."""
    if changed:
        return f"Advanced ({changed} changed)"
    return f"Advanced ({count(recommended, 'tip')})" if recommended else ADVANCED


def job_title(name: str) -> str:
    return f"Training on {name}"


def interrupted(name: str) -> str:
    return f'The training of "{name}" was interrupted.'


def interrupted_offer(name: str, when: str) -> str:
    return f'The training of "{name}" ({when}) was interrupted. It can go on where it stopped.'


def interrupted_discarded(name: str) -> str:
    return f'The interrupted training of "{name}" is in the trash.'


def header_run(name: str) -> str:
    return f"Training on {name}"


def log_skipped(name: str, reason: str) -> str:
    return f"Left out: {name}. {reason}"


def log_epoch(epochs: tuple[int, int], *, training: float, validation: float, is_best: bool) -> str:
    remark = ", best so far" if is_best else ""
    right = f"{percent(validation)} right on validation, {percent(training)} on training"
    return f"Round {epoch(*epochs)}: {right}{remark}"


def step(number: int, total: int) -> str:
    return f"Step {number} of {total}"


def epoch(done: int, total: int) -> str:
    return f"{done} of {total}"


def split(train: int, validation: int, test: int) -> str:
    return f"{train:,} to learn from, {validation:,} to check, {test:,} to test"


def left_out_so_far(number: int) -> str:
    return f"{count(number, 'photo')} could not be read and {_is(number)} left out."


def _is(number: int) -> str:
    return "was" if number == 1 else "were"
