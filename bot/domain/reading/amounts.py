"""The numbers of a sentence as amounts: value, currency and place, and those that are no one number. Pure.

Each number is looked at once, with a few characters around it, so that the longest message is read in milliseconds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.domain.reading.money import CURRENCIES, MONEY_WORDS, OTHER_CURRENCIES, RANGE_MAX, SCALE_WORDS, SCALES
from bot.domain.reading.numerals import number_of

_OTHERS = "|".join(sorted((re.escape(word) for word in OTHER_CURRENCIES), key=len, reverse=True))
MONEY = rf"(?:{MONEY_WORDS}|{_OTHERS})(?![a-z])"
SCALED = rf"(?:{SCALE_WORDS})(?:(?![a-z]|\.[a-z])|(?=(?:{MONEY_WORDS})(?![a-z])))"
HALF = r"\s+(?:y|e|and a)\s+(?:medi[oa]|mei[oa]|half)(?![a-z])"

# Nowhere possessive quantifiers: Python 3.11.2, that of Debian 12, matches wrongly behind them.
_DIGITS = re.compile(r"\d+(?:[.,']\d+)*")
_WELL_FORMED = re.compile(
    r"\d+|\d{1,3}(?P<mark>[.,'])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,]\d{1,2})?|\d+[.,']\d{1,2}|0[.,]\d+"
)
_WELL_SCALED = re.compile(r"\d+|\d+[.,']\d{1,2}|0[.,]\d+")
"""Before a scale three digits after a mark say nothing: "1.200 M" is a thousand times more in Spain than in the US."""
_SCALE = re.compile(rf"(?:[.,]-(?!\d))?(?:\s*(?P<scale>{SCALED})(?P<half>{HALF})?)?")
_PERCENT = re.compile(r"\s*(?:%|percent|per cent|pct|por ?cien|por cento)")
_MONEY_AFTER = re.compile(rf"\s*(?:de\s+|of\s+)?(?P<money>{MONEY})")
_OF_THE_NEXT = re.compile(rf"\s+(?:{MONEY_WORDS})\s*(?:{_DIGITS.pattern})(?!\d|[.,']\d|\s*%)")
"""In "finance 40 $500" the sign belongs to what follows it."""
_BEFORE_WORDS = "|".join(word for word in MONEY_WORDS.split("|") if word != "real")  # "gasto real 20.000" is no Brazil
_MONEY_BEFORE = re.compile(
    rf"(?:(?<![a-z])(?P<money>{_BEFORE_WORDS}|{_OTHERS})\s*(?P<sign>[$€£]?)|(?<![a-z])(?P<letters>[a-z]{{1,4}})\$)"
    r"\s*[~≈+]?\s*$"
)
_WINDOW = 24
_SMALL = 2
_NEEDS_NONE = re.compile(r"\s*\d")
_MID_NUMBER = re.compile(r"(?:[a-z0-9]|\d[.,'])$")
_MINUS_BEFORE = re.compile(r"(?:^|[\s(:;,])[-–−]$")
_RUNS_ON = re.compile(r"(?!p(?:cm|[ma])(?![a-z]))[a-z0-9]")
_BETWEEN = re.compile(r"\b(?:between|entre)\s+$")
_JOINT = re.compile(r"\s*[-–—~→]\s*|\s+(?:to|a|ate|hasta|or|ou|o|bis)\s+")
_SLASH = re.compile(r"\s*/\s*")
_PAIR = re.compile(r"\s+(?:y|and|e)\s+")
_MORE = re.compile(r"\s+(?:(?:y|e|and|con|com)\s+)?")
_SPLIT = re.compile(r" | ?[.,] ?")
_HEAD = re.compile(r"\d{1,3}")
_GROUP = re.compile(r"\d{3}(?!\d)")
_MAY_BE_SIGNED = frozenset({"USD", "MXN", "ARS", "CLP", "COP", "BRL"})
"""The currencies a "$" may stand for, when a word beside it says so: "$350,000 MXN"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Hold a number with its place, marks and money around it included; `value` is None when it is no one number.

    `currency` is None when none is named, and "" when what is named is none we know, or two at once.
    """

    start: int
    end: int
    digits: str
    scale: str = ""
    value: float | None = None
    currency: str | None = None

    @property
    def rough(self) -> float:
        """Return about how much it is, also for what is no one number."""
        return number_of(self.digits)[0] * SCALES.get(self.scale, 1.0)


def find_amounts(folded: str) -> tuple[Amount, ...]:
    """Return every number of a folded text that is no percentage, in order."""
    found: list[Amount] = []
    last = 0
    for match in _DIGITS.finditer(folded):
        amount = _amount(folded, match, last)
        last = amount.end
        if not _PERCENT.match(folded, match.end()):
            found.append(amount)
    for place, (first, second) in enumerate(pairwise(tuple(found))):
        if _is_one_of_two(folded, first, second):
            found[place] = replace(found[place], value=None)
            found[place + 1] = replace(found[place + 1], value=None)
        elif _is_piece(folded, first, second):
            found[place + 1] = replace(found[place + 1], value=None)
            found[place] = replace(found[place], value=None)
    return tuple(found)


def currency_of(words: Sequence[str]) -> str | None:
    """Return the one currency some words of money name: "$" gives way to a word, and two that differ are none."""
    if not words:
        return None
    codes = {CURRENCIES.get(word, "") for word in words if word != "$"}
    if not codes:
        return CURRENCIES["$"]
    code = codes.pop()
    clash = codes or ("$" in words and code not in _MAY_BE_SIGNED)
    return "" if clash else code


def _amount(folded: str, match: re.Match[str], last: int) -> Amount:
    start, digits = match.start(), match.group()
    before = _MONEY_BEFORE.search(folded[max(last, start - _WINDOW) : start])
    begin = start - len(before.group()) if before else start
    scaled = _SCALE.match(folded, match.end())
    scale, half, end = scaled["scale"] or "", scaled["half"], scaled.end()  # type: ignore[index, union-attr]  # may be empty
    words = [word for word in (before["money"], before["sign"], before["letters"]) if word] if before else []
    after = None if _is_of_the_next(folded, digits, end, before) else _MONEY_AFTER.match(folded, end)
    if after and not (before and _NEEDS_NONE.match(folded, after.end())):
        words, end = [*words, after["money"]], after.end()
    amount = Amount(start=begin, end=end, digits=digits, scale=scale, currency=currency_of(words))
    glued = before is None and _MID_NUMBER.search(folded[max(0, start - 2) : start])
    below = _MINUS_BEFORE.search(folded[max(0, begin - 2) : begin])
    runs_on = not folded[end - 1].isspace() and _RUNS_ON.match(folded, end)
    return amount if glued or below or runs_on else replace(amount, value=_value(digits, scale, is_half=bool(half)))


def _is_of_the_next(folded: str, digits: str, end: int, before: re.Match[str] | None) -> bool:
    is_small = len(digits.partition(".")[0].partition(",")[0]) <= _SMALL
    return before is None and is_small and _OF_THE_NEXT.match(folded, end) is not None


def _value(digits: str, scale: str, *, is_half: bool) -> float | None:
    """Return a value where the marks in the digits leave no doubt: "20,0000" and "12,34,567" do."""
    if digits.startswith("00") or not (_WELL_SCALED if scale else _WELL_FORMED).fullmatch(digits):
        return None
    size = SCALES.get(scale, 1.0)
    return number_of(digits)[0] * size + (size / 2 if is_half else 0.0)


def _is_one_of_two(folded: str, first: Amount, second: Amount) -> bool:
    """Tell "20-30k USD", "entre 20 y 30 mil euros", and "100 mil 500 euros", which is one number in two parts."""
    between = folded[first.end : second.start]
    is_rest = first.currency is None or (second.currency is None and second.scale)
    if first.scale and is_rest and _MORE.fullmatch(between):
        return True
    joined = _JOINT.fullmatch(between) or (_SLASH.fullmatch(between) and (first.scale or first.currency))
    pair = _PAIR.fullmatch(between) and _BETWEEN.search(folded[max(0, first.start - _WINDOW) : first.start])
    low = number_of(first.digits)[0] * SCALES.get(first.scale or second.scale, 1.0)
    low, high = sorted((low, second.rough))
    return bool(joined or pair) and 0 < low < high <= low * RANGE_MAX


def _is_piece(folded: str, first: Amount, second: Amount) -> bool:
    """Tell "40 500 USD" and "$20, 000": nobody can say whether that is one number or two."""
    between = folded[first.end : second.start]
    if first.end == second.start:
        return True
    is_head = not first.scale and _HEAD.fullmatch(first.digits) is not None
    is_group = _SPLIT.fullmatch(between) is not None and _GROUP.match(folded, second.start) is not None
    return is_head and is_group and (between == " " or second.digits.startswith("0"))
