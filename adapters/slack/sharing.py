"""Sharing a plan in another channel: a private preview with a choice of channel, the rights of both, one card."""

from dataclasses import dataclass
from typing import Any

from adapters.safe import for_slack
from adapters.slack.calls import Caller, reason_of
from adapters.slack.cards import buttons
from adapters.slack.guests import Guests
from adapters.slack.limits import ELSEWHERE, HEADER_TEXT
from adapters.slack.links import Links
from adapters.slack.outbound import WORDS_S, SlackChat
from adapters.slack.posting import Content, Posting, Spot
from adapters.slack.render import Json, header, rich_text, section_of
from adapters.slack.tags import ACTION, Tag
from bot.domain.document.blocks import Span
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Choice, Shared, Summary, Texts

CONFIRMED = "/yes"
"""Ends a channel's id once somebody has confirmed that people of other companies will read there."""
PAGES = 20
PAGE_OF_MEMBERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSharing:
    """Offer and share plans in Slack."""

    chat: SlackChat
    caller: Caller
    texts: Texts
    links: Links
    guests: Guests

    async def offer(self, to: ConversationRef, summary: Summary, *, user: str, key: str) -> None:
        """Show somebody alone what would be shared, and let them choose where. Raises ChatError."""
        choose = {
            "type": "conversations_select",
            "action_id": f"{ACTION}/share/0",
            "placeholder": _plain(self.texts.say("share.choose", summary.language)),
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        }
        row = {"type": "actions", "block_id": self._tag(to, summary).write(), "elements": [choose]}
        intro = rich_text([section_of((Span(self.texts.say("share.preview", summary.language)),), links=False)])
        blocks = (intro, *self._blocks(summary, ""), row)
        await self.chat.tell(to, Content(text=for_slack(summary.title), blocks=blocks), user=user, key=key)

    async def share(self, to: ConversationRef, summary: Summary, *, channel: str, user: str, key: str) -> Shared:
        """Post the summary once in a channel both may write in; says why when it did not. Raises ChatError."""
        wanted, confirmed = channel.removesuffix(CONFIRMED), channel.endswith(CONFIRMED)
        if not self.guests.takes(wanted):
            return "not_listed"
        refused = await self._refusal(to, wanted, user, summary, confirmed=confirmed)
        if refused:
            return refused
        link = await self.links.link(to)
        content = Content(text=for_slack(summary.title), blocks=self._blocks(summary, link))
        posting = Posting(caller=self.caller, posts=self.chat.posts)
        name = f"share/{key}/{wanted}"
        known = await self.chat.posts.read(name)
        try:
            spot = Spot(of=to, channel=wanted)
            await posting.post_once(spot, name, "card", content, patience_s=WORDS_S)
        except ChatError as error:
            if reason_of(error) not in ELSEWHERE:
                raise
            return "not_allowed"
        return "shared_before" if known.get("card") else "shared"

    async def _refusal(
        self, to: ConversationRef, channel: str, user: str, summary: Summary, *, confirmed: bool
    ) -> Shared | None:
        """Return why nothing may be posted there; a channel we cannot see may not even be talked about."""
        try:
            info = (await self.caller.call(to.tenant, "conversations.info", patience_s=WORDS_S, channel=channel))[
                "channel"
            ]
            inside = await self._is_member(to.tenant, channel, user)
        except ChatError as error:
            if not error.final:
                raise
            return "not_allowed"
        if info.get("is_archived") or not inside:
            return "not_allowed"
        if info.get("is_ext_shared") and not confirmed:
            await self._warn(to, summary, channel, user)
            return "to_confirm"
        return None

    async def _is_member(self, tenant: str, channel: str, user: str) -> bool:
        cursor: str | None = None
        for _ in range(PAGES):
            found = await self.caller.call(
                tenant,
                "conversations.members",
                patience_s=WORDS_S,
                channel=channel,
                cursor=cursor,
                limit=PAGE_OF_MEMBERS,
            )
            if user in found["members"]:
                return True
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return False
        return False

    async def _warn(self, to: ConversationRef, summary: Summary, channel: str, user: str) -> None:
        """Ask whether people of other companies may read it."""
        sentence = self.texts.say("share.external", summary.language)
        yes = Choice("share", f"{channel}{CONFIRMED}", self.texts.say("share.external.yes", summary.language))
        line = rich_text([section_of((Span(sentence),), links=False)])
        content = Content(text=for_slack(sentence), blocks=(line, buttons((yes,), self._tag(to, summary))))
        await self.chat.tell(to, content, user=user, key="")

    def _blocks(self, summary: Summary, link: str) -> tuple[Json, ...]:
        language = summary.language
        numbers = [
            section_of((Span(f"{name}: "), Span(value, strong=True)), links=False) for name, value in summary.numbers
        ]
        by: list[dict[str, Any]] = [
            {"type": "text", "text": f"{self.texts.say('share.by', language)} "},
            {"type": "user", "user_id": summary.requester},
        ]
        if link:
            by += [
                {"type": "text", "text": " · "},
                {"type": "link", "url": link, "text": self.texts.say("share.link", language)},
            ]
        return (
            header(summary.title[:HEADER_TEXT]),
            rich_text([section_of((Span(summary.verdict),), links=False)]),
            rich_text([{"type": "rich_text_list", "style": "bullet", "elements": numbers}]),
            rich_text([{"type": "rich_text_section", "elements": by}]),
        )

    def _tag(self, to: ConversationRef, summary: Summary) -> Tag:
        return Tag(place=to, plan=summary.plan, version=summary.version)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}
