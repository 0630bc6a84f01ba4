"""What somebody says about today's costs: the monthly spend with its currency, and the closed model in use. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.reading.numerals import number_of
from bot.domain.reading.typed import fold

_CURRENCIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("$", "us$", "usd", "dollar", "dollars", "dolar", "dolares", "u$s"), "USD")
    | dict.fromkeys(("€", "eur", "euro", "euros"), "EUR")
    | dict.fromkeys(("£", "gbp", "pound", "pounds", "libras"), "GBP")
    | dict.fromkeys(("r$", "brl", "real", "reais"), "BRL")
    | dict.fromkeys(("mx$", "mxn", "pesos mexicanos"), "MXN")
    | {"cop": "COP", "ars": "ARS", "clp": "CLP", "pen": "PEN", "soles": "PEN", "chf": "CHF"}
)
_SCALES: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("k", "mil", "thousand"), 1e3)
    | dict.fromkeys(("m", "mm", "million", "millions", "millon", "millones", "milhao", "milhoes"), 1e6)
)
_MONEY_WORDS = "|".join(sorted((re.escape(word) for word in _CURRENCIES), key=len, reverse=True))
_SCALE_WORDS = "|".join(sorted(_SCALES, key=len, reverse=True))
_NUMBER = r"(?P<number{n}>\d[\d.,']*\d|\d)\s*(?:(?P<scale{n}>" + _SCALE_WORDS + r")(?![a-z]))?\s*"
_AMOUNT = re.compile(
    rf"(?<![a-z])(?P<before>{_MONEY_WORDS})\s*{_NUMBER.format(n=1)}"
    rf"|{_NUMBER.format(n=2)}(?:de\s+|of\s+)?(?P<after>{_MONEY_WORDS})(?![a-z])"
)
_PER_MONTH = re.compile(
    r"^\s*(?:/\s*(?:mo|month|mes)|(?:a|per|each|every|al|por|cada|ao)\s+(?:month|mes)|monthly|mensual(?:es|mente)?|mensa(?:l|is)|p\.?m\.?)\b"
)
_PER_YEAR = re.compile(
    r"^\s*(?:/\s*(?:yr|year|ano)|(?:a|per|each|every|al|por|cada|ao)\s+(?:year|ano)|yearly|annual(?:ly)?|anual(?:es|mente)?|anuais|p\.?a\.?)\b"
)
_MONTHLY_BEFORE = re.compile(
    r"(?:monthly|mensual(?:es)?|mensal|(?:al|por|cada|ao|per|a|every|each)\s+(?:mes|month))\b[^.;!?]{0,40}$"
)
_YEARLY_BEFORE = re.compile(
    r"(?:annual|yearly|anual|(?:al|por|cada|ao|per|a|every|each)\s+(?:ano|year))\b[^.;!?]{0,40}$"
)
_CLOSED_MODEL = re.compile(
    r"\b(?P<gpt>gpt[- ]?\d+(?:\.\d+)?o?(?:[- ](?:mini|nano|turbo|pro|luna|terra|sol|astra))?)\b"
    r"|\b(?P<claude>claude(?:[- ](?:\d+(?:[.-]\d+)?|sonnet|opus|haiku|fable)){0,3})\b"
    r"|\b(?P<gemini>gemini(?:[- ](?:\d+(?:\.\d+)?|pro|flash|ultra|lite)){0,3})\b"
    r"|\b(?P<o>o[134](?:-(?:mini|pro|preview))?)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Hold a monthly spend in `currency` and a closed model as said ("gpt-4o"); None means not said."""

    monthly_spend: float | None = None
    currency: str | None = None
    closed_model: str | None = None


def find_spending(text: str) -> Spending:
    """Return what a plain text says about costs; an amount counts only with its period, a year's is divided by 12."""
    folded = fold(text)
    model = _closed_model(folded)
    for match in _AMOUNT.finditer(folded):
        divisor = _months(folded, match)
        if divisor:
            group = "1" if match.group("before") else "2"
            value = number_of(match.group(f"number{group}").strip(".,'"))[0] * _SCALES.get(
                match.group(f"scale{group}") or "", 1.0
            )
            currency = _CURRENCIES[match.group("before") or match.group("after")]
            return Spending(monthly_spend=round(value / divisor, 2), currency=currency, closed_model=model)
    return Spending(closed_model=model)


def _months(folded: str, match: re.Match[str]) -> int:
    """Return 1 for an amount a month, 12 for one a year, 0 when no period stands beside it."""
    after, before = folded[match.end() :], folded[: match.start()]
    if _PER_MONTH.match(after) or _MONTHLY_BEFORE.search(before):
        return 1
    return 12 if _PER_YEAR.match(after) or _YEARLY_BEFORE.search(before) else 0


def _closed_model(folded: str) -> str | None:
    match = _CLOSED_MODEL.search(folded)
    if match is None:
        return None
    name = re.sub(r"[ _]+", "-", match.group())
    return re.sub(r"^gpt(?=\d)", "gpt-", name)
