"""Digits in pieces, which are no targets: telephone numbers, dates, times, and a slip such as "4 0". Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bot.domain.brief import TARGET_MAX
from bot.domain.reading.numerals import Numeral
from bot.domain.reading.typed import Token

_JOINING = frozenset("-–./():+")
_PAIR = 2
_TWO_DIGITS = 10
_NO_PERCENTAGE = 100_000
"""From here on nobody means a percentage: it is the number of a telephone, an order or a post box."""


def in_pieces(tokens: Sequence[Token], numerals: Sequence[Numeral], likely: AbstractSet[Numeral]) -> frozenset[Numeral]:
    """Return the numbers that are pieces of something longer; `likely` are those that could be targets alone."""
    runs: list[list[Numeral]] = []
    for numeral in numerals:
        if runs and _continues(tokens, runs[-1][-1], numeral):
            runs[-1].append(numeral)
        else:
            runs.append([numeral])
    return frozenset(numeral for run in runs if _is_other(tokens, run, likely) for numeral in run)


def _continues(tokens: Sequence[Token], last: Numeral, numeral: Numeral) -> bool:
    between = tokens[last.end : numeral.start]
    return _is_bare(last) and _is_bare(numeral) and all(token.text in _JOINING for token in between)


def _is_bare(numeral: Numeral) -> bool:
    return not (numeral.percent or numeral.portion or numeral.spelled)


def _is_other(tokens: Sequence[Token], run: Sequence[Numeral], likely: AbstractSet[Numeral]) -> bool:
    """Tell "25/12/2026", "10:30" and "600 111 222"; "40 20 000 USD" is a target and a price."""
    marks = {token.text for token in tokens[run[0].start : run[-1].end] if token.kind == "mark"}
    is_glued = all(token.glued for token in tokens[run[0].start + 1 : run[-1].end])
    if is_glued and (len(run) > _PAIR or marks == {":"}):
        return True
    numbers = [numeral for numeral in run if numeral in likely]
    if len(numbers) == 1:
        return _is_bare(numbers[0]) and numbers[0].value >= _NO_PERCENTAGE
    if len(numbers) > _PAIR or marks:
        return len(numbers) > _PAIR
    tails_on = len(run) > _PAIR and run[0] not in likely  # what goes on behind "call me at 35" belongs to it
    return tails_on or not all(_TWO_DIGITS <= numeral.value <= TARGET_MAX for numeral in numbers)
