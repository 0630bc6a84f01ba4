"""Break-even over whole replicas, exact: inside a replica step everything but the bill is fixed or grows with it."""

from dataclasses import dataclass, replace

import numpy as np

from bot.domain.brief import OptionId
from bot.domain.cost.formulas import evaluate, load_replicas
from bot.domain.cost.inputs import Inputs
from bot.domain.cost.levers import Column, Levers, vary

VOLUME_MAX = 100_000.0
"""100 G output tokens a month: beyond that we do not look."""
STEPS_MAX = 50_000
"""With more replica steps than this (enormous requests) some are taken together, on the dear side."""
CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Hold output Mtok a month: the smallest volume with S ≥ N, and from where it holds for good up to 100 G."""

    first: float | None
    holds_from: float | None


def find_break_even(inputs: Inputs, option: OptionId, target: float) -> BreakEven:
    """Find the volumes at which `option` saves `target` (0-1), input and output in the same proportion.

    In a step (lo, hi] the replicas do not change, so S = 1 - linear - fixed/B rises with the volume and falls at the
    next step; the volume where S = target follows from the fixed part.
    """
    if option not in inputs.plan.options:
        return BreakEven(first=None, holds_from=None)
    levers = inputs.levers()
    borders = _borders(levers)
    low, high = borders[:-1], borders[1:]
    parts = np.array_split(high, -(-len(high) // CHUNK))
    return _read(low, high, np.concatenate([_needed(inputs, option, target, part) for part in parts]))


def _needed(inputs: Inputs, option: OptionId, target: float, high: Column) -> Column:
    """Return for each step that ends at `high` the volume at which S = N there, infinite where no volume is enough."""
    only = replace(inputs.plan, options=frozenset({option}))
    outcome = evaluate(vary(inputs.levers(), v_out=high, v_in=high * inputs.volume.ratio), only)
    bill, flow = outcome.bill.sum(axis=0), outcome.flows[option]
    proportional = flow.linear + _hosted_part(inputs, option, flow.running, high)
    room = (1 - target) * bill - proportional
    fixed = flow.horizon - proportional
    return np.where(room > 0, fixed * high / np.where(room > 0, room, 1.0), np.inf)


def _borders(levers: Levers) -> Column:
    """Return 0, every volume at which some year needs one replica more, and 100 G."""
    share = 1 - levers.retained
    per_mtok = load_replicas(vary(levers, v_out=np.ones(1)), share)[:, 0]
    hybrid = per_mtok * float(levers.hybrid_share[0])
    least = int(levers.replicas_min[0])
    steps = [
        np.arange(least, int(rate * VOLUME_MAX) + 1, 1 + int(rate * VOLUME_MAX / STEPS_MAX)) / rate
        for rate in {*per_mtok.tolist(), *hybrid.tolist()}
        if rate > 0
    ]
    inside = np.unique(np.concatenate([*steps, np.array([VOLUME_MAX])]))
    return np.concatenate([np.zeros(1), inside[(inside > 0) & (inside <= VOLUME_MAX)]])


def _hosted_part(inputs: Inputs, option: OptionId, running: Column, high: Column) -> Column | float:
    """Return the part of the running cost that grows with the volume: tokens bought from a host."""
    if option not in {"hosted_open", "hybrid"}:
        return 0.0
    levers = inputs.levers()
    still = vary(levers, v_out=high, v_in=high * inputs.volume.ratio, h_in=np.zeros(1), h_out=np.zeros(1))
    without = evaluate(still, replace(inputs.plan, options=frozenset({option}))).flows[option].running
    return np.asarray((running - without).sum(axis=0))


def _read(low: Column, high: Column, needed: Column) -> BreakEven:
    """Read first and holds_from off the steps.

    S only falls from one step to the next, so a step that misses the target at its end is followed by one that begins
    below it: S meets the target inside a step, never at its beginning.
    """
    reached = needed <= high
    if not reached.any():
        return BreakEven(first=None, holds_from=None)
    last = np.flatnonzero(needed > low)[-1]
    return BreakEven(
        first=float(needed[np.argmax(reached)]),
        holds_from=float(needed[last]) if reached[last] else None,
    )
