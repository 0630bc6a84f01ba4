"""A page on which a newcomer plays people of the fake Slack: type, read threads, click buttons, fill forms, edit."""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack_delivery import Outcome
from tests.fakes.slack_forms import NotPossible
from tests.fakes.slack_town import ANA, BOT
from tests.fakes.slack_transcript import MARKS
from tests.fakes.slack_views import show_view
from tests.fakes.slack_world import Channel, Message

if TYPE_CHECKING:
    from tests.fakes.slack_server import SlackServer

_FILES = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_NAMED = ("@bot", "@AI Strategy")
"""What may be typed for a mention of the bot."""
Json = dict[str, Any]
Given = Mapping[str, Any]


def add_routes(app: web.Application, slack: "SlackServer") -> None:
    """Serve the page and take what is done on it."""
    page = Page(slack)
    app.router.add_get("/", page.show_frame)
    app.router.add_get("/page/state", page.show_state)
    app.router.add_get("/page/{file}", page.show_file)
    app.router.add_post("/page/{deed}", page.take)


class Page:
    """Show the fake Slack as one person sees it, and act in that person's name."""

    def __init__(self, slack: "SlackServer") -> None:
        self.slack = slack
        self._deeds: Mapping[str, Callable[[str, Given], Awaitable[Json]]] = {
            "say": self._say,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "stop": self._stop,
            "edit": self._edit,
            "delete": self._delete,
            "shortcut": self._shortcut,
            "message_shortcut": self._message_shortcut,
        }

    async def show_frame(self, request: web.Request) -> web.Response:
        """Show the page itself."""
        return _file("index.html")

    async def show_file(self, request: web.Request) -> web.Response:
        """Return a file of the page."""
        name = request.match_info["file"]
        if name not in {each.name for each in _FILES.iterdir()}:
            raise web.HTTPNotFound
        return _file(name)

    async def show_state(self, request: web.Request) -> web.Response:
        """Return everything one person sees."""
        me = request.query.get("me") or ANA
        world = self.slack.world
        people = [each for each in world.people.values() if not each.app_id]
        if me not in {each.id for each in people}:
            raise web.HTTPNotFound
        world.im(world.people[me].team_id, me)
        channels = [each for each in world.channels.values() if me in each.members]
        stack, home = world.stacks.get(me), world.homes.get(me)
        state = {
            "me": me,
            "people": [{"id": each.id, "name": each.name, "locale": each.locale} for each in people],
            "names": {each.id: each.name for each in world.people.values()},
            "channels": [*map(self._channel, channels), self._home_tab()],
            "messages": [
                self._message(message, me)
                for channel in channels
                for message in channel.messages
                if not message.deleted and message.ephemeral_to in (None, me)
            ],
            "view": show_view(world.views[stack[-1]]) | {"body": world.views[stack[-1]].body} if stack else None,
            "home": home.body["blocks"] if home else None,
            "violations": [f"{each.method}: {each.code} {each.detail}" for each in self.slack.violations],
        }
        return web.json_response(state)

    async def take(self, request: web.Request) -> web.Response:
        """Take one deed; what a person could not do in Slack either comes back as a problem."""
        given = json.loads(await request.text())
        deed = self._deeds.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        try:
            return web.json_response(await deed(str(given["me"]), given))
        except NotPossible as problem:
            return web.json_response({"problem": str(problem)})

    # what is seen

    def _channel(self, channel: Channel) -> Json:
        name = channel.name or self.slack.world.bot_of(channel.team_id).name
        has_bot = any(self.slack.world.people[each].app_id for each in channel.members)
        return {
            "id": channel.id,
            "name": name,
            "kind": channel.kind,
            "external": channel.external,
            "archived": channel.archived,
            "bot": has_bot,
        }

    def _home_tab(self) -> Json:
        return {"id": "home", "name": "Home of the app", "kind": "home", "bot": True}

    def _message(self, message: Message, me: str) -> Json:
        author = self.slack.world.people.get(message.user)
        shown: Json = {
            "channel": message.channel,
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "author": author.name if author else message.user,
            "mine": message.user == me,
            "text": self._named(message.text),
            "markdown": message.markdown,
            "blocks": message.blocks,
            "edited": message.edited,
            "only_for_me": message.ephemeral_to is not None,
        }
        if message.stream is not None:
            state = message.stream.state_at(self.slack.world.clock())
            tasks = [f"{MARKS[each['status']]} {each['title']}" for each in message.stream.tasks.values()]
            told = {"expired": "broken off", "stopped_by_user": "stopped"}.get(state, "")
            shown |= {"plan": message.stream.plan, "tasks": tasks, "writing": state == "open", "stopped": told}
        return shown

    def _named(self, text: str) -> str:
        return text.replace(f"<@{BOT}>", _NAMED[0])

    # what is done

    async def _say(self, me: str, given: Given) -> Json:
        text, channel, thread = str(given["text"]), str(given["channel"]), str(given.get("thread") or "")
        if text.startswith("/") and thread:
            raise NotPossible("Slack takes no commands in threads.")
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            return _told(await self.slack.people.send_command(me, channel, rest, command=command))
        for name in _NAMED:
            text = text.replace(name, f"<@{BOT}>")
        await self.slack.people.say(me, channel, text, thread or None)
        return {}

    async def _press(self, me: str, given: Given) -> Json:
        action, value = str(given["action"]), given.get("value")
        if given.get("home"):
            return _told(await self.slack.people.press_in_view(me, action, value, home=True))
        return _told(await self.slack.people.press(me, self._find(given), action, value))

    async def _submit(self, me: str, given: Given) -> Json:
        outcome = await self.slack.people.submit_view(me, dict(given["values"]))
        return _told(outcome) | {"errors": outcome.json().get("errors")}

    async def _close(self, me: str, given: Given) -> Json:
        if self.slack.world.stacks.get(me):
            await self.slack.people.close_view(me)
        return {}

    async def _home(self, me: str, given: Given) -> Json:
        await self.slack.people.open_home(me)
        return {}

    async def _stop(self, me: str, given: Given) -> Json:
        await self.slack.people.stop_stream(me, str(given["channel"]), str(given["ts"]))
        return {}

    async def _edit(self, me: str, given: Given) -> Json:
        await self.slack.people.edit(self._find(given), str(given["text"]))
        return {}

    async def _delete(self, me: str, given: Given) -> Json:
        await self.slack.people.delete(self._find(given))
        return {}

    async def _shortcut(self, me: str, given: Given) -> Json:
        return _told(await self.slack.people.shortcut(me, "new_strategy"))

    async def _message_shortcut(self, me: str, given: Given) -> Json:
        return _told(await self.slack.people.message_shortcut(me, self._find(given), "strategy_from_message"))

    def _find(self, given: Given) -> Message:
        message = self.slack.world.channels[str(given["channel"])].find(str(given["ts"]))
        if message is None:
            raise NotPossible("That message is gone.")
        return message


def _told(outcome: Outcome) -> Json:
    return (
        {} if outcome.ok else {"problem": f"The bot answered {outcome.status}: Slack would say that it did not work."}
    )


def _file(name: str) -> web.Response:
    path = _FILES / name
    return web.Response(text=path.read_text("utf-8"), content_type=_TYPES[path.suffix], charset="utf-8")
