"""The queue's part of the seams: what is accepted, claimed, done, tried again, given up and looked after."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.domain.brief import Language
from bot.domain.effects import Effect
from bot.domain.events import ConversationRef, Event

JobKind = Literal["drain", "perform"]
Lane = Literal["talk", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Be a piece of work: drain a conversation's inbox, or perform the effects of one commit.

    `user` and `event` are those of the event it came from. `notice` marks the message about a job that was given up.
    """

    id: str
    kind: JobKind
    conversation: str
    place: ConversationRef
    user: str
    event: str
    at: int
    effects: tuple[Effect, ...] = ()
    language: Language = "es"
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """Hold a job that is ours: `attempt` is the claim's own id, `starts` counts this start too.

    A start counts until there is progress, unless its worker died with other jobs in hand: see docs/decisions.md.
    `begun` says that it was started before, so that some of it may be done.
    """

    job: Job
    attempt: str
    starts: int
    lane: Lane
    begun: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """Be one attempt at a step of a job; `first` when no earlier one can have done any of it.

    No attempt did anything before `since_ms`, milliseconds since 1970 UTC; 0 when that is not known.
    """

    job: str
    attempt: str
    first: bool = False
    since_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Name the effect that is being performed: step `step` of perform job `job`, in the language of the commit.

    `user` and `at` are those of the event it came from, `results` those of the steps before it. `repeated` says that an
    earlier attempt may have done it already.
    """

    job: str
    step: int
    conversation: str
    place: ConversationRef
    language: Language
    user: str = ""
    at: int = 0
    attempt: str = ""
    results: tuple[str, ...] = ()
    repeated: bool = False

    @property
    def by(self) -> Attempt:
        """Return the attempt that does it."""
        return Attempt(self.job, self.attempt, first=not self.repeated, since_ms=self.at)

    @property
    def key(self) -> str:
        """Return the name of this step, the same in every attempt."""
        return f"{self.job}/{self.step}"


# Does one effect and returns what is worth remembering of it (the id of a card); one for each type of effect.
Performer = Callable[[Doing, Any], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Say how a place is reached on its platform, in the adapter's own form; `own` when it is one person's."""

    text: str
    own: bool


class Jobs(Protocol):
    """Take in what happened and hand out work."""

    async def accept(self, event: Event, *, keys: Sequence[str], reach: Reach | None = None) -> bool:
        """Put an event into its conversation's inbox and enqueue a drain job, in one script; False for a duplicate.

        `keys` are all ids the door knows the event by; they are remembered for 24 hours.
        `reach` is kept with the event, so that its answer finds the way.
        """
        ...

    async def claim(
        self,
        worker: str,
        *,
        free: int,
        writing: int,
        reclaim: bool,
        held: Sequence[str] = (),
        wait_s: float = 0.0,
    ) -> tuple[Claimed, ...]:
        """Take up to `free` jobs, dialogue first and at most `writing` of the writing kind.

        `reclaim` also looks for jobs whose lease has run out. Delayed jobs that are due come back with every call.
        `held` are the jobs the worker has in hand: one of several may be what kills it, so no death counts against
        one of them alone. `wait_s` is for a worker that found nothing a moment ago: it waits so many seconds for
        something new first.
        """
        ...

    async def renew(self, worker: str, claimed: Sequence[Claimed]) -> frozenset[str]:
        """Renew the leases of running jobs and return the ids of those that are not ours any more."""
        ...

    async def done(self, claimed: Claimed) -> bool:
        """Delete a finished job; False when it was not ours any more."""
        ...

    async def retry(self, claimed: Claimed, *, after_s: float, reason: str) -> bool:
        """Put a job back for a further start after some seconds."""
        ...

    async def hand_back(self, claimed: Claimed) -> bool:
        """Give a job back at once, as if it had never been started."""
        ...

    async def bury(self, claimed: Claimed, *, reason: str, notice: Job | None) -> bool:
        """Move a job to the dead letters and enqueue `notice`, in one script.

        The event that a drain job died of goes with it, and what waits behind it gets a drain job of its own. A drain
        that a commit made a perform job, unknown to its worker, is left to its lease.
        """
        ...

    async def tidy(self, *, idle_s: float) -> int:
        """Remove workers that were silent for `idle_s` seconds and hold nothing; return how many."""
        ...

    async def leave(self, worker: str) -> None:
        """Remove a worker that stops, unless it still holds jobs."""
        ...


Place = Literal["queued", "running", "delayed", "parked", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """Say where a job is and how it fared; `poison` is the event a dead drain job died of, as JSON."""

    job: Job
    where: Place
    lane: Lane
    starts: int
    worker: str
    reason: str
    poison: str = ""


class JobDesk(Protocol):
    """Let an operator look after jobs."""

    def reports(self) -> AsyncIterator[JobReport]:
        """Yield a report on every job there is, in no order."""
        ...

    async def report(self, job: str) -> JobReport | None:
        """Return the report on one job."""
        ...

    async def revive(self, job: str) -> bool:
        """Start a delayed or dead job again at once, with its starts counted anew; False when it is neither."""
        ...

    async def drop(self, job: str) -> bool:
        """Delete a job for good, wherever it is; False when there is none."""
        ...

    async def measure(self) -> "QueueHealth":
        """Measure the queue and the way to it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHealth:
    """Measure the queue: jobs by place, and how long the oldest waiting one has waited, in milliseconds."""

    waiting: Mapping[Lane, int]
    oldest_ms: Mapping[Lane, int]
    delayed: int
    dead: int
    ping_ms: float
