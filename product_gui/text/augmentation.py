"""What the settings of photos say: how they are varied, mirrored and counted."""

TABS = {"network": "Network and learning", "photos": "Photos"}
VARY = "Vary photos while learning"
KINDS = {"none": "Not at all", "gentle": "Gentle", "strong": "Strong", "custom": "Custom"}
NOTES = {
    "fast": "Fast looks at each photo once, as it is. Best and From scratch can vary photos.",
    "best": "Fine-tuning sees each photo as it is and in several variants.",
    "scratch": "Each photo is seen a little differently every time.",
}
AS_IT_IS = "As the network sees it"
VARIED = "Varied, for example like this"
MIRRORED = "And mirrored"
NOT_VARIED = "Every photo is seen as it is, every time."
ONLY_MIRRORED = "Every photo is seen as it is, and mirrored."
MIRRORED_ONCE = "Seen as it is, and mirrored."
OTHER_VARIANTS = "Other variants"
ANOTHER_PHOTO = "Another photo"
NO_OTHER_VARIANTS = "Photos are not varied."
NO_OTHER_PHOTO = "There is no other photo."
FIELDS = {
    "augmentation": (VARY, ""),
    "rotation": ("Turn", "To the left or to the right, at most so far."),
    "shift": ("Shift", "To any side, at most so much of the side."),
    "shear": ("Slant", "To the left or to the right, at most so much of the height."),
    "zoom": ("Size", "Larger or smaller, height and width by themselves."),
    "brightness": ("Brightness", "Darker or brighter, at most so much."),
    "contrast": ("Contrast", "Flatter or harder, at most so much."),
    "colour": ("Tint", "More or less red, green and blue, at most so much."),
    "mirror": ("Mirror", ""),
    "class_weights": (
        "Count every category the same, however few photos it has",
        "Else a category with many photos counts for more.",
    ),
}
MIRROR_HINT = "Leave Mirror off where print, labels or logos matter."
MIRROR_WARNING = "Mirrored, print, labels and logos are also learned back to front."
NOTHING = "off"


def amount(entry: float, unit: str) -> str:
    """The value of a slider: "18°", "5 %"."""
    if not entry:
        return NOTHING
    return f"{entry:g}°" if unit == "degrees" else f"{entry:g} %"


def attention(tab: str) -> str:
    return f"A setting under {TABS[tab]} needs attention."


def preview_of(name: str, category: str) -> str:
    return f"{category} · {name}" if category else name


def weights_advice(largest: str, smallest: str, times: float) -> str:
    return f"Recommended here: {largest} has {times:.0f} times as many photos as {smallest}."


def weights_remark(largest: str, smallest: str, times: float) -> str:
    return f"See the end of Photos: {largest} has {times:.0f} times the photos of {smallest}."
