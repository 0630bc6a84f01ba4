"""The cost comparison as a table: options across, figures down, and beside it what no figure says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.brief import OPTION_IDS, Language, OptionId
from bot.domain.industries import Profile
from bot.domain.ledger import Ledger
from bot.domain.terms import OPTION_NAMES
from bot.domain.verdict import Assessment

Labels = Mapping[str, str]

MONEY_ROWS: tuple[str, ...] = (
    "year_usd",
    "horizon_usd",
    "year_local",
    "horizon_local",
    "saving_percent",
    "other.saving_percent",
    "one_off_usd",
    "capex_usd",
    "payback_month",
    "gpus",
)
"""Rows where the volume is known; `other.` is the same figure against the other baseline."""

PRESET_ROWS: tuple[str, ...] = ("year_usd", "saving_percent", "other.saving_percent")
"""Rows for each typical volume where nobody said how much is used."""

QUALITIES: tuple[str, ...] = ("privacy", "latency", "lock_in", "compliance")
NOTHING = "–"
PRIVACY_LAWS: Mapping[Language, tuple[str, ...]] = {
    "es": ("gdpr", "lopdgdd", "lfpdppp", "ley-1581", "ley-21719", "ley-25326", "lgpd", "ccpa"),
    "en": ("gdpr", "ccpa", "hipaa", "lgpd", "lfpdppp", "ley-1581", "ley-21719", "ley-25326"),
    "pt": ("lgpd", "gdpr", "ccpa", "lfpdppp", "ley-1581", "ley-21719", "ley-25326"),
}
"""Ids of the laws on personal data, those of the likely readers first: what a processor's contract has to evidence."""


@dataclass(frozen=True, slots=True)
class Column:
    """Be a column: an option and its name."""

    id: OptionId
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Be a cell: what is printed, and the id of the figure it prints, if it prints one."""

    text: str
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Be a row: one cell for each column."""

    id: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Be the comparison: `rows` hold figures, `qualitative` holds words, both over the same columns."""

    corner: str
    qualitative_corner: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    qualitative: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the table as plain data, as `ask --format json` shows it."""
        return {
            "columns": [{"id": column.id, "label": column.label} for column in self.columns],
            "rows": [_row_json(row) for row in self.rows],
            "qualitative": [_row_json(row) for row in self.qualitative],
        }


def build_table(
    ledger: Ledger, assessment: Assessment, labels: Labels, language: Language, *, profile: Profile | None = None
) -> Table:
    """Build the table from the ledger; `labels` are those of `prompts/table.*`, `profile` the industry's.

    An option that cannot be had keeps its column and says so; a row in which nothing is known is left out.
    """
    columns = tuple(Column(option, OPTION_NAMES[option][language]) for option in OPTION_IDS)
    return Table(
        corner=labels["table.corner"],
        qualitative_corner=labels["table.corner.qualitative"],
        columns=columns,
        rows=tuple(_money_rows(ledger, assessment, labels, language)),
        qualitative=tuple(_qualities(assessment, labels, language, profile)),
    )


def write_money(table: Table) -> str:
    """Return the rows of figures as a Markdown table."""
    return _markdown(table.corner, table.columns, table.rows, align="---:")


def write_qualitative(table: Table) -> str:
    """Return the rows of words as a Markdown table: options down, for words need room."""
    heads = "".join(f" {escape(row.label)} |" for row in table.qualitative)
    lines = [f"| {escape(table.qualitative_corner)} |{heads}", "|" + " --- |" * (len(table.qualitative) + 1)]
    for place, column in enumerate(table.columns):
        cells = "".join(f" {escape(row.cells[place].text)} |" for row in table.qualitative)
        lines.append(f"| {escape(column.label)} |{cells}")
    return "\n".join(lines)


def escape(text: str) -> str:
    """Return a text that cannot end a table's cell."""
    return " ".join(text.replace("|", "/").split("\n")).strip()


def _markdown(corner: str, columns: tuple[Column, ...], rows: tuple[Row, ...], *, align: str) -> str:
    heads = "".join(f" {escape(column.label)} |" for column in columns)
    lines = [f"| {escape(corner)} |{heads}", "| --- |" + f" {align} |" * len(columns)]
    lines += [f"| {escape(row.label)} |" + "".join(f" {escape(cell.text)} |" for cell in row.cells) for row in rows]
    return "\n".join(lines)


