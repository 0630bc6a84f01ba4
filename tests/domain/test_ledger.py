"""Every figure has an id, a unit, an option, the rows behind it, and one way to be written."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.brief import LANGUAGES, OPTION_IDS, Given, Language
from bot.domain.errors import UserError
from bot.domain.figures import Figure
from bot.domain.ledger import Ledger, build_ledger, collect, format_value, read_ledger
from bot.services.labels import load_labels
from tests.domain.cost_cases import BOOKS, LARGE, assessed

ASKED = Given(closed_model="gpt-4o", input_mtok=50_000, output_mtok=10_000)
GAP = "\u00a0"


def ledger_of(given: Given, target: float | None = 40) -> Ledger:
    """Build the ledger of a question."""
    return build_ledger(assessed(given, target))


@pytest.mark.parametrize(
    ("name", "value", "option"),
    [
        ("target.percent", 40, None),
        ("private_cloud.year_usd", 1_171_270.4, "private_cloud"),
        ("on_premise.saving_percent", 54.09, "on_premise"),
        ("verdict.saving_percent", 54.09, "on_premise"),
        ("closed.year_usd", 2_700_000, "closed"),
        ("other.closed.year_usd", 242_526.88, "closed"),
        ("other.on_premise.cost_multiple", 4.021, "on_premise"),
        ("break_even.private_cloud.first", 3745.7, "private_cloud"),
        ("break_even.private_cloud.holds_from", 4766.6, "private_cloud"),
        ("other.threshold.output_mtok", None, None),
        ("infrastructure.gpus", 26, "on_premise"),
        ("on_premise.servers", 4, "on_premise"),
        ("row.closed.gpt-4o.in", 2.5, "closed"),
        ("assumption.load.peak_to_mean", 3, None),
    ],
)
def test_figure_stands_under_its_id(name: str, value: float | None, option: str | None) -> None:
    """The figures of the 50 G / 10 G case stand where planner, prompt and exports look for them."""
    figure = ledger_of(LARGE).figure(name)

    assert figure.value == (None if value is None else pytest.approx(value, rel=0.001))
    assert figure.option == option


def test_presets_stand_side_by_side() -> None:
    """Without a volume each preset has every option, against both baselines."""
    ledger = ledger_of(Given())

    for preset in ("100m", "1g", "10g"):
        for option in OPTION_IDS:
            for side in ("", "other."):
                assert ledger.value(f"preset.{preset}.{side}{option}.year_usd") is not None
    assert ledger.value("private_cloud.year_usd") is None
    assert ledger.value("volume.output_mtok") is None


@pytest.mark.parametrize("given", [Given(), ASKED, LARGE, replace(LARGE, gpu="h200", output_mtok=1)])
def test_every_figure_traces_to_rows_with_source_and_date(given: Given) -> None:
    """Each row id behind a figure is in the book, with source and day; each computed amount has such rows."""
    for figure in ledger_of(given):
        for row in figure.rows:
            assert BOOKS.book.rows[row].source
            assert BOOKS.book.rows[row].seen_on
        if figure.unit in {"usd", "multiple", "usd_per_mtok"} and figure.value is not None:
            assert figure.rows, figure.id


@pytest.mark.parametrize("given", [Given(), ASKED, replace(LARGE, gpu="h200")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_label(given: Given, language: Language) -> None:
    """Each figure's label key stands in the three languages, or is an assumption named by its row."""
    labels = load_labels()
    for figure in ledger_of(given):
        if figure.label.startswith("assumption."):
            assert labels.assumption(figure.label.removeprefix("assumption."), language) != figure.label
        else:
            assert labels.has(figure.label, language), figure.label


def test_ledger_survives_json() -> None:
    """What `ask` and `tco` print can be read back without loss, whole or the figures alone."""
    ledger = ledger_of(ASKED)
    data = json.loads(json.dumps(ledger.to_json("es")))

    assert read_ledger(data).figures == dict(ledger.figures)
    assert read_ledger({"figures": data, "kind": "pro"}).figures == dict(ledger.figures)


def test_figure_without_option_takes_it_from_its_id() -> None:
    """A file with value, unit, text and rows only still knows which option a figure is about."""
    told = read_ledger({"figures": {"other.private_cloud.year_usd": {"value": 5, "unit": "usd", "rows": []}}})

    assert told.figure("other.private_cloud.year_usd").option == "private_cloud"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"figures": []},
        {"a": 1},
        {"a": {"value": "5", "unit": "usd"}},
        {"a": {"value": 5}},
        {"a": {"value": 5, "unit": "usd", "rows": "x"}},
        {"a": {"value": True, "unit": "usd"}},
        {"a": {"value": 5, "unit": "usd", "option": "moon"}},
    ],
)
def test_ledger_that_is_none_is_refused(data: Any) -> None:
    """A file that is no ledger is bad input, never a traceback."""
    with pytest.raises(UserError):
        read_ledger(data)


