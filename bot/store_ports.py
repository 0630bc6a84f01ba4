"""The store's half of the seams: what the use-cases and processes ask of Redis, each a Protocol of a few verbs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, Self

from bot.domain.brief import Brief, Given, Language
from bot.domain.effects import Effect, Wish
from bot.domain.events import ConversationRef, Event
from bot.domain.talk.state import State
from bot.job_ports import Claimed


class Clock(Protocol):
    """Tell the time and wait; everything that depends on time is given one of these."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Hold what is known of a conversation: `version` 0 and no state when it is new.

    `waiting` are the events of its inbox, oldest first; `chosen` is the language that its `opener` has chosen.
    """

    conversation: str
    place: ConversationRef
    state: State | None
    version: int
    waiting: tuple[Event, ...] = ()
    opener: str = ""
    chosen: Language | None = None

    def after(self, event: Event, state: State) -> Self:
        """Return what is known once `event` is committed with `state`, so that a drain need not load again."""
        rest = tuple(one for one in self.waiting if one.id != event.id)
        return replace(self, state=state, version=self.version + 1, waiting=rest)


CommitOutcome = Literal["done", "more", "known", "conflict", "forgotten"]


class Conversations(Protocol):
    """Keep dialogues and their inboxes."""

    async def load(self, conversation: str) -> Loaded | None:
        """Return the state of a conversation and what waits for it; None when it is unknown, expired or forgotten."""
        ...

    async def commit(
        self, loaded: Loaded, *, event: Event, state: State, effects: Sequence[Effect], drain: Claimed | None = None
    ) -> CommitOutcome | Claimed:
        """Save `state`, take `event` out of the inbox and append `effects` as one perform job, in one script.

        `done`, or `more` when further events wait. `known` when this event was committed before, `conflict` when the
        version has moved on or the event is not the oldest one, `forgotten` when somebody asked to be forgotten in
        between. Where nothing waits and `drain` can go on as the perform job, so that nobody has to fetch it, that job
        is the answer.
        """
        ...

    async def bind(self, conversation: str, place: ConversationRef) -> None:
        """Make `place` a further name of the conversation and the one that answers go to.

        What was said there before this call, and went to a new conversation, moves over with its inbox.
        """
        ...

    async def find(self, place: ConversationRef) -> str | None:
        """Return the conversation that `place` names."""
        ...


class Effects(Protocol):
    """Remember which effects of a perform job were done, so that each is done once."""

    async def results(self, claimed: Claimed) -> tuple[str, ...]:
        """Return what the steps done by earlier attempts came to, in order.

        Raises StoreError (`error.lease_lost`) when the job now belongs to another attempt.
        """
        ...

    async def record(self, claimed: Claimed, step: int, result: str) -> None:
        """Record the result of a step; this is progress, so the count of the job's starts begins again.

        Raises StoreError (`error.lease_lost`) when the job now belongs to another attempt.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSection:
    """Keep a checked section with its markers, so that the next worker or an exporter can go on from it.

    `ledger` is the fingerprint of the figures it was written with: a section holds for those only.
    """

    id: str
    source: str
    written_by: Literal["model", "planner", "code"]
    findings: str = "[]"
    ledger: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """Keep what a finished plan version is made of: `document` is the JSON of `ask --format json`.

    `markdown` is the document as read, `source` the same with its markers, `prompt` the prompt exactly as sent.
    """

    plan: str
    brief: Brief
    requester: str
    tenant: str
    at: int
    document: str
    markdown: str
    prompt: str
    source: str = ""
    footer: str = ""
    wish: Wish = ""


class Plans(Protocol):
    """Keep plans: their sections while they are written, and the finished documents.

    `plan` is `conversation/plan/version`.
    """

    async def save_section(self, plan: str, section: SavedSection, *, job: str = "") -> None:
        """Save a checked section, before anybody sees it; progress of the perform job `job`, where it is given.

        Raises StoreError (`error.forgotten`) when the conversation was forgotten.
        """
        ...

    async def sections(self, plan: str) -> tuple[SavedSection, ...]:
        """Return the saved sections in the order they were saved."""
        ...

    async def finish(self, record: PlanRecord) -> None:
        """Save a finished plan version and put it into its user's history. Raises StoreError (`error.forgotten`)."""
        ...

    async def finished(self, plan: str) -> PlanRecord | None:
        """Return a finished plan version."""
        ...


