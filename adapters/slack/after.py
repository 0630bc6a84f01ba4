"""What is done right after Slack has its answer: forms, home tabs, hints; every task is held on to."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp

from adapters.slack.limits import FORM_WITHIN_S
from adapters.slack.store import Tokens
from adapters.slack.taken import Form, Taken
from bot.domain.brief import Language
from bot.domain.errors import BotError
from bot.domain.events import ConversationRef
from bot.domain.talk.state import FREE, State
from bot.ports import Conversations, Message, Preferences

log = logging.getLogger(__name__)


class Forms(Protocol):
    """Open forms for the door."""

    async def show_form(self, form: Form, state: State | None, language: Language | None) -> None:
        """Open a form filled with what a conversation knows, in its language or the user's. Raises ChatError."""
        ...

    async def offer_form(self, place: ConversationRef, user: str) -> None:
        """Offer a button that opens the form, where opening it failed. Raises ChatError."""
        ...


class Homes(Protocol):
    """Show a user's home tab and greet in a direct channel."""

    async def publish(self, tenant: str, user: str) -> None:
        """Publish the home tab. Raises ChatError or StoreError."""
        ...

    async def greet(self, tenant: str, channel: str, user: str) -> None:
        """Set the suggested prompts of a user's direct channel. Raises ChatError or StoreError."""
        ...

    async def close(self, tenant: str, user: str, sentence: str) -> None:
        """Show nothing but why the bot may not be used. Raises ChatError."""
        ...


class Cards(Protocol):
    """Tell a lost card from the one a conversation knows."""

    async def mark(self, place: ConversationRef, channel: str, ts: str) -> None:
        """Mark a card that was clicked, if it is a lost one. Raises ChatError or StoreError."""
        ...


class Words(Protocol):
    """Say something."""

    async def say(self, to: ConversationRef, message: Message, *, key: str) -> None:
        """Say it once. Raises ChatError."""
        ...


@dataclass(slots=True, kw_only=True)
class Afterwards:
    """Start what follows an answer, and wait for it at the end."""

    conversations: Conversations
    preferences: Preferences
    tokens: Tokens
    forms: Forms
    words: Words
    homes: Homes
    cards: Cards
    session: aiohttp.ClientSession
    _running: "set[asyncio.Task[None]]" = field(default_factory=set)

    def begin(self, taken: Taken) -> None:
        """Start everything a request asks for beside its event."""
        if taken.form is not None:
            self._start(self._open_form(taken.form))
        if taken.home:
            self._start(self.homes.publish(taken.tenant, taken.home))
        if taken.greet:
            self._start(self.homes.greet(taken.tenant, taken.greet, taken.person))
        if taken.card and taken.event:
            self._start(self.cards.mark(taken.event.place, *taken.card))
        if taken.gone:
            self._start(self.tokens.purge(taken.tenant))

    def apologise(self, taken: Taken, sentence: str) -> None:
        """Tell somebody privately that a click was lost."""
        if taken.answer_url:
            body = {"response_type": "ephemeral", "replace_original": False, "text": sentence}
            self._start(self._answer(taken.answer_url, body))

    def turn_away(self, taken: Taken, sentence: str) -> None:
        """Tell somebody, alone, that they may not use the bot; who only wrote in a thread is not talked to."""
        if taken.answer_url:
            self.apologise(taken, sentence)
        elif taken.home:
            self._start(self.homes.close(taken.tenant, taken.home, sentence))
        elif taken.event is not None and not taken.known_only:
            event = taken.event
            message = Message(text=sentence, only_to=event.user)
            self._start(self.words.say(event.place, message, key=f"refused/{event.id}"))
        elif taken.form is not None:
            message = Message(text=sentence, only_to=taken.form.user)
            self._start(self.words.say(taken.form.place, message, key=f"refused/{taken.form.trigger}"))

    async def close(self) -> None:
        """Wait for what is still being done."""
        while self._running:
            await asyncio.wait(self._running)

    async def _open_form(self, form: Form) -> None:
        try:
            async with asyncio.timeout(FORM_WITHIN_S):
                state = await self._state(form.place)
                begins = state is None or state.stage in FREE
                chosen = await self.preferences.language(form.place.tenant, form.user) if begins else None
                if begins or form.reason or state is None or state.private or state.owner in ("", form.user):
                    await self.forms.show_form(form, state, chosen)
        except (BotError, TimeoutError) as error:
            log.info("a form could not be opened in time: %s", error)
            if form.reason:
                return
            await self.forms.offer_form(form.place, form.user)

    async def _state(self, place: ConversationRef) -> State | None:
        conversation = await self.conversations.find(place)
        loaded = await self.conversations.load(conversation) if conversation else None
        return loaded.state if loaded else None

    async def _answer(self, url: str, body: dict[str, Any]) -> None:
        async with self.session.post(url, json=body) as response:
            if response.status != HTTPStatus.OK:
                log.warning("an address for answers said %d", response.status)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._finish(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _finish(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (BotError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("something after an answer to Slack failed: %s", error)
