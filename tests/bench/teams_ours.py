"""The web process of the bot with its loop watched: `python -m tests.bench.teams_ours STALL_PORT`."""

import argparse
import asyncio
import os
import sys

from bot.commands import web
from bot.settings import read_settings
from tests.bench.stall import watched


async def serve(port: int) -> int:
    """Serve as `ai-strategy web` does."""
    async with watched(port):
        return await web.run(argparse.Namespace(command="web"), read_settings(os.environ))


if __name__ == "__main__":
    sys.exit(asyncio.run(serve(int(sys.argv[1]))))
