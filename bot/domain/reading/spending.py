"""What somebody says about today's costs: the monthly spend with its currency, and the closed model in use. Pure."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice

from bot.domain.reading.closed_model import find_closed_model
from bot.domain.reading.money import CURRENCIES, MONEY_WORDS, RANGE_MAX, SCALE_WORDS, SCALES, money_first, plain_amounts
from bot.domain.reading.numerals import number_of
from bot.domain.reading.periods import PERIOD, REACH, months_beside
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
_MID_NUMBER = re.compile(r"(?:[a-z0-9+]|\d[.,'])$")
_MINUS_BEFORE = re.compile(r"(?:^|[\s(:;,])[-–−]$")
_PIECE_BEFORE = re.compile(r"(?<![\w.,'-])\d{1,3} $")
_PIECE = re.compile(r"\d{3}(?!\d)")
_RANGE = re.compile(
    rf"(?P<between>\b(?:between|entre)\s+)?(?:{MONEY_WORDS})?\s*(?<![\w.,-])(?P<low>{_DIGITS})\s*(?P<scale>{_SCALED})?"
    rf"\s*(?:{MONEY_WORDS})?(?P<joint>\s*[-–—−]\s*|\s+(?:to|a|ate|hasta|or|ou|o|y|and|e)\s+)(?:{MONEY_WORDS})?\s*"
    rf"(?P<high>{_DIGITS})\s*(?P<scales>{_SCALED})?"
)
_ADDS = frozenset({"y", "and", "e"})
_HEADS = (
    r"(?:seats?|users?|licen[cs]\w+|usuari[oa]s?|asientos?|assentos?|subscri\w+|suscri\w+|assinat\w+|puestos?|heads?)"
)
_FOR_HEADS = re.compile(rf"\d[\d.,]*k?\s+{_HEADS}\b[^.;!?]{{0,{REACH}}}$")
_A_HEAD = re.compile(rf"\s*(?:/|per|por|each|cada|a)\s*{_HEADS}\b")
_NO_COSTS = re.compile(
    r"\b(?:revenues?|turnover|sales|income|profits?|earn\w*|raised|funding|salar\w+|ingresos?|facturamos|facturan|"
    r"facturacion|ventas|beneficios?|ganamos|sueldos?|receitas?|faturamento|faturamos|vendas|lucros?|ganhamos)\b"
    rf"[^.;!?]{{0,{REACH}}}$"
    r"|\b(?:sav(?:e|es|ing|ings)|ahorr\w+|economiz\w+|economi[ao]s?|poup\w+)\s+(?:[a-z]+\s+){0,2}$"
    r"|\b(?:customers?|clients?|clientes?|users?|usuarios?)\s+(?:(?:who|that|que)\s+)?(?:pay|paga)\w*\b[^.;!?]{0,30}$"
)
"""What earns or saves money, and what others pay."""
_PAYS = re.compile(
    r"\b(?:spen[dt]\w*|pay\w*|paid|costs?|costing|bills?|gast\w+|pag[aou]\w*|cuest\w+|cust(?:a|am|o|os|ou)|factur\w+|"
    rf"fatur\w+)\b[^;!?\d]{{0,{REACH}}}$"
)
_MAY_SPEND = re.compile(
    r"[$€£¥₹/]|\b(?:us|eur|do|am|gb|po|li|br|rea|mx|pes|co[ps]|ar|cl|pe|so|ch|mo|me|ye|yr|an|we|se|da|di|qu|tr|ha|la|pa|p)"
    r"|\d(?:k|m|us|eur|do|gb|br|mx|pe)"
)
"""How a currency, a period or a word of paying begins; most messages have none of these, and nothing is looked for."""
_VENDORS = re.compile(r"openai|anthropic|azure|bedrock|gpt|claude|gemini|\bllms?\b")
_BARE = re.compile(
    rf"(?P<number>{_DIGITS})\s*(?P<scale>{_SCALED})?\s*"
    rf"(?:(?:de |of )?(?:pesos|[a-z]{{3}}|[a-z]{{1,2}}\$|[¥₹])\s+)?(?={PERIOD})"
)
_BARE_MIN = 1_000.0
"""A smaller number before "a month" may count anything; from here on it is money."""
_LONE_MIN = 100.0
"""An amount without a period is asked about from here on; smaller ones are prices of a thing."""
_ASIDE = re.compile(r"\([^()]*\)")
_FAR = 3 * REACH
"""How far before an amount is looked for what it belongs to."""
_MOST = 20
"""More amounts nobody tells in one message."""
_IN_WORDS = re.compile(rf"(?<!\d)(?<!\d )\b{_SCALED}(?:{_HALF})?\s+(?:de\s+|of\s+)?(?:{MONEY_WORDS})(?![a-z])")


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
    """Return what a plain text says about costs; an amount counts only with its period, and is put into months.

    Of two different amounts none is taken: nobody can say whether they are to be added.
    """
    folded = fold(text)
    model = find_closed_model(folded)
    if not _MAY_SPEND.search(folded):
        return Spending(closed_model=model)
    folded = money_first(folded)
    whole = frozenset(_spends(folded))
    for found in (whole, frozenset(_spends(_ASIDE.sub(" ", folded)))):  # "20,000 USD (18,000 EUR) a month" is one
        if len(found) == 1 and (one := next(iter(found)))[0] is not None:
            return Spending(monthly_spend=one[0], currency=one[1], closed_model=model)
    return Spending(closed_model=model, unread=bool(whole) or _is_in_words(folded) or _is_bare(folded))


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


def _spends(folded: str) -> Iterator[tuple[float | None, str]]:
    """Give each amount that is said to be paid: a month's with its currency, None for one that cannot be taken."""
    ranges = frozenset(_ends_of_ranges(folded))
    for match in islice(_AMOUNT.finditer(folded), _MOST):
        before = folded[max(0, match.start() - _FAR) : match.start()]
        if _NO_COSTS.search(before):
            continue
        currency = CURRENCIES[match["before"] or match["after"]]
        amount, months = _amount(match, before, ranges), months_beside(folded, match.start(), match.end())
        a_head = _A_HEAD.match(folded, match.end()) or _FOR_HEADS.search(before)
        if months and amount is not None and not a_head:
            yield round(amount / months, 2), currency
        elif months or a_head or (_is_paid(folded, before) and (amount or 0.0) >= _LONE_MIN):
            yield None, currency


