"""What is counted: each port with a meter does what it did, and each outcome is counted under its own name."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.errors import ChatError, ModelBusy, StoreError
from bot.ports import Attempt, Ended, Message, ModelRequest, Piece
from bot.services.clock import SystemClock
from bot.services.metered import Meters
from bot.services.metrics import METERS, PREFIX
from bot.services.redis_client import Tuning
from bot.services.redis_limits import Budget
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.services.watched_model import ModelCall, WatchedModel
from tests.contracts.store_cases import BRIEF, PLACE, claim, plan_record, said
from tests.redis_server import free_port

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
ONE_REQUEST = StoreOptions(budgets=(Budget("user", "requests", 1, 3_600_000),))


@asynccontextmanager
async def metered(url: str | None = None, options: StoreOptions | None = None) -> AsyncIterator[tuple[Meters, Store]]:
    """Open a store with a meter around it."""
    meters = Meters(SystemClock())
    async with open_store(url, options, new_scripts=meters.new_scripts) as store:
        yield meters, meters.over_store(store)


async def read(meters: Meters, store: Store, name: str) -> dict[tuple[str, ...], float]:
    """Scrape, and return the values of one name by their labels, in the order of the label's names."""
    page = (await meters.scrape(store.desk)).decode()
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == PREFIX + name
    }


async def test_events_are_counted_as_taken_in_or_known() -> None:
    """A new event is `accepted`, its repeat a `duplicate`."""
    async with metered() as (meters, store):
        assert await store.jobs.accept(said("e1"), keys=["e1"])
        assert not await store.jobs.accept(said("e1"), keys=["e1"])
        assert await read(meters, store, "events_total") == {
            ("said", "accepted", "slack"): 1,
            ("said", "duplicate", "slack"): 1,
        }


async def test_each_end_of_a_job_has_its_name() -> None:
    """Jobs that are done, tried again, handed back, buried and lost are told apart, and each start is counted."""
    async with metered() as (meters, store):
        for number in range(4):
            place = replace(PLACE, thread=f"{number}.1")
            await store.jobs.accept(said(f"e{number}", place=place), keys=[f"e{number}"])
        done, retried, buried, lost = await claim(store)
        assert await store.jobs.done(done)
        assert await store.jobs.retry(retried, after_s=60, reason="later")
        assert await store.jobs.bury(buried, reason="poison", notice=None)
        assert await store.jobs.hand_back(lost)
        (again,) = await claim(store)
        assert not await store.jobs.done(lost), "a job that was handed back is not ours to end"
        assert await store.jobs.renew("w1", [again]) == frozenset()
        assert await store.jobs.renew("w1", []) == frozenset()
        assert await read(meters, store, "jobs_started_total") == {("drain", "talk"): 5}
        assert await read(meters, store, "jobs_ended_total") == {
            ("drain", "talk", outcome): 1 for outcome in ("done", "retried", "buried", "handed_back", "lost")
        }
        assert await read(meters, store, "job_seconds_count") == {("drain", "talk"): 5}


async def test_the_queue_is_measured_when_it_is_asked_for() -> None:
    """Waiting jobs and dead letters are those of the store at the time of the scrape."""
    async with metered() as (meters, store):
        await store.jobs.accept(said("e1"), keys=["e1"])
        assert await read(meters, store, "jobs_waiting") == {("talk",): 1, ("write",): 0}
        (job,) = await claim(store)
        await store.jobs.bury(job, reason="poison", notice=None)
        assert await read(meters, store, "jobs_aside") == {("dead",): 1, ("delayed",): 0}
        assert await read(meters, store, "store_up") == {(): 1}


async def test_a_store_that_is_away_is_told_and_shows_no_old_figures() -> None:
    """Without Redis the page still comes: `store_up` is 0, the queue is unknown, faults are counted by script."""
    away = Tuning(retries=0, connect_timeout_s=0.2, deadline_s=0.5)
    async with metered(f"redis://127.0.0.1:{free_port()}/0", StoreOptions(tuning=away)) as (meters, store):
        with pytest.raises(StoreError):
            await store.jobs.accept(said("e1"), keys=["e1"])
        assert await read(meters, store, "store_up") == {(): 0}
        assert await read(meters, store, "jobs_waiting") == {}
        assert await read(meters, store, "events_total") == {("said", "failed", "slack"): 1}
        assert (await read(meters, store, "redis_faults_total"))["accept",] == 1


