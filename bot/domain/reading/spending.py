"""What somebody says about today's costs: the monthly spend with its currency, and the closed model in use. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.domain.reading.money import CURRENCIES, MONEY_WORDS, RANGE_MAX, SCALE_WORDS, SCALES, plain_amounts
from bot.domain.reading.numerals import number_of
from bot.domain.reading.typed import fold, plain

_DIGITS = r"\d[\d.,']*\d|\d"
_SCALED = rf"(?:{SCALE_WORDS})(?![a-z])"
_HALF = r"\s+(?:y|e|and a)\s+(?:medi[oa]|mei[oa]|half)(?![a-z])"
_NUMBER = rf"(?P<number{{n}}>{_DIGITS})\s*(?:(?P<scale{{n}}>{_SCALED})(?P<half{{n}}>{_HALF})?)?\s*"
_AMOUNT = re.compile(
    rf"(?<![a-z])(?P<before>{MONEY_WORDS})\s*{_NUMBER.format(n=1)}"
    # In "finance 40 $500" the sign belongs to what follows it.
    rf"|(?<!\d)(?<!\d[.,])(?!\d\d?(?:[.,]\d)?\s+(?:{MONEY_WORDS})\s*\d)"
    rf"{_NUMBER.format(n=2)}(?:de\s+|of\s+)?(?P<after>{MONEY_WORDS})(?![a-z])"
)
_MONTHS: Mapping[str, float] = MappingProxyType(
    {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "quarter": 3.0, "half": 6.0, "year": 12.0}
)
"""How many months a period has."""
_EACH = r"(?:/\s*|\b(?:a|al|ao|por|cada|per|each|every)\s+)"
_PERIOD = re.compile(
    "|".join(
        rf"(?P<{name}>{_EACH}(?:{nouns})\b|\b(?:{others}))"
        for name, nouns, others in (
            ("day", "day|dia", r"daily\b|diari[oa]s?\b"),
            ("week", "week|semana", r"weekly\b|semana(?:l|les|is|lmente)\b"),
            ("month", "month|mo|mes", r"monthly\b|mensual(?:es|mente)?\b|mensa(?:l|is|lmente)\b|p\.m\.|pm\b"),
            ("quarter", "quarter|trimestre", r"quarterly\b|trimestra(?:l|les|is|lmente)\b"),
            ("half", "half[- ]year|semestre", r"semestra(?:l|les|is|lmente)\b"),
            ("year", "year|yr|ano", r"yearly\b|annual(?:ly)?\b|anua(?:l|les|is|lmente)\b|p\.a\.|pa\b"),
        )
    )
)
_CLAUSE_ENDS = re.compile(r"[.;!?](?=\s|$)")
_REACH = 40
"""Characters between a period or a word of paying and the amount that belongs to it."""
_PAYING = (
    r"\b(?:spen[dt]\w*|pay\w*|paid|costs?|costing|bills?|gast\w+|pag[aou]\w*|cuest\w+|cust(?:a|am|o|os|ou)|factur\w+|"
    rf"fatur\w+)\b[^;!?\d]{{0,{_REACH}}}$"
)
_PAYS_BEFORE = re.compile(_PAYING)
_MAY_PAY = re.compile(r"spe|pa[yig]|cost|bill|gast|cuest|cust|fa[ct]")
"""What every word of paying has in it; most messages have none, and then less is looked for."""
_MID_NUMBER = re.compile(r"(?:[a-z0-9+]|\d[.,'])$")
_MINUS_BEFORE = re.compile(r"(?:^|[\s(:;,])[-–−]$")
_PIECE_BEFORE = re.compile(r"(?<![\w.,'-])\d{1,3} $")
_PIECE = re.compile(r"\d{3}(?!\d)")
_RANGE = re.compile(
    rf"(?P<between>\b(?:between|entre)\s+)?(?:{MONEY_WORDS})?\s*(?P<low>{_DIGITS})\s*(?P<scale>{_SCALED})?\s*"
    rf"(?:{MONEY_WORDS})?\s*(?P<joint>[-–—−]|to|a|ate|hasta|or|ou|o|y|and|e)\s*(?:{MONEY_WORDS})?\s*"
    rf"(?P<high>{_DIGITS})\s*(?P<scales>{_SCALED})?"
)
_ADDS = frozenset({"y", "and", "e"})
_BARE = re.compile(
    rf"(?P<number>{_DIGITS})\s*(?P<scale>{_SCALED})?\s*"
    rf"(?:(?:de |of )?(?:pesos|[a-z]{{3}}|[a-z]{{1,2}}\$|[¥₹])\s+)?(?={_PERIOD.pattern})"
)
_BARE_MIN = 1_000.0
"""A smaller number before "a month" may count anything; from here on, beside a word of paying, it is money."""
_LONE_MIN = 100.0
"""An amount without a period is asked about from here on; smaller ones are prices of a thing."""
_IN_WORDS = re.compile(rf"(?<!\d)(?<!\d )\b{_SCALED}(?:{_HALF})?\s+(?:de\s+|of\s+)?(?:{MONEY_WORDS})(?![a-z])")
_CLOSED_MODEL = re.compile(
    r"\b(?P<gpt>gpt[- ]?\d+(?:\.\d+)?o?(?:[- ](?:mini|nano|turbo|pro|luna|terra|sol|astra))?)\b"
    r"|\b(?P<claude>claude(?:[- ](?:\d+(?:[.-]\d+)?|sonnet|opus|haiku|fable)){0,3})\b"
    r"|\b(?P<gemini>gemini(?:[- ](?:\d+(?:\.\d+)?|pro|flash|ultra|lite)){0,3})\b"
    r"|\b(?P<o>o[134](?:-(?:mini|pro|preview))?)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Hold a monthly spend in `currency` and a closed model as said ("gpt-4o"); None means not said.

    `unread` says that a spend was told which cannot be taken: a range, no currency, no period, a number in words.
    """

    monthly_spend: float | None = None
    currency: str | None = None
    closed_model: str | None = None
    unread: bool = False


