"""The suite of the Audit port: lines in order, each once, and without the user once that one is forgotten."""

from dataclasses import replace

from bot.audit_ports import Deed
from bot.services.records import CODEC
from bot.services.redis_store import Store
from tests.contracts.store_cases import PLACE, begin, dump, said

DONE = Deed(
    at=1_700_000_000_000,
    what="generated",
    tenant="T1",
    user="U1",
    place=PLACE.key(),
    plan="c/1/1",
    written_by="planner",
    prompt_version="0123456789ab",
    model=None,
    price_book_date="2026-11-01",
)


async def test_deeds_come_back_in_order_and_once(store: Store) -> None:
    """The log is read from a time on, oldest first, up to a number; a repeated note is one line."""
    later = replace(DONE, at=DONE.at + 5, what="shared", to="C9")
    for deed in (later, DONE, later):
        await store.audit.note(deed)

    assert await store.audit.since(0, most=9) == (DONE, later)
    assert await store.audit.since(DONE.at + 1, most=9) == (later,)
    assert await store.audit.since(0, most=1) == (DONE,)


async def test_the_oldest_lines_go_when_there_are_too_many(store: Store) -> None:
    """The log cannot grow without end."""
    await store.audit.note(DONE)
    record = CODEC.write("deed", Deed, replace(DONE, at=DONE.at + 1))
    await store.scripts.run("note_deed", DONE.at + 1, record, 1)

    assert [one.at for one in await store.audit.since(0, most=9)] == [DONE.at + 1]


async def test_who_is_forgotten_leaves_the_log_and_the_deed_stays(store: Store) -> None:
    """After forget the line says what was done with which plan, and no longer by whom or where; others keep theirs."""
    await begin(store, said("e1", user="UFORGET"))
    mine = replace(DONE, user="UFORGET", place="teams|T1|UFORGET||")
    elsewhere = replace(DONE, tenant="T2", user="UFORGET", at=DONE.at + 1)
    await store.audit.note(mine)
    await store.audit.note(elsewhere)
    await store.history.forget("T1", "UFORGET", key="wish")

    assert await store.audit.since(0, most=9) == (replace(mine, user="", place=""), elsewhere)
    await begin(store, said("e2", user="UFORGET", place=replace(PLACE, tenant="T2")))
    await store.history.forget("T2", "UFORGET", key="another wish")
    assert "UFORGET" not in await dump(store)
