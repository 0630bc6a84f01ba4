"""The formulas of the cost model, once, on columns: options in, money by year and month out. No other copy exists."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bot.domain.brief import OptionId
from bot.domain.cost.levers import HOURS_A_MONTH, MONTHS, MONTHS_A_YEAR, SECONDS_A_MONTH, YEARS, Column, Levers, vary

LIFE_MONTHS = 36
STEP_SLACK = 1e-9
"""A load of 3 replicas and a rounding error of the float needs 3 replicas, not 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Hold the whole numbers of one evaluation that no range touches.

    `today_share` has 36 numbers 0-1: the part of each month the current closed model is still served at today's price.
    """

    options: frozenset[OptionId]
    gpus_per_replica: int
    gpus_per_server: int
    today_share: Column
    parallel_self: int
    parallel_hosted: int
    parallel_successor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Hold what one option costs: `running` by year, `retained` and `parallel` by month, the rest once.

    Rows are years (3) or months (36), columns are draws. Capital is spent at the start of each year.
    """

    running: Column
    retained: Column
    parallel: Column
    migration: Column
    capex: Column
    residual: Column
    replicas: Column | None = None
    servers: Column | None = None
    load: Column | None = None

    @property
    def horizon(self) -> Column:
        """Sum everything over 36 months, one-offs in, residual value out."""
        return np.asarray(self.average * YEARS + self.migration + self.parallel.sum(axis=0))

    @property
    def average(self) -> Column:
        """Return the average year, without one-offs."""
        costs = self.running.sum(axis=0) + self.retained.sum(axis=0) + self.capex.sum(axis=0) - self.residual
        return np.asarray(costs / YEARS)

    @property
    def linear(self) -> Column:
        """Sum what grows with the closed bill: retained share and parallel months."""
        return np.asarray(self.retained.sum(axis=0) + self.parallel.sum(axis=0))


NOISE = 1e-12
"""Share of a sum below which a difference is rounding of the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Hold the closed bill by month and the flow of each option that is available."""

    bill: Column
    flows: dict[OptionId, Flow]

    def saving(self, option: OptionId) -> Column:
        """Return S = 1 - horizon/B of an option; NaN where there is no bill."""
        total = self.bill.sum(axis=0)
        horizon = self.flows[option].horizon
        billed = np.broadcast_to(total > 0, np.shape(horizon))
        # What differs only by the order of a sum is no saving and no loss.
        saved = np.where(np.abs(total - horizon) <= NOISE * total, 0.0, total - horizon)
        return np.asarray(np.divide(saved, total, out=np.full(np.shape(horizon), np.nan), where=billed))


def grow(levers: Levers) -> Column:
    """Return G by year: (1 + g)^(year - 1)."""
    return np.asarray((1 + levers.growth)[None, :] ** np.arange(YEARS)[:, None])


def price_month(levers: Levers, p_in: Column, p_out: Column, p_cache: Column) -> Column:
    """Return the bill of one month of the first year at these token prices."""
    cache = levers.cache
    tokens = levers.v_in * ((1 - cache) * p_in + cache * p_cache) + levers.v_out * p_out
    return np.asarray(tokens * (1 - levers.batch_discount * levers.batch))


def bill_months(levers: Levers, plan: Plan) -> Column:
    """Return the closed bill of each of the 36 months: today's prices, then the successor's."""
    today = price_month(levers, levers.p_in, levers.p_out, levers.p_cache)
    after = price_month(levers, levers.s_in, levers.s_out, levers.s_cache)
    share = plan.today_share[:, None]
    return np.asarray(_by_month(grow(levers)) * (share * today + (1 - share) * after))


def load_replicas(levers: Levers, share: Column) -> Column:
    """Return how many replicas the peak of each year needs, before rounding up; `share` of the volume is served."""
    requests = grow(levers) * share * levers.v_out * 1e6 / levers.osl
    capacity = SECONDS_A_MONTH * levers.eta_engine * levers.eta_slo * levers.utilisation
    return np.asarray(levers.peak * requests * levers.seconds / capacity)


def round_up(load: Column, levers: Levers) -> Column:
    """Return whole replicas, never fewer than the minimum for redundancy."""
    return np.maximum(levers.replicas_min, np.ceil(load - STEP_SLACK))


def evaluate(levers: Levers, plan: Plan) -> Outcome:
    """Evaluate every option that is available on all draws at once."""
    bill = bill_months(levers, plan)
    flows = {option: build(levers, bill, plan) for option, build in _BUILDERS.items() if option in plan.options}
    return Outcome(bill=bill, flows=flows)


def _by_month(years: Column) -> Column:
    return np.repeat(years, MONTHS_A_YEAR, axis=0)


def _none(bill: Column, rows: int) -> Column:
    return np.zeros((rows, bill.shape[1]))


def _move(levers: Levers, bill: Column, months: int) -> tuple[Column, Column]:
    """Return what stays with the closed model and the parallel run of the first months, both by month."""
    parallel = np.where(np.arange(MONTHS)[:, None] < months, (1 - levers.retained) * bill, 0.0)
    return np.asarray(levers.retained * bill), parallel


