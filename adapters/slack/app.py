"""The door of Slack: the signature on the raw bytes, one call of the store, and the answer; the rest comes after it."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.after import Afterwards
from adapters.slack.guests import Guests
from adapters.slack.inbound import read_command, read_event
from adapters.slack.interactions import read_action, read_shortcut, read_submission
from adapters.slack.limits import BODY_BYTES
from adapters.slack.signature import refuse
from adapters.slack.taken import NOTHING, Taken
from bot.domain.brief import Language
from bot.domain.errors import StoreError
from bot.domain.events import Pressed
from bot.ports import Clock, Conversations, Jobs, Reach, Texts

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
_ALL = re.compile(r"[\s\S]*")
_RETRY = "Retry-After"
# Each payload of Slack has one of these fields.
_KINDS = frozenset({"type", "command", "ssl_check"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Turn what Slack sends into events of the bot; the answer tells Slack that they are safe."""

    jobs: Jobs
    conversations: Conversations
    clock: Clock
    texts: Texts
    language: Language
    after: Afterwards
    guests: Guests

    async def hear_command(self, body: dict[str, Any]) -> BoltResponse:
        """Take a slash command."""
        return await self._hear(lambda: read_command(body, self._now()), lost=self._command_lost, barred=_answer)

    async def hear_event(self, body: dict[str, Any]) -> BoltResponse:
        """Take an event; Slack sends it again when it could not be kept."""
        return await self._hear(lambda: read_event(body, self._now()), lost=self._event_lost)

    async def hear_action(self, body: dict[str, Any]) -> BoltResponse:
        """Take a click."""
        return await self._hear(lambda: read_action(body, self._now()), lost=self._click_lost)

    async def hear_submission(self, body: dict[str, Any]) -> BoltResponse:
        """Take a form; a wrong field keeps it open."""
        return await self._hear(lambda: read_submission(body, self._now(), default=self.language), lost=self._form_lost)

    async def hear_shortcut(self, body: dict[str, Any]) -> BoltResponse:
        """Take a shortcut."""
        return await self._hear(lambda: read_shortcut(body, self._now()), lost=self._click_lost)

    async def hear_nothing(self) -> BoltResponse:
        """Take what the bot has no use for: an unknown event that is refused would be sent again and again."""
        return BoltResponse(status=200)

    async def _hear(
        self,
        read: Callable[[], Taken],
        *,
        lost: Callable[[Taken], BoltResponse],
        barred: Callable[[str], BoltResponse] | None = None,
    ) -> BoltResponse:
        """Accept the event, start what follows the answer, and answer; `barred` answers who may not use the bot."""
        taken = read()
        sentence = self._why_not(taken)
        if sentence and barred is not None:
            return barred(sentence)
        if sentence:
            self.after.turn_away(taken, sentence)
            return BoltResponse(status=200)
        if taken.errors:
            language = taken.language or self.language
            wrong = {name: self.texts.say(text, language) for name, text in taken.errors}
            return _json({"response_action": "errors", "errors": wrong})
        try:
            fresh = await self._accept(taken)
        except StoreError as error:
            log.warning("an event of Slack could not be kept: %s", error)
            return lost(taken)
        if fresh:
            self.after.begin(taken)
        return BoltResponse(status=200)

    def _why_not(self, taken: Taken) -> str:
        """Return the sentence for somebody whom the operator's lists keep out, empty for all others."""
        event, form = taken.event, taken.form
        place = event.place if event else form.place if form else None
        user = event.user if event else form.user if form else taken.home or taken.person
        if taken is NOTHING or taken.gone or taken.errors:
            return ""
        bar = self.guests.bar(taken.tenant, place.channel if place else user, user)
        return self.texts.say(f"door.barred.{bar}", taken.language or self.language) if bar else ""

    async def _accept(self, taken: Taken) -> bool:
        event = taken.event
        if event is None:
            return taken is not NOTHING
        unsure = taken.otherwise is not None or taken.known_only
        if unsure and await self.conversations.find(event.place) is None:
            if taken.otherwise is None:
                return False
            event = replace(event, place=taken.otherwise)
        # A command is answered at an address of its own.
        reach = Reach(text=taken.answer_url, own=True) if event.place.command and taken.answer_url else None
        return await self.jobs.accept(event, keys=taken.keys, reach=reach)

    def _command_lost(self, taken: Taken) -> BoltResponse:
        del taken
        return _answer(self.texts.say("door.store_down", self.language))

    def _event_lost(self, taken: Taken) -> BoltResponse:
        del taken
        return BoltResponse(status=503, headers={_RETRY: ["5"]})

    def _click_lost(self, taken: Taken) -> BoltResponse:
        self.after.apologise(taken, self.texts.say("door.store_down", self.language))
        return BoltResponse(status=200)

    def _form_lost(self, taken: Taken) -> BoltResponse:
        sentence = self.texts.say("door.store_down", taken.language or self.language)
        field = "reason" if isinstance(taken.event, Pressed) else "industry"
        return _json({"response_action": "errors", "errors": {field: sentence}})

    def _now(self) -> int:
        return self.clock.now_ms()


