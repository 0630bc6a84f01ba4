"""The price book: every figure the cost model starts from, dated, sourced and looked up by id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeVar

from bot.domain.brief import Baseline, Deployment, PriceKind
from bot.domain.catalogue import Catalogue, ClosedModel, OpenModel, Tool, fold

__all__ = [
    "STALE_DAYS",
    "Catalogue",
    "ClosedModel",
    "ClosedPrice",
    "Defaults",
    "Fit",
    "HostedPrice",
    "Lifecycle",
    "OpenModel",
    "PriceBook",
    "Row",
    "Server",
    "Tool",
    "age_days",
    "stale_rows",
]

K = TypeVar("K")
V = TypeVar("V")
Status = Literal["seen", "derived", "assumption"]
Owner = Literal["ours", "operator"]

STALE_DAYS = 90
"""A row older than this puts the freshness banner on every output (design: tco)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Hold one figure with its range, unit, source and day; low and high equal value when it has no range."""

    id: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    seen_on: date
    status: Status
    owner: Owner = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPrice:
    """Hold the list price of one closed model in USD per Mtok."""

    model: str
    price_in: Row
    price_out: Row
    cached: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPrice:
    """Hold what a host asks for an open model in USD per Mtok."""

    model: str
    host: str
    price_in: Row
    price_out: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Hold a server that can be bought for one kind of GPU."""

    gpu: str
    usd: Row
    kw_max: Row
    gpus: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """Hold when a closed model is shut down and which model its vendor (or we) name as successor."""

    model: str
    shutdown: date
    successor: str | None
    source: str
    seen_on: date
    status: Status
    litellm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Hold the throughput of one replica (`gpus` GPUs): seconds = isl/prefill + osl/decode + kv·osl·(isl + osl/2).

    prefill and decode in tokens/s, kv in s/token²; `factor` is the row of its error band around 1.
    """

    model: str
    gpu: str
    gpus: int
    precision: str
    prefill: float
    decode: float
    kv: float
    error: float
    weak: bool
    factor: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Hold what is taken where nobody said anything and the answer is not a number."""

    closed_model: str
    host: str
    price: PriceKind
    baseline: Baseline
    deployment: Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """Hold all rows by id and what is built from them."""

    as_of: date
    rows: Mapping[str, Row]
    closed: Mapping[str, ClosedPrice]
    hosted: Mapping[tuple[str, str], HostedPrice]
    gpus: Mapping[str, Mapping[PriceKind, Row]]
    servers: Mapping[str, Server]
    lifecycles: Mapping[str, Lifecycle]
    fits: tuple[Fit, ...]
    defaults: Defaults
    presets_output_mtok: tuple[float, ...]

    def hosts(self, model: str) -> tuple[str, ...]:
        """Name the hosts that sell `model`, in the order of the book."""
        return tuple(host for sold, host in self.hosted if sold == model)

    def fits_for(self, names: Iterable[str]) -> tuple[Fit, ...]:
        """List the fits of `names`; a measured fit hides a weak one for the same GPUs."""
        found: dict[tuple[str, int], Fit] = {}
        wanted = tuple(names)
        for fit in self.fits:
            key = (fit.gpu, fit.gpus)
            if fit.model in wanted and (key not in found or found[key].weak):
                found[key] = fit
        return tuple(found.values())

    @property
    def currencies(self) -> tuple[str, ...]:
        """Name the currencies an amount can be told in: USD, and those somebody gave a rate for."""
        named = (one.removeprefix("currency.") for one in self.rows if one.startswith("currency."))
        return ("USD", *sorted(code for code in named if code != "USD" and self.rate(code)))

    def rate(self, currency: str) -> Row | None:
        """Return the row with the units of `currency` per USD; None when nobody gave one."""
        return self.rows.get(f"currency.{currency.upper()}")

    def region(self, name: str) -> Row | None:
        """Return the row with what a region adds to rented GPUs and hosted tokens."""
        return self.rows.get(f"region.{fold(name)}")

    def operator_rows(self) -> tuple[str, ...]:
        """Name the rows that come from the operator's own file."""
        return tuple(row.id for row in self.rows.values() if row.owner == "operator")


def freeze(items: Mapping[K, V]) -> Mapping[K, V]:
    """Return a read-only copy of `items`."""
    return MappingProxyType(dict(items))


def age_days(row: Row, *, as_of: date) -> int:
    """Count the days since a row was seen; never negative."""
    return max(0, (as_of - row.seen_on).days)


def stale_rows(rows: Iterable[Row], *, as_of: date) -> tuple[str, ...]:
    """Name the rows older than 90 days on `as_of`: a banner says so."""
    return tuple(row.id for row in rows if age_days(row, as_of=as_of) > STALE_DAYS)
