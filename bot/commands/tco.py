"""`ai-strategy tco`: compute what every option costs, and print it as table, JSON or CSV."""

import argparse
import csv
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_choice, add_cost_options, add_language_option, given_from, read_as
from bot.domain.errors import UserError

if TYPE_CHECKING:
    from bot.domain.brief import Language
    from bot.domain.verdict import Assessment
    from bot.settings import Settings

DONE = 0
PAGE_WIDTH = 140
"""Columns of a table that goes into a file or a pipe."""
CSV_FIELDS = ("year_usd", "horizon_usd", "saving_percent", "replicas", "gpus", "reason", "operator_rows")
"""Columns after the option; `operator_rows` names the operator's own rows behind the line."""


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("tco", help="compare the costs of closed, hosted, private-cloud and on-premise")
    parser.add_argument(
        "--target", type=read_as(float, "--target"), metavar="PERCENT", help="savings target in percent (40)"
    )
    add_choice(parser, "--format", choices=("table", "json", "csv"), default="table", text="what is printed")
    add_cost_options(parser)
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the costs; returns the exit code. Raises UserError for a value that cannot be taken."""
    from bot.domain.ledger import build_ledger
    from bot.services.tco_json import tco_object

    language = args.lang or settings.default_language
    assessment = _assess(args, settings)
    if args.format == "json":
        told = tco_object(assessment, build_ledger(assessment), language)
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    elif args.format == "csv":
        _print_csv(assessment)
    else:
        _print_table(assessment, language)
    return DONE


def _assess(args: argparse.Namespace, settings: "Settings") -> "Assessment":
    import numpy as np

    from bot.domain.brief import TARGET_MAX, TARGET_MIN_EXCLUSIVE
    from bot.domain.cost.checks import plain
    from bot.domain.verdict import assess
    from bot.services.clock import SystemClock
    from bot.services.price_book import PriceBooks

    if args.target is not None and not TARGET_MIN_EXCLUSIVE < args.target <= TARGET_MAX:
        raise UserError("error.cost.range", name="--target", value=plain(args.target), low=0, high=plain(TARGET_MAX))
    if args.target is not None and args.target < 1:
        raise UserError("error.cost.fraction", name="--target", value=args.target, percent=plain(args.target * 100))
    books = PriceBooks(settings.price_book_overlay)
    today = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC).date()
    rng = np.random.default_rng(args.seed)
    return assess(given_from(args), args.target, books.book, books.catalogue, today=today, rng=rng)


def _print_csv(assessment: "Assessment") -> None:
    from bot.domain.cost.alternatives import rows_of

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("option", *CSV_FIELDS))
    inputs, theirs = assessment.inputs, set(assessment.operator_rows)
    for option, cost in assessment.options.items():
        own = " ".join(row for row in rows_of(inputs, option) if row in theirs) if cost.available else None
        writer.writerow((option, *(getattr(cost, name) for name in CSV_FIELDS[:-1]), own))


def _print_table(assessment: "Assessment", language: "Language") -> None:
    from rich.console import Console

    from bot.services.tco_view import view_costs

    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else PAGE_WIDTH)
    for part in view_costs(assessment, language):
        console.print(part)
