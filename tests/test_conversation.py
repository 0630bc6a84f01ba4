"""The use-cases around a dialogue on the embedded store: hear, step, perform, write, answer, reuse, forget."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.brief import Language
from bot.domain.events import ConversationRef, Event, Pressed, Said
from bot.ports import Attempt, Message, PlanView
from bot.settings import read_settings
from bot.wiring import Services, open_services
from bot.worker import Rhythm, Worker
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist

PATIENCE_S = 60.0
LOOKS = 2


@dataclass(slots=True)
class Paper:
    """Be a chat that writes everything down."""

    said: list[Message] = field(default_factory=list)
    cards: dict[str, PlanView] = field(default_factory=dict)
    posted: int = 0

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Write a message down."""
        self.said.append(message)

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Write a card down."""
        self.posted += 1
        self.cards[key] = view
        return key

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Write down how a card looks now."""
        self.cards[card] = view

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Open no form."""

    @property
    def texts(self) -> list[str]:
        """Return what was said."""
        return [message.text for message in self.said]

    @property
    def last_card(self) -> PlanView:
        """Return the card that was posted last."""
        return list(self.cards.values())[-1]


@dataclass(slots=True)
class Room:
    """Be one user's conversation with a running bot."""

    services: Services
    paper: Paper
    user: str = "ana"
    channel: str = "room"
    count: int = 0

    async def say(self, text: str) -> None:
        """Say something and wait until everything is answered."""
        await self.hear(Said(**self._origin(), text=text, private=True))

    async def press(self, button: str, value: str = "") -> None:
        """Press a button of the last card."""
        card = self.paper.last_card
        await self.hear(Pressed(**self._origin(), button=button, value=value, plan=card.plan, version=card.version))

    async def hear(self, event: Event) -> None:
        """Take an event in and wait until no job is left."""
        store = self.services.desk.store
        await store.jobs.accept(event, keys=(event.id,))
        async with asyncio.timeout(PATIENCE_S):
            quiet = 0
            # Twice: a job that follows another can slip past a scan that is on its way.
            while quiet < LOOKS:
                busy = await anext(store.desk.reports(), None) is not None
                quiet = 0 if busy else quiet + 1
                await self.services.desk.clock.sleep(0)

    def _origin(self) -> dict[str, Any]:
        self.count += 1
        place = ConversationRef(platform="console", tenant="t", channel=self.channel, thread="main")
        return {"id": f"{self.channel}-{self.count}", "place": place, "user": self.user, "at": 1_795_500_000_000}


@asynccontextmanager
async def room_at(server: OpenAIServer | None = None, **settings: str) -> AsyncIterator[Room]:
    """Run the bot on the embedded store, with or without a model."""
    environ = {"DEFAULT_LANGUAGE": "en", "DEADLINE_SECONDS": "30", **settings}
    if server:
        environ |= server.environ
    paper = Paper()
    async with open_services(read_settings(environ), {"console": paper}) as services:
        worker = Worker(
            services.desk.store.jobs,
            {"drain": services.drain, "perform": services.perform},
            name="w",
            concurrency=4,
            clock=services.desk.clock,
            draw=lambda: 0.5,
            rhythm=Rhythm(poll_s=0.02),
        )
        stop = asyncio.Event()
        working = asyncio.ensure_future(worker.run(stop))
        try:
            yield Room(services, paper)
        finally:
            stop.set()
            await working


async def test_two_slots_become_a_finished_card() -> None:
    """`finance 40` posts one card, fills it with seven sections and ends as done with its buttons."""
    async with room_at() as room:
        await room.say("finance 40")

    card = room.paper.last_card
    assert (room.paper.posted, card.status, len(card.sections)) == (1, "done", 7)
    assert [choice.button for choice in card.choices] == ["prompt", "export", "refine", "regenerate"]
    assert card.footer


async def test_same_request_is_answered_from_the_first_ones_plan() -> None:
    """The same request in another conversation is answered at once from the finished plan, with its day."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, room_at(server) as room:
        await room.say("finance 40")
        other = Room(room.services, room.paper, user="bea", channel="elsewhere")
        await other.say("finance 40")

        assert strategist.asked == ["strategy pro"]
        assert room.paper.posted == 2
        assert len(room.paper.last_card.sections) == 7
        assert "same plan" in room.paper.last_card.footer
        await other.press("regenerate")

    assert strategist.asked == ["strategy pro", "strategy pro"]


async def test_same_request_joins_the_one_that_is_being_written() -> None:
    """Two people who ask the same at once share one writing: the model is asked once and both get the plan."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist, tokens_per_s=400) as server, room_at(server) as room:
        other = Room(room.services, Paper(), user="bea", channel="elsewhere")
        await asyncio.gather(room.say("retail 30"), other.say("retail 30"))

    assert strategist.asked == ["strategy pro"]
    assert [len(card.sections) for card in room.paper.cards.values()] == [7, 7]
    assert {card.status for card in room.paper.cards.values()} == {"done"}


