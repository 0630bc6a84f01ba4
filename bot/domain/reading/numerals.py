"""Numbers in a sentence, in digits and in words of three languages, each with what stands around it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.domain.reading.numeral_words import HUNDREDS, PERCENT, PORTIONS, TEENS, TENS, UNITS
from bot.domain.reading.typed import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """Hold a number of a sentence: `start` and `end` are token places, `value` is as said (0.4 stays 0.4).

    `percent` says that a percent sign or word stands beside it, `portion` that it is a half, third … already turned
    into percent, `spelled` that it is in words, `decimals` counts the digits after the point as typed.
    """

    value: float
    start: int
    end: int
    percent: bool = False
    portion: bool = False
    spelled: bool = False
    negative: bool = False
    decimals: int = 0


_HALF_A_PERCENT = frozenset({("por", "ciento"), ("por", "cento"), ("por", "cien")})
_POINT = frozenset({"point", "coma", "virgula", "ponto", "punto", "con"})
_AND = frozenset({"y", "e", "and", "-"})
_HALF_MORE = frozenset({"half", "medio", "media", "meio", "meia"})
_ALONE_TOO_COMMON = frozenset({"once", "dos", "un", "una", "uno", "um", "uma", "one", "ten", "duas", "tres"})
_PORTION_DENOMINATORS: Mapping[int, frozenset[int]] = MappingProxyType(
    {1: frozenset({2, 3, 4, 5, 10}), 2: frozenset({3, 5}), 3: frozenset({4, 5}), 4: frozenset({5})}
)
_GLUED_PERCENT = re.compile(r"(\d+)(?:pct|percent|porciento|porcento|pc)")
_GLUED_ABOUT = re.compile(r"(\d+)ish")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d+)?")


def find_numerals(tokens: Sequence[Token]) -> tuple[Numeral, ...]:
    """Return every number of a sentence in order, with percent signs and signs resolved."""
    found: list[Numeral] = []
    place = 0
    while place < len(tokens):
        numeral = _portion(tokens, place) or _ratio(tokens, place) or _digits(tokens, place) or _spelled(tokens, place)
        if numeral is None:
            place += 1
            continue
        numeral = _with_percent(tokens, numeral)
        if not _too_common(tokens, numeral):
            found.append(_with_sign(tokens, numeral))
        place = numeral.end
    return tuple(found)


def starts_with(tokens: Sequence[Token], place: int, phrase: Sequence[str]) -> bool:
    """Say whether the words of `phrase` stand at `place`."""
    end = place + len(phrase)
    return end <= len(tokens) and all(token.fold == word for token, word in zip(tokens[place:end], phrase, strict=True))


def number_of(text: str) -> tuple[float, int]:
    """Return the value of digits as typed and how many decimals they have.

    A mark before exactly three digits groups thousands (20,000 and 20.000 alike), except after a leading zero.
    """
    if _GROUPED.fullmatch(text) and not text.startswith("0"):
        marks = [char for char in text if not char.isdigit()]
        if len(marks) > 1 and marks[-1] != marks[0]:
            whole, _, decimals = text.rpartition(marks[-1])
        else:
            whole, decimals = text, ""
        digits = "".join(char for char in whole if char.isdigit())
        return float(f"{digits}.{decimals or '0'}"), len(decimals)
    whole, _, decimals = re.sub(r"[,'’]", ".", text).rpartition(".") if not text.isdigit() else (text, "", "")
    whole = "".join(char for char in whole if char.isdigit())[-_LONGEST:]
    return float(f"{whole or '0'}.{decimals or '0'}"), len(decimals)


_LONGEST = 30
_TEN = 10
_HUNDRED = 100


def _digits(tokens: Sequence[Token], place: int) -> Numeral | None:
    token = tokens[place]
    if token.kind == "mixed" and (match := _GLUED_PERCENT.fullmatch(token.fold)):
        return Numeral(value=float(match.group(1)[-_LONGEST:]), start=place, end=place + 1, percent=True)
    if token.kind == "mixed" and (match := _GLUED_ABOUT.fullmatch(token.fold)):
        return Numeral(value=float(match.group(1)[-_LONGEST:]), start=place, end=place + 1)
    if token.kind != "number":
        return None
    value, decimals = number_of(token.text)
    numeral = Numeral(value=value, start=place, end=place + 1, decimals=decimals)
    return _plus_half(tokens, numeral)


def _ratio(tokens: Sequence[Token], place: int) -> Numeral | None:
    """Read 1/3, ½ and the like as a share; 24/7 and dates are none."""
    if place + 3 > len(tokens) or tokens[place].kind != "number" or tokens[place + 1].text != "/":
        return None
    over, under = tokens[place].text, tokens[place + 2].text
    if not (over.isdigit() and under.isdigit()) or (place + 3 < len(tokens) and tokens[place + 3].text == "/"):
        return None
    if int(under[-3:]) not in _PORTION_DENOMINATORS.get(int(over[-3:]), frozenset()):
        return None
    return Numeral(value=float(round(100 * int(over) / int(under))), start=place, end=place + 3, portion=True)


def _portion(tokens: Sequence[Token], place: int) -> Numeral | None:
    here = PORTIONS.get(tokens[place].fold, ())
    best = max(((_phrase_end(tokens, place, phrase), value) for phrase, value in here), default=(place, 0))
    if best[0] <= place:
        return None
    return Numeral(value=float(best[1]), start=place, end=best[0], portion=True, spelled=True)


def _phrase_end(tokens: Sequence[Token], place: int, phrase: Sequence[str]) -> int:
    """Return where a phrase that begins at `place` ends, hyphens passed over; `place` when it is not there."""
    at = place
    for word in phrase:
        if at > place and at < len(tokens) and tokens[at].text == "-":
            at += 1
        if at >= len(tokens) or tokens[at].fold != word:
            return place
        at += 1
    return at


def _spelled(tokens: Sequence[Token], place: int) -> Numeral | None:
    value, end = _below_thousand(tokens, place)
    if end == place:
        return None
    numeral = Numeral(value=float(value), start=place, end=end, spelled=True)
    if end + 1 < len(tokens) and tokens[end].fold in _POINT:
        tail = tokens[end + 1].fold
        digit = UNITS.get(tail, -1)
        if digit >= 0:
            return replace(numeral, value=value + digit / 10, end=end + 2, decimals=1)
    return _plus_half(tokens, numeral)


def _below_thousand(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """Return the value of a number in words and where it ends; the end is `place` when there is none."""
    words = [token.fold for token in tokens[place : place + 8]]
    total, at, last = 0, 0, 1000
    if len(words) > 1 and words[1] == "hundred" and words[0] in (UNITS.keys() | {"a"}):
        total, at, last = 100 * UNITS.get(words[0], 1), 2, 100
    while at < len(words):
        skip = 1 if total and words[at] in _AND else 0
        part = words[at + skip] if at + skip < len(words) else ""
        value, size = _part(part)
        joins = (size < last) and not (last == _TEN and words[at] == "and")
        if not size or not joins or (skip and last == _HUNDRED and size == 1 and total % 100):
            break
        total, at, last = total + value, at + skip + 1, size
        if size == 1:
            break
    return total, place + at


def _part(word: str) -> tuple[int, int]:
    """Return the value of a number word and the size of its place: 100, 10 or 1 (0 when it is no number)."""
    for table, size in ((HUNDREDS, 100), (TENS, 10), (TEENS, 1), (UNITS, 1)):
        if word in table:
            return table[word], size
    return 0, 0


def _plus_half(tokens: Sequence[Token], numeral: Numeral) -> Numeral:
    """Add the half of "twelve and a half"."""
    at = numeral.end
    if at + 1 >= len(tokens) or tokens[at].fold not in _AND or numeral.decimals:
        return numeral
    at += 1
    if tokens[at].fold == "a" and at + 1 < len(tokens):
        at += 1
    if tokens[at].fold not in _HALF_MORE:
        return numeral
    return replace(numeral, value=numeral.value + 0.5, end=at + 1, decimals=1)


def _with_percent(tokens: Sequence[Token], numeral: Numeral) -> Numeral:
    if numeral.portion:
        return numeral
    length = max((len(mark) for mark in PERCENT if starts_with(tokens, numeral.end, mark)), default=0)
    if length:
        return replace(numeral, percent=True, end=numeral.end + length)
    before = numeral.start - 1
    if (
        before >= 0
        and tokens[before].text == "%"
        and tokens[numeral.start].glued
        and not _is_number(tokens, before - 1)
    ):
        return replace(numeral, percent=True)
    return numeral


def _is_number(tokens: Sequence[Token], place: int) -> bool:
    return place >= 0 and tokens[place].kind in {"number", "mixed"}


def _with_sign(tokens: Sequence[Token], numeral: Numeral) -> Numeral:
    """Take a minus that touches the number and nothing before it as a sign; "30-40" and "gpt-4" have none."""
    minus = numeral.start - 1
    if minus < 0 or tokens[minus].text not in {"-", "−", "–"} or not tokens[numeral.start].glued:
        return numeral
    return numeral if tokens[minus].glued else replace(numeral, negative=True)


def _too_common(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Tell "once", "dos", "one" and the like, numbers only before a percent word, and the end of "por ciento"."""
    single = numeral.end - numeral.start == 1 and numeral.spelled
    if single and numeral.start and (tokens[numeral.start - 1].fold, tokens[numeral.start].fold) in _HALF_A_PERCENT:
        return True
    return single and not numeral.percent and tokens[numeral.start].fold in _ALONE_TOO_COMMON
