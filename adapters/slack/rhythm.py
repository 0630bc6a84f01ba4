"""How often a plan that is being written is shown: a section at once, but never more calls than a plan may cost."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Set how often, in seconds, sections and progress lines are shown.

    Sections that come faster are shown together. `calls` are those before the last view, `line_calls` those that a
    progress line may still be followed by: with the card before and the last messages after them a plan costs at most
    twelve.
    """

    pages_s: float
    line_s: float
    calls: int
    line_calls: int


STREAMED = Measure(pages_s=1.0, line_s=12.0, calls=5, line_calls=3)
EDITED = Measure(pages_s=6.0, line_s=20.0, calls=8, line_calls=8)


@dataclass(slots=True)
class Rhythm:
    """Remember what was shown of one version and when."""

    now: Callable[[], float]
    measure: Measure
    line_at: float
    pages_at: float = float("-inf")
    calls: int = 0
    pages: str = ""
    progress: str = ""

    def pages_due(self, pages: str) -> bool:
        """Say whether sections may be shown now."""
        fresh = pages != self.pages and self.calls < self.measure.calls
        return fresh and self.now() - self.pages_at >= self.measure.pages_s

    def line_due(self, progress: str) -> bool:
        """Say whether the progress line may move now."""
        fresh = progress != self.progress and self.calls < self.measure.line_calls
        return fresh and self.now() - self.line_at >= self.measure.line_s

    def shown(self, calls: int, *, pages: str | None, progress: str | None, empty: bool = False) -> None:
        """Note what was shown; None for what stayed as it was. After `empty` pages the first section comes at once."""
        self.calls += calls
        if pages is not None:
            self.pages = pages
            self.pages_at = self.pages_at if empty else self.now()
        if progress is not None:
            self.progress, self.line_at = progress, self.now()


@dataclass(slots=True)
class Rhythms:
    """Keep the rhythm of each version this process writes."""

    now: Callable[[], float]
    _kept: dict[str, Rhythm] = field(default_factory=dict)

    def of(self, name: str, measure: Measure, *, forget: bool) -> Rhythm:
        """Return the rhythm of a version; with its last view it is forgotten."""
        rhythm = self._kept.get(name) or Rhythm(self.now, measure, self.now())
        rhythm.measure = measure
        if forget:
            self._kept.pop(name, None)
        else:
            self._kept[name] = rhythm
        return rhythm
