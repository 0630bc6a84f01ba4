"""Numbers that are money and not the savings target: "500 USD", "$20k", "between 20 and 30 thousand dollars". Pure."""

import re
from collections.abc import Sequence

from bot.domain.brief import TARGET_MAX
from bot.domain.reading.money import CURRENCIES, OTHER_CURRENCIES, RANGE_MAX
from bot.domain.reading.numerals import Numeral, number_of
from bot.domain.reading.typed import Token, word_set

_MONEY = (frozenset(CURRENCIES) - {"real"}) | OTHER_CURRENCIES  # "40 real savings" is no price
_SCALE_LETTERS = "km"
_SCALED = re.compile(rf"\d+[{_SCALE_LETTERS}]+")
_BETWEEN = word_set("between entre")
_TO = word_set("- – — to a ate hasta or o ou")
_AND = word_set("and y e")


def is_price(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Tell money; what stands between two numbers belongs to the second after a small one: "finance 40 $500"."""
    if numeral.percent:
        return False
    if _begins_price_range(tokens, numeral):
        return True
    start, end = numeral.start, numeral.end
    if start and tokens[start - 1].fold in _MONEY:
        return not number_at(tokens, start - 2) or _may_be_target(tokens[start - 2], tokens[start - 1])
    if end == len(tokens) or tokens[end].fold not in _MONEY:
        return False
    follows = number_at(tokens, end + 1) or _scaled_at(tokens, end + 1)
    return not (follows and not tokens[end].glued and numeral.value <= TARGET_MAX)


def _begins_price_range(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Tell "20-30k USD" and "between 20 and 30 thousand dollars"."""
    joint, place = numeral.end, numeral.end + 1
    if not number_at(tokens, place) and not _scaled_at(tokens, place):
        return False
    is_between = numeral.start > 0 and tokens[numeral.start - 1].fold in _BETWEEN
    if tokens[joint].fold not in (_TO | _AND if is_between else _TO):
        return False
    money = {token.fold for token in tokens[place + 1 : place + 4]} & _MONEY
    high = number_of(tokens[place].fold.rstrip(_SCALE_LETTERS))[0]
    ends = sorted((numeral.value, high))
    return bool(money or _scaled_at(tokens, place)) and ends[0] < ends[1] <= ends[0] * RANGE_MAX


def _may_be_target(number: Token, money: Token) -> bool:
    return not money.glued and number_of(number.text)[0] <= TARGET_MAX


def _scaled_at(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and is_scaled(tokens[place])


def is_scaled(token: Token) -> bool:
    """Tell "30k" and "2mm", which are amounts of something."""
    return token.kind == "mixed" and _SCALED.fullmatch(token.fold) is not None


def has_money(tokens: Sequence[Token], place: int) -> bool:
    """Say whether an amount of money begins at a place or one word later: "our $20k", "the 20,000 USD"."""
    window = tokens[place : place + 4]
    return any(token.kind in {"number", "mixed"} for token in window[:3]) and any(
        token.fold in _MONEY for token in window
    )


def number_at(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a number in digits stands at a place, which may lie outside the sentence."""
    return 0 <= place < len(tokens) and tokens[place].kind == "number"
