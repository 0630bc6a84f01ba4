"""The worker process: claims jobs, renews their leases, tries again what failed, hands back what it cannot finish."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.burial import closing_for, failed, notice_for
from bot.domain.effects import CloseCard
from bot.domain.errors import BotError, ChatError, ModelError, StoreError
from bot.ports import Claimed, Clock, JobKind, Jobs

log = logging.getLogger(__name__)

# Does one job and returns the one it has become, if it has; what it raises makes the job start again later.
Handler = Callable[[Claimed], Awaitable[Claimed | None]]

LEASE_LOST = "error.lease_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Set the worker's times in seconds.

    The lease (30 s) stands with the jobs; it must be at least twice `renew_s`. `grace_s` and `unwind_s` together stay
    under the 25 s after which a platform may kill a process that it asked to stop.
    """

    renew_s: float = 10.0
    poll_s: float = 0.5
    grace_s: float = 20.0
    unwind_s: float = 3.0
    settle_s: float = 30.0
    tidy_s: float = 600.0
    silent_s: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Set how often a job may start, and how long it waits between: doubling from `first_s` up to `most_s`."""

    starts: int = 5
    first_s: float = 2.0
    most_s: float = 60.0

    def wait(self, starts: int, draw: float, wish_s: float | None) -> float:
        """Return the seconds to wait after `starts` starts; `draw` is 0-1, `wish_s` a Retry-After that is honoured."""
        backoff = min(self.most_s, self.first_s * 2.0 ** (starts - 1)) * (0.5 + draw)
        return max(backoff, wish_s or 0.0)


def writing_slots(concurrency: int) -> int:
    """Return how many jobs of a worker may be of the writing kind, so that dialogue always finds a free one."""
    return max(1, concurrency - 1 - concurrency // 8)


@dataclass(slots=True)
class _Running:
    claimed: Claimed
    task: asyncio.Task[None]


class Worker:
    """Do jobs until asked to stop."""

    def __init__(
        self,
        jobs: Jobs,
        handlers: Mapping[JobKind, Handler],
        *,
        name: str,
        concurrency: int,
        clock: Clock,
        draw: Callable[[], float],
        rhythm: Rhythm | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._jobs = jobs
        self._handlers = handlers
        self._name = name
        self._concurrency = concurrency
        self._writing = writing_slots(concurrency)
        self._clock = clock
        self._draw = draw
        self._rhythm = rhythm or Rhythm()
        self._patience = patience or Patience()
        self._running: dict[str, _Running] = {}
        self._ending: set[tuple[str, str]] = set()
        self._wake = asyncio.Event()
        self._renewed = clock.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then drain for the grace period and hand back the rest."""
        renewing = asyncio.create_task(self._every(self._rhythm.renew_s, self._renew))
        claiming = asyncio.create_task(self._claim_on(stop))
        loops = [asyncio.create_task(self._every(self._rhythm.tidy_s, self._tidy))]
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopping, renewing, claiming, *loops], return_when=asyncio.FIRST_COMPLETED)
        finally:
            # A claim on its way is waited for: cut off, its jobs would be ours without our knowing.
            stop.set()
            self._wake.set()
            await asyncio.wait([claiming], timeout=self._rhythm.unwind_s)
            await _end([stopping, claiming, *loops])
            await self._drain()
            await _end([renewing])
        for loop in (renewing, claiming, *loops):
            if not loop.cancelled() and (error := loop.exception()):
                raise error

    async def _claim_on(self, stop: asyncio.Event) -> None:
        looked, quiet = float("-inf"), False
        while not stop.is_set():
            self._wake.clear()
            if len(self._running) >= self._concurrency:
                await self._wake.wait()
                continue
            now = self._clock.monotonic()
            reclaim = now - looked >= self._rhythm.poll_s
            looked = now if reclaim else looked
            try:
                claimed = await self._claim(reclaim=reclaim, wait_s=self._rhythm.poll_s if quiet else 0.0)
            except StoreError as error:
                log.warning("no jobs while the store is away: %s", error)
                await self._clock.sleep(self._rhythm.poll_s)
            else:
                quiet = not claimed
                # What was claimed starts before more is looked for.
                await asyncio.sleep(0)

    async def _claim(self, *, reclaim: bool, wait_s: float) -> int:
        writing = sum(one.claimed.lane == "write" for one in self._running.values())
        claimed = await self._jobs.claim(
            self._name,
            free=self._concurrency - len(self._running),
            writing=max(0, self._writing - writing),
            reclaim=reclaim,
            held=tuple(self._running),
            wait_s=wait_s,
        )
        for one in claimed:
            self._start(one)
        return len(claimed)

    def _start(self, claimed: Claimed) -> None:
        # A job reclaimed by the very worker that lost it replaces its older attempt.
        if old := self._running.pop(claimed.job.id, None):
            old.task.cancel()
        task = asyncio.create_task(self._attempt(claimed), name=f"{claimed.job.kind} {claimed.job.id}")
        self._running[claimed.job.id] = _Running(claimed, task)
        task.add_done_callback(lambda ended: self._ended(claimed, ended))

    def _ended(self, claimed: Claimed, task: asyncio.Task[None]) -> None:
        if (running := self._running.get(claimed.job.id)) and running.task is task:
            del self._running[claimed.job.id]
        self._ending.discard((claimed.job.id, claimed.attempt))
        if not task.cancelled() and (error := task.exception()):
            log.error("job %s was left to its lease", claimed.job.id, exc_info=error)
        self._wake.set()

    async def _attempt(self, claimed: Claimed) -> None:
        if claimed.starts > self._patience.starts:
            await self._settle(claimed, lambda: self._bury(claimed, "its worker died at each start"))
            return
        try:
            if following := await self._handlers[claimed.job.kind](claimed):
                claimed = following
                await self._handlers[claimed.job.kind](claimed)
        except StoreError as error:
            if error.text != LEASE_LOST:
                await self._fail(claimed, error)
        except Exception as error:  # noqa: BLE001  # one of the three edges: any fault of a job is kept with the job
            await self._fail(claimed, error)
        else:
            await self._settle(claimed, lambda: self._jobs.done(claimed))

    async def _fail(self, claimed: Claimed, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        log.warning("job %s failed at start %d: %s", claimed.job.id, claimed.starts, reason, exc_info=error)
        if _is_final(error) or claimed.starts >= self._patience.starts:
            await self._settle(claimed, lambda: self._bury(claimed, reason, error=error))
            return
        wish = error.retry_after_s if isinstance(error, ChatError | ModelError) else None
        after = self._patience.wait(claimed.starts, self._draw(), wish)
        await self._settle(claimed, lambda: self._jobs.retry(claimed, after_s=after, reason=reason))

    async def _bury(self, claimed: Claimed, reason: str, *, error: Exception | None = None) -> bool:
        """Give a job up. Its user is told: where a plan was to be written by closing its card, else by a message.

        When not even that can be done, the dialogue hears that the plan has failed.
        """
        job, now = claimed.job, self._clock.now_ms()
        log.error("job %s goes to the dead letters after %d starts: %s", job.id, claimed.starts, reason)
        for effect in job.effects:
            if isinstance(effect, CloseCard):
                ended = failed(job, effect.write, now)
                await self._jobs.accept(ended, keys=[ended.id])
        notice = None
        if not job.notice:
            notice = closing_for(job, whole=isinstance(error, BotError))
            notice = notice or (None if _is_final(error) else notice_for(job, now))
        return await self._jobs.bury(claimed, reason=reason, notice=notice)

    async def _settle(self, claimed: Claimed, call: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        """Report how a job ended, again and again while the store is away; in the end its lease runs out."""
        self._ending.add((claimed.job.id, claimed.attempt))
        until = self._clock.monotonic() + self._rhythm.settle_s
        while True:
            try:
                await call()
            except StoreError:
                if self._clock.monotonic() >= until:
                    raise
                await self._clock.sleep(self._rhythm.poll_s)
            else:
                return

    async def _every(self, seconds: float, call: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._clock.sleep(seconds)
            try:
                await call()
            except StoreError as error:
                log.warning("the store is away: %s", error)

    async def _renew(self) -> None:
        ours = [one.claimed for one in self._running.values()]
        try:
            lost = await self._jobs.renew(self._name, ours) if ours else frozenset()
        except StoreError:
            # Not renewed for three turns: the leases have run out and others may have the jobs by now.
            if self._clock.monotonic() - self._renewed > 3 * self._rhythm.renew_s:
                self._cancel([one.job.id for one in ours])
            raise
        self._renewed = self._clock.monotonic()
        attempts = {one.job.id: one.attempt for one in ours}
        # A job that is just being reported as ended is nobody's, and there is nothing left of it to stop.
        gone = [job for job in lost if job in attempts and (job, attempts[job]) not in self._ending]
        self._cancel([job for job in gone if self._attempt_of(job) == attempts[job]])

    def _attempt_of(self, job: str) -> str:
        running = self._running.get(job)
        return running.claimed.attempt if running else ""

    def _cancel(self, ids: Sequence[str]) -> None:
        for job in ids:
            if running := self._running.get(job):
                log.warning("job %s is not ours any more", job)
                running.task.cancel()

    async def _tidy(self) -> None:
        await self._jobs.tidy(idle_s=self._rhythm.silent_s)

    async def _drain(self) -> None:
        if self._running:
            await asyncio.wait([one.task for one in self._running.values()], timeout=self._rhythm.grace_s)
        left = list(self._running.values())
        for one in left:
            one.task.cancel()
        if left:
            await asyncio.wait([one.task for one in left], timeout=self._rhythm.unwind_s)
        with suppress(TimeoutError, StoreError):
            # What cannot be handed back in time comes back when its lease runs out.
            async with asyncio.timeout(self._rhythm.unwind_s):
                for one in left:
                    await self._jobs.hand_back(one.claimed)
                await self._jobs.leave(self._name)


def _is_final(error: Exception | None) -> bool:
    return isinstance(error, ChatError) and error.final


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    # Python 3.11's wait_for loses a cancellation that meets its result, so once is not enough.
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.1)
