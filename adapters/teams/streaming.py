"""A plan streamed into one message of a personal chat, section by section, by the rules of Teams' streams."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from adapters.teams.closing import FEEDBACK, citations_of
from adapters.teams.connector import Refused
from adapters.teams.limits import INFORMATIVE, STREAM_EVERY_S, STREAM_FOR_S
from adapters.teams.pages import ai_label
from adapters.teams.posting import Post, Posting, Spot
from adapters.teams.prose import fitting, prose, table_cards
from bot.domain.events import ConversationRef
from bot.ports import Clock, PlanView, SectionView

log = logging.getLogger(__name__)

Json = dict[str, Any]
Stop = Callable[[ConversationRef, PlanView], Awaitable[None]]
NOT_HERE = "not-here"
"""Stands for the digest of a stream that a chat refused: there the plan comes in messages of its own."""

# No streams there, or one that a dead worker began is still open.
_NO_STREAMS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED)
# What a refusal of a stream means, by words of its message (docs: stream bot messages, error codes).
_STOPPED, _TOO_LATE, _OVER = "cancel", "exceeded", "complet"


@dataclass(slots=True)
class Live:
    """Be one stream of this process."""

    id: str
    begun: float
    last: float
    sequence: int = 1
    text: str = ""
    state: Literal["open", "ended"] = "open"


@dataclass(slots=True, kw_only=True)
class Streaming:
    """Stream plans; `stop` is called when somebody pressed Teams' own Stop button."""

    posting: Posting
    clock: Clock
    stop: Stop
    _live: dict[str, Live] = field(default_factory=dict)

    async def show(
        self, spot: Spot, to: ConversationRef, name: str, view: PlanView, known: Mapping[str, str], *, patience_s: float
    ) -> tuple[SectionView, ...] | None:
        """Make the streamed message show `view` and return the sections that did not fit; None where nothing streams.

        Raises ChatError.
        """
        field_, key = f"{view.version}/stream", f"{name}/{view.version}"
        post, live = Post.read(known.get(field_)), self._live.get(key)
        if post and post.digest == NOT_HERE:
            return None
        inside, rest = fitting(view.sections)
        text = prose(inside)
        if live is None:
            # A stream that another process began cannot be gone on with; its message can be edited.
            now = self.clock.monotonic()
            ended = Live(post.id, now, now, state="ended") if post else None
            live = ended or await self._begin(spot, name, field_, view, patience_s)
            if live is None:
                return None
            self._live[key] = live
        try:
            if live.state == "open":
                await self._go_on(spot, live, view, inside, text, patience_s)
                if view.status != "writing":
                    await self.posting.keep(name, field_, live.id, final_activity(view, inside, whole=True))
            elif view.status != "writing" or text != live.text:
                await self._replace(spot, name, field_, post, live, view, inside, patience_s)
        except Refused as error:
            if error.status != HTTPStatus.FORBIDDEN or live.state == "ended":
                raise
            await self._refused(error, spot, to, name, field_, live, view, inside, patience_s)
        if view.status != "writing":
            self._live.pop(key, None)
        return rest

    async def _begin(self, spot: Spot, name: str, field_: str, view: PlanView, patience_s: float) -> Live | None:
        """Begin a stream with a progress line; None where the chat takes no streams."""
        activity = _chunk("informative", _line(view), 1, "")
        try:
            id_ = await self.posting.connector.post(spot.reference, spot.conversation, activity, patience_s=patience_s)
        except Refused as error:
            if error.status not in _NO_STREAMS:
                raise
            log.info("a chat takes no streams: %s", error)
            await self._note(name, field_, "", NOT_HERE)
            return None
        await self._note(name, field_, id_, "")
        now = self.clock.monotonic()
        return Live(id_, now, now)

    async def _go_on(
        self, spot: Spot, live: Live, view: PlanView, inside: tuple[SectionView, ...], text: str, patience_s: float
    ) -> None:
        """Send what is new, in time; the last view, or the end of the time, ends the stream."""
        is_last = view.status != "writing"
        late = self.clock.monotonic() - live.begun >= STREAM_FOR_S
        grown = text.startswith(live.text)
        if is_last or late or not grown:
            await self._wait(live)
            shown = inside if grown else ()
            final = final_activity(view, shown, whole=is_last and grown)
            if not grown:
                # The figures changed: a stream cannot take words back, so it ends and is replaced by an update.
                final["text"] = live.text
            info = {"type": "streaminfo", "streamId": live.id, "streamType": "final"}
            final["entities"] = [info, *final["entities"]]
            await self._post(spot, live, final, patience_s)
            live.state = "ended"
            if is_last and not grown:
                await self._put(spot, live.id, final_activity(view, inside, whole=True), patience_s)
            return
        if self.clock.monotonic() - live.last < STREAM_EVERY_S:
            return
        if text != live.text:
            await self._post(spot, live, _chunk("streaming", text, live.sequence + 1, live.id), patience_s)
            live.text, live.sequence = text, live.sequence + 1
        elif not live.text:
            await self._post(spot, live, _chunk("informative", _line(view), live.sequence + 1, live.id), patience_s)
            live.sequence += 1

    async def _refused(
        self,
        error: Refused,
        spot: Spot,
        to: ConversationRef,
        name: str,
        field_: str,
        live: Live,
        view: PlanView,
        inside: tuple[SectionView, ...],
        patience_s: float,
    ) -> None:
        """Go on after a stream was ended by Teams: stopped by the user, or out of time."""
        live.state = "ended"
        told = error.message.lower()
        if _STOPPED in told and view.status == "writing":
            await self.stop(to, view)
        elif not any(one in told for one in (_STOPPED, _TOO_LATE, _OVER)):
            log.warning("a stream was refused: %s", error)
        if view.status != "writing":
            post = Post(live.id, "")
            await self._replace(spot, name, field_, post, live, view, inside, patience_s)

    async def _replace(
        self,
        spot: Spot,
        name: str,
        field_: str,
        post: Post | None,
        live: Live,
        view: PlanView,
        inside: tuple[SectionView, ...],
        patience_s: float,
    ) -> None:
        """Make the message of an ended stream show the whole text."""
        activity = final_activity(view, inside, whole=view.status != "writing")
        before = Post(live.id, post.digest if post else "")
        await self.posting.edit(spot, name, field_, before, activity, patience_s=patience_s)
        live.text = prose(inside)

    async def _put(self, spot: Spot, id_: str, activity: Json, patience_s: float) -> None:
        await self.posting.connector.put(spot.reference, spot.conversation, activity, id_=id_, patience_s=patience_s)

    async def _post(self, spot: Spot, live: Live, activity: Json, patience_s: float) -> None:
        await self.posting.connector.post(spot.reference, spot.conversation, activity, patience_s=patience_s)
        live.last = self.clock.monotonic()

    async def _wait(self, live: Live) -> None:
        await self.clock.sleep(max(0.0, live.last + STREAM_EVERY_S - self.clock.monotonic()))

    async def _note(self, name: str, field_: str, id_: str, digest: str) -> None:
        import json

        await self.posting.posts.keep(name, {field_: json.dumps({"id": id_, "digest": digest})})


def final_activity(view: PlanView, inside: tuple[SectionView, ...], *, whole: bool) -> Json:
    """Return the message a stream ends with; the `whole` one carries tables, sources and the feedback buttons."""
    text = prose(inside) or _line(view)
    cited = citations_of(view.sections) if whole else ()
    marks = " ".join(f"[{number}]" for number in range(1, len(cited) + 1))
    made: Json = {
        "type": "message",
        "text": text + marks,
        "textFormat": "markdown",
        "entities": [ai_label(cited)],
    }
    if whole and (tables := table_cards(inside)):
        made["attachments"] = tables
    if whole and view.status == "done":
        made["channelData"] = FEEDBACK
    return made


def _chunk(kind: Literal["informative", "streaming"], text: str, sequence: int, stream: str) -> Json:
    info: Json = {"type": "streaminfo", "streamType": kind, "streamSequence": sequence}
    if stream:
        info["streamId"] = stream
    return {"type": "typing", "text": text, "entities": [info]}


def _line(view: PlanView) -> str:
    return (view.progress or view.title)[:INFORMATIVE]
