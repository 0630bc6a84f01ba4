"""By how much a sentence wants today's volume multiplied: "by 30 %", "to 30 %", "x2.5", "three times", "half". Pure."""

import re
from collections.abc import Callable, Iterator

from bot.domain.reading.numerals import number_of

_COST = r"(?:bills?|costs?|cost[eo]s?|custos?|spen\w+|pric\w+|gast\w+|factur\w+|fatur\w+|prec\w+)"
_VOLUME = re.compile(
    rf"\b(?:volum\w*|tokens?(?! {_COST})|usage|traffic|requests?|trafico|trafego|peticiones|solicitudes|consumo|"
    r"demanda|demand|el uso|o uso|our use)\b"
)
_UP = r"(?:crec\w*|sub\w*|aument\w*|grow\w*|increas\w*|ris(?:e|es|ing|en)|go(?:es)? up|cresc\w*)"
_DOWN = (
    r"(?:baj\w*|cae\w*|caiga\w*|cai\w*|disminu\w*|dimin\w*|fall\w*|drop\w*|decreas\w*|shrink\w*|go(?:es)? down|"
    r"reduc\w*|reduz\w*|cut\w*|lower(?:ed|s)|recort\w*)"
)
_CUTS = re.compile(r"\b(?:reduc|reduz|cut|lower|recort)")
"""What is said of costs as often as of the volume: it counts only where the volume is what falls."""
_OWN = r"(?:the|our|its|el|la|los|las|nuestro|nuestra|o|a|os|as|nosso|nossa|de|of|se|is|are|be|gets?|were|es|fuera|for)"
_VOLUME_FALLS = re.compile(
    rf"{_VOLUME.pattern}(?:\s+\w+){{0,3}}?\s+(?:reduc|reduz|cut|lower|recort)"
    rf"|\b(?:reduc|reduz|cut|lower|recort)\w*\s+(?:{_OWN}\s+){{0,3}}{_VOLUME.pattern}"
)
_SHARE = r"(?<!\d)(?<!\d[.,])(?P<share>\d[\d.,]*)\s*(?:%|por ciento|por cento|percent)"
_TO = (
    r"(?P<to>\b(?<!by )(?:to|al|a|ao|para|hasta|ate)\s+"
    r"(?:(?:about|only|just|un|una|el|o|um|uns|unos|solo|apenas)\s+)*)?"
)
_VERBS = tuple(
    (re.compile(rf"\b{verb}\b(?=[^\d.;]*{_SHARE})(?=[^\d.;]*?{_TO}{_SHARE.replace('share', 'again')})"), sign)
    for verb, sign in ((_UP, 1), (_DOWN, -1))
)
_COMPARED = tuple(
    (re.compile(rf"\b{word}\b[^\d.;]*{_SHARE}|{_SHARE.replace('share', 'again')}\s+{word}\b"), sign)
    for word, sign in (
        (r"(?:mas|more|mais|higher|mayor|maior|superior)", 1),
        (r"(?:menos|less|fewer|lower|menor|inferior)", -1),
    )
)
_HALF = r"(?:half(?!\s+an?\b)|mitad|metade)"
_AND_HALF = re.compile(r"\b(?:and a half|y medi[ao]|e mei[ao])\b")
_WORDS: tuple[tuple[re.Pattern[str], float | None], ...] = tuple(
    (re.compile(pattern), factor)
    for pattern, factor in (
        (r"\b(?:one and a half|1 and a half|vez y media|vez e meia)\b", 1.5),
        (r"\b(?:two|2|dos|duas)(?: times| veces| vezes)? (?:and a half|y media|e meia)\b", 2.5),
        (_AND_HALF.pattern, None),
        (rf"\b{_UP}\b[^\d.;]*\b{_HALF}\b", 1.5),
        (r"\b(?:doubl\w*|twice|dobl\w+|duplic\w*|dobr\w+)\b", 2.0),
        (r"\b(?:tripl\w*|three times|tres veces|tres vezes)\b", 3.0),
        (r"\b(?:quadrupl\w*|cuadrupl\w*|four times|cuatro veces|quatro vezes)\b", 4.0),
        (r"\b(?:quintupl\w*|fivefold|five times|cinco veces|cinco vezes)\b", 5.0),
        (r"\b(?:ten times|diez veces|dez vezes|tenfold)\b", 10.0),
        (rf"\b(?:halv\w*|{_HALF})\b", 0.5),
    )
)
"""Factors in words, the first that is there; None where the words say one that cannot be read."""
_TIMES = re.compile(
    r"(?<![\w.,])(?P<first>\d[\d.,]*) ?(?:x(?!\w|\s*(?:[abhl]\d|gpu|nvidia))"
    r"|(?:times|veces|vezes)\b(?! (?:a|al|ao|por|per|each|every|cada)\b))"
    r"|\bx ?(?P<second>\d[\d.,]*)(?![\w%]| %)"
    r"|\bmultipl\w+ (?:por|by) (?P<third>\d[\d.,]*)(?![\w%]| %)"
)
MOST = 1000.0
"""Nobody multiplies a volume by more; a larger number is a count of something."""


def find_volume_factor(folded: str) -> float | None:
    """Return what today's volume is to be multiplied by; None where a sentence names no factor, or none to be sure of.

    The sentence is folded. A number is taken whole or not at all: of "1.2x" nobody means the 2.
    """
    if not _VOLUME.search(folded):
        return None
    ways: tuple[Callable[[str], float | None], ...] = (_by_verb, _by_comparison, _by_times, _by_word)
    factor = next((factor for way in ways if (factor := way(folded)) is not None), None)
    return round(factor, 6) if factor is not None and 0 < factor <= MOST else None


def _by_verb(folded: str) -> float | None:
    """Take the verb that stands last before its percentage: "it grew, and now falls by more than 30 %"."""
    found = [(match.start(), match, sign) for match, sign in _matches(folded)]
    if not found:
        return None
    _, match, sign = max(found, key=lambda item: item[0])
    share = _number(match["share"]) / 100
    return share if match["to"] else 1 + sign * share


def _matches(folded: str) -> Iterator[tuple[re.Match[str], int]]:
    for pattern, sign in _VERBS:
        for match in pattern.finditer(folded):
            if not _CUTS.match(match.group()) or _VOLUME_FALLS.search(folded):
                yield match, sign


def _by_comparison(folded: str) -> float | None:
    for pattern, sign in _COMPARED:
        match = pattern.search(folded)
        if match:
            return 1 + sign * _number(match["share"] or match["again"]) / 100
    return None


def _by_times(folded: str) -> float | None:
    match = None if _AND_HALF.search(folded) else _TIMES.search(folded)
    return None if match is None else _number(match["first"] or match["second"] or match["third"])


def _by_word(folded: str) -> float | None:
    return next((factor for pattern, factor in _WORDS if pattern.search(folded)), None)


def _number(text: str) -> float:
    return number_of(text.rstrip(".,"))[0]
