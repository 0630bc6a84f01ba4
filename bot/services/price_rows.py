"""Rows of the price book from YAML: each one checked, and what is wrong told with file, row and reason."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import yaml

from bot.domain.errors import DataError
from bot.domain.prices import Row, Status
from bot.services.yaml_files import read_yaml

STATUSES: tuple[str, ...] = get_args(Status)
MOST: Mapping[str, float] = MappingProxyType(
    {"percent": 90, "percent_per_year": 200, "share": 1, "share_per_year": 1, "months": 36}
)
"""The largest value of a unit: 80 as a share would be eighty times everything, where somebody meant 80 %."""
WHOLE = frozenset({"replicas", "months", "count"})
"""Units that only come whole."""
POSITIVE = frozenset(
    f"load.{name}" for name in ("eta_engine", "eta_slo", "utilisation_max", "isl", "osl", "input_per_output")
)
"""Rows the formulas divide by or that make no sense at zero; so are the rates of currencies."""
FROM_ONE = frozenset({"load.peak_to_mean", "load.replicas_min", "onprem.pue"})
"""Rows that are one at least by what they mean."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """Know a file well enough to say what is wrong in it."""

    path: Path

    def error(self, row: object, reason: str) -> DataError:
        """Build the error for one row of this file."""
        return DataError("error.price_row", file=self.path.name, row=str(row), reason=reason)

    def read(self) -> dict[str, Any]:
        """Read the file as a mapping; raises DataError."""
        try:
            data = read_yaml(self.path)
        except (OSError, UnicodeDecodeError) as error:
            raise self.error("-", f"cannot be read: {error}") from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}" if mark else "-"
            raise self.error(where, f"is not YAML: {getattr(error, 'problem', None) or error}") from error
        if not isinstance(data, dict):
            raise self.error("-", "is not a mapping with `rows`")
        return data

    def items(self, data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        """Return the list of mappings under `key`, empty when it is not there; raises DataError."""
        found = data.get(key) or []
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.error(key, "is not a list of mappings")
        return found


def read_number(value: object, name: str, row: object, source: DataFile) -> float:
    """Return a finite number that is not negative; raises DataError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise source.error(row, f"{name} is not a number: {value!r}")
    if value < 0:
        raise source.error(row, f"{name} is negative: {value}")
    return float(value)


def read_day(value: object, name: str, row: object, source: DataFile) -> date:
    """Return a day; raises DataError."""
    if type(value) is not date:
        raise source.error(row, f"{name} is not a day (YYYY-MM-DD): {value!r}")
    return value


def parse_row(raw: Mapping[str, Any], sources: Mapping[str, str], source: DataFile) -> Row:
    """Check one row; raises DataError."""
    name = raw.get("id")
    if not isinstance(name, str) or not name:
        raise source.error(raw, "has no id")
    missing = [key for key in ("value", "unit", "source", "seen_on", "status") if raw.get(key) is None]
    if missing:
        raise source.error(name, f"lacks {', '.join(missing)}")
    unknown = sorted(set(raw) - {"id", "value", "low", "high", "unit", "source", "seen_on", "status"})
    if unknown:
        raise source.error(name, f"has unknown keys {', '.join(unknown)}")
    value = read_number(raw["value"], "value", name, source)
    low = read_number(raw.get("low", value), "low", name, source)
    high = read_number(raw.get("high", value), "high", name, source)
    if not low <= value <= high:
        raise source.error(name, f"low ≤ value ≤ high does not hold: {low}, {value}, {high}")
    _check_size(name, str(raw["unit"]), (low, value, high), source)
    if raw["status"] not in STATUSES:
        raise source.error(name, f"status is not one of {', '.join(STATUSES)}: {raw['status']!r}")
    told = sources.get(str(raw["source"]), str(raw["source"]))
    seen_on = read_day(raw["seen_on"], "seen_on", name, source)
    unit = str(raw["unit"])
    return Row(id=name, value=value, low=low, high=high, unit=unit, source=told, seen_on=seen_on, status=raw["status"])


def _check_size(name: str, unit: str, numbers: tuple[float, float, float], source: DataFile) -> None:
    """Check that low, value and high are of a size their unit and meaning allow; raises DataError."""
    low, value, high = numbers
    if low <= 0 and (name in POSITIVE or name.startswith("currency.")):
        raise source.error(name, f"must be above zero: {low}")
    if low < 1 and name in FROM_ONE:
        raise source.error(name, f"must be one at least: {low}")
    if high > MOST.get(unit, math.inf):
        raise source.error(name, f"is more than {MOST[unit]} {unit}: {high}")
    if unit.startswith("percent") and 0 < value < 1:
        raise source.error(name, f"looks like a fraction of one, {unit} is written 0-100: {value}")
    if unit in WHOLE and not all(number.is_integer() for number in numbers):
        raise source.error(name, f"is not a whole number of {unit}: {value}")


def read_rows(data: Mapping[str, Any], source: DataFile) -> dict[str, Row]:
    """Read all rows of a file, each id once; raises DataError."""
    sources = data.get("sources") or {}
    rows: dict[str, Row] = {}
    for raw in source.items(data, "rows"):
        row = parse_row(raw, sources, source)
        if row.id in rows:
            raise source.error(row.id, "stands twice")
        rows[row.id] = row
    return rows


def lay_over(rows: Mapping[str, Row], data: Mapping[str, Any], source: DataFile) -> dict[str, Row]:
    """Lay the operator's rows over ours: what they leave out of a known row (unit, source) stays as it is."""
    told = dict(rows)
    for raw in source.items(data, "rows"):
        known = rows.get(str(raw.get("id")))
        base: dict[str, Any] = {"status": "seen", "source": f"operator ({source.path.name})"}
        if known is not None:
            base |= {"unit": known.unit}
        base |= {"seen_on": data.get("as_of")}
        row = parse_row(base | raw, data.get("sources") or {}, source)
        if known is not None and row.unit != known.unit:
            raise source.error(row.id, f"unit is {row.unit}, ours is {known.unit}")
        told[row.id] = replace(row, owner="operator")
    return told
