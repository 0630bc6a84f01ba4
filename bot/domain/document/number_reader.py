"""Amounts and percentages in Spanish, English and Portuguese prose, each with its value, unit and place.

Months, weeks, phases and small counts are free and are not returned; what is returned is what a board would quote.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain.brief import Language
from bot.domain.document import number_patterns as patterns
from bot.domain.document.number_words import SCALES, find_word_numbers

Unit = Literal["percent", "money", "tokens", "times", "bare"]
_BARE_FROM = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Be an amount as read: `value` in whole units (2,7 millones is 2700000), `text` as it stands in the prose.

    `other` is the value in the other locale where the marks leave it open (171,000 in Spanish); `step` is the value
    of the last digit printed; `currency` an ISO code, empty for what is not money.
    """

    value: float
    unit: Unit
    start: int
    end: int
    text: str
    step: float = 0.0
    other: float | None = None
    currency: str = ""


@dataclass(slots=True, kw_only=True)
class _Raw:
    """A number in digits or words before it is known what it counts."""

    value: float
    start: int
    end: int
    step: float
    other: float | None = None
    worded: bool = False
    unit: Unit | None = None
    currency: str = ""
    factor: float = 1.0
    letter: str = ""
    free: bool = False


@lru_cache(maxsize=8192)
def fold_in_place(text: str) -> str:
    """Fold case, accents and foreign digits one character for one, so that places stay."""
    return "".join(_fold_char(char) for char in text)


@lru_cache(maxsize=2048)
def _fold_char(char: str) -> str:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char in "  ":
        return char
    base = unicodedata.normalize("NFKD", char)
    lowered = base[0].casefold() if base else char
    return lowered if len(lowered) == 1 else char


@lru_cache(maxsize=8192)
def read_numbers(text: str, language: Language) -> tuple[Reading, ...]:
    """Return the amounts and percentages of a text in the order they stand."""
    folded = fold_in_place(text)
    raws = sorted((*_digit_raws(folded, language), *_word_raws(folded)), key=lambda raw: (raw.start, -raw.end))
    for raw in raws:
        _understand(raw, folded)
    raws = _without_overlap(sorted(raws, key=lambda raw: (raw.start, -raw.end)))
    _join_ranges(raws, folded)
    readings = [_reading(raw, text) for raw in raws if _counts(raw, folded)]
    readings.extend(_shares(folded, text, taken=readings))
    return tuple(sorted(readings, key=lambda reading: reading.start))


def parse_number(digits: str, language: Language) -> tuple[float, float, float | None]:
    """Return (value, step of the last digit, other reading) of a number in digits with marks of any locale."""
    bare = re.sub(r"['’\s]", "", digits)
    marks = re.findall(r"[.,]", bare)
    decimal = "." if language == "en" else ","
    if len(set(marks)) > 1:
        decimal = marks[-1]
    elif len(marks) > 1:
        decimal = "," if marks[0] == "." else "."
    elif marks:
        tail = len(bare) - bare.index(marks[0]) - 1
        thousands = tail == 3 and bare.index(marks[0]) <= 3 and not bare.startswith("0")  # noqa: PLR2004
        if not thousands:
            decimal = marks[0]
        else:
            as_group, as_decimal = float(bare.replace(marks[0], "")), float(bare.replace(",", "."))
            return (as_decimal, 1e-3, as_group) if marks[0] == decimal else (as_group, 1.0, as_decimal)
    grouping = "," if decimal == "." else "."
    plain = bare.replace(grouping, "").replace(decimal, ".")
    places = len(plain.partition(".")[2])
    return float(plain), 10.0**-places, None


def _digit_raws(folded: str, language: Language) -> Iterator[_Raw]:
    for found in re.finditer(patterns.DIGITS, folded):
        start, end = found.span()
        before = folded[start - 1] if start else " "
        glued = before.isalnum() or before == "_" or (before in "-./" and start > 1 and folded[start - 2].isalnum())
        if before in "-−–" and start > 1 and folded[start - 2].isdigit():
            glued = False
        if glued and not re.search(r"(?:us|r|mx|u|usd|eur|brl|gbp)\$?$", folded[:start]):
            continue
        value, step, other = parse_number(found.group(), language)
        sign = before in "-−–" and not (start > 1 and folded[start - 2].isalnum())
        factor = -1.0 if sign else 1.0
        yield _Raw(
            value=factor * value,
            start=start - sign,
            end=end,
            step=step,
            other=None if other is None else factor * other,
        )


def _word_raws(folded: str) -> Iterator[_Raw]:
    for word in find_word_numbers(folded):
        yield _Raw(value=word.value, start=word.start, end=word.end, step=1.0, worded=True)


def _without_overlap(raws: list[_Raw]) -> list[_Raw]:
    kept: list[_Raw] = []
    for raw in raws:
        if not kept or raw.start >= kept[-1].end:
            kept.append(raw)
    return kept