def _money_rows(ledger: Ledger, assessment: Assessment, labels: Labels, language: Language) -> Iterator[Row]:
    """Yield the rows in which something is known: one set, or one for each typical volume."""
    for prefix, wanted, volume in _groups(ledger, assessment, language):
        for row in wanted:
            if row.startswith("other.") and not assessment.inputs.switches:
                continue
            cells = tuple(
                _cell(ledger, assessment, labels, language, f"{prefix}{row}", option) for option in OPTION_IDS
            )
            if any(cell.figure for cell in cells):
                label = labels[f"table.row.{row}"].format(**_baselines(assessment, labels))
                shown = labels["table.row.at_volume"].format(label=label, volume=volume) if volume else label
                yield Row(f"{prefix}{row}", shown, cells)


def _groups(ledger: Ledger, assessment: Assessment, language: Language) -> list[tuple[str, tuple[str, ...], str]]:
    """Return the sets of rows: what their figures' ids begin with, the rows, and the volume they are for."""
    if assessment.inputs.volume.known:
        return [("", MONEY_ROWS, "")]
    heads = [f"preset.{preset.id}." for preset in assessment.presets]
    return [(head, PRESET_ROWS, ledger.text(f"{head}output_mtok", language)) for head in heads]


def _baselines(assessment: Assessment, labels: Labels) -> dict[str, str]:
    chosen = assessment.chosen.baseline if assessment.inputs.switches else "only"
    other = assessment.other_baseline.baseline
    return {"baseline": labels[f"baseline.{chosen}"], "other": labels[f"baseline.{other}"]}


def _cell(
    ledger: Ledger, assessment: Assessment, labels: Labels, language: Language, row: str, option: OptionId
) -> Cell:
    head, _, field = row.rpartition(".")
    name = f"{head}.{option}.{field}" if head else f"{option}.{field}"
    if not assessment.options[option].available:
        return Cell(labels["table.unavailable"])
    if name not in ledger or ledger.value(name) is None:
        return Cell(NOTHING)
    if option == "closed" and field in {"saving_percent", "one_off_usd", "capex_usd"}:
        return Cell(NOTHING)
    return Cell(ledger.text(name, language), name)


def _qualities(assessment: Assessment, labels: Labels, language: Language, profile: Profile | None) -> Iterator[Row]:
    """Fill the words on privacy, latency, lock-in and compliance with the case: its data, rules, model and licence."""
    inputs = assessment.inputs
    named = {
        "data": profile.sensitive_data[0][language] if profile else labels["quality.data"],
        "rule": _privacy_rule(profile, language, inputs.given.region) or labels["quality.rule"],
        "closed": inputs.closed_model.name if inputs.closed_model else inputs.closed,
        "licence": inputs.open_model.licence or labels["quality.licence"],
    }
    for quality in QUALITIES:
        retired = ".retired" if quality == "lock_in" and inputs.shutdown is not None else ""
        cells = []
        for option in OPTION_IDS:
            told = labels.get(f"quality.{quality}.{option}{retired}") or labels[f"quality.{quality}.{option}"]
            available = assessment.options[option].available
            cells.append(Cell(told.format(**named) if available else labels["table.unavailable"]))
        yield Row(quality, labels[f"quality.{quality}"], tuple(cells))


def _privacy_rule(profile: Profile | None, language: Language, region: str | None) -> str | None:
    """Return the short name of the law on personal data: of the region given, else where readers likely are."""
    known = {rule.id: rule for rule in profile.regulations} if profile else {}
    laws = [known[law] for law in PRIVACY_LAWS[language] if law in known]
    laws.sort(key=lambda rule: rule.region != (region or "").upper())
    return laws[0].name[language].partition(" (")[0] if laws else None


def _row_json(row: Row) -> dict[str, Any]:
    cells = [{"text": cell.text, "figure": cell.figure} for cell in row.cells]
    return {"id": row.id, "label": row.label, "cells": cells}
