"""A page on which a newcomer plays Ana: type a command or a sentence, click buttons, fill the form in front of her."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack_forms import NotPossible, options_of
from tests.fakes.slack_town import ANA, BOT, GENERAL
from tests.fakes.slack_transcript import show_message
from tests.fakes.slack_world import Message, View

if TYPE_CHECKING:
    from tests.fakes.slack_server import SlackServer

_STYLE = (
    "body{font:15px system-ui;margin:1em auto;max-width:60em}pre{white-space:pre-wrap;margin:0}form{display:inline}"
)
_FRAME = f"""<!doctype html><meta charset=utf-8><title>Fake Slack</title><style>{_STYLE}iframe{{width:100%;height:80vh;border:0}}
input{{width:40em}}</style><p>You are Ana in #general. Type <code>/ai-strategy finance 40</code> or a sentence for the bot.
<form method=post action=/type target=feed onsubmit="setTimeout(()=>this.reset())"><input name=text autofocus>
<button>Send</button></form><iframe name=feed src=/feed></iframe>"""
_STATIC = frozenset({"button", "feedback_buttons", "overflow", "static_select"})


def add_routes(app: web.Application, slack: "SlackServer") -> None:
    """Serve the page and take what is done on it."""
    page = Page(slack)
    app.router.add_get("/", page.show_frame)
    app.router.add_get("/feed", page.show_feed)
    app.router.add_post("/type", page.type)
    app.router.add_post("/press", page.press)
    app.router.add_post("/submit", page.submit)


class Page:
    """Show the fake Slack as Ana sees it."""

    def __init__(self, slack: "SlackServer") -> None:
        self.slack = slack

    async def show_frame(self, request: web.Request) -> web.Response:
        """Show the line to type in, around the feed."""
        return web.Response(text=_FRAME, content_type="text/html")

    async def show_feed(self, request: web.Request) -> web.Response:
        """Show the open form, or all that was said, fresh every two seconds."""
        return web.Response(text="".join(self._feed()), content_type="text/html")

    async def type(self, request: web.Request) -> web.Response:
        """Take a command or a sentence."""
        text = str((await request.post()).get("text", "")).strip()
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            await self.slack.people.send_command(ANA, GENERAL, rest, command=command)
        elif text:
            await self.slack.people.say(ANA, GENERAL, f"<@{BOT}> {text}")
        raise web.HTTPSeeOther("/feed")

    async def press(self, request: web.Request) -> web.Response:
        """Take a click."""
        given = {key: str(value) for key, value in (await request.post()).items()}
        message = self.slack.world.channels[given["channel"]].find(given["ts"])
        try:
            if message is not None:
                await self.slack.people.press(ANA, message, given["action_id"], given.get("value"))
        except NotPossible as problem:
            return web.Response(status=409, text=str(problem))
        raise web.HTTPSeeOther("/feed")

    async def submit(self, request: web.Request) -> web.Response:
        """Take a filled form."""
        values = {key: str(value) for key, value in (await request.post()).items() if value}
        try:
            outcome = await self.slack.people.submit_view(ANA, values)
        except NotPossible as problem:
            return web.Response(status=409, text=str(problem))
        errors = outcome.json().get("errors")
        if errors:
            return web.Response(status=409, text=str(errors))
        raise web.HTTPSeeOther("/feed")

    def _feed(self) -> Iterator[str]:
        yield f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style>"
        stack = self.slack.world.stacks.get(ANA)
        if stack:
            yield from _form(self.slack.world.views[stack[-1]])
            return
        yield "<meta http-equiv=refresh content=2>"
        for channel in self.slack.world.channels.values():
            if ANA not in channel.members:
                continue
            yield f"<h3>{escape(channel.name or 'direct message')} <small>{channel.kind}</small></h3>"
            messages = [each for each in channel.messages if not each.deleted and each.ephemeral_to in (None, ANA)]
            for message in sorted(messages, key=lambda each: (float(each.root), float(each.ts))):
                yield f"<pre>{escape(chr(10).join(show_message(self.slack.world, message)))}</pre>"
                yield from _buttons(message)
        wrong = [f"{each.method}: {each.code} {each.detail}" for each in self.slack.violations]
        yield f"<h3>Violations</h3><pre>{escape(chr(10).join(wrong) or 'none')}</pre>"


def _clickable(message: Message) -> Iterator[dict[str, Any]]:
    for block in message.blocks:
        for element in [*block.get("elements", []), block.get("accessory")]:
            if isinstance(element, dict) and element.get("type") in _STATIC:
                yield element


def _buttons(message: Message) -> Iterator[str]:
    for element in _clickable(message):
        for label, value in _choices(element):
            hidden = {"channel": message.channel, "ts": message.ts, "action_id": element["action_id"]}
            if value is not None:
                hidden["value"] = value
            fields = "".join(f'<input type=hidden name="{key}" value="{escape(each)}">' for key, each in hidden.items())
            yield f"<form method=post action=/press>{fields}<button>{escape(label)}</button></form> "


def _choices(element: dict[str, Any]) -> list[tuple[str, str | None]]:
    if element["type"] == "button":
        return [(element["text"]["text"], element.get("value"))]
    if element["type"] == "feedback_buttons":
        return [(element[key]["text"]["text"], element[key]["value"]) for key in ("positive_button", "negative_button")]
    return [(option["text"]["text"], option["value"]) for option in options_of(element)]


def _form(view: View) -> Iterator[str]:
    yield f"<h3>{escape(view.body['title']['text'])}</h3><form method=post action=/submit>"
    for block in view.body["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            yield f"<p><label>{escape(block['label']['text'])} {_field(element)}</label>"
    yield f"<p><button>{escape(view.body.get('submit', {}).get('text', 'OK'))}</button></form>"


def _field(element: dict[str, Any]) -> str:
    name = escape(element["action_id"])
    if options_of(element):
        first = "" if "initial_option" in element else "<option value=''>"
        rows = [
            f'<option value="{escape(each["value"])}">{escape(each["text"]["text"])}' for each in options_of(element)
        ]
        return f'<select name="{name}">{first}{"".join(rows)}</select>'
    return f'<input name="{name}" value="{escape(str(element.get("initial_value", "")))}">'
