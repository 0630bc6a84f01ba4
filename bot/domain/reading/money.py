"""How amounts of money are written: currencies, scales, and thousands with spaces between, "12 000 USD". Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.brief import TARGET_MAX
from bot.domain.reading.periods import PERIOD
from bot.domain.reading.typed import fold

CURRENCIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("$", "us$", "u$s", "u$d", "usd", "dollar", "dollars", "us dollars", "u.s. dollars"), "USD")
    | dict.fromkeys(("american dollars", "dolar", "dolares", "dolares americanos", "dolares estadounidenses"), "USD")
    | dict.fromkeys(("€", "eur", "euro", "euros"), "EUR")
    | dict.fromkeys(("£", "gbp", "pound", "pounds", "libras"), "GBP")
    | dict.fromkeys(("r$", "brl", "real", "reais"), "BRL")
    | dict.fromkeys(("mx$", "mxn", "pesos mexicanos"), "MXN")
    | dict.fromkeys(("cop", "pesos colombianos"), "COP")
    | dict.fromkeys(("ars", "pesos argentinos"), "ARS")
    | dict.fromkeys(("clp", "pesos chilenos"), "CLP")
    | {"pen": "PEN", "soles": "PEN", "chf": "CHF"}
)
SCALES: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("k", "mil", "thousand"), 1e3)
    | dict.fromkeys(("m", "mm", "million", "millions", "millon", "millones", "milhao", "milhoes"), 1e6)
)
RANGE_MAX = 10.0
"""Two numbers further apart are no range: in "40 - 500 USD" the first is a target."""
MONEY_WORDS = "|".join(sorted((re.escape(word) for word in CURRENCIES), key=len, reverse=True))
SCALE_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))

_CODES = "usd|eur|gbp|brl|mxn|cop|ars|clp|pen|chf|cad|aud|nzd|sgd|hkd|uyu|bob|pyg|dop|crc|gtq"
_CODE_AND_SIGN = re.compile(rf"\b({_CODES}) ?\$ ?(?=\d)", re.IGNORECASE)
_SIGN_AND_CODE = re.compile(
    rf"(?<!\w)\$ ?(\d[\d.,' ]*(?:(?:{SCALE_WORDS})\b)?) ?(?=(?:de )?(?:{_CODES}|pesos)\b)", re.IGNORECASE
)
_SIGNS = re.compile(r"(?<![a-z])(?:r\$|us\$|mx\$|u\$[sd](?![a-z]))", re.IGNORECASE)
_GROUPED = re.compile(r"(?<![\w.,'’+-])(?P<first>\d{1,3})(?P<groups>(?: \d{3})+)(?![\d'’]|[.,]\d{3})")
_MONEY_LAST = re.compile(
    rf"(?<![\w.,])((?:\d[\d.,']*\d|\d)\s*(?:(?:{SCALE_WORDS})(?![a-z]))?)\s*({PERIOD})\s*(?:in\s+|en\s+|em\s+)?"
    rf"({MONEY_WORDS})(?![a-z]|\s*\d)"
)
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
        text = _SIGN_AND_CODE.sub(r"\1 ", _CODE_AND_SIGN.sub(r"\1 ", text))
        text = _SIGNS.sub(lambda match: f" {CURRENCIES[match.group().lower()]} ", text)
    return _GROUPED.sub(_joined, text) if _GROUPED.search(text) else text


def money_first(folded: str) -> str:
    """Write the currency beside its amount: "20k a month in dollars" becomes "20k dollars a month"."""
    return _MONEY_LAST.sub(r"\1 \3 \2", folded)


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
