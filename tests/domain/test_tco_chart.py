"""The chart of the costs: only what the table prints, each bar one figure of the ledger, the same from a kept plan."""

import json

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.domain.case import Case
from bot.domain.cost.written import format_value
from bot.domain.ledger import read_ledger
from bot.domain.tco_chart import Chart, draw_costs
from bot.domain.tco_table import build_table
from bot.services.words import load_words
from tests.services.planner_cases import SITUATIONS, case_of


def chart_of(case: Case) -> Chart | None:
    """Draw the chart of a case as the writer does."""
    language = case.brief.language
    table = build_table(case.ledger, case.assessment, load_words()[language], language, profile=case.profile)
    return draw_costs(table.as_json(), case.ledger, language, title="Cost")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_bar_is_a_figure_of_the_table(name: str, language: Language) -> None:
    """A bar's length, text, option and unit are those of its figure, and the table prints it too."""
    case = case_of(name, "finance", language)
    table = build_table(case.ledger, case.assessment, load_words()[language], language, profile=case.profile)
    printed = {cell.figure: cell.text for row in table.rows for cell in row.cells}
    chart = chart_of(case)
    assert chart is not None
    names = {column.label: column.id for column in table.columns}
    for series in chart.series:
        assert [bar.label for bar in series.bars] == [bar.label for bar in chart.series[0].bars]
        for bar in series.bars:
            figure = case.ledger.figure(bar.figure)
            assert (figure.unit, figure.option) == ("usd", names[bar.label])
            assert bar.text == printed[bar.figure] == format_value(bar.value, "usd", language)
            assert bar.value == pytest.approx(figure.value, rel=0.005)


def test_a_known_volume_has_one_series_and_an_unknown_one_three() -> None:
    """Without a volume each typical one is a series that names it; with one, nothing needs a name."""
    known, unknown = chart_of(case_of("successor", "finance", "es")), chart_of(case_of("unknown volume"))
    assert known is not None
    assert unknown is not None
    assert [one.label for one in known.series] == [""]
    assert [one.label[:7] for one in unknown.series] == ["100\u00a0mil", "1.000\u00a0m", "10.000\u00a0"]


def test_an_option_that_cannot_be_had_has_no_bar() -> None:
    """Without a server for the GPU there is no bar for on-premise: no bar is drawn for what is unknown."""
    chart = chart_of(case_of("no server for the GPU", "finance", "en"))
    assert chart is not None
    assert "On-premise" not in [bar.label for bar in chart.series[0].bars]
    assert "Private cloud" in [bar.label for bar in chart.series[0].bars]


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_kept_plan_draws_the_same(name: str) -> None:
    """Read back from the JSON that is kept of a plan, the chart is the one that was shown while writing."""
    case = case_of(name, "finance", "pt")
    table = build_table(case.ledger, case.assessment, load_words()["pt"], "pt", profile=case.profile)
    kept = json.loads(json.dumps({"tco": table.as_json(), "figures": case.ledger.to_json("pt")}))
    assert draw_costs(kept["tco"], read_ledger(kept), "pt", title="Cost") == chart_of(case)


def test_a_single_option_is_not_compared() -> None:
    """One bar alone, or none, is no chart."""
    case = case_of("successor", "finance", "es")
    table = build_table(case.ledger, case.assessment, load_words()["es"], "es", profile=case.profile).as_json()
    alone = {"columns": table["columns"][:1], "rows": [{**row, "cells": row["cells"][:1]} for row in table["rows"]]}
    assert draw_costs(alone, case.ledger, "es", title="Cost") is None
    assert draw_costs({"columns": [], "rows": []}, case.ledger, "es", title="Cost") is None
