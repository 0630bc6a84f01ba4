"""One message of the bot in Slack: posted so that a repeat finds it, edited, plainer where its blocks are refused."""

import json
import logging
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from adapters.slack.calls import Caller, reason_of, remedy_of
from adapters.slack.limits import EDIT_TEXT, LOOK_PAGE
from adapters.slack.pages import digest_of
from adapters.slack.store import Posts
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Attempt

log = logging.getLogger(__name__)

Json = dict[str, Any]
QUIET: Mapping[str, Any] = {"parse": "none", "link_names": False}
"""Nothing of a text may become a mention or a link; chat.update has another default than chat.postMessage."""
SILENT: Mapping[str, Any] = {**QUIET, "unfurl_links": False, "unfurl_media": False}
EVENT_TYPE = "ai_strategy_post"
_HEAD = 2
_LOOK_S = 2.0
"""How long a look at what stands there may wait for the workspace's pace."""
_LOOK_PAGES = 20
"""So many pages a look takes at most: with a time to begin at it mostly is one."""
_CLOCKS_APART_S = 300.0
"""So far our clock may be ahead of Slack's; with more between them the door takes nothing in."""
READING = frozenset({"channels:history", "groups:history"})
"""Scopes that let the bot read public and private channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Name where something is posted, for the conversation of `of`: `thread` is empty outside a thread."""

    of: ConversationRef
    channel: str
    thread: str = ""

    @property
    def tenant(self) -> str:
        """Return the workspace."""
        return self.of.tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Be the content of one message: its line for notifications, its blocks, and all of it as plain text.

    `simple` are the same blocks where native tables and charts are refused.
    """

    text: str
    blocks: Sequence[Json] = ()
    plain: str = ""
    simple: Sequence[Json] = ()

    def body(self) -> Json:
        """Return the arguments that carry it; without blocks an edit has to say so, or the old ones stay."""
        return {"text": self.text, "blocks": list(self.blocks)}

    def forms(self) -> tuple[Json, ...]:
        """Return the arguments that carry it in its own form and in plainer ones, for what Slack may refuse."""
        simpler = [replace(self, blocks=self.simple)] if self.simple and self.simple != self.blocks else []
        plainest = [Content(text=self.plain or self.text)] if self.blocks else []
        return tuple(content.body() for content in (self, *simpler, *plainest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Be what is known of one post: where it stands, how many blocks it shows, and short names of all and of the first.

    While its `state` is open it is a stream that began at `begun_ms`; frozen, its reader stopped it. `tries` counts the
    appends Slack did not take.
    """

    ts: str
    digest: str
    head: str = ""
    state: Literal["", "open", "frozen"] = ""
    sent: int = 0
    begun_ms: int = 0
    tries: int = 0

    def write(self) -> str:
        """Return it as it is kept."""
        values = ((one.name, getattr(self, one.name)) for one in fields(self))
        return json.dumps({name: value for name, value in values if value or name == "digest"})


def read_post(kept: str) -> Posted | None:
    """Read what was kept of a post; None when nothing was posted yet."""
    return Posted(**json.loads(kept)) if kept else None


def posted(ts: str, content: Content) -> Posted:
    """Return what is known of a message that shows this content."""
    return Posted(ts=ts, digest=digest_of(content.body()), head=head_of(content.blocks), sent=len(content.blocks))


