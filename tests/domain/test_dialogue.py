"""The dialogue: every transcript, in every language, through the real step, parser and industry book."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.services.industry_book import industry_book
from tests.domain.dialogue_script import Play, transcripts

OTHER: Mapping[Language, Language] = {"es": "en", "en": "es", "pt": "en"}
ALL = transcripts()

# product.md, "Dialogue repair (each is a test, in each language)": the transcript of each item.
REPAIRS = {
    "correct a slot": "correct_a_slot",
    "cancel": "cancel",
    "help in the middle": "help_in_the_middle",
    "restart": "restart",
    "I don't know": "dont_know_target",
    "digression": "digression",
    "unclear": "unclear",
    "out of range": "out_of_range",
    "both slots at once": "both_slots_at_once",
    "two messages in a burst": "two_messages_in_a_burst",
    "somebody else answers": "somebody_else_answers",
    "button pressed twice": "button_pressed_twice",
    "old button of an old plan": "old_button_of_an_old_plan",
    "edited message": "edited_message",
    "deleted message": "deleted_message",
    "expired dialogue": "expired_dialogue",
    "same command while a plan is being written": "same_command_while_writing",
    "empty text": "empty_text",
    "only emoji": "only_emoji",
    "10,000 characters": "ten_thousand_characters",
    "a file": "a_file",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_transcript(name: str, language: Language) -> None:
    """What the bot does on each line of a transcript is what the transcript says, in each language."""
    play = Play(language=language, book=industry_book())

    for number, line in enumerate(ALL[name]["turns"], start=1):
        done = play.take(line)

        wanted = [_in(language, text) for text in line["bot"]]
        place = f"{name}, line {number}: {ALL[name]['claim']}"
        assert len(done) == len(wanted), (place, done)
        assert all(_is_like(*pair) for pair in zip(wanted, done, strict=True)), (place, wanted, done)
        assert play.state is not None
        assert play.state.stage == line["stage"], place


@pytest.mark.parametrize("name", ALL)
def test_transcript_states_its_claim(name: str) -> None:
    """Each transcript says in one sentence what it shows."""
    assert re.fullmatch(r".{20,}\.", ALL[name]["claim"])


@pytest.mark.parametrize("repair", REPAIRS)
def test_every_repair_has_a_transcript(repair: str) -> None:
    """Each item of the product's list of dialogue repairs has its transcript."""
    assert REPAIRS[repair] in ALL


def test_the_same_question_comes_again() -> None:
    """After help the very same question stands again: sentence, parameters and buttons."""
    play = Play(language="es", book=industry_book())
    first = play.take({"said": "finanzas"})
    after_help: list[Any] = play.take({"said": "ayuda"})

    assert after_help[-1:] == first


def _in(language: Language, text: str) -> str:
    return text.replace("LANG", language).replace("OTHER", OTHER[language])


def _is_like(wanted: str, done: str) -> bool:
    return re.fullmatch(re.escape(wanted).replace(r"\*", r"\S+"), done) is not None