def _answer(sentence: str) -> BoltResponse:
    """Answer a command, to the one who typed it alone."""
    return _json({"response_type": "ephemeral", "text": sentence})


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(body), headers={"Content-Type": ["application/json; charset=utf-8"]}
    )


def build_app(listening: Listening, client: AsyncWebClient) -> AsyncApp:
    """Build the Bolt app that routes clicks, forms and shortcuts to the listeners.

    The door has checked the signature and needs no token to accept something, so none of Bolt's own middleware runs:
    it would parse before checking, ask Slack for each event who the bot is, and answer 404 to unknown events.
    """

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)

    app = AsyncApp(
        authorize=authorize,
        client=client,
        process_before_response=True,
        signing_secret="checked-by-the-door",  # noqa: S106  # Bolt wants one; verification is off
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.action(_ALL)(listening.hear_action)
    app.view(_ALL)(listening.hear_submission)
    app.view_closed(_ALL)(listening.hear_nothing)
    app.shortcut(_ALL)(listening.hear_shortcut)
    app.error(refuse_payload)
    return app


async def refuse_payload(error: Exception) -> BoltResponse:
    """Answer a payload in which Bolt or we miss a field that Slack documents; no traceback, no payload in the log."""
    log.warning("a payload of Slack has a shape nobody documented: %s %s", type(error).__name__, error)
    return BoltResponse(status=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Find the listener of a payload that is known to come from Slack."""

    listening: Listening
    app: AsyncApp

    async def hear(self, payload: dict[str, Any]) -> BoltResponse:
        """Have a payload heard.

        Commands and events, of which there are many, go straight to their one listener: Bolt takes longer to find it
        than everything else before the answer. Clicks, forms and shortcuts are fewer and of more kinds: Bolt tells them
        apart.
        """
        try:
            if "command" in payload:
                return await self.listening.hear_command(payload)
            if payload.get("type") == "event_callback":
                return await self.listening.hear_event(payload)
            return await self._route(payload)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            # Bolt too reads a few fields without looking whether they are there, in its error handling as well.
            return await refuse_payload(error)

    async def _route(self, payload: dict[str, Any]) -> BoltResponse:
        """Have Bolt route a payload; one nobody listens to is answered with 200."""
        answer = await self.app.async_dispatch(AsyncBoltRequest(body=cast("Any", payload), mode="socket_mode"))
        return BoltResponse(status=200) if answer.status == web.HTTPNotFound.status_code else answer


@dataclass(slots=True, kw_only=True)
class Door:
    """Answer Slack's requests over HTTP."""

    routing: Routing
    secret: str = field(repr=False)
    clock: Clock

    async def receive(self, request: web.Request) -> web.Response:
        """Check, read and hand on one request."""
        if (request.content_length or 0) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=BODY_BYTES, actual_size=request.content_length or 0)
        body = await _read(request)
        refusal = refuse(
            self.secret,
            body=body,
            timestamp=request.headers.get("X-Slack-Request-Timestamp"),
            signature=request.headers.get("X-Slack-Signature"),
            now_s=self.clock.now_ms() // 1000,
        )
        if refusal is not None:
            log.warning("a request to the door of Slack was refused: %s", refusal)
            return web.Response(status=401)
        payload = parse(body)
        if payload is None:
            return web.Response(status=400)
        if payload.get("ssl_check"):
            return web.Response(status=200)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": payload.get("challenge")})
        return await self.hand_on(payload)

    async def hand_on(self, payload: dict[str, Any]) -> web.Response:
        """Have a payload heard, and answer as its listener says."""
        answer = await self.routing.hear(payload)
        headers = {name: values[0] for name, values in answer.headers.items() if name.lower() != "content-length"}
        return web.Response(status=answer.status, body=answer.body.encode(), headers=headers)


async def _read(request: web.Request) -> bytes:
    """Read at most as much as Slack sends. Raises HTTPRequestEntityTooLarge."""
    if request.content_length is not None:
        # The server reads no further than the length that the caller has looked at.
        return await request.read()
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=BODY_BYTES, actual_size=len(body))
    return bytes(body)


def parse(body: bytes) -> dict[str, Any] | None:
    """Read JSON, or a form whose `payload` is JSON; None when it is neither."""
    try:
        text = body.decode("utf-8")
        if text.lstrip().startswith("{"):
            found = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
            found = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _KINDS & found.keys() else None


Doors = Mapping[tuple[str, str], Callable[[web.Request], Awaitable[web.StreamResponse]]]


def doors_of(door: Door) -> Doors:
    """Return the addresses Slack may be given; one is enough, the others are what tutorials use."""
    return {("POST", f"/slack/{name}"): door.receive for name in ("events", "commands", "interactive")}
