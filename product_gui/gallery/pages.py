"""The pages of the gallery by name, each with its icon."""

from collections.abc import Callable
from typing import Final

from product_gui.gallery.answers import answers_page, classify_page, dialog_page
from product_gui.gallery.controls import controls_page
from product_gui.gallery.parts import Host
from product_gui.gallery.training import review_page, train_page
from product_gui.widgets.toolkit import Frame

PAGES: Final[dict[str, tuple[str, Callable[[Frame, Host], None]]]] = {
    "classify": ("photo", classify_page),
    "answers": ("tag", answers_page),
    "train": ("train", train_page),
    "review": ("review", review_page),
    "controls": ("settings", controls_page),
    "dialog": ("info", dialog_page),
}
