"""`ai-strategy ask`: one strategy in one go, section by section on standard output, or as JSON."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.commands.cost_options import add_choice, add_cost_options, add_language_option, given_from
from bot.domain.brief import TARGET_MAX, Brief, Given, Language
from bot.domain.errors import UserError
from bot.domain.industries import IndustryBook
from bot.domain.slots import TEXT_MAX, Understood, understand
from bot.domain.talk.filling import merge_given
from bot.domain.terms import title

if TYPE_CHECKING:
    from bot.settings import Settings


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("ask", help="write a strategy: ask finance 40")
    parser.add_argument("words", nargs="*", help="industry, target and perhaps the spend, as one would type them")
    parser.add_argument("--basic", action="store_true", help="the short overview; only the industry is needed")
    parser.add_argument("--as-typed", action="store_true", help="take an industry we do not know as it is typed")
    add_choice(parser, "--format", choices=("markdown", "json"), default="markdown", text="what is printed")
    add_cost_options(parser)
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Write the strategy and print it; returns the exit code."""
    from adapters.console.printing import Printing
    from bot.wiring import open_desk

    async with open_desk(settings) as desk:
        brief = read_brief(args, desk.books.industries, settings.default_language)
        as_json = args.format == "json"
        for warning in desk.warnings(brief.language):
            sys.stderr.write(warning + "\n")
        watch = Printing(
            title=title(brief.language, brief.industry_label),
            language=brief.language,
            texts=desk.texts,
            sections=None if as_json else sys.stdout,
            progress=sys.stderr,
        )
        finished = await desk.write(brief, watch=watch, plan=f"ask-{uuid4().hex}/1/1")
        if as_json:
            sys.stdout.write(json.dumps(finished.document, ensure_ascii=False, indent=2) + "\n")
        sys.stderr.write("\n".join((*finished.notices, finished.footer)) + "\n")
    return 0


def read_brief(args: argparse.Namespace, book: IndustryBook, default: Language) -> Brief:
    """Return what the words and options ask for. Raises UserError with a sentence in the language of the words."""
    understood = understand(" ".join(args.words), book, hint=args.lang or default)
    language: Language = args.lang or understood.language
    args.lang = language  # what goes wrong from here on is said in the language of the words
    _refuse(understood, book, language, as_typed=args.as_typed)
    basic = args.basic or understood.kind == "basic"
    if understood.target_percent is None and not basic:
        raise UserError("error.ask.target")
    name = book.name(understood.industry, language) if understood.industry else understood.industry_typed
    if not name:
        raise UserError("error.ask.industry")
    return Brief(
        kind="basic" if basic else "pro",
        industry=understood.industry,
        industry_label=name,
        target_percent=understood.target_percent,
        language=language,
        given=merge_given(_said_of_costs(understood), given_from(args)),
        seed=args.seed,
    )


def _said_of_costs(understood: Understood) -> Given:
    """Return what the words say about costs; an option says it more exactly and counts before them."""
    return Given(
        monthly_spend=understood.monthly_spend, currency=understood.currency, closed_model=understood.closed_model
    )


def _refuse(understood: Understood, book: IndustryBook, language: Language, *, as_typed: bool) -> None:
    """Raise what is wrong with the words, if anything is."""
    if understood.spend_unread:
        raise UserError("spend.unread")
    match understood.problem:
        case "empty":
            raise UserError("error.ask.empty")
        case "too_long":
            raise UserError("say.too_long", limit=TEXT_MAX)
        case "out_of_range":
            raise UserError("error.ask.out_of_range", said=understood.said or 0, most=TARGET_MAX)
        case "fraction":
            raise UserError("error.ask.fraction", said=understood.said or 0, suggestion=understood.suggestion or 0)
        case "range":
            raise UserError("error.ask.range", low=understood.low or 0, high=understood.high or 0)
        case "unknown_industry" if not as_typed:
            typed = understood.industry_typed or ""
            nearest = ", ".join(book.name(one, language) for one in book.nearest(typed))
            raise UserError("error.ask.unknown_industry", typed=typed, nearest=nearest)
