"""`ai-strategy evaluate`: golden briefs against each configured model, and how often each check passes at once."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.commands.cost_options import add_choice, add_cost_options, given_from, read_as
from bot.domain.brief import LANGUAGES, TARGET_MAX, TARGET_MIN_EXCLUSIVE, Brief, Given, Language
from bot.domain.cost.checks import plain
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
    """Be how one model did: shares are percent of the documents, `whole` those that needed no planner.

    `checks_percent` is among the documents the model delivered: an endpoint that fails passes no check.
    """

    model: str
    documents: int
    whole_percent: float
    clean_percent: float
    checks_percent: dict[str, float | None]
    mean_seconds: float
    tokens: int


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("evaluate", help="compare models on golden briefs before you switch")
    parser.add_argument("--industries", default=",".join(INDUSTRIES), help="industry ids, separated by commas")
    parser.add_argument("--targets", default="20,40,60", help="targets in percent, separated by commas")
    parser.add_argument("--langs", default=",".join(LANGUAGES), help="languages, separated by commas")
    add_choice(parser, "--format", choices=("table", "json"), default="table", text="what is printed")
    add_cost_options(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Write every brief with every endpoint and print a row for each model; returns the exit code."""
    from bot.endpoints import each_endpoint
    from bot.wiring import open_desk

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
    targets = tuple(read_as(float, "--targets")(part) for part in text.split(","))
    for target in targets:
        if not TARGET_MIN_EXCLUSIVE < target <= TARGET_MAX:
            raise UserError("error.cost.range", name="--targets", value=plain(target), low=0, high=plain(TARGET_MAX))
    return targets


async def _score(desk: "Desk", briefs: Sequence[Brief]) -> Score:
    failed: Counter[str] = Counter()
    judged, whole, clean, seconds, tokens = 0, 0, 0, 0.0, 0
    for number, brief in enumerate(briefs, start=1):
        finished: Finished = await desk.write(brief, watch=_Silent(brief.language), plan=f"evaluate-{uuid4().hex}/1/1")
        meta, findings = finished.document["meta"], finished.document["findings"]
        families = {finding["id"].partition(".")[0] for finding in findings}
        failed.update(families)
        judged += not str(meta["fallback_reason"]).startswith("error.model")
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
        checks_percent={check: _passed(failed[check], judged) for check in CHECKS},
        mean_seconds=round(seconds / count, 2),
        tokens=tokens,
    )


def _passed(failed: int, judged: int) -> float | None:
    """Return the rate in percent among the documents a model delivered; None where it delivered none."""
    return round(100 * (judged - failed) / judged, 1) if judged else None


def _print_table(scores: Sequence[Score]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "documents", "whole %", "clean %", *(f"{check} %" for check in CHECKS), "s", "tokens")
    for one in scores:
        rates = (one.checks_percent[check] for check in CHECKS)
        checks = ("–" if rate is None else f"{rate:g}" for rate in rates)
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
