"""Problems as banners: one sentence, with the details to copy."""

from product_gui.jobs.problem import Problem
from product_gui.text import window as words
from product_gui.widgets.banner import BannerMessage, BannerWords

BANNER = BannerWords(
    copy=words.COPY_DETAILS,
    copied=words.DETAILS_COPIED,
    show=words.SHOW_LIST,
    hide=words.HIDE_LIST,
    close=words.DISMISS,
)


_WITHOUT_DETAILS = ("DatasetError", "ImageError", "ModelFileError", "RecipeError")
"""What is wrong with what the user gave: the sentence says it, and nobody else need hear of it."""


def problem_message(problem: Problem | None) -> BannerMessage | None:
    """The banner for a problem; none without one."""
    if problem is None:
        return None
    has_details = problem.kind not in _WITHOUT_DETAILS
    return BannerMessage(
        problem.sentence,
        tone="error" if problem.details and not problem.is_own else "warning",
        details=problem.details if has_details else "",
    )