def test_figure_stands_once() -> None:
    """Two figures under one id are a mistake of ours and stop at once."""
    figure = Figure(id="a", value=1, unit="usd", option=None, rows=(), label="figure.row")

    with pytest.raises(ValueError, match="twice"):
        collect([figure, figure])


@pytest.mark.parametrize(
    ("value", "unit", "es", "en", "pt"),
    [
        (1234, "usd", "1.230 USD", "USD 1,230", "US$ 1.230"),
        (1_171_270.4, "usd", "1.170.000 USD", "USD 1,170,000", "US$ 1.170.000"),
        (-9875, "usd", "-9.880 USD", "USD -9,880", "US$ -9.880"),
        (2.5, "usd", "2,50 USD", "USD 2.50", "US$ 2,50"),
        (0, "usd", "0 USD", "USD 0", "US$ 0"),
        (262_500, "usd", "263.000 USD", "USD 263,000", "US$ 263.000"),
        (-12.25, "percent", "-12,3 %", "-12.3%", "-12,3%"),
        (49.768, "percent", "49,8 %", "49.8%", "49,8%"),
        (-350.18, "percent", "-350 %", "-350%", "-350%"),
        (0.2, "share", "20 %", "20%", "20%"),
        (1172.3, "mtok_per_month", "1.170 millones de tokens al mes", "1.17 billion tokens a month", None),
        (1172.3, "mtok", "1.170 millones de tokens", "1.17 billion tokens", "1,17 bilhão de tokens"),
        (1000, "mtok", "1.000 millones de tokens", "1 billion tokens", "1 bilhão de tokens"),
        (1994, "mtok", "1.990 millones de tokens", "1.99 billion tokens", "1,99 bilhão de tokens"),
        (1996, "mtok", "2.000 millones de tokens", "2 billion tokens", "2 bilhões de tokens"),
        (1.004, "mtok", "1 millón de tokens", "1 million tokens", "1 milhão de tokens"),
        (1.006, "mtok", "1,01 millones de tokens", "1.01 million tokens", "1,01 milhão de tokens"),
        (1, "mtok", "1 millón de tokens", "1 million tokens", "1 milhão de tokens"),
        (0.05, "mtok", "50 mil tokens", "50 thousand tokens", "50 mil tokens"),
        (2e6, "mtok", "2.000.000 millones de tokens", "2 trillion tokens", "2 trilhões de tokens"),
        (1, "months", "1 mes", "1 month", "1 mês"),
        (12, "months", "12 meses", "12 months", "12 meses"),
        (13, "replicas", "13 réplicas", "13 replicas", "13 réplicas"),
        (1017.5, "tok_s", "1.020 tokens/s", "1,020 tokens/s", "1.020 tokens/s"),
        (3.375, "multiple", "unas 3,4 veces el coste", "about 3.4 times the cost", "cerca de 3,4 vezes o custo"),
        (0.135, "usd_per_mtok", "0,135 USD por millón de tokens", "USD 0.135 per million tokens", None),
        (2500, "money.EUR", "2.500 EUR", "EUR 2,500", "2.500 EUR"),
        (None, "usd", "—", "—", "—"),
        (float("nan"), "percent", "—", "—", "—"),
        (999.6, "usd", "1.000 USD", "USD 1,000", "US$ 1.000"),
        (3, "factor", "3", "3", "3"),
    ],
)
def test_values_are_written_with_three_digits(value: Any, unit: str, es: str, en: str, pt: str | None) -> None:
    """Three significant digits, groups and decimals of the language, unit in its place."""
    assert format_value(value, unit, "es").replace(GAP, " ") == es
    assert format_value(value, unit, "en").replace(GAP, " ") == en
    assert pt is None or format_value(value, unit, "pt").replace(GAP, " ") == pt


@settings(max_examples=150, deadline=None)
@for_any(st.floats(min_value=0.001, max_value=1e12), st.sampled_from(LANGUAGES))
def test_written_amount_is_within_half_a_digit(value: float, language: Language) -> None:
    """Reading a written amount back gives the value within half of its third digit."""
    text = format_value(value, "usd", language).replace("USD", "").replace("US$", "").strip(f" {GAP}")
    plain = text.replace(",", "") if language == "en" else text.replace(".", "").replace(",", ".")

    assert float(plain) == pytest.approx(value, rel=0.00501)


def test_below_minus_100_there_is_a_multiple() -> None:
    """A saving of -237 % is also told as about 3.4 times the cost; one of -60 % is not."""
    ledger = ledger_of(ASKED)

    assert ledger.text("verdict.cost_multiple", "en") == "about 3.4 times the cost"
    assert "other.verdict.cost_multiple" not in ledger
    for figure in ledger:
        if figure.id.endswith(".cost_multiple"):
            saving = ledger.value(figure.id.replace(".cost_multiple", ".saving_percent"))
            assert saving is not None
            assert saving < -100
            assert figure.value == pytest.approx(1 - saving / 100)


def test_figures_in_usd_alone_unless_a_currency_was_said() -> None:
    """Without another currency nothing is converted."""
    assert all(not figure.unit.startswith("money.") for figure in ledger_of(ASKED))