def _flow_closed(_levers: Levers, bill: Column, _plan: Plan) -> Flow:
    nothing = _none(bill, 1)[0]
    years = bill.reshape(YEARS, MONTHS_A_YEAR, -1).sum(axis=1)
    months, capex = _none(bill, MONTHS), _none(bill, YEARS)
    return Flow(running=years, retained=months, parallel=months, migration=nothing, capex=capex, residual=nothing)


def _flow_successor(levers: Levers, bill: Column, plan: Plan) -> Flow:
    """Move everything to the successor now; nothing is retained, both are closed models."""
    month = price_month(levers, levers.s_in, levers.s_out, levers.s_cache)
    _, parallel = _move(vary(levers, retained=np.zeros(1)), bill, plan.parallel_successor)
    return Flow(
        running=grow(levers) * month * MONTHS_A_YEAR + _none(bill, YEARS),
        retained=_none(bill, MONTHS),
        parallel=parallel,
        migration=levers.migration_successor,
        capex=_none(bill, YEARS),
        residual=_none(bill, 1)[0],
    )


def _hosted_years(levers: Levers, share: Column) -> Column:
    tokens = levers.v_in * levers.h_in + levers.v_out * levers.h_out
    return np.asarray(MONTHS_A_YEAR * share * grow(levers) * tokens * (1 + levers.region_uplift))


def _cloud_years(levers: Levers, replicas: Column, plan: Plan) -> Column:
    rent = levers.gpu_hour * (1 + levers.region_uplift) * HOURS_A_MONTH * (1 + levers.infra)
    return np.asarray(MONTHS_A_YEAR * replicas * plan.gpus_per_replica * rent)


def _flow_hosted(levers: Levers, bill: Column, plan: Plan) -> Flow:
    retained, parallel = _move(levers, bill, plan.parallel_hosted)
    return Flow(
        running=_hosted_years(levers, 1 - levers.retained) + levers.fte_hosted * levers.fte,
        retained=retained,
        parallel=parallel,
        migration=levers.migration_hosted,
        capex=_none(bill, YEARS),
        residual=_none(bill, 1)[0],
    )


def _flow_cloud(levers: Levers, bill: Column, plan: Plan) -> Flow:
    load = load_replicas(levers, 1 - levers.retained)
    replicas = round_up(load, levers)
    retained, parallel = _move(levers, bill, plan.parallel_self)
    return Flow(
        running=_cloud_years(levers, replicas, plan) + levers.fte_cloud * levers.fte,
        retained=retained,
        parallel=parallel,
        migration=levers.migration_self,
        capex=_none(bill, YEARS),
        residual=_none(bill, 1)[0],
        replicas=replicas,
        load=load,
    )


def _flow_on_premise(levers: Levers, bill: Column, plan: Plan) -> Flow:
    load = load_replicas(levers, 1 - levers.retained)
    replicas = round_up(load, levers)
    servers = np.maximum.accumulate(
        np.ceil(replicas * plan.gpus_per_replica / plan.gpus_per_server - STEP_SLACK), axis=0
    )
    new = np.diff(servers, axis=0, prepend=0)
    unit = levers.server * (1 + levers.network)
    age = (LIFE_MONTHS - MONTHS_A_YEAR * np.arange(YEARS))[:, None]
    power = levers.kw_max * levers.power_load * levers.pue * HOURS_A_MONTH * levers.kwh
    site = power + levers.kw_max * levers.colocation
    retained, parallel = _move(levers, bill, plan.parallel_self)
    running = MONTHS_A_YEAR * servers * site + servers * unit * levers.maintenance
    return Flow(
        running=running + levers.fte_on_premise * levers.fte,
        retained=retained,
        parallel=parallel,
        migration=levers.migration_self,
        capex=new * unit,
        residual=np.asarray((new * unit * (1 - (1 - levers.residual_36m) * age / LIFE_MONTHS)).sum(axis=0)),
        replicas=replicas,
        servers=servers,
        load=load,
    )


def _flow_hybrid(levers: Levers, bill: Column, plan: Plan) -> Flow:
    """Serve the share that has to stay inside from rented GPUs, the rest at the host; both teams are paid."""
    moved = 1 - levers.retained
    load = load_replicas(levers, moved * levers.hybrid_share)
    replicas = round_up(load, levers)
    retained, parallel = _move(levers, bill, plan.parallel_self)
    people = (levers.fte_cloud + levers.fte_hosted) * levers.fte
    rent = _cloud_years(levers, replicas, plan)
    return Flow(
        running=rent + _hosted_years(levers, moved * (1 - levers.hybrid_share)) + people,
        retained=retained,
        parallel=parallel,
        migration=levers.migration_self,
        capex=_none(bill, YEARS),
        residual=_none(bill, 1)[0],
        replicas=replicas,
        load=load,
    )


_BUILDERS: dict[OptionId, Callable[[Levers, Column, Plan], Flow]] = {
    "closed": _flow_closed,
    "closed_successor": _flow_successor,
    "hosted_open": _flow_hosted,
    "private_cloud": _flow_cloud,
    "on_premise": _flow_on_premise,
    "hybrid": _flow_hybrid,
}
