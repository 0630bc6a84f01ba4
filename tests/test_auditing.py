"""Deeds are noted where they are done: through the whole bot, from what a user says to the log."""

import aiohttp

from bot.domain.events import Pressed, Said
from bot.settings import read_settings
from bot.wiring import Services, open_services
from tests.contracts.store_cases import PLACE
from tests.fakes.board import Board, BoardChat, standing


async def _work(services: Services) -> None:
    jobs = services.desk.store.jobs
    while claimed := await jobs.claim("w", free=1, writing=1, reclaim=False):
        ours = await services.drain(claimed[0]) if claimed[0].job.kind == "drain" else claimed[0]
        if ours:
            await services.perform(ours)
        await jobs.done(claimed[0])


async def test_a_language_and_a_deletion_are_noted() -> None:
    """Who chose a language and who deleted a plan stands in the log, the plan's facts too, though it is gone."""
    settings = read_settings({})
    async with (
        standing(Board()) as address,
        aiohttp.ClientSession(address) as session,
        open_services(settings, {"slack": BoardChat(session)}) as services,
    ):
        events = (
            Said(id="e1", place=PLACE, user="U1", at=1_000, text="finanzas 40", hint="es"),
            Pressed(id="e2", place=PLACE, user="U1", at=2_000, button="own_language", value="pt"),
            Pressed(id="e3", place=PLACE, user="U1", at=3_000, button="delete", plan=1, version=1),
        )
        for event in events:
            await services.desk.store.jobs.accept(event, keys=[event.id])
            await _work(services)
        written, chosen, deleted = await services.desk.store.audit.since(0, most=9)
        assert await services.desk.store.history.of_user("T1", "U1") == ()

    assert (chosen.what, chosen.user, chosen.to, chosen.plan) == ("language", "U1", "pt", "")
    assert (deleted.what, deleted.user, deleted.plan) == ("deleted", "U1", written.plan)
    assert deleted.prompt_version == written.prompt_version


async def test_a_plan_and_its_export_are_noted_and_words_are_not() -> None:
    """Who had a plan written and exported stands in the log with prompt, model and price book; a question does not."""
    settings = read_settings({})
    async with (
        standing(Board()) as address,
        aiohttp.ClientSession(address) as session,
        open_services(settings, {"slack": BoardChat(session)}) as services,
    ):
        events = (
            Said(id="e1", place=PLACE, user="U1", at=1_000, text="finanzas", hint="es"),
            Said(id="e2", place=PLACE, user="U1", at=2_000, text="40", hint="es"),
            Pressed(id="e3", place=PLACE, user="U1", at=3_000, button="export", value="md", plan=1, version=1),
            Pressed(id="e4", place=PLACE, user="U1", at=4_000, button="prompt", plan=1, version=1),
        )
        for event in events:
            await services.desk.store.jobs.accept(event, keys=[event.id])
            await _work(services)
        written, exported = await services.desk.store.audit.since(0, most=9)

    assert (written.what, written.tenant, written.user, written.written_by) == ("generated", "T1", "U1", "planner")
    assert (exported.what, exported.to, exported.plan) == ("exported", "md", written.plan)
    assert written.prompt_version
    assert written.price_book_date >= "2026-01-01"
    assert written.model is None
