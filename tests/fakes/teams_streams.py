"""The rules of streamed messages: one at a time in a personal chat, in sequence, growing, at most one a second."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STREAM_S = 120.0
EVERY_S = 1.0
INFORMATIVE = 1_000
OPEN = "StreamOpen"


class StreamRefused(Exception):
    """Say how a streaming request is answered."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class Stream:
    """Be one streamed message."""

    id: str
    begun: float
    last: float
    sequence: int = 1
    text: str = ""
    open: bool = True


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
            if activity["type"] != "typing" or sequence != 1:
                raise StreamRefused(400, "BadSyntax", "a stream begins with sequence 1")
            if self.open is not None:
                # A process that died may have left one open: no fault of the next.
                raise StreamRefused(400, OPEN, "another stream of this chat is open")
            self.stopped = False
            self.open = Stream(new_id, now, now, text="" if kind == "informative" else str(activity["text"]))
            return new_id
        stream = self.open
        if stream is None or stream.id != given:
            raise StreamRefused(
                403, "ContentStreamNotAllowed", "Content stream is not allowed on an already completed streamed message"
            )
        if self.stopped:
            raise StreamRefused(403, "ContentStreamNotAllowed", "Content stream was canceled by user.")
        if now - stream.begun > STREAM_S:
            raise StreamRefused(
                403, "ContentStreamNotAllowed", "Content stream finished due to exceeded streaming time."
            )
        if now - stream.last < EVERY_S:
            raise StreamRefused(429, "TooManyRequests", "API calls quota exceeded")
        self._go_on(stream, activity, kind, sequence)
        stream.last = now
        return None

    def _go_on(self, stream: Stream, activity: Mapping[str, Any], kind: object, sequence: object) -> None:
        text = str(activity.get("text") or "")
        if kind == "final":
            if activity["type"] != "message" or sequence is not None:
                raise StreamRefused(400, "BadSyntax", "the final is a message without a sequence")
            self._grow(stream, text)
            stream.open, self.open, self.done[stream.id] = False, None, stream
            return
        if (
            activity["type"] != "typing"
            or activity.get("attachments")
            or activity.get("channelData", {}).get("feedbackLoop")
        ):
            raise StreamRefused(400, "BadSyntax", "attachments and feedback belong to the final")
        if sequence != stream.sequence + 1:
            raise StreamRefused(202, "ContentStreamSequenceOrderPreConditionFailed", "sequence")
        stream.sequence += 1
        if kind == "informative":
            if stream.text or len(text) > INFORMATIVE:
                raise StreamRefused(400, "BadSyntax", "informative updates come before the text and are short")
            return
        self._grow(stream, text)

    def _grow(self, stream: Stream, text: str) -> None:
        if not text.startswith(stream.text):
            raise StreamRefused(
                403,
                "ContentStreamNotAllowed",
                "Request streaming content should contain the previously streamed content",
            )
        stream.text = text
