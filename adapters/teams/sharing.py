"""Sharing a plan with a channel of a team that has the bot: a preview with a choice of channel, then one new post."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote, urlencode

from adapters.teams.connector import Connector, Refused
from adapters.teams.inbound import CODE, TAG
from adapters.teams.outbound import WORDS_S, TeamsChat
from adapters.teams.pages import card_activity
from adapters.teams.reference import Reference
from adapters.teams.render import Json, heading, line, lines
from adapters.teams.store import References
from adapters.teams.tags import PICK_CODE, PICKED, Tag, coded, tag_of
from bot.domain.brief import Language
from bot.domain.events import ConversationRef
from bot.ports import Choice, Message, Shared, Summary, Texts

MOST_CHANNELS = 60
_UNKNOWN = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
_LINK = "https://teams.microsoft.com/l/message/"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsSharing:
    """Offer and share plans in Teams."""

    chat: TeamsChat
    connector: Connector
    references: References
    texts: Texts

    async def offer(self, to: ConversationRef, summary: Summary, *, user: str, key: str) -> None:
        """Show what would be shared and let the user choose among the channels both are in. Raises ChatError."""
        found = await self._channels(to.tenant, user, summary.language)
        if not found:
            sentence = self.texts.say("say.share_unavailable", summary.language)
            await self.chat.say(to, Message(text=sentence, only_to=user), key=key)
            return
        choices = coded([Choice("share", reference.channel, name) for reference, name in found])
        tag = Tag(
            place=to,
            language=summary.language,
            plan=summary.plan,
            version=summary.version,
            only_to=user,
            text=self.texts.say("share.preview", summary.language),
            choices=choices,
        )
        name = f"offer/{key}"
        picking = {
            "type": "Input.ChoiceSet",
            "id": PICKED,
            "style": "compact",
            "label": self.texts.say("share.choose", summary.language),
            "choices": [{"title": choice.label, "value": code} for code, choice in choices.items()],
        }
        send = {
            "type": "Action.Execute",
            "title": self.texts.say("share.send", summary.language),
            "verb": "press",
            "data": {TAG: tag_of(name), CODE: PICK_CODE},
        }
        elements = (line(tag.text), *self._elements(summary), picking, {"type": "ActionSet", "actions": [send]})
        activity = card_activity(elements, summary=summary.title)
        await self.chat.tell(to, activity, tag=tag, name=name, only_to=user)

    async def share(self, to: ConversationRef, summary: Summary, *, channel: str, user: str, key: str) -> Shared:
        """Post the summary once in a channel both are in. Raises ChatError."""
        reference = next(
            (one for one, _ in await self._channels(to.tenant, user, summary.language) if one.channel == channel), None
        )
        if reference is None:
            return "not_allowed"
        name = f"share/{key}/{channel}"
        claim, _ = await self.chat.posts.claim(name, "card", of=to)
        if claim == "done":
            return "shared_before"
        elements = self._elements(summary)
        link = await self._link(to)
        if link:
            opening = {"type": "Action.OpenUrl", "title": self.texts.say("share.link", summary.language), "url": link}
            elements = (*elements, {"type": "ActionSet", "actions": [opening]})
        activity = card_activity(elements, summary=summary.title, generated=True)
        try:
            made = await self.connector.begin(reference, activity, patience_s=WORDS_S)
        except Refused as error:
            if error.status not in _UNKNOWN:
                raise
            return "not_allowed"
        await self.chat.posts.keep(name, {"card": json.dumps({"id": made, "digest": ""})})
        return "shared"

    async def _channels(self, tenant: str, user: str, language: Language) -> Sequence[tuple[Reference, str]]:
        """Return the channels of teams that have the bot and the user, with their names."""
        found: list[tuple[Reference, str]] = []
        for text in await self.references.teams(tenant):
            team = Reference.read(text)
            if team is None:
                continue
            try:
                channels = await self.connector.channels(team, team.team)
                for one in channels[: MOST_CHANNELS - len(found)]:
                    reference = replace(team, kind="channel", channel=str(one.get("id") or ""))
                    if await self._is_member(reference, user):
                        found.append((reference, str(one.get("name") or self.texts.say("share.general", language))))
            except Refused as error:
                if error.status not in _UNKNOWN:
                    raise
        return found

    async def _is_member(self, reference: Reference, user: str) -> bool:
        try:
            await self.connector.member(reference, user)
        except Refused as error:
            if error.status not in _UNKNOWN:
                raise
            return False
        return True

    async def _link(self, to: ConversationRef) -> str:
        """Return the address of the plan's own thread, where there is one."""
        reference = Reference.read(await self.references.referred(to.tenant, to.channel))
        if reference is None or reference.kind != "channel" or not to.thread:
            return ""
        query = urlencode({"tenantId": to.tenant, "parentMessageId": to.thread})
        return f"{_LINK}{quote(to.channel, safe='')}/{quote(to.thread, safe='')}?{query}"

    def _elements(self, summary: Summary) -> tuple[Json, ...]:
        numbers = (line(f"• {name}: {value}") for name, value in summary.numbers)
        return (heading(summary.title), *lines(summary.verdict), *numbers)
