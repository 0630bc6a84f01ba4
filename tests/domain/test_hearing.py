"""What short answers mean where a dialogue stands: words, emoji and numbers as people really type them."""

import pytest

from bot.domain.talk.cues import small_word


@pytest.mark.parametrize(
    ("text", "small"), [("gracias :+1:", "thanks"), (":thumbsup: ok", "yes"), ("no sé :man-shrugging:", "dont_know"), (":100:", None)]
)  # fmt: skip
def test_an_emoji_beside_a_small_word_changes_nothing(text: str, small: str | None) -> None:
    """A small word stays what it is when an emoji stands beside it."""
    assert small_word(text) == small
