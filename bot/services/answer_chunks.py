"""Chunks of a streamed answer in, text out; the end, the usage and the model's name are remembered."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.ports import EndReason, PromptMessage
from bot.services.thought_filter import ThoughtFilter

_REASONS: Mapping[str, EndReason] = MappingProxyType(
    {
        "stop": "stop",
        "eos_token": "stop",
        "stop_sequence": "stop",
        "end_turn": "stop",
        "length": "length",
        "max_tokens": "length",
        "content_filter": "content_filter",
    }
)
"""finish_reason → how the stream ended; with the words of TGI and Anthropic; others count as cut off."""

_CHARS_PER_TOKEN = 3.5
"""Between English (about 4) and Spanish or Portuguese (about 3.3) with today's tokenisers; only for estimates."""

_LONGEST_TOKEN = 10
"""Characters per token on average above which a server must have ignored our limit of tokens."""


class AnswerChunks:
    """Read chunks of one answer; `limit` is the limit of tokens the server was given."""

    def __init__(self, limit: int) -> None:
        self._filter = ThoughtFilter()
        self._most_chars = limit * _LONGEST_TOKEN
        self._chars = 0
        self._finish: str | None = None
        self._usage: tuple[int, int] | None = None
        self.model: str | None = None
        self.began = False
        self.fault: str | None = None

    @property
    def finished(self) -> bool:
        """Tell whether the server said how its answer ended."""
        return self._finish is not None

    @property
    def overrun(self) -> bool:
        """Tell whether the server writes on past any length our limit allows."""
        return self._chars > self._most_chars

    def take(self, chunk: object) -> tuple[str, bool]:
        """Return the chunk's text, and whether it is a sign of life: text or reasoning, never an empty chunk.

        A chunk that is an error in disguise (`event: error`) sets `fault` to its message.
        """
        if getattr(chunk, "object", None) == "error":
            self.fault = str(getattr(chunk, "message", "") or "error event")
            return "", False
        self._note(chunk)
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, Sequence) or not choices:
            return "", False
        finish = getattr(choices[0], "finish_reason", None)
        self._finish = finish if isinstance(finish, str) else self._finish
        delta = getattr(choices[0], "delta", None)
        content = _text(delta, "content")
        thought = _text(delta, "reasoning_content") or _text(delta, "reasoning")
        self._chars += len(content) + len(thought)
        text = self._filter.feed(content) if content else ""
        if self.finished:
            text += self._filter.rest()
        self.began = self.began or bool(text)
        return text, bool(content or thought)

    def rest(self) -> str:
        """Return what the end of the stream sets free."""
        text = self._filter.rest()
        self.began = self.began or bool(text)
        return text

    def reason(self) -> EndReason:
        """Return how the answer ended; without a word of the server it was cut off."""
        if self.overrun:
            return "length"
        return _REASONS.get(self._finish or "", "truncated")

    def usage(self, messages: Sequence[PromptMessage]) -> tuple[int, int, bool]:
        """Return tokens in, tokens out and whether they are only estimated."""
        if self._usage is not None and not self.overrun:
            return (*self._usage, False)
        asked = sum(4 + estimate_tokens(len(message.content)) for message in messages)
        return asked, estimate_tokens(self._chars), True

    def _note(self, chunk: object) -> None:
        """Remember the model's name and the last usage that is one."""
        model = getattr(chunk, "model", None)
        self.model = model if isinstance(model, str) and model else self.model
        usage = getattr(chunk, "usage", None)
        counted = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
        if isinstance(counted[0], int) and isinstance(counted[1], int):
            self._usage = (counted[0], counted[1])


def estimate_tokens(chars: int) -> int:
    """Return about how many tokens a text of so many characters has."""
    return math.ceil(chars / _CHARS_PER_TOKEN)


def _text(delta: object, name: str) -> str:
    """Return a member of a delta if it is text."""
    value = getattr(delta, name, None)
    return value if isinstance(value, str) else ""
