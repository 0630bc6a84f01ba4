"""A plan streamed into its thread: tasks that move, one append for each section, every call remembered around it."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.slack.calls import reason_of, remedy_of
from adapters.slack.limits import STREAM_AGE_S
from adapters.slack.pages import Page, digest_of
from adapters.slack.posting import Content, Json, Posted, Posting, head_of, metadata_of, posted, read_post
from adapters.slack.taken import stop_key
from adapters.slack.tasks import begin_tasks, go_on_tasks, leave_tasks, stop_tasks
from adapters.slack.thread import Thread, content_of
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Clock, PlanView, Texts

log = logging.getLogger(__name__)

# Asks for the end of a plan whose stream, named by the key that Slack's own event bears too, was stopped in Slack.
Stop = Callable[[ConversationRef, PlanView, str], Awaitable[None]]
OFF = "off"
"""Stands for a version that is not, or no longer, streamed: its messages are posted and edited."""
START_S = 6.0
"""How long the start of a stream may wait for the workspace's pace; after that the plan is posted and edited."""
_OUR_TURN = frozenset({"our_pace", "ratelimited"})
"""Refusals after which Slack has certainly not done what was asked."""
_NO_PAGE = Page((), (), ())


class Over(Exception):
    """Say that a version can no longer be streamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """Stream plans; `stop` is called when their reader pressed Slack's own button. Not `enabled`, nothing streams."""

    posting: Posting
    clock: Clock
    texts: Texts
    stop: Stop
    enabled: bool

    def streams(self, version: int, known: Mapping[str, str]) -> bool:
        """Say whether a version is, or may be, streamed."""
        return self.enabled and known.get(_mode(version)) != OFF

    async def show(
        self,
        thread: Thread,
        to: ConversationRef,
        view: PlanView,
        pages: Sequence[Page],
        known: Mapping[str, str],
        *,
        patience_s: float,
    ) -> int | None:
        """Make the streamed messages show `view` and return the number of calls; None where nothing streams any more.

        Raises ChatError where a later try helps.
        """
        if not self.streams(thread.version, known):
            return None
        reel = Reel(
            streaming=self, thread=thread, to=to, view=view, pages=pages, known=dict(known), patience_s=patience_s
        )
        try:
            await reel.show()
        except Over as over:
            log.info("a plan goes on without a stream: %s", over)
            await reel.give_up()
            return None
        return reel.calls


def _mode(version: int) -> str:
    return f"{version}/stream"