def _amount(match: re.Match[str], before: str, ranges: AbstractSet[int]) -> float | None:
    """Return the amount of a match; None when its number is a part of something else, below zero, or one of two."""
    n = "1" if match["before"] else "2"
    digits = match[f"number{n}"].strip(".,'")
    is_piece = not match["before"] and (_MID_NUMBER.search(before) is not None or _is_piece(before, digits))
    if is_piece or digits.startswith("00") or _MINUS_BEFORE.search(before) or match.start(f"number{n}") in ranges:
        return None
    scale = SCALES.get(match[f"scale{n}"] or "", 1.0)
    return number_of(digits)[0] * scale + (scale / 2 if match[f"half{n}"] else 0.0)


def _is_piece(before: str, digits: str) -> bool:
    """Tell "40 500 USD": nobody can say whether that is one number or two."""
    return bool(_PIECE_BEFORE.search(before) and _PIECE.match(digits))


def _ends_of_ranges(folded: str) -> Iterator[int]:
    """Give where the two numbers of each range begin."""
    for match in _RANGE.finditer(folded):
        if _is_range(match):
            yield from (match.start("low"), match.start("high"))


def _is_range(match: re.Match[str]) -> bool:
    if match["joint"].strip() in _ADDS and not match["between"]:
        return False
    low, high = (number_of(match[name].strip(".,'"))[0] for name in ("low", "high"))
    last = SCALES.get(match["scales"] or "", 1.0)
    low, high = low * (SCALES[match["scale"]] if match["scale"] else last), high * last
    return 0 < min(low, high) < max(low, high) <= min(low, high) * RANGE_MAX


def _is_paid(folded: str, before: str) -> bool:
    return _PAYS.search(before) is not None or _VENDORS.search(folded) is not None


def _is_bare(folded: str) -> bool:
    """Tell "we spend 20k a month": an amount with a period, but without a currency."""
    for match in _BARE.finditer(folded):
        before = folded[max(0, match.start() - _FAR) : match.start()]
        value = number_of(match["number"].strip(".,'"))[0] * SCALES.get(match["scale"] or "", 1.0)
        if value >= _BARE_MIN and not _MID_NUMBER.search(before) and not _NO_COSTS.search(before):
            return True
    return False


def _is_in_words(folded: str) -> bool:
    """Tell "veinte mil dólares al mes"."""
    return any(months_beside(folded, *match.span()) > 0 for match in _IN_WORDS.finditer(folded))
