"""Contract of the right to be forgotten: every trace goes, is counted, and work under way cannot bring it back."""

import asyncio
from dataclasses import replace

import pytest

from bot.conversation import Hearing
from bot.domain.brief import Given, Language
from bot.domain.effects import Say
from bot.domain.errors import StoreError
from bot.domain.events import ConversationRef
from bot.ports import Reach, SavedSection
from bot.services.industry_book import industry_book
from bot.services.redis_store import Store
from tests.contracts.store_cases import (
    OTHER,
    PLACE,
    begin,
    claim,
    dump,
    perform_job,
    plan_record,
    said,
    state,
    write_effect,
)


async def _live(store: Store, user: str, place: ConversationRef = PLACE) -> str:
    event = said(f"e-{user}", user=user, place=place)
    loaded = await begin(store, event)
    long = replace(state(owner=user), typed=f"words of {user} " * 20)
    effects = (write_effect(),)
    assert await store.conversations.commit(loaded, event=event, state=long, effects=effects) == "done"
    talk = loaded.conversation
    await store.plans.save_section(f"{talk}/1/1", SavedSection(id="a", source=f"for {user}", written_by="model"))
    await store.plans.finish(plan_record(f"{talk}/1/1", requester=user, tenant=place.tenant))
    await store.flags.note(talk, 1, 1, Given(monthly_spend=1.0))
    return talk


async def test_no_trace_of_a_forgotten_user_is_left(store: Store) -> None:
    """After forgetting, the user's name stands in no key and no value, and another user's things are untouched."""
    talk, other = await _live(store, "UFORGET"), await _live(store, "UKEEP", OTHER)
    await store.jobs.accept(said("waiting", user="UFORGET"), keys=["waiting"])
    count = await store.history.forget("T1", "UFORGET", key="wish")
    assert count >= 5
    assert "UFORGET" not in await dump(store)
    assert await store.conversations.load(talk) is None
    assert await store.plans.finished(f"{talk}/1/1") is None
    assert await store.conversations.load(other) is not None
    assert len(await store.history.of_user("T1", "UKEEP")) == 1
    assert {one.job.user for one in await claim(store)} == {"UKEEP"}


async def test_a_repeated_wish_answers_the_same_count(store: Store) -> None:
    """A worker that died before it could say how much went says the same number."""
    await _live(store, "U1")
    first = await store.history.forget("T1", "U1", key="wish")
    assert await store.history.forget("T1", "U1", key="wish") == first
    assert await store.history.forget("T1", "U1", key="another wish") == 0


async def test_work_under_way_cannot_bring_it_back(store: Store) -> None:
    """Commits, sections, plans and notes of a forgotten conversation are refused, and its writer is told so."""
    talk = await _live(store, "U1")
    await store.jobs.accept(said("e2"), keys=["e2"])
    loaded = await store.conversations.load(talk)
    assert loaded is not None
    await store.history.forget("T1", "U1", key="wish")
    assert await store.conversations.commit(loaded, event=said("e2"), state=state(), effects=()) == "forgotten"
    with pytest.raises(StoreError, match="forgotten"):
        await store.plans.save_section(f"{talk}/1/1", SavedSection(id="b", source="x", written_by="model"))
    with pytest.raises(StoreError, match="forgotten"):
        await store.plans.finish(plan_record(f"{talk}/1/1"))
    await store.flags.stop(talk, 1, 1)
    for look in (store.flags.stopped, store.flags.noted):
        with pytest.raises(StoreError, match="forgotten"):
            await look(talk, 1, 1)
    assert '"U1"' not in await dump(store)


async def test_a_running_job_of_a_forgotten_user_is_lost_to_its_worker(store: Store) -> None:
    """The worker learns at its next renewal that the job was cancelled; the job that forgets is spared."""
    job = await perform_job(store, Say(text="a"))
    await store.jobs.accept(said("e5"), keys=["e5"])
    (drain,) = await claim(store)
    await store.history.forget("T1", "U1", key="wish", sparing=job.job.id)
    assert await store.jobs.renew("w1", [job, drain]) == {drain.job.id}
    assert await store.effects.results(job) == ()
    assert await store.jobs.done(job)


async def test_somebody_who_only_spoke_along_loses_their_words(store: Store) -> None:
    """In another's thread only the words go, and that dialogue lives on."""
    talk = await _live(store, "UOWNER")
    await store.jobs.accept(said("e7", user="UGUEST"), keys=["e7"])
    await store.jobs.accept(said("e8", user="UOWNER"), keys=["e8"])
    await store.history.forget("T1", "UGUEST", key="wish")
    loaded = await store.conversations.load(talk)
    assert loaded is not None
    assert [event.id for event in loaded.waiting] == ["e8"]
    assert "UGUEST" not in await dump(store)


