"""One short name that follows an event through the logs: from the door over its jobs to the model calls they make."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.domain.events import ConversationRef
from bot.services.redis_keys import hashed

NO_TRACE = "-"
_DIGITS = 16
_trace: ContextVar[str] = ContextVar("trace", default=NO_TRACE)


def trace_of(place: ConversationRef, event: str) -> str:
    """Return the name of an event, the same in every process; hashed, for ids of events may hold a user's."""
    return hashed(place.platform, place.tenant, event)[:_DIGITS]


@contextmanager
def traced(trace: str) -> Iterator[None]:
    """Put a name on everything that is logged inside."""
    before = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(before)


class TraceFilter(logging.Filter):
    """Give each record the `trace` it was made under."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        record.trace = _trace.get()
        return True
