"""From what somebody said to the inputs of the cost model: check, look up, choose, and name every default."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar, get_args

import numpy as np

from bot.domain.brief import Given, PriceKind
from bot.domain.catalogue import ClosedModel, fold
from bot.domain.cost.checks import check_given, refuse_unknown
from bot.domain.cost.choice import choose, span_of
from bot.domain.cost.formulas import Plan
from bot.domain.cost.inputs import Assumption, Inputs, Volume, baseline_shares
from bot.domain.cost.levers import MONTHS, Span
from bot.domain.cost.volume import find_rate, find_volume
from bot.domain.industries import Region
from bot.domain.prices import Catalogue, PriceBook, Row

T = TypeVar("T")
REGIONS: tuple[str, ...] = get_args(Region)

NEAREST = 5
"""So many closed models are proposed for one that we have no prices of."""

ROW_OF_LEVER: Mapping[str, str] = MappingProxyType(
    {
        "batch_discount": "terms.batch_discount",
        "hybrid_share": "load.hybrid_share",
        "infra": "load.infrastructure_uplift",
        "peak": "load.peak_to_mean",
        "utilisation": "load.utilisation_max",
        "eta_engine": "load.eta_engine",
        "eta_slo": "load.eta_slo",
        "replicas_min": "load.replicas_min",
        "network": "onprem.network_uplift",
        "power_load": "onprem.power_load",
        "pue": "onprem.pue",
        "kwh": "onprem.electricity",
        "colocation": "onprem.colocation",
        "maintenance": "onprem.maintenance",
        "residual_36m": "onprem.residual_36m",
        "fte": "people.fte_year",
        "fte_cloud": "people.fte_private_cloud",
        "fte_on_premise": "people.fte_on_premise",
        "fte_hosted": "people.fte_hosted_open",
        "migration_self": "migration.self_hosted",
        "migration_hosted": "migration.hosted_open",
        "migration_successor": "migration.closed_successor",
        "discount_rate": "finance.discount_rate",
    }
)
"""Levers that come straight from one row of the price book."""

PERCENT_LEVERS: tuple[tuple[str, str, str], ...] = (
    ("growth", "growth", "load.growth"),
    ("cache", "cache_share", "load.cache_share"),
    ("batch", "batch_share", "load.batch_share"),
    ("retained", "retained", "load.retained_share"),
)
"""Levers a person gives in percent: lever, field of Given, row of the default."""


def resolve(given: Given, book: PriceBook, catalogue: Catalogue, *, today: date) -> Inputs:
    """Turn what was said into inputs; raises UserError that names the value and what is allowed.

    Every default lands in `assumptions` with its rows. Model and GPU are the cheapest within the capability tier of the
    closed model unless they were named.
    """
    check_given(given)
    notes: list[Assumption] = []
    closed, model = _find_closed(given, book, catalogue, notes)
    life = book.lifecycles.get(closed)
    spans = _closed_spans(closed, life.successor if life else None, book)
    spans |= {lever: span_of(book.rows[row]) for lever, row in ROW_OF_LEVER.items()}
    spans |= _percent_spans(given, book, notes)
    spans["region_uplift"] = _region_span(given, book, notes)
    rate = find_rate(given, book)
    volume = find_volume(given, book, spans, rate, notes)
    spans |= _volume_spans(volume, rate)
    draft = Inputs(
        given=given,
        as_of=_default(notes, "as_of", given.as_of, today),
        baseline=_default(notes, "baseline", given.baseline, book.defaults.baseline),
        closed=closed,
        closed_model=model,
        successor=life.successor if life else None,
        shutdown=life.shutdown if life else None,
        open_model=next(iter(catalogue.open.values())),
        fit=None,
        host=None,
        price=_find_price(given, book, notes),
        volume=volume,
        spans=MappingProxyType(spans),
        plan=_plan(book),
        unavailable=MappingProxyType({}),
        assumptions=tuple(notes),
        rows=(),
        rate=rate,
        chosen="named",
    )
    draft = replace(draft, plan=replace(draft.plan, today_share=baseline_shares(draft, draft.baseline)))
    return _finish(choose(draft, book, catalogue), book)


def _default(notes: list[Assumption], name: str, told: T | None, default: T) -> T:
    if told is not None:
        return told
    notes.append(Assumption(id=name, value=str(default), unit="date" if isinstance(default, date) else "name"))
    return default


def _find_closed(
    given: Given, book: PriceBook, catalogue: Catalogue, notes: list[Assumption]
) -> tuple[str, ClosedModel | None]:
    name = _default(notes, "closed_model", given.closed_model, book.defaults.closed_model)
    nearest = nearest_priced(name, book, catalogue)
    if nearest is not None:
        raise refuse_unknown("closed_model", name, book.closed, nearest)
    model = catalogue.find_closed(name)
    return model.id if model else fold(name), model


def nearest_priced(name: str, book: PriceBook, catalogue: Catalogue) -> Mapping[str, str] | None:
    """Return the names by id of the closed models nearest to one without prices; None for one with prices."""
    model = catalogue.find_closed(name)
    if (model.id if model else fold(name)) in book.closed:
        return None
    return catalogue.nearest_closed(name, book.closed, most=NEAREST)


def _find_price(given: Given, book: PriceBook, notes: list[Assumption]) -> PriceKind:
    return _default(notes, "price", given.price, book.defaults.price)


def _closed_spans(closed: str, successor: str | None, book: PriceBook) -> dict[str, Span]:
    """Return today's prices and the successor's; a model without a known successor keeps its own."""
    today, after = book.closed[closed], book.closed[successor or closed]
    prices = {"p": today, "s": after}
    return {
        f"{side}_{leaf}": span_of(row)
        for side, price in prices.items()
        for leaf, row in (("in", price.price_in), ("out", price.price_out), ("cache", price.cached))
    }


def _percent_spans(given: Given, book: PriceBook, notes: list[Assumption]) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    for lever, name, row_id in PERCENT_LEVERS:
        told, row = getattr(given, name), book.rows[row_id]
        if told is None:
            notes.append(Assumption(id=name, value=row.value, unit=row.unit, rows=(row.id,)))
            spans[lever] = Span(value=row.value / 100, low=row.low / 100, high=row.high / 100, rows=(row.id,))
        else:
            spans[lever] = Span(value=told / 100, low=told / 100, high=told / 100)
    return spans


def _region_span(given: Given, book: PriceBook, notes: list[Assumption]) -> Span:
    """Return what the region adds; nothing is added, and it is said so, where no row prices a region we know.

    The name is printed in the plan, so it is one of ours or of the operator's rows, never free text.
    """
    row = book.region(given.region) if given.region else None
    if row is not None:
        return span_of(row)
    if given.region:
        if given.region.upper() not in REGIONS:
            priced = (name.removeprefix("region.") for name in book.rows if name.startswith("region."))
            raise refuse_unknown("region", given.region, dict.fromkeys((*priced, *map(str.lower, REGIONS))))
        notes.append(Assumption(id="region_unpriced", value=given.region.upper(), unit="name"))
    return Span(value=0.0, low=0.0, high=0.0)


def _volume_spans(volume: Volume, rate: Row | None) -> dict[str, Span]:
    rows = (rate.id,) if rate else ()
    told = {"v_in": volume.input_mtok, "v_out": volume.output_mtok, "osl": volume.osl}
    numbers = {name: float("nan") if value is None else value for name, value in told.items()}
    return {name: Span(value=value, low=value, high=value, rows=rows) for name, value in numbers.items()}


def _plan(book: PriceBook) -> Plan:
    months = {name: int(book.rows[f"migration.{name}_months"].value) for name in ("self_hosted", "hosted_open")}
    return Plan(
        options=frozenset(),
        gpus_per_replica=0,
        gpus_per_server=0,
        today_share=np.ones(MONTHS),
        parallel_self=months["self_hosted"],
        parallel_hosted=months["hosted_open"],
        parallel_successor=int(book.rows["migration.closed_successor_months"].value),
    )


def _finish(inputs: Inputs, book: PriceBook) -> Inputs:
    """Add the choices that were made and every assumption among the rows that are used."""
    given, notes = inputs.given, list(inputs.assumptions)
    if given.open_model is None:
        notes.append(Assumption(id="open_model", value=inputs.open_model.id, unit="name"))
    if inputs.fit is not None and (given.gpu is None or given.gpus is None):
        size = f"{inputs.fit.gpus}×{inputs.fit.gpu.upper()}"
        notes.append(Assumption(id="gpu", value=size, unit="name", rows=(inputs.fit.factor.id,)))
    if given.host is None and inputs.host is not None:
        notes.append(Assumption(id="host", value=inputs.host, unit="name", rows=inputs.spans["h_out"].rows))
    if not inputs.volume.known:
        notes.append(Assumption(id="volume", value=None, unit="mtok_per_month"))
    used = dict.fromkeys(row for span in inputs.spans.values() for row in span.rows)
    months = tuple(f"migration.{name}_months" for name in ("self_hosted", "hosted_open", "closed_successor"))
    rows = tuple(book.rows[row] for row in (*used, *months))
    named = {row for note in notes for row in note.rows}
    notes += [
        Assumption(id=row.id, value=row.value, unit=row.unit, rows=(row.id,))
        for row in rows
        if row.status == "assumption" and row.id not in named
    ]
    return replace(inputs, assumptions=tuple(notes), rows=rows)
