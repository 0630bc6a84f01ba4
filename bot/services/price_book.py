"""The price book from its files: our rows, the operator's laid over them, and the last good book kept."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from bot.domain.brief import PriceKind
from bot.domain.catalogue import Catalogue, ClosedModel, OpenModel, Tool
from bot.domain.cost.resolve import nearest_priced
from bot.domain.errors import DataError
from bot.domain.prices import (
    ClosedPrice,
    Defaults,
    Fit,
    HostedPrice,
    Lifecycle,
    PriceBook,
    Row,
    Server,
    freeze,
)
from bot.services.price_rows import DataFile, lay_over, read_day, read_number, read_rows

logger = logging.getLogger(__name__)

DATA = Path(__file__).parents[1] / "data"
PRICE_KINDS: tuple[PriceKind, ...] = get_args(PriceKind)
WEAK_BAND = (0.7, 1.5)
"""Error band of a fit on four or five points; our assumption, wider than any error seen on nine points."""

T = TypeVar("T")


def _parts(rows: Mapping[str, Row], prefix: str, depth: int) -> dict[tuple[str, ...], dict[str, Row]]:
    """Group `prefix.<model>.<…>.<leaf>` rows; a model may have dots in its name, so ids are split from the right."""
    groups: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows.values():
        if row.id.startswith(f"{prefix}."):
            *key, leaf = row.id.removeprefix(f"{prefix}.").rsplit(".", depth)
            groups.setdefault(tuple(key), {})[leaf] = row
    return groups


def _need(parts: Mapping[str, Row], leaf: str, prefix: str, key: tuple[str, ...], source: DataFile) -> Row:
    if leaf not in parts:
        raise source.error(".".join((prefix, *key, leaf)), "is missing")
    return parts[leaf]


def _build_prices(rows: Mapping[str, Row], source: DataFile) -> dict[str, Any]:
    closed = {
        key[0]: ClosedPrice(
            model=key[0],
            price_in=_need(parts, "in", "closed", key, source),
            price_out=_need(parts, "out", "closed", key, source),
            cached=parts.get("cached", _need(parts, "in", "closed", key, source)),
        )
        for key, parts in _parts(rows, "closed", 1).items()
    }
    hosted = {
        (key[0], key[1]): HostedPrice(
            model=key[0],
            host=key[1],
            price_in=_need(parts, "in", "hosted", key, source),
            price_out=_need(parts, "out", "hosted", key, source),
        )
        for key, parts in _parts(rows, "hosted", 2).items()
    }
    gpus = {
        key[0]: freeze({kind: parts[kind] for kind in PRICE_KINDS if kind in parts})
        for key, parts in _parts(rows, "gpu", 1).items()
    }
    servers = {
        key[0]: Server(
            gpu=key[0],
            usd=_need(parts, "usd", "server", key, source),
            kw_max=_need(parts, "kw_max", "server", key, source),
            gpus=_need(parts, "gpus", "server", key, source),
        )
        for key, parts in _parts(rows, "server", 1).items()
    }
    for server in servers.values():
        if server.gpus.value < 1:
            raise source.error(server.gpus.id, f"is less than one: {server.gpus.value}")
    return {"closed": freeze(closed), "hosted": freeze(hosted), "gpus": freeze(gpus), "servers": freeze(servers)}


def _make(kind: type[T], raw: Mapping[str, Any], row: object, source: DataFile) -> T:
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(raw) - known)
    if unknown:
        raise source.error(row, f"has unknown keys {', '.join(unknown)}")
    try:
        return kind(**raw)
    except TypeError as error:
        raise source.error(row, str(error)) from error


def _read_lifecycles(
    data: Mapping[str, Any], known: Mapping[str, ClosedPrice], source: DataFile
) -> dict[str, Lifecycle]:
    sources = data.get("sources") or {}
    told: dict[str, Lifecycle] = {}
    for raw in source.items(data, "lifecycles"):
        name = str(raw.get("model"))
        for model in (name, raw.get("successor")):
            if model is not None and model not in known:
                raise source.error(f"lifecycles {name}", f"{model} has no price rows")
        for key in ("shutdown", "seen_on"):
            read_day(raw.get(key), key, f"lifecycles {name}", source)
        where = sources.get(str(raw.get("source")), str(raw.get("source")))
        told[name] = _make(Lifecycle, raw | {"source": where}, f"lifecycles {name}", source)
    return told


def _read_fits(path: Path) -> tuple[Fit, ...]:
    source = DataFile(path)
    data = source.read()
    return tuple(_parse_fit(raw, data.get("sources") or {}, source) for raw in source.items(data, "fits"))


def _parse_fit(raw: Mapping[str, Any], sources: Mapping[str, str], source: DataFile) -> Fit:
    name = f"fit.{raw.get('model')}.{raw.get('gpu')}x{raw.get('gpus')}"
    numbers = {
        key: read_number(raw.get(key), key, name, source) for key in ("prefill", "decode", "kv", "error", "gpus")
    }
    if min(numbers["prefill"], numbers["decode"], numbers["gpus"]) <= 0:
        raise source.error(name, "prefill, decode and gpus must be above zero")
    weak = bool(raw.get("weak"))
    error = numbers["error"]
    low, high = (min(WEAK_BAND[0], 1 - error), max(WEAK_BAND[1], 1 + error)) if weak else (1 - error, 1 + error)
    factor = Row(
        id=name,
        value=1.0,
        low=low,
        high=high,
        unit="factor",
        source=sources.get(str(raw.get("source")), str(raw.get("source"))),
        seen_on=read_day(raw.get("seen_on"), "seen_on", name, source),
        status="assumption" if weak else "derived",
    )
    return Fit(
        model=str(raw["model"]),
        gpu=str(raw["gpu"]),
        gpus=int(numbers["gpus"]),
        precision=str(raw.get("precision")),
        prefill=numbers["prefill"],
        decode=numbers["decode"],
        kv=numbers["kv"],
        error=error,
        weak=weak,
        factor=factor,
    )


def load_book(path: Path, throughput: Path, overlay: Path | None = None) -> PriceBook:
    """Read the price book; raises DataError that names file, row and reason."""
    source = DataFile(path)
    data = source.read()
    rows = read_rows(data, source)
    if overlay is not None:
        over = DataFile(overlay)
        rows = lay_over(rows, over.read(), over)
    prices = _build_prices(rows, source if overlay is None else DataFile(overlay))
    fits = _read_fits(throughput)
    rows |= {fit.factor.id: fit.factor for fit in fits}
    defaults = _make(Defaults, data.get("defaults") or {}, "defaults", source)
    presets = tuple(
        read_number(value, "preset", "presets_output_mtok", source) for value in data["presets_output_mtok"]
    )
    return PriceBook(
        as_of=read_day(data.get("as_of"), "as_of", "as_of", source),
        rows=freeze(rows),
        lifecycles=freeze(_read_lifecycles(data, prices["closed"], source)),
        fits=fits,
        defaults=defaults,
        presets_output_mtok=presets,
        **prices,
    )


def load_catalogue(path: Path) -> Catalogue:
    """Read models and tools; raises DataError that names file, row and reason."""
    source = DataFile(path)
    data = source.read()
    tiers = tuple(data.get("tiers") or ())

    def read(key: str, kind: type[T], check: Callable[[dict[str, Any]], None]) -> Mapping[str, T]:
        told: dict[str, T] = {}
        for raw in source.items(data, key):
            name = f"{key} {raw.get('id')}"
            lists = {field: tuple(raw[field]) for field in ("fits", "aliases") if field in raw}
            where = (data.get("sources") or {}).get(raw.get("source"), str(raw.get("source")))
            check(raw)
            told[str(raw["id"])] = _make(kind, raw | lists | {"source": where}, name, source)
        return freeze(told)

    def check_tier(raw: dict[str, Any]) -> None:
        if raw.get("tier") not in tiers:
            raise source.error(raw.get("id"), f"tier is not one of {', '.join(tiers)}: {raw.get('tier')!r}")

    def check_maintenance(raw: dict[str, Any]) -> None:
        if raw.get("maintenance") not in ("production", "maintenance", "legacy"):
            raise source.error(raw.get("id"), f"maintenance is unknown: {raw.get('maintenance')!r}")

    return Catalogue(
        as_of=read_day(data.get("as_of"), "as_of", "as_of", source),
        tiers=tiers,
        closed=cast("Mapping[str, ClosedModel]", read("closed_models", ClosedModel, check_tier)),
        open=cast("Mapping[str, OpenModel]", read("open_models", OpenModel, check_tier)),
        tools=cast("Mapping[str, Tool]", read("tools", Tool, check_maintenance)),
    )


class PriceBooks:
    """Hold the current book; a broken file is reported and the last good book stays."""

    def __init__(self, overlay: Path | None = None, *, data: Path = DATA) -> None:
        self._overlay = overlay
        self._data = data
        self._catalogue = load_catalogue(data / "catalogue.yaml")
        self._book = self._read()

    @property
    def book(self) -> PriceBook:
        """The last book that could be read whole."""
        return self._book

    @property
    def catalogue(self) -> Catalogue:
        """The models and tools a plan may name."""
        return self._catalogue

    def unpriced(self, name: str) -> Mapping[str, str] | None:
        """Return the names by id of the closed models nearest to one without prices; None for one with prices."""
        return nearest_priced(name, self._book, self._catalogue)

    def reload(self) -> DataError | None:
        """Read the files again; on an error keep the last good book and return what was wrong."""
        try:
            catalogue = load_catalogue(self._data / "catalogue.yaml")
            self._book = self._read()
        except DataError as error:
            logger.warning("price book not taken over: %s", error)
            return error
        self._catalogue = catalogue
        return None

    def _read(self) -> PriceBook:
        return load_book(self._data / "price_book.yaml", self._data / "throughput.yaml", self._overlay)
