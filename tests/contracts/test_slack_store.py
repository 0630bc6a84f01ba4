"""What the Slack adapter keeps: claims, paces, addresses, states and locks count once, on both stores."""

from dataclasses import replace

import pytest

from bot.domain.errors import StoreError
from bot.ports import Attempt, Reach
from bot.services.clock import SystemClock
from bot.services.redis_slack import RedisSlack
from bot.services.redis_store import Store
from tests.contracts.store_cases import PLACE, claim, let_pass, said


class Standing(SystemClock):
    """Stand still until moved."""

    def __init__(self) -> None:
        self.ms = 1_795_000_000_000

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return self.ms


@pytest.fixture
def clock() -> Standing:
    """Make a clock."""
    return Standing()


@pytest.fixture
def kept(store: Store, clock: Standing) -> RedisSlack:
    """Open what Slack keeps."""
    return RedisSlack(store.scripts, clock)


async def test_a_claim_is_open_until_it_is_kept(kept: RedisSlack, clock: Standing) -> None:
    """The first claim is ours, the next ones learn when somebody first began, and after that what was posted."""
    began = str(clock.ms)
    assert await kept.claim("card", "page/0", of=PLACE) == ("yours", "")
    for _ in range(2):
        clock.ms += 1000
        assert await kept.claim("card", "page/0", of=PLACE) == ("taken_before", began)
    assert await kept.read("card") == {"page/0": ""}

    await kept.keep("card", {"page/0": "1.1"}, of=PLACE)

    assert await kept.claim("card", "page/0", of=PLACE) == ("done", "1.1")
    assert await kept.read("card") == {"page/0": "1.1"}


async def test_a_pace_lets_some_through_and_then_one_by_one(kept: RedisSlack, clock: Standing) -> None:
    """Three at once go, the fourth waits a second, and after that second it goes."""
    waits = [await kept.take("T/m", a_minute=60, at_once=3) for _ in range(4)]
    clock.ms += 1000
    after = await kept.take("T/m", a_minute=60, at_once=3)

    assert waits == [0, 0, 0, 1.0]
    assert after == 0
    assert await kept.take("other", a_minute=60, at_once=3) == 0


async def test_a_wish_for_quiet_is_honoured_by_all(kept: RedisSlack, clock: Standing) -> None:
    """After a Retry-After nobody calls until it has passed; a shorter wish does not end a longer one."""
    await kept.hold("T/m", 7, a_minute=60, at_once=3)
    await kept.hold("T/m", 2, a_minute=60, at_once=3)

    assert await kept.take("T/m", a_minute=60, at_once=3) == pytest.approx(7)
    clock.ms += 7000
    assert await kept.take("T/m", a_minute=60, at_once=3) == 0


async def test_an_address_for_answers_is_used_five_times(kept: RedisSlack, store: Store) -> None:
    """The address kept with a command is given out as often as Slack takes it, and an unknown command has none."""
    place = replace(PLACE, command="trigger")
    await store.jobs.accept(said("e1", place=place), keys=["e1"], reach=Reach(text="https://hooks.example", own=True))

    assert [await kept.take_answer("trigger", most=5) for _ in range(6)] == ["https://hooks.example"] * 5 + [""]
    assert await kept.take_answer("other", most=5) == ""


async def test_who_lost_the_job_takes_nothing(kept: RedisSlack, store: Store) -> None:
    """An attempt whose job another worker has, or that is done, gets no call and no address, and uses none up."""
    command = replace(PLACE, command="trigger-1")
    reach = Reach(text="https://hooks/1", own=False)
    assert await store.jobs.accept(said("e1", place=command), keys=["e1"], reach=reach)
    (ours,) = await claim(store, "w1")
    await let_pass(store, 60)
    (theirs,) = await claim(store, "w2")
    lost, held = (Attempt(one.job.id, one.attempt) for one in (ours, theirs))

    for _ in range(2):
        with pytest.raises(StoreError, match=r"error\.lease_lost"):
            await kept.take("T/m", a_minute=60, at_once=1, by=lost)
        with pytest.raises(StoreError, match=r"error\.lease_lost"):
            await kept.take_answer("trigger-1", most=1, by=lost)

    assert await kept.take("T/m", a_minute=60, at_once=1, by=held) == 0
    assert await kept.take_answer("trigger-1", most=1, by=held) == "https://hooks/1"
    await store.jobs.done(theirs)
    with pytest.raises(StoreError, match=r"error\.lease_lost"):
        await kept.take("T/n", a_minute=60, at_once=1, by=held)


async def test_a_state_is_used_once(kept: RedisSlack) -> None:
    """A state works once; one that was never issued does not."""
    await kept.issue_state("s")

    assert [await kept.use_state("s"), await kept.use_state("s"), await kept.use_state("t")] == [True, False, False]


async def test_one_holder_refreshes(kept: RedisSlack) -> None:
    """The lock has one holder, only its holder gives it back, and then the next one takes it."""
    assert await kept.lock("T", "a")
    assert not await kept.lock("T", "b")
    await kept.unlock("T", "b")
    assert not await kept.lock("T", "b")
    await kept.unlock("T", "a")

    assert await kept.lock("T", "b")


async def test_an_installation_is_kept_and_forgotten(kept: RedisSlack) -> None:
    """Sealed tokens are kept as they are, and an empty text deletes them."""
    await kept.keep_installation("T", "sealed")
    assert await kept.read_installation("T") == "sealed"

    await kept.keep_installation("T", "")

    assert await kept.read_installation("T") == ""
