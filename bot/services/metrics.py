"""The figures that an operator's Prometheus reads: a table of what is counted, and the registry that holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import generate_latest

PREFIX = "ai_strategy_"
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5)
_SLOW = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)


@dataclass(frozen=True, slots=True)
class Meter:
    """Be one row: a name without its prefix, what it counts, its labels; `edges` in seconds make it a histogram."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    labels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()


# No label tells a user, a conversation or a text apart; each has a handful of values that we or the operator chose.
METERS: tuple[Meter, ...] = (
    Meter("events_total", "counter", "Events taken in at a door", ("platform", "kind", "outcome")),
    Meter("jobs_started_total", "counter", "Jobs started", ("kind", "lane")),
    Meter("jobs_ended_total", "counter", "Jobs ended", ("kind", "lane", "outcome")),
    Meter("job_seconds", "histogram", "Seconds from a job's start to its end", ("kind", "lane"), _SLOW),
    Meter("plans_total", "counter", "Plan versions kept", ("kind", "outcome", "written_by", "reused")),
    Meter("model_calls_total", "counter", "Requests to a language model", ("endpoint", "outcome")),
    Meter("model_tokens_total", "counter", "Tokens a model read (in) and wrote (out)", ("endpoint", "direction")),
    Meter("model_call_seconds", "histogram", "Seconds of a request to a model", ("endpoint",), _SLOW),
    Meter("model_first_text_seconds", "histogram", "Seconds until a model's first text", ("endpoint",), _SLOW),
    Meter("chat_calls_total", "counter", "Messages and cards sent or edited", ("platform", "call", "outcome")),
    Meter("chat_call_seconds", "histogram", "Seconds of such a call, its waiting too", ("platform", "call"), _SLOW),
    Meter("redis_call_seconds", "histogram", "Seconds of a script's call, batching too", ("script",), _QUICK),
    Meter("redis_faults_total", "counter", "Script calls that Redis did not answer", ("script",)),
    Meter("limits_refused_total", "counter", "Plans refused by a budget or the kill switch", ("scope",)),
    Meter("store_up", "gauge", "1 when Redis answered this scrape"),
    Meter("jobs_waiting", "gauge", "Jobs that wait in the store", ("lane",)),
    Meter("jobs_oldest_seconds", "gauge", "Age of the oldest job that waits in the store", ("lane",)),
    Meter("jobs_aside", "gauge", "Jobs put off (delayed) and given up (dead) in the store", ("where",)),
)

_Child = Counter | Gauge | Histogram
_MAKERS: Mapping[str, type[Counter] | type[Gauge]] = MappingProxyType({"counter": Counter, "gauge": Gauge})


class Metrics:
    """Count in a registry of its own; names are those of the table, labels are given in the table's order."""

    def __init__(self) -> None:
        # When a series began is nothing we would look at, and half of all lines.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library does not type this one
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._families = {meter.name: self._make(meter) for meter in METERS}
        # Found again by one look-up: the library's own takes a lock and makes texts of the labels each time.
        self._known: dict[tuple[str, ...], _Child] = {}

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Add to a counter."""
        self._child(name, labels).inc(by)  # type: ignore[union-attr]  # the table says which name is which kind

    def observe(self, name: str, seconds: float, *labels: str) -> None:
        """Put a duration into a histogram."""
        self._child(name, labels).observe(seconds)  # type: ignore[union-attr]  # as above

    def set(self, name: str, value: float, *labels: str) -> None:
        """Set a gauge."""
        self._child(name, labels).set(value)  # type: ignore[union-attr]  # as above

    def clear(self, name: str) -> None:
        """Forget what a gauge with labels showed."""
        self._known = {key: child for key, child in self._known.items() if key[0] != name}
        self._families[name].clear()

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def _child(self, name: str, labels: tuple[str, ...]) -> _Child:
        key = (name, *labels)
        found = self._known.get(key)
        if found is None:
            family = self._families[name]
            found = self._known[key] = family.labels(*labels) if labels else family
        return found

    def _make(self, meter: Meter) -> _Child:
        name = PREFIX + meter.name
        if meter.kind == "histogram":
            return Histogram(name, meter.meaning, meter.labels, buckets=meter.edges, registry=self._registry)
        return _MAKERS[meter.kind](name, meter.meaning, meter.labels, registry=self._registry)
