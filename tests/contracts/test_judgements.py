"""The suite of the Judgements port: one a person and plan version, newest first, gone when somebody is forgotten."""

from dataclasses import replace

from bot.ports import Judgement
from bot.services.redis_store import Store
from tests.contracts.store_cases import begin, dump, said

GOOD = Judgement(
    plan="",
    at=1_700_000_000_000,
    verdict="good",
    comment="",
    industry="finance",
    kind="pro",
    language="es",
    written_by="planner",
    prompt_version="0123456789ab",
    model=None,
)


async def _talk(store: Store, user: str) -> str:
    loaded = await begin(store, said(f"e-{user}", user=user))
    return loaded.conversation


async def test_the_later_judgement_of_a_person_counts(store: Store) -> None:
    """Somebody who changes their mind has one judgement; another person has one of their own; the newest come first."""
    plan = f"{await _talk(store, 'U1')}/1/1"
    first = replace(GOOD, plan=plan)
    second = replace(first, at=first.at + 5, verdict="bad", comment="Too long — «demasiado»")
    third = replace(first, at=first.at + 9)
    await store.judgements.keep(first, tenant="T1", user="U1")
    await store.judgements.keep(second, tenant="T1", user="U1")
    await store.judgements.keep(second, tenant="T1", user="U1")
    await store.judgements.keep(third, tenant="T1", user="U2")

    assert await store.judgements.newest(10) == (third, second)
    assert await store.judgements.newest(1) == (third,)
    assert await store.judgements.newest(0) == ()


async def test_a_forgotten_persons_judgement_goes(store: Store) -> None:
    """Their words go with them, also from the conversation of somebody else; nothing is kept for a forgotten one."""
    talk = await _talk(store, "UKEEP")
    await store.jobs.accept(said("guest", user="UFORGET"), keys=["guest"])
    mine = replace(GOOD, plan=f"{talk}/1/1")
    theirs = replace(mine, at=mine.at + 1, verdict="bad", comment="words of UFORGET")
    await store.judgements.keep(mine, tenant="T1", user="UKEEP")
    await store.judgements.keep(theirs, tenant="T1", user="UFORGET")
    await store.history.forget("T1", "UFORGET", key="wish")

    assert await store.judgements.newest(10) == (mine,)
    assert "UFORGET" not in await dump(store)
    await store.history.forget("T1", "UKEEP", key="another wish")
    await store.judgements.keep(mine, tenant="T1", user="UKEEP")
    assert await store.judgements.newest(10) == ()
