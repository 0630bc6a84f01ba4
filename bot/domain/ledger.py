"""The ledger: every figure a plan may show, by id, with its unit, option and rows, and the one way to write it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.domain.brief import OPTION_IDS, Language, OptionId
from bot.domain.cost.written import format_value
from bot.domain.errors import UserError
from bot.domain.figures import Figure, list_figures
from bot.domain.verdict import Assessment

__all__ = ["Figure", "Ledger", "build_ledger", "format_value", "read_ledger"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Hold figures by id; planner, prompt facts, tables, charts and exports read this and nothing else."""

    figures: Mapping[str, Figure] = field(default_factory=dict)

    def figure(self, name: str) -> Figure:
        """Return the figure with this id; raises KeyError for an id that does not exist."""
        return self.figures[name]

    def get(self, name: str) -> Figure | None:
        """Return the figure with this id, or None."""
        return self.figures.get(name)

    def value(self, name: str) -> float | None:
        """Return the value of a figure; None when it is unknown."""
        return self.figures[name].value

    def text(self, name: str, language: Language) -> str:
        """Write the figure with this id."""
        figure = self.figures[name]
        return format_value(figure.value, figure.unit, language)

    def __contains__(self, name: object) -> bool:
        return name in self.figures

    def __iter__(self) -> Any:
        return iter(self.figures.values())

    def __len__(self) -> int:
        return len(self.figures)

    def of_option(self, option: OptionId) -> tuple[Figure, ...]:
        """List the figures that are about one option."""
        return tuple(figure for figure in self.figures.values() if figure.option == option)

    def overlaid(self, others: "Ledger") -> "Ledger":
        """Return a ledger with these figures, those of `others` in the place of ours with the same id."""
        return Ledger(MappingProxyType({**self.figures, **others.figures})) if others.figures else self

    def to_json(self, language: Language) -> dict[str, dict[str, Any]]:
        """Return the figures as plain data, each with its text; `read_ledger` reads it back."""
        return {
            name: {
                "value": figure.value,
                "unit": figure.unit,
                "text": format_value(figure.value, figure.unit, language),
                "rows": list(figure.rows),
                "option": figure.option,
                "label": figure.label,
            }
            for name, figure in self.figures.items()
        }


def build_ledger(assessment: Assessment) -> Ledger:
    """Put every figure of an assessment into a ledger."""
    return collect(list_figures(assessment))


def collect(figures: Iterable[Figure]) -> Ledger:
    """Return a ledger of these figures; an id stands once."""
    told: dict[str, Figure] = {}
    for figure in figures:
        if figure.id in told:
            raise ValueError(f"figure {figure.id} stands twice")
        told[figure.id] = figure
    return Ledger(MappingProxyType(told))


def read_ledger(data: object) -> Ledger:
    """Read figures from the JSON of `ask` or `tco` or from their `figures` alone; raises UserError if they are not.

    A figure without option or label (an older file) gets the option its id begins with.
    """
    figures = data.get("figures", data) if isinstance(data, Mapping) else None
    if not isinstance(figures, Mapping):
        raise UserError("error.ledger.format", figure="-")
    return collect(_read_figure(str(name), raw) for name, raw in figures.items())


def _read_figure(name: str, raw: object) -> Figure:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("unit"), str):
        raise UserError("error.ledger.format", figure=name)
    value, rows, option = raw.get("value"), raw.get("rows", []), raw.get("option")
    if isinstance(value, bool) or not isinstance(value, int | float | None) or not isinstance(rows, list):
        raise UserError("error.ledger.format", figure=name)
    if "option" not in raw:
        option = next((part for part in name.split(".") if part in OPTION_IDS), None)
    if option is not None and option not in OPTION_IDS:
        raise UserError("error.ledger.format", figure=name)
    return Figure(
        id=name,
        value=None if value is None else float(value),
        unit=raw["unit"],
        option=option,
        rows=tuple(str(row) for row in rows),
        label=str(raw.get("label") or f"figure.{name.rsplit('.', 1)[-1]}"),
    )
