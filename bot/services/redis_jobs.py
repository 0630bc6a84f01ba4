"""Jobs on Redis Streams consumer groups: accepted once, leased, reclaimed from dead workers, buried when poison."""

import json
import logging
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.domain.errors import StoreError
from bot.domain.events import Event
from bot.ports import Claimed, Clock, Job, JobReport, Lane, QueueHealth, Reach
from bot.services.records import CODEC, loads
from bot.services.redis_keys import hashed, owner_key
from bot.services.redis_scripts import Scripts
from bot.services.redis_state import write_item
from bot.services.tracing import trace_of

log = logging.getLogger(__name__)

LANES: tuple[Lane, ...] = ("talk", "write")
# The oldest dead letters above this number are deleted.
DEAD_LETTERS = 1000
_PARTS = 6


def read_job(job: str, conversation: str, body: str) -> Job:
    """Read a job; its own id and its conversation's are not part of the body."""
    return CODEC.read("job", Job, body, id=job, conversation=conversation)


def write_job(job: Job) -> str:
    """Write the body of a job, without the two ids that stand beside it."""
    return CODEC.write("job", Job, replace(job, id="", conversation=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leasing:
    """Set how long a lease lasts, and how long a door may wait for an event to be accepted, in seconds."""

    lease_s: float = 30.0
    accept_s: float = 2.0


class RedisJobs:
    """Take in what happened and hand out work."""

    def __init__(self, scripts: Scripts, door: Scripts, waits: "Redis", clock: Clock, leasing: Leasing) -> None:
        self._scripts = scripts
        self._door = door
        self._waits = waits
        self._clock = clock
        self._leasing = leasing
        # Up to where each lane had been handed out when there was nothing to claim.
        self._handed_out: dict[Lane, str] = {}

    async def accept(self, event: Event, *, keys: Sequence[str], reach: Reach | None = None) -> bool:
        """Put an event into its conversation's inbox and enqueue a drain job; False for a duplicate."""
        place = event.place
        now = self._clock.now_ms()
        job = Job(id="", kind="drain", conversation="", place=place, user=event.user, event=event.id, at=now)
        seen = [hashed(place.platform, place.tenant, key) for key in keys]
        # A platform waits for the answer, so this one call has a short deadline of its own.
        talk = await self._door.run(
            "accept",
            self._scripts.new_id(),
            self._scripts.new_id(),
            place.key(),
            write_item(event),
            CODEC.write("job", Job, job),
            now,
            owner_key(place.tenant, event.user),
            # A command is reached at an address of its own, for half an hour.
            hashed(place.command) if place.command else hashed(place.tenant, place.channel),
            reach.text if reach else "",
            int(reach.own) if reach else 0,
            "command" if place.command else "place",
            *seen,
        )
        if log.isEnabledFor(logging.DEBUG):
            trace = trace_of(place, event.id)
            log.debug("%s from %s: trace %s", "a duplicate" if talk is None else "an event", place.platform, trace)
        return talk is not None

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
        """Take up to `free` jobs, dialogue first and at most `writing` of the writing kind."""
        attempt = self._scripts.new_id()
        lease_ms = int(self._leasing.lease_s * 1000)
        now = self._clock.now_ms()
        args: tuple[str | int, ...] = (worker, attempt, now, lease_ms, free, writing, int(reclaim), *held)
        lanes = LANES if writing else LANES[:1]
        if wait_s > 0 and self._handed_out:
            keys = {self._scripts.keys.of("jobs", lane): self._handed_out[lane] for lane in lanes}
            answer = await self._scripts.run_after(self._waits, keys, wait_s, "claim", *args)
        else:
            answer = await self._scripts.run("claim", *args)
        text, *after = answer
        if after:
            self._handed_out = dict(zip(LANES, after, strict=True))
        flat = loads(text) if text else ()
        rows = (flat[i : i + _PARTS] for i in range(0, len(flat), _PARTS))
        return tuple(
            Claimed(read_job(job, talk, body), attempt, int(starts), cast("Lane", lane), begun=bool(begun))
            for job, starts, begun, lane, talk, body in rows
        )

    async def renew(self, worker: str, claimed: Sequence[Claimed]) -> frozenset[str]:
        """Renew the leases of running jobs and return the ids of those that are not ours any more."""
        pairs = [part for one in claimed for part in (one.job.id, one.attempt)]
        return frozenset(await self._scripts.run("renew", worker, *pairs))

    async def done(self, claimed: Claimed) -> bool:
        """Delete a finished job; False when it was not ours any more."""
        return bool(await self._scripts.run("done", claimed.job.id, claimed.attempt))

    async def retry(self, claimed: Claimed, *, after_s: float, reason: str) -> bool:
        """Put a job back for a further start after some seconds."""
        due = self._clock.now_ms() + int(after_s * 1000)
        return bool(await self._scripts.run("retry", claimed.job.id, claimed.attempt, due, reason))

    async def hand_back(self, claimed: Claimed) -> bool:
        """Give a job back at once, as if it had never been started."""
        return bool(await self._scripts.run("hand_back", claimed.job.id, claimed.attempt))

    async def bury(self, claimed: Claimed, *, reason: str, notice: Job | None) -> bool:
        """Move a job to the dead letters and enqueue `notice`."""
        told = (self._scripts.new_id(), write_job(notice)) if notice else ("", "")
        drain = self._scripts.new_id() if claimed.job.kind == "drain" else ""
        now = self._clock.now_ms()
        job = (claimed.job.id, claimed.attempt, reason, now, DEAD_LETTERS)
        return bool(await self._scripts.run("bury", *job, *told, drain))

    async def tidy(self, *, idle_s: float) -> int:
        """Remove workers that were silent for `idle_s` seconds and hold nothing; return how many."""
        return int(await self._scripts.run("tidy", int(idle_s * 1000), ""))

    async def leave(self, worker: str) -> None:
        """Remove a worker that stops, unless it still holds jobs."""
        await self._scripts.run("tidy", 0, worker)


class RedisEffects:
    """Remember which effects of a perform job were done."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def results(self, claimed: Claimed) -> tuple[str, ...]:
        """Return the results of the steps done before. Raises StoreError (`error.lease_lost`) for a lost job."""
        found: list[str] | None = await self._scripts.run("read_steps", claimed.job.id, claimed.attempt)
        if found is None:
            raise StoreError("error.lease_lost", job=claimed.job.id)
        return tuple(found)

    async def record(self, claimed: Claimed, step: int, result: str) -> None:
        """Record the result of a step. Raises StoreError (`error.lease_lost`) for a lost job."""
        if not await self._scripts.run("record_step", claimed.job.id, step, claimed.attempt, result):
            raise StoreError("error.lease_lost", job=claimed.job.id)


class RedisJobDesk:
    """Let an operator look after jobs, and measure the queue."""

    def __init__(self, scripts: Scripts, clock: Clock) -> None:
        self._scripts = scripts
        self._clock = clock

    async def reports(self) -> AsyncIterator[JobReport]:
        """Yield a report on every job there is, in no order."""
        prefix = self._scripts.keys.of("job", "")
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", prefix) + "*"
        try:
            async for key in self._scripts.client.scan_iter(match=pattern, count=500):
                found = await self.report(str(key).removeprefix(prefix))
                if found is not None:
                    yield found
        except (RedisError, OSError) as error:
            raise StoreError("error.store", reason=f"{type(error).__name__}: {error}") from error

    async def report(self, job: str) -> JobReport | None:
        """Return the report on one job."""
        body, talk, where, lane, starts, worker, reason, poison = await self._scripts.run("report", job)
        if body is None:
            return None
        return JobReport(
            job=read_job(job, talk, body),
            where=where,
            lane=lane,
            starts=int(starts),
            worker=worker or "",
            reason=reason or "",
            poison=json.dumps(json.loads(poison.split("\n", 1)[1]), ensure_ascii=False) if poison else "",
        )

    async def revive(self, job: str) -> bool:
        """Start a delayed or dead job again at once; False when it is neither."""
        return bool(await self._scripts.run("revive", job, self._scripts.new_id()))

    async def drop(self, job: str) -> bool:
        """Delete a job for good, wherever it is; False when there is none."""
        return bool(await self._scripts.run("drop", job, self._scripts.new_id()))

    async def measure(self) -> QueueHealth:
        """Measure the queue and the way to it."""
        before = self._clock.monotonic()
        flat = await self._scripts.run("measure")
        ping_ms = (self._clock.monotonic() - before) * 1000
        now = self._clock.now_ms()
        lanes = dict(zip(LANES, (flat[0:2], flat[2:4]), strict=True))
        return QueueHealth(
            waiting={lane: int(count) for lane, (count, _) in lanes.items()},
            oldest_ms={lane: max(0, now - int(since)) if since else 0 for lane, (_, since) in lanes.items()},
            delayed=int(flat[4]),
            dead=int(flat[5]),
            ping_ms=ping_ms,
        )
