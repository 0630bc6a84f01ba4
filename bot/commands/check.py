"""`ai-strategy check`: tests settings, data, store, platforms and models, and says what to do about each failure."""

import argparse
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_language_option
from bot.domain.brief import Language
from bot.domain.errors import BotError, ChatError, DataError

if TYPE_CHECKING:
    from bot.services.texts import YamlTexts
    from bot.settings import Settings
    from bot.wiring import Desk

DONE = 0
FAILED = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """Be the result of one check; `problem` and `remedy` are sentences, None when all is well.

    What is ok and has a remedy is a warning: it may be well, and that could not be found out.
    """

    id: str
    ok: bool
    problem: str | None = None
    remedy: str | None = None


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("check", help="test settings, data, store and model, and say what to do")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_language_option(parser)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print one line for each check; returns 0 when all is well, else 3."""
    from bot.services.texts import load_texts

    texts, language = load_texts(), args.lang or settings.default_language
    checked = [one async for one in _check(settings, texts, language)]
    if args.format == "json":
        sys.stdout.write(json.dumps([asdict(one) for one in checked], ensure_ascii=False, indent=2) + "\n")
    else:
        for one in checked:
            head = "FAIL" if not one.ok else "warn" if one.remedy else "ok  "
            sys.stdout.write(f"{head} {one.id}{f': {one.problem}' if one.problem else ''}\n")
            if one.remedy:
                sys.stdout.write(f"     {one.remedy}\n")
    return DONE if all(one.ok for one in checked) else FAILED


async def _check(settings: "Settings", texts: "YamlTexts", language: Language) -> AsyncIterator[Checked]:
    yield Checked("settings", ok=True)  # a wrong setting ended the program before it came here
    async for one in _check_data(settings, texts, language):
        yield one
    async for one in _check_store(settings, texts, language):
        yield one
    async for one in _check_bot(settings, texts, language):
        yield one


async def _check_data(settings: "Settings", texts: "YamlTexts", language: Language) -> AsyncIterator[Checked]:
    from bot.services.industry_book import industry_book
    from bot.services.price_book import PriceBooks

    readers: dict[str, Callable[[], object]] = {
        "price_book": lambda: PriceBooks(settings.price_book_overlay),
        "industries": industry_book,
    }
    for name, read in readers.items():
        try:
            read()
        except BotError as error:
            remedy = texts.say("remedy.data", language)
            yield Checked(name, ok=False, problem=texts.say(error.text, language, **error.params), remedy=remedy)
        else:
            yield Checked(name, ok=True)


async def _check_store(settings: "Settings", texts: "YamlTexts", language: Language) -> AsyncIterator[Checked]:
    from bot.services.redis_check import check_store

    if settings.redis_url is None:
        yield Checked("store", ok=True, problem=texts.say("console.embedded", language))
        return
    problem = await check_store(settings.redis_url)
    if problem is None:
        yield Checked("store", ok=True)
        return
    said = texts.say(problem.text, language, **problem.params)
    yield Checked("store", ok=False, problem=said, remedy=texts.say(f"remedy.{problem.code}", language))


async def _check_bot(settings: "Settings", texts: "YamlTexts", language: Language) -> AsyncIterator[Checked]:
    """Open the bot once, without a door that listens, and check what it is made of.

    The store has a check of its own, and a broken one must not hide what is wrong with the rest.
    """
    from bot.wiring import open_desk

    alone = settings.model_copy(update={"redis_url": None})
    async with AsyncExitStack() as stack:
        try:
            desk = await stack.enter_async_context(open_desk(alone))
        except DataError:
            return  # the data have a check of their own
        except BotError as error:
            yield _wrong_setting(error, texts, language)
            return
        async for one in _check_platforms(desk, alone, language):
            yield one
        async for one in _check_slack_token(desk, alone, language):
            yield one
        async for one in _check_models(desk, alone, language):
            yield one


def _wrong_setting(error: BotError, texts: "YamlTexts", language: Language) -> Checked:
    said = texts.say(error.text, language, **error.params)
    return Checked("platforms", ok=False, problem=said, remedy=texts.say("remedy.settings", language))


async def _check_platforms(desk: "Desk", settings: "Settings", language: Language) -> AsyncIterator[Checked]:
    """Open the platforms: a token that no door belongs to would wait in silence."""
    from bot.wiring import open_services_at

    texts, door = desk.texts, _has_slack_door(settings)
    if (settings.slack_bot_token.get_secret_value() or settings.slack_client_id) and not door:
        said = texts.say("check.slack_no_door", language)
        yield Checked("slack", ok=False, problem=said, remedy=texts.say("remedy.slack_no_door", language))
    try:
        async with open_services_at(desk, settings, {}, with_doors=False):
            pass
    except BotError as error:
        yield _wrong_setting(error, texts, language)
    else:
        alone = not (door or settings.teams_app_id or settings.teams_auth == "none")
        yield Checked("platforms", ok=True, problem=texts.say("check.no_platform", language) if alone else None)


def _has_slack_door(settings: "Settings") -> bool:
    return bool(settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value())


async def _check_slack_token(desk: "Desk", settings: "Settings", language: Language) -> AsyncIterator[Checked]:
    """Ask Slack whether it takes the bot's token; one that a workspace was given at its installation is its own."""
    token = settings.slack_bot_token.get_secret_value()
    if not token or settings.slack_client_id or not _has_slack_door(settings):
        return
    from adapters.slack.proof import prove_token
    from bot.services.redis_slack import RedisSlack

    budget = RedisSlack(desk.store.scripts, desk.clock)
    try:
        await prove_token(token, base_url=settings.slack_api_url, budget=budget, clock=desk.clock)
    except ChatError as error:
        how = "refused" if error.final else "unasked"
        said = desk.texts.say(f"check.slack_{how}", language, reason=error.params["reason"])
        remedy = desk.texts.say(f"remedy.slack_{how}", language)
        yield Checked("slack.token", ok=not error.final, problem=said, remedy=remedy)
    else:
        yield Checked("slack.token", ok=True)


async def _check_models(desk: "Desk", settings: "Settings", language: Language) -> AsyncIterator[Checked]:
    texts = desk.texts
    if settings.openai_base_url is None and not settings.model_fallbacks:
        yield Checked("model", ok=True, problem=texts.say("check.no_model", language))
        return
    for warning in desk.warnings(language):
        yield Checked("model.lifecycle", ok=True, problem=warning)
    for endpoint in desk.endpoints:
        if desk.model is None:
            continue
        probe = await desk.model.probe(endpoint.name)
        yield Checked(
            f"model:{endpoint.name}",
            ok=probe.ok,
            problem=texts.say(probe.problem, language, **(probe.params or {})) if probe.problem else None,
            remedy=texts.say(probe.remedy, language) if probe.remedy else None,
        )
