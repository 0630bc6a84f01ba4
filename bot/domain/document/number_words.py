"""Numbers written in words in Spanish, English and Portuguese, found in folded text with their places."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SMALL: Mapping[str, int] = {
    word: value
    for value, words in {
        1: "uno un una one um uma",
        2: "dos two dois duas",
        3: "tres three",
        4: "cuatro four quatro",
        5: "cinco five",
        6: "seis six",
        7: "siete seven sete",
        8: "ocho eight oito",
        9: "nueve nine nove",
        10: "diez ten dez",
        11: "once eleven onze",
        12: "doce twelve doze",
        13: "trece thirteen treze",
        14: "catorce fourteen quatorze",
        15: "quince fifteen quinze",
        16: "dieciseis sixteen dezesseis dezasseis",
        17: "diecisiete seventeen dezessete dezassete",
        18: "dieciocho eighteen dezoito",
        19: "diecinueve nineteen dezenove dezanove",
        20: "veinte twenty vinte",
        21: "veintiuno veintiun veintiuna",
        22: "veintidos",
        23: "veintitres",
        24: "veinticuatro",
        25: "veinticinco",
        26: "veintiseis",
        27: "veintisiete",
        28: "veintiocho",
        29: "veintinueve",
        30: "treinta thirty trinta",
        40: "cuarenta forty quarenta",
        50: "cincuenta fifty cinquenta",
        60: "sesenta sixty sessenta",
        70: "setenta seventy",
        80: "ochenta eighty oitenta",
        90: "noventa ninety",
        100: "cien ciento cem cento",
        200: "doscientos doscientas duzentos duzentas",
        300: "trescientos trescientas trezentos trezentas",
        400: "cuatrocientos cuatrocientas quatrocentos quatrocentas",
        500: "quinientos quinientas quinhentos quinhentas",
        600: "seiscientos seiscientas seiscentos seiscentas",
        700: "setecientos setecientas setecentos setecentas",
        800: "ochocientos ochocientas oitocentos oitocentas",
        900: "novecientos novecientas novecentos novecentas",
    }.items()
    for word in words.split()
}
NUMERALS: tuple[str, ...] = tuple(_SMALL)
"""The words that count up to nine hundred."""
SCALES: Mapping[str, float] = {
    "mil": 1e3,
    "miles": 1e3,
    "milhares": 1e3,
    "thousand": 1e3,
    "thousands": 1e3,
    "k": 1e3,
    "millon": 1e6,
    "millones": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "milhao": 1e6,
    "milhoes": 1e6,
    "mm": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "m": 1e6,
    "mil millones": 1e9,
    "mil milhoes": 1e9,
    "thousand million": 1e9,
    "millardos": 1e9,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "bilhao": 1e9,
    "bilhoes": 1e9,
    "g": 1e9,
    "t": 1e12,
    "b": 1e9,
    "billon": 1e12,
    "billones": 1e12,
    "trillion": 1e12,
    "trilhao": 1e12,
    "trilhoes": 1e12,
}
_AND = frozenset({"y", "e", "and"})
_HALF = frozenset({"medio", "media", "half", "meio", "meia"})
_HUNDRED = "hundred"
_WORD = re.compile(r"[a-z]+")
_MAX_GAP = re.compile(r"[ \u00a0-]+")


@dataclass(frozen=True, slots=True)
class WordNumber:
    """Be a number in words: its value and its place in the folded text; `plain` when it is a single small word."""

    value: float
    start: int
    end: int


def find_word_numbers(folded: str) -> Iterator[WordNumber]:
    """Yield the numbers in words of a text that `fold_in_place` folded, longest first at each place."""
    words = list(_WORD.finditer(folded))
    at = 0
    while at < len(words):
        value, taken = _read(folded, words, at)
        if taken:
            yield WordNumber(value, words[at].start(), words[at + taken - 1].end())
        at += taken or 1


def _read(folded: str, words: list[re.Match[str]], at: int) -> tuple[float, int]:
    """Return (value, words taken) of the number that starts at word `at`; (0, 0) when none does."""
    total, group, last, taken, index = 0.0, 0.0, 0.0, 0, at
    while index < len(words):
        word = words[index].group()
        started = taken > 0
        if index > at and not _MAX_GAP.fullmatch(folded, words[index - 1].end(), words[index].start()):
            break
        if _joins(words, index, started=started):
            index += 1
            continue
        if word in _HALF and not started and (scale := _scale_behind_half(words, index)):
            total, last, index = SCALES[words[scale].group()] / 2, SCALES[words[scale].group()], scale
        elif word in _SMALL:
            group += _SMALL[word]
        elif word == _HUNDRED and index > at:
            group = max(group, 1) * 100
        elif word in SCALES and len(word) > 2 and (started or word == "mil"):  # noqa: PLR2004  # letters belong to digits
            total, group, last = _scaled(total, group, SCALES[word]), 0, SCALES[word]
        elif started and word in _HALF and words[index - 1].group() in {*_AND, "a"}:
            group, total = (group + 0.5, total) if group else (0.0, total + last / 2)
        else:
            break
        index += 1
        taken = index - at
    return total + group, taken


def _joins(words: list[re.Match[str]], index: int, *, started: bool) -> bool:
    """Say whether a word only ties a number together: the "and" within it, the "a" of "a hundred" and "a half"."""
    word = words[index].group()
    if word == "a":
        return _next_is(words, index, "half" if started else _HUNDRED)
    return word in _AND and started and index + 1 < len(words)


def _scale_behind_half(words: list[re.Match[str]], index: int) -> int:
    """Return the place of the scale word of "half a million" and "medio millón", 0 when there is none."""
    at = index + (2 if _next_is(words, index, "a") else 1)
    return at if at < len(words) and SCALES.get(words[at].group(), 0) >= 1e6 and len(words[at].group()) > 2 else 0  # noqa: PLR2004


def _scaled(total: float, group: float, scale: float) -> float:
    """Return the sum after a scale word; thousands before millions are multiplied (mil millones)."""
    if 0 < total < scale:
        return (total + group) * scale
    return total + max(group, 1) * scale


def _next_is(words: list[re.Match[str]], index: int, wanted: str) -> bool:
    return index + 1 < len(words) and words[index + 1].group() == wanted
