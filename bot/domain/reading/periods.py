"""The periods an amount of money is paid in: "a month", "/yr", "cada trimestre", "last month", in months. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_MONTHS: Mapping[str, float] = MappingProxyType(
    {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "quarter": 3.0, "half": 6.0, "year": 12.0}
)
"""How many months a period has."""
_EACH = r"(?:/\s*|\b(?:a la|a|al|ao|por|cada|per|each|every)\s+)"
_LAST = r"(?:last|past) {english}\b|{other} (?:pasado|anterior|passado)\b"
_NOUNS: tuple[tuple[str, str, str], ...] = (
    ("day", "day|dia", r"daily\b|diari[oa]s?\b"),
    ("week", "week|semana", r"weekly\b|semana(?:l|les|is|lmente)\b"),
    ("month", "month|mo|mes", r"monthly\b|mensual(?:es|mente)?\b|mensa(?:l|is|lmente)\b|p\.m\.|pm\b|pcm\b|p/m\b"),
    ("month", "month|mo|mes", _LAST.format(english="month", other="mes")),
    ("quarter", "quarter|trimestre", r"quarterly\b|trimestra(?:l|les|is|lmente)\b"),
    ("half", "half[- ]year|semestre", r"semestra(?:l|les|is|lmente)\b"),
    ("year", "year|yr|ano|annum", r"yearly\b|annual(?:ly)?\b|anua(?:l|les|is|lmente)\b|p\.a\.|pa\b|p/a\b"),
    ("year", "year|yr|ano|annum", _LAST.format(english="year", other="ano")),
)
"""For each period its nouns, which "a" or "per" stands before, and the words that say it alone."""
PERIOD = "|".join(rf"{_EACH}(?:{nouns})\b|\b(?:{others})" for _, nouns, others in _NOUNS)
_PERIOD = re.compile(
    "|".join(
        rf"(?P<{name}_{place}>{_EACH}(?:{nouns})\b|\b(?:{others}))"
        for place, (name, nouns, others) in enumerate(_NOUNS)
    )
)
# "20k USD month"
_NOUN_ALONE = re.compile(r"\s*(?:(?P<month_>month|mes)\b|(?P<year_>year|ano)\b)")
# "20k USD on GPT-4o a month", but not "3 USD for a user a month"
_ON_MODELS = re.compile(
    r"\s+(?:on|to|with|en|a|con|em|com|de|of)\s+(?:the |our |el |la |los |las |o |a |os |as )?(?:\w+ ){0,2}?"
    r"(?:openai|anthropic|azure|bedrock|vertex|gemini|mistral|llms?|ia|ai|apis?|model\w*|tokens|chatgpt|copilot|gpt[\w.-]*|"
    r"claude(?:[ -][\w.-]+){0,3})(?=\s)"
)
_SPACES = re.compile(r"\s*")
_CLAUSE_ENDS = re.compile(r"[.;!?](?=\s|$)")
REACH = 40
"""Characters between a word and the amount it belongs to."""


def months_beside(folded: str, start: int, end: int) -> float:
    """Return how many months the period beside an amount has, 0 when none stands there; the text is folded."""
    on_models = _ON_MODELS.match(folded, end)
    for place in (end, on_models.end() if on_models else end):
        after = _PERIOD.match(folded, _SPACES.match(folded, place).end())  # type: ignore[union-attr]  # always one
        if after:
            return _months_of(after)
    alone = _NOUN_ALONE.match(folded, end)
    if alone:
        return _months_of(alone)
    clause = _CLAUSE_ENDS.split(folded[max(0, start - 2 * REACH) : start])[-1]
    before = [found for found in _PERIOD.finditer(clause) if len(clause) - found.end() <= REACH]
    return _months_of(before[-1]) if before else 0.0


def _months_of(match: re.Match[str]) -> float:
    return _MONTHS[(match.lastgroup or "").partition("_")[0]]
