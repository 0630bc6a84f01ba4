"""The verdict on the savings target, against both baselines, and what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np

from bot.domain.brief import Baseline, Given, OptionId
from bot.domain.cost.alternatives import Alternative, rank_alternatives
from bot.domain.cost.breakeven import BreakEven, find_break_even
from bot.domain.cost.choice import SELF_HOSTED
from bot.domain.cost.draws import Bar, Spread, draw_levers, rank_levers, spread_saving
from bot.domain.cost.formulas import evaluate
from bot.domain.cost.infrastructure import Infrastructure, describe_infrastructure
from bot.domain.cost.inputs import Assumption, Inputs, with_baseline, with_volume
from bot.domain.cost.levers import Levers
from bot.domain.cost.resolve import resolve
from bot.domain.cost.thresholds import Thresholds, find_thresholds
from bot.domain.prices import Catalogue, PriceBook, Row, stale_rows
from bot.domain.tco import Costs, OptionCost, compute

__all__ = [
    "Alternative",
    "Assessment",
    "Bar",
    "Infrastructure",
    "Preset",
    "Standing",
    "Thresholds",
    "Verdict",
    "assess",
]

Verdict = Literal[
    "depends_on_volume",
    "reached",
    "within_reach",
    "not_against_successor",
    "not_at_this_volume",
    "not_reachable",
]
Probability = Literal["low", "medium", "high"]

LIKELY = 0.5
MTOK_A_G = 1000
PROBABILITY_STEPS: tuple[tuple[float, Probability], ...] = ((1 / 3, "low"), (2 / 3, "medium"))
"""Inputs are guesses, so a probability is only told in thirds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Hold how the target stands against one baseline; percent, None where it is unknown."""

    baseline: Baseline
    costs: Costs
    outcome: Verdict | None
    best_option: OptionId | None
    saving_percent: float | None
    low_percent: float | None
    p50_percent: float | None
    high_percent: float | None
    probability: Probability | None
    reaching: float | None
    thresholds: Thresholds
    break_even: Mapping[OptionId, BreakEven]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Hold the costs at one typical volume, against the chosen and the other baseline."""

    id: str
    output_mtok: float
    input_mtok: float
    costs: Costs
    other_costs: Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Hold everything a plan says about money: the chosen baseline first, the other one as `other_baseline`.

    `alternatives` are costed at `alternatives_mtok` output a month: the volume, or the middle preset without one.
    `rows` are all price-book rows behind any of its figures, each with source and day.
    """

    target_percent: float | None
    chosen: Standing
    other_baseline: Standing
    presets: tuple[Preset, ...]
    alternatives: tuple[Alternative, ...]
    alternatives_mtok: float
    tornado: tuple[Bar, ...]
    infrastructure: Infrastructure
    inputs: Inputs
    rows: tuple[Row, ...]
    stale: tuple[str, ...]
    operator_rows: tuple[str, ...]
    book_as_of: date

    @property
    def outcome(self) -> Verdict | None:
        """The verdict against the chosen baseline."""
        return self.chosen.outcome

    @property
    def baseline(self) -> Baseline:
        """The chosen baseline."""
        return self.chosen.baseline

    @property
    def best_option(self) -> OptionId | None:
        """The best self-hosted option."""
        return self.chosen.best_option

    @property
    def saving_percent(self) -> float | None:
        """The saving of the best option over 36 months."""
        return self.chosen.saving_percent

    @property
    def low_percent(self) -> float | None:
        """P10 of that saving, or the saving itself where that is lower."""
        return self.chosen.low_percent

    @property
    def high_percent(self) -> float | None:
        """P90 of that saving, or the saving itself where that is higher."""
        return self.chosen.high_percent

    @property
    def p50_percent(self) -> float | None:
        """P50 of that saving."""
        return self.chosen.p50_percent

    @property
    def probability(self) -> Probability | None:
        """How likely the target is reached: low, medium or high."""
        return self.chosen.probability

    @property
    def thresholds(self) -> Thresholds:
        """What would make the target true against the chosen baseline."""
        return self.chosen.thresholds

    @property
    def costs(self) -> Costs:
        """All options against the chosen baseline."""
        return self.chosen.costs

    @property
    def options(self) -> Mapping[OptionId, OptionCost]:
        """What each option costs against the chosen baseline."""
        return self.chosen.costs.options

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Every default that was used."""
        return self.inputs.assumptions


def assess(
    given: Given,
    target_percent: float | None,
    book: PriceBook,
    catalogue: Catalogue,
    *,
    today: date,
    rng: np.random.Generator,
) -> Assessment:
    """Judge the target; the same `rng` state gives the same draws. Raises UserError for what cannot be taken.

    Without a volume there is no verdict but three presets; `target_percent` None looks at cost parity, without outcome.
    """
    inputs = resolve(given, book, catalogue, today=today)
    levers = draw_levers(inputs, rng) if inputs.volume.known else None
    other: Baseline = "today" if inputs.baseline == "successor" else "successor"
    stand = {side: _stand(with_baseline(inputs, side), target_percent, levers) for side in (inputs.baseline, other)}
    judged = {side: _judge(stand[side], stand["today"], inputs, target_percent) for side in stand}
    shown = inputs if inputs.volume.known else with_volume(inputs, _middle(book))
    best = judged[inputs.baseline].best_option
    alternatives = rank_alternatives(shown, book, catalogue, target_percent)
    rows = _rows(inputs, alternatives, book)
    return Assessment(
        target_percent=target_percent,
        chosen=judged[inputs.baseline],
        other_baseline=judged[other],
        presets=() if inputs.volume.known else tuple(_preset(inputs, value) for value in book.presets_output_mtok),
        alternatives=alternatives,
        alternatives_mtok=float(shown.volume.output_mtok or 0),
        tornado=rank_levers(inputs, best) if best and inputs.volume.known and not inputs.zero_volume else (),
        infrastructure=describe_infrastructure(inputs, judged[inputs.baseline].costs, best, catalogue),
        inputs=inputs,
        rows=rows,
        stale=stale_rows(rows, as_of=inputs.as_of),
        operator_rows=tuple(row.id for row in rows if row.owner == "operator"),
        book_as_of=book.as_of,
    )


