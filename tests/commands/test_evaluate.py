"""`ai-strategy evaluate`: golden briefs against an endpoint, with the pass rate of each check."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist

ROOT = Path(__file__).resolve().parents[2]


async def evaluate(server: OpenAIServer, *words: str) -> tuple[int, str, str]:
    """Run the command against a server."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "evaluate",
        *words,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **server.environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_rates_tell_a_good_model_from_a_bad_one() -> None:
    """A good model passes every check; one that adds a fourth risk fails that check in every document."""
    words = ("--industries", "finance,retail", "--targets", "40", "--langs", "en", "--format", "json")
    async with OpenAIServer(documents=Strategist()) as server:
        _, good, _ = await evaluate(server, *words)
    async with OpenAIServer(documents=Strategist("four-risks", stubborn=True)) as server:
        _, bad, _ = await evaluate(server, *words)

    (first,), (second,) = json.loads(good), json.loads(bad)
    assert (first["documents"], first["clean_percent"], set(first["checks_percent"].values())) == (2, 100.0, {100.0})
    assert (second["whole_percent"], second["checks_percent"]["risks"]) == (0.0, 0.0)
    assert second["checks_percent"]["figures"] == 100.0


async def test_table_has_a_row_for_the_model() -> None:
    """The table names the endpoint and its figures on standard output."""
    async with OpenAIServer(documents=Strategist()) as server:
        status, out, _ = await evaluate(server, "--industries", "finance", "--targets", "40", "--langs", "es")

    assert status == 0
    assert "127.0.0.1/gpt-4o" in out
    assert "100" in out


async def test_endpoint_that_fails_passes_no_check() -> None:
    """Without a document there is nothing to rate: the checks are null, not one hundred percent."""
    words = ("--industries", "finance", "--targets", "40", "--langs", "en", "--format", "json")
    async with OpenAIServer(documents=Strategist(), fault="unauthorized") as server:
        _, out, _ = await evaluate(server, *words)

    (score,) = json.loads(out)
    assert score["whole_percent"] == 0.0
    assert set(score["checks_percent"].values()) == {None}


@pytest.mark.parametrize("targets", ["0", "40,95", "many", ""])
async def test_bad_target_is_refused_before_anything_is_asked(targets: str) -> None:
    """A target that no plan may have exits 2, and the endpoint hears nothing."""
    async with OpenAIServer(documents=Strategist()) as server:
        status, out, err = await evaluate(server, "--targets", targets)

    assert (status, out, server.heard) == (2, "", [])
    assert "--targets" in err


async def test_unknown_industry_is_refused() -> None:
    """An unknown industry exits 2 and names it."""
    async with OpenAIServer(documents=Strategist()) as server:
        status, out, err = await evaluate(server, "--industries", "alchemy")

    assert (status, out) == (2, "")
    assert "alchemy" in err
