"""What short answers mean where a dialogue stands: words, emoji and numbers as people really type them."""

import pytest

from bot.domain.brief import Language
from bot.domain.slots import understand
from bot.domain.talk.cues import small_word
from bot.domain.talk.hearing import language_shown
from bot.services.industry_book import industry_book

BOOK = industry_book()


@pytest.mark.parametrize(
    ("text", "small"), [("gracias :+1:", "thanks"), (":thumbsup: ok", "yes"), ("no sé :man-shrugging:", "dont_know"), (":100:", None)]
)  # fmt: skip
def test_an_emoji_beside_a_small_word_changes_nothing(text: str, small: str | None) -> None:
    """A small word stays what it is when an emoji stands beside it."""
    assert small_word(text) == small


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("es", "35 más o menos"), ("es", "a ver... 35"), ("es", "o sea 35"), ("es", "me da igual"), ("es", "de 30 a 40"),
        ("es", "va a ser 35"), ("es", "35 o así"), ("es", "me da lo mismo"), ("es", "da igual, 35"), ("es", "no más de 35"),
        ("en", "um, 35 or so"), ("en", "as is, 35"), ("en", "35 or so"), ("en", "um maybe 35"), ("en", "no, do 35"),
        ("pt", "a gente quer 35"), ("pt", "sei lá, 35"), ("pt", "pode ser 35"), ("pt", "vai ser 35"), ("pt", "por mim 35"),
    ],
)  # fmt: skip
def test_a_short_answer_leaves_the_language_of_the_dialogue(spoken: Language, text: str) -> None:
    """Small words that two languages share take no dialogue into another language."""
    assert language_shown(text, understand(text, BOOK, hint=spoken)) in (None, spoken)


@pytest.mark.parametrize(
    ("spoken", "text", "shown"),
    [
        ("es", "I want to save 30 percent", "en"), ("es", "what about security?", "en"), ("es", "we work in finance", "en"),
        ("es", "quero economizar 30% por favor", "pt"), ("es", "nossa meta é 40", "pt"), ("en", "queremos ahorrar 30", "es"),
        ("en", "somos un banco", "es"), ("en", "o que é isso?", "pt"), ("pt", "yo quiero 35", "es"), ("pt", "our goal is 40", "en"),
        ("pt", "¿cuánto cuesta esto?", "es"), ("es", "finanzas 40 em português", "pt"),
    ],
)  # fmt: skip
def test_a_sentence_in_another_language_changes_it(spoken: Language, text: str, shown: Language) -> None:
    """Somebody who goes on in another language, or asks for it, is answered in it."""
    assert language_shown(text, understand(text, BOOK, hint=spoken)) == shown
