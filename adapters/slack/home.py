"""The App Home: somebody's strategies with their buttons, and the first words to click in direct messages."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.safe import bare
from adapters.slack.calls import Caller
from adapters.slack.cards import buttons
from adapters.slack.limits import SECTION_TEXT
from adapters.slack.render import Json, header, rich_text, section_of
from adapters.slack.tags import Tag
from bot.domain.brief import Language
from bot.domain.document.blocks import Span
from bot.domain.events import ConversationRef
from bot.ports import Choice, Conversations, History, PlanRecord, Texts

SHOWN = 10
"""Strategies on the home tab, the newest; three blocks each stay far below the hundred of a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Show a user's home tab and greet in direct messages; `language` is that of somebody without a plan."""

    caller: Caller
    history: History
    conversations: Conversations
    texts: Texts
    language: Language

    async def publish(self, tenant: str, user: str) -> None:
        """Publish the home tab. Raises ChatError or StoreError."""
        records = (await self.history.of_user(tenant, user))[:SHOWN]
        language = records[0].brief.language if records else self.language
        blocks: list[Json] = [
            header(self.texts.say("home.title", language)),
            _line(self.texts.say("home.intro", language)),
            self._own_buttons(tenant, user, language),
        ]
        if not records:
            blocks.append(_line(self.texts.say("home.empty", language)))
        for row, record in enumerate(records, start=1):
            blocks += [{"type": "divider"}, *await self._plan(record, row, language)]
        view = {"type": "home", "blocks": blocks}
        await self.caller.call(tenant, "views.publish", patience_s=5.0, user_id=user, view=view)

    async def greet(self, tenant: str, channel: str) -> None:
        """Set the suggested prompts of a direct channel; with a thread they would be ignored. Raises ChatError."""
        prompts = [
            {"title": self.texts.say(title, self.language), "message": self.texts.say(message, self.language)}
            for title, message in (
                ("home.prompt.title", "home.prompt.message"),
                ("home.prompt.help", "home.prompt.help_message"),
            )
        ]
        await self.caller.call(
            tenant, "assistant.threads.setSuggestedPrompts", patience_s=2.0, channel_id=channel, prompts=prompts
        )

    def _own_buttons(self, tenant: str, user: str, language: Language) -> Json:
        place = ConversationRef(platform="slack", tenant=tenant, channel=user)
        choices = (
            Choice("form", "", self.texts.say("home.new", language)),
            Choice("forget", "", self.texts.say("home.delete", language)),
        )
        return buttons(choices, Tag(place=place))

    async def _plan(self, record: PlanRecord, row: int, language: Language) -> list[Json]:
        conversation, plan, version = record.plan.rsplit("/", 2)
        loaded = await self.conversations.load(conversation)
        document = json.loads(record.document)
        day = datetime.fromtimestamp(record.at / 1000, UTC).date().isoformat()
        line = self.texts.say("say.history_line", language, title=document["title"], day=day)
        blocks = [_line(line)]
        if loaded is not None:
            tag = Tag(place=loaded.place, plan=int(plan), version=int(version), row=row)
            choices = (
                Choice("share", "", self.texts.say("button.share", language)),
                Choice("export", "", self.texts.say("button.export", language)),
                Choice("prompt", "", self.texts.say("button.prompt", language)),
            )
            blocks.append(buttons(choices, tag))
        return blocks


def _line(text: str) -> Json:
    return rich_text([section_of((Span(bare(text)[:SECTION_TEXT]),), links=False)])
