"""The savings target among the numbers of a sentence: in range, a range, a fraction or out of range. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from bot.domain.brief import TARGET_MAX, TARGET_MIN_EXCLUSIVE, Language
from bot.domain.industries import Mention
from bot.domain.reading.corrections import is_correction, is_left_out, is_replaced
from bot.domain.reading.number_context import WHOLE, weigh
from bot.domain.reading.number_pieces import in_pieces
from bot.domain.reading.numerals import Numeral, find_numerals
from bot.domain.reading.remaining import share_left
from bot.domain.reading.typed import Token

TargetProblem = Literal["out_of_range", "fraction", "range"]
_RANGE_MARKS = frozenset({"-", "–", "—", "to", "a", "al", "ate", "until", "hasta", "or", "o", "ou", "/", "~", "→", ">"})
_BETWEEN = frozenset({"between", "entre"})
_PAIR = frozenset({"and", "y", "e"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Hold the target, or what is wrong with it: `low` and `high` of a range, `suggestion` for a fraction."""

    percent: float | None = None
    problem: TargetProblem | None = None
    said: float | None = None
    low: float | None = None
    high: float | None = None
    suggestion: float | None = None
    places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Scored:
    numeral: Numeral
    score: int


def find_target(tokens: Sequence[Token], language: Language, mentions: Sequence[Mention] = ()) -> Target:
    """Return the savings target a sentence names; `mentions` are the places that name an industry."""
    taken = {place for mention in mentions for place in range(mention.start, mention.end)}
    counted = {mention.start for mention in mentions if mention.plural}
    numerals = [
        numeral for numeral in find_numerals(tokens) if numeral.percent or numeral.portion or numeral.end not in counted
    ]
    weighed = [_Scored(numeral, score) for numeral in numerals if (score := weigh(tokens, numeral, taken)) > 0]
    pieces = in_pieces(tokens, numerals, {item.numeral for item in weighed})
    scored = [item for item in weighed if item.numeral not in pieces]
    numerals = [numeral for numeral in numerals if numeral not in pieces]
    if not scored:
        return Target()
    for first, second in pairwise(numerals):
        if is_replaced(tokens, (first.start, first.end), (second.start, second.end)):
            return _judge(tokens, second)
        if _is_range(tokens, first, second) and {first, second} & {item.numeral for item in scored}:
            return _range(tokens, first, second, scored)
    return _judge(tokens, _choose(tokens, scored, language))


def _is_range(tokens: Sequence[Token], first: Numeral, second: Numeral) -> bool:
    between = [token.fold for token in tokens[first.end : second.start]]
    if not all(_plausible(numeral) for numeral in (first, second)) or not between or first.value == second.value:
        return False
    if all(word in _RANGE_MARKS | {"el", "un", "the", "los"} for word in between) and any(
        word in _RANGE_MARKS for word in between
    ):
        return True
    before = {token.fold for token in tokens[max(0, first.start - 3) : first.start]}
    return bool(before & _BETWEEN) and all(word in _PAIR | {"el", "un", "the", "los"} for word in between)


def _plausible(numeral: Numeral) -> bool:
    return numeral.percent or numeral.portion or numeral.value <= WHOLE


def _range(tokens: Sequence[Token], first: Numeral, second: Numeral, scored: Sequence[_Scored]) -> Target:
    after = [item for item in scored if item.numeral.start > second.start]
    if after and after[-1].score >= max(item.score for item in scored):
        return _judge(tokens, after[-1].numeral)
    return _between(first, second, ((first.start, second.end),))


def _between(first: Numeral, second: Numeral, places: tuple[tuple[int, int], ...]) -> Target:
    """Return two numbers to choose from; when neither can be taken there is nothing to choose."""
    low, high = sorted((first.value, second.value))
    if low > TARGET_MAX or high <= TARGET_MIN_EXCLUSIVE:
        return Target(problem="out_of_range", said=first.value, places=places)
    return Target(problem="range", low=low, high=high, places=places)


def _choose(
    tokens: Sequence[Token], scored: Sequence[_Scored], language: Language
) -> Numeral | tuple[Numeral, Numeral]:
    """Return the best number, the corrected one, or two that are equally good and differ."""
    kept = [item for item in scored if not is_left_out(tokens, item.numeral.start, language)] or list(scored)
    # In "finance 40, spend: 20000" only one number can be a percentage.
    kept = [item for item in kept if _plausible(item.numeral)] or kept
    chosen = kept[0]
    rival: Numeral | None = None
    for item in kept[1:]:
        corrected = is_correction(tokens, chosen.numeral.end, item.numeral.start, language)
        if corrected or item.score > chosen.score:
            chosen, rival = item, None
        elif item.score == chosen.score and item.numeral.value != chosen.numeral.value:
            rival = item.numeral
    return chosen.numeral if rival is None else (chosen.numeral, rival)


def _judge(tokens: Sequence[Token], chosen: Numeral | tuple[Numeral, Numeral]) -> Target:
    if isinstance(chosen, tuple):
        return _between(chosen[0], chosen[1], tuple((item.start, item.end) for item in chosen))
    left = share_left(tokens, chosen) if 0 < chosen.value < WHOLE else "no"
    rest = round(WHOLE - chosen.value, 1)
    if left == "perhaps" and rest != chosen.value and (chosen.percent or chosen.portion or chosen.value >= 1):
        low, high = sorted((chosen.value, rest))
        return Target(problem="range", low=low, high=high, places=((chosen.start, chosen.end),))
    if left == "yes":
        chosen = replace(chosen, value=rest)
    value = -chosen.value if chosen.negative else chosen.value
    places = ((chosen.start, chosen.end),)
    bare = not chosen.percent and not chosen.portion
    if bare and chosen.decimals and 0 < value < 1:
        suggestion = round(value * 100, 1)
        if suggestion > TARGET_MAX:
            return Target(problem="out_of_range", said=value, places=places)
        return Target(problem="fraction", said=value, suggestion=suggestion, places=places)
    in_range = TARGET_MIN_EXCLUSIVE < value <= TARGET_MAX
    if not in_range or round(value, 1) != value:
        return Target(problem="out_of_range", said=value, places=places)
    return Target(percent=value, said=value, places=places)
