"""The inputs of one evaluation: every number with its rows, every default named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np

from bot.domain.brief import Baseline, Given, OptionId, PriceKind
from bot.domain.catalogue import ClosedModel, OpenModel
from bot.domain.cost.formulas import Plan
from bot.domain.cost.horizon import share_before
from bot.domain.cost.levers import Levers, Span, base_levers
from bot.domain.prices import Fit, Row

Choice = Literal["named", "tier", "tier_weak", "lower_tier"]
"""Why this model and GPU: named, cheapest of the tier, the tier but weakly measured, or a lower tier to be proven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Hold a default that was used because nobody said otherwise; `value` is a name or a number in `unit`."""

    id: str
    value: float | str | None
    unit: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Hold the monthly volume in Mtok and the shape of a request in tokens; None when nobody said how much."""

    input_mtok: float | None
    output_mtok: float | None
    ratio: float
    isl: float
    osl: float

    @property
    def known(self) -> bool:
        """Tell whether somebody said how much is used."""
        return self.output_mtok is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Hold everything one evaluation needs; `spans` are the levers by name, `rows` every price-book row behind them.

    `rate` has the units of the user's currency per USD, None for USD.
    """

    given: Given
    as_of: date
    baseline: Baseline
    closed: str
    closed_model: ClosedModel | None
    successor: str | None
    shutdown: date | None
    open_model: OpenModel
    fit: Fit | None
    host: str | None
    price: PriceKind
    volume: Volume
    spans: Mapping[str, Span]
    plan: Plan
    unavailable: Mapping[OptionId, str]
    assumptions: tuple[Assumption, ...]
    rows: tuple[Row, ...]
    rate: Row | None
    chosen: Choice

    @property
    def zero_volume(self) -> bool:
        """Tell whether nothing is used at all: then there are no ratios."""
        return self.volume.output_mtok == 0

    @property
    def switches(self) -> bool:
        """Tell whether the two baselines differ: a shutdown with a known successor inside the horizon."""
        return bool(np.any(baseline_shares(self, "successor") < 1))

    def levers(self) -> Levers:
        """Return the base levers; the volume must be known."""
        return base_levers(self.spans)


def baseline_shares(inputs: Inputs, baseline: Baseline) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the part of each month that is billed at today's prices under a baseline."""
    applies = baseline == "successor" and inputs.successor is not None
    return share_before(inputs.shutdown if applies else None, as_of=inputs.as_of)


def with_baseline(inputs: Inputs, baseline: Baseline) -> Inputs:
    """Return the same inputs against the other baseline."""
    plan = replace(inputs.plan, today_share=baseline_shares(inputs, baseline))
    return replace(inputs, baseline=baseline, plan=plan)


def with_volume(inputs: Inputs, output_mtok: float) -> Inputs:
    """Return the same inputs at another volume, with input and output in the same proportion."""
    volume = replace(inputs.volume, output_mtok=output_mtok, input_mtok=output_mtok * inputs.volume.ratio)
    return with_spans(replace(inputs, volume=volume), v_out=output_mtok, v_in=output_mtok * volume.ratio)


def with_spans(inputs: Inputs, **values: float) -> Inputs:
    """Return the same inputs with some levers set to exact values; their rows stay."""
    spans = dict(inputs.spans)
    for name, value in values.items():
        spans[name] = Span(value=value, low=value, high=value, rows=spans[name].rows)
    return replace(inputs, spans=MappingProxyType(spans))
