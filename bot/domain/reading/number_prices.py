"""Numbers that are money and not the savings target: "500 USD", "$20k", "between 20 and 30 thousand dollars". Pure."""

import re
from collections.abc import Sequence

from bot.domain.brief import TARGET_MAX
from bot.domain.reading.money import CURRENCIES, RANGE_MAX
from bot.domain.reading.numerals import Numeral, number_of
from bot.domain.reading.typed import Token, word_set

_MONEY = (frozenset(CURRENCIES) - {"real"}) | word_set("¥ ₹ pesos")  # "40 real savings" is no price
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
        return not number_at(tokens, start - 2) or _may_be_target(
            number_of(tokens[start - 2].text)[0], tokens[start - 1]
        )
    if end == len(tokens) or tokens[end].fold not in _MONEY:
        return False
    follows = number_at(tokens, end + 1) or _scaled_at(tokens, end + 1)
    return not (follows and _may_be_target(numeral.value, tokens[end]))


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


def _may_be_target(value: float, money: Token) -> bool:
    return value <= TARGET_MAX and not money.glued


def _scaled_at(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].kind == "mixed" and _SCALED.fullmatch(tokens[place].fold) is not None


def number_at(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a number in digits stands at a place, which may lie outside the sentence."""
    return 0 <= place < len(tokens) and tokens[place].kind == "number"
