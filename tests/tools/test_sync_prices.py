"""The price check finds drift above 1 % and dates that moved, and writes new prices without touching the rest."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.services.price_book import DATA, load_book
from tests.domain.cost_cases import BOOKS, TODAY
from tools.sync_prices import HOSTED_NAMES, Drift, check_lifecycles, check_prices, main, quote_genai, rewrite

BOOK = BOOKS.book


def litellm_of() -> dict[str, dict[str, str]]:
    """Return what litellm would tell if our book were right."""
    told = BOOK.lifecycles.values()
    return {item.litellm: {"deprecation_date": item.shutdown.isoformat()} for item in told if item.litellm}


def test_our_prices_are_those_of_genai_prices() -> None:
    """No token price of the shipped book is off by more than 1 % from genai-prices on the day of the book."""
    assert check_prices(BOOK, quote_genai(BOOK.as_of)) == []


def test_every_hosted_row_is_checked() -> None:
    """Each model at each host has a name there, so that no hosted price escapes the check."""
    assert set(HOSTED_NAMES) == set(BOOK.hosted)


def test_drift_above_one_percent_is_found() -> None:
    """A price that moved by 2 % is a drift, one that moved by half a percent is not, one that vanished is."""
    quote = quote_genai(TODAY)

    def moved(model: str, provider: str, leaf: str) -> float | None:
        now = quote(model, provider, leaf)
        if (model, leaf) == ("gpt-4o", "in"):
            return 2.55
        if (model, leaf) == ("gpt-4o", "out"):
            return 10.05
        return None if (model, leaf) == ("o3", "in") else now

    assert check_prices(BOOK, moved) == [Drift("closed.gpt-4o.in", 2.5, 2.55), Drift("closed.o3.in", 2.0, None)]


def test_moved_shutdown_is_found() -> None:
    """A shutdown that litellm tells otherwise or no longer is a drift."""
    told = litellm_of()
    assert check_lifecycles(BOOK.lifecycles.values(), told) == []

    told["gpt-4o-2024-11-20"]["deprecation_date"] = "2027-03-01"
    del told["o3-2025-04-16"]

    names = [drift.name for drift in check_lifecycles(BOOK.lifecycles.values(), told)]
    assert names == ["lifecycle gpt-4o", "lifecycle o3"]


def test_rewrite_changes_the_drifted_row_alone() -> None:
    """The new price and its day go into one line; every other line stays as it is."""
    text = (DATA / "price_book.yaml").read_text("utf-8")
    changed = rewrite(text, [Drift("closed.gpt-4o.in", 2.5, 2.55)], date(2027, 1, 2))

    different = [new for old, new in zip(text.splitlines(), changed.splitlines(), strict=True) if old != new]
    assert len(different) == 1
    assert "{id: closed.gpt-4o.in, value: 2.55, " in different[0]
    assert "seen_on: 2027-01-02" in different[0]


def test_rewrite_moves_a_shutdown() -> None:
    """A new shutdown date goes into the model's own lifecycle and no other."""
    text = (DATA / "price_book.yaml").read_text("utf-8")
    changed = rewrite(text, [Drift("lifecycle gpt-4o", "2027-01-14", "2027-03-01")], date(2027, 1, 2))

    different = [new for old, new in zip(text.splitlines(), changed.splitlines(), strict=True) if old != new]
    assert [line.split("successor")[0] for line in different] == ["  - {model: gpt-4o, shutdown: 2027-03-01, "]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Copy our book to where it may be changed."""
    return Path(shutil.copy(DATA / "price_book.yaml", tmp_path))


def test_command_fails_on_drift_and_mends_it(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a wrong price the command ends with 1 and names it; `--write` mends the book; then it ends with 0."""
    right = book.read_text("utf-8")
    book.write_text(right.replace("{id: closed.gpt-4o.in, value: 2.5,", "{id: closed.gpt-4o.in, value: 3.0,"), "utf-8")
    line = ["--as-of", "2026-11-23", "--book", str(book)]

    assert main(line) == 1
    assert "closed.gpt-4o.in: ours 3.0, now 2.5" in capsys.readouterr().out
    assert main([*line, "--write"]) == 1
    assert main(line) == 0
    assert load_book(book, DATA / "throughput.yaml").rows["closed.gpt-4o.in"].value == 2.5


def test_command_reads_litellm_from_a_file(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With litellm's file the shutdown dates are checked too."""
    told = litellm_of()
    told["gpt-4o-2024-11-20"]["deprecation_date"] = "2028-01-01"
    path = tmp_path / "litellm.json"
    path.write_text(json.dumps(told), "utf-8")

    assert main(["--as-of", "2026-11-23", "--book", str(book), "--litellm", str(path)]) == 1
    assert "lifecycle gpt-4o: ours 2027-01-14, now 2028-01-01" in capsys.readouterr().out

    assert main(["--as-of", "2026-11-23", "--book", str(book), "--litellm", str(path), "--write"]) == 1
    assert load_book(book, DATA / "throughput.yaml").lifecycles["gpt-4o"].shutdown == date(2028, 1, 1)
