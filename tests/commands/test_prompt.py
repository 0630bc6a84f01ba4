"""`ai-strategy prompt` prints what would be sent: rules apart from data, and what people typed only as data."""

import argparse
import json
import re
from typing import Any

import pytest

from bot.commands import prompt
from bot.domain.errors import UserError
from bot.settings import read_settings

LARGE = ("--closed-model", "gpt-4o", "--input-mtok", "50000", "--output-mtok", "10000", "--as-of", "2026-11-23")


async def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command and return what it printed on standard output."""
    parser = argparse.ArgumentParser()
    prompt.add_parser(parser.add_subparsers(dest="command"))
    assert await prompt.run(parser.parse_args(["prompt", *words]), read_settings({})) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


async def messages(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, dict[str, Any]]:
    """Return the system text and the data of the user message."""
    told = json.loads(await printed(capsys, *words, "--format", "json"))
    assert [message["role"] for message in told] == ["system", "user"]
    return told[0]["content"], json.loads(told[1]["content"])


async def test_text_shows_both_messages_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """The text form has one headed block for each message, and the second is the data as JSON."""
    text = await printed(capsys, "finance", "40", "--lang", "es")
    _, first, system, second, user = re.split(r"^={20} (system|user) ={20}\n", text, flags=re.MULTILINE)
    assert (first, second) == ("system", "user")
    assert "arquitecto jefe" in system
    assert json.loads(user)["target_percent"] == 40


async def test_canonical_industry_and_target_stand_in_the_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """The case closes the system message with our own name of the industry and the target."""
    system, data = await messages(capsys, "banca", "12,5 %", "--lang", "es")
    assert "sector: Finanzas" in system
    assert "reduzca los costes un 12,5 %" in system
    assert data["industry"]["name"] == "Finanzas"


async def test_an_industry_as_typed_is_data_only(capsys: pytest.CaptureFixture[str]) -> None:
    """What a person typed as industry is in the JSON of the user message and nowhere in the instructions."""
    system, data = await messages(capsys, "--as-typed", "--lang", "en", "umbrella repair workshop 40")
    assert "umbrella" in data["industry"]["as_typed"]
    assert "umbrella" not in system
    assert "`industry.as_typed`" in system


async def test_facts_carry_ledger_verdict_profile_catalogue_and_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Figures with id, label, text and option; the verdict against both baselines; models and tools with status."""
    _, data = await messages(capsys, "finance", "40", "--lang", "en", *LARGE)
    figures = {figure["id"]: figure for figure in data["figures"]}
    assert figures["private_cloud.year_usd"]["option"] == "private_cloud"
    assert figures["private_cloud.year_usd"]["text"].startswith("USD\u00a0")
    assert "Private cloud" in figures["private_cloud.year_usd"]["label"]
    assert data["verdict"]["outcome"] == "not_against_successor"
    assert data["verdict"]["other_baseline"]["outcome"] == "reached"
    assert data["closed_model"] == {"name": "GPT-4o", "end_of_life": "2027-01-14", "successor": "GPT-6 Luna"}
    tools = {tool["name"]: tool for tool in data["tools"]}
    assert tools["Hugging Face TGI"]["status"] == "legacy"
    assert tools["Hugging Face TGI"]["maintained_alternative"] == "SGLang"
    assert {model["name"]: model["licence"] for model in data["models"]}["gpt-oss-120b"] == "Apache-2.0"
    assert data["industry"]["sensitive_data"]
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", data["today"])


async def test_no_volume_no_verdict_and_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a volume the facts say that the verdict depends on it, ask for it and hold the typical volumes."""
    _, data = await messages(capsys, "finance", "40", "--lang", "en")
    assert data["verdict"]["outcome"] == "depends_on_volume"
    assert "tokens are used a month" in data["unknowns"][0]
    assert {"preset.100m.output_mtok", "preset.1g.output_mtok", "preset.10g.output_mtok"} <= {
        figure["id"] for figure in data["figures"]
    }


async def test_basic_needs_no_target(capsys: pytest.CaptureFixture[str]) -> None:
    """The Basic prompt is asked for with the industry alone."""
    system, data = await messages(capsys, "--basic", "retail", "--lang", "en")
    assert "expert in open-source artificial intelligence" in system
    assert data["target_percent"] is None


async def test_each_prompt_has_its_own_canary(capsys: pytest.CaptureFixture[str]) -> None:
    """Two prompts of the same case differ in the canary alone, and it stands in the system message only."""
    first, data = await messages(capsys, "finance", "40", "--lang", "en", *LARGE)
    second, again = await messages(capsys, "finance", "40", "--lang", "en", *LARGE)
    assert data == again
    assert first != second
    assert first.splitlines()[:-1] == second.splitlines()[:-1]


async def test_bad_words_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown industry is an error with the nearest names, and nothing is printed."""
    with pytest.raises(UserError) as caught:
        await printed(capsys, "umbrellas", "40", "--lang", "en")
    assert caught.value.text == "error.ask.unknown_industry"
    assert capsys.readouterr().out == ""
