"""`ai-strategy check`: each thing that can be wrong is named with what to do about it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main


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


def test_broken_overlay_names_file_row_and_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A broken row of the operator's price file is named with file, row and reason."""
    overlay = tmp_path / "ours.yaml"
    overlay.write_text("rows:\n  people.fte_usd_year: {value: many}\n", encoding="utf-8")
    status, results = check(capsys, {"PRICE_BOOK_OVERLAY": str(overlay)})

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
    """With a door and a token nothing is wrong, and nothing is said to be missing."""
    status, results = check(capsys, {"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-1"})

    assert status == 0
    assert next(one for one in results if one["id"] == "platforms")["problem"] is None


def test_wrong_setting_ends_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that cannot be read exits 3 with its name."""
    with pytest.raises(SystemExit) as ended:
        main(["check"], {"PORT": "many"})

    assert ended.value.code == 3
    assert "PORT" in capsys.readouterr().err
