"""What the form is filled with and what it takes, alike on every platform. Pure."""

from collections.abc import Mapping, Sequence

from bot.domain.brief import TARGET_MAX, TARGET_MIN_EXCLUSIVE
from bot.domain.reading.spending import read_amount
from bot.domain.talk.replies import number
from bot.domain.talk.state import State


def values_of(state: State | None) -> dict[str, str]:
    """Return what a conversation knows, by the names of the form's fields."""
    if state is None:
        return {}
    given = state.given
    known = {
        "industry": state.industry or state.industry_typed,
        "target": "" if state.target is None else number(state.target),
        "monthly_spend": "" if given.monthly_spend is None else number(given.monthly_spend),
        "currency": given.currency or "",
        "closed_model": given.closed_model or "",
        "deployment": given.deployment or "",
    }
    return {name: value for name, value in known.items() if value}


def spend_to_fill_in(values: Mapping[str, str], currencies: Sequence[str]) -> str:
    """Return the spend to show; one in a currency that is not offered would be sent back as USD, so it is not shown."""
    return values.get("monthly_spend", "") if (values.get("currency") or "USD") in currencies else ""


def is_target(text: str) -> bool:
    """Say whether a savings target as typed is one we take: in range, with one decimal at most."""
    try:
        target = float(text.replace(",", ".").strip().rstrip("%"))
    except ValueError:
        return False
    return TARGET_MIN_EXCLUSIVE < target <= TARGET_MAX and round(target, 1) == target


def is_spend(text: str) -> bool:
    """Say whether a monthly spend as typed can be read as one amount."""
    return read_amount(text, "USD").monthly_spend is not None
