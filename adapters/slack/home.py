"""The App Home: somebody's strategies with their buttons, their language, and the first words in direct messages."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.safe import bare
from adapters.slack.calls import Caller
from adapters.slack.cards import buttons
from adapters.slack.interactions import LINK
from adapters.slack.limits import SECTION_TEXT
from adapters.slack.links import Links
from adapters.slack.render import Json, header, rich_text, section_of
from adapters.slack.tags import ACTION, Tag
from bot.domain.brief import LANGUAGES, Language
from bot.domain.document.blocks import Span
from bot.domain.errors import BotError
from bot.domain.events import ConversationRef
from bot.ports import Choice, Conversations, History, PlanRecord, Preferences, Texts

SHOWN = 10
"""Strategies on the home tab, the newest; three blocks each stay far below the hundred of a view."""
LINKS_WITHIN_S = 5.0
"""Ours: a home without a link is better than one that comes late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Show a user's home tab and greet in direct messages; `language` is that of somebody of whom nothing is known."""

    caller: Caller
    history: History
    conversations: Conversations
    preferences: Preferences
    links: Links
    texts: Texts
    language: Language

    async def publish(self, tenant: str, user: str) -> None:
        """Publish the home tab. Raises ChatError or StoreError."""
        records = _newest(await self.history.of_user(tenant, user))[:SHOWN]
        chosen = await self.preferences.language(tenant, user)
        language = chosen or (records[0].brief.language if records else self.language)
        blocks: list[Json] = [
            header(self.texts.say("home.title", language)),
            _line(self.texts.say("home.intro", language)),
            self._own_buttons(tenant, user, language),
        ]
        if not records:
            blocks.append(_line(self.texts.say("home.empty", language)))
        rows = await asyncio.gather(*(self._plan(record, row, language) for row, record in enumerate(records, start=1)))
        for row in rows:
            blocks += [{"type": "divider"}, *row]
        await self._show(tenant, user, blocks)

    async def close(self, tenant: str, user: str, sentence: str) -> None:
        """Show nothing but why the bot may not be used. Raises ChatError."""
        await self._show(tenant, user, [header(self.texts.say("home.title", self.language)), _line(sentence)])

    async def greet(self, tenant: str, channel: str, user: str) -> None:
        """Set the suggested prompts of a direct channel; with a thread they would be ignored.

        Raises ChatError or StoreError.
        """
        language = await self.preferences.language(tenant, user) or self.language
        prompts = [
            {"title": self.texts.say(title, language), "message": self.texts.say(message, language)}
            for title, message in (
                ("home.prompt.title", "home.prompt.message"),
                ("home.prompt.help", "home.prompt.help_message"),
            )
        ]
        await self.caller.call(
            tenant, "assistant.threads.setSuggestedPrompts", patience_s=2.0, channel_id=channel, prompts=prompts
        )

    async def _show(self, tenant: str, user: str, blocks: Sequence[Json]) -> None:
        view = {"type": "home", "blocks": list(blocks)}
        await self.caller.call(tenant, "views.publish", patience_s=5.0, user_id=user, view=view)

    def _own_buttons(self, tenant: str, user: str, language: Language) -> Json:
        place = ConversationRef(platform="slack", tenant=tenant, channel=user)
        choices = (
            Choice("form", "", self.texts.say("home.new", language)),
            Choice("forget", "", self.texts.say("home.delete", language)),
        )
        row = buttons(choices, Tag(place=place))
        row["elements"].insert(1, self._languages(language))
        return row

    def _languages(self, language: Language) -> Json:
        """Return the menu of languages, at the one in use."""
        options = {
            one: {"text": _plain(self.texts.say(f"button.language.{one}", one)), "value": one} for one in LANGUAGES
        }
        return {
            "type": "static_select",
            "action_id": f"{ACTION}/own_language/2",
            "placeholder": _plain(self.texts.say("home.language", language)),
            "options": list(options.values()),
            "initial_option": options[language],
        }

    async def _plan(self, record: PlanRecord, row: int, language: Language) -> list[Json]:
        conversation, plan, version = record.plan.rsplit("/", 2)
        loaded = await self.conversations.load(conversation)
        document = json.loads(record.document)
        day = datetime.fromtimestamp(record.at / 1000, UTC).date().isoformat()
        lines = [_line(self.texts.say("say.history_line", language, title=document["title"], day=day))]
        if loaded is None:
            return lines
        tag = Tag(place=loaded.place, plan=int(plan), version=int(version), row=row)
        names = {
            "share": "button.share",
            "export": "button.export",
            "prompt": "button.prompt",
            "delete": "button.delete",
        }
        made = buttons([Choice(name, "", self.texts.say(key, language)) for name, key in names.items()], tag)
        made["elements"][-1] |= {"style": "danger", "confirm": self._confirm(language)}
        link = await self._link(loaded.place)
        if link:
            label = _plain(self.texts.say("button.open", language))
            made["elements"].insert(
                0, {"type": "button", "action_id": f"{ACTION}/{LINK}/9", "text": label, "url": link}
            )
        return [*lines, made]

    async def _link(self, place: ConversationRef) -> str:
        try:
            async with asyncio.timeout(LINKS_WITHIN_S):
                return await self.links.link(place)
        except (BotError, TimeoutError):
            return ""

    def _confirm(self, language: Language) -> Json:
        return {
            "title": _plain(self.texts.say("home.delete_one.title", language)),
            "text": _plain(self.texts.say("home.delete_one.text", language)),
            "confirm": _plain(self.texts.say("button.delete", language)),
            "deny": _plain(self.texts.say("button.cancel", language)),
            "style": "danger",
        }


def _newest(records: Sequence[PlanRecord]) -> list[PlanRecord]:
    """Return the newest version of each plan, in the order given."""
    first: dict[str, PlanRecord] = {}
    for record in records:
        name = record.plan.rsplit("/", 1)[0]
        known = first.get(name)
        if known is None or _version(record) > _version(known):
            first[name] = record
    return list(first.values())


def _version(record: PlanRecord) -> int:
    return int(record.plan.rsplit("/", 1)[1])


def _line(text: str) -> Json:
    return rich_text([section_of((Span(bare(text)[:SECTION_TEXT]),), links=False)])


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
