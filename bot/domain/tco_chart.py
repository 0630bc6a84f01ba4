"""The options' yearly cost as one chart: the bars of the table's cost rows, each with the figure it draws. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.brief import Language
from bot.domain.cost.written import round_digits
from bot.domain.ledger import Ledger

DRAWN = "year_usd"
"""The rows that are drawn: one where the volume is known, else one for each typical volume."""
_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Be a bar: an option's name, its cost in USD as rounded in the table, how it is written, and its figure's id."""

    label: str
    value: float
    text: str
    figure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Be the bars for one volume; `label` names the volume, or is empty where there is only one."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Be a chart: each series names the same options in the same order, those that can be had and are known."""

    title: str
    series: tuple[Series, ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """Return the ids of all figures that are drawn."""
        return tuple(bar.figure for one in self.series for bar in one.bars)


def draw_costs(table: Mapping[str, Any], ledger: Ledger, language: Language, *, title: str) -> Chart | None:
    """Draw the costs of a table (`Table.as_json`, or the `tco` object of a document) from the ledger of its figures.

    What the table does not print is not drawn; None where fewer than two options could be compared.
    """
    rows = [row for row in table["rows"] if str(row["id"]).rpartition(".")[2] == DRAWN]
    places = [
        place
        for place in range(len(table["columns"]))
        if rows and all(_is_known(row["cells"][place], ledger) for row in rows)
    ]
    if len(places) < _LEAST:
        return None
    series = (
        Series(label=_volume(str(row["id"]), ledger, language), bars=tuple(_bars(table, row, places, ledger)))
        for row in rows
    )
    return Chart(title=title, series=tuple(series))


def _is_known(cell: Mapping[str, Any], ledger: Ledger) -> bool:
    figure = ledger.get(str(cell["figure"]))
    return figure is not None and figure.value is not None


def _bars(table: Mapping[str, Any], row: Mapping[str, Any], places: list[int], ledger: Ledger) -> Iterator[Bar]:
    for place in places:
        cell = row["cells"][place]
        yield Bar(
            label=str(table["columns"][place]["label"]),
            value=round_digits(ledger.value(cell["figure"]) or 0.0),
            text=str(cell["text"]),
            figure=str(cell["figure"]),
        )


def _volume(row: str, ledger: Ledger, language: Language) -> str:
    head = row.rpartition(".")[0]
    return ledger.text(f"{head}.output_mtok", language) if head else ""
