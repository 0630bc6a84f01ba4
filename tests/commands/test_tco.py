"""`ai-strategy tco` prints every documented key, in three formats, and refuses what it cannot take."""

import argparse
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.commands import tco
from bot.commands.cost_options import given_from
from bot.domain.brief import OPTION_IDS, Given
from bot.domain.errors import UserError
from bot.domain.ledger import read_ledger
from bot.settings import Settings, read_settings

LARGE = "--closed-model gpt-4o --input-mtok 50000 --output-mtok 10000 --as-of 2026-11-23"
NAMED = "--open-model llama-3.3-70b --host aws --gpu h100 --gpus 2 --isl 1500 --osl 300"


def parse(line: str) -> argparse.Namespace:
    """Parse a command line."""
    parser = argparse.ArgumentParser()
    tco.add_parser(parser.add_subparsers(dest="command"))
    return parser.parse_args(["tco", *line.split()])


def settings_of(**variables: str) -> Settings:
    """Read settings from these variables alone."""
    return read_settings(variables)


async def printed(line: str, capsys: pytest.CaptureFixture[str], **variables: str) -> str:
    """Run the command and return what it printed on standard output."""
    assert await tco.run(parse(line), settings_of(**variables)) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


async def json_of(line: str, capsys: pytest.CaptureFixture[str], **variables: str) -> dict[str, Any]:
    """Run the command and return its JSON."""
    told: dict[str, Any] = json.loads(await printed(f"{line} --format json", capsys, **variables))
    return told


async def test_json_has_every_documented_key(capsys: pytest.CaptureFixture[str]) -> None:
    """The keys of the machine interface are all there, unknown ones as null."""
    told = await json_of(f"{LARGE} --target 40", capsys)

    assert told["schema_version"] == 1
    assert set(told["options"]) == set(OPTION_IDS)
    for option in told["options"].values():
        assert {"year_usd", "horizon_usd", "saving_percent", "replicas", "gpus"} <= set(option)
    assert told["break_even_output_mtok"]["private_cloud"] == {"first": None, "holds_from": None}
    assert set(told["break_even_output_mtok"]) == {"private_cloud", "on_premise"}
    assert told["target"]["percent"] == 40
    assert told["target"]["outcome"] == "not_against_successor"
    assert set(told["target"]["thresholds"]) == {"output_mtok", "retained_share_percent", "closed_price_usd"}
    assert told["range"]["p10"] < told["range"]["p50"] < told["range"]["p90"]
    assert told["assumptions"]
    assert told["figures"]["private_cloud.year_usd"]["value"] == told["options"]["private_cloud"]["year_usd"]


@pytest.mark.parametrize(
    ("line", "years"),
    [
        (f"{LARGE} {NAMED} --price on-demand --baseline today", (2_700_000, 1_171_270, 1_054_682)),
        (f"{LARGE} {NAMED} --price on-demand", (242_527, 925_523, 808_935)),
        (f"{LARGE} {NAMED} --baseline today", (2_700_000, 897_958, 1_054_682)),
        (f"{LARGE} --price on-demand --baseline today", (2_700_000, 1_171_270, 1_054_682)),
    ],
)
async def test_expected_cases_come_out(
    line: str, years: tuple[float, float, float], capsys: pytest.CaptureFixture[str]
) -> None:
    """The cases of the design come out of the command, also when model and GPU are left to it."""
    options = (await json_of(line, capsys))["options"]

    told = tuple(options[option]["year_usd"] for option in ("closed", "private_cloud", "on_premise"))
    assert told == pytest.approx(years, rel=0.001)


async def test_figures_trace_to_source_and_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row behind a figure of the command's JSON stands among its sources with source and date."""
    told = await json_of(LARGE, capsys)

    rows = {row for figure in told["figures"].values() for row in figure["rows"]}
    assert rows - set(told["sources"]) == set()
    assert all(item["source"] and item["seen_on"] for item in told["sources"].values())
    assert told["sources"]["closed.gpt-4o.in"]["seen_on"] == "2026-11-23"


async def test_figures_can_be_read_back_as_a_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    """`verify --ledger` can read the file this command writes."""
    ledger = read_ledger(await json_of(LARGE, capsys))

    assert ledger.figure("private_cloud.year_usd").option == "private_cloud"


