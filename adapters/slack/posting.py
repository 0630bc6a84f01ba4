"""One message of the bot in Slack: posted so that a repeat finds it, edited, plainer where its blocks are refused."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.calls import Caller, remedy_of
from adapters.slack.limits import EDIT_TEXT
from adapters.slack.pages import digest_of
from adapters.slack.store import Posts
from bot.domain.errors import ChatError

log = logging.getLogger(__name__)

Json = dict[str, Any]
QUIET: Mapping[str, Any] = {"parse": "none", "link_names": False}
"""Nothing of a text may become a mention or a link; chat.update has another default than chat.postMessage."""
SILENT: Mapping[str, Any] = {**QUIET, "unfurl_links": False, "unfurl_media": False}
EVENT_TYPE = "ai_strategy_post"
READING = frozenset({"channels:history", "groups:history"})
"""Scopes that let the bot read public and private channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Name where something is posted: `thread` is empty outside a thread."""

    tenant: str
    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Be the content of one message: its line for notifications, its blocks, and all of it as plain text."""

    text: str
    blocks: Sequence[Json] = ()
    plain: str = ""

    def body(self) -> Json:
        """Return the arguments that carry it; without blocks an edit has to say so, or the old ones stay."""
        return {"text": self.text, "blocks": list(self.blocks)}


@dataclass(frozen=True, slots=True)
class Posted:
    """Be what is known of one post: where it stands and a short name of what it shows."""

    ts: str
    digest: str


def read_post(kept: str) -> Posted | None:
    """Read what `Posting.keep` kept; None when nothing was posted yet."""
    if not kept:
        return None
    found = json.loads(kept)
    return Posted(found["ts"], found["digest"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Post messages so that a repeat finds what was posted before."""

    caller: Caller
    posts: Posts

    async def post_once(self, spot: Spot, name: str, field: str, content: Content, *, patience_s: float) -> str:
        """Post a message and return its ts, or the one of the message that was posted under this name before.

        Raises ChatError.
        """
        claim, kept = await self.posts.claim(name, field)
        if claim == "done":
            found = read_post(kept)
            return found.ts if found else ""
        key = f"{name}/{field}"
        ts = await self._find(spot, key) if claim == "taken_before" else ""
        if not ts:
            ts = await self.post(spot, content, key=key, patience_s=patience_s)
        await self.keep(name, field, ts, content)
        return ts

    async def keep(self, name: str, field: str, ts: str, content: Content) -> None:
        """Keep what was posted."""
        await self.posts.keep(name, {field: json.dumps({"ts": ts, "digest": digest_of(content.body())})})

    async def post(self, spot: Spot, content: Content, *, key: str, patience_s: float) -> str:
        """Post a message and return its ts; as plain text where Slack refuses its blocks. Raises ChatError."""
        body = {"channel": spot.channel, "thread_ts": spot.thread or None, **SILENT}
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        try:
            made = await self.caller.call(
                spot.tenant, "chat.postMessage", patience_s=patience_s, metadata=metadata, **body, **content.body()
            )
        except ChatError as error:
            if remedy_of(error) not in ("plainer", "anew") or not content.blocks:
                raise
            log.warning("Slack refused the blocks of a message: %s", error)
            made = await self.caller.call(
                spot.tenant, "chat.postMessage", patience_s=patience_s, **body, text=content.plain or content.text
            )
        return str(made["ts"])

    async def _find(self, spot: Spot, key: str) -> str:
        """Look for a message a dead worker may have posted; where reading was not granted, nothing is found."""
        method = "conversations.replies" if spot.thread else "conversations.history"
        asked: Json = {"channel": spot.channel, "limit": 200, "include_all_metadata": True}
        if spot.thread:
            asked["ts"] = spot.thread
        try:
            if not await self._may_read(spot):
                return ""
            found = await self.caller.call(spot.tenant, method, patience_s=2.0, **asked)
        except ChatError as error:
            log.info("a message that may have been posted could not be looked up: %s", error)
            return ""
        for message in found.get("messages", ()):
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("key") == key:
                return str(message["ts"])
        return ""

    async def _may_read(self, spot: Spot) -> bool:
        """Say whether the token may read messages there: a scope that administrators may leave out for channels."""
        granted = await self.caller.granted(spot.tenant)
        if spot.channel.startswith("D"):
            return "im:history" in granted
        if not granted & READING:
            return False
        if granted >= READING:
            return True
        found = await self.caller.call(spot.tenant, "conversations.info", patience_s=2.0, channel=spot.channel)
        return ("groups:history" if found["channel"].get("is_private") else "channels:history") in granted

    async def edit(self, spot: Spot, ts: str, content: Content, *, patience_s: float) -> None:
        """Make a message of ours show other content. Raises ChatError."""
        body = {"channel": spot.channel, "ts": ts, **QUIET}
        try:
            await self.caller.call(spot.tenant, "chat.update", patience_s=patience_s, **body, **content.body())
        except ChatError as error:
            if remedy_of(error) != "plainer" or not content.blocks or len(content.plain) > EDIT_TEXT:
                raise
            log.warning("Slack refused the blocks of an edit: %s", error)
            plain = Content(text=content.plain or content.text)
            await self.caller.call(spot.tenant, "chat.update", patience_s=patience_s, **body, **plain.body())
