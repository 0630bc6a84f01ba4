"""Whether the configured model has reached, or soon reaches, the end of its life. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.prices import Lifecycle

NEAR_DAYS = 90
_SNAPSHOT = re.compile(r"[-@](\d{4}-\d{2}-\d{2}|\d{8}|latest)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleWarning:
    """Be a sentence for the operator: its key and what fills it; `days` is negative when the date is past."""

    text: str
    model: str
    shutdown: date
    days: int
    successor: str | None


def lifecycle_warning(model: str, lifecycles: Mapping[str, Lifecycle], today: date) -> LifecycleWarning | None:
    """Warn when `model` is past its shutdown date or within 90 days of it; `lifecycles` as in the price book.

    A name is looked up as it is, then without its provider's prefix, then without the date of its snapshot.
    """
    found = next((lifecycles[name] for name in _names(model) if name in lifecycles), None)
    if found is None:
        return None
    days = (found.shutdown - today).days
    if days > NEAR_DAYS:
        return None
    text = "warning.model.retired" if days <= 0 else "warning.model.retires_soon"
    return LifecycleWarning(text=text, model=model, shutdown=found.shutdown, days=days, successor=found.successor)


def _names(model: str) -> tuple[str, ...]:
    """Return the names under which a model may stand in the price book, the most exact first."""
    bare = model.lower().rsplit("/", 1)[-1]
    return (model, model.lower(), bare, _SNAPSHOT.sub("", bare))
