"""A circuit breaker: after some failures in a row an endpoint is left alone for a while, then tried once."""

from collections.abc import Callable
from typing import Literal

_LONGEST_PAUSE_S = 900.0
"""A server may ask for any pause; longer than this and a repaired endpoint would stay unused."""


class CircuitBreaker:
    """Count failures in a row; open after `threshold`, let one call through after `cool_down_s` seconds."""

    def __init__(self, *, clock: Callable[[], float], threshold: int = 3, cool_down_s: float = 30.0) -> None:
        self._clock = clock
        self._threshold = threshold
        self._cool_down_s = cool_down_s
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def state(self) -> Literal["closed", "open", "half_open"]:
        """Return the state as of now."""
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half_open"

    @property
    def opens_in_s(self) -> float:
        """Return the seconds until a call is let through again, 0 when one is."""
        return max(0.0, (self._open_until or 0.0) - self._clock()) if self._open_until is not None else 0.0

    def admit(self) -> bool:
        """Let a call through or not; each admitted call ends in `succeed`, `fail` or `abandon`."""
        if self.state == "open" or (self.state == "half_open" and self._trying):
            return False
        self._trying = self.state == "half_open"
        return True

    def succeed(self) -> None:
        """Close: the endpoint answered."""
        self._failures, self._open_until, self._trying = 0, None, False

    def fail(self, retry_after_s: float | None = None) -> None:
        """Count a failure; a pause the server asked for opens at once and for as long as it asked."""
        self._failures += 1
        was_trying, self._trying = self._trying, False
        if retry_after_s is not None:
            self._open(min(retry_after_s, _LONGEST_PAUSE_S))
        elif was_trying or self._failures >= self._threshold:
            self._open(self._cool_down_s)

    def abandon(self) -> None:
        """Take back an admitted call that came to no verdict, because its caller went away."""
        self._trying = False

    def _open(self, seconds: float) -> None:
        """Stay open for the longer of what stands and what is asked."""
        self._open_until = max(self._open_until or 0.0, self._clock() + seconds)
