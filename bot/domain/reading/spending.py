"""What somebody says about today's costs: the monthly spend with its currency, and the closed model in use. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.reading.amounts import HALF, MONEY, SCALED, Amount, currency_of, find_amounts
from bot.domain.reading.closed_models import closed_model, without_model_names
from bot.domain.reading.money import plain_amounts
from bot.domain.reading.periods import ENDS_OR_FOR, months_after, months_before, speaks_of_time
from bot.domain.reading.spend_cues import is_paid, role_of
from bot.domain.reading.typed import fold, plain

_MAY_SPEND = re.compile(
    r"[$€£¥₹/]|\d\s?(?:[km]|mil|thousand|grand)|spe|pa[yig]|cost|bill|burn|gast|cuest|cust|fa[ct]|mil |thousand|"
    r"hundred|cient|cent|y si|e se|usd|eur|gbp|brl|mxn|cop|ars|clp|pen|chf|dol|pound|libra|rea[li]|sol|peso|quid"
)
"""What every text that speaks of a spend has in it; most messages have none, and then nothing is looked for."""
_LONE_MIN = 100.0
"""An amount without a period or a currency is asked about from here on; smaller ones count or price a thing."""
_BARE_MIN = 1_000.0
_AMOUNTS_MAX = 40
"""A message with more numbers is a table somebody pasted, in which none is the one amount."""
_YEARS = range(1900, 2101)
_SLANG = re.compile(
    r"\s*(?:y (?:pico|tantos)(?:\s+\w+)?|lucas?|pavos|paus|contos|palos|bucks|pelas|mangos|pilas?|"
    r"[a-z]{3}|[a-z]{1,2}\$)(?![a-z])"
)
_THINGS_BEFORE = re.compile(
    r"\b(?:users?|usuari\w*|tokens?|requests?|calls?|peticion\w*|llamadas|chamadas|visit\w*|patients?|pacientes|clientes?|"
    r"customers?|hours?|horas|messages?|documents?|tickets?)\b[^.;!?]{0,20}$"
)
_MONEY_LATER = re.compile(rf"[\s,(]*(?:(?:in|en|em|de)\s+)?(?P<money>{MONEY})(?!\s*\d)")
_IN_WORDS = re.compile(
    rf"(?<!\d)(?<!\d )(?<![a-z])(?:{SCALED}|hundred|\w{{0,6}}(?:cient[oa]s|centos)|quinient[oa]s|cien|cem)"
    rf"(?:{HALF})?(?:\s+[a-z]+){{0,3}}?\s+(?:de\s+|of\s+)?(?P<money>{MONEY})"
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


_ASIDE = re.compile(r"\([^()]*\)")
NOTHING_SAID = Spending()
_UNREAD = Spending(unread=True)
_JOINED = Spending(unread=True, currency="")
"""A second amount that is paid too, without a period: "$20k for GPT-4o and $500 a day on Claude"."""


def find_spending(text: str) -> Spending:
    """Return what a plain text says about costs; an amount counts only with its period, and is put into months."""
    folded = fold(text)
    model = closed_model(folded)
    if not _MAY_SPEND.search(folded):
        return Spending(closed_model=model)
    folded = without_model_names(folded) if model else folded
    told = tuple(_told(folded))
    # What stands in brackets may be the same in another currency: "20,000 USD a month (about 18,000 EUR)".
    one = _only(told) or (_only(tuple(_told(_ASIDE.sub(" ", folded)))) if "(" in folded else None)
    unread = one is None and (bool(told) or _is_in_words(folded))
    return replace(one or NOTHING_SAID, closed_model=model, unread=unread)


def _only(told: Sequence[Spending]) -> Spending | None:
    """Return the one spend; two that differ are two bills, or a correction, and nobody can say which of them counts."""
    spends = [one for one in told if not one.unread]
    is_one = all(_agree(spends[0], one) for one in spends) and not any(one is _JOINED for one in told)
    return spends[0] if spends and is_one else None


def read_amount(text: str, currency: str) -> Spending:
    """Return what the field for a monthly spend says; `currency` counts where the words name none."""
    shown = plain(text)
    if len(find_amounts(fold(plain_amounts(f"USD {shown}")))) > 1:
        return Spending()
    for whole in (shown, f"{shown} / mes"):
        found = find_spending(plain_amounts(whole))
        if found.monthly_spend is not None:
            return found
    # Any currency we know lets the number be read; which one it is, the field beside it says.
    for whole in (f"USD {shown}", f"{shown} USD", f"USD {shown} / mes", f"{shown} USD / mes"):
        found = find_spending(plain_amounts(whole))
        if found.monthly_spend is not None:
            return replace(found, currency=currency)
    return Spending()


def _told(folded: str) -> Iterator[Spending]:
    """Yield a spend for each amount that is one, and an unread one for each that cannot be taken."""
    amounts = find_amounts(folded)
    if len(amounts) > _AMOUNTS_MAX:
        yield from [_UNREAD] if any(amount.currency for amount in amounts) else []
        return
    for amount in amounts:
        one = _one(folded, amount)
        if one is not None:
            yield one


def _one(folded: str, amount: Amount) -> Spending | None:
    """Return what one amount says about the spend; None when it is about something else."""
    if amount.currency is None and _is_too_small(folded, amount):
        return None
    months, end = months_after(folded, amount.end, amount.scale)
    later = _MONEY_LATER.match(folded, end) if end > amount.end else None
    if later:
        amount, end = replace(amount, currency=_with(amount.currency, later["money"])), later.end()
    return _bare(folded, amount, months) if amount.currency is None else _money(folded, amount, months, end)


def _is_too_small(folded: str, amount: Amount) -> bool:
    """Tell a number without a currency that is no spend: the 40 of "finance 40"."""
    small = amount.rough < _LONE_MIN and not amount.scale and not amount.digits.startswith("00")
    return small and not _SLANG.match(folded, amount.end)


def _with(currency: str | None, word: str) -> str | None:
    """Return the currency of "$350,000 al mes MXN": what is named behind the period counts beside a "$" too."""
    later = currency_of([word])
    return later if currency in (None, "USD", later) else ""


def _money(folded: str, amount: Amount, months: float, end: int) -> Spending | None:
    role = role_of(folded, amount.start, end)
    if role == "other":
        return None
    months = months or (months_before(folded, amount.start) if end == amount.end else 0.0)
    if months and role == "spent" and amount.currency and amount.value is not None:
        return Spending(monthly_spend=round(amount.value / months, 2), currency=amount.currency)
    if months:
        return _UNREAD
    if amount.rough < _LONE_MIN and amount.value is not None and role == "spent":
        return None
    if is_paid(folded, amount.start) or speaks_of_time(folded, amount.start, amount.end):
        return _JOINED if amount.value and role == "spent" else _UNREAD
    return None


def _bare(folded: str, amount: Amount, months: float) -> Spending | None:
    """Return an unread spend for "we spend 20k a month" and "we pay OpenAI 20,000", which name no currency."""
    slang = _SLANG.match(folded, amount.end)
    if slang and not months:
        months = months_after(folded, slang.end())[0]
    paid = is_paid(folded, amount.start)
    if months and amount.digits.startswith("00"):  # "20. 000 a month" is the rest of a number
        return _UNREAD
    if months:
        is_scaled = bool(amount.scale) and not _THINGS_BEFORE.search(folded[max(0, amount.start - 60) : amount.start])
        return _UNREAD if (paid and (amount.rough >= _LONE_MIN or slang)) or is_scaled else None
    is_year = not amount.scale and amount.digits.isdigit() and amount.rough in _YEARS
    is_told = paid and amount.rough >= _BARE_MIN and not is_year and ENDS_OR_FOR.match(folded, amount.end)
    return _UNREAD if is_told else None


def _agree(one: Spending, other: Spending) -> bool:
    """Say whether two amounts are the same spend told twice, such as per month and per year."""
    first, second = one.monthly_spend or 0.0, other.monthly_spend or 0.0
    return one.currency == other.currency and abs(first - second) <= max(first, second) / 100


def _is_in_words(folded: str) -> bool:
    """Tell "veinte mil dólares al mes" and "two thousand five hundred dollars a month"."""
    return any(
        months_after(folded, match.end())[0] or months_before(folded, match.start())
        for match in _IN_WORDS.finditer(folded)
    )
