"""`ai-strategy understand`: prints what the bot understands of a text, or of each line of standard input."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from bot.domain.slots import understand
from bot.services.industry_book import industry_book

if TYPE_CHECKING:
    from bot.domain.industries import IndustryBook
    from bot.settings import Settings

DONE = 0
BAD_INPUT = 2


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("understand", help="show what the bot understands of a text")
    parser.add_argument("text", nargs="*", help="the text, as somebody would type it")
    parser.add_argument("--lines", action="store_true", help="read standard input, one text on each line")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print one JSON object for the text, or one for each line in the same order; returns the exit code."""
    del settings  # understanding needs none, but every command is called alike
    if args.lines == bool(args.text):
        sys.stderr.write("ai-strategy understand: give either a text or --lines\n")
        return BAD_INPUT
    book = industry_book()
    texts = _lines(sys.stdin.buffer) if args.lines else iter([" ".join(args.text)])
    for text in texts:
        sys.stdout.write(object_of(text, book) + "\n")
    return DONE


def object_of(text: str, book: "IndustryBook") -> str:
    """Return the JSON of one text: industry, target_percent, language, problem; unknown is null."""
    found = understand(text, book)
    target = found.target_percent
    return json.dumps(
        {
            "industry": found.industry,
            "target_percent": int(target) if target is not None and target.is_integer() else target,
            "language": found.language,
            "problem": found.problem,
        },
        ensure_ascii=False,
    )


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Yield the lines of a byte stream; bytes that are no UTF-8 become replacement characters."""
    for line in stream:
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")
