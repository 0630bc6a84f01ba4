"""Whether a share is what is left of the cost and not what is saved: "cut the bill to 60 %". Pure."""

from collections.abc import Sequence
from typing import Literal

from bot.domain.reading.number_cues import COST_WORDS
from bot.domain.reading.numerals import Numeral
from bot.domain.reading.typed import Token, phrases, word_set

Left = Literal["no", "perhaps", "yes"]

_FALLING = tuple(
    word_set(
        "reduc reduz redu cut bajar bajam baja baje bajen bajem recort cort disminu diminu lower slash trim drop rebaj "
        "abarat decreas shrink bring get take push llevar llevem pasar pasem down dejar deja deje baix encolh enxug"
    )
)
_FALLING_TO = word_set("to al a para ao")
_LEAVING = tuple(word_set("dejar deja deje quedar quede queda quedem deix ficar fique keep hold"))
_LEAVING_AT = word_set("en em at")
_PAYING = tuple(word_set("pay pagar pague pagan pagam spend gast"))
_BETWEEN = word_set("un una uno el la los las um uma o os as the only just solo apenas about unos unas mas than no")
_TARGET_NOUNS = word_set(
    "target targets goal goals objetivo objetivos meta metas saving savings ahorro ahorros economia economias "
    "descuento desconto discount reduccion reducao reduction recorte corte cuts less menos"
)
_TARGET_WORDS = _TARGET_NOUNS | word_set("it lo isso eso that this")
"""What may fall as well, so that the number after it is a target: "lower the target to 30 %", "bájalo al 30 %"."""
_OF_TODAY = phrases(
    "of what|of today|of today's|of the current|of current|of our current|of the original|of the present|de lo que|"
    "de lo actual|del actual|del coste actual|del costo actual|del gasto actual|de la factura actual|de hoy|"
    "do que|do atual|do custo atual|do gasto atual|da conta atual|de hoje"
)
_REACH = 8
_NEAR = 4
_CLAUSE_ENDS = frozenset({";", ".", "!", "?", "…", ",", ":", "(", ")"})


def share_left(tokens: Sequence[Token], numeral: Numeral) -> Left:
    """Say whether a number is the share of the cost that is to be left, so that the saving is the rest of it.

    "perhaps" when the words say so without naming what falls: "reducir al 60 %" may speak of either.
    """
    if numeral.negative:
        return "no"
    before = _clause_before(tokens, numeral.start)
    if _is_of_today(tokens, numeral.end) and any(word.startswith((*_PAYING, *_FALLING)) for word in before):
        return "yes"
    while before and before[-1] in _BETWEEN:
        before.pop()
    joint = before.pop() if before else ""
    verbs = (_FALLING if joint in _FALLING_TO else ()) + (_LEAVING if joint in _LEAVING_AT else ())
    place = max((at for at, word in enumerate(before) if verbs and word.startswith(verbs)), default=-1)
    if place < 0 or any(_is_target(word) for word in before[place:]):
        return "no"
    after = _clause_after(tokens, numeral.end)
    if _TARGET_NOUNS.intersection(after[:_NEAR]):
        return "no"
    named = any(word in COST_WORDS and not _is_target(word) for word in (*before[max(0, place - _NEAR) :], *after))
    return "yes" if named and (numeral.percent or numeral.portion) else "perhaps"


def _is_target(word: str) -> bool:
    # "bájalo", "redúcelo": the thing that falls is what was spoken of before, the target of the plan.
    return word in _TARGET_WORDS or (word.endswith(("lo", "rlo", "elo")) and word.startswith(_FALLING + _LEAVING))


def _is_of_today(tokens: Sequence[Token], place: int) -> bool:
    words = tuple(token.fold for token in tokens[place : place + 4])
    return any(words[: len(phrase)] == phrase for phrase in _OF_TODAY)


def _clause_before(tokens: Sequence[Token], place: int) -> list[str]:
    words: list[str] = []
    for token in reversed(tokens[max(0, place - _REACH) : place]):
        if token.fold in _CLAUSE_ENDS:
            break
        words.append(token.fold)
    return words[::-1]


def _clause_after(tokens: Sequence[Token], place: int) -> list[str]:
    words: list[str] = []
    for token in tokens[place : place + _REACH]:
        if token.fold in _CLAUSE_ENDS:
            break
        words.append(token.fold)
    return words
