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


def problem_message(problem: Problem | None, *, action_text: str = "") -> BannerMessage | None:
    """The banner for a problem; none without one."""
    if problem is None:
        return None
    return BannerMessage(
        problem.sentence,
        tone="error" if problem.details else "warning",
        details=problem.details,
        action_text=action_text,
    )
