"""What the door of Teams does with an activity: accept it in one call, or answer an invoke within its five seconds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.teams.inbound import press, press_keys
from adapters.teams.reference import Reference
from adapters.teams.store import Posts, References
from adapters.teams.tags import Tag, chosen
from adapters.teams.taken import Click, Sender, Taken
from bot.domain.brief import Language
from bot.domain.errors import BotError
from bot.domain.events import ConversationRef, Event, Filled
from bot.domain.talk.state import State
from bot.ports import Conversations, Jobs, Reach, Texts

log = logging.getLogger(__name__)

Json = dict[str, Any]
Drain = Callable[[str], Awaitable[object]]
Greet = Callable[[ConversationRef, Language, str], Awaitable[None]]

_DRAIN_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Say who may talk to the bot: tenants and users by their ids in the directory; an empty list means all."""

    tenants: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()

    def welcome(self, sender: Sender) -> bool:
        """Say whether a sender may talk to the bot."""
        known = not self.tenants or sender.place.tenant in self.tenants
        return known and (not self.users or bool(self.users & {sender.directory, sender.user}))


@dataclass(slots=True, kw_only=True)
class Listening:
    """Take in what Teams sends; `drain` runs the dialogue at once for a click, `greet` says hello."""

    jobs: Jobs
    conversations: Conversations
    posts: Posts
    references: References
    texts: Texts
    language: Language
    guests: Guests
    drain: Drain
    greet: Greet
    _running: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def take(self, taken: Taken) -> bool:
        """Take in an activity nobody waits for an answer to; False for a duplicate. Raises StoreError."""
        sender = taken.sender
        if taken.gone:
            await self._forget(taken)
            return True
        if taken.greet:
            await self.references.refer(sender.place.tenant, sender.place.channel, sender.reference.write())
            if taken.team:
                await self.references.keep_team(sender.place.tenant, taken.team, sender.reference.write())
            self._start(self.greet(sender.place, sender.hint or self.language, sender.place.key()))
        if taken.click:
            found = await self.look_up(sender, taken.click)
            return found is not None and await self.use(sender, taken.click, found)
        reach = _reach(sender.reference)
        return taken.event is not None and await self.jobs.accept(taken.event, keys=taken.keys, reach=reach)

    async def look_up(self, sender: Sender, click: Click) -> Tag | None:
        """Return what a click means; None for one that is unknown, old, or from another conversation."""
        tag = Tag.read(await self.posts.read(f"tag/{click.tag}"))
        if tag is None:
            return None
        here = (tag.place.tenant, tag.place.channel) == (sender.place.tenant, sender.place.channel)
        if not here or (tag.only_to and tag.only_to != sender.user):
            log.warning("a click on a card of another conversation or person was refused")
            return None
        return tag

    async def use(self, sender: Sender, click: Click, tag: Tag) -> bool:
        """Take in a click on a button; False for one that means nothing, or a duplicate. Raises StoreError."""
        choice = chosen(tag, click.code, click.values)
        if choice is None:
            return False
        taken = press(
            sender,
            name=f"{click.tag}/{click.code}",
            place=tag.place,
            button=choice.button,
            value=choice.value,
            plan=tag.plan,
            version=tag.version,
        )
        return taken.event is not None and await self.hear(taken.event, taken.keys, sender.reference)

    async def fill(
        self, sender: Sender, click: Click, place: ConversationRef, values: tuple[tuple[str, str], ...]
    ) -> bool:
        """Take in a form. Raises StoreError."""
        keys = press_keys(sender, f"{click.tag}/form")
        filled = Filled(id=keys[0], place=place, user=sender.user, at=sender.at, values=values, hint=sender.hint)
        return await self.hear(filled, keys, sender.reference)

    async def hear(self, event: Event, keys: tuple[str, ...], reference: Reference) -> bool:
        """Accept an event and run the dialogue at once, or leave it to a worker. Raises StoreError."""
        fresh = await self.jobs.accept(event, keys=keys, reach=_reach(reference))
        if fresh:
            conversation = await self.conversations.find(event.place)
            try:
                async with asyncio.timeout(_DRAIN_WITHIN_S):
                    await self.drain(conversation or "")
            except (BotError, TimeoutError) as error:
                log.info("a click is left to a worker: %s", error)
        return fresh

    async def state(self, place: ConversationRef) -> State | None:
        """Return what a conversation knows. Raises StoreError."""
        conversation = await self.conversations.find(place)
        loaded = await self.conversations.load(conversation) if conversation else None
        return loaded.state if loaded else None

    async def close(self) -> None:
        """Wait for what is still being done."""
        while self._running:
            await asyncio.wait(self._running)

    async def _forget(self, taken: Taken) -> None:
        place = taken.sender.place
        await self.references.refer(place.tenant, place.channel, "")
        if taken.team:
            await self.references.keep_team(place.tenant, taken.team, "")

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.create_task(self._finish(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _finish(self, work: Awaitable[None]) -> None:
        try:
            await work
        except BotError as error:
            log.warning("a greeting in Teams failed: %s", error)


def _reach(reference: Reference) -> Reach:
    """Return how a conversation is answered, kept together with its event; a personal chat is its user's own."""
    return Reach(text=reference.write(), own=reference.kind == "personal")


def is_stranger(state: State | None, user: str) -> bool:
    """Say whether somebody else leads the conversation."""
    return state is not None and not state.private and state.owner not in ("", user)
