"""The audit log's part of the seams: who had which plan generated, shared, exported or deleted; chosen languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

What = Literal["generated", "shared", "exported", "deleted", "language"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Be one line of the log; `to` is the channel it was shared to, the format of an export, or the language chosen.

    `user` and `place` are empty once that user was forgotten; `model` is None when the planner wrote. `at` is
    milliseconds since 1970 UTC.
    """

    at: int
    what: What
    tenant: str
    user: str
    place: str
    plan: str
    to: str = ""
    written_by: str
    prompt_version: str
    model: str | None
    price_book_date: str


class Audit(Protocol):
    """Keep the log for the operator."""

    async def note(self, deed: Deed) -> None:
        """Add a line; the same line again changes nothing."""
        ...

    async def since(self, at: int, *, most: int) -> Sequence[Deed]:
        """Return the lines from a time on, oldest first, at most so many."""
        ...
