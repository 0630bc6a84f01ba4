"""Use-case: somebody said or pressed something; the dialogue steps, and what it wants is done once, in order."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.brief import Language
from bot.domain.dialogue import State, step
from bot.domain.effects import Effect, Offer, OpenForm, Say
from bot.domain.errors import BotError, ChatError
from bot.domain.events import Bound, Edited, Event, Platform, Said, Written
from bot.domain.industries import IndustryBook
from bot.domain.slots import Understood, understand
from bot.domain.talk.state import ASKING, FREE
from bot.domain.talk.turn import Unpriced, all_priced
from bot.ports import (
    Chat,
    Choice,
    Claimed,
    Conversations,
    Doing,
    Effects,
    Loaded,
    Message,
    Performer,
    Preferences,
    Texts,
)

log = logging.getLogger(__name__)

WORDS_TO_EXTRACT = 3
"""Fewer words hold nothing that our own reading would have missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Drain inboxes: each waiting event is one pure step and one commit.

    `preferences` know the language somebody chose, which counts where they begin. `extract` asks a model for the slots
    when our own reading finds nothing where an answer is waited for. `unpriced` knows the closed models without prices.
    """

    conversations: Conversations
    industries: IndustryBook
    default_language: Language
    preferences: Preferences
    unpriced: Unpriced = all_priced
    extract: Callable[[str, Language], Awaitable[Understood | None]] | None = None

    async def drain(self, conversation: str, claimed: Claimed | None = None) -> Claimed | None:
        """Step through all that waits, oldest first.

        Where `claimed`, the job that drains, can go on to perform what the last event brought, that job is the answer.
        """
        loaded = await self.conversations.load(conversation)
        while loaded and loaded.waiting:
            event = loaded.waiting[0]
            if isinstance(event, Bound):
                # Before the commit: a repeat binds again, a loss would leave the thread without its conversation.
                await self.conversations.bind(conversation, event.bound)
            state, effects = await self._step(loaded, event)
            outcome = await self.conversations.commit(loaded, event=event, state=state, effects=effects, drain=claimed)
            if isinstance(outcome, Claimed):
                return outcome
            if outcome == "done":
                break
            if outcome == "more" and len(loaded.waiting) > 1 and not isinstance(event, Bound):
                loaded = loaded.after(event, state)
                continue
            # Somebody else committed in between, more was said meanwhile, or who said this was forgotten while others'
            # words wait: look again and step from there.
            loaded = await self.conversations.load(conversation)
            if outcome == "forgotten" and loaded and loaded.waiting[:1] == (event,):
                break
        return None

    async def _step(self, loaded: Loaded, event: Event) -> tuple[State, tuple[Effect, ...]]:
        chosen = await self._chosen(loaded, event)
        heard = await self._understand(loaded.state, event, chosen) if isinstance(event, Said | Edited) else None
        stepped = step(
            loaded.state,
            event,
            heard,
            self.industries,
            default_language=self.default_language,
            chosen=chosen,
            unpriced=self.unpriced,
        )
        return stepped.state, stepped.effects

    async def _chosen(self, loaded: Loaded, event: Event) -> Language | None:
        """Return the language the user chose, where a conversation begins; later it goes on in its own."""
        if isinstance(event, Bound | Written) or (loaded.state is not None and loaded.state.stage not in FREE):
            return None
        if event.user == loaded.opener:
            return loaded.chosen
        return await self.preferences.language(event.place.tenant, event.user)

    async def _understand(self, state: State | None, event: Said | Edited, chosen: Language | None) -> Understood:
        hint = state.language if state else chosen or (event.hint if isinstance(event, Said) else None)
        heard = understand(event.text, self.industries, hint=hint)
        nothing = heard.industry is None and heard.target_percent is None and heard.monthly_spend is None
        plain = heard.problem is None and heard.command is None
        asked = state is None or state.stage in (*FREE, *ASKING)
        if self.extract is None or not (nothing and plain and asked) or len(event.text.split()) < WORDS_TO_EXTRACT:
            return heard
        found = await self.extract(event.text, heard.language)
        if found is None:
            return heard
        return replace(heard, industry=found.industry, target_percent=found.target_percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performing:
    """Perform the effects of one commit in order, each one once.

    A performer that is called again by a later attempt finds what the one before it left: of the last effect nothing
    is recorded, because the job ends with it.
    """

    effects: Effects
    performers: Mapping[type, Performer]

    async def perform(self, claimed: Claimed) -> None:
        """Do what is not done yet; raises the BotError of the first effect that failed, for the job to be retried."""
        job = claimed.job
        results = await self.effects.results(claimed) if claimed.begun else ()
        first = len(results)
        for index, effect in enumerate(job.effects[first:], start=first):
            doing = Doing(
                job=job.id,
                step=index,
                conversation=job.conversation,
                place=job.place,
                language=job.language,
                user=job.user,
                at=job.at,
                attempt=claimed.attempt,
                results=results,
                repeated=claimed.begun and index == first,
            )
            result = await self.performers[type(effect)](doing, effect)
            results = (*results, result)
            if len(results) < len(job.effects):
                await self.effects.record(claimed, index, result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """Perform what the bot says: sentences and forms."""

    chats: Mapping[Platform, Chat]
    texts: Texts
    industries: IndustryBook

    async def say(self, doing: Doing, effect: Say) -> str:
        """Say a sentence with its buttons; a platform that refuses it for good is logged, never retried for ever."""
        message = Message(
            text=self.texts.say(effect.text, doing.language, **dict(effect.params)),
            choices=tuple(self.choice(offer, doing.language) for offer in effect.offers),
            only_to=effect.only_to,
            language=doing.language,
        )
        try:
            await self.chats[doing.place.platform].say(doing.place, message, key=doing.key, by=doing.by)
        except ChatError as error:
            if not error.final:
                raise
            log.warning("the platform refused a message for good: %s", error)
        return ""

    async def open_form(self, doing: Doing, effect: OpenForm) -> str:
        """Open the two-field form."""
        values = {"industry": effect.industry, "target": effect.target}
        try:
            await self.chats[doing.place.platform].open_form(
                doing.place, doing.language, values, trigger=effect.trigger, key=doing.key, user=effect.only_to or ""
            )
        except BotError as error:
            # A form is a convenience: its permit may have run out, and the question in the thread still stands.
            log.warning("the form could not be opened: %s", error)
        return ""

    def choice(self, offer: Offer, language: Language) -> Choice:
        """Label a button: an industry by its name, a number as written in the language, everything else by its text."""
        if offer.label:
            label = offer.label
        elif offer.button in ("industry", "change_industry") and offer.value in self.industries:
            label = self.industries.name(offer.value, language)
        else:
            key = f"button.{offer.button}.{offer.value}" if offer.value else f"button.{offer.button}"
            label = self.texts.label(key, f"button.{offer.button}", language, value=offer.value)
        return Choice(offer.button, offer.value, label)
