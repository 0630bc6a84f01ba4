"""What every option costs, side by side over 36 months, at the base values."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bot.domain.brief import OPTION_IDS, OptionId
from bot.domain.cost.formulas import Flow, Outcome, evaluate
from bot.domain.cost.inputs import Inputs
from bot.domain.cost.levers import MONTHS, MONTHS_A_YEAR, Column, Levers


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCost:
    """Hold what one option costs; None is unknown or does not apply, `reason` says why an option is not available.

    Money in USD, `saving_percent` negative when dearer, `payback_month` 1-36. Replicas, GPUs and servers are those of
    the first year, each year's in the `_by_year` fields.
    """

    id: OptionId
    available: bool
    reason: str | None = None
    year_usd: float | None = None
    horizon_usd: float | None = None
    saving_percent: float | None = None
    npv_usd: float | None = None
    payback_month: int | None = None
    one_off_usd: float | None = None
    retained_usd: float | None = None
    running_usd: tuple[float, ...] = ()
    capex_usd: float | None = None
    residual_usd: float | None = None
    replicas: int | None = None
    replicas_by_year: tuple[int, ...] = ()
    gpus: int | None = None
    servers: int | None = None
    servers_by_year: tuple[int, ...] = ()
    utilisation_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Hold all options against one baseline; `bill_usd` is the closed bill over 36 months, None without a volume."""

    inputs: Inputs
    options: Mapping[OptionId, OptionCost]
    bill_usd: float | None

    def saving(self, option: OptionId) -> float | None:
        """Return the saving of an option in percent; None when it is unknown."""
        return self.options[option].saving_percent


def compute(inputs: Inputs) -> Costs:
    """Compute what every option costs at the base values; without a volume every figure is None."""
    if not inputs.volume.known:
        told = {option: _unknown(inputs, option) for option in OPTION_IDS}
        return Costs(inputs=inputs, options=MappingProxyType(told), bill_usd=None)
    levers = inputs.levers()
    outcome = evaluate(levers, inputs.plan)
    told = {
        option: _cost(option, outcome, levers, inputs) if option in outcome.flows else _unknown(inputs, option)
        for option in OPTION_IDS
    }
    return Costs(inputs=inputs, options=MappingProxyType(told), bill_usd=float(outcome.bill.sum()))


def _unknown(inputs: Inputs, option: OptionId) -> OptionCost:
    reason = inputs.unavailable.get(option)
    return OptionCost(id=option, available=reason is None, reason=reason)


def _cost(option: OptionId, outcome: Outcome, levers: Levers, inputs: Inputs) -> OptionCost:
    flow = outcome.flows[option]
    saving = float(outcome.saving(option)[0])
    npv, payback = (None, None) if option == "closed" else _worth(flow, outcome.bill[:, 0], levers)
    replicas = _whole(flow.replicas)
    return OptionCost(
        id=option,
        available=True,
        year_usd=float(flow.average[0]),
        horizon_usd=float(flow.horizon[0]),
        saving_percent=None if np.isnan(saving) else 100 * saving,
        npv_usd=npv,
        payback_month=payback,
        one_off_usd=float(flow.migration[0] + flow.parallel.sum()),
        retained_usd=float(flow.retained.sum()),
        running_usd=tuple(float(value) for value in flow.running[:, 0]),
        capex_usd=float(flow.capex.sum()),
        residual_usd=float(flow.residual[0]),
        replicas=replicas[0] if replicas else None,
        replicas_by_year=replicas,
        gpus=replicas[0] * inputs.plan.gpus_per_replica if replicas else None,
        servers=_whole(flow.servers)[0] if flow.servers is not None else None,
        servers_by_year=_whole(flow.servers),
        utilisation_percent=_utilisation(flow, levers),
    )


def _whole(years: Column | None) -> tuple[int, ...]:
    return () if years is None else tuple(int(value) for value in years[:, 0])


def _utilisation(flow: Flow, levers: Levers) -> float | None:
    """Return the mean use of the replicas in the first year in percent: the load without its peak and its head-room."""
    if flow.load is None or flow.replicas is None:
        return None
    mean = flow.load[0, 0] * levers.utilisation[0] / levers.peak[0]
    return float(100 * mean / flow.replicas[0, 0])


def _worth(flow: Flow, bill: Column, levers: Levers) -> tuple[float, int | None]:
    """Return net present value and payback month against the closed bill.

    Month 0 is migration and the first servers, months count at their end, later servers at the start of their year and
    the residual value at month 36; payback is undiscounted and leaves the residual out. What is lost again by month 36
    (a cheap successor takes over) has not paid back.
    """
    cash = np.zeros(MONTHS + 1)
    costs = np.repeat(flow.running[:, 0] / MONTHS_A_YEAR, MONTHS_A_YEAR) + flow.retained[:, 0] + flow.parallel[:, 0]
    cash[1:] = bill - costs
    cash[0] = -flow.migration[0]
    cash[0:MONTHS:MONTHS_A_YEAR] -= flow.capex[:, 0]
    paid = np.cumsum(cash)[1:] >= 0
    payback = int(np.argmax(paid)) + 1 if paid[-1] else None
    cash[MONTHS] += flow.residual[0]
    discount = (1 + levers.discount_rate[0]) ** (-np.arange(MONTHS + 1) / MONTHS_A_YEAR)
    return float(cash @ discount), payback
