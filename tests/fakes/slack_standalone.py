"""Run the fake Slack outside of tests: by hand beside any bot, or around the bot of `ai-strategy run --fake-slack`."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.fakes.slack_server import SlackServer


@dataclass(frozen=True, slots=True)
class Stage:
    """Be a running fake Slack: what a bot must be told to live in it, and how it is told where that bot listens."""

    address: str
    settings: Mapping[str, str]
    connect: Callable[[str], None]


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Run a fake Slack on a free port of this machine; `settings` are the environment of the bot."""
    async with SlackServer() as slack:
        settings = {
            "SLACK_API_URL": slack.base_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
        }
        yield Stage(slack.address, settings, slack.connect)


def main(argv: Sequence[str] | None = None) -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.slack_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--request-url", default="", help="where the bot listens; without it, Socket Mode is used")
    args = parser.parse_args(argv)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(args.port, args.request_url))


async def serve(port: int, request_url: str) -> None:
    """Serve until interrupted; prints the address of the page, and what to set for a bot."""
    async with SlackServer(port=port, request_url=request_url) as slack:
        print(slack.address, flush=True)
        print(
            f"SLACK_API_URL={slack.base_url}\nSLACK_BOT_TOKEN={slack.bot_token}\nSLACK_APP_TOKEN={slack.app_token}\n"
            f"SLACK_SIGNING_SECRET={slack.signing_secret}",
            file=sys.stderr,
            flush=True,
        )
        await asyncio.Event().wait()