async def test_budgets_that_refuse_are_counted_by_scope() -> None:
    """The second of one allowed request is a refusal of the user's budget; the kill switch has a name of its own."""
    async with metered(options=ONE_REQUEST) as (meters, store):
        for number in range(2):
            await store.limits.reserve(f"p{number}", PLACE, "U1", tokens=1)
        await store.limits.halt("costs")
        await store.limits.reserve("p3", PLACE, "U2", tokens=1)
        assert await read(meters, store, "limits_refused_total") == {("user",): 1, ("halted",): 1}


async def test_finished_plans_are_counted_with_their_writer() -> None:
    """A plan counts under how it ended and who wrote it."""
    async with metered() as (meters, store):
        written = '{"meta": {"outcome": "done", "written_by": "mixed"}}'
        await store.plans.finish(replace(plan_record("c/1/1"), document=written))
        assert await read(meters, store, "plans_total") == {(BRIEF.kind, "done", "no", "mixed"): 1}


@dataclass
class Moody:
    """Be a chat that answers with what it is given."""

    fault: Exception | None = None
    said: list[str] = field(default_factory=list)

    async def say(self, to: Any, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Take a message or fail."""
        if self.fault:
            raise self.fault
        self.said.append(message.text)

    post_card = update_card = open_form = say


async def test_a_platforms_answers_are_told_apart() -> None:
    """What was taken, what may be tried again, what was refused for good and what broke are four outcomes."""
    moody = Moody()
    async with metered() as (meters, store):
        chat = meters.over_chats({"slack": moody})["slack"]  # type: ignore[dict-item]  # one verb is enough here
        for fault in (ChatError("error.chat"), ChatError("error.chat", final=True), ValueError("broken")):
            moody.fault = fault
            with pytest.raises(type(fault), match=str(fault)):
                await chat.say(PLACE, Message(text="hello"), key="k")
        moody.fault = None
        await chat.say(PLACE, Message(text="hello"), key="k")
        assert moody.said == ["hello"]
        assert await read(meters, store, "chat_calls_total") == {
            ("say", outcome, "slack"): 1 for outcome in ("done", "later", "refused", "failed")
        }


@dataclass
class Script:
    """Be a model that plays what it is given."""

    plays: tuple[Piece | Ended | Exception, ...]

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Piece | Ended, None]:
        """Play."""
        for one in self.plays:
            if isinstance(one, Exception):
                raise one
            yield one


REQUEST = ModelRequest(messages=(), max_tokens=1, deadline_s=1)
WORD = Piece("a", "m", "host/m")
END = Ended(reason="stop", model="m", endpoint="host/m", tokens_in=7, tokens_out=2, estimated=False, seconds=1.0)


async def test_a_models_calls_are_counted_with_their_tokens() -> None:
    """An answer, a fault and a reader who goes away are three outcomes; only the answer has tokens."""
    seen: list[ModelCall] = []
    async with metered() as (meters, store):
        watchers = (seen.append, meters.count_model)
        answered = WatchedModel(Script((WORD, END)), SystemClock(), watchers)
        assert [one async for one in answered.stream(REQUEST)] == [WORD, END]
        busy = WatchedModel(Script((ModelBusy("error.model.busy", endpoint="host/m"),)), SystemClock(), watchers)
        with pytest.raises(ModelBusy):
            await anext(busy.stream(REQUEST))
        async with aclosing(answered.stream(REQUEST)) as stream:
            await anext(stream)
        assert [call.outcome for call in seen] == ["stop", "busy", "closed"]
        assert [call.first_text_s is None for call in seen] == [False, True, False]
        outcomes = await read(meters, store, "model_calls_total")
        assert outcomes == {("host/m", "stop"): 1, ("host/m", "busy"): 1, ("host/m", "closed"): 1}
        assert await read(meters, store, "model_tokens_total") == {("in", "host/m"): 7, ("out", "host/m"): 2}


async def test_scripts_are_timed_together_and_one_by_one() -> None:
    """Each of several calls that share a round trip is one call of its script."""
    async with metered() as (meters, store):
        await asyncio.gather(*(store.jobs.accept(said(f"e{one}"), keys=[f"e{one}"]) for one in range(3)))
        counted = await read(meters, store, "redis_call_seconds_count")
        assert counted["accept",] == 3


def test_the_documentation_names_exactly_what_is_counted() -> None:
    """Each row of the table in docs/metrics.md is one of the code's, with its kind, meaning and labels."""
    rows = [
        f"| `{meter.name}` | {meter.kind} | {meter.meaning} | {' '.join(f'`{label}`' for label in meter.labels)} |"
        for meter in METERS
    ]
    table = DOCS.read_text("utf-8").split("| name | kind |")[1].split("\n\n")[0].splitlines()[2:]
    assert table == rows