def judged_options(inputs: Inputs) -> tuple[OptionId, ...]:
    """Name the options the verdict is about: the self-hosted ones, narrowed by where the company wants to deploy."""
    wanted = inputs.given.deployment
    told = SELF_HOSTED if wanted in (None, "any") else (wanted,)
    found = tuple(option for option in told if option in inputs.plan.options)
    return found or tuple(option for option in (*SELF_HOSTED, "hosted_open") if option in inputs.plan.options)


def _stand(inputs: Inputs, target_percent: float | None, levers: Levers | None) -> Standing:
    """Compute how things stand against the baseline of `inputs`, without the outcome."""
    options = judged_options(inputs)
    target = (target_percent or 0) / 100
    costs = compute(inputs)
    points = {option: find_break_even(inputs, option, target) for option in SELF_HOSTED}
    points |= {option: find_break_even(inputs, option, target) for option in options}
    ranked = sorted(options, key=lambda option: -_known(costs.saving(option)))
    best = ranked[0] if ranked and inputs.volume.known else None
    spread = _spread(inputs, best, levers, target_percent)
    saving = costs.saving(best) if best else None
    return Standing(
        baseline=inputs.baseline,
        costs=costs,
        outcome=None,
        best_option=best,
        saving_percent=saving,
        # Whole replicas can put the central case at the edge of what is drawn: the range told holds it all the same.
        low_percent=min(spread.low_percent, saving) if spread and saving is not None else None,
        p50_percent=spread.p50_percent if spread else None,
        high_percent=max(spread.high_percent, saving) if spread and saving is not None else None,
        probability=_probability(spread.reaching) if spread else None,
        reaching=spread.reaching if spread else None,
        thresholds=find_thresholds(inputs, options, target, [points[option] for option in options]),
        break_even=MappingProxyType({option: points[option] for option in SELF_HOSTED}),
    )


def _spread(inputs: Inputs, best: OptionId | None, levers: Levers | None, target: float | None) -> Spread | None:
    if best is None or levers is None:
        return None
    plan = replace(inputs.plan, options=frozenset({best}))
    return spread_saving(evaluate(levers, plan).saving(best), None if target is None else target / 100)


def _judge(standing: Standing, today: Standing, inputs: Inputs, target: float | None) -> Standing:
    """Add the outcome, the first that matches in the order of the design; None without a target."""
    if target is None:
        return standing
    return replace(standing, outcome=_outcome(standing, today, inputs, target))


def _outcome(standing: Standing, today: Standing, inputs: Inputs, target: float) -> Verdict:
    if not inputs.volume.known:
        return "depends_on_volume"
    saving, low, high = standing.saving_percent, standing.low_percent, standing.high_percent
    if saving is not None and low is not None and high is not None:
        if saving >= target and (standing.reaching or 0) >= LIKELY:
            return "reached"
        if saving >= target or low <= target <= high:
            return "within_reach"
    if _known(today.saving_percent) >= target:  # on today's own baseline that was answered above
        return "not_against_successor"
    return "not_reachable" if standing.thresholds.output_mtok is None else "not_at_this_volume"


def _probability(reaching: float | None) -> Probability | None:
    if reaching is None:
        return None
    return next((name for limit, name in PROBABILITY_STEPS if reaching < limit), "high")


def _preset(inputs: Inputs, output_mtok: float) -> Preset:
    at = with_volume(inputs, output_mtok)
    other: Baseline = "today" if inputs.baseline == "successor" else "successor"
    return Preset(
        id=f"{output_mtok / MTOK_A_G:g}g" if output_mtok >= MTOK_A_G else f"{output_mtok:g}m",
        output_mtok=output_mtok,
        input_mtok=output_mtok * inputs.volume.ratio,
        costs=compute(at),
        other_costs=compute(with_baseline(at, other)),
    )


def _rows(inputs: Inputs, alternatives: tuple[Alternative, ...], book: PriceBook) -> tuple[Row, ...]:
    """List every row behind the inputs, the named defaults and the alternatives, each once."""
    names = [row.id for row in inputs.rows]
    names += [row for item in inputs.assumptions for row in item.rows]
    names += [row for item in alternatives for row in item.rows]
    return tuple(book.rows[name] for name in dict.fromkeys(names))


def _middle(book: PriceBook) -> float:
    return book.presets_output_mtok[len(book.presets_output_mtok) // 2]


def _known(saving: float | None) -> float:
    return -np.inf if saving is None else saving