async def test_unknown_volume_is_null_with_presets(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a volume options are null, presets stand side by side, and the outcome says so."""
    told = await json_of("--target 40", capsys)

    assert told["target"]["outcome"] == "depends_on_volume"
    assert told["options"]["private_cloud"]["year_usd"] is None
    assert told["infrastructure"]["replicas"] is None
    assert [preset["id"] for preset in told["presets"]] == ["100m", "1g", "10g"]


async def test_without_a_target_outcome_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    """No target, no outcome; the key is still there."""
    told = await json_of(LARGE, capsys)

    assert told["target"]["percent"] is told["target"]["outcome"] is None


async def test_csv_has_one_line_for_each_option(capsys: pytest.CaptureFixture[str]) -> None:
    """CSV opens in a sheet: a header and six options, unknown left empty."""
    lines = list(csv.DictReader(io.StringIO(await printed(f"{LARGE} --gpu h200 --format csv", capsys))))

    assert [line["option"] for line in lines] == list(OPTION_IDS)
    assert next(line for line in lines if line["option"] == "on_premise")["year_usd"] == ""
    assert float(next(line for line in lines if line["option"] == "closed")["year_usd"]) == pytest.approx(242_527, 1e-5)


@pytest.mark.parametrize(
    ("lang", "first", "amount"),
    [
        ("es", "No se alcanza frente al sucesor", "652.000\u00a0USD"),
        ("en", "Not reached against the successor", "USD\u00a0652,000"),
        ("pt", "Não se alcança frente ao sucessor", "US$\u00a0652.000"),
    ],
)
async def test_table_speaks_the_language(
    lang: str, first: str, amount: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table opens with the verdict on the chosen baseline, in the language asked for."""
    out = await printed(f"{LARGE} --target 40 --lang {lang}", capsys)

    assert first in out.split("\n", 1)[0]
    assert amount in out


async def test_table_shows_presets_without_a_volume(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a volume the table compares three volumes and names what is unknown."""
    out = await printed("--target 40 --language en", capsys)

    assert "100\u00a0million\u00a0tokens" in out
    assert "Monthly volume: not known" in out


async def test_table_says_why_an_option_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """A GPU that cannot be bought says so, and the rest goes on."""
    out = await printed(f"{LARGE} --gpu h200 --lang en", capsys)

    assert "On-premise: Not available: no server price for this GPU." in out


async def test_zero_volume_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    """Zero volume gives costs without ratios, as table and as JSON."""
    assert "—" in await printed("--output-mtok 0 --target 40", capsys)

    told = await json_of("--output-mtok 0 --input-mtok 0 --target 40", capsys)
    assert told["options"]["private_cloud"]["saving_percent"] is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("--target 0.4", "error.cost.fraction"),
        ("--target 95", "error.cost.range"),
        ("--target -1", "error.cost.range"),
        ("--retained 0.1", "error.cost.fraction"),
        ("--output-mtok -5", "error.cost.range"),
        ("--closed-model gpt-99", "error.cost.unknown"),
        ("--price spot", "error.cost.spot"),
    ],
)
async def test_bad_value_is_refused(line: str, text: str) -> None:
    """A value that cannot be taken is a UserError, which the command line turns into exit code 2."""
    with pytest.raises(UserError) as caught:
        await tco.run(parse(line), settings_of())

    assert caught.value.text == text


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize("command", ["tco", "ask finance 40"])
@pytest.mark.parametrize(
    "words",
    [
        "--input-mtok many", "--output-mtok x", "--monthly-spend 5k", "--isl 1.5", "--osl a", "--gpus 1.5", "--growth a",
        "--price cheap", "--baseline yesterday", "--deployment moon", "--as-of yesterday", "--seed x", "--seed -1",
        "--format xml", "--region mars", "--retained=-3",
    ],
)  # fmt: skip
def test_word_that_is_no_value_is_refused(
    words: str, command: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no number, day or known word ends with exit code 2 and one sentence that names the option."""
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--lang", language, *words.split()], {})
    told = capsys.readouterr()

    assert (caught.value.code, told.out) == (2, "")
    assert words.replace("=", " ").split()[0] in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert "invalid" not in told.err


def test_every_field_of_given_can_be_said() -> None:
    """Nothing a conversation can know about costs is missing on the command line."""
    line = "--closed-model a --input-mtok 1 --output-mtok 2 --monthly-spend 3 --currency EUR --open-model b --host c "
    line += "--gpu d --gpus 4 --price reserved --baseline today --as-of 2026-11-23 --isl 5 --osl 6 --growth 7 "
    line += "--cache-share 8 --batch-share 9 --retained 10 --deployment any --region eu"

    told = given_from(parse(line))

    assert None not in {getattr(told, name) for name in Given.__dataclass_fields__}
    assert given_from(parse("")) == Given()


async def test_operator_rows_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With an operator's file every output says which rows are theirs."""
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("as_of: 2026-11-01\nrows:\n  - {id: people.fte_year, value: 90000}\n", "utf-8")

    told = await json_of(LARGE, capsys, PRICE_BOOK_OVERLAY=str(overlay))
    out = await printed(f"{LARGE} --lang en", capsys, PRICE_BOOK_OVERLAY=str(overlay))
    lines = csv.DictReader(io.StringIO(await printed(f"{LARGE} --format csv", capsys, PRICE_BOOK_OVERLAY=str(overlay))))

    assert {line["option"]: line["operator_rows"] for line in lines} == {
        "closed": "", "closed_successor": "", "hosted_open": "people.fte_year", "private_cloud": "people.fte_year",
        "on_premise": "people.fte_year", "hybrid": "people.fte_year",
    }  # fmt: skip
    assert told["price_book"]["operator_rows"] == ["people.fte_year"]
    assert told["sources"]["people.fte_year"]["owner"] == "operator"
    assert "The operator's own figures: people.fte_year." in out


async def test_old_prices_are_announced(capsys: pytest.CaptureFixture[str]) -> None:
    """More than 90 days after the rows were seen a banner says so."""
    out = await printed("--output-mtok 10 --lang en --as-of 2027-06-01", capsys)

    assert "more than 90 days old" in out


async def test_same_seed_same_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Two runs with one seed print the same bytes, another seed another range."""
    first, second = [await printed(f"{LARGE} --seed 3 --format json", capsys) for _ in range(2)]

    assert first == second
    assert json.loads(first)["range"] != (await json_of(LARGE, capsys))["range"]


@pytest.mark.parametrize("amount", ["20.000", "1.234", "999.999"])
def test_an_amount_that_may_be_thousands_is_refused(amount: str) -> None:
    """A spend of 20.000 is 20,000 where most of our readers live, and no plan is computed for 20."""
    with pytest.raises(UserError) as refused:
        parse(f"--monthly-spend {amount}")

    assert refused.value.text == "error.cost.not_money"


@pytest.mark.parametrize(("typed", "amount"), [("20000", 2e4), ("1234.5", 1234.5), ("0.125", 0.125), ("12.50", 12.5)])
def test_an_amount_with_decimals_is_read(typed: str, amount: float) -> None:
    """Every other amount is what it says."""
    assert given_from(parse(f"--monthly-spend {typed}")).monthly_spend == amount
