"""Reading chunks: every shape, the end, the usage, the limit."""

from types import SimpleNamespace as Chunk
from typing import Any

import pytest

from bot.ports import PromptMessage
from bot.services.answer_chunks import AnswerChunks, estimate_tokens


def chunk(content: Any = None, finish: Any = None, **more: Any) -> Chunk:
    """Return a chunk as the SDK builds it."""
    return Chunk(choices=[Chunk(delta=Chunk(content=content), finish_reason=finish)], **more)


@pytest.mark.parametrize(
    "shape",
    [None, 7, "text", [], Chunk(), Chunk(choices=None), Chunk(choices=5), Chunk(choices=[None]), chunk(["a"])],
)
def test_a_chunk_without_text_is_no_sign_of_life(shape: object) -> None:
    """Chunks of a wrong or empty shape neither fail nor reset a deadline."""
    answer = AnswerChunks(10)

    assert answer.take(shape) == ("", False)
    assert not answer.began


def test_reasoning_is_a_sign_of_life_and_no_text() -> None:
    """A server that streams its reasoning apart works, but nothing of it is handed on."""
    delta = Chunk(content=None, reasoning_content="hmm")

    assert AnswerChunks(10).take(Chunk(choices=[Chunk(delta=delta, finish_reason=None)])) == ("", True)


@pytest.mark.parametrize(
    ("finish", "reason"),
    [
        ("stop", "stop"),
        ("eos_token", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        (None, "truncated"),
        ("abort", "truncated"),
        ("tool_calls", "truncated"),
    ],
)
def test_only_a_known_end_is_an_end(finish: str | None, reason: str) -> None:
    """Without a finish_reason, or with one that is no end of a text, the answer counts as cut off."""
    answer = AnswerChunks(10)
    answer.take(chunk("text", finish))

    assert answer.reason() == reason


def test_usage_is_taken_from_the_last_chunk_that_has_one() -> None:
    """Servers that count in every chunk count up; what the last one says is the truth."""
    answer = AnswerChunks(10)
    for out in (1, 2):
        answer.take(chunk("a", usage=Chunk(prompt_tokens=5, completion_tokens=out)))
    answer.take(chunk("", "stop", usage=None))

    assert answer.usage(()) == (5, 2, False)


def test_usage_is_estimated_and_says_so() -> None:
    """Without a count the tokens are estimated from the characters."""
    answer = AnswerChunks(100)
    answer.take(chunk("x" * 35, "stop"))

    assert answer.usage([PromptMessage("user", "y" * 70)]) == (24, 10, True)


def test_a_server_that_ignores_the_limit_is_noticed() -> None:
    """More than ten characters per allowed token can only be a server that runs on."""
    answer = AnswerChunks(10)
    answer.take(chunk("x" * 100))
    assert not answer.overrun
    answer.take(chunk("x"))

    assert (answer.overrun, answer.reason()) == (True, "length")


def test_an_error_event_is_a_fault() -> None:
    """`event: error` arrives as a chunk whose object is "error"."""
    answer = AnswerChunks(10)
    answer.take(Chunk(object="error", message="CUDA out of memory"))

    assert answer.fault == "CUDA out of memory"


def test_estimate_is_never_zero_for_text() -> None:
    """The shortest text counts one token, no text counts none."""
    assert [estimate_tokens(chars) for chars in (0, 1, 7)] == [0, 1, 2]
