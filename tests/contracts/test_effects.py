"""Contract of Effects and Plans: each effect once, sections in order, nothing for a forgotten conversation."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.effects import Say
from bot.domain.errors import StoreError
from bot.ports import Claimed, SavedSection
from bot.services.redis_jobs import Leasing
from bot.services.redis_store import Store, StoreOptions
from tests.contracts.store_cases import BRIEF, claim, perform_job, plan_record
from tests.redis_server import OpenStore, eventually


async def test_the_first_result_of_a_step_stands(store: Store) -> None:
    """After its result is recorded, a step answers with it for ever, and steps without one are not answered."""
    job = await perform_job(store, Say(text="a"), Say(text="b"))
    assert not job.begun
    assert await store.effects.results(job) == ()
    await store.effects.record(job, 0, "card-1")
    await store.effects.record(job, 0, "card-2")
    assert await store.effects.results(job) == ("card-1",)
    await store.effects.record(job, 1, "")
    assert await store.effects.results(job) == ("card-1", "")


async def test_the_next_attempt_learns_what_was_done(new_store: OpenStore) -> None:
    """Who takes a job over from a dead worker knows that it was begun and what came of it; the dead one is refused."""
    async with new_store(StoreOptions(leasing=Leasing(lease_s=0.05))) as store:
        first = await perform_job(store, Say(text="a"), Say(text="b"))
        await store.effects.record(first, 0, "card")
        found: list[Claimed] = []

        async def reclaimed() -> bool:
            found.extend(await claim(store, "w2"))
            return bool(found)

        await eventually(reclaimed)
        (second,) = found
        assert second.begun
        assert await store.effects.results(second) == ("card",)
        with pytest.raises(StoreError, match="lease_lost"):
            await store.effects.results(first)
        with pytest.raises(StoreError, match="lease_lost"):
            await store.effects.record(first, 1, "late")
        assert await store.effects.results(second) == ("card",)


async def test_a_job_given_back_has_been_begun(store: Store) -> None:
    """A start that does not count may still have done a part of the job, whichever way the job came back."""
    job = await perform_job(store)
    await store.jobs.hand_back(job)
    (job,) = await claim(store)
    assert job.begun
    assert job.starts == 1
    await store.jobs.retry(job, after_s=0, reason="x")
    (job,) = await claim(store)
    assert job.begun


async def test_nothing_is_performed_outside_a_job(store: Store) -> None:
    """Of a job that is done, dropped or was never there nothing is answered or recorded."""
    job = await perform_job(store)
    await store.jobs.done(job)
    for gone in (job, replace(job, job=replace(job.job, id="never"))):
        with pytest.raises(StoreError, match="lease_lost"):
            await store.effects.results(gone)
        with pytest.raises(StoreError, match="lease_lost"):
            await store.effects.record(gone, 0, "late")
        assert await store.desk.report(gone.job.id) is None


async def test_progress_counts_the_starts_anew(store: Store) -> None:
    """A job that gets further at each start is not poison: a recorded step or a saved section resets the count."""
    job = await perform_job(store)
    section = SavedSection(id="s1", source="text", written_by="model")
    for progress in (False, True):
        if progress:
            await store.plans.save_section(f"{job.job.conversation}/1/1", section, job=job.job.id)
        await store.jobs.retry(job, after_s=0, reason="x")
        (job,) = await claim(store)
        assert job.starts == (1 if progress else 2)
    await store.effects.record(job, 0, "")
    await store.jobs.retry(job, after_s=0, reason="x")
    (job,) = await claim(store)
    assert job.starts == 1


async def test_sections_keep_the_order_they_were_first_saved_in(store: Store) -> None:
    """Saving a section again replaces it in its place."""
    for name in ("verdict", "phases", "risks"):
        await store.plans.save_section("c/1/1", SavedSection(id=name, source=name, written_by="model"))
    repaired = SavedSection(id="phases", source="repaired", written_by="planner", findings='["x"]')
    await store.plans.save_section("c/1/1", repaired)
    sections = await store.plans.sections("c/1/1")
    assert [one.id for one in sections] == ["verdict", "phases", "risks"]
    assert sections[1] == repaired
    assert await store.plans.sections("c/1/2") == ()


async def test_a_finished_plan_is_found_and_in_its_users_history(store: Store) -> None:
    """Plans come back whole; the history is newest first and each user's own."""
    for number in (1, 3, 2):
        await store.plans.finish(plan_record(f"c/{number}/1", at=number))
    await store.plans.finish(plan_record("c/9/1", requester="U2"))
    found = await store.plans.finished("c/1/1")
    assert found == plan_record("c/1/1", at=1)
    assert found.brief == BRIEF
    assert [one.plan for one in await store.history.of_user("T1", "U1")] == ["c/3/1", "c/2/1", "c/1/1"]
    assert await store.plans.finished("c/7/1") is None


async def test_two_attempts_never_both_record_a_step(store: Store) -> None:
    """However often the same attempt records at once, the first result stands, and a stranger is turned away."""
    job = await perform_job(store)
    await asyncio.gather(*(store.effects.record(job, 0, str(one)) for one in range(5)))
    assert await store.effects.results(job) == ("0",)
    with pytest.raises(StoreError, match="lease_lost"):
        await store.effects.record(replace(job, attempt="stranger"), 0, "x")
