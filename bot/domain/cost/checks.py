"""Checks of what somebody said about costs: which value is wrong, and what is allowed."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.brief import Given
from bot.domain.errors import UserError


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold the allowed range of one value; `percent` values are written 0-100 and never as a fraction."""

    low: float
    high: float
    percent: bool = False


LIMITS: dict[str, Limits] = {
    "input_mtok": Limits(0, 1e7),
    "output_mtok": Limits(0, 1e7),
    "monthly_spend": Limits(0, 1e9),
    "gpus": Limits(1, 64),
    "isl": Limits(1, 1_000_000),
    "osl": Limits(1, 200_000),
    "growth": Limits(-50, 200, percent=True),
    "cache_share": Limits(0, 100, percent=True),
    "batch_share": Limits(0, 100, percent=True),
    "retained": Limits(0, 90, percent=True),
}
"""Beyond these a value is absurd or a slip: 10 T tokens a month, a thousand million USD a month."""


SHOWN_CHARS = 60
"""So much of an unknown name is repeated in the answer."""

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)


def check_given(given: Given) -> None:
    """Check every number somebody gave; raises UserError that names the value and what is allowed."""
    for name, limits in LIMITS.items():
        value = getattr(given, name)
        if value is not None:
            _check_number(name, value, limits)
    if given.as_of is not None and not FIRST_DAY <= given.as_of <= LAST_DAY:
        shown = {"value": given.as_of.isoformat(), "low": FIRST_DAY.isoformat(), "high": LAST_DAY.isoformat()}
        raise UserError("error.cost.range", name=option_name("as_of"), **shown)
    if given.price == "spot":
        raise UserError("error.cost.spot")
    if given.output_mtok == 0 and given.input_mtok:
        raise UserError("error.cost.no_output", name=option_name("output_mtok"))


def refuse_unknown(
    name: str, value: object, allowed: Iterable[object], nearest: Mapping[str, str] | None = None
) -> UserError:
    """Build the error for a name we do not know, with the ones we do; `nearest` are the likeliest, as (id, name)."""
    told = ", ".join(str(item) for item in allowed)
    shown = {"name": option_name(name), "value": str(value)[:SHOWN_CHARS], "allowed": told}
    return UserError("error.cost.unknown", **shown, nearest=nearest or {})


def refuse_text(option: str, text: str, kind: str) -> UserError:
    """Build the error for a text that is no `float`, no `int` or no `date`."""
    return UserError(f"error.cost.not_{kind}", name=option, value=text[:SHOWN_CHARS])


def plain(number: float) -> str:
    """Write a number as people type it."""
    return f"{number:.10g}"


def option_name(name: str) -> str:
    """Return the field as people write it on the command line."""
    return f"--{name.replace('_', '-')}"


def field_name(option: str) -> str:
    """Return the field of an option."""
    return option.removeprefix("--").replace("-", "_")


def _check_number(name: str, value: float, limits: Limits) -> None:
    shown = {"name": option_name(name), "value": plain(value), "low": plain(limits.low), "high": plain(limits.high)}
    if not math.isfinite(value):
        raise UserError("error.cost.range", **shown)
    if limits.percent and 0 < abs(value) < 1:
        raise UserError("error.cost.fraction", name=option_name(name), value=plain(value), percent=plain(value * 100))
    if not limits.low <= value <= limits.high:
        raise UserError("error.cost.range", **shown)
