"""`ai-strategy prices` shows every row with source, date, age, status and owner."""

import argparse
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands import prices
from bot.domain.errors import DataError
from bot.settings import read_settings
from tests.domain.cost_cases import BOOKS


async def run(line: str, **variables: str) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser()
    prices.add_parser(parser.add_subparsers(dest="command"))
    return await prices.run(parser.parse_args(["prices", *line.split()]), read_settings(variables))


async def test_json_has_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row of the book is there with everything the documentation promises."""
    assert await run("--format json --as-of 2026-11-30") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert {row["id"] for row in told["rows"]} == set(BOOKS.book.rows)
    row = next(row for row in told["rows"] if row["id"] == "gpu.h100.on-demand")
    assert (row["value"], row["low"], row["high"], row["age_days"]) == (2.95, 1.89, 4.0, 7)
    assert (row["seen_on"], row["status"], row["owner"]) == ("2026-11-23", "seen", "ours")
    assert "skypilot" in row["source"]
    life = next(item for item in told["lifecycles"] if item["model"] == "gpt-4o")
    assert (life["shutdown"], life["successor"]) == ("2027-01-14", "gpt-6-luna")


async def test_prefix_narrows_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """A prefix shows only the rows whose id begins so."""
    await run("closed.gpt-4o. --format csv --as-of 2026-11-23")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert [row["id"] for row in rows] == ["closed.gpt-4o.in", "closed.gpt-4o.out", "closed.gpt-4o.cached"]


@pytest.mark.parametrize(("lang", "status"), [("es", "visto"), ("en", "seen"), ("pt", "visto")])
async def test_table_numbers_its_sources(lang: str, status: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The table shows value and status in the language and writes each source once below."""
    await run(f"closed.gpt-4o --as-of 2026-11-23 --lang {lang}")
    captured = capsys.readouterr()

    assert status in captured.out
    assert captured.out.count("genai-prices 0.2.3") == 1
    assert captured.err == ""


async def test_old_rows_are_announced_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """After 90 days the rows are named on standard error; standard output stays pure."""
    await run("closed.gpt-4o.in --format json --as-of 2027-06-01 --lang en")
    captured = capsys.readouterr()

    assert "closed.gpt-4o.in" in captured.err
    assert json.loads(captured.out)["rows"][0]["age_days"] == 190


async def test_operators_rows_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An overlay's row shows its owner and its own source."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("as_of: 2026-11-01\nrows:\n  - {id: closed.gpt-4o.in, value: 1.9}\n", "utf-8")

    await run("closed.gpt-4o.in --format json --as-of 2026-11-23", PRICE_BOOK_OVERLAY=str(overlay))

    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["value"], row["owner"], row["source"]) == (1.9, "operator", "operator (mine.yaml)")


async def test_broken_overlay_names_file_row_and_reason(tmp_path: Path) -> None:
    """A broken row of the operator is told with file, row and reason."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("as_of: 2026-11-01\nrows:\n  - {id: closed.gpt-4o.in, value: cheap}\n", "utf-8")

    with pytest.raises(DataError) as caught:
        await run("--format json", PRICE_BOOK_OVERLAY=str(overlay))

    assert dict(caught.value.params) == {
        "file": "mine.yaml",
        "row": "closed.gpt-4o.in",
        "reason": "value is not a number: 'cheap'",
    }
