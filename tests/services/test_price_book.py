"""The price book loads whole or says what is wrong; an operator's file lies over it; the last good book stays."""

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.domain.brief import Given
from bot.domain.catalogue import Catalogue
from bot.domain.errors import DataError
from bot.domain.figures import Figure
from bot.domain.ledger import build_ledger
from bot.domain.tco import compute, resolve
from bot.services.price_book import DATA, PriceBooks, load_book, load_catalogue
from tests.domain.cost_cases import BOOKS, TODAY, assessed

THROUGHPUT = DATA / "throughput.yaml"
ROW = "rows:\n  - {id: people.fte_year, value: 120000, unit: usd, source: payroll, seen_on: 2026-11-01, status: seen}\n"


def write_book(folder: Path, old: str, new: str) -> Path:
    """Write our own book with one place changed."""
    text = (DATA / "price_book.yaml").read_text("utf-8")
    assert old in text
    path = folder / "price_book.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_every_row_has_source_day_and_status() -> None:
    """No row of our book stands without source, day and status, and every range holds its value."""
    for row in BOOKS.book.rows.values():
        assert row.source
        assert row.seen_on <= BOOKS.book.as_of
        assert row.low <= row.value <= row.high
        assert row.owner == "ours"


def test_every_model_can_be_used() -> None:
    """Each closed model has a price and a tier, each open one a host or a measurement."""
    book, catalogue = BOOKS.book, BOOKS.catalogue

    assert set(catalogue.closed) == set(book.closed)
    for model in catalogue.open.values():
        assert book.hosts(model.id) or book.fits_for(model.fits), model.id
    assert {fit.model for fit in book.fits} <= {name for model in catalogue.open.values() for name in model.fits}
    assert {model for model, _ in book.hosted} <= set(catalogue.open)


@pytest.mark.parametrize(
    ("old", "new", "row", "reason"),
    [
        ("value: 2.5,", "value: two,", "closed.gpt-4o.in", "not a number"),
        ("value: 2.5,", "value: -2.5,", "closed.gpt-4o.in", "negative"),
        ("value: 2.5,", "value: .nan,", "closed.gpt-4o.in", "not a number"),
        ("value: 2.5,", "", "closed.gpt-4o.in", "lacks value"),
        ("low: 1.89, high: 4.0", "low: 3.89, high: 4.0", "gpu.h100.on-demand", "low ≤ value ≤ high"),
        ("id: closed.gpt-4o.out,", "id: closed.gpt-4o.in,", "closed.gpt-4o.in", "stands twice"),
        ("{id: closed.gpt-4o.in, ", "{", "{'value'", "no id"),
        ("seen_on: 2026-11-23,", "seen_on: soon,", "closed.gpt-4o.in", "not a day"),
        ("seen_on: 2026-11-23, status: seen", "seen_on: 2026-11-23, status: heard", "closed.gpt-4o.in", "status"),
        ("unit: usd_per_mtok,", "unit: usd_per_mtok, color: red,", "closed.gpt-4o.in", "unknown keys color"),
        ("id: closed.gpt-4o.out,", "id: closed.gpt-4o.cost,", "closed.gpt-4o.out", "missing"),
        ("successor: gpt-6-luna", "successor: gpt-9", "lifecycles gpt-4o", "gpt-9 has no price rows"),
        ("shutdown: 2027-01-14", "shutdown: some day", "lifecycles gpt-4o", "not a day"),
        ("defaults: {", "defaults: {mood: good, ", "defaults", "unknown keys mood"),
        ("id: load.osl, value: 300", "id: load.osl, value: 0", "load.osl", "above zero"),
        (
            "low: 0.5, high: 0.9, unit: share, source: mlperf",
            "low: 0, high: 0.9, unit: share, source: mlperf",
            "load.eta_engine",
            "above zero",
        ),
        (
            "id: load.retained_share, value: 10",
            "id: load.retained_share, value: 95",
            "load.retained_share",
            "more than 90 percent",
        ),
        ("id: server.h100.gpus, value: 8", "id: server.h100.gpus, value: 0", "server.h100.gpus", "less than one"),
        ("rows:\n", "rows: 5\nolder:\n", "rows", "not a list"),
    ],
)
def test_broken_row_is_named(tmp_path: Path, old: str, new: str, row: str, reason: str) -> None:
    """A broken row is refused with file, row and reason."""
    path = write_book(tmp_path, old, new)

    with pytest.raises(DataError) as caught:
        load_book(path, THROUGHPUT)

    assert caught.value.params["file"] == "price_book.yaml"
    assert str(caught.value.params["row"]).startswith(row)
    assert reason in str(caught.value.params["reason"])


