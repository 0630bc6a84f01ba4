"""How people take back what they said: corrections, negations, and instructions that are none of ours. Pure."""

from collections.abc import Sequence

from bot.domain.brief import Language
from bot.domain.reading.industry_cues import (
    CHANGE_JOINTS,
    CHANGE_STEMS,
    CORRECTIONS,
    LEAVE_OUT_PHRASES,
    LEAVE_OUT_WORDS,
    ORDER_OBJECTS,
    ORDER_VERBS,
    ROLE_NAMES,
    TO_BE,
)
from bot.domain.reading.numerals import starts_with
from bot.domain.reading.typed import Token, by_first_word

_CORRECTIONS = by_first_word(CORRECTIONS)
_LEAVE_OUT = {
    word: tuple(phrase for phrase in LEAVE_OUT_PHRASES if phrase[-1] == word)
    for word in {phrase[-1] for phrase in LEAVE_OUT_PHRASES}
}
_REFUSALS = frozenset({("no",), ("nao",)})
_CORRECTION_REACH = 12
_ORDER_REACH = 7
_CHANGE_REACH = 4
_NEGATION_REACH = 5


def is_correction(tokens: Sequence[Token], start: int, end: int, language: Language) -> bool:
    """Say whether something between two places takes back what stood before.

    A lone "no" does so when a mark follows it ("40, no, 30"); without one only in English, where "not" negates:
    "banca, no seguros" keeps banca.
    """
    for place in range(max(start, end - _CORRECTION_REACH), end):
        for phrase in _CORRECTIONS.get(tokens[place].fold, ()):
            whole = place + len(phrase) <= end and starts_with(tokens, place, phrase)
            if whole and (phrase not in _REFUSALS or _refuses(tokens, place, language)):
                return True
    return False


def is_replaced(tokens: Sequence[Token], first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Say whether the first of two places is exchanged for the second: "cambia retail por energía"."""
    between = tokens[first[1] : second[0]]
    if len(between) != 1 or between[0].fold not in CHANGE_JOINTS:
        return False
    before = tokens[max(0, first[0] - _CHANGE_REACH) : first[0]]
    return any(token.fold.startswith(CHANGE_STEMS) for token in before)


def is_left_out(tokens: Sequence[Token], place: int, language: Language) -> bool:
    """Say whether the thing named at `place` is named only to say that it is not meant."""
    for last in range(max(0, place - 2), place):
        for phrase in _LEAVE_OUT.get(tokens[last].fold, ()):
            first = last + 1 - len(phrase)
            if first >= 0 and starts_with(tokens, first, phrase):
                return True
    for back in range(place - 1, max(-1, place - 1 - _NEGATION_REACH), -1):
        token = tokens[back]
        if token.fold in LEAVE_OUT_WORDS:
            return token.fold != "no" or language == "es"
        if token.kind == "mark" or token.fold not in TO_BE:
            return False
    return False


def without_orders(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Drop each sentence part that orders the bot to forget its instructions, up to the end of that sentence."""
    kept: list[Token] = []
    dropping = False
    for place, token in enumerate(tokens):
        if token.text in {".", "!", "?", ";"}:
            dropping = False
        dropping = dropping or _orders(tokens, place)
        if not dropping:
            kept.append(token)
    return tuple(kept)


def _refuses(tokens: Sequence[Token], place: int, language: Language) -> bool:
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return language == "en" or (after is not None and after.kind == "mark")


def _orders(tokens: Sequence[Token], place: int) -> bool:
    if tokens[place].fold in ROLE_NAMES and place + 1 < len(tokens) and tokens[place + 1].text == ":":
        return True
    if tokens[place].fold not in ORDER_VERBS:
        return False
    window = tokens[place + 1 : place + _ORDER_REACH]
    return any(token.fold.startswith(stem) for token in window for stem in ORDER_OBJECTS)
