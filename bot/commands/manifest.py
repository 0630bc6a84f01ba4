"""`ai-strategy manifest`: what a platform needs to know to install the bot."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_language_option

if TYPE_CHECKING:
    from bot.settings import Settings


def add_parser(subparsers: "argparse._SubParsersAction[Any]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("manifest", help="print what a platform needs to install the bot")
    platforms = parser.add_subparsers(dest="platform", required=True, metavar="PLATFORM")
    slack = platforms.add_parser("slack", help="the Slack app's manifest as JSON")
    slack.add_argument("--url", default="https://example.com", help="public https address of the web process")
    slack.add_argument("--socket", action="store_true", help="for Socket Mode, where no public address is needed")
    slack.add_argument("--oauth", action="store_true", help="for an app that many workspaces install")
    slack.add_argument(
        "--thread-replies", action="store_true", help="hear replies in its threads without a mention (reads channels)"
    )
    add_language_option(slack)


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print the manifest; returns the exit code."""
    return {"slack": _print_slack}[args.platform](args, settings)


def _print_slack(args: argparse.Namespace, settings: "Settings") -> int:
    from adapters.slack.manifest import build_manifest
    from bot.services.texts import load_texts

    manifest = build_manifest(
        load_texts(),
        args.lang or settings.default_language,
        url=args.url,
        socket=args.socket,
        thread_replies=args.thread_replies,
        many=args.oauth,
    )
    sys.stdout.write(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
    return 0