@pytest.mark.parametrize(
    ("row", "value", "reason"),
    [
        ("load.utilisation_max", 80, "more than 1 share"),
        ("terms.batch_discount", 50, "more than 1 share"),
        ("onprem.residual_36m", 25, "more than 1 share"),
        ("finance.discount_rate", 10, "more than 1 share_per_year"),
        ("load.cache_share", 0.3, "looks like a fraction"),
        ("load.growth", 500, "more than 200"),
        ("migration.self_hosted_months", 99, "more than 36 months"),
        ("load.replicas_min", 1.5, "not a whole number"),
        ("load.peak_to_mean", 0.5, "one at least"),
        ("load.input_per_output", 0, "above zero"),
    ],
)
def test_operator_row_of_an_absurd_size_is_named(tmp_path: Path, row: str, value: float, reason: str) -> None:
    """80 where a share is meant would make every capacity eighty times too good: file, row and reason are told."""
    path = tmp_path / "mine.yaml"
    path.write_text(f"as_of: 2026-11-01\nrows:\n  - {{id: {row}, value: {value}}}\n", "utf-8")

    with pytest.raises(DataError, match=reason) as caught:
        PriceBooks(path)

    assert (caught.value.params["file"], caught.value.params["row"]) == ("mine.yaml", row)


@pytest.mark.parametrize("text", ["{", "- a\n- b\n", "", "\x00"])
def test_file_that_is_no_book_is_named(tmp_path: Path, text: str) -> None:
    """A file that is no YAML mapping is refused with its name, never a traceback."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(DataError) as caught:
        PriceBooks(path)

    assert caught.value.params["file"] == "mine.yaml"


def test_missing_file_is_named(tmp_path: Path) -> None:
    """An overlay that is not there is an error that names it."""
    with pytest.raises(DataError) as caught:
        PriceBooks(tmp_path / "nowhere.yaml")

    assert caught.value.params["file"] == "nowhere.yaml"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [("tier: general", "tier: best", "tier"), ("maintenance: legacy", "maintenance: dead", "maintenance")],
)
def test_broken_catalogue_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """A model without a known tier or a tool without a known status is refused."""
    text = (DATA / "catalogue.yaml").read_text("utf-8")
    (tmp_path / "catalogue.yaml").write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(DataError, match=reason):
        load_catalogue(tmp_path / "catalogue.yaml")


def test_operator_row_lies_over_ours(tmp_path: Path) -> None:
    """The operator's salary is used without our range, and every output can tell whose it is."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(ROW, "utf-8")
    book = PriceBooks(overlay).book
    row = book.rows["people.fte_year"]

    assert (row.value, row.low, row.high, row.owner) == (120_000, 120_000, 120_000, "operator")
    assert book.operator_rows() == ("people.fte_year",)
    inputs = resolve(Given(output_mtok=1000), book, BOOKS.catalogue, today=TODAY)
    assert compute(inputs).options["private_cloud"].running_usd[0] == pytest.approx(4 * 1.95 * 730 * 1.2 * 12 + 60_000)


def test_operator_row_may_leave_out_what_we_know(tmp_path: Path) -> None:
    """Unit and source of a known row need not be said again; the day is that of the file."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("as_of: 2026-10-01\nrows:\n  - {id: gpu.h100.reserved, value: 1.5}\n", "utf-8")

    row = PriceBooks(overlay).book.rows["gpu.h100.reserved"]

    assert (row.unit, row.source, row.seen_on) == ("usd_per_gpu_hour", "operator (mine.yaml)", date(2026, 10, 1))


def test_operator_cannot_change_a_unit(tmp_path: Path) -> None:
    """A price given in another unit is refused, not misread."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(ROW.replace("unit: usd", "unit: eur"), "utf-8")

    with pytest.raises(DataError, match="unit is eur, ours is usd"):
        PriceBooks(overlay)