RequestClaim = Literal["yours", "writing", "done"]


class Requests(Protocol):
    """Give the same request one answer within a day, and one writer at a time."""

    async def claim(self, request: str, plan: str) -> tuple[RequestClaim, str]:
        """Say who answers a request: `yours` (and from now on held), `writing` by that plan, or `done` in that plan."""
        ...

    async def end(self, request: str, plan: str, *, kept: bool) -> None:
        """Say that the writing has ended: `kept` makes the plan the answer for a day, else the next one may write."""
        ...


class Flags(Protocol):
    """Carry word to a running writer; read without a lease.

    Reading raises StoreError (`error.forgotten`) when the conversation was forgotten: that is word to stop as well.
    """

    async def stop(self, conversation: str, plan: int, version: int) -> None:
        """Ask that the writing of a plan version stops."""
        ...

    async def stopped(self, conversation: str, plan: int, version: int) -> bool:
        """Say whether it was asked to stop."""
        ...

    async def note(self, conversation: str, plan: int, version: int, given: Given) -> None:
        """Leave what was said about costs for the writer."""
        ...

    async def noted(self, conversation: str, plan: int, version: int) -> Given | None:
        """Return what was left."""
        ...


class History(Protocol):
    """Know what a user had written, and forget it."""

    async def of_user(self, tenant: str, user: str) -> tuple[PlanRecord, ...]:
        """Return the user's finished plans, newest first."""
        ...

    async def delete(self, tenant: str, user: str, plan: str) -> int:
        """Delete one plan of a user, `conversation/plan` with all its versions, and return how many records went."""
        ...

    async def forget(self, tenant: str, user: str, *, key: str, sparing: str = "") -> int:
        """Delete every trace of a user, cancel their jobs first, and return how many records went.

        An empty user means the whole tenant. `key` names this wish: its repeat answers the same count. `sparing` is
        the perform job that carries it out.
        """
        ...


class Preferences(Protocol):
    """Know what users have chosen for themselves; forgotten with them."""

    async def language(self, tenant: str, user: str) -> Language | None:
        """Return the language a user chose, None where they chose none."""
        ...

    async def keep_language(self, tenant: str, user: str, language: Language) -> None:
        """Keep it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Keep what somebody thought of a plan version, with the prompt and the model it is about; not who it was."""

    plan: str
    at: int
    verdict: str
    comment: str
    industry: str
    kind: str
    language: str
    written_by: str
    prompt_version: str
    model: str | None


class Judgements(Protocol):
    """Keep judgements of plans for the operator."""

    async def keep(self, judgement: Judgement, *, tenant: str, user: str) -> None:
        """Keep a judgement in place of an earlier one by the same person on the same plan version."""
        ...

    async def newest(self, most: int) -> tuple[Judgement, ...]:
        """Return the newest judgements first, at most so many."""
        ...


LimitScope = Literal["user", "channel", "tenant", "all", "halted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Say which limit was reached; `reset_at` is milliseconds since 1970 UTC, None when an operator must lift it."""

    scope: LimitScope
    reset_at: int | None


class Limits(Protocol):
    """Keep requests and model tokens within the budgets of user, channel, workspace and all together."""

    async def reserve(self, key: str, place: ConversationRef, user: str, *, tokens: int) -> Refused | None:
        """Count one request and set `tokens` aside, all or nothing; None means go ahead.

        `key` names the reservation (the plan's name): a repeat changes nothing.
        """
        ...

    async def settle(self, key: str, *, tokens: int) -> None:
        """Replace the tokens set aside by those that were used; a repeat changes nothing."""
        ...

    async def halt(self, reason: str) -> None:
        """Refuse every reservation from now on (the kill switch); an empty reason lifts it."""
        ...

    async def halted(self) -> str:
        """Return the reason of the halt, or an empty text."""
        ...
