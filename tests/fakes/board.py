"""A chat platform that never deduplicates and now and then accepts a post and cuts the connection; and its adapter."""

import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

from bot.domain.brief import Language
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Attempt, Message, PlanView

SUPERSEDED = "superseded"


@dataclass(slots=True)
class Post:
    """Be a message or a card on the board."""

    id: str
    key: str
    place: str
    text: str
    view: dict[str, Any] | None = None
    edits: int = 0

    @property
    def status(self) -> str:
        """Return the status of a card."""
        return str(self.view["status"]) if self.view else ""


@dataclass(slots=True)
class Board:
    """Keep every post ever made; each POST makes a new one, whatever its key."""

    cut_share: float = 0.0
    draw: Callable[[], float] = field(default_factory=lambda: random.Random(1).random)
    posts: list[Post] = field(default_factory=list)
    cuts: int = 0
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def cards(self) -> list[Post]:
        """Return the cards."""
        return [post for post in self.posts if post.view is not None]

    @property
    def says(self) -> list[Post]:
        """Return the messages."""
        return [post for post in self.posts if post.view is None]

    async def post(self, request: web.Request) -> web.Response:
        """Take a post in; now and then the poster never learns of it."""
        body = await request.json()
        one = Post(f"p{next(self._ids)}", body["key"], body["place"], body["text"], body["view"])
        self.posts.append(one)
        if self.draw() < self.cut_share and request.transport is not None:
            self.cuts += 1
            request.transport.abort()
        return web.json_response({"id": one.id})

    async def edit(self, request: web.Request) -> web.Response:
        """Change a card."""
        one = next((post for post in self.posts if post.id == request.match_info["id"]), None)
        if one is None:
            return web.json_response({}, status=404)
        one.view = (await request.json())["view"]
        one.edits += 1
        return web.json_response({})

    async def find(self, request: web.Request) -> web.Response:
        """List the posts with a key."""
        return web.json_response([asdict(post) for post in self.posts if post.key == request.query["key"]])


@asynccontextmanager
async def standing(board: Board) -> AsyncIterator[str]:
    """Serve a board and yield its address."""
    app = web.Application(client_max_size=1 << 24)
    app.router.add_post("/posts", board.post)
    app.router.add_put("/posts/{id}", board.edit)
    app.router.add_get("/posts", board.find)
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class BoardChat:
    """Talk on a board: messages are looked up before they are posted, a second card marks the first as superseded."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Post a message, unless one with its key is there."""
        if (by and by.first) or not await self._call("GET", f"/posts?key={key}"):
            await self._post(to, message.text, None, key)

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Post a card; older ones with its key are those of attempts that died before they knew theirs."""
        made = str((await self._post(to, view.title, asdict(view), key))["id"])
        for older in await self._call("GET", f"/posts?key={key}"):
            if older["id"] != made:
                body = {"view": older["view"] | {"status": SUPERSEDED}}
                await self._call("PUT", f"/posts/{older['id']}", body)
        return made

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Make the card show a view."""
        await self._call("PUT", f"/posts/{card}", {"view": asdict(view)})

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Have no forms."""
        raise ChatError("error.chat", final=True)

    async def _post(self, to: ConversationRef, text: str, view: dict[str, Any] | None, key: str) -> Any:
        return await self._call("POST", "/posts", {"key": key, "place": to.key(), "text": text, "view": view})

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        try:
            async with self._session.request(method, path, json=body) as answer:
                if answer.status >= 400:
                    raise ChatError("error.chat", status=answer.status)
                return await answer.json()
        except (aiohttp.ClientError, OSError) as error:
            raise ChatError("error.chat", reason=type(error).__name__) from error
