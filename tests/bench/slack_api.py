"""A Web API of Slack that answers late and cheaply, so that not it is measured: it keeps who was answered in which thread.

`python -m tests.bench.slack_api --port N --delay SECONDS`; `/answered?count=N` waits until so many threads are.
"""

import argparse
import asyncio
import json
from collections import Counter
from itertools import count

from aiohttp import web

WITHIN_S = 60.0


class Api:
    """Answer calls."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._numbers = count(1)
        self._answered: Counter[tuple[str, str]] = Counter()
        self._news = asyncio.Condition()

    async def call(self, request: web.Request) -> web.Response:
        """Answer one method, after the delay."""
        sent = await request.read()
        body = json.loads(sent) if sent.startswith(b"{") else {}
        await asyncio.sleep(self._delay_s)
        answer = {"ok": True, "user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "bot_user_id": "UBOT"}
        if request.match_info["method"] == "chat.postMessage":
            if not body.get("text") or not body.get("thread_ts"):
                return web.json_response({"ok": False, "error": "no_text"})
            async with self._news:
                self._answered[body["channel"], body["thread_ts"]] += 1
                self._news.notify_all()
            answer["ts"] = f"1795000000.{next(self._numbers):06d}"
        return web.json_response(answer)

    async def answered(self, request: web.Request) -> web.Response:
        """Wait until so many threads have an answer; says how many have one, and how many have more."""
        wanted = int(request.query["count"])
        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(lambda: len(self._answered) >= wanted)
        except TimeoutError:
            pass
        twice = sum(1 for times in self._answered.values() if times > 1)
        return web.json_response({"threads": len(self._answered), "twice": twice})

    async def forget(self, _: web.Request) -> web.Response:
        """Forget all answers."""
        self._answered.clear()
        return web.json_response({})


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.slack_api", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, required=True)
    args = parser.parse_args()

    async def app() -> web.Application:
        api, made = Api(args.delay), web.Application()
        made.router.add_route("*", "/api/{method}", api.call)
        made.router.add_get("/answered", api.answered)
        made.router.add_post("/forget", api.forget)
        return made

    web.run_app(app(), host="127.0.0.1", port=args.port, print=None)


if __name__ == "__main__":
    main()
