"""`ai-strategy evaluate`: golden briefs against each configured model, and how often each check passes at once."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.commands.cost_options import add_cost_options, given_from
from bot.domain.brief import LANGUAGES, Brief, Given, Language
from bot.domain.errors import UserError

if TYPE_CHECKING:
    from bot.generation.finishing import Finished
    from bot.settings import Settings
    from bot.wiring import Desk

INDUSTRIES = ("finance", "healthcare", "retail", "public-sector")
TARGETS = (20.0, 40.0, 60.0)
CHECKS = ("phases", "tco", "risks", "figures", "target", "tools", "form", "safety")
"""The families of findings a written section can have; a document passes one when it has none of its findings."""


@dataclass(frozen=True, slots=True)
class Score:
    """Be how one model did: shares are percent of the documents, `whole` those that needed no planner."""

    model: str
    documents: int
    whole_percent: float
    clean_percent: float
    checks_percent: dict[str, float]
    mean_seconds: float
    tokens: int


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("evaluate", help="compare models on golden briefs before you switch")
    parser.add_argument("--industries", default=",".join(INDUSTRIES), help="industry ids, separated by commas")
    parser.add_argument("--targets", default="20,40,60", help="targets in percent, separated by commas")
    parser.add_argument("--langs", default=",".join(LANGUAGES), help="languages, separated by commas")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    add_cost_options(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Write every brief with every endpoint and print a row for each model; returns the exit code."""
    from bot.wiring import each_endpoint, open_desk

    alone = each_endpoint(settings)
    if not alone:
        raise UserError("error.evaluate.no_model")
    scores = []
    for one in alone:
        async with open_desk(one) as desk:
            briefs = tuple(_briefs(args, desk))
            scores.append(await _score(desk, briefs))
    if args.format == "json":
        sys.stdout.write(json.dumps([asdict(score) for score in scores], ensure_ascii=False, indent=2) + "\n")
    else:
        _print_table(scores)
    return 0


def _briefs(args: argparse.Namespace, desk: "Desk") -> Iterator[Brief]:
    """Yield the golden briefs; raises UserError for a value that is not known."""
    given: Given = given_from(args)
    for industry in args.industries.split(","):
        if industry not in desk.books.industries:
            raise UserError("error.cost.unknown", name="--industries", value=industry, allowed=", ".join(INDUSTRIES))
        for target in _targets(args.targets):
            for language in args.langs.split(","):
                if language not in LANGUAGES:
                    raise UserError("error.cost.unknown", name="--langs", value=language, allowed=", ".join(LANGUAGES))
                yield Brief(
                    kind="pro",
                    industry=industry,
                    industry_label=desk.books.industries.name(industry, language),
                    target_percent=target,
                    language=language,
                    given=given,
                    seed=args.seed,
                )


def _targets(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise UserError("error.cost.unknown", name="--targets", value=text, allowed="20,40,60") from None


async def _score(desk: "Desk", briefs: Sequence[Brief]) -> Score:
    failed: Counter[str] = Counter()
    whole, clean, seconds, tokens = 0, 0, 0.0, 0
    for number, brief in enumerate(briefs, start=1):
        finished: Finished = await desk.write(brief, watch=_Silent(brief.language), plan=f"evaluate-{uuid4().hex}/1/1")
        meta, findings = finished.document["meta"], finished.document["findings"]
        families = {finding["id"].partition(".")[0] for finding in findings}
        failed.update(families)
        whole += meta["written_by"] == "model"
        clean += not families and meta["written_by"] == "model"
        seconds += meta["seconds"]
        tokens += meta["tokens"]
        sys.stderr.write(f"· {desk.endpoints[0].name} {number}/{len(briefs)}\n")
    count = len(briefs)
    return Score(
        model=desk.endpoints[0].name,
        documents=count,
        whole_percent=round(100 * whole / count, 1),
        clean_percent=round(100 * clean / count, 1),
        checks_percent={check: round(100 * (count - failed[check]) / count, 1) for check in CHECKS},
        mean_seconds=round(seconds / count, 2),
        tokens=tokens,
    )


def _print_table(scores: Sequence[Score]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "documents", "whole %", "clean %", *(f"{check} %" for check in CHECKS), "s", "tokens")
    for one in scores:
        checks = (f"{one.checks_percent[check]:g}" for check in CHECKS)
        numbers = (
            f"{one.whole_percent:g}",
            f"{one.clean_percent:g}",
            *checks,
            f"{one.mean_seconds:g}",
            str(one.tokens),
        )
        table.add_row(one.model, str(one.documents), *numbers)
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200).print(table)


@dataclass(frozen=True, slots=True)
class _Silent:
    """Look on without a word."""

    language: Language

    async def progressed(self, stage: str, section: object = None) -> None:
        """Say nothing."""

    async def restarted(self) -> None:
        """Say nothing."""

    async def shown(self, section: object) -> None:
        """Show nothing."""

    async def stopped(self) -> bool:
        """Never stop."""
        return False

    async def noted(self) -> None:
        """Note nothing."""
        return
