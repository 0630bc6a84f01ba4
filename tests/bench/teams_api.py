"""Entra and the Bot Connector, answering late and cheaply, so that not they are measured.

`python -m tests.bench.teams_api PORT LOGIN_PORT FOLDER`: FOLDER holds `cert.pem`, `key.pem` and `jwks.json`.
"""

import asyncio
import ssl
import sys
from collections import Counter
from itertools import count
from pathlib import Path
from uuid import uuid4

from aiohttp import web

CALL_S, TOKEN_S, WITHIN_S = 0.05, 0.2, 60.0


class Api:
    """Answer calls, and keep which conversations have an answer."""

    def __init__(self, address: str, login: str, keys: str) -> None:
        self._address, self._login, self._keys = address, login, keys
        self._numbers = count(1)
        self._tokens: set[str] = set()
        self._fetches: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._news = asyncio.Condition()

    async def openid(self, _: web.Request) -> web.Response:
        """Say where the keys are."""
        await asyncio.sleep(TOKEN_S)
        return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{self._address}/keys"})

    async def keys(self, _: web.Request) -> web.Response:
        """Return the channel's keys."""
        await asyncio.sleep(TOKEN_S)
        return web.json_response(text=self._keys)

    async def discovery(self, _: web.Request) -> web.Response:
        """Say where tokens are given out."""
        await asyncio.sleep(TOKEN_S)
        whole = f"{self._login}/adfs/oauth2"
        named = {name: f"{whole}/{name.partition('_')[0]}" for name in ("authorization_endpoint", "token_endpoint")}
        return web.json_response({"issuer": f"{self._login}/adfs", **named})

    async def token(self, _: web.Request) -> web.Response:
        """Give a token out."""
        await asyncio.sleep(TOKEN_S)
        self._fetches["token"] += 1
        token = uuid4().hex
        self._tokens.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    async def activities(self, request: web.Request) -> web.Response:
        """Take an answer into a conversation."""
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        await request.read()
        await asyncio.sleep(CALL_S)
        async with self._news:
            self._answered[request.match_info["talk"]] += 1
            self._news.notify_all()
        return web.json_response({"id": str(next(self._numbers))}, status=201)

    async def answered(self, request: web.Request) -> web.Response:
        """Wait until so many conversations have an answer; says how many have."""
        wanted = int(request.query["count"])
        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(lambda: len(self._answered) >= wanted)
        except TimeoutError:
            pass
        return web.json_response({"conversations": len(self._answered), "tokens": self._fetches["token"]})

    async def forget(self, _: web.Request) -> web.Response:
        """Count anew."""
        self._answered.clear()
        self._fetches.clear()
        return web.json_response({})

    def app(self) -> web.Application:
        """Return the application."""
        app = web.Application()
        app.router.add_get("/openid", self.openid)
        app.router.add_get("/keys", self.keys)
        app.router.add_get("/adfs/.well-known/openid-configuration", self.discovery)
        app.router.add_post("/adfs/oauth2/token", self.token)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self.token)
        app.router.add_route("*", "/v3/conversations/{talk}/activities{rest:.*}", self.activities)
        app.router.add_get("/answered", self.answered)
        app.router.add_post("/forget", self.forget)
        return app


async def serve(port: int, login_port: int, folder: Path) -> None:
    """Serve both until ended; tokens are given out over TLS, as MSAL wants it."""
    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secured.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    api = Api(f"http://127.0.0.1:{port}", f"https://127.0.0.1:{login_port}", (folder / "jwks.json").read_text())
    runner = web.AppRunner(api.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", login_port, ssl_context=secured).start()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