def find_spending(text: str) -> Spending:
    """Return what a plain text says about costs; an amount counts only with its period, and is put into months."""
    folded = fold(text)
    model = _closed_model(folded)
    unread = False
    for match in _AMOUNT.finditer(folded):
        months = _months(folded, match)
        amount = _amount(folded, match)
        if months and amount is not None:
            currency = CURRENCIES[match["before"] or match["after"]]
            return Spending(monthly_spend=round(amount / months, 2), currency=currency, closed_model=model)
        unread = unread or bool(months) or (_is_paid(folded, match) and (amount or 0.0) >= _LONE_MIN)
    return Spending(closed_model=model, unread=unread or _is_in_words(folded) or _is_bare(folded))


def read_amount(text: str, currency: str) -> Spending:
    """Return what the field for a monthly spend says; `currency` counts where the words name none."""
    shown = plain(text)
    for whole in (shown, f"{shown} / mes"):
        found = find_spending(plain_amounts(whole))
        if found.monthly_spend is not None:
            return found
    # Any currency we know lets the number be read; which one it is, the field beside it says.
    for whole in (f"USD {shown} / mes", f"{shown} USD / mes"):
        found = find_spending(plain_amounts(whole))
        if found.monthly_spend is not None:
            return replace(found, currency=currency)
    return Spending()


def _amount(folded: str, match: re.Match[str]) -> float | None:
    """Return the amount of a match; None when its number is a part of something else, below zero, or one of two."""
    n = "1" if match["before"] else "2"
    before, digits = folded[: match.start()], match[f"number{n}"].strip(".,'")
    is_piece = not match["before"] and (_MID_NUMBER.search(before) is not None or _is_piece(before, digits))
    if is_piece or digits.startswith("00"):
        return None
    if _MINUS_BEFORE.search(before) or _is_in_range(folded, match.span(f"number{n}")):
        return None
    scale = SCALES.get(match[f"scale{n}"] or "", 1.0)
    return number_of(digits)[0] * scale + (scale / 2 if match[f"half{n}"] else 0.0)


def _is_piece(before: str, digits: str) -> bool:
    """Tell "40 500 USD": nobody can say whether that is one number or two."""
    return bool(_PIECE_BEFORE.search(before) and _PIECE.match(digits))


def _is_in_range(folded: str, span: tuple[int, int]) -> bool:
    return any(
        span in (match.span("low"), match.span("high")) and _is_range(match) for match in _RANGE.finditer(folded)
    )


def _is_range(match: re.Match[str]) -> bool:
    if match["joint"] in _ADDS and not match["between"]:
        return False
    low, high = (number_of(match[name].strip(".,'"))[0] for name in ("low", "high"))
    last = SCALES.get(match["scales"] or "", 1.0)
    low, high = low * (SCALES[match["scale"]] if match["scale"] else last), high * last
    return 0 < low < high <= low * RANGE_MAX


def _months(folded: str, match: re.Match[str]) -> float:
    """Return how many months the period beside an amount has, 0 when none stands there."""
    place = match.end() + len(folded[match.end() :]) - len(folded[match.end() :].lstrip())
    after = _PERIOD.match(folded, place)
    if after:
        return _MONTHS[after.lastgroup or ""]
    clause = _CLAUSE_ENDS.split(folded[: match.start()])[-1]
    before = [found for found in _PERIOD.finditer(clause) if len(clause) - found.end() <= _REACH]
    return _MONTHS[before[-1].lastgroup or ""] if before else 0.0


def _is_paid(folded: str, match: re.Match[str]) -> bool:
    return _PAYS_BEFORE.search(folded[: match.start()]) is not None


def _is_bare(folded: str) -> bool:
    """Tell "we spend 20k a month": an amount with a period, but without a currency."""
    for match in _BARE.finditer(folded) if _MAY_PAY.search(folded) else ():
        value = number_of(match["number"].strip(".,'"))[0] * SCALES.get(match["scale"] or "", 1.0)
        if value >= _BARE_MIN and not _MID_NUMBER.search(folded[: match.start()]) and _is_paid(folded, match):
            return True
    return False


def _is_in_words(folded: str) -> bool:
    """Tell "veinte mil dólares al mes"."""
    found = _IN_WORDS.finditer(folded) if "mil" in folded or "thousand" in folded else ()
    return any(_months(folded, match) > 0 for match in found)


def _closed_model(folded: str) -> str | None:
    match = _CLOSED_MODEL.search(folded)
    if match is None:
        return None
    name = re.sub(r"[ _]+", "-", match.group())
    return re.sub(r"^gpt(?=\d)", "gpt-", name)
