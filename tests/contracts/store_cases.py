"""Small events, states and briefs for the suites of the store's ports."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.domain.brief import Brief
from bot.domain.effects import Effect, Say, Write
from bot.domain.events import ConversationRef, Said
from bot.domain.talk.state import State
from bot.ports import Claimed, Loaded, PlanRecord
from bot.services.redis_store import Store

PLACE = ConversationRef(platform="slack", tenant="T1", channel="C1", thread="1700000000.000100")
OTHER = ConversationRef(platform="slack", tenant="T1", channel="C2", thread="1700000000.000200")
BRIEF = Brief(kind="pro", industry="finance", industry_label="Finanzas", target_percent=40.0, language="es")


def said(event: str, *, user: str = "U1", place: ConversationRef = PLACE, text: str = "finanzas 40") -> Said:
    """Return an event with this id."""
    return Said(id=event, place=place, user=user, at=1_700_000_000_000, text=text)


def state(*, owner: str = "U1", typed: str = "") -> State:
    """Return a state; `typed` may be long."""
    return State(language="es", stage="industry", owner=owner, typed=typed)


def write_effect(plan: int = 1) -> Write:
    """Return the effect that makes a job one of the writing kind."""
    return Write(plan=plan, version=1, brief=BRIEF, requester="U1")


def plan_record(plan: str, *, requester: str = "U1", tenant: str = "T1", at: int = 1) -> PlanRecord:
    """Return a finished plan."""
    return PlanRecord(
        plan=plan, brief=BRIEF, requester=requester, tenant=tenant, at=at, document="{}", markdown="# Á", prompt="p"
    )


async def claim(store: Store, worker: str = "w1", *, free: int = 10, writing: int = 10) -> tuple[Claimed, ...]:
    """Claim what there is, looking for lapsed leases too."""
    return await store.jobs.claim(worker, free=free, writing=writing, reclaim=True)


async def silences(store: Store) -> dict[tuple[str, str, str], int]:
    """Return how long the worker of each leased entry (stream, worker, id) has been silent, in milliseconds."""
    names, client = store.scripts.keys, store.scripts.client
    found = {}
    for stream in (names.of("jobs", lane) for lane in ("talk", "write")):
        if await client.exists(stream):
            for entry in await client.xpending_range(stream, "workers", "-", "+", 100):
                key = (stream, str(entry["consumer"]), str(entry["message_id"]))
                found[key] = int(entry["time_since_delivered"])
    return found


async def let_pass(store: Store, seconds: float) -> None:
    """Make Redis believe that the workers of all leased jobs have been silent for so much longer."""
    for (stream, consumer, entry), silent in (await silences(store)).items():
        idle = silent + int(seconds * 1000)
        await store.scripts.client.xclaim(stream, "workers", consumer, 0, [entry], idle=idle, justid=True)


async def begin(store: Store, event: Said) -> Loaded:
    """Accept an event, finish its drain job unseen and return the conversation with the event waiting."""
    assert await store.jobs.accept(event, keys=[event.id])
    (drain,) = await claim(store, writing=0)
    await store.jobs.done(drain)
    loaded = await store.conversations.load(drain.job.conversation)
    assert loaded is not None
    return loaded


async def perform_job(store: Store, *effects: Effect, event: str = "e1", user: str = "U1") -> Claimed:
    """Commit one turn with these effects and claim its perform job."""
    heard = said(event, user=user)
    loaded = await begin(store, heard)
    wanted = effects or (Say(text="hello"),)
    assert await store.conversations.commit(loaded, event=heard, state=state(), effects=wanted) == "done"
    (job,) = await claim(store)
    return job


async def going_on(store: Store, place: ConversationRef, effect: Effect, *, user: str) -> Claimed:
    """Return a job that drained what somebody said in a place and is about to do one thing, begun by nobody before."""
    heard = said("e1", user=user, place=place)
    assert await store.jobs.accept(heard, keys=["e1"])
    (drain,) = await claim(store)
    loaded = await store.conversations.load(drain.job.conversation)
    assert loaded is not None
    ours = await store.conversations.commit(loaded, event=heard, state=state(), effects=(effect,), drain=drain)
    assert isinstance(ours, Claimed)
    return ours


async def dump(store: Store) -> str:
    """Return everything the namespace holds, names and values."""
    client: Any = store.scripts.client
    read: dict[str, Callable[[str], Awaitable[object]]] = {
        "string": client.get,
        "hash": client.hgetall,
        "list": partial(client.lrange, start=0, end=-1),
        "set": client.smembers,
        "zset": partial(client.zrange, start=0, end=-1),
        "stream": client.xrange,
    }
    keys = [key async for key in client.scan_iter(match=store.scripts.keys.root + "*")]
    return "\n".join([f"{key} {await read[await client.type(key)](key)}" for key in keys])
