"""`ai-strategy prices`: the rows of the price book with value, source, date, age, status and owner."""

import argparse
import csv
import json
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_choice, add_language_option, read_as

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.brief import Language
    from bot.domain.prices import Lifecycle, PriceBook, Row
    from bot.settings import Settings

DONE = 0
PAGE_WIDTH = 140
"""Columns of a table that goes into a file or a pipe."""
FIELDS = ("id", "value", "low", "high", "unit", "source", "seen_on", "age_days", "status", "owner")


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("prices", help="show the price book: every row with source, date, age and status")
    parser.add_argument("prefix", nargs="?", default="", help="only rows whose id begins so, such as closed.gpt-4o")
    parser.add_argument(
        "--as-of", type=read_as(date, "--as-of"), metavar="YYYY-MM-DD", help="day the age is counted to"
    )
    add_choice(parser, "--format", choices=("table", "json", "csv"), default="table", text="what is printed")
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the rows; returns the exit code. Raises DataError that names file, row and reason."""
    from bot.services.clock import SystemClock
    from bot.services.price_book import PriceBooks

    book = PriceBooks(settings.price_book_overlay).book
    as_of = args.as_of or datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC).date()
    rows = [row for row in book.rows.values() if row.id.startswith(args.prefix)]
    language = args.lang or settings.default_language
    if args.format == "json":
        sys.stdout.write(json.dumps(_object(book, rows, as_of), ensure_ascii=False, indent=2) + "\n")
    elif args.format == "csv":
        writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_row(row, as_of) for row in rows)
    else:
        _print_table(rows, as_of, language)
    _warn(rows, as_of, language)
    return DONE


def _row(row: "Row", as_of: date) -> dict[str, Any]:
    from bot.domain.prices import age_days

    told = {name: getattr(row, name) for name in ("id", "value", "low", "high", "unit", "source", "status", "owner")}
    return told | {"seen_on": row.seen_on.isoformat(), "age_days": age_days(row, as_of=as_of)}


def _object(book: "PriceBook", rows: "Iterable[Row]", as_of: date) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "price_book_date": book.as_of.isoformat(),
        "as_of": as_of.isoformat(),
        "rows": [_row(row, as_of) for row in rows],
        "lifecycles": [_lifecycle(item) for item in book.lifecycles.values()],
    }


def _lifecycle(item: "Lifecycle") -> dict[str, Any]:
    return {
        "model": item.model,
        "shutdown": item.shutdown.isoformat(),
        "successor": item.successor,
        "source": item.source,
        "seen_on": item.seen_on.isoformat(),
        "status": item.status,
    }


def _print_table(rows: "Iterable[Row]", as_of: date, language: "Language") -> None:
    from rich.console import Console
    from rich.table import Table

    from bot.domain.ledger import format_value
    from bot.domain.prices import age_days
    from bot.services.labels import load_labels

    labels, table = load_labels(), Table()
    sources: dict[str, int] = {}
    for key in ("row", "value", "range", "source", "seen_on", "age", "status", "owner"):
        right = key in {"value", "range", "source", "age"}
        table.add_column(labels.say(f"cli.{key}", language), justify="right" if right else "left", overflow="fold")
    for row in rows:
        low, high = (format_value(value, "number", language) for value in (row.low, row.high))
        table.add_row(
            row.id,
            format_value(row.value, row.unit, language),
            f"{low} – {high}" if row.low < row.high else "",
            f"({sources.setdefault(row.source, len(sources) + 1)})",
            row.seen_on.isoformat(),
            str(age_days(row, as_of=as_of)),
            labels.say(f"status.{row.status}", language),
            labels.say(f"owner.{row.owner}", language),
        )
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else PAGE_WIDTH)
    console.print(table)
    for source, number in sources.items():
        console.print(f"({number}) {source}", markup=False)


def _warn(rows: "Iterable[Row]", as_of: date, language: "Language") -> None:
    from bot.domain.prices import stale_rows
    from bot.services.labels import load_labels

    stale = stale_rows(rows, as_of=as_of)
    if stale:
        sys.stderr.write(load_labels().say("note.stale", language, rows=", ".join(stale)) + "\n")
