"""A card that stands there twice: a worker died while it posted the first, which nobody knows until it is clicked."""

from dataclasses import dataclass

from adapters.slack.links import Links
from adapters.slack.posting import Content, Posting, Spot
from adapters.slack.render import rich_text, section_of
from bot.domain.document.blocks import Span
from bot.domain.events import ConversationRef
from bot.ports import Conversations, Texts

PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Tell a lost card from the one a conversation knows."""

    conversations: Conversations
    posting: Posting
    links: Links
    texts: Texts

    async def mark(self, place: ConversationRef, channel: str, ts: str) -> None:
        """Make a card of a command that was clicked say that the plan goes on elsewhere, unless it is the one it knows.

        The click itself counts as on any card. Raises ChatError or StoreError.
        """
        conversation = await self.conversations.find(place)
        loaded = await self.conversations.load(conversation) if conversation else None
        if loaded is None or loaded.state is None:
            return
        home, language = loaded.place, loaded.state.language
        if not home.thread or home.channel != channel or home.thread == ts:
            return
        said = Span(self.texts.say("card.twin", language))
        link = Span(self.texts.say("button.open", language), href=await self.links.link(home))
        content = Content(text=said.text, blocks=[rich_text([section_of((said, Span(" "), link), links=True)])])
        await self.posting.edit(Spot(of=place, channel=channel), ts, content, patience_s=PATIENCE_S)
