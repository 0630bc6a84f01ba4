"""A plan streamed into one message of a personal chat, section by section, by the rules of Teams' streams."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from adapters.teams.closing import FEEDBACK, citations_of, marks_of
from adapters.teams.connector import Refused
from adapters.teams.limits import INFORMATIVE, STREAM_EVERY_S, STREAM_FOR_S, STREAM_OVER_S
from adapters.teams.pages import ai_label
from adapters.teams.posting import Post, Posting, Spot
from adapters.teams.prose import TextFormat
from adapters.teams.sheets import Manner, Sheet, write_sheet
from bot.domain.brief import Language
from bot.domain.events import ConversationRef
from bot.ports import Clock, PlanView, SectionView, Texts

log = logging.getLogger(__name__)

Json = dict[str, Any]
Stop = Callable[[ConversationRef, PlanView], Awaitable[None]]
NOT_HERE = "not-here"
"""Stands for the digest of a stream that a chat refused: there the plan comes in messages of its own."""
OPEN = "open/"
"""Begins the digest of a stream that, as far as is known, has not ended; the number of sections sent follows."""
ENDED, STOPPED = "ended", "stopped"
"""Stand for the digest of a stream that Teams ended, and of one whose reader pressed Stop."""

# No streams there, or one that a dead worker began is still open.
_NO_STREAMS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED)

Ending = Literal["stopped", "late", "over", "changed", "too_large", "not_allowed", "unknown"]
ENDINGS: tuple[tuple[str, Ending], ...] = (
    ("cancel", "stopped"),
    ("exceeded", "late"),
    ("complet", "over"),
    ("previously", "changed"),
    ("too large", "too_large"),
    ("not allowed", "not_allowed"),
)
"""What a refusal with 403 means, by words of its message, the first that is found (docs: stream bot messages)."""


def ending_of(message: str) -> Ending:
    """Return why Teams ended a stream."""
    told = message.lower()
    return next((ending for words, ending in ENDINGS if words in told), "unknown")


@dataclass(slots=True)
class Live:
    """Be one stream; `text` is what was sent of it.

    One that was taken over from another process counts from then on, and `owed` says how many sections that has sent.
    """

    id: str
    begun: float
    last: float
    sequence: int = 1
    text: str = ""
    is_open: bool = True
    is_stopped: bool = False
    is_taken_over: bool = False
    owed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Bundle what one call of `show` is about: the place, the name the message is kept under, and what it shows."""

    spot: Spot
    to: ConversationRef
    name: str
    field: str
    view: PlanView
    sheet: Sheet
    format: TextFormat
    patience_s: float

    @property
    def is_last(self) -> bool:
        """Say whether nothing follows this view."""
        return self.view.status != "writing"


