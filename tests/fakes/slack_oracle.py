"""A second opinion on blocks from slackblocks, which is written from Slack's own specification and not by us.

It reads these block types whole: context (text only), divider, file, header, image, markdown, section without an
accessory, video. Tables, charts and actions are rebuilt through its constructors. It cannot judge: rich text, inputs,
cards, carousels, containers, plans and task cards, block suggestions of streams, views, and what holds across messages.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import slackblocks
from slackblocks import errors

_READ_WHOLE = frozenset({"context", "divider", "file", "header", "image", "markdown", "section", "video"})
_CHARTS: Mapping[str, Any] = {"bar": slackblocks.BarChart, "line": slackblocks.LineChart, "area": slackblocks.AreaChart}
_WRONG = (
    errors.InvalidUsageError,
    errors.LengthError,
    errors.MissingRequiredError,
    errors.MutualExclusivityError,
    errors.RangeError,
    errors.TypeMismatchError,
)


def second_opinion(args: Mapping[str, Any]) -> Iterable[str]:
    """Yield what slackblocks would refuse of the blocks among the arguments of an accepted call, those of streams too."""
    for block in _read(args.get("blocks")):
        yield from complaints(block)
    for chunk in _read(args.get("chunks")):
        for block in chunk.get("blocks", ()):
            yield from complaints(block)


def _read(value: Any) -> list[dict[str, Any]]:
    return list(json.loads(value) if isinstance(value, str) else value or [])


def complaints(block: dict[str, Any]) -> list[str]:
    """Return what slackblocks says against one block; nothing for a type it cannot read."""
    rebuild = _REBUILD.get(block["type"])
    if block["type"] in _READ_WHOLE and "accessory" not in block:
        rebuild = slackblocks.Block.from_dict
    if rebuild is None:
        return []
    try:
        rebuild(block)
    except NotImplementedError:
        return []
    except _WRONG as wrong:
        return [f"{block['type']}: {wrong}"]
    return []


def _button(element: dict[str, Any]) -> Any:
    return slackblocks.Button(
        text=element["text"]["text"],
        action_id=element["action_id"],
        url=element.get("url"),
        value=element.get("value"),
        style=element.get("style"),
    )


def _actions(block: dict[str, Any]) -> Any:
    buttons = [_button(each) for each in block["elements"] if each["type"] == "button" and "action_id" in each]
    return slackblocks.ActionsBlock(elements=buttons) if buttons else None


def _rows(block: dict[str, Any]) -> list[list[Any]] | None:
    cells = {"raw_text": _raw_text, "raw_number": _raw_number}
    rows = block["rows"]
    if any(cell["type"] not in cells for row in rows for cell in row):
        return None
    return [[cells[cell["type"]](cell) for cell in row] for row in rows]


def _raw_text(cell: dict[str, Any]) -> Any:
    return slackblocks.RawText(cell["text"])


def _raw_number(cell: dict[str, Any]) -> Any:
    return slackblocks.RawNumber(cell["value"], cell["text"])


def _table(block: dict[str, Any]) -> Any:
    rows = _rows(block)
    return None if rows is None else slackblocks.TableBlock(rows=rows)


def _data_table(block: dict[str, Any]) -> Any:
    rows = _rows(block)
    if rows is None:
        return None
    return slackblocks.DataTableBlock(
        rows=rows,
        caption=block["caption"],
        page_size=block.get("page_size", 5),
        row_header_column_index=block.get("row_header_column_index", 0),
    )


def _chart(block: dict[str, Any]) -> Any:
    chart = block["chart"]
    if chart["type"] == "pie":
        segments = [slackblocks.ChartSegment(each["label"], each["value"]) for each in chart["segments"]]
        return slackblocks.DataVisualizationBlock(block["title"], slackblocks.PieChart(segments))
    series = [
        slackblocks.DataSeries(
            each["name"], [slackblocks.DataPoint(point["label"], point["value"]) for point in each["data"]]
        )
        for each in chart["series"]
    ]
    axis = chart["axis_config"]
    config = slackblocks.AxisConfig(axis["categories"], x_label=axis.get("x_label"), y_label=axis.get("y_label"))
    return slackblocks.DataVisualizationBlock(block["title"], _CHARTS[chart["type"]](series, config))


_REBUILD: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "actions": _actions,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _chart,
}