@dataclass(slots=True, kw_only=True)
class Reel:
    """Be one showing of one view."""

    streaming: Streaming
    thread: Thread
    to: ConversationRef
    view: PlanView
    pages: Sequence[Page]
    known: dict[str, str]
    patience_s: float
    calls: int = field(default=0)
    lost_ms: int | None = field(default=None)
    """Since then a stream may have begun whose ts nobody knows; 0 where the time is not known either."""

    @property
    def _ends(self) -> bool:
        return self.view.status != "writing"

    async def show(self) -> None:
        """Bring each message up to date, in order. Raises Over and ChatError."""
        if self._ends and self._stands_beyond():
            raise Over("the text now needs fewer messages")
        for number, page in enumerate(self.pages or (_NO_PAGE,)):
            post = read_post(self.known.get(self.thread.field(number), ""))
            if number and self._ends and (post is None or not post.begun_ms):
                # What is whole already is posted: starts and stops are the calls a workspace has the fewest of.
                name = self.thread.field(number)
                self.calls += await self._post(name, content_of(page))
                continue
            if post is None:
                post = await self._start(number)
                if not self._ends and not page.blocks:
                    return
            if post.state == "frozen":
                await self._leave(number, post)
                return
            if post.state == "open":
                if not await self._go_on(number, page, post):
                    return
            elif post.digest != digest_of(content_of(page).body()):
                raise Over("the text of an ended stream has changed")

    async def give_up(self) -> None:
        """End what is open as it is, so that its messages can be edited. Raises ChatError."""
        posting, kept = self.streaming.posting, {_mode(self.thread.version): OFF}
        for number in range(self._pages_known()):
            post = read_post(self.known.get(self.thread.field(number), ""))
            if post and post.state == "open":
                chunks = leave_tasks(self.view, number, self.pages, self.streaming.texts)
                await posting.end_stream(self.thread.spot, post.ts, patience_s=self.patience_s, chunks=chunks)
                kept[self.thread.field(number)] = Posted(ts=post.ts, digest="").write()
        if self.lost_ms is not None:
            posts = (read_post(text) for text in self.known.values() if text.startswith("{"))
            await posting.take_lost_streams(
                self.thread.spot, {post.ts for post in posts if post}, since_ms=self.lost_ms
            )
        await posting.posts.keep(self.thread.name, kept, of=self.to)

    def _pages_known(self) -> int:
        number = 0
        while self.known.get(self.thread.field(number)):
            number += 1
        return number

    def _stands_beyond(self) -> bool:
        return self._pages_known() > max(1, len(self.pages))

    async def _start(self, number: int) -> Posted:
        """Begin a stream. It bears tasks and no section: one whose answer got lost may not be found, and dies empty."""
        claim = f"{self.thread.version}/start/{number}"
        outcome, kept = await self.streaming.posting.posts.claim(self.thread.name, claim, of=self.to)
        if outcome != "yours":
            self.lost_ms = int(kept or 0)
            raise Over("somebody died while starting a stream")
        spot, reader = self.thread.spot, {}
        if not spot.channel.startswith("D"):
            reader = {"recipient_user_id": self.view.requester, "recipient_team_id": spot.tenant}
        begun = self.streaming.clock.now_ms()
        try:
            made = await self._call(
                "chat.startStream",
                patience_s=max(START_S, self.patience_s),
                thread_ts=spot.thread,
                task_display_mode="plan",
                chunks=begin_tasks(self.view, number, self.pages),
                **reader,
            )
        except ChatError as error:
            if not error.final and reason_of(error) not in _OUR_TURN:
                self.lost_ms = begun
            raise Over(f"it was refused: {error}") from error
        post = Posted(ts=str(made["ts"]), digest=digest_of([]), state="open", begun_ms=begun)
        await self._keep(number, post, claim)
        return post

    async def _go_on(self, number: int, page: Page, post: Posted) -> bool:
        """Append what is new, or end the stream with it; False when Slack wants to be asked again later."""
        if self.streaming.clock.now_ms() - post.begun_ms > STREAM_AGE_S * 1000:
            raise Over("its stream is too old")
        if digest_of(page.blocks[: post.sent]) != post.digest:
            raise Over("what was shown has changed")
        is_last = number + 1 >= len(self.pages)
        rest = page.blocks[post.sent :]
        try:
            if (is_last and not self._ends) or self.view.status == "stopped":
                # Only an append tells whether the reader has stopped the stream.
                post = await self._append(number, post, rest)
                rest = ()
            if not is_last or self._ends:
                await self._end(number, page, post, rest)
        except ChatError as error:
            return await self._after_refusal(number, post, error)
        return True

    async def _append(self, number: int, post: Posted, rest: Sequence[Json]) -> Posted:
        claim = await self._claim(number, post, rest)
        chunks = go_on_tasks(self.view, number, self.pages, self.streaming.texts)
        await self._call("chat.appendStream", ts=post.ts, chunks=[*chunks, *_blocks(rest)])
        shown = self._shown(number, post, rest)
        await self._keep(number, shown, claim)
        return shown

    async def _end(self, number: int, page: Page, post: Posted, rest: Sequence[Json]) -> None:
        """Stop the stream with what is left of its page, and under the last one what closes the plan."""
        claim, content = await self._claim(number, post, rest), content_of(page)
        chunks = stop_tasks(self.view, number, self.pages, self.streaming.texts)
        await self._call(
            "chat.stopStream",
            ts=post.ts,
            chunks=[*chunks, *_blocks(rest)],
            blocks=list(page.closing) or None,
            metadata=metadata_of(f"{self.thread.name}/{self.thread.field(number)}"),
            session_status="active" if self._ends else "processing",
        )
        await self._keep(number, posted(post.ts, content), claim)

    def _shown(self, number: int, post: Posted, rest: Sequence[Json]) -> Posted:
        blocks = self.pages[number].blocks if self.pages else ()
        shown = blocks[: post.sent + len(rest)]
        return replace(post, sent=len(shown), digest=digest_of(shown), head=head_of(shown))

    async def _claim(self, number: int, post: Posted, rest: Sequence[Json]) -> str:
        """Claim the append of these blocks, which cannot be repeated; empty where there are none."""
        if not rest:
            return ""
        claim = f"{self.thread.version}/add/{number}/{post.sent}/{post.tries}"
        outcome, _ = await self.streaming.posting.posts.claim(self.thread.name, claim, of=self.to)
        if outcome != "yours":
            raise Over("somebody died while appending a section")
        return claim

    async def _after_refusal(self, number: int, post: Posted, error: ChatError) -> bool:
        reason = reason_of(error)
        if reason in _OUR_TURN:
            await self._keep(number, replace(post, tries=post.tries + 1), "")
            if self._ends:
                raise error
            log.info("a section waits for its turn: %s", error)
            return False
        if reason == "stopped_by_user":
            frozen = replace(post, state="frozen")
            await self._keep(number, frozen, "")
            await self.streaming.stop(self.to, self.view, stop_key(self.thread.spot.channel, post.ts))
            await self._leave(number, frozen)
            return False
        if remedy_of(error) == "none":
            raise error
        raise Over(f"it was refused: {error}") from error

    async def _leave(self, number: int, post: Posted) -> None:
        """Leave a stopped stream as it is; what was finished and is not on it comes in messages of its own."""
        if not self._ends:
            return
        page = self.pages[number] if self.pages else _NO_PAGE
        left = replace(page, blocks=page.blocks[post.sent :], simple=page.simple[post.sent :])
        for place, one in enumerate((left, *self.pages[number + 1 :])):
            content: Content = content_of(one)
            if content.blocks:
                self.calls += await self._post(f"{self.thread.version}/rest/{place}", content)

    async def _post(self, field: str, content: Content) -> int:
        return await self.thread.show_page(field, content, self.known, patience_s=self.patience_s)

    async def _call(self, method: str, *, patience_s: float | None = None, **body: Any) -> Mapping[str, Any]:
        self.calls += 1
        spot = self.thread.spot
        patience = self.patience_s if patience_s is None else patience_s
        return await self.streaming.posting.caller.call(
            spot.tenant, method, patience_s=patience, channel=spot.channel, **body
        )

    async def _keep(self, number: int, post: Posted, claim: str) -> None:
        """Keep what a stream shows, together with the claim that is settled by it."""
        name = self.thread.field(number)
        self.known[name] = post.write()
        settled = {claim: "1"} if claim else {}
        kept = {name: self.known[name], **settled}
        await self.streaming.posting.posts.keep(self.thread.name, kept, of=self.to)


def _blocks(blocks: Sequence[Json]) -> list[Json]:
    return [{"type": "blocks", "blocks": list(blocks)}] if blocks else []