@dataclass(slots=True, kw_only=True)
class Streaming:
    """Stream plans; `stop` is called when somebody pressed Teams' own Stop button.

    `wished` is the format of the text; a tenant that refused the extended one gets the small one from then on.
    """

    posting: Posting
    clock: Clock
    stop: Stop
    texts: Texts
    wished: TextFormat = "markdown"
    _live: dict[str, Live] = field(default_factory=dict)
    _refused_by: set[str] = field(default_factory=set)

    async def show(
        self, spot: Spot, to: ConversationRef, name: str, view: PlanView, known: Mapping[str, str], *, patience_s: float
    ) -> tuple[SectionView, ...] | None:
        """Make the streamed message show `view` and return the sections that did not fit; None where nothing streams.

        Raises ChatError.
        """
        field_ = f"{view.version}/stream"
        post = Post.read(known.get(field_))
        if post and post.digest == NOT_HERE:
            return None
        tenant = spot.reference.tenant
        while True:
            format_: TextFormat = "markdown" if tenant in self._refused_by else self.wished
            sheet = write_sheet(view.sections, self._manner(format_, view.language))
            scene = Scene(
                spot=spot,
                to=to,
                name=name,
                field=field_,
                view=view,
                sheet=sheet,
                format=format_,
                patience_s=patience_s,
            )
            try:
                return sheet.rest if await self._show(scene, post) else None
            except Refused as error:
                if error.status != HTTPStatus.BAD_REQUEST or format_ == "markdown":
                    raise
                log.info("a tenant takes no extended Markdown: %s", error)
                self._refused_by.add(tenant)

    def _manner(self, format_: TextFormat, language: Language) -> Manner:
        one, many = (self.texts.say(f"teams.{key}", language) for key in ("table_below", "tables_below"))
        return Manner(format=format_, one_below=one, many_below=many)

    async def _show(self, scene: Scene, post: Post | None) -> bool:
        """Show a scene; False where the chat takes no streams."""
        key = f"{scene.name}/{scene.view.version}"
        live = self._live.get(key) or (self._take_over(post) if post else await self._begin(scene))
        if live is None:
            return False
        self._live[key] = live
        if self.clock.monotonic() + STREAM_EVERY_S - live.begun > STREAM_OVER_S:
            live.is_open = False
        if live.is_open:
            try:
                await self._go_on(scene, live)
            except Refused as error:
                if error.status != HTTPStatus.FORBIDDEN:
                    raise
                await self._was_ended(error, scene, live)
        if not live.is_open:
            await self._edit(scene, live)
        if scene.is_last:
            self._live.pop(key, None)
        return True

    def _take_over(self, post: Post) -> Live:
        """Return the stream of a process that died: it is ended when its words are all there again, and then edited."""
        now = self.clock.monotonic()
        _, is_open, count = post.digest.rpartition(OPEN)
        owed = int(count) if is_open else 0
        stopped = post.digest == STOPPED
        return Live(post.id, now, now, is_open=bool(is_open), is_stopped=stopped, is_taken_over=True, owed=owed)

    async def _begin(self, scene: Scene) -> Live | None:
        """Begin a stream with a progress line; None where the chat takes no streams."""
        activity = _chunk("informative", _line(scene.view), 1, "")
        try:
            id_ = await self._send(scene, activity)
        except Refused as error:
            if error.status not in _NO_STREAMS:
                raise
            log.info("a chat takes no streams: %s", error)
            await self.posting.note(scene.name, scene.field, "", NOT_HERE)
            return None
        await self.posting.note(scene.name, scene.field, id_, f"{OPEN}0")
        now = self.clock.monotonic()
        return Live(id_, now, now)

    async def _go_on(self, scene: Scene, live: Live) -> None:
        """Send what is new, in time; the last view, the end of the time, or words taken back end the stream."""
        if len(scene.sheet.inside) < live.owed and not scene.is_last:
            return
        grown = scene.sheet.text.startswith(live.text)
        late = live.is_taken_over or self.clock.monotonic() - live.begun >= STREAM_FOR_S
        if scene.is_last or late or not grown:
            await self.clock.sleep(max(0.0, live.last + STREAM_EVERY_S - self.clock.monotonic()))
            await self._end(scene, live, final_activity(scene) if grown else _as_it_stands(live, scene.format))
        elif self.clock.monotonic() - live.last < STREAM_EVERY_S:
            return
        elif scene.sheet.text != live.text:
            activity = _chunk("streaming", scene.sheet.text, live.sequence + 1, live.id)
            await self.posting.note(scene.name, scene.field, live.id, f"{OPEN}{len(scene.sheet.inside)}")
            await self._send(scene, {**activity, "textFormat": scene.format})
            live.text = scene.sheet.text
            self._sent(live)
        elif not live.text:
            await self._send(scene, _chunk("informative", _line(scene.view), live.sequence + 1, live.id))
            self._sent(live)

    def _sent(self, live: Live) -> None:
        live.sequence += 1
        live.last = self.clock.monotonic()

    async def _end(self, scene: Scene, live: Live, activity: Json) -> None:
        """End a stream with a message; what it shows is kept, so that it is edited only when that changes."""
        info = {"type": "streaminfo", "streamId": live.id, "streamType": "final"}
        await self._send(scene, {**activity, "entities": [info, *activity["entities"]]})
        live.is_open, live.text = False, activity["text"]
        await self.posting.keep(scene.name, scene.field, live.id, activity)

    async def _was_ended(self, error: Refused, scene: Scene, live: Live) -> None:
        """Go on after Teams ended a stream: stopped by the user, out of time, or for a reason we caused."""
        live.is_open = False
        ending = ending_of(error.message)
        await self.posting.note(scene.name, scene.field, live.id, STOPPED if ending == "stopped" else ENDED)
        if ending == "stopped":
            live.is_stopped = True
            if not scene.is_last:
                await self.stop(scene.to, scene.view)
        elif ending not in ("late", "over"):
            log.warning("a stream was refused (%s): %s", ending, error)

    async def _edit(self, scene: Scene, live: Live) -> None:
        """Make the message of an ended stream show the whole text; after Stop only the last view is shown."""
        if live.is_stopped and not scene.is_last:
            return
        known = await self.posting.posts.read(scene.name)
        post = Post.read(known.get(scene.field)) or Post(live.id, ENDED)
        await self.posting.edit(
            scene.spot, scene.name, scene.field, post, final_activity(scene), patience_s=scene.patience_s
        )

    async def _send(self, scene: Scene, activity: Json) -> str:
        spot = scene.spot
        return await self.posting.connector.post(
            spot.reference, spot.conversation, activity, patience_s=scene.patience_s
        )


def final_activity(scene: Scene) -> Json:
    """Return the message a stream ends with; the last one carries sources, and the feedback buttons when it is done."""
    view, sheet = scene.view, scene.sheet
    cited = citations_of(view.sections) if scene.is_last else ()
    made: Json = {
        "type": "message",
        "text": (sheet.text or _line(view)) + marks_of(cited),
        "textFormat": scene.format,
        "entities": [ai_label(cited)],
    }
    if sheet.elements:
        made["attachments"] = sheet.cards
    if view.status == "done":
        made["channelData"] = FEEDBACK
    return made


def _as_it_stands(live: Live, format_: TextFormat) -> Json:
    """Return the message that ends a stream whose words are not true any more: a stream cannot take words back."""
    return {"type": "message", "text": live.text, "textFormat": format_, "entities": [ai_label()]}


def _chunk(kind: Literal["informative", "streaming"], text: str, sequence: int, stream: str) -> Json:
    info: Json = {"type": "streaminfo", "streamType": kind, "streamSequence": sequence}
    if stream:
        info["streamId"] = stream
    return {"type": "typing", "text": text, "entities": [info]}


def _line(view: PlanView) -> str:
    return (view.progress or view.title)[:INFORMATIVE]
