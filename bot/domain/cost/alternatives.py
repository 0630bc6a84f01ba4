"""Other ways to spend less, costed and ranked: hosted, smaller or mixture model, successor, caching, hybrid."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bot.domain.brief import OptionId
from bot.domain.cost.choice import SELF_HOSTED, cheapest, equip, list_candidates
from bot.domain.cost.formulas import evaluate
from bot.domain.cost.inputs import Inputs
from bot.domain.cost.levers import vary
from bot.domain.prices import Catalogue, OpenModel, PriceBook

AlternativeKind = Literal[
    "hosted_open", "smaller_model", "mixture_model", "closed_successor", "caching_and_batch", "hybrid"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Hold one way to spend less against the same baseline; `to_prove` says that quality has to be shown in a pilot.

    `option` is the column it belongs to, `name` the model (and host) it is about. Savings in percent, money in USD.
    """

    kind: AlternativeKind
    option: OptionId
    name: str
    year_usd: float
    horizon_usd: float
    saving_percent: float | None
    reaches: bool | None
    to_prove: bool
    rows: tuple[str, ...]


def rank_alternatives(
    inputs: Inputs, book: PriceBook, catalogue: Catalogue, target_percent: float | None
) -> tuple[Alternative, ...]:
    """Cost every alternative at the volume of `inputs` and rank them, the largest saving first."""
    found = [
        _from_option(inputs, "hosted_open", "hosted_open", f"{inputs.open_model.name} ({inputs.host})", to_prove=False),
        _from_option(inputs, "closed_successor", "closed_successor", str(inputs.successor), to_prove=True),
        _from_option(inputs, "hybrid", "hybrid", inputs.open_model.name, to_prove=False),
        _cached(inputs, book),
    ]
    rank = catalogue.rank(inputs.open_model.tier)
    others = [model for model in catalogue.open.values() if model.id != inputs.open_model.id]
    smaller = [model for model in others if catalogue.rank(model.tier) < rank and model.status == "seen"]
    mixture = [model for model in others if model.mixture and catalogue.rank(model.tier) >= rank]
    found += [
        _other_model(inputs, "smaller_model", smaller, book),
        _other_model(inputs, "mixture_model", mixture, book),
    ]
    told = [_judge(item, target_percent) for item in found if item is not None]
    return tuple(sorted(told, key=lambda item: item.horizon_usd))


def _judge(item: Alternative, target: float | None) -> Alternative:
    if target is None or item.saving_percent is None:
        return item
    return replace(item, reaches=item.saving_percent >= target)


def _from_option(
    inputs: Inputs, kind: AlternativeKind, option: OptionId, name: str, *, to_prove: bool
) -> Alternative | None:
    if option not in inputs.plan.options:
        return None
    outcome = evaluate(inputs.levers(), replace(inputs.plan, options=frozenset({option})))
    flow, saving = outcome.flows[option], float(outcome.saving(option)[0])
    return Alternative(
        kind=kind,
        option=option,
        name=name,
        year_usd=float(flow.average[0]),
        horizon_usd=float(flow.horizon[0]),
        saving_percent=None if np.isnan(saving) else 100 * saving,
        reaches=None,
        to_prove=to_prove,
        rows=rows_of(inputs, option),
    )


def rows_of(inputs: Inputs, option: OptionId) -> tuple[str, ...]:
    """Name the price-book rows behind the figures of one option and the closed bill it is compared with."""
    levers = LEVERS_OF["closed"] + LEVERS_OF[option]
    return tuple(dict.fromkeys(row for lever in levers for row in inputs.spans[lever].rows))


def _cached(inputs: Inputs, book: PriceBook) -> Alternative:
    """Stay with the closed model and use its cache and batch prices as far as is usually reachable."""
    rows = ("load.reachable_cache_share", "load.reachable_batch_share")
    levers = inputs.levers()
    cache, batch = (np.array([book.rows[row].value]) for row in rows)
    plan = replace(inputs.plan, options=frozenset[OptionId]())
    now = float(evaluate(levers, plan).bill.sum())
    better = vary(levers, cache=np.maximum(levers.cache, cache), batch=np.maximum(levers.batch, batch))
    after = float(evaluate(better, plan).bill.sum())
    return Alternative(
        kind="caching_and_batch",
        option="closed",
        name=inputs.closed_model.name if inputs.closed_model else inputs.closed,
        year_usd=after / 3,
        horizon_usd=after,
        saving_percent=100 * (1 - after / now) if now > 0 else None,
        reaches=None,
        to_prove=False,
        rows=(*rows_of(inputs, "closed"), *rows),
    )


def _other_model(
    inputs: Inputs, kind: AlternativeKind, models: Iterable[OpenModel], book: PriceBook
) -> Alternative | None:
    """Cost the cheapest of these models on its own GPUs, in the better of private cloud and on-premise."""
    free = replace(inputs, given=replace(inputs.given, host=None))
    candidates = [equip(free, candidate, book) for candidate in list_candidates(models, book, None, None)]
    rented = [candidate for candidate in candidates if "private_cloud" in candidate.plan.options]
    if not rented:
        return None
    best = cheapest(rented)
    name = f"{best.open_model.name} ({best.plan.gpus_per_replica}×{best.fit.gpu.upper()})" if best.fit else ""
    told = [_from_option(best, kind, option, name, to_prove=True) for option in SELF_HOSTED]
    return min((item for item in told if item is not None), key=lambda item: item.horizon_usd)


_CLOUD = (
    "seconds",
    "gpu_hour",
    "infra",
    "region_uplift",
    "peak",
    "utilisation",
    "eta_engine",
    "eta_slo",
    "replicas_min",
)
_MOVE = ("retained", "fte")
LEVERS_OF: dict[OptionId, tuple[str, ...]] = {
    "closed": ("p_in", "p_out", "p_cache", "s_in", "s_out", "s_cache", "cache", "batch", "batch_discount", "growth"),
    "closed_successor": ("migration_successor",),
    "hosted_open": (*_MOVE, "h_in", "h_out", "region_uplift", "fte_hosted", "migration_hosted"),
    "private_cloud": (*_MOVE, *_CLOUD, "fte_cloud", "migration_self"),
    "on_premise": (
        *_MOVE,
        *(lever for lever in _CLOUD if lever not in {"gpu_hour", "infra", "region_uplift"}),
        *("server", "kw_max", "network", "power_load", "pue", "kwh", "colocation", "maintenance", "residual_36m"),
        "fte_on_premise",
        "migration_self",
    ),
    "hybrid": (*_MOVE, *_CLOUD, "hybrid_share", "h_in", "h_out", "fte_cloud", "fte_hosted", "migration_self"),
}
"""The levers each option turns on, for the row ids behind its figures."""
