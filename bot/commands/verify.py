"""`ai-strategy verify`: checks any strategy in Markdown, ours or one that somebody got elsewhere."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_language_option, read_as
from bot.domain.errors import UserError

if TYPE_CHECKING:
    from bot.domain.verify import CheckContext, Finding
    from bot.settings import Settings

PASSED, FOUND = 0, 1
LARGEST = 2_000_000
"""Bytes of a file that are read; a strategy has six pages."""


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("verify", help="check a strategy in Markdown")
    parser.add_argument("file", metavar="FILE", help="the document, - for standard input")
    parser.add_argument("--industry", help="the industry the plan is for")
    parser.add_argument(
        "--target", type=read_as(float, "--target"), metavar="PERCENT", help="savings target in percent"
    )
    parser.add_argument("--kind", choices=("pro", "basic"), help="kind of document (that of the ledger, else pro)")
    parser.add_argument("--ledger", metavar="FILE", help="JSON of `ask`, whose figures the document must show")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the findings; returns 0 for none, 1 for some. Raises UserError for what cannot be read."""
    from bot.domain.verify import check_document
    from bot.services.finding_texts import load_findings

    markdown = _read(args.file)
    data = _ledger(args.ledger) if args.ledger else {}
    language = args.lang or data.get("language") or settings.default_language
    found = check_document(markdown, _context(args, data, language))
    told = [finding.as_json(load_findings()[language]) for finding in found]
    sys.stdout.write(_json(told) if args.format == "json" else _text(found, told))
    return FOUND if found else PASSED


def _json(told: "list[dict[str, Any]]") -> str:
    passed = not told
    return json.dumps({"schema_version": 1, "passed": passed, "findings": told}, ensure_ascii=False, indent=2) + "\n"


def _text(found: "tuple[Finding, ...]", told: "list[dict[str, Any]]") -> str:
    lines = [
        f"{finding.line:>5}  {finding.id:<22} {one['sentence']}\n" for finding, one in zip(found, told, strict=True)
    ]
    return "".join(lines)


def _read(name: str) -> str:
    shown = "stdin" if name == "-" else name
    try:
        raw = sys.stdin.buffer.read(LARGEST + 1) if name == "-" else _bytes(Path(name))
    except OSError as error:
        raise UserError("error.file.unreadable", file=shown) from error
    if len(raw) > LARGEST:
        raise UserError("error.file.large", file=shown, most=LARGEST)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError("error.file.text", file=shown) from error
    if not text.strip():
        raise UserError("error.file.empty", file=shown)
    return text


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _ledger(name: str) -> "dict[str, Any]":
    try:
        data = json.loads(_read(name))
    except json.JSONDecodeError as error:
        raise UserError("error.file.json", file=name) from error
    if not isinstance(data, dict):
        raise UserError("error.file.json", file=name)
    return data


def _context(args: argparse.Namespace, data: "dict[str, Any]", language: str) -> "CheckContext":
    """Put together what the document is checked against: the ledger's own words go before the options."""
    from bot.domain.brief import Language
    from bot.domain.checks.ledger_file import context_of
    from bot.domain.verify import names_of
    from bot.services.price_book import PriceBooks

    told: Language = language  # type: ignore[assignment]  # one of the choices of --lang, or checked by the ledger
    return context_of(
        data,
        language=told,
        kind=args.kind,
        target_percent=args.target,
        names=names_of(PriceBooks().catalogue),
        industry=_industry(args.industry) if args.industry else (),
    )


def _industry(typed: str) -> tuple[str, ...]:
    """Return the names of an industry in all languages, its own first; what we do not know stays as typed."""
    from bot.services.industry_book import industry_book

    book = industry_book()
    found = book.find(typed).industry
    if found is None:
        return (typed,)
    known = book.industries[found]
    return (*known.name.values(), *(alias for aliases in known.aliases.values() for alias in aliases))