def test_operator_adds_a_server_a_host_and_a_model(tmp_path: Path) -> None:
    """New rows make new options: a server for H200, another host, a closed model of their own."""
    rows = [
        ("server.h200.usd", 400_000, "usd"),
        ("server.h200.kw_max", 10.2, "kw"),
        ("server.h200.gpus", 8, "count"),
        ("hosted.llama-3.3-70b.house.in", 0.1, "usd_per_mtok"),
        ("hosted.llama-3.3-70b.house.out", 0.2, "usd_per_mtok"),
        ("closed.house-gpt.in", 5, "usd_per_mtok"),
        ("closed.house-gpt.out", 5, "usd_per_mtok"),
    ]
    overlay = tmp_path / "mine.yaml"
    told = [{"id": name, "value": value, "unit": unit} for name, value, unit in rows]
    overlay.write_text(yaml.safe_dump({"as_of": TODAY, "rows": told}), "utf-8")
    book = PriceBooks(overlay).book
    given = Given(closed_model="house-gpt", output_mtok=1000, open_model="llama-3.3-70b", gpu="h200", host="house")

    costs = compute(resolve(given, book, BOOKS.catalogue, today=TODAY))

    assert costs.options["closed"].year_usd == pytest.approx(12 * 6000 * 5)
    assert costs.options["on_premise"].servers == 1
    assert costs.options["hosted_open"].running_usd[0] == pytest.approx(12 * 0.9 * 700 + 19_000)


def test_spend_in_another_currency_uses_the_operators_rate(tmp_path: Path) -> None:
    """18,400 EUR at 0.92 EUR per USD are 20,000 USD; converted figures name the rate's row."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("as_of: 2026-11-01\nrows:\n  - {id: currency.EUR, value: 0.92, unit: per_usd}\n", "utf-8")
    book = PriceBooks(overlay).book
    given = Given(monthly_spend=18_400, currency="eur", baseline="today")

    ledger = build_ledger(assessed(given, book=book))

    assert ledger.value("closed.year_usd") == pytest.approx(240_000)
    told: Figure = ledger.figure("closed.year_local")
    assert told.value == pytest.approx(240_000 * 0.92)
    assert told.unit == "money.EUR"
    assert "currency.EUR" in told.rows


def test_currencies_are_those_with_a_rate(tmp_path: Path) -> None:
    """Our book computes in USD alone; an operator's rates add their currencies, and a name in small letters is none."""
    overlay = tmp_path / "mine.yaml"
    rows = "".join(f"  - {{id: currency.{code}, value: 0.92, unit: per_usd}}\n" for code in ("EUR", "BRL", "mxn"))
    overlay.write_text(f"as_of: 2026-11-01\nrows:\n{rows}", "utf-8")

    assert BOOKS.book.currencies == ("USD",)
    assert PriceBooks(overlay).book.currencies == ("USD", "BRL", "EUR")


def test_last_good_book_stays(tmp_path: Path) -> None:
    """A file that breaks while the bot runs is reported, and the bot goes on with what it had; mended, it is taken."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(ROW, "utf-8")
    books = PriceBooks(overlay)
    good = books.book

    overlay.write_text(ROW.replace("120000", "lots"), "utf-8")
    error = books.reload()
    assert error is not None
    assert error.params["row"] == "people.fte_year"
    assert books.book is good

    overlay.write_text(ROW.replace("120000", "130000"), "utf-8")
    assert books.reload() is None
    assert books.book.rows["people.fte_year"].value == 130_000


def test_last_good_catalogue_stays(tmp_path: Path) -> None:
    """Book and catalogue are taken over together or not at all."""
    for path in DATA.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    books = PriceBooks(data=tmp_path)
    before: tuple[object, Catalogue] = (books.book, books.catalogue)

    (tmp_path / "catalogue.yaml").write_text("rows: []", "utf-8")

    assert books.reload() is not None
    assert (books.book, books.catalogue) == before


def test_broken_fit_is_named(tmp_path: Path) -> None:
    """A fit without a prefill rate is refused by its id."""
    text = THROUGHPUT.read_text("utf-8").replace("prefill: 15741,", "prefill: 0,", 1)
    (tmp_path / "throughput.yaml").write_text(text, "utf-8")

    with pytest.raises(DataError) as caught:
        load_book(DATA / "price_book.yaml", tmp_path / "throughput.yaml")

    assert caught.value.params["row"] == "fit.llama-3.1-70b.h100x2"
