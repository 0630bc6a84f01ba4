"""The door of Teams: who sent it, what it is (botbuilder dispatches), the answer; botbuilder is imported only here."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext  # type: ignore[import-untyped]
from botbuilder.core.teams import TeamsActivityHandler  # type: ignore[import-untyped]
from botbuilder.schema import Activity  # type: ignore[import-untyped]
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)
from msrest.exceptions import DeserializationError  # type: ignore[attr-defined]  # re-exported

from adapters.teams.inbound import read_delete, read_installation, read_message, read_sender, read_update
from adapters.teams.invokes import Invokes
from adapters.teams.keys import CHANNEL, KeysMissing, Refusal, Validator
from adapters.teams.limits import BODY_BYTES, INVOKE_WITHIN_S
from adapters.teams.listening import Listening
from adapters.teams.taken import Sender, Taken
from bot.domain.errors import ChatError, StoreError
from bot.ports import Clock

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
Doors = Mapping[tuple[str, str], Callable[[web.Request], Awaitable[web.StreamResponse]]]

_TURN = "ai-strategy.turn"
_RETRY = {"Retry-After": "5"}
_DISPATCHED = ("type", "name", "id", "channelId", "serviceUrl", "action")


@dataclass(frozen=True, slots=True)
class Turn:
    """Be one activity as it came, and its sender."""

    body: Body
    sender: Sender


class Handler(TeamsActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """Hand each kind of activity to its reader."""

    def __init__(self, listening: Listening, invokes: Invokes) -> None:
        super().__init__()
        self._listening = listening
        self._invokes = invokes

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Take a message, or a click that comes as one."""
        await self._take(turn_context, read_message)

    async def on_message_update_activity(self, turn_context: TurnContext) -> None:
        """Take an edited message."""
        await self._take(turn_context, read_update)

    async def on_message_delete_activity(self, turn_context: TurnContext) -> None:
        """Take a deleted message."""
        await self._take(turn_context, read_delete)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Take that the bot was added to a conversation or removed."""
        await self._take(turn_context, read_installation)

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """Take that the app was installed or removed."""
        await self._take(turn_context, read_installation)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """Answer an invoke in time; one we have no use for is answered too, or Teams would ask again."""
        turn, name = _turn(turn_context), str(turn_context.activity.name or "")
        try:
            async with asyncio.timeout(INVOKE_WITHIN_S):
                answer = await self._invokes.answer(name, turn.body, turn.sender)
        except (StoreError, ChatError, TimeoutError) as error:
            log.warning("an invoke of Teams could not be handled: %s", error)
            answer = self._invokes.sorry(name, turn.sender, "door.store_down")
        return InvokeResponse(status=int(HTTPStatus.OK), body=answer)

    async def _take(
        self,
        context: TurnContext,
        read: Callable[
            [
                Body,
                Sender,
            ],
            Taken,
        ],
    ) -> None:
        turn = _turn(context)
        await self._listening.take(read(turn.body, turn.sender))


def _turn(context: TurnContext) -> Turn:
    return cast("Turn", context.turn_state[_TURN])


class _Outside:
    """Stand where botbuilder wants a connector: everything is sent by our own, from a worker."""


class _NoFactory(ConnectorFactory):  # type: ignore[misc]  # botbuilder has no types
    async def create(self, service_url: str, audience: str) -> Any:
        """Return no connector."""
        del service_url, audience
        return _Outside()


class _Checked(BotFrameworkAuthentication):  # type: ignore[misc]  # botbuilder has no types
    """Be the authentication of botbuilder; the door has checked the request before."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Refuse: only what the door has checked comes in."""
        del activity, auth_header
        raise Refusal("not checked by the door")

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        """Refuse: there is no such door."""
        del auth_header, channel_id_header
        raise Refusal("no streaming door")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """Return a factory of nothing."""
        del claims_identity
        return _NoFactory()

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> Any:
        """Return no client: nobody signs in."""
        del claims_identity


class Adapter(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    """Run an activity through botbuilder's pipeline."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(_Checked())
        self._handler = handler

    async def process(self, turn: Turn, activity: Activity, claims: Mapping[str, Any]) -> InvokeResponse | None:
        """Run one activity, whose sender is known, and return the answer to an invoke."""
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        result.connector_factory = _NoFactory()

        async def run(context: TurnContext) -> None:
            context.turn_state[_TURN] = turn
            await self._handler.on_turn(context)

        return cast("InvokeResponse | None", await self.process_activity(result, activity, run))


@dataclass(slots=True, kw_only=True)
class Door:
    """Answer Teams' requests over HTTP; without a `validator` nobody is checked, which only a loopback door may do."""

    adapter: Adapter
    listening: Listening
    validator: Validator | None
    clock: Clock

    async def receive(self, request: web.Request) -> web.Response:
        """Check, read and hand on one request."""
        header = request.headers.get("Authorization", "")
        if self.validator is not None and not header:
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        body = parse(await _read(request))
        if body is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        claims: Mapping[str, Any] = {}
        if self.validator is not None:
            try:
                claims = await self.validator.check(header, service_url=_service_url(body))
            except Refusal as error:
                log.warning("a request to the door of Teams was refused: %s", error.params["reason"])
                return web.Response(status=HTTPStatus.UNAUTHORIZED)
            except KeysMissing:
                return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=_RETRY)
        return await self._hand_on(body, claims)

    async def _hand_on(self, body: Body, claims: Mapping[str, Any]) -> web.Response:
        sender = read_sender(body, self.clock.now_ms())
        if sender is None or body.get("channelId") != CHANNEL or not isinstance(body.get("type"), str):
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        if not self.listening.guests.welcome(sender):
            log.warning("an activity of a tenant or user that is not allowed was refused")
            return web.Response(status=HTTPStatus.FORBIDDEN)
        try:
            # Only what its dispatch looks at: msrest drops what it does not know and refuses what it cannot read.
            activity = Activity().deserialize(
                {name: body[name] for name in _DISPATCHED if isinstance(body.get(name), str)}
            )
            answer = await self.adapter.process(Turn(body, sender), activity, claims)
        except DeserializationError as error:
            log.warning("an activity of Teams could not be read: %s", type(error).__name__)
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        except StoreError as error:
            log.warning("an activity of Teams could not be kept: %s", error)
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=_RETRY)
        if answer is None:
            return web.Response(status=HTTPStatus.OK)
        return web.json_response(answer.body if answer.body is not None else {}, status=answer.status)


async def _read(request: web.Request) -> bytes:
    """Read at most as much as Teams sends. Raises HTTPRequestEntityTooLarge."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=BODY_BYTES, actual_size=len(body))
    return bytes(body)


def parse(body: bytes) -> Body | None:
    """Read an activity; None when it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None


def _service_url(body: Body) -> str:
    found = body.get("serviceUrl")
    return found if isinstance(found, str) else ""


def doors_of(door: Door) -> Doors:
    """Return the address the bot's registration names."""
    return {("POST", "/api/messages"): door.receive}
