"""Contract of Limits: reserved before, settled after, all or nothing, with the time of the reset."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from bot.ports import Refused
from bot.services.redis_keys import DAY, HOUR
from bot.services.redis_limits import Budget, budgets
from bot.services.redis_store import Store, StoreOptions
from tests.contracts.store_cases import OTHER, PLACE
from tests.redis_server import OpenStore

NOW = 1_800_000_000_000


@dataclass
class SetClock:
    """Be a clock that stands where the test puts it."""

    now: int = NOW

    def now_ms(self) -> int:
        """Return the set time."""
        return self.now

    def monotonic(self) -> float:
        """Return the set time in seconds."""
        return self.now / 1000

    async def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += int(seconds * 1000)


ALL = budgets(
    user_requests_hour=3,
    user_tokens_hour=1000,
    channel_tokens_hour=1500,
    tenant_tokens_day=2500,
    total_tokens_day=4000,
)


async def test_requests_are_counted_and_the_reset_is_told(new_store: OpenStore) -> None:
    """The fourth request of an hour is refused with the end of the hour that began with the first."""
    clock = SetClock()
    async with new_store(StoreOptions(budgets=ALL), clock=clock) as store:
        for number in range(3):
            assert await store.limits.reserve(f"p{number}", PLACE, "U1", tokens=1) is None
            clock.now += 1000
        refused = Refused(scope="user", reset_at=NOW + HOUR)
        assert await store.limits.reserve("p3", PLACE, "U1", tokens=1) == refused
        assert await store.limits.reserve("q", PLACE, "U2", tokens=1) is None
        clock.now = NOW + HOUR
        assert await store.limits.reserve("p3", PLACE, "U1", tokens=1) is None


@pytest.mark.parametrize(
    ("scope", "place", "user", "window"),
    [
        ("user", OTHER, "U1", HOUR),
        ("channel", PLACE, "U9", HOUR),
        ("tenant", replace(PLACE, channel="C9"), "U9", DAY),
        ("all", replace(PLACE, tenant="T9"), "U9", DAY),
    ],
)
async def test_tokens_are_counted_in_every_scope(
    new_store: OpenStore, scope: str, place: object, user: str, window: int
) -> None:
    """Tokens set aside by one are missing for whoever shares their user, channel, workspace or the whole bot."""
    one = Budget(scope, "tokens", 1000, window)  # type: ignore[arg-type]  # the parameters are scopes
    async with new_store(StoreOptions(budgets=(one,)), clock=SetClock()) as store:
        assert await store.limits.reserve("p1", PLACE, "U1", tokens=800) is None
        refused = await store.limits.reserve("p2", place, user, tokens=300)  # type: ignore[arg-type]
        assert refused == Refused(scope=scope, reset_at=NOW + window)  # type: ignore[arg-type]
        await store.limits.settle("p1", tokens=100)
        assert await store.limits.reserve("p2", place, user, tokens=300) is None  # type: ignore[arg-type]


async def test_a_refusal_counts_nowhere(new_store: OpenStore) -> None:
    """What one scope refuses is not taken from the others."""
    async with new_store(StoreOptions(budgets=ALL), clock=SetClock()) as store:
        for number in range(5):
            refused = await store.limits.reserve(f"p{number}", PLACE, "U1", tokens=1001)
            assert refused is not None
            assert refused.scope == "user"
        assert await store.limits.reserve("q", PLACE, "U2", tokens=1000) is None


async def test_a_repeat_reserves_and_settles_once(new_store: OpenStore) -> None:
    """A worker that starts a plan again, or a call tried again, changes nothing."""
    async with new_store(StoreOptions(budgets=ALL), clock=SetClock()) as store:
        for _ in range(5):
            assert await store.limits.reserve("p1", PLACE, "U1", tokens=900) is None
        for _ in range(5):
            await store.limits.settle("p1", tokens=500)
        assert await store.limits.reserve("p2", PLACE, "U1", tokens=500) is None
        assert await store.limits.reserve("p3", PLACE, "U1", tokens=1) is not None


async def test_settling_after_the_window_does_not_touch_the_next(new_store: OpenStore) -> None:
    """Tokens of an hour that is over are not given back to the hour after it."""
    clock = SetClock()
    one = Budget("user", "tokens", 1000, HOUR)
    async with new_store(StoreOptions(budgets=(one,)), clock=clock) as store:
        assert await store.limits.reserve("p1", PLACE, "U1", tokens=1000) is None
        clock.now += HOUR
        assert await store.limits.reserve("p2", PLACE, "U1", tokens=900) is None
        await store.limits.settle("p1", tokens=0)
        assert await store.limits.reserve("p3", PLACE, "U1", tokens=200) is not None


async def test_many_at_once_never_overdraw(new_store: OpenStore) -> None:
    """Of fifty simultaneous reservations exactly as many pass as the budget holds."""
    one = Budget("all", "tokens", 1000, DAY)
    async with new_store(StoreOptions(budgets=(one,)), clock=SetClock()) as store:
        answers = await asyncio.gather(*(store.limits.reserve(f"p{i}", PLACE, f"U{i}", tokens=100) for i in range(50)))
        assert sum(answer is None for answer in answers) == 10


async def test_the_kill_switch_refuses_everything_until_lifted(store: Store) -> None:
    """While halted no reservation passes, with no time of a reset; lifting it lets them pass again."""
    await store.limits.halt("cost incident")
    assert await store.limits.halted() == "cost incident"
    assert await store.limits.reserve("p1", PLACE, "U1", tokens=1) == Refused(scope="halted", reset_at=None)
    await store.limits.halt("")
    assert await store.limits.halted() == ""
    assert await store.limits.reserve("p1", PLACE, "U1", tokens=1) is None
