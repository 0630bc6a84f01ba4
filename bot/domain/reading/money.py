"""How amounts of money are written: currencies, scales, and thousands with spaces between, "12 000 USD". Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.brief import TARGET_MAX
from bot.domain.reading.typed import fold

CURRENCIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("$", "us$", "usd", "dollar", "dollars", "dolar", "dolares", "u$s", "u$d"), "USD")
    | dict.fromkeys(("€", "eur", "euro", "euros"), "EUR")
    | dict.fromkeys(("£", "gbp", "pound", "pounds", "libras"), "GBP")
    | dict.fromkeys(("r$", "brl", "real", "reais"), "BRL")
    | dict.fromkeys(("mx$", "mxn", "pesos mexicanos"), "MXN")
    | {"cop": "COP", "ars": "ARS", "clp": "CLP", "pen": "PEN", "soles": "PEN", "chf": "CHF"}
)
SCALES: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("k", "mil", "thousand"), 1e3)
    | dict.fromkeys(("m", "mm", "million", "millions", "millon", "millones", "milhao", "milhoes"), 1e6)
)
RANGE_MAX = 10.0
"""Two numbers further apart are no range: in "40 - 500 USD" the first is a target."""
MONEY_WORDS = "|".join(sorted((re.escape(word) for word in CURRENCIES), key=len, reverse=True))
SCALE_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))

_SIGNS = re.compile(r"(?<![a-z])(?:r\$|us\$|mx\$|u\$[sd](?![a-z]))", re.IGNORECASE)
_GROUPED = re.compile(r"(?<![\w.,'’+-])(?P<first>\d{1,3})(?P<groups>(?: \d{3})+)(?![\d'’]|[.,]\d{3})")
_MONEY_AFTER = re.compile(
    rf"(?:[.,]\d+)?\s*(?:(?:{SCALE_WORDS})(?![a-z])\s*)?(?:de\s+|of\s+)?(?:{MONEY_WORDS})(?![a-z])"
)
_MONEY_BEFORE = re.compile(rf"(?<![a-z])(?:{MONEY_WORDS})\s*$")
_PAYS_BEFORE = re.compile(
    r"\b(?:spen[dt]|pa(?:y|id)|gast|pag|cuesta|custa|costs? us|about|unos|cerca)[^.;:!?\d]{0,40}$"
)
_SAVES = re.compile(
    r"\b(?:sav|ahorr|econom|reduc|reduz|cut|recort|cort|baj|lower|target|objetiv|meta|goal)[^.;:!?\d]{0,60}$"
)
_MODEL_BEFORE = re.compile(r"\b(?:gpt|claude|gemini|sonnet|opus|haiku|llama|mistral|qwen) $")
_NUMBER_ALONE = re.compile(r"(?<![\w.,-])\d{1,2}(?:[.,]\d)?(?!\w|[.,]\d)")
"""What may be the target: then the number at hand is none."""
_NEAR = 80


def plain_amounts(text: str) -> str:
    """Write each amount as one number, and currencies of several signs as words: "R$ 12 000" becomes "BRL 12000".

    "finance 40 500 USD" may be a target and an amount, and stays as it is; "we spend 12 500 USD" is one amount.
    """
    if "$" in text:
        text = _SIGNS.sub(lambda match: f" {CURRENCIES[match.group().lower()]} ", text)
    return _GROUPED.sub(_joined, text) if _GROUPED.search(text) else text


def _joined(match: re.Match[str]) -> str:
    text = match.string
    before = fold(text[max(0, match.start() - _NEAR) : match.start()])
    has_money_before = _MONEY_BEFORE.search(before) is not None
    has_money = has_money_before or _MONEY_AFTER.match(fold(text[match.end() : match.end() + _NEAR]))
    if not has_money or _MODEL_BEFORE.search(before):
        return match.group()
    first, groups = match["first"], match["groups"]
    others = _NUMBER_ALONE.findall(text[: match.start()] + " " + text[match.end() :])
    is_one = (
        has_money_before
        or groups.startswith(" 0")
        or int(first) > TARGET_MAX
        or any(0 < float(other.replace(",", ".")) <= TARGET_MAX for other in others)
        or (_PAYS_BEFORE.search(before) is not None and _SAVES.search(before) is None)
    )
    return match.group().replace(" ", "") if is_one else match.group()
