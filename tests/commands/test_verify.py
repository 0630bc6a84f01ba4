"""`ai-strategy verify`: the document in, findings and exit code out."""

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.commands import verify
from bot.domain.document.markers import render_markers
from bot.domain.errors import UserError
from bot.settings import read_settings
from tests.domain.model_like import case, write
from tests.domain.planned import planner, write_planned

FOREIGN = Path(__file__).parents[1] / "domain" / "data" / "foreign_plan.es.md"


async def run(*argv: str) -> int:
    """Run the subcommand as the command line would."""
    parser = argparse.ArgumentParser()
    verify.add_parser(parser.add_subparsers())
    return await verify.run(parser.parse_args(["verify", *argv]), read_settings({}))


def ledger_json(number: int) -> dict[str, Any]:
    """Return what `ask --format json` says about a document's case, as far as `verify` reads it."""
    doc = write(number)
    assessment, ledger = case((number // 3) % 8)
    return {
        "language": doc.language,
        "kind": "pro",
        "target_percent": assessment.target_percent,
        "verdict": {
            "outcome": assessment.outcome,
            "baseline": assessment.baseline,
            "saving_percent": assessment.saving_percent,
            "other_baseline": {"saving_percent": assessment.other_baseline.saving_percent},
        },
        "figures": ledger.to_json(doc.language),
    }


async def test_foreign_plan_has_exactly_its_four_findings(capsys: pytest.CaptureFixture[str]) -> None:
    """Two sizes that do not exist, a made-up tool and an unsupported percentage: exit 1 and those four."""
    status = await run(str(FOREIGN), "--industry", "finance", "--target", "40", "--lang", "es", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert status == 1
    assert told["passed"] is False
    assert [finding["id"] for finding in told["findings"]] == [
        "tools.unknown", "tools.unknown", "tools.unknown", "figures.unverifiable",
    ]  # fmt: skip
    sentences = " ".join(finding["sentence"] for finding in told["findings"])
    assert all(name in sentences for name in ("Llama 4 (8B)", "Llama 4 (70B)", "MagicLLMServe", "60 %"))
    assert all(set(one) == {"id", "section", "line", "sentence", "action"} for one in told["findings"])


@pytest.mark.parametrize("number", [0, 1, 2, 5, 13])
async def test_our_document_passes_with_its_ledger(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document with its own figures passes; the language and the target come from the ledger."""
    doc = write(number)
    (tmp_path / "plan.md").write_text(render_markers(doc.source(), doc.ledger, doc.language), "utf-8")
    (tmp_path / "ledger.json").write_text(json.dumps(ledger_json(number)), "utf-8")
    status = await run(str(tmp_path / "plan.md"), "--ledger", str(tmp_path / "ledger.json"), "--format", "json")
    assert json.loads(capsys.readouterr().out) == {"schema_version": 1, "passed": True, "findings": []}
    assert status == 0


async def test_ledger_of_another_case_is_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the figures of another case the same document fails, in words that name the figures."""
    doc = write(0)
    (tmp_path / "plan.md").write_text(render_markers(doc.source(), doc.ledger, doc.language), "utf-8")
    (tmp_path / "ledger.json").write_text(json.dumps(ledger_json(9)), "utf-8")
    assert await run(str(tmp_path / "plan.md"), "--ledger", str(tmp_path / "ledger.json")) == 1
    assert "figures.literal" in capsys.readouterr().out


async def test_plan_of_the_planner_passes_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The planner's document passes with table, assumptions and unknowns compared, and fails when a default is missing."""
    doc = write_planned(3)
    text = render_markers(doc.source(), doc.ledger, doc.language)
    data = ledger_json(0) | {
        "language": doc.language,
        "figures": doc.ledger.to_json(doc.language),
        "verdict": {"outcome": doc.context.outcome, "baseline": "today", "other_baseline": {"saving_percent": 0.5}},
        "assumptions": [
            {"label": label, "text": told, "value": 1} for label, told in doc.context.default_texts.items()
        ],
        "unknowns": list(doc.context.questions),
    }
    columns = list(dict.fromkeys(column for _, column in doc.context.table))
    rows = list(dict.fromkeys(row for row, _ in doc.context.table))
    data["tco"] = {
        "columns": [{"id": name, "label": name} for name in columns],
        "rows": [
            {
                "id": row,
                "label": row,
                "cells": [{"text": doc.context.table[row, one], "figure": None} for one in columns],
            }
            for row in rows
        ],
    }
    assert planner() is planner()
    ledger = tmp_path / "ledger.json"
    ledger.write_text(json.dumps(data), "utf-8")

    def feed(document: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document.encode())))

    feed(text)
    assert await run("-", "--ledger", str(ledger)) == 0
    label = next(iter(doc.context.default_texts))
    feed("\n".join(line.replace(label, "—").replace(label.lower(), "—") for line in text.splitlines()))
    capsys.readouterr()
    assert await run("-", "--ledger", str(ledger)) == 1
    assert "unknowns.missing" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "ledger"),
    [(None, None), (b"", None), (b"\xff\xfe\x00", None), (b"# T", b"[]"), (b"# T", b"{"), (b"# T", b'{"figures": 3}')],
)
async def test_bad_input_is_a_user_error(content: bytes | None, ledger: bytes | None, tmp_path: Path) -> None:
    """A missing, empty or undecodable document and a ledger that is none are bad input, which the command exits 2 with."""
    if content is not None:
        (tmp_path / "plan.md").write_bytes(content)
    argv = [str(tmp_path / "plan.md")]
    if ledger is not None:
        (tmp_path / "ledger.json").write_bytes(ledger)
        argv += ["--ledger", str(tmp_path / "ledger.json")]
    with pytest.raises(UserError):
        await run(*argv)
