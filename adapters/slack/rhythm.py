"""How often a plan that is being written is shown: a section at once, but never more calls than a plan may cost."""

from collections.abc import Callable
from dataclasses import dataclass, field

PAGES_EVERY_S = 6.0
"""Sections that come faster than this are shown together."""
CARD_EVERY_S = 20.0
"""Seconds between two progress lines on the card."""
CALLS_BETWEEN = 8
"""Calls before the last view: with the card before and the last pages after them a plan costs at most twelve."""


@dataclass(slots=True)
class Rhythm:
    """Remember what was shown of one version and when."""

    now: Callable[[], float]
    card_at: float
    pages_at: float = float("-inf")
    calls: int = 0
    pages: str = ""
    progress: str = ""

    def pages_due(self, pages: str) -> bool:
        """Say whether sections may be shown now."""
        fresh = pages != self.pages and self.calls < CALLS_BETWEEN
        return fresh and self.now() - self.pages_at >= PAGES_EVERY_S

    def card_due(self, progress: str) -> bool:
        """Say whether the progress line may move now."""
        fresh = progress != self.progress and self.calls < CALLS_BETWEEN
        return fresh and self.now() - self.card_at >= CARD_EVERY_S

    def shown(self, calls: int, *, pages: str | None, progress: str | None) -> None:
        """Note what was shown; None for what was left as it was."""
        self.calls += calls
        if pages is not None:
            self.pages, self.pages_at = pages, self.now()
        if progress is not None:
            self.progress, self.card_at = progress, self.now()


@dataclass(slots=True)
class Rhythms:
    """Keep the rhythm of each version this process writes."""

    now: Callable[[], float]
    _kept: dict[str, Rhythm] = field(default_factory=dict)

    def of(self, name: str, *, forget: bool) -> Rhythm:
        """Return the rhythm of a version; with its last view it is forgotten."""
        rhythm = self._kept.get(name) or Rhythm(self.now, self.now())
        if forget:
            self._kept.pop(name, None)
        else:
            self._kept[name] = rhythm
        return rhythm
