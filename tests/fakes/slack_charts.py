"""What Slack refuses of tables and charts.

Limits: docs.slack.dev as slackblocks 3.0 (MIT) carries them; older documentation allows 101 rows and 6 series, and a
program that stays below both is safe.
"""

from typing import Any

CELLS = {
    "table": frozenset({"raw_text", "rich_text"}),
    "data_table": frozenset({"raw_text", "raw_number", "rich_text"}),
}


def _say(problem: str, pointer: str) -> str:
    return f"[ERROR] {problem} [json-pointer:{pointer}]"


def _check_rows(kind: str, rows: Any, pointer: str, *, most: int, least: int) -> list[str]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return [_say("rows must be arrays of cells", f"{pointer}/rows")]
    found: list[str] = []
    if not least <= len(rows) <= most:
        found.append(_say(f"must have {least} to {most} rows", f"{pointer}/rows"))
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        found.append(_say("all rows must have the same number of cells", f"{pointer}/rows"))
    if not all(1 <= width <= 20 for width in widths):
        found.append(_say("must have 1 to 20 columns", f"{pointer}/rows"))
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            found += _check_cell(cell, CELLS[kind], f"{pointer}/rows/{line}/{column}")
    return found


def _check_cell(cell: Any, allowed: frozenset[str], pointer: str) -> list[str]:
    if not isinstance(cell, dict) or cell.get("type") not in allowed:
        return [_say("unsupported cell", pointer)]
    if cell["type"] == "raw_text" and not (isinstance(cell.get("text"), str) and cell["text"]):
        return [_say("text must not be empty", f"{pointer}/text")]
    if cell["type"] == "raw_number" and not ("value" in cell and cell.get("text")):
        return [_say("value and text are required", pointer)]
    return []


def check_table(block: dict[str, Any], pointer: str) -> list[str]:
    """Return what is wrong with a `table` block."""
    found = _check_rows("table", block.get("rows"), pointer, most=100, least=1)
    settings = block.get("column_settings") or []
    if len(settings) > 20:
        found.append(_say("no more than 20 items allowed", f"{pointer}/column_settings"))
    for index, each in enumerate(settings):
        if each and each.get("align", "left") not in {"left", "center", "right"}:
            found.append(_say("unknown alignment", f"{pointer}/column_settings/{index}"))
    return found


def check_data_table(block: dict[str, Any], pointer: str) -> list[str]:
    """Return what is wrong with a `data_table` block."""
    rows = block.get("rows")
    found = _check_rows("data_table", rows, pointer, most=201, least=2)
    if not block.get("caption"):
        found.append(_say("missing required field: caption", pointer))
    if not 1 <= block.get("page_size", 1) <= 100:
        found.append(_say("page_size must be 1 to 100", f"{pointer}/page_size"))
    if found or not isinstance(rows, list):
        return found
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        found.append(_say("header cells may not be rich_text", f"{pointer}/rows/0"))
    if not 0 <= block.get("row_header_column_index", 0) < len(rows[0]):
        found.append(_say("no such column", f"{pointer}/row_header_column_index"))
    return found


def check_chart(block: dict[str, Any], pointer: str) -> list[str]:
    """Return what is wrong with a `data_visualization` block."""
    found: list[str] = []
    if not 1 <= len(block.get("title") or "") <= 50:
        found.append(_say("title must be 1 to 50 characters", f"{pointer}/title"))
    chart = block.get("chart")
    if not isinstance(chart, dict) or chart.get("type") not in {"bar", "line", "area", "pie"}:
        return [*found, _say("unknown chart", f"{pointer}/chart/type")]
    return found + (_check_pie(chart, pointer) if chart["type"] == "pie" else _check_series(chart, pointer))


def _check_pie(chart: dict[str, Any], pointer: str) -> list[str]:
    segments = chart.get("segments", [])
    found = [] if 1 <= len(segments) <= 12 else [_say("must have 1 to 12 segments", f"{pointer}/chart/segments")]
    for index, each in enumerate(segments):
        where = f"{pointer}/chart/segments/{index}"
        if not 1 <= len(each.get("label", "")) <= 20:
            found.append(_say("label must be 1 to 20 characters", where))
        if not each.get("value", 0) > 0:
            found.append(_say("value must be more than 0", where))
    return found


def _check_series(chart: dict[str, Any], pointer: str) -> list[str]:
    axis = chart.get("axis_config", {})
    categories = axis.get("categories", [])
    found = [] if 1 <= len(categories) <= 20 else [_say("must have 1 to 20 categories", f"{pointer}/chart/axis_config")]
    found += [_say("category must be 1 to 20 characters", pointer) for each in categories if not 1 <= len(each) <= 20]
    found += [_say("axis label over 50", pointer) for key in ("x_label", "y_label") if len(axis.get(key) or "") > 50]
    series = chart.get("series", [])
    if not 1 <= len(series) <= 12:
        found.append(_say("must have 1 to 12 series", f"{pointer}/chart/series"))
    for index, each in enumerate(series):
        where = f"{pointer}/chart/series/{index}"
        if not 1 <= len(each.get("name", "")) <= 20:
            found.append(_say("name must be 1 to 20 characters", where))
        if [point.get("label") for point in each.get("data", [])] != categories:
            found.append(_say("labels must equal the categories", where))
    return found
