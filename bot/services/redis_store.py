"""The store as one object: all ports over one Redis, or over an embedded one that dies with the process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from secrets import token_hex

from bot.audit_ports import Audit
from bot.ports import (
    Clock,
    Conversations,
    Effects,
    Flags,
    History,
    JobDesk,
    Jobs,
    Judgements,
    Limits,
    Plans,
    Preferences,
    Requests,
)
from bot.services.clock import SystemClock
from bot.services.redis_audit import RedisAudit
from bot.services.redis_client import Tuning, connect
from bot.services.redis_jobs import Leasing, RedisEffects, RedisJobDesk, RedisJobs
from bot.services.redis_judgements import RedisJudgements
from bot.services.redis_keys import DAY, KeyNames, Lifetimes
from bot.services.redis_limits import Budget, RedisLimits
from bot.services.redis_plans import RedisHistory, RedisPlans
from bot.services.redis_preferences import RedisPreferences
from bot.services.redis_requests import RedisRequests
from bot.services.redis_scripts import Scripts
from bot.services.redis_state import RedisConversations, RedisFlags, WriterLimits


def new_id() -> str:
    """Return a fresh random id."""
    return token_hex(16)


def lifetimes_for(retention_days: int) -> Lifetimes:
    """Return the lifetimes for a retention; a dialogue lives as long as the plans it may be asked about."""
    return Lifetimes(retention=retention_days * DAY, dialogue=retention_days * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOptions:
    """Set what a store depends on beside its address."""

    namespace: str = "ai-strategy"
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    budgets: tuple[Budget, ...] = ()
    writers: WriterLimits = field(default_factory=WriterLimits)
    leasing: Leasing = field(default_factory=Leasing)
    tuning: Tuning = field(default_factory=Tuning)
    request_lease_ms: int = 150_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Bundle the store's ports; `durable` is False for the embedded one."""

    durable: bool
    conversations: Conversations
    flags: Flags
    plans: Plans
    history: History
    preferences: Preferences
    requests: Requests
    judgements: Judgements
    audit: Audit
    jobs: Jobs
    effects: Effects
    desk: JobDesk
    limits: Limits
    scripts: Scripts


@asynccontextmanager
async def open_store(
    url: str | None,
    options: StoreOptions | None = None,
    *,
    clock: Clock | None = None,
    ids: Callable[[], str] = new_id,
    new_scripts: Callable[..., Scripts] = Scripts,
) -> AsyncIterator[Store]:
    """Open the store at `url`, an embedded one without, and close it at the end. Raises SettingsError.

    `new_scripts` makes what runs the scripts: another kind of `Scripts` may watch its calls.
    """
    chosen, time = options or StoreOptions(), clock or SystemClock()
    async with connect(url, chosen.tuning) as connections:
        keys = KeyNames(chosen.namespace)
        slow = new_scripts(connections.calls, keys, chosen.lifetimes, new_id=ids, deadline_s=chosen.tuning.deadline_s)
        door = new_scripts(connections.calls, keys, chosen.lifetimes, new_id=ids, deadline_s=chosen.leasing.accept_s)
        try:
            yield Store(
                durable=not connections.embedded,
                conversations=RedisConversations(slow, time, chosen.writers),
                flags=RedisFlags(slow),
                plans=RedisPlans(slow),
                history=RedisHistory(slow),
                judgements=RedisJudgements(slow),
                audit=RedisAudit(slow),
                preferences=RedisPreferences(slow),
                requests=RedisRequests(slow, time, lease_ms=chosen.request_lease_ms),
                jobs=RedisJobs(slow, door, connections.waits, time, chosen.leasing),
                effects=RedisEffects(slow),
                desk=RedisJobDesk(slow, time),
                limits=RedisLimits(slow, time, chosen.budgets),
                scripts=slow,
            )
        finally:
            for scripts in (slow, door):
                await scripts.close()
