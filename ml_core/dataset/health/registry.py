"""All checks, by what they find."""

from collections.abc import Mapping
from types import MappingProxyType

from ml_core.dataset.health import classes, folders, labels, quality, similarity
from ml_core.dataset.health.check import Check
from ml_core.dataset.health.finding import Kind

_ALL = (
    *similarity.CHECKS,
    *labels.CHECKS,
    *folders.CHECKS,
    *classes.CHECKS,
    *quality.CHECKS,
)

CHECKS: Mapping[Kind, Check] = MappingProxyType(
    {kind: check for kind in Kind for check in _ALL if check.kind is kind}
)
"""In the order of ``Kind``, which is that in which they are shown."""
