"""What would make the target true: a volume, a smaller retained share, or a dearer closed model."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from bot.domain.brief import OptionId
from bot.domain.cost.breakeven import BreakEven
from bot.domain.cost.formulas import evaluate
from bot.domain.cost.inputs import Inputs, with_baseline
from bot.domain.cost.levers import vary

RETAINED_STEPS = 1001
"""Retained shares from 0 to 100 % are looked at in steps of 0.1 points; replicas make steps between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Hold the value of each lever from which the target holds, all else equal; None where no value does.

    `closed_price_usd` is a closed price per Mtok, the same in all months, input and output mixed as they are used.
    """

    output_mtok: float | None = None
    retained_share_percent: float | None = None
    closed_price_usd: float | None = None


def find_thresholds(
    inputs: Inputs, options: Iterable[OptionId], target: float, break_even: Iterable[BreakEven]
) -> Thresholds:
    """Find the thresholds over the options the verdict is about; share and price need a volume."""
    volumes = [
        point.first if point.holds_from is None else point.holds_from for point in break_even if point.first is not None
    ]
    told = tuple(options)
    known = inputs.volume.known and not inputs.zero_volume
    return Thresholds(
        output_mtok=min((volume for volume in volumes if volume is not None), default=None),
        retained_share_percent=_largest(_retained(inputs, option, target) for option in told) if known else None,
        closed_price_usd=_smallest(_price(inputs, option, target) for option in told) if known else None,
    )


def mean_price(inputs: Inputs) -> float:
    """Return the mean closed price in USD per Mtok over the horizon, input and output mixed as they are used."""
    levers = inputs.levers()
    bill = evaluate(levers, replace(inputs.plan, options=frozenset())).bill.sum()
    growth = sum((1 + float(levers.growth[0])) ** year for year in range(3))
    return float(bill / (12 * growth * (levers.v_in[0] + levers.v_out[0])))


def _retained(inputs: Inputs, option: OptionId, target: float) -> float | None:
    """Return the largest retained share in percent at which S ≥ N."""
    shares = np.linspace(0, 1, RETAINED_STEPS)
    plan = replace(inputs.plan, options=frozenset({option}))
    saving = evaluate(vary(inputs.levers(), retained=shares), plan).saving(option)
    reached = np.flatnonzero(saving >= target)
    return float(100 * shares[reached[-1]]) if reached.size else None


def _price(inputs: Inputs, option: OptionId, target: float) -> float | None:
    """Return the closed price, the same in all months, at which S = N: the fixed costs over what its bill leaves.

    Not a multiple of the baseline's prices: against a cheaper successor the months in which both models run are billed
    at today's, and so high a mean would be asked that today's own price, which is enough, fell short of it.
    """
    flat = with_baseline(inputs, "today")
    outcome = evaluate(flat.levers(), replace(flat.plan, options=frozenset({option})))
    bill, flow = float(outcome.bill.sum()), outcome.flows[option]
    linear = float(flow.linear[0])
    room = 1 - target - linear / bill
    if room <= 0:
        return None
    return mean_price(flat) * (float(flow.horizon[0]) - linear) / (bill * room)


def _largest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _smallest(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
