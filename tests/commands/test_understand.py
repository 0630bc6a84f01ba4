"""`ai-strategy understand`: one JSON object for each text, whatever the bytes."""

import argparse
import asyncio
import io
import json
import sys

import pytest

from bot.commands import understand
from bot.settings import read_settings

KEYS = ["industry", "target_percent", "language", "problem"]


def _run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    understand.add_parser(parser.add_subparsers(dest="command"))
    return asyncio.run(understand.run(parser.parse_args(["understand", *arguments]), read_settings({})))


def _feed(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))


def test_a_text_gives_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """The object has exactly the four keys of the interface."""
    assert _run(["banca", "12,5", "%"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert list(found) == KEYS
    assert found == {"industry": "finance", "target_percent": 12.5, "language": "es", "problem": None}


def test_a_whole_target_is_printed_without_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    """40 is printed as 40."""
    _run(["finance 40"])

    assert '"target_percent": 40,' in capsys.readouterr().out


def test_an_empty_text_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty text is a problem that is named, not an error."""
    assert _run([""]) == 0
    assert json.loads(capsys.readouterr().out)["problem"] == "empty"


def test_lines_keep_their_order_and_number(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each input line gives one object, blank and binary lines too, in the same order."""
    _feed(monkeypatch, b"finance 40\n\n\xff\xfe\x00\x80\nvarejo 30\r\n0,4 banca")

    assert _run(["--lines"]) == 0

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [entry["problem"] for entry in found] == [None, "empty", "empty", None, "fraction"]
    assert [entry["industry"] for entry in found] == ["finance", None, None, "retail", "finance"]


@pytest.mark.parametrize("arguments", [[], ["--lines", "finance"]])
def test_neither_or_both_inputs_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a text, or with a text and --lines, the exit code is 2 and stdout stays empty."""
    assert _run(arguments) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "--lines" in printed.err
