"""`ai-strategy feedback`: what people thought of their plans, with the prompt and the model each is about."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.commands.process import require_redis

if TYPE_CHECKING:
    from bot.ports import Judgement
    from bot.settings import Settings

MOST = 1_000


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("feedback", help="list judgements of plans, one JSON object a line; needs REDIS_URL")
    parser.add_argument("--most", type=int, default=MOST, help=f"so many of the newest at most ({MOST})")
    parser.add_argument("--summary", action="store_true", help="count by prompt and model in place of listing")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the newest judgements first, or how many there are of each; returns the exit code."""
    require_redis(settings, "feedback")
    from bot.services.redis_store import open_store
    from bot.wiring import store_options

    async with open_store(settings.redis_url, store_options(settings)) as store:
        found = await store.judgements.newest(max(args.most, 0))
    for row in _count(found) if args.summary else map(asdict, found):
        sys.stdout.write(json.dumps({"schema_version": 1, **row}, ensure_ascii=False) + "\n")
    return 0


def _count(found: "Sequence[Judgement]") -> Iterator[dict[str, object]]:
    """Yield the counts for each prompt and model, those with most judgements first."""
    counts = Counter((one.prompt_version, one.model, one.verdict == "good") for one in found)
    pairs = Counter((one.prompt_version, one.model) for one in found)
    for (prompt, model), _ in pairs.most_common():
        good, bad = (counts[prompt, model, is_good] for is_good in (True, False))
        yield {"prompt_version": prompt, "model": model, "good": good, "bad": bad}
