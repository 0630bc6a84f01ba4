"""Tables and the one chart as Slack's own blocks, each with the plain form for a workspace that refuses those. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.safe import bare, for_slack
from adapters.slack.limits import (
    CHART_LABEL,
    CHART_POINTS,
    CHART_SERIES,
    CHART_TITLE,
    DATA_TABLE_ROWS,
    TABLE_COLUMNS,
)
from bot.domain.document.blocks import Table, Text, plain
from bot.domain.tco_chart import Chart, Series

Json = dict[str, Any]

_NOTHING = "–"
_UNIT = "USD"


def data_table(table: Table, caption: str) -> Json:
    """Return a table of figures as a native one that people can sort; all its rows are on its first page."""
    rows = [[_raw(cell) for cell in row] for row in (table.columns, *table.rows)]
    return {
        "type": "data_table",
        "caption": bare(caption) or _NOTHING,
        "rows": rows,
        "page_size": max(1, len(table.rows)),
        "row_header_column_index": 0,
    }


def is_of_figures(table: Table) -> bool:
    """Say whether most rows of a table hold figures, and it fits into a native table of data."""
    with_figures = sum(any(_has_digit(cell) for cell in row[1:]) for row in table.rows)
    fits = 1 <= len(table.rows) < DATA_TABLE_ROWS and len(table.columns) <= TABLE_COLUMNS
    return fits and 2 * with_figures > len(table.rows)


def markdown_table(table: Table) -> Json:
    """Return a table as a block of Markdown, its words neutralised."""
    lines = [_row(table.columns), "|" + " --- |" * len(table.columns), *(_row(row) for row in table.rows)]
    return {"type": "markdown", "text": "\n".join(lines)}


def chart_block(chart: Chart) -> Json:
    """Return a chart as a native one; every value is that of a figure in the table beside it."""
    series = chart.series[:CHART_SERIES]
    labels = _short([bar.label for bar in series[0].bars[:CHART_POINTS]])
    names = _short([one.label or _UNIT for one in series])
    return {
        "type": "data_visualization",
        "title": _cut(bare(chart.title), CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": [{"name": name, "data": _points(labels, one)} for name, one in zip(names, series, strict=True)],
            "axis_config": {"categories": labels, "y_label": _UNIT},
        },
    }


def chart_lines(chart: Chart) -> tuple[str, ...]:
    """Return a chart as lines: its title, then each volume with its options and what they cost."""
    lines = [chart.title]
    for one in chart.series:
        costs = ", ".join(f"{bar.label} {bar.text}" for bar in one.bars)
        lines.append(f"{one.label}: {costs}" if one.label else costs)
    return tuple(lines)


def _points(labels: Sequence[str], series: Series) -> list[Json]:
    bars = series.bars[: len(labels)]
    return [{"label": label, "value": bar.value} for label, bar in zip(labels, bars, strict=True)]


def _raw(cell: Text) -> Json:
    return {"type": "raw_text", "text": bare(plain(cell)).strip() or _NOTHING}


def _has_digit(cell: Text) -> bool:
    return any(character.isdigit() for character in plain(cell))


def _row(cells: Sequence[Text]) -> str:
    return "|" + "".join(f" {for_slack(' '.join(plain(cell).split())).replace('|', '/')} |" for cell in cells)


def _short(labels: Sequence[str]) -> list[str]:
    """Return labels as long as an axis takes them, no two alike."""
    return list(_distinct(_cut(bare(label), CHART_LABEL) for label in labels))


def _distinct(labels: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for number, label in enumerate(labels, start=1):
        mark = f" {number}"
        told = f"{label[: CHART_LABEL - len(mark)]}{mark}" if label in seen else label
        seen.add(told)
        yield told


def _cut(text: str, most: int) -> str:
    """Cut a text at a word."""
    if len(text) <= most:
        return text or _NOTHING
    head = text[: most - 1]
    return f"{head[: head.rfind(' ')] if ' ' in head else head}…"
