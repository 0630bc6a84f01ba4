"""Uncertainty: one row at a time for the tornado, and seeded triangular draws of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bot.domain.brief import OptionId
from bot.domain.cost.formulas import evaluate
from bot.domain.cost.inputs import Inputs
from bot.domain.cost.levers import NAMES, Column, Levers, Span, vary

DRAWS = 2000
PERCENTILES = (10, 50, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Hold the saving in percent when one lever takes the low and the high end of its range, the others their base."""

    lever: str
    rows: tuple[str, ...]
    low: float
    high: float
    at_low_percent: float
    at_high_percent: float

    @property
    def spread(self) -> float:
        """Return how many points of saving the lever moves."""
        return abs(self.at_high_percent - self.at_low_percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Hold P10, P50 and P90 of the saving in percent and the share of draws that reach the target (0-1)."""

    low_percent: float
    p50_percent: float
    high_percent: float
    reaching: float | None


def draw_levers(inputs: Inputs, rng: np.random.Generator, *, count: int = DRAWS) -> Levers:
    """Draw every uncertain lever from a triangle of its low, base and high; levers of the same rows move together."""
    columns: dict[str, Column] = {}
    ranks: dict[tuple[str, ...], Column] = {}
    for name in NAMES:
        span = inputs.spans[name]
        if not span.uncertain:
            continue
        if span.rows not in ranks:
            ranks[span.rows] = rng.random(count)
        columns[name] = bend(span, ranks[span.rows])
    return vary(inputs.levers(), **columns)


def bend(span: Span, rank: Column) -> Column:
    """Return the values of a triangular distribution at these ranks (0-1)."""
    width = span.high - span.low
    split = (span.value - span.low) / width
    rising = span.low + np.sqrt(rank * width * (span.value - span.low))
    falling = span.high - np.sqrt((1 - rank) * width * (span.high - span.value))
    return np.where(rank < split, rising, falling)


def spread_saving(saving: Column, target: float | None) -> Spread | None:
    """Summarise drawn savings (0-1) in percent; None where there are no ratios."""
    if np.isnan(saving).any():
        return None
    low, middle, high = (float(100 * value) for value in np.percentile(saving, PERCENTILES))
    reaching = None if target is None else float(np.mean(saving >= target))
    return Spread(low_percent=low, p50_percent=middle, high_percent=high, reaching=reaching)


def rank_levers(inputs: Inputs, option: OptionId) -> tuple[Bar, ...]:
    """Return the tornado of one option: each uncertain lever at both ends, widest first, idle ones left out."""
    names = [name for name in NAMES if inputs.spans[name].uncertain]
    base = inputs.levers()
    columns = {name: _ends(inputs.spans[name], at, len(names)) for at, name in enumerate(names)}
    saving = evaluate(vary(base, **columns), inputs.plan).saving(option)
    bars = [
        _bar(name, inputs.spans[name], 100 * saving[2 * at], 100 * saving[2 * at + 1]) for at, name in enumerate(names)
    ]
    return _widest(bars)


def _ends(span: Span, at: int, count: int) -> Column:
    """Return base values with this lever's low and high end in its own two columns."""
    column = np.full(2 * count, span.value)
    column[2 * at], column[2 * at + 1] = span.low, span.high
    return column


def _bar(lever: str, span: Span, at_low: float, at_high: float) -> Bar:
    ends = (float(at_low), float(at_high))
    return Bar(
        lever=lever, rows=span.rows, low=span.low, high=span.high, at_low_percent=ends[0], at_high_percent=ends[1]
    )


def _widest(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    return tuple(sorted((bar for bar in bars if bar.spread > 0), key=lambda bar: -bar.spread))
