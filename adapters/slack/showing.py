"""A plan as it is shown in Slack: the card in the channel and its sections in the thread, streamed or edited."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from adapters.slack.calls import reason_of, remedy_of
from adapters.slack.cards import card_blocks, card_text
from adapters.slack.closing import closing_blocks
from adapters.slack.limits import ELSEWHERE
from adapters.slack.pages import Page, digest_of, lay_out
from adapters.slack.posting import Content, Posting, Spot, read_post
from adapters.slack.rhythm import EDITED, STREAMED, Rhythm, Rhythms
from adapters.slack.streaming import Streaming
from adapters.slack.thread import Thread
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import PlanView, Texts

log = logging.getLogger(__name__)

# How long a call may wait for the workspace's pace: somebody waits for words, nobody for a progress line.
BETWEEN_S, LAST_S = 2.0, 30.0
Move = Callable[[ConversationRef, PlanView, str], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Show plans; `move` posts the card with the requester alone and returns its `channel/ts`."""

    posting: Posting
    streaming: Streaming
    rhythms: Rhythms
    texts: Texts
    move: Move

    async def show(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Make card and thread show `view`; between two sections only as often as the pace of calls allows."""
        name, is_last = f"thread/{to.tenant}/{card}", view.status != "writing"
        known = await self.posting.posts.read(name)
        home = read_post(known.get("home", ""))
        if home:
            card, name = home.ts, f"{name}/moved"
            known = await self.posting.posts.read(name)
        streams = self.streaming.streams(view.version, known)
        rhythm = self.rhythms.of(f"{name}/{view.version}", STREAMED if streams else EDITED, forget=is_last)
        pages = lay_out(view.sections, closing_blocks(view, to, self.texts))
        shown = digest_of([page.blocks for page in pages])
        due = _Due(
            pages=is_last or ((streams or bool(pages)) and rhythm.pages_due(shown)),
            line=is_last or rhythm.line_due(view.progress),
        )
        if not due.pages and not due.line:
            return
        if not is_last and self._thread(to, card, name, view).lags(pages, known):
            return
        try:
            calls = await self._show(to, card, name, view, pages, known, due)
        except ChatError as error:
            if reason_of(error) not in ELSEWHERE or to.channel.startswith(("D", "U", "W")) or home:
                raise
            log.warning("a plan goes on with its requester: %s", error)
            moved = await self.move(to, view, name)
            await self.posting.keep(Spot(of=to, channel=""), name, "home", moved, Content(text=""))
            calls = await self._show(to, moved, f"{name}/moved", view, pages, {}, _Due(pages=True, line=True))
        _note(rhythm, calls, due, shown, view)

    def card(self, to: ConversationRef, view: PlanView) -> Content:
        """Return what the card of a plan says."""
        blocks = card_blocks(view, to, self.texts)
        return Content(text=card_text(view), blocks=blocks, plain=f"{card_text(view)}\n{view.progress}")

    async def _show(
        self,
        to: ConversationRef,
        card: str,
        name: str,
        view: PlanView,
        pages: tuple[Page, ...],
        known: Mapping[str, str],
        due: "_Due",
    ) -> int:
        """Show pages, then the card, so that it says "done" last; returns the number of calls."""
        ts, thread = card.rpartition("/")[2], self._thread(to, card, name, view)
        patience = BETWEEN_S if view.status == "writing" else LAST_S
        calls = await self.streaming.show(thread, to, view, pages, known, patience_s=patience)
        if calls is not None:
            # What moves while a plan is streamed are its tasks; the card says at the end that it is done.
            return calls + (await self._edit_card(to, ts, thread, view, known) if view.status != "writing" else 0)
        known = await self.posting.posts.read(name)
        calls = await thread.show(pages, known, patience_s=patience) if due.pages else 0
        return calls + (await self._edit_card(to, ts, thread, view, known) if due.line else 0)

    def _thread(self, to: ConversationRef, card: str, name: str, view: PlanView) -> Thread:
        channel, _, ts = card.rpartition("/")
        root = to.thread if to.thread and to.channel == channel else ts
        spot = Spot(of=to, channel=channel, thread=root)
        return Thread(posting=self.posting, spot=spot, name=name, version=view.version)

    async def _edit_card(
        self, to: ConversationRef, ts: str, thread: Thread, view: PlanView, known: Mapping[str, str]
    ) -> int:
        content, before = self.card(to, view), read_post(known.get("card", ""))
        if before and before.digest == digest_of(content.body()):
            return 0
        ts = before.ts if before else ts
        patience = BETWEEN_S if view.status == "writing" else LAST_S
        try:
            await self.posting.edit(thread.spot, ts, content, patience_s=patience)
        except ChatError as error:
            if remedy_of(error) not in ("plainer", "anew"):
                raise
            # Somebody deleted the card: its buttons are needed, so it stands in the thread from now on.
            ts = await self.posting.post(thread.spot, content, key=f"{thread.name}/card", patience_s=patience)
        await self.posting.keep(thread.spot, thread.name, "card", ts, content)
        return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """Say what of a view may be shown now."""

    pages: bool
    line: bool


def _note(rhythm: Rhythm, calls: int, due: _Due, shown: str, view: PlanView) -> None:
    progress = view.progress if due.line else None
    rhythm.shown(calls, pages=shown if due.pages else None, progress=progress, empty=not view.sections)
