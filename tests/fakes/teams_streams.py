"""The rules of streamed messages: one at a time in a personal chat, in sequence, growing, at most one a second."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# [docs] streaming-ux of Teams: two minutes in all, one request a second, informative updates of at most 1,000 characters.
STREAM_S = 120.0
EVERY_S = 1.0
INFORMATIVE = 1_000
OPEN = "StreamOpen"
NOT_ALLOWED = "ContentStreamNotAllowed"
# [docs] messages of a 403; what they tell is no fault of a bot that could not know, but going on afterwards is.
CANCELED = "Content stream was canceled by user."
EXCEEDED = "Content stream finished due to exceeded streaming time."
COMPLETED = "Content stream is not allowed on an already completed streamed message"
CHANGED = "Request streaming content should contain the previously streamed content"


class StreamRefused(Exception):
    """Say how a streaming request is answered; `is_breach` when the bot could have known better."""

    def __init__(self, status: int, code: str, message: str, *, is_breach: bool = True) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.is_breach = status, code, message, is_breach


@dataclass(slots=True)
class Stream:
    """Be one streamed message; `told` are the refusals the bot has heard of it."""

    id: str
    begun: float
    last: float
    sequence: int = 1
    text: str = ""
    said: str = ""
    told: list[str] = field(default_factory=list)

    def refuse(self, message: str) -> StreamRefused:
        """Return a refusal, a breach when the bot was told so before."""
        known = bool(self.told)
        self.told.append(message)
        return StreamRefused(403, NOT_ALLOWED, message, is_breach=known)


@dataclass(slots=True)
class Streams:
    """Keep the streams of one personal chat; `stopped` is set when the user pressed Stop."""

    open: Stream | None = None
    stopped: bool = False
    done: dict[str, Stream] = field(default_factory=dict)

    def take(self, activity: Mapping[str, Any], info: Mapping[str, Any], now: float, new_id: str) -> str | None:
        """Take one request; returns the id of a new stream's message, None for a further one. Raises StreamRefused."""
        kind, sequence = info.get("streamType"), info.get("streamSequence")
        given = info.get("streamId")
        if given is None:
            self._begin(activity, sequence, kind, Stream(new_id, now, now))
            return new_id
        stream = self._known(str(given))
        if stream is not self.open:
            raise stream.refuse(COMPLETED)
        if self.stopped:
            raise stream.refuse(CANCELED)
        if now - stream.begun > STREAM_S:
            raise stream.refuse(EXCEEDED)
        if now - stream.last < EVERY_S:
            raise StreamRefused(429, "TooManyRequests", "API calls quota exceeded")
        self._go_on(stream, activity, kind, sequence)
        stream.last = now
        return None

    def is_running(self, id_: str, now: float) -> bool:
        """Say whether a stream is open as far as its bot can know."""
        stream = self.open
        return stream is not None and stream.id == id_ and not stream.told and now - stream.begun <= STREAM_S - 4

    def _begin(self, activity: Mapping[str, Any], sequence: object, kind: object, stream: Stream) -> None:
        if activity["type"] != "typing" or sequence != 1:
            raise StreamRefused(400, "BadSyntax", "a stream begins with sequence 1")
        if self.open is not None and stream.begun - self.open.begun <= STREAM_S:
            # A process that died may have left one open: no fault of the next.
            raise StreamRefused(400, OPEN, "another stream of this chat is open", is_breach=False)
        if kind == "informative":
            self._check_informative(stream, str(activity["text"]))
        else:
            stream.text = str(activity["text"])
        self.stopped = False
        self.open = stream

    def _known(self, id_: str) -> Stream:
        found = self.open if self.open and self.open.id == id_ else self.done.get(id_)
        if found is None:
            raise StreamRefused(403, NOT_ALLOWED, "Content stream is not allowed")
        return found

    def _go_on(self, stream: Stream, activity: Mapping[str, Any], kind: object, sequence: object) -> None:
        text = str(activity.get("text") or "")
        if kind == "final":
            if activity["type"] != "message" or sequence is not None:
                raise StreamRefused(400, "BadSyntax", "the final is a message without a sequence")
            self._grow(stream, text)
            self.open, self.done[stream.id] = None, stream
            return
        if activity["type"] != "typing" or activity.get("attachments") or activity.get("channelData"):
            raise StreamRefused(400, "BadSyntax", "attachments and feedback belong to the final")
        if sequence != stream.sequence + 1:
            # The same once more is what a bot sends that got no answer.
            again = sequence == stream.sequence and text == stream.said
            raise StreamRefused(202, "ContentStreamSequenceOrderPreConditionFailed", "sequence", is_breach=not again)
        if kind == "informative":
            self._check_informative(stream, text)
        elif kind == "streaming":
            self._grow(stream, text)
        else:
            raise StreamRefused(400, "BadSyntax", f"stream type {kind}")
        stream.sequence += 1
        stream.said = text

    @staticmethod
    def _check_informative(stream: Stream, text: str) -> None:
        if stream.text or not 0 < len(text) <= INFORMATIVE:
            raise StreamRefused(400, "BadSyntax", "informative updates come before the text and are short")

    @staticmethod
    def _grow(stream: Stream, text: str) -> None:
        if not text.startswith(stream.text):
            raise StreamRefused(403, NOT_ALLOWED, CHANGED)
        stream.text = text
