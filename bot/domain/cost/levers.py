"""The numbers the formulas turn on, each as a column of draws; one evaluation is a column of length one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

MONTHS = 36
YEARS = 3
MONTHS_A_YEAR = 12
HOURS_A_MONTH = 730.0
SECONDS_A_MONTH = HOURS_A_MONTH * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Hold a number with its range and the rows it came from; without a range low and high equal value."""

    value: float
    low: float
    high: float
    rows: tuple[str, ...] = ()

    @property
    def uncertain(self) -> bool:
        """Tell whether the number has a range."""
        return self.low < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """Hold every number of the formulas as a column; shares are 0-1, money USD, volumes Mtok a month.

    `p_*` are the prices of the current closed model, `s_*` of its successor, `h_*` of the host; `seconds` is the time
    one replica needs for one request. Server columns are NaN where no server of that GPU can be bought.
    """

    v_in: Column
    v_out: Column
    growth: Column
    osl: Column
    seconds: Column
    cache: Column
    batch: Column
    batch_discount: Column
    retained: Column
    hybrid_share: Column
    p_in: Column
    p_out: Column
    p_cache: Column
    s_in: Column
    s_out: Column
    s_cache: Column
    h_in: Column
    h_out: Column
    gpu_hour: Column
    infra: Column
    region_uplift: Column
    peak: Column
    utilisation: Column
    eta_engine: Column
    eta_slo: Column
    replicas_min: Column
    server: Column
    kw_max: Column
    network: Column
    power_load: Column
    pue: Column
    kwh: Column
    colocation: Column
    maintenance: Column
    residual_36m: Column
    fte: Column
    fte_cloud: Column
    fte_on_premise: Column
    fte_hosted: Column
    migration_self: Column
    migration_hosted: Column
    migration_successor: Column
    discount_rate: Column


NAMES: tuple[str, ...] = tuple(field.name for field in fields(Levers))


def base_levers(spans: Mapping[str, Span]) -> Levers:
    """Return the levers at their base values, one column entry each."""
    return Levers(**{name: np.array([spans[name].value]) for name in NAMES})


def vary(levers: Levers, **columns: Column) -> Levers:
    """Return the levers with some columns replaced; the others broadcast against them."""
    return Levers(**{name: columns.get(name, getattr(levers, name)) for name in NAMES})