def _understand(raw: _Raw, folded: str) -> None:
    """Take in the scale, currency and unit that stand around a number."""
    if found := patterns.BEFORE.search(folded, max(0, raw.start - 8), raw.start):
        raw.unit, raw.currency = "money", patterns.CURRENCIES[found.group(1)]
        if found.group(2):
            raw.value, raw.other = -abs(raw.value), None if raw.other is None else -abs(raw.other)
        raw.start = found.start(1)
    if found := patterns.SCALE.match(folded, raw.end):
        word = re.sub(r"\s", " ", found.group(1))
        _scale(raw, SCALES[word])
        raw.letter = word if len(word) == 1 else ""
        raw.end = found.end()
    if found := patterns.AFTER_PERCENT.match(folded, raw.end):
        raw.unit, raw.end = "percent", found.end()
    elif found := patterns.AFTER_TOKENS.match(folded, raw.end):
        raw.unit, raw.end = "tokens", found.end()
        _scale(raw, patterns.MTOK.get(found.group(1), 1.0))
    elif found := patterns.AFTER_MONEY.match(folded, raw.end):
        raw.unit, raw.currency, raw.end = "money", patterns.CURRENCIES[found.group(1)], found.end()
    elif found := patterns.AFTER_TIMES.match(folded, raw.end):
        raw.unit = raw.unit or "times"
    elif raw.unit is None and patterns.FREE_AFTER.match(folded, raw.end):
        raw.free = True


def _scale(raw: _Raw, factor: float) -> None:
    raw.value *= factor
    raw.step *= factor
    raw.other = None if raw.other is None else raw.other * factor
    raw.factor *= factor


def _join_ranges(raws: list[_Raw], folded: str) -> None:
    """Give the unit of "40-60 %" and of "US$ 2-3 M" to both ends, and read "6 de cada 10" as a percentage."""
    for left, right in zip(raws[-2::-1], raws[:0:-1], strict=True):
        between = folded[left.end : right.start]
        if patterns.EACH.fullmatch(between) and left.unit is None and right.value:
            left.value, left.unit, left.end, left.step = 100 * left.value / right.value, "percent", right.end, 1.0
            right.free = True
        elif patterns.RANGE.fullmatch(between) and not left.free:
            _share_unit(left, right)


def _share_unit(left: _Raw, right: _Raw) -> None:
    if right.unit in {"percent", "money", "tokens"} and left.unit is None:
        left.unit, left.currency = right.unit, right.currency
    elif left.unit == "money" and right.unit is None and not right.free:
        right.unit, right.currency = "money", left.currency
    if (
        left.unit is not None
        and left.unit == right.unit
        and right.factor > left.factor == 1
        and left.value < _BARE_FROM
    ):
        _scale(left, right.factor)


def _counts(raw: _Raw, folded: str) -> bool:
    """Say whether a number is an amount: it has a unit, or is large and neither a year nor the number of a norm."""
    if raw.free:
        return False
    if raw.unit in {"percent", "money", "tokens"}:
        return True
    if raw.unit == "times":
        return bool(patterns.MONEY_TALK.search(folded)) or not raw.worded
    if raw.worded or raw.letter in {"b", "g", "t"} or max(abs(raw.value), abs(raw.other or 0)) < _BARE_FROM:
        return False
    if patterns.NORM_BEFORE.search(folded, max(0, raw.start - 24), raw.start) or folded[raw.end : raw.end + 1] in {
        "/",
        ":",
    }:
        return False
    is_year = raw.step == 1 and 1900 <= raw.value <= 2100 and raw.end - raw.start == 4  # noqa: PLR2004
    return not is_year


def _reading(raw: _Raw, text: str) -> Reading:
    return Reading(
        value=raw.value,
        unit=raw.unit or "bare",
        start=raw.start,
        end=raw.end,
        text=text[raw.start : raw.end],
        step=raw.step,
        other=raw.other,
        currency=raw.currency,
    )


def _shares(folded: str, text: str, *, taken: list[Reading]) -> Iterator[Reading]:
    """Yield halves, thirds and doubles in a text that speaks of money."""
    if not patterns.MONEY_TALK.search(folded):
        return
    tables: tuple[tuple[Unit, tuple[tuple[float, str], ...]], ...] = (
        ("percent", patterns.SHARES),
        ("times", patterns.MULTIPLES),
    )
    for unit, table in tables:
        for value, words in table:
            for found in re.finditer(rf"\b(?:{words})\b", folded):
                if patterns.HALF_YEAR.match(folded, found.end()) or any(
                    r.start < found.end() and found.start() < r.end for r in taken
                ):
                    continue
                yield Reading(
                    value=value, unit=unit, start=found.start(), end=found.end(), text=text[slice(*found.span())]
                )


def same_amount(left: Reading, right: Reading) -> bool:
    """Say whether two readings are the same amount in the same unit, whichever locale their marks are of."""
    units = {left.unit, right.unit}
    if len(units) > 1 and "bare" not in units:
        return False
    if left.currency and right.currency and left.currency != right.currency:
        return False
    values = [value for value in (left.value, left.other) if value is not None]
    others = [value for value in (right.value, right.other) if value is not None]
    return any(abs(a - b) <= 1e-9 * max(1.0, abs(a)) for a in values for b in others)
