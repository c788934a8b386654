"""What happened, in one plain line: for the command line and the log of a run."""

from ml_core.events import (
    DeviceChosen,
    EpochFinished,
    Event,
    PhaseStarted,
    PhotoSkipped,
    PhotosSplit,
    Resumed,
    Warned,
)


def in_words(event: Event) -> str | None:
    """One plain line for an event worth a line."""
    match event:
        case PhaseStarted():
            return f"{event.message} ..."
        case EpochFinished():
            return (
                f"  epoch {event.epoch}/{event.epochs}"
                f"  loss {event.train_loss:.3f}, validation {event.validation_loss:.3f}"
                f"  accuracy {event.train_accuracy:.1%}, validation {event.validation_accuracy:.1%}"
                f"  {event.photos_per_second:,.0f} photos/s"
                f"{'  best so far' if event.is_best else ''}"
            )
        case PhotosSplit():
            return (
                f"{event.train:,} photos to train on, {event.validation:,} to validate,"
                f" {event.test:,} to test; {event.skipped:,} skipped"
            )
        case PhotoSkipped():
            return f"Skipped {event.path}: {event.reason}"
        case DeviceChosen():
            return f"Computing on {event.description}"
        case Warned():
            return f"Note: {event.message}"
        case Resumed():
            return f"Going on after epoch {event.epoch} of {event.epochs}"
    return None
