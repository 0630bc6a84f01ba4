"""The living card when its conversation is forgotten, or its job is stopped for another reason."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from bot.domain.brief import Language
from bot.domain.errors import StoreError
from bot.domain.events import ConversationRef
from bot.generation.card import LivingCard
from bot.ports import Attempt, Doing, Message, PlanView, SectionView
from bot.services.redis_store import Store
from bot.services.texts import load_texts
from tests.contracts.store_cases import PLACE, begin, said

TEXTS = load_texts()
VIEW = PlanView(
    plan=1,
    version=1,
    language="pt",
    requester="U1",
    understood="Finanças · 40 %",
    title="Finanças",
    status="writing",
    progress="…",
    sections=(SectionView("verdict", "Veredicto", "Sim."),),
)


@dataclass(slots=True)
class Wall:
    """Be a chat that only shows cards."""

    shown: list[PlanView] = field(default_factory=list)

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Say nothing."""

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Show a card."""
        self.shown.append(view)
        return "card"

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Show a card."""
        self.shown.append(view)

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Open nothing."""


async def _card(store: Store) -> tuple[LivingCard, Wall]:
    """Return the card of a conversation that was begun."""
    loaded = await begin(store, said("e1"))
    doing = Doing(job="j", step=0, conversation=loaded.conversation, place=PLACE, language="pt")
    wall = Wall()
    return LivingCard(chat=wall, flags=store.flags, texts=TEXTS, doing=doing, card="card", view=VIEW), wall


async def test_forgotten_its_card_is_closed(store: Store) -> None:
    """The writer that hears of it ends, and the card says why in its language, without a word of the plan."""
    living, wall = await _card(store)
    await store.history.forget("T1", "U1", key="wish")
    async with living.until_forgotten():
        await living.stopped()

    (closed,) = wall.shown
    assert (closed.status, closed.understood) == ("stopped", "Apagado a pedido do dono")
    assert (closed.sections, closed.choices, closed.question) == ((), (), "")


@pytest.mark.parametrize("is_forgotten", [True, False])
async def test_stopped_by_its_worker(store: Store, *, is_forgotten: bool) -> None:
    """A worker that stops a job it has lost leaves a closed card only where nobody else goes on with it."""
    living, wall = await _card(store)
    begun, never = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with living.until_forgotten():
            begun.set()
            await never.wait()

    writing = asyncio.create_task(write())
    await begun.wait()
    if is_forgotten:
        await store.history.forget("T1", "U1", key="wish")
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing

    assert [view.status for view in wall.shown] == (["stopped"] if is_forgotten else [])


async def test_another_fault_of_the_store_goes_on(store: Store) -> None:
    """What is no forgetting is the worker's to judge."""
    living, wall = await _card(store)
    with pytest.raises(StoreError, match="lease_lost"):
        async with living.until_forgotten():
            raise StoreError("error.lease_lost", job="j")

    assert wall.shown == []
