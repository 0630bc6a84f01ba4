"""Links to what stands in Slack, asked for once and kept."""

from dataclasses import dataclass

from adapters.slack.calls import Caller
from adapters.slack.store import Posts
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef

WITHIN_S = 10.0
_URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Know the link to a thread."""

    caller: Caller
    posts: Posts

    async def link(self, place: ConversationRef) -> str:
        """Return the link to a thread, empty where there is none. Raises ChatError when a later try may help."""
        if not place.thread:
            return ""
        name = f"link/{place.tenant}/{place.channel}/{place.thread}"
        known = (await self.posts.read(name)).get(_URL)
        if known:
            return known
        try:
            found = await self.caller.call(
                place.tenant, "chat.getPermalink", patience_s=WITHIN_S, channel=place.channel, message_ts=place.thread
            )
        except ChatError as error:
            if not error.final:
                raise
            return ""
        await self.posts.keep(name, {_URL: str(found["permalink"])}, of=place)
        return str(found["permalink"])
