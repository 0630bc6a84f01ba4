"""The period an amount of money is paid for, beside it or in the same clause, in months. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.reading.closed_models import MASK

_MONTHS: Mapping[str, float] = MappingProxyType(
    {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "quarter": 3.0, "half": 6.0, "year": 12.0}
)
"""How many months a period has."""
_EACH = r"(?:/\s*|(?<![a-z])(?:p/|x\s+|(?:a la|a|al|ao|por|cada|per|each|every|to[dt]o|todos [lo]?os|todas las)\s+))"
_PERIODS = (
    ("day", "days?|dias?", "daily|diari[oa]s?"),
    ("week", "weeks?|semanas?", "weekly|semana(?:l|les|is|lmente)"),
    (
        "month",
        "calendar month|months?|mo|mth|mnth|mes(?:es)?",
        r"month|monthly|mo|mes|mensual(?:es|mente)?|mensa(?:l|is|lmente)|p\.m\.|pm|pcm|p/m",
    ),
    ("quarter", "quarters?|qtr|trimestres?", "quarterly|trimestra(?:l|les|is|lmente)"),
    (
        "half",
        "half[- ]year|six months|seis meses|semestres?",
        "half-yearly|semi-?annual(?:ly)?|semestra(?:l|les|is|lmente)",
    ),
    ("year", "years?|yr|anos?|annum", r"yearly|annual(?:ly)?|anua(?:l|les|is|lmente)|p\.a\.|pa|p/a"),
)
_ANY = "|".join(
    rf"(?P<{name}>{_EACH}(?:{nouns})(?![a-z])|(?<![a-z])(?<!semi-)(?<!bi-)(?:{others})(?![a-z]))"
    for name, nouns, others in _PERIODS
)
_BESIDE = re.compile(rf"[\s(*_`\"]*(?:{_ANY})")
_ASIDE = re.compile(rf"\s*[,–-]\s*(?:{_ANY})(?=\s*(?:[,.;!?)]|$))")
_FOR_WHAT = (
    r"(?:\s+(?:on|to|for|in|with|en|a|ao?|de|da|do|con|com|para|por|pel[ao]|na|no|em|the|la|el|los|las|our|and|y|e|"
    rf"{MASK}+|open ?ai|anthropic|google|azure|aws|bedrock|vertex|microsoft|chatgpt|gpt|claude|gemini|"
    r"llms?|ai|ia|apis?))"
)
_AFTER_WHAT = re.compile(rf"{_FOR_WHAT}{{1,6}}?\s*(?:{_ANY})")
ENDS_OR_FOR = re.compile(rf"(?:{_FOR_WHAT}{{1,6}})?\s*(?:$|[.,;!?)])")
"""What may stand after a number that is money by its verb alone: "we pay 20,000 for GPT-4o"."""
_PERIOD = re.compile(_ANY)
_STEMS = re.compile(
    r"month|/m(?![a-z])|\bmes|mensa|mensu|week|seman|quarter|qtr|trimes|bimes|quinc|fortnight|annu|\banua|year|yr|\bano|"
    r"\bdia|\bday|daily|p\.[am]\.|\bp/?[am]\b|pcm|\bmo\b|mth"
)
_CLAUSE_ENDS = re.compile(r"[.;!?](?=\s|$)")
REACH = 40
"""Characters between a period or a word of paying and the amount that belongs to it."""
_WINDOW = 80
_COSTS = (
    r"(?:spend\w*|bills?|costs?|invoices?|expenses?|fees?|outlay|contract|subscription|gasto|factura|coste|costo|custo|"
    r"fatura|conta|despesa|cuota|contrato|pag\w+|pay\w*|gast\w+|cuest\w+|cust\w+)"
)
_OF_COST_BEFORE = re.compile(rf"\b{_COSTS}(?:\s+\w+)?\s*[(/]?$")
_OF_COST_AFTER = re.compile(rf"[)]?\s*(?:[\w{MASK}-]+\s+){{0,3}}{_COSTS}\b")
_VERB_AFTER = re.compile(r"\s+(?:\w+\s+)?(?:pag[aou]|pay(?!m)|gasta|cuest|custa)|\s+\w+\s+(?:cost|spend)")
_ONE_TIME_BEFORE = re.compile(r"\b(?:this|last|past|next|est[ea]|ultimo|ultima|pasado|passado)\s*$")
_ONE_TIME_AFTER = re.compile(r"\s+(?:pasad|passad|anterior|que v)")
_LISTED = re.compile(r"\d[^,;:(.]*$")
_ELSEWHERE = re.compile(r"\d|\b(?:but|pero|mas)\b")
_ENGLISH = re.compile(r"day|week|month|mo$|mth|quarter|year|yr|annual|annum")


def months_after(folded: str, end: int, scale: str = "") -> tuple[float, int]:
    """Return how many months the period behind an amount has, 0 when none stands there, and where it ends."""
    after = _BESIDE.match(folded, end) or _AFTER_WHAT.match(folded, end) or _ASIDE.match(folded, end)
    if after:
        # In English "1.2 mil a year" is a million, in Spanish and Portuguese a thousand.
        is_unclear = scale == "mil" and _ENGLISH.search(after.group())
        return 0.0 if is_unclear else _MONTHS[after.lastgroup or ""], after.end()
    return 0.0, end


def months_before(folded: str, start: int) -> float:
    """Return the months of the period before an amount when it is its own, not one of "2000 calls a day"; 0 else."""
    clause = clause_before(folded, start)
    if not _STEMS.search(clause):
        return 0.0
    found = [match for match in _PERIOD.finditer(clause) if len(clause) - match.end() <= REACH]
    own = {_MONTHS[match.lastgroup or ""] for match in found if _is_own(clause, match)}
    return own.pop() if len(own) == 1 and len(own) == len({match.lastgroup for match in found}) else 0.0


def speaks_of_time(folded: str, start: int, end: int) -> bool:
    """Say whether a word of time stands near an amount, in its clause."""
    after = _CLAUSE_ENDS.split(folded[end : end + _WINDOW], maxsplit=1)[0]
    return _STEMS.search(clause_before(folded, start)[-REACH:]) is not None or _STEMS.search(after) is not None


def clause_before(folded: str, start: int) -> str:
    """Return what stands before a place in its sentence, as far as it can matter."""
    return _CLAUSE_ENDS.split(folded[max(0, start - _WINDOW) : start])[-1]


def _is_own(clause: str, match: re.Match[str]) -> bool:
    if _ELSEWHERE.search(clause, match.end()) or _ONE_TIME_AFTER.match(clause, match.end()):
        return False  # what was spent in one month may be more or less in others
    if _ONE_TIME_BEFORE.search(clause[: match.start()]):
        return False
    if _OF_COST_BEFORE.search(clause[: match.start()]) or _OF_COST_AFTER.match(clause, match.end()):
        return not _LISTED.search(clause[: match.start()]) or not _between_costs(clause, match)
    return not _LISTED.search(clause[: match.start()]) and "," not in clause[match.end() :].rstrip(", ")


def _between_costs(clause: str, match: re.Match[str]) -> bool:
    """Tell "2000 calls per day we pay": the period is the calls' when a verb begins behind it."""
    return _VERB_AFTER.match(clause, match.end()) is not None
