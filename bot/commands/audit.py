"""`ai-strategy audit`: who had which plan generated, shared, exported or deleted, with prompt, model and price book."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, get_args

from bot.audit_ports import What
from bot.commands.cost_options import read_as
from bot.commands.process import require_redis

if TYPE_CHECKING:
    from bot.settings import Settings


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("audit", help="list who did what with which plan, one JSON object a line")
    # Our reader says which form of day is wanted, in the operator's language; argparse would name a function of ours.
    since = read_as(date, "--since")
    parser.add_argument("--since", type=since, default=date.min, help="first day, as 2026-11-01 (UTC)")
    parser.add_argument("--what", choices=get_args(What), help="only these")
    parser.add_argument("--user", help="only this user's")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the lines, oldest first; returns the exit code."""
    require_redis(settings, "audit")
    from bot.services.redis_audit import MOST_LINES
    from bot.services.redis_store import open_store
    from bot.wiring import store_options

    began = max(0, int(datetime.combine(args.since, time.min, UTC).timestamp() * 1000))
    async with open_store(settings.redis_url, store_options(settings)) as store:
        for deed in await store.audit.since(began, most=MOST_LINES):
            if args.what in (None, deed.what) and args.user in (None, deed.user):
                row = {"schema_version": 1, **asdict(deed), "user": deed.user or None}
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0
