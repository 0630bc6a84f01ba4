"""A neutral chart as Teams draws it in an Adaptive Card, with words for clients that draw none. Pure."""

from typing import Any

from adapters.safe import bare
from bot.domain.tco_chart import Bar, Chart, Series

Json = dict[str, Any]


def chart_element(chart: Chart) -> Json:
    """Return one series as horizontal bars, where long names have room, and several as groups of upright bars."""
    title = bare(chart.title)
    made: Json = {"title": title, "colorSet": "categorical", "fallback": _words(title, chart)}
    if len(chart.series) == 1:
        return {"type": "Chart.HorizontalBar", **made, "data": [_point(bar) for bar in chart.series[0].bars]}
    data = [{"legend": bare(one.label), "values": [_point(bar) for bar in one.bars]} for one in chart.series]
    return {"type": "Chart.VerticalBar.Grouped", **made, "data": data}


def _point(bar: Bar) -> Json:
    return {"x": bare(bar.label), "y": int(bar.value) if bar.value.is_integer() else bar.value}


def _words(title: str, chart: Chart) -> Json:
    """Return what is read where no chart is shown: each bar with its figure as the table writes it."""
    runs = [{"type": "TextRun", "text": title, "weight": "Bolder"}]
    runs += [{"type": "TextRun", "text": f" {_line(one)}"} for one in chart.series]
    return {"type": "RichTextBlock", "inlines": runs}


def _line(series: Series) -> str:
    bars = "; ".join(f"{bare(bar.label)}: {bar.text}" for bar in series.bars)
    return f"{bare(series.label)} → {bars}." if series.label else f"{bars}."
