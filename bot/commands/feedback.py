"""`ai-strategy feedback`: what people thought of their plans, with the prompt and the model each is about."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.commands.process import require_redis

if TYPE_CHECKING:
    from bot.settings import Settings

MOST = 1_000


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("feedback", help="list judgements of plans, one JSON object a line; needs REDIS_URL")
    parser.add_argument("--most", type=int, default=MOST, help=f"so many of the newest at most ({MOST})")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the newest judgements first; returns the exit code."""
    require_redis(settings, "feedback")
    from bot.services.redis_store import open_store
    from bot.wiring import store_options

    async with open_store(settings.redis_url, store_options(settings)) as store:
        for judgement in await store.judgements.newest(max(args.most, 0)):
            row = {"schema_version": 1, **asdict(judgement)}
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0
