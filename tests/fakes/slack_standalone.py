"""Run the fake Slack by hand: prints its address and what to set, then serves until interrupted."""

import argparse
import asyncio
import contextlib
import os
import stat
import sys
from collections.abc import Sequence

from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, BOT, GENERAL


def main(argv: Sequence[str] | None = None) -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.slack_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--request-url", default="", help="where the bot listens; without it, Socket Mode is used")
    args = parser.parse_args(argv)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(args.port, args.request_url))


async def serve(port: int, request_url: str) -> None:
    """Serve, and take lines from standard input as what Ana types: `/ai-strategy finance 40`, or a mention."""
    async with SlackServer(port=port, request_url=request_url) as slack:
        print(slack.address, flush=True)
        print(
            f"base_url {slack.base_url}\nbot token {slack.bot_token}\napp token {slack.app_token}\n"
            f"signing secret {slack.signing_secret}\nType as Ana in #general: /ai-strategy finance 40, or any sentence.",
            file=sys.stderr,
            flush=True,
        )
        await _listen(slack)
        await asyncio.Event().wait()


async def _listen(slack: SlackServer) -> None:
    if not (sys.stdin.isatty() or stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)):
        return
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().strip():
        if line.startswith("/"):
            command, _, text = line.partition(" ")
            outcome = await slack.people.send_command(ANA, GENERAL, text, command=command)
            print(f"answered {outcome.status}", file=sys.stderr, flush=True)
        else:
            await slack.people.say(ANA, GENERAL, f"<@{BOT}> {line}")
