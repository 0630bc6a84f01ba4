"""`ai-strategy manifest`: what a platform needs to know to install the bot."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.cost_options import add_language_option
from bot.domain.errors import UserError

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
    teams = platforms.add_parser("teams", help="the Teams app package as a zip")
    teams.add_argument("--out", required=True, help="file to write the zip to")
    teams.add_argument("--app-id", default="", help="id of the Azure Bot's app; TEAMS_APP_ID when left out")
    teams.add_argument("--publisher", default="AI Strategy", help="who runs the bot, at most 32 characters")
    teams.add_argument("--url", default="https://example.com", help="their site; /privacy and /terms under it")
    teams.add_argument("--version", default="1.0.0", help="version of the package: raise it for an update")


async def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Print or write the manifest; returns the exit code."""
    return {"slack": _print_slack, "teams": _write_teams}[args.platform](args, settings)


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


def _write_teams(args: argparse.Namespace, settings: "Settings") -> int:
    from adapters.teams.manifest import Publisher, build_package
    from bot.services.texts import load_texts

    publisher = Publisher(
        app_id=args.app_id or settings.teams_app_id, name=args.publisher, url=args.url, version=args.version
    )
    package = build_package(publisher, load_texts())
    try:
        Path(args.out).write_bytes(package)
    except OSError as error:
        raise UserError("error.manifest.out", file=args.out, reason=error.strerror) from error
    return 0
