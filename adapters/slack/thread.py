"""The sections of a plan in its thread: each page posted once, then edited; what was posted is remembered first."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.calls import Caller, reason_of, remedy_of
from adapters.slack.limits import EDIT_TEXT
from adapters.slack.pages import Page, digest_of
from adapters.slack.store import Posts
from bot.domain.errors import ChatError

log = logging.getLogger(__name__)

Json = dict[str, Any]
QUIET: Mapping[str, Any] = {"parse": "none", "link_names": False}
"""Nothing of a text may become a mention or a link; chat.update has another default than chat.postMessage."""
SILENT: Mapping[str, Any] = {**QUIET, "unfurl_links": False, "unfurl_media": False}
EVENT_TYPE = "ai_strategy_post"
GONE = "gone"
"""Stands for the digest of a message that was taken away."""


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
        """Look for a message a dead worker may have posted; where reading is not allowed, nothing is found."""
        method = "conversations.replies" if spot.thread else "conversations.history"
        asked: Json = {"channel": spot.channel, "limit": 200, "include_all_metadata": True}
        if spot.thread:
            asked["ts"] = spot.thread
        try:
            found = await self.caller.call(spot.tenant, method, patience_s=2.0, **asked)
        except ChatError as error:
            # Reading channels is a scope that administrators may leave out.
            log.info("a message that may have been posted could not be looked up: %s", error)
            return ""
        for message in found.get("messages", ()):
            metadata = message.get("metadata") or {}
            if (metadata.get("event_payload") or {}).get("key") == key:
                return str(message["ts"])
        return ""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Keep the thread of a card showing pages."""

    posting: Posting
    spot: Spot
    name: str
    version: int

    async def show(self, pages: Sequence[Page], known: Mapping[str, str], *, patience_s: float) -> int:
        """Post the pages that are new and edit those that changed; returns how many calls that took.

        Raises ChatError; what was done until then is kept.
        """
        calls = 0
        for number, page in enumerate(pages):
            calls += await self._show_page(f"{self.version}/page/{number}", page, known, patience_s)
        for field in self._beyond(len(pages), known):
            # The figures changed and the new text needs fewer messages: the last ones must not go on standing there.
            kept = read_post(known[field])
            if kept and kept.digest != GONE:
                await self._take_away(kept.ts, patience_s)
                await self.posting.posts.keep(self.name, {field: json.dumps({"ts": kept.ts, "digest": GONE})})
                calls += 1
        return calls

    def _beyond(self, count: int, known: Mapping[str, str]) -> list[str]:
        return [
            field
            for field, text in known.items()
            if field.startswith(f"{self.version}/page/") and text and int(field.rsplit("/", 1)[1]) >= count
        ]

    async def _take_away(self, ts: str, patience_s: float) -> None:
        try:
            await self.posting.caller.call(
                self.spot.tenant, "chat.delete", patience_s=patience_s, channel=self.spot.channel, ts=ts
            )
        except ChatError as error:
            if reason_of(error) != "message_not_found":
                raise

    async def _show_page(self, field: str, page: Page, known: Mapping[str, str], patience_s: float) -> int:
        content = Content(text=page.text, blocks=page.blocks, plain=page.plain)
        kept = read_post(known.get(field, ""))
        if kept is None:
            return await self._post_page(field, content, patience_s)
        if kept.digest == digest_of(content.body()):
            return 0
        if kept.digest == GONE:
            return await self._post_again(field, content, patience_s)
        return await self._edit_page(field, kept.ts, content, patience_s)

    async def _edit_page(self, field: str, ts: str, content: Content, patience_s: float) -> int:
        """Edit a page, or post it anew where its message cannot be changed."""
        try:
            await self.posting.edit(self.spot, ts, content, patience_s=patience_s)
        except ChatError as error:
            if remedy_of(error) not in ("plainer", "anew"):
                raise
            return await self._post_again(field, content, patience_s)
        await self.posting.keep(self.name, field, ts, content)
        return 1

    async def _post_page(self, field: str, content: Content, patience_s: float) -> int:
        """Post a new page; in a channel its headings first, then the rest as an edit.

        Only a post cannot be repeated, and in a channel the bot may not be allowed to look for the one of a worker that
        died: what may then stand there twice is a line of headings and never a part of the plan.
        """
        if self.spot.channel.startswith("D"):
            await self.posting.post_once(self.spot, self.name, field, content, patience_s=patience_s)
            return 1
        head = Content(text=content.text)
        ts = await self.posting.post_once(self.spot, self.name, field, head, patience_s=patience_s)
        return 1 + await self._edit_page(field, ts, content, patience_s)

    async def _post_again(self, field: str, content: Content, patience_s: float) -> int:
        """Post a page whose message cannot be edited any more."""
        ts = await self.posting.post(self.spot, content, key=f"{self.name}/{field}", patience_s=patience_s)
        await self.posting.keep(self.name, field, ts, content)
        return 1
