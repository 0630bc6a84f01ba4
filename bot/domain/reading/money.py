"""How amounts of money are written: currencies, scales, and thousands with spaces between, "12 000 USD". Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from bot.domain.brief import TARGET_MAX
from bot.domain.reading.typed import fold, word_set

CURRENCIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("$", "us$", "usd", "dollar", "dollars", "dolar", "dolares", "u$s", "u$d"), "USD")
    | dict.fromkeys(("us dollar", "us dollars", "u.s. dollars", "dolares americanos", "dolares estadounidenses"), "USD")
    | dict.fromkeys(("€", "eur", "euro", "euros"), "EUR")
    | dict.fromkeys(("£", "gbp", "pound", "pounds", "pounds sterling", "libras", "quid"), "GBP")
    | dict.fromkeys(("r$", "brl", "real", "reais"), "BRL")
    | dict.fromkeys(("mx$", "mxn", "pesos mexicanos"), "MXN")
    | dict.fromkeys(("cop", "pesos colombianos"), "COP")
    | dict.fromkeys(("ars", "pesos argentinos"), "ARS")
    | dict.fromkeys(("clp", "pesos chilenos"), "CLP")
    | {"pen": "PEN", "soles": "PEN", "chf": "CHF"}
)
OTHER_CURRENCIES = word_set(
    "pesos peso dls dlls m.n. cad aud nzd sgd hkd jpy cny rmb inr krw sek nok dkk pln czk aed sar ils zar uyu "
    "canadian australian francs francos yen yenes rupees lakh ¥ ₹"
)
"""Words of money that we cannot turn into a currency; an amount beside one is never taken for dollars."""
SCALES: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("k", "mil", "thousand", "grand"), 1e3)
    | dict.fromkeys(("m", "mm", "mn", "mln", "mi", "million", "millions", "millon", "millones"), 1e6)
    | dict.fromkeys(("milhao", "milhoes"), 1e6)
    | dict.fromkeys(("bn", "bi", "billion"), 1e9)
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

    "finance 40 500 USD" may be a target and an amount, and stays as it is; "we spend 12 500 USD" is one amount, and
    "20 000" is one number whatever it counts.
    """
    if "$" in text:
        text = _SIGNS.sub(lambda match: f" {CURRENCIES[match.group().lower()]} ", text)
    if not _GROUPED.search(text):
        return text
    targets = [
        found.span()
        for found in _NUMBER_ALONE.finditer(text)
        if 0 < float(found.group().replace(",", ".")) <= TARGET_MAX
    ]
    return _GROUPED.sub(partial(_joined, targets), text)


def _is_counted(match: re.Match[str]) -> bool:
    """Tell "20 000 users", where nobody means a target of 20."""
    return match["groups"].startswith(" 0") and match.string[match.end() :].lstrip()[:1].isalpha()


def _joined(targets: Sequence[tuple[int, int]], match: re.Match[str]) -> str:
    text = match.string
    before = fold(text[max(0, match.start() - _NEAR) : match.start()])
    has_money_before = _MONEY_BEFORE.search(before) is not None
    has_money = has_money_before or _MONEY_AFTER.match(fold(text[match.end() : match.end() + _NEAR]))
    if not (has_money or _is_counted(match)) or _MODEL_BEFORE.search(before):
        return match.group()
    first, groups = match["first"], match["groups"]
    is_one = (
        has_money_before
        or groups.startswith(" 0")
        or int(first) > TARGET_MAX
        or any(end <= match.start() or start >= match.end() for start, end in targets)
        or (_PAYS_BEFORE.search(before) is not None and _SAVES.search(before) is None)
    )
    return match.group().replace(" ", "") if is_one else match.group()