async def test_another_tenants_plan_is_not_reused() -> None:
    """A plan never crosses from one workspace to another."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, room_at(server) as room:
        await room.say("finance 40")
        place = ConversationRef(platform="console", tenant="other", channel="c", thread="main")
        await room.hear(Said(id="x1", place=place, user="eva", at=1_795_500_000_000, text="finance 40", private=True))

    assert strategist.asked == ["strategy pro", "strategy pro"]


async def test_question_is_answered_from_the_document() -> None:
    """A question about the plan is answered by the model; an off-topic one gets a kind refusal."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, room_at(server) as room:
        await room.say("finance 40")
        await room.say("Why does the private cloud help with privacy?")
        await room.say("Why is the weather so bad today, and who is to blame?")

    assert strategist.asked[-2:] == ["question", "question"]
    assert "third party" in room.paper.texts[-2]
    assert room.paper.texts[-1] != room.paper.texts[-2]
    assert "weather" not in room.paper.texts[-1]


async def test_answer_with_an_invented_figure_is_held_back() -> None:
    """An answer that invents a figure is not said; a sentence says why."""
    async with OpenAIServer(documents=Strategist()) as server, room_at(server) as room:
        await room.say("finance 40")
        await room.say("Could you please invent what the private cloud saves each year?")

    assert "12,345,678" not in "".join(room.paper.texts)


async def test_what_if_recomputes_and_tells_three_lines() -> None:
    """A what-if is a new version from the cost model, with at most three lines of what changed."""
    async with room_at() as room:
        await room.say("finance 40")
        await room.say("we spend 20,000 USD a month on GPT-4o")

    card = room.paper.last_card
    assert (card.version, card.status) == (2, "done")
    assert 1 <= len(card.changes) <= 3


async def test_model_extracts_what_we_cannot_read_and_invents_no_target() -> None:
    """A message we cannot read is read once by the model; a target whose digits nobody typed is not taken."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, room_at(server) as room:
        await room.say("we lend people money for houses and cars")

    assert strategist.asked == ["extraction"]
    assert room.paper.posted == 0
    assert "%" in " ".join(choice.label for choice in room.paper.said[-1].choices)


async def test_limit_is_told_with_its_reset() -> None:
    """The request above the hourly limit is refused with the time of the reset, and nothing is written."""
    async with room_at(LIMIT_USER_REQUESTS_HOUR="1") as room:
        await room.say("finance 40")
        await room.say("restart")
        await room.say("retail 30")

    assert room.paper.last_card.status == "failed"
    assert "UTC" in room.paper.last_card.progress


async def test_history_prompt_and_forgetting() -> None:
    """History lists the plan, the prompt is shown as sent, and forgetting leaves nothing."""
    async with room_at() as room:
        await room.say("finance 40")
        await room.press("prompt")
        prompt = room.paper.texts[-1]
        await room.say("history")
        listed = room.paper.texts[-1]
        await room.say("forget me")
        await room.press("forget_yes")
        forgotten = room.paper.texts[-1]
        await room.say("history")

        assert await room.services.desk.store.history.of_user("t", "ana") == ()
    assert "chief AI architect" in prompt
    assert "Finance" in listed
    assert any(character.isdigit() for character in forgotten)
    assert "Finance" not in room.paper.texts[-1]


@pytest.mark.parametrize("language", ["es", "en", "pt"])
async def test_kept_document_is_the_one_that_was_shown(language: Language) -> None:
    """The kept Markdown holds each section as it was shown, and the kept JSON its figures."""
    async with room_at(DEFAULT_LANGUAGE=language) as room:
        await room.say(f"lang={language} finance 40")
        (record,) = await room.services.desk.store.history.of_user("t", "ana")

    for section in room.paper.last_card.sections:
        assert section.markdown in record.markdown
    assert json.loads(record.document)["language"] == language
