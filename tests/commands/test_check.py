"""`ai-strategy check`: each thing that can be wrong is named with what to do about it."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.commands.check import run
from tests.adapters.slack.running import settings_for
from tests.fakes.slack_server import SlackServer


def check(capsys: pytest.CaptureFixture[str], environ: dict[str, str]) -> tuple[int, list[dict[str, Any]]]:
    """Run `check --format json` and return exit code and results."""
    with pytest.raises(SystemExit) as ended:
        main(["check", "--format", "json", "--lang", "en"], environ)
    results: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return int(str(ended.value.code or 0)), results


def test_nothing_configured_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Without any setting everything is well, and it says that the store is embedded and the planner writes."""
    status, results = check(capsys, {})

    assert status == 0
    assert all(set(one) == {"id", "ok", "problem", "remedy"} for one in results)
    assert {one["id"] for one in results} == {"settings", "price_book", "industries", "store", "platforms", "model"}


def test_unreachable_redis_fails_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """A Redis that does not answer is a failure with a remedy."""
    status, results = check(capsys, {"REDIS_URL": "redis://127.0.0.1:9/0"})

    store = next(one for one in results if one["id"] == "store")
    assert (status, store["ok"]) == (3, False)
    assert store["remedy"]


def test_unreachable_model_fails_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """A model endpoint that does not answer is a failure with a remedy; a model that retires soon is named."""
    status, results = check(capsys, {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "gpt-4o"})

    model = next(one for one in results if one["id"].startswith("model:"))
    lifecycle = next(one for one in results if one["id"] == "model.lifecycle")
    assert (status, model["ok"]) == (3, False)
    assert model["remedy"]
    assert "gpt-4o" in lifecycle["problem"]


@pytest.mark.parametrize("more", [{}, {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}], ids=["alone", "with a model"])
def test_broken_overlay_names_file_row_and_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: dict[str, str]
) -> None:
    """A broken row of the operator's price file is named with file, row and reason."""
    overlay = tmp_path / "ours.yaml"
    overlay.write_text("rows:\n  people.fte_usd_year: {value: many}\n", encoding="utf-8")
    status, results = check(capsys, {"PRICE_BOOK_OVERLAY": str(overlay), **more})

    book = next(one for one in results if one["id"] == "price_book")
    assert (status, book["ok"]) == (3, False)
    assert "ours.yaml" in book["problem"]


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "slack"),
        ({"SLACK_SIGNING_SECRET": "s"}, "platforms"),
        ({"SLACK_SIGNING_SECRET": "s", "SLACK_CLIENT_ID": "1", "SLACK_TOKEN_KEYS": "no key"}, "platforms"),
    ],
)
def test_half_of_a_platform_fails_with_a_remedy(
    capsys: pytest.CaptureFixture[str], environ: dict[str, str], named: str
) -> None:
    """A token without a door, a door without a token, a key that is none: each is said with what to set."""
    status, results = check(capsys, environ)

    found = next(one for one in results if one["id"] == named)
    assert (status, found["ok"]) == (3, False)
    assert found["problem"]
    assert found["remedy"]


def test_a_whole_platform_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """With a door and a token nothing is wrong and nothing missing; that Slack is out of reach is only a warning."""
    away = {"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    status, results = check(capsys, away)

    assert status == 0
    assert next(one for one in results if one["id"] == "platforms")["problem"] is None
    token = next(one for one in results if one["id"] == "slack.token")
    assert (token["ok"], bool(token["problem"]), "SLACK_API_URL" in token["remedy"]) == (True, True, True)


async def _token_check(slack: SlackServer, capsys: pytest.CaptureFixture[str], **more: str) -> tuple[int, Any, str]:
    """Run the check of a bot of this Slack; returns its exit code, what it says of the token, and the same as text."""
    settings = settings_for(slack, None, **more)
    status = await run(argparse.Namespace(format="json", lang="en"), settings)
    results = json.loads(capsys.readouterr().out)
    assert await run(argparse.Namespace(format="text", lang="en"), settings) == status
    line = next(line for line in capsys.readouterr().out.splitlines() if "slack.token" in line)
    return status, next(one for one in results if one["id"] == "slack.token"), line


async def test_a_good_token_is_asked_for_once_and_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Slack is asked one question for each check, and its yes is nothing to tell."""
    async with SlackServer() as slack:
        status, token, line = await _token_check(slack, capsys)

        assert (status, token) == (0, {"id": "slack.token", "ok": True, "problem": None, "remedy": None})
        assert line.startswith("ok ")
        assert [call.method for call in slack.calls] == ["auth.test"] * 2
        assert slack.violations == []


async def test_a_refused_token_fails_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """A token Slack does not take is a failure that names Slack's reason and what to do, and never the token."""
    async with SlackServer() as slack:
        status, token, line = await _token_check(slack, capsys, SLACK_BOT_TOKEN="xoxb-nobody")

    assert (status, token["ok"]) == (3, False)
    assert "invalid_auth" in token["problem"]
    assert "SLACK_BOT_TOKEN" in token["remedy"]
    assert line.startswith("FAIL")
    assert "xoxb-nobody" not in json.dumps(token)


@pytest.mark.parametrize("fault", [503, 403, 429])
async def test_a_slack_that_cannot_answer_is_a_warning(capsys: pytest.CaptureFixture[str], fault: int) -> None:
    """Where something is in the way, nothing is known of the token: a warning, and another sentence than a refusal."""
    async with SlackServer() as slack:
        slack.fail("auth.test", fault, times=2)
        status, token, line = await _token_check(slack, capsys)

    assert (status, token["ok"]) == (0, True)
    assert "could not be asked" in token["problem"]
    assert token["remedy"]
    assert line.startswith("warn")


def test_wrong_setting_ends_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that cannot be read exits 3 with its name."""
    with pytest.raises(SystemExit) as ended:
        main(["check"], {"PORT": "many"})

    assert ended.value.code == 3
    assert "PORT" in capsys.readouterr().err
