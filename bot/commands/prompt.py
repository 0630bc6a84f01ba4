"""`ai-strategy prompt`: print exactly what a model would be sent, system and user message apart."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_cost_options, add_language_option

if TYPE_CHECKING:
    from bot.domain.prompt import PromptMessage
    from bot.settings import Settings

DONE = 0
RULE = "=" * 20


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("prompt", help="print the prompt of a strategy exactly as it would be sent")
    parser.add_argument("words", nargs="*", help="industry and savings target, as somebody would type them")
    parser.add_argument("--basic", action="store_true", help="the prompt of the short overview")
    parser.add_argument("--as-typed", action="store_true", help="take an industry we do not know as it is typed")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: a list of {role, content}")
    add_cost_options(parser)
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the messages; returns the exit code. Raises UserError for words or values that cannot be taken."""
    messages = compose(args, settings)
    if args.format == "json":
        told = [{"role": message.role, "content": message.content} for message in messages]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        for message in messages:
            sys.stdout.write(f"{RULE} {message.role} {RULE}\n{message.content}\n")
    return DONE


def compose(args: argparse.Namespace, settings: "Settings") -> "tuple[PromptMessage, ...]":
    """Return the messages a model would be sent now; each call has a canary of its own, as each request has."""
    import secrets
    from datetime import UTC, datetime

    from bot.commands.ask import read_brief
    from bot.domain.prompt import prompt_values, strategy_messages
    from bot.generation.work import prepare
    from bot.services.books import Books
    from bot.services.clock import SystemClock
    from bot.services.industry_book import industry_book
    from bot.services.jinja_prompts import JinjaPrompts
    from bot.services.planner import Planner
    from bot.services.price_book import PriceBooks

    books = Books(PriceBooks(settings.price_book_overlay), industry_book())
    brief = read_brief(args, books.industries, settings.default_language)
    prompts, canary = JinjaPrompts(), secrets.token_hex(8)
    today = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC).date()
    work = prepare(brief, books, Planner(prompts), today=today, wish="", canary=canary)
    system = prompts.render(brief.kind, brief.language, prompt_values(brief, canary=canary))
    return strategy_messages(system, work.facts)
