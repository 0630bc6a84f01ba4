"""The catalogue: models and tools a plan may name, with licence, size, capability tier and maintenance status."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal, Protocol, TypeVar

Maintenance = Literal["production", "maintenance", "legacy"]

OVERHEAD = 1.2
"""Weights and 20 % for cache and buffers (bentoml/llm-inference-handbook@65b6a284: P·(Q/8)·1.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedModel:
    """Hold what is known about a closed model besides its price; `score` is GPQA Diamond where it was seen."""

    id: str
    name: str
    vendor: str
    tier: str
    source: str
    status: str
    score: float | None = None
    reasoning: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenModel:
    """Hold what is known about an open model; sizes in thousand millions of parameters, None when not published."""

    id: str
    name: str
    vendor: str
    licence: str | None
    params_b: float | None
    active_b: float | None
    bits: int | None
    tier: str
    source: str
    status: str
    fits: tuple[str, ...]
    since: date | None = None
    until: date | None = None
    score: float | None = None
    reasoning: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def vram_gb(self) -> float | None:
        """Estimate the GPU memory of one copy in GB from parameters and bits."""
        return None if self.params_b is None or self.bits is None else self.params_b * self.bits / 8 * OVERHEAD

    @property
    def mixture(self) -> bool:
        """Tell whether only a part of the parameters works on each token."""
        return self.params_b is not None and self.active_b is not None and self.active_b < self.params_b


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Hold a tool a plan may name; a legacy one must be called legacy."""

    id: str
    name: str
    kind: str
    licence: str
    maintenance: Maintenance
    source: str
    status: str
    note: str | None = None
    until: date | None = None
    replaced_by: str | None = None
    aliases: tuple[str, ...] = ()


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=_Named)


def fold(name: str) -> str:
    """Bring a typed model, GPU or region name to the form of our ids: small letters, hyphens for gaps."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return re.sub(r"[\s_/]+", "-", plain)


def find_named(items: Iterable[T], name: str) -> T | None:
    """Find an item by id, name or alias, however it was typed."""
    wanted = fold(name)
    return next((item for item in items if wanted in {item.id, fold(item.name), *map(fold, item.aliases)}), None)


def _unlisted(model: str) -> ClosedModel:
    """Return a model that only the operator's price book knows."""
    return ClosedModel(id=model, name=model, vendor="", tier="", source="", status="")


def _words(*names: str) -> set[str]:
    return set(re.findall(r"[a-z]+", " ".join(map(fold, names))))


def _likeness(wanted: str, names: Iterable[str]) -> float:
    return max(SequenceMatcher(None, wanted, name).ratio() for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Hold models and tools by id; `tiers` run from the least to the most capable."""

    as_of: date
    tiers: tuple[str, ...]
    closed: Mapping[str, ClosedModel]
    open: Mapping[str, OpenModel]
    tools: Mapping[str, Tool]

    def find_closed(self, name: str) -> ClosedModel | None:
        """Find a closed model by id, name or alias."""
        return find_named(self.closed.values(), name)

    def nearest_closed(self, name: str, among: Iterable[str], most: int) -> dict[str, str]:
        """Return the names by id of at most `most` closed models nearest to a name: those of its maker, if it has one.

        The first word that one of a maker's models has ("gemini", "chatgpt") tells the maker.
        """
        known = [self.closed.get(one) or _unlisted(one) for one in among]
        makers = [
            {model.vendor for model in known if word in _words(model.vendor, model.id, *model.aliases)}
            for word in re.findall(r"[a-z]+", fold(name))
        ]
        maker = next(filter(None, makers), {model.vendor for model in known})
        likely = [model for model in known if model.vendor in maker]
        likely.sort(key=lambda model: -_likeness(fold(name), (model.id, fold(model.name), *model.aliases)))
        return {model.id: model.name for model in likely[:most]}

    def find_open(self, name: str) -> OpenModel | None:
        """Find an open model by id, name or alias."""
        return find_named(self.open.values(), name)

    def find_tool(self, name: str) -> Tool | None:
        """Find a tool by id, name or alias."""
        return find_named(self.tools.values(), name)

    def rank(self, tier: str) -> int:
        """Return the place of a tier, 0 for the least capable."""
        return self.tiers.index(tier)