async def test_others_words_are_heard_when_somebody_is_forgotten_in_between(store: Store) -> None:
    """Who is forgotten while their words are being understood takes them along; the same drain goes on with the rest."""
    talk = await _live(store, "UOWNER")
    for user, text in (("UGUEST", "we lend people money"), ("UOWNER", "finanzas 40")):
        assert await store.jobs.accept(said(f"late-{user}", user=user, text=text), keys=[user])

    async def extract(text: str, language: Language) -> None:
        assert await store.history.forget("T1", "UGUEST", key="wish")

    hearing = Hearing(
        conversations=store.conversations,
        industries=industry_book(),
        default_language="es",
        preferences=store.preferences,
        extract=extract,
    )
    await hearing.drain(talk)
    loaded = await store.conversations.load(talk)
    assert loaded is not None
    assert (loaded.version, loaded.waiting) == (2, ())


async def test_a_drain_ends_where_the_conversation_is_gone(store: Store) -> None:
    """Where it was forgotten whole there is nothing more to step through, not even what a leftover brought back."""
    talk = await _live(store, "UOWNER")
    assert await store.jobs.accept(said("late"), keys=["late"])
    hearing = Hearing(
        conversations=store.conversations,
        industries=industry_book(),
        default_language="es",
        preferences=store.preferences,
    )
    await store.scripts.client.set(store.scripts.keys.of("gone", talk), 1, px=60_000)
    async with asyncio.timeout(5):
        assert await hearing.drain(talk) is None


async def test_a_name_that_outlives_its_dialogue_is_forgotten(store: Store) -> None:
    """A place may be named like the user; where the dialogue has just expired, its name goes all the same."""
    place = ConversationRef(platform="slack", tenant="T1", channel="UA")
    talk = await _live(store, "UA", place)
    for job in await claim(store):
        await store.jobs.done(job)
    await store.scripts.client.delete(*(store.scripts.keys.of(kind, talk) for kind in ("talk", "long")))
    await store.history.forget("T1", "UA", key="wish")
    assert "UA" not in await dump(store)
    assert await store.conversations.find(place) is None


async def test_words_that_moved_to_another_conversation_are_forgotten_with_it(store: Store) -> None:
    """Binding a thread takes along who spoke there and what is kept for them, and leaves nothing behind."""
    talk = await _live(store, "UOWNER")
    reach = Reach(text="{}", own=True)
    assert await store.jobs.accept(said("early", user="UGUEST", place=OTHER), keys=["early"], reach=reach)
    other = await store.conversations.find(OTHER)
    assert other is not None
    await store.conversations.bind(talk, OTHER)
    names = store.scripts.keys
    assert await store.scripts.client.exists(*(names.of(kind, other) for kind in ("talk", "inbox", "log"))) == 0
    for job in await claim(store):
        await store.jobs.done(job)
    await store.history.forget("T1", "UGUEST", key="wish")
    assert "UGUEST" not in await dump(store)
    await store.history.forget("T1", "UOWNER", key="another wish")
    assert OTHER.channel not in await dump(store)


async def test_a_forgotten_user_may_begin_anew(store: Store) -> None:
    """What they say later opens a new conversation."""
    talk = await _live(store, "U1")
    await store.history.forget("T1", "U1", key="wish")
    loaded = await begin(store, said("e9"))
    assert loaded.conversation != talk
    assert await store.conversations.commit(loaded, event=said("e9"), state=state(), effects=()) == "done"


async def test_a_whole_workspace_is_forgotten(store: Store) -> None:
    """An empty user means everybody of the tenant, and nobody of another."""
    await _live(store, "U1")
    await _live(store, "U2", OTHER)
    elsewhere = await _live(store, "U3", replace(PLACE, tenant="T2"))
    assert await store.history.forget("T1", "", key="wish") >= 6
    text = await dump(store)
    assert '"T1"' not in text
    assert "T1|" not in text
    assert await store.conversations.load(elsewhere) is not None


async def test_a_choice_is_kept_and_forgotten(store: Store) -> None:
    """The language somebody chose is theirs alone, in one workspace, and goes with them."""
    assert await store.preferences.language("T1", "UFORGET") is None
    await store.preferences.keep_language("T1", "UFORGET", "pt")
    assert await store.preferences.language("T1", "UFORGET") == "pt"
    assert await store.preferences.language("T2", "UFORGET") is None
    assert await store.history.forget("T1", "UFORGET", key="wish") == 1
    assert "UFORGET" not in await dump(store)


async def test_one_plan_can_be_deleted(store: Store) -> None:
    """All versions of the plan go and nothing else; nobody can delete somebody else's."""
    talk = await _live(store, "U1")
    for name in (f"{talk}/1/2", f"{talk}/11/1"):
        await store.plans.finish(plan_record(name, requester="U1"))
    assert await store.history.delete("T1", "U2", f"{talk}/1") == 0
    assert await store.history.delete("T1", "U1", f"{talk}/1") == 3
    assert await store.plans.finished(f"{talk}/1/2") is None
    assert await store.plans.sections(f"{talk}/1/1") == ()
    assert [one.plan for one in await store.history.of_user("T1", "U1")] == [f"{talk}/11/1"]
    assert await store.history.delete("T1", "U1", f"{talk}/1") == 0
