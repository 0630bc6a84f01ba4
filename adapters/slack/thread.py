"""The sections of a plan in its thread: each page posted once, then edited; what was posted is remembered first."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.slack.calls import reason_of, remedy_of
from adapters.slack.pages import Page, digest_of
from adapters.slack.posting import Content, Posted, Posting, Spot, head_of, read_post
from bot.domain.errors import ChatError

log = logging.getLogger(__name__)

GONE = "gone"
"""Stands for the digest of a message that was taken away."""


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
            calls += await self.show_page(self.field(number), content_of(page), known, patience_s=patience_s)
        for field in self._beyond(len(pages), known):
            # The figures changed and the new text needs fewer messages: the last ones must not go on standing there.
            kept = read_post(known[field])
            if kept and kept.digest != GONE:
                await self._take_away(kept.ts, patience_s)
                gone = Posted(ts=kept.ts, digest=GONE).write()
                await self.posting.posts.keep(self.name, {field: gone}, of=self.spot.of)
                calls += 1
        return calls

    def lags(self, pages: Sequence[Page], known: Mapping[str, str]) -> bool:
        """Say whether pages show less of the same text than stands there.

        A worker that takes over lays the saved sections down again, one by one; nothing is taken back for that.
        """
        first = read_post(known.get(self.field(0), ""))
        if first is None:
            return False
        if pages and head_of(pages[0].blocks) != first.head:
            return False
        standing = (read_post(text) for field, text in known.items() if field.startswith(f"{self.version}/page/"))
        return sum(len(page.blocks) for page in pages) < sum(post.sent for post in standing if post)

    def field(self, number: int) -> str:
        """Return the name under which a page is kept."""
        return f"{self.version}/page/{number}"

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

    async def show_page(self, field: str, content: Content, known: Mapping[str, str], *, patience_s: float) -> int:
        """Post one message, or edit it where it shows something else; returns the number of calls. Raises ChatError."""
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
            return await self._post_again(field, content, patience_s, instead_of=ts)
        await self.posting.keep(self.spot, self.name, field, ts, content)
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

    async def _post_again(self, field: str, content: Content, patience_s: float, *, instead_of: str = "") -> int:
        """Post a page whose message cannot be edited any more; the old one goes, or its sections would stand twice."""
        ts = await self.posting.post(self.spot, content, key=f"{self.name}/{field}", patience_s=patience_s)
        await self.posting.keep(self.spot, self.name, field, ts, content)
        if not instead_of:
            return 1
        try:
            await self._take_away(instead_of, patience_s)
        except ChatError as error:
            log.warning("a message that was replaced still stands: %s", error)
        return 2


def content_of(page: Page) -> Content:
    """Return what a page says as the content of one message."""
    blocks, simple = (*page.blocks, *page.closing), (*page.simple, *page.closing)
    return Content(text=page.text, blocks=blocks, plain=page.plain, simple=simple)
