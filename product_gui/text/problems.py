"""Failures that the program did not foresee, in plain words."""

OUT_OF_MEMORY = "The computer ran out of memory."
OUT_OF_MEMORY_ADVICE = (
    "Close other programs, or choose smaller photos or fewer photos per step under Advanced."
)
UNEXPECTED = "Something went wrong that should not have."
UNEXPECTED_ADVICE = "Your photos are untouched. Try again; Copy details helps whoever mends it."


def disk_refused(reason: str, name: str | None) -> str:
    place = f" ({name})" if name else ""
    return f"The disk refused: {reason.lower()}{place}."
