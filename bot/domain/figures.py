"""The figures of an assessment: one id for each number that can appear anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.brief import OptionId
from bot.domain.cost.alternatives import rows_of
from bot.domain.cost.capacity import output_rate
from bot.domain.cost.inputs import Inputs
from bot.domain.prices import Row
from bot.domain.tco import Costs, OptionCost
from bot.domain.verdict import Assessment, Standing

MULTIPLE_BELOW = -100.0
"""Below this saving prose says "about n times the cost" (design: tco)."""

ALWAYS = ("year_usd", "horizon_usd", "saving_percent")
"""Figures every option has, unknown ones too: tables show them all."""

ABOUT: dict[str, OptionId] = {
    "closed": "closed",
    "hosted": "hosted_open",
    "server": "on_premise",
    "onprem": "on_premise",
}
"""Rows that are about one option, by the first part of their id."""

OPTION_FIGURES: tuple[tuple[str, str], ...] = (
    ("year_usd", "usd"),
    ("horizon_usd", "usd"),
    ("saving_percent", "percent"),
    ("one_off_usd", "usd"),
    ("retained_usd", "usd"),
    ("capex_usd", "usd"),
    ("residual_usd", "usd"),
    ("npv_usd", "usd"),
    ("payback_month", "months"),
    ("replicas", "replicas"),
    ("gpus", "gpus"),
    ("servers", "servers"),
    ("utilisation_percent", "percent"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Hold one figure: percent 0-100, money USD; `option` is the one it is about, `rows` the price-book rows behind it.

    `label` is the key of its name in `prompts/ledger.*`.
    """

    id: str
    value: float | None
    unit: str
    option: OptionId | None
    rows: tuple[str, ...]
    label: str


def figure(
    name: str, value: float | None, unit: str, option: OptionId | None = None, rows: tuple[str, ...] = ()
) -> Figure:
    """Make a figure labelled by the last part of its id."""
    told = None if value is None else float(value)
    return Figure(id=name, value=told, unit=unit, option=option, rows=rows, label=f"figure.{name.rsplit('.', 1)[-1]}")


def multiple(saving_percent: float | None) -> float | None:
    """Return how many times the closed cost an option costs, where it saves less than -100 %."""
    if saving_percent is None or saving_percent >= MULTIPLE_BELOW:
        return None
    return 1 - saving_percent / 100


def list_figures(assessment: Assessment) -> Iterator[Figure]:
    """List every figure of an assessment, in the order a plan shows them."""
    chosen, other = assessment.chosen, assessment.other_baseline
    if assessment.target_percent is not None:
        yield figure("target.percent", assessment.target_percent, "percent")
    yield from _list_costs("", chosen.costs)
    yield from _list_standing("", chosen)
    yield from _list_costs("other.", other.costs)
    yield from _list_standing("other.", other)
    yield from _list_presets(assessment)
    yield from _list_alternatives(assessment)
    yield from _list_volume(assessment.inputs)
    yield from _list_infrastructure(assessment)
    yield from _list_tornado(assessment)
    yield from _list_assumptions(assessment.inputs)
    yield from _list_rows(assessment.inputs)


def _list_costs(prefix: str, costs: Costs) -> Iterator[Figure]:
    for option, cost in costs.options.items():
        rows = rows_of(costs.inputs, option) if cost.available else ()
        yield from _list_option(f"{prefix}{option}", cost, rows)
        yield from _list_converted(f"{prefix}{option}", cost, rows, costs.inputs.rate)


def _list_option(name: str, cost: OptionCost, rows: tuple[str, ...]) -> Iterator[Figure]:
    for field, unit in OPTION_FIGURES:
        value = getattr(cost, field)
        if value is not None or field in ALWAYS:
            yield figure(f"{name}.{field}", value, unit, cost.id, rows)
    for year, value in enumerate(cost.running_usd, start=1):
        yield Figure(
            id=f"{name}.running_{year}_usd", value=value, unit="usd", option=cost.id, rows=rows, label="figure.running"
        )
    times = multiple(cost.saving_percent)
    if times is not None:
        yield figure(f"{name}.cost_multiple", times, "multiple", cost.id, rows)


def _list_converted(name: str, cost: OptionCost, rows: tuple[str, ...], rate: Row | None) -> Iterator[Figure]:
    """List year and horizon in the currency of the user, at the operator's rate."""
    if rate is None:
        return
    unit = f"money.{rate.id.removeprefix('currency.')}"
    for field, value in (("year_local", cost.year_usd), ("horizon_local", cost.horizon_usd)):
        told = None if value is None else value * rate.value
        yield figure(f"{name}.{field}", told, unit, cost.id, (*rows, rate.id))


