"""The store's and the platforms' ports with a meter around each: they do what they did, and it is counted."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from redis.asyncio import Redis

from bot.domain.brief import Language
from bot.domain.errors import ChatError, StoreError
from bot.domain.events import ConversationRef, Event, Platform
from bot.ports import (
    Attempt,
    Chat,
    Claimed,
    Clock,
    Job,
    JobDesk,
    Jobs,
    Limits,
    Message,
    PlanRecord,
    Plans,
    PlanView,
    Reach,
    Refused,
    SavedSection,
)
from bot.services.metrics import Metrics
from bot.services.redis_scripts import Arg, Scripts
from bot.services.redis_store import Store
from bot.services.watched_model import ModelCall

T = TypeVar("T")
# A scrape is over after ten seconds at most places; a store that does not answer by now is told as down.
MEASURE_S = 2.0
QUEUE = ("jobs_waiting", "jobs_oldest_seconds", "jobs_aside")


class MeteredScripts(Scripts):
    """Run scripts, and time each call."""

    def __init__(self, metrics: Metrics, now: Callable[[], float], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._metrics = metrics
        self._now = now

    async def run(self, name: str, *args: Arg) -> Any:
        """Run a script and return its answer. Raises StoreError when Redis does not answer in time."""
        began = self._now()
        try:
            answer = await super().run(name, *args)
        except StoreError:
            self._metrics.count("redis_faults_total", name)
            raise
        self._metrics.observe("redis_call_seconds", self._now() - began, name)
        return answer

    async def run_after(self, waits: "Redis", streams: Mapping[str, str], wait_s: float, name: str, *args: Arg) -> Any:
        """Wait, then run a script; only its faults are counted, for the waiting is no work."""
        try:
            return await super().run_after(waits, streams, wait_s, name, *args)
        except StoreError:
            self._metrics.count("redis_faults_total", name)
            raise


@dataclass(slots=True)
class MeteredJobs:
    """Take in what happened and hand out work, counted; `_begun` are the jobs in hand and when they began."""

    jobs: Jobs
    metrics: Metrics
    clock: Clock
    _begun: dict[tuple[str, str], tuple[Claimed, float]] = field(default_factory=dict)

    async def accept(self, event: Event, *, keys: Sequence[str], reach: Reach | None = None) -> bool:
        """Accept an event; False for a duplicate."""
        outcome = "failed"
        try:
            fresh = await self.jobs.accept(event, keys=keys, reach=reach)
            outcome = "accepted" if fresh else "duplicate"
        finally:
            self.metrics.count("events_total", event.place.platform, type(event).__name__.lower(), outcome)
        return fresh

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
        """Take jobs."""
        found = await self.jobs.claim(worker, free=free, writing=writing, reclaim=reclaim, held=held, wait_s=wait_s)
        now = self.clock.monotonic()
        for one in found:
            self._begun[one.job.id, one.attempt] = (one, now)
            self.metrics.count("jobs_started_total", one.job.kind, one.lane)
        return found

    async def renew(self, worker: str, claimed: Sequence[Claimed]) -> frozenset[str]:
        """Renew leases; what is not in hand any more and never ended was lost."""
        held = {(one.job.id, one.attempt) for one in claimed}
        for claim, _ in [begun for key, begun in self._begun.items() if key not in held]:
            self._end(claim, "lost")
        return await self.jobs.renew(worker, claimed)

    async def done(self, claimed: Claimed) -> bool:
        """Delete a finished job."""
        return self._end(claimed, "done", ours=await self.jobs.done(claimed))

    async def retry(self, claimed: Claimed, *, after_s: float, reason: str) -> bool:
        """Put a job back for a further start."""
        ours = await self.jobs.retry(claimed, after_s=after_s, reason=reason)
        return self._end(claimed, "retried", ours=ours)

    async def hand_back(self, claimed: Claimed) -> bool:
        """Give a job back at once."""
        return self._end(claimed, "handed_back", ours=await self.jobs.hand_back(claimed))

    async def bury(self, claimed: Claimed, *, reason: str, notice: Job | None) -> bool:
        """Move a job to the dead letters."""
        return self._end(claimed, "buried", ours=await self.jobs.bury(claimed, reason=reason, notice=notice))

    async def tidy(self, *, idle_s: float) -> int:
        """Remove silent workers."""
        return await self.jobs.tidy(idle_s=idle_s)

    async def leave(self, worker: str) -> None:
        """Remove a worker that stops."""
        await self.jobs.leave(worker)

    def _end(self, claimed: Claimed, outcome: str, *, ours: bool = True) -> bool:
        if begun := self._begun.pop((claimed.job.id, claimed.attempt), None):
            # As it was started: a job that drains may end as the one that performs.
            labels = (begun[0].job.kind, begun[0].lane)
            self.metrics.count("jobs_ended_total", *labels, outcome if ours else "lost")
            self.metrics.observe("job_seconds", self.clock.monotonic() - begun[1], *labels)
        return ours


@dataclass(frozen=True, slots=True)
class MeteredPlans:
    """Keep plans, and count the finished ones."""

    plans: Plans
    metrics: Metrics

    async def save_section(self, plan: str, section: SavedSection, *, job: str = "") -> None:
        """Save a checked section."""
        await self.plans.save_section(plan, section, job=job)

    async def sections(self, plan: str) -> tuple[SavedSection, ...]:
        """Return the saved sections."""
        return await self.plans.sections(plan)

    async def finish(self, record: PlanRecord) -> None:
        """Save a finished plan version."""
        await self.plans.finish(record)
        meta = json.loads(record.document)["meta"]
        reused = "yes" if "reused_from" in meta else "no"
        self.metrics.count("plans_total", record.brief.kind, meta["outcome"], meta["written_by"], reused)

    async def finished(self, plan: str) -> PlanRecord | None:
        """Return a finished plan version."""
        return await self.plans.finished(plan)


@dataclass(frozen=True, slots=True)
class MeteredLimits:
    """Keep within the budgets, and count whom they refuse."""

    limits: Limits
    metrics: Metrics

    async def reserve(self, key: str, place: ConversationRef, user: str, *, tokens: int) -> Refused | None:
        """Count one request and set tokens aside."""
        refused = await self.limits.reserve(key, place, user, tokens=tokens)
        if refused is not None:
            self.metrics.count("limits_refused_total", refused.scope)
        return refused

    async def settle(self, key: str, *, tokens: int) -> None:
        """Replace the tokens set aside by those used."""
        await self.limits.settle(key, tokens=tokens)

    async def halt(self, reason: str) -> None:
        """Refuse every reservation from now on."""
        await self.limits.halt(reason)

    async def halted(self) -> str:
        """Return the reason of the halt."""
        return await self.limits.halted()


@dataclass(frozen=True, slots=True)
class MeteredChat:
    """Talk on a platform, and count how it took it."""

    platform: str
    chat: Chat
    metrics: Metrics
    clock: Clock

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Post a message."""
        await self._timed("say", self.chat.say(to, message, key=key, by=by))

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Post the one card of a plan."""
        return await self._timed("post_card", self.chat.post_card(to, view, key=key, by=by))

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Make the card show a view."""
        await self._timed("update_card", self.chat.update_card(to, card, view))

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Open the form."""
        opening = self.chat.open_form(to, language, values, trigger=trigger, key=key, user=user)
        await self._timed("open_form", opening)

    async def _timed(self, call: str, doing: Awaitable[T]) -> T:
        began, outcome = self.clock.monotonic(), "failed"
        try:
            result = await doing
            outcome = "done"
        except ChatError as error:
            outcome = "refused" if error.final else "later"
            raise
        finally:
            self.metrics.count("chat_calls_total", self.platform, call, outcome)
            self.metrics.observe("chat_call_seconds", self.clock.monotonic() - began, self.platform, call)
        return result


class Meters:
    """Put a meter around each port of a running bot; all of them count in one registry."""

    def __init__(self, clock: Clock) -> None:
        self.metrics = Metrics()
        self._clock = clock

    def new_scripts(self, *args: Any, **options: Any) -> Scripts:
        """Make what runs the store's scripts."""
        return MeteredScripts(self.metrics, self._clock.monotonic, *args, **options)

    def over_store(self, store: Store) -> Store:
        """Return the store with its jobs, plans and limits counted."""
        return replace(
            store,
            jobs=MeteredJobs(store.jobs, self.metrics, self._clock),
            plans=MeteredPlans(store.plans, self.metrics),
            limits=MeteredLimits(store.limits, self.metrics),
        )

    def over_chats(self, chats: Mapping[Platform, Chat]) -> Mapping[Platform, Chat]:
        """Return the chats with what is said there counted."""
        return {name: MeteredChat(name, chat, self.metrics, self._clock) for name, chat in chats.items()}

    def count_model(self, call: ModelCall) -> None:
        """Count a request to a model."""
        self.metrics.count("model_calls_total", call.endpoint, call.outcome)
        self.metrics.observe("model_call_seconds", call.seconds, call.endpoint)
        if call.first_text_s is not None:
            self.metrics.observe("model_first_text_seconds", call.first_text_s, call.endpoint)
        for direction, tokens in (("in", call.tokens_in), ("out", call.tokens_out)):
            if tokens:
                self.metrics.count("model_tokens_total", call.endpoint, direction, by=tokens)

    async def scrape(self, desk: JobDesk) -> bytes:
        """Measure the queue now and return everything in Prometheus' text format."""
        try:
            async with asyncio.timeout(MEASURE_S):
                health = await desk.measure()
        except (StoreError, TimeoutError):
            self.metrics.set("store_up", 0)
            for name in QUEUE:
                self.metrics.clear(name)
            return self.metrics.render()
        self.metrics.set("store_up", 1)
        for lane, waiting in health.waiting.items():
            self.metrics.set("jobs_waiting", waiting, lane)
            self.metrics.set("jobs_oldest_seconds", health.oldest_ms[lane] / 1000, lane)
        self.metrics.set("jobs_aside", health.delayed, "delayed")
        self.metrics.set("jobs_aside", health.dead, "dead")
        return self.metrics.render()