def head_of(blocks: Sequence[Json]) -> str:
    """Return a short name of how a text begins: of its heading and its first words."""
    return digest_of(list(blocks[:_HEAD])) if blocks else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Post messages so that a repeat finds what was posted before."""

    caller: Caller
    posts: Posts

    async def post_once(
        self,
        spot: Spot,
        name: str,
        field: str,
        content: Content,
        *,
        patience_s: float,
        is_edited: bool = True,
        by: Attempt | None = None,
    ) -> str:
        """Post a message and return its ts, or the one of the message that was posted under this name before.

        What it shows is kept for one that `is_edited` later. Raises ChatError.
        """
        claim, kept = await self.posts.claim(name, field, of=spot.of)
        if claim == "done":
            found = read_post(kept)
            return found.ts if found else ""
        key = f"{name}/{field}"
        ts = await self.find(spot, key, since_ms=int(kept or 0)) if claim == "taken_before" else ""
        if not ts:
            ts = await self.post(spot, content, key=key, patience_s=patience_s, by=by)
        await self.keep(spot, name, field, ts, content if is_edited else None)
        return ts

    async def keep(self, spot: Spot, name: str, field: str, ts: str, content: Content | None) -> None:
        """Keep what was posted; without content, only where it stands."""
        known = Posted(ts=ts, digest="") if content is None else posted(ts, content)
        await self.posts.keep(name, {field: known.write()}, of=spot.of)

    async def post(
        self, spot: Spot, content: Content, *, key: str, patience_s: float, by: Attempt | None = None
    ) -> str:
        """Post a message and return its ts; in a plainer form where Slack refuses its blocks. Raises ChatError.

        Raises StoreError (`error.lease_lost`) where `by` does not hold its job any more.
        """
        body = {"channel": spot.channel, "thread_ts": spot.thread or None, **SILENT}
        forms = content.forms()
        for number, form in enumerate(forms, start=1):
            # The plainest form goes without metadata: they may be what was refused.
            named = metadata_of(key) if number < len(forms) or not content.blocks else None
            try:
                made = await self.caller.call(
                    spot.tenant, "chat.postMessage", patience_s=patience_s, by=by, metadata=named, **body, **form
                )
            except ChatError as error:
                if remedy_of(error) not in ("plainer", "anew") or number == len(forms):
                    raise
                log.warning("Slack refused the blocks of a message: %s", error)
            else:
                return str(made["ts"])
        raise AssertionError  # a content has at least one form

    async def find(self, spot: Spot, key: str, *, since_ms: int) -> str:
        """Look for a message a dead worker may have posted since; where reading was not granted, nothing is found.

        Raises ChatError where a later look helps.
        """
        async with aclosing(self._read(spot, since_ms)) as standing:
            async for message in standing:
                metadata = message.get("metadata") or {}
                if (metadata.get("event_payload") or {}).get("key") == key:
                    return str(message["ts"])
        return ""

    async def take_lost_streams(self, spot: Spot, known: Collection[str], *, since_ms: int) -> None:
        """End and delete the streams of ours in a thread whose ts nobody got to keep, where reading was granted.

        A stream bears no metadata before it ends, but only an open stream of this app can be ended: what neither is
        known nor bears metadata, and lets itself be ended, is one.
        """
        standing = [message async for message in self._read(spot, since_ms)]
        for message in standing:
            ts = str(message["ts"])
            if ts in known or ts == spot.thread or message.get("metadata") or not message.get("bot_id"):
                continue
            where: Json = {"channel": spot.channel, "ts": ts}
            try:
                await self.caller.call(spot.tenant, "chat.stopStream", patience_s=_LOOK_S, **where)
                await self.caller.call(spot.tenant, "chat.delete", patience_s=_LOOK_S, **where)
            except ChatError as error:
                log.info("a message is no stream that was lost, or stays: %s", error)

    async def _read(self, spot: Spot, since_ms: int) -> AsyncGenerator[Json, None]:
        """Yield the messages of a thread or a channel since a time; none where reading was not granted.

        Raises ChatError where a later try helps.
        """
        asked: Json = {"channel": spot.channel, "limit": LOOK_PAGE, "include_all_metadata": True}
        asked |= {"ts": spot.thread} if spot.thread else {}
        asked |= {"oldest": f"{since_ms / 1000 - _CLOCKS_APART_S:.6f}"} if since_ms else {}
        for _ in range(_LOOK_PAGES):
            found = await self._read_page(spot, asked)
            for message in found.get("messages", ()):
                yield message
            asked["cursor"] = (found.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return
        log.warning("a conversation was not read to its end: it has more than %d messages", LOOK_PAGE * _LOOK_PAGES)

    async def _read_page(self, spot: Spot, asked: Json) -> Mapping[str, Any]:
        method = "conversations.replies" if spot.thread else "conversations.history"
        try:
            if "cursor" not in asked and not await self._may_read(spot):
                return {}
            return await self.caller.call(spot.tenant, method, patience_s=_LOOK_S, **asked)
        except ChatError as error:
            # What fails for a moment is no answer: taken for one, the message would be posted twice.
            if not error.final:
                raise
            log.info("messages that may have been posted cannot be looked up: %s", error)
            return {}

    async def _may_read(self, spot: Spot) -> bool:
        """Say whether the token may read messages there: a scope that administrators may leave out for channels."""
        granted = await self.caller.granted(spot.tenant)
        if spot.channel.startswith("D"):
            return "im:history" in granted
        if not granted & READING:
            return False
        if granted >= READING:
            return True
        found = await self.caller.call(spot.tenant, "conversations.info", patience_s=_LOOK_S, channel=spot.channel)
        return ("groups:history" if found["channel"].get("is_private") else "channels:history") in granted

    async def edit(self, spot: Spot, ts: str, content: Content, *, patience_s: float) -> None:
        """Make a message of ours show other content. Raises ChatError."""
        forms = [form for form in content.forms() if form["blocks"] or len(form["text"]) <= EDIT_TEXT]
        for number, form in enumerate(forms, start=1):
            try:
                await self._update(spot, ts, form, patience_s)
            except ChatError as error:
                if remedy_of(error) != "plainer" or number == len(forms):
                    raise
                log.warning("Slack refused the blocks of an edit: %s", error)
            else:
                return

    async def _update(self, spot: Spot, ts: str, form: Json, patience_s: float) -> None:
        body = {"channel": spot.channel, "ts": ts, **QUIET, **form}
        try:
            await self.caller.call(spot.tenant, "chat.update", patience_s=patience_s, **body)
        except ChatError as error:
            if reason_of(error) != "streaming_state_conflict":
                raise
            await self.end_stream(spot, ts, patience_s=patience_s)
            await self.caller.call(spot.tenant, "chat.update", patience_s=patience_s, **body)

    async def end_stream(self, spot: Spot, ts: str, *, patience_s: float, chunks: Sequence[Json] = ()) -> None:
        """End a stream as it is; one that has ended already stays so. Raises ChatError where a later try helps."""
        last: Json = {"chunks": list(chunks)} if chunks else {}
        try:
            await self.caller.call(
                spot.tenant, "chat.stopStream", patience_s=patience_s, channel=spot.channel, ts=ts, **last
            )
        except ChatError as error:
            if not error.final:
                raise
            log.info("a stream had ended: %s", error)


def metadata_of(key: str) -> Json:
    """Return the metadata by which a message of ours is found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