def _list_standing(prefix: str, standing: Standing) -> Iterator[Figure]:
    """List the verdict: `verdict.*` is about the best option."""
    inputs, best = standing.costs.inputs, standing.best_option
    rows = rows_of(inputs, best) if best else ()
    for name, value in (
        ("saving_percent", standing.saving_percent),
        ("low_percent", standing.low_percent),
        ("p50_percent", standing.p50_percent),
        ("high_percent", standing.high_percent),
    ):
        yield figure(f"{prefix}verdict.{name}", value, "percent", best, rows)
    for name, value in (
        ("cost", standing.saving_percent),
        ("low", standing.low_percent),
        ("high", standing.high_percent),
    ):
        times = multiple(value)
        if times is not None:
            yield figure(f"{prefix}verdict.{name}_multiple", times, "multiple", best, rows)
    told = standing.thresholds
    rows = rows or tuple(dict.fromkeys(row for option in standing.break_even for row in _behind(inputs, option)))
    yield figure(f"{prefix}threshold.output_mtok", told.output_mtok, "mtok_per_month", None, rows)
    yield figure(f"{prefix}threshold.retained_share_percent", told.retained_share_percent, "percent", None, rows)
    yield figure(f"{prefix}threshold.closed_price_usd", told.closed_price_usd, "usd_per_mtok", "closed", rows)
    for option, point in standing.break_even.items():
        behind = _behind(inputs, option)
        yield figure(f"{prefix}break_even.{option}.first", point.first, "mtok_per_month", option, behind)
        yield figure(f"{prefix}break_even.{option}.holds_from", point.holds_from, "mtok_per_month", option, behind)


def _behind(inputs: Inputs, option: OptionId) -> tuple[str, ...]:
    return rows_of(inputs, option) if option in inputs.plan.options else ()


def _list_presets(assessment: Assessment) -> Iterator[Figure]:
    for preset in assessment.presets:
        name = f"preset.{preset.id}"
        yield figure(f"{name}.output_mtok", preset.output_mtok, "mtok_per_month")
        yield figure(f"{name}.input_mtok", preset.input_mtok, "mtok_per_month")
        yield from _list_costs(f"{name}.", preset.costs)
        yield from _list_costs(f"{name}.other.", preset.other_costs)


def _list_alternatives(assessment: Assessment) -> Iterator[Figure]:
    if assessment.alternatives:
        yield figure("alternatives.output_mtok", assessment.alternatives_mtok, "mtok_per_month")
    for number, item in enumerate(assessment.alternatives, start=1):
        name = f"alternative.{number}"
        yield figure(f"{name}.year_usd", item.year_usd, "usd", item.option, item.rows)
        yield figure(f"{name}.horizon_usd", item.horizon_usd, "usd", item.option, item.rows)
        yield figure(f"{name}.saving_percent", item.saving_percent, "percent", item.option, item.rows)
        times = multiple(item.saving_percent)
        if times is not None:
            yield figure(f"{name}.cost_multiple", times, "multiple", item.option, item.rows)


def _list_volume(inputs: Inputs) -> Iterator[Figure]:
    volume = inputs.volume
    yield figure("volume.output_mtok", volume.output_mtok, "mtok_per_month", None, inputs.spans["v_out"].rows)
    yield figure("volume.input_mtok", volume.input_mtok, "mtok_per_month", None, inputs.spans["v_in"].rows)
    taken = {item.id: item.rows for item in inputs.assumptions}
    yield figure("volume.isl", volume.isl, "tokens", None, taken.get("isl", ()))
    yield figure("volume.osl", volume.osl, "tokens", None, taken.get("osl", ()))
    yield figure("horizon.months", 36, "months")
    if inputs.given.monthly_spend is not None and (inputs.given.currency or "USD").upper() == "USD":
        yield figure("volume.spend_usd", inputs.given.monthly_spend, "usd_per_month", "closed")


def _list_infrastructure(assessment: Assessment) -> Iterator[Figure]:
    told, inputs = assessment.infrastructure, assessment.inputs
    for name, value, unit in (
        ("replicas", told.replicas, "replicas"),
        ("gpus", told.gpus, "gpus"),
        ("gpus_per_replica", told.gpus_per_replica, "gpus"),
        ("servers", told.servers, "servers"),
        ("utilisation_percent", told.utilisation_percent, "percent"),
        ("replicas_last", told.replicas_last, "replicas"),
        ("gpus_last", told.gpus_last, "gpus"),
    ):
        if value is not None:
            yield figure(f"infrastructure.{name}", value, unit, told.option, told.rows)
    if inputs.fit is not None:
        spans = inputs.spans
        rate = output_rate(inputs.fit, isl=inputs.volume.isl, osl=inputs.volume.osl)
        served = rate * spans["eta_engine"].value * spans["eta_slo"].value
        rows = tuple(row for lever in ("seconds", "eta_engine", "eta_slo") for row in spans[lever].rows)
        yield figure("infrastructure.tokens_per_second", served, "tok_s", told.option, rows)


def _list_tornado(assessment: Assessment) -> Iterator[Figure]:
    for bar in assessment.tornado:
        best = assessment.best_option
        yield figure(f"tornado.{bar.lever}.at_low_percent", bar.at_low_percent, "percent", best, bar.rows)
        yield figure(f"tornado.{bar.lever}.at_high_percent", bar.at_high_percent, "percent", best, bar.rows)


def _list_assumptions(inputs: Inputs) -> Iterator[Figure]:
    for item in inputs.assumptions:
        if not isinstance(item.value, str):
            label = f"assumption.{item.id}"
            name = f"assumption.{item.id}"
            yield Figure(id=name, value=item.value, unit=item.unit, option=None, rows=item.rows, label=label)


def _list_rows(inputs: Inputs) -> Iterator[Figure]:
    """List the rows themselves, so that a price can be named in a sentence."""
    for row in inputs.rows:
        side = row.id.partition(".")[0]
        if side != "fit":
            name, about = f"row.{row.id}", ABOUT.get(side)
            yield Figure(id=name, value=row.value, unit=row.unit, option=about, rows=(row.id,), label="figure.row")
