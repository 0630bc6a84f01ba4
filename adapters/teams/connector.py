"""Calls of the Bot Connector: one shared session, tokens only to trusted addresses, every fault as a ChatError."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from adapters.teams.limits import MESSAGE_BYTES, PACES, RETRIED
from adapters.teams.reference import Reference, is_trusted
from adapters.teams.sizes import message_size
from adapters.teams.store import Budget
from adapters.teams.tokens import Tokens
from bot.domain.errors import ChatError
from bot.ports import Attempt, Clock

log = logging.getLogger(__name__)

Json = dict[str, Any]
_UNAUTHORIZED, _TOO_MANY, _SERVER_FAULT, _OK_UNTIL = 401, 429, 500, 300
_TRIES = 5
_FIRST_S, _MOST_S = 0.5, 8.0


class Refused(ChatError):
    """Say that the connector refused a call: `status`, `reason` (its code) and `message` say why."""

    def __init__(self, call: str, status: int, reason: str, message: str, *, retry_after_s: float | None) -> None:
        super().__init__(
            "error.teams",
            retry_after_s=retry_after_s,
            final=retry_after_s is None,
            call=call,
            status=status,
            reason=reason,
            message=message,
        )
        self.status = status
        self.reason = reason
        self.message = message


@dataclass(slots=True, kw_only=True)
class Connector:
    """Call the connector for conversations; `loopback` allows addresses on this machine, `draw` spreads retries."""

    session: aiohttp.ClientSession
    tokens: Tokens
    budget: Budget
    clock: Clock
    draw: Callable[[], float]
    loopback: bool = False

    async def post(
        self,
        reference: Reference,
        conversation: str,
        activity: Json,
        *,
        patience_s: float,
        private: bool = False,
        by: Attempt | None = None,
    ) -> str:
        """Post an activity and return its id. Raises ChatError.

        Raises StoreError (`error.lease_lost`) where `by` lost its job, right before the call: what stood still must not
        speak twice.
        """
        path = f"v3/conversations/{_safe(conversation)}/activities"
        answer = await self._send(reference, "POST", path, conversation, activity, patience_s, private=private, by=by)
        return str(answer.get("id") or "")

    async def put(
        self, reference: Reference, conversation: str, activity: Json, *, id_: str, patience_s: float
    ) -> None:
        """Replace an activity of ours. Raises ChatError."""
        path = f"v3/conversations/{_safe(conversation)}/activities/{_safe(id_)}"
        await self._send(reference, "PUT", path, conversation, {**activity, "id": id_}, patience_s)

    async def delete(self, reference: Reference, conversation: str, *, id_: str, patience_s: float) -> None:
        """Take an activity of ours away. Raises ChatError."""
        path = f"v3/conversations/{_safe(conversation)}/activities/{_safe(id_)}"
        await self._paced(reference, "DELETE", path, None, conversation, patience_s)

    async def begin(self, reference: Reference, activity: Json, *, patience_s: float) -> str:
        """Begin a new thread in a channel and return the id of its root. Raises ChatError."""
        body = {
            "isGroup": True,
            "bot": {"id": reference.bot},
            "tenantId": reference.tenant,
            "channelData": {"channel": {"id": reference.channel}, "tenant": {"id": reference.tenant}},
            "activity": _addressed(reference, reference.channel, activity),
        }
        answer = await self._paced(reference, "POST", "v3/conversations", body, reference.channel, patience_s)
        return str(answer.get("activityId") or str(answer.get("id") or "").partition(";messageid=")[2])

    async def chat_with(self, reference: Reference, user: str, *, patience_s: float) -> str:
        """Return the id of the personal chat with a user. Raises ChatError."""
        body = {
            "isGroup": False,
            "bot": {"id": reference.bot},
            "members": [{"id": user}],
            "tenantId": reference.tenant,
            "channelData": {"tenant": {"id": reference.tenant}},
        }
        answer = await self._paced(reference, "POST", "v3/conversations", body, user, patience_s)
        return str(answer.get("id") or "")

    async def member(self, reference: Reference, user: str) -> Mapping[str, Any]:
        """Return a member of a conversation. Raises ChatError."""
        path = f"v3/conversations/{_safe(reference.channel)}/members/{_safe(user)}"
        return await self._call(reference, "GET", path, None, patience_s=0.0)

    async def channels(self, reference: Reference, team: str) -> tuple[Mapping[str, Any], ...]:
        """Return the channels of a team. Raises ChatError."""
        answer = await self._call(reference, "GET", f"v3/teams/{_safe(team)}/conversations", None, patience_s=0.0)
        return tuple(one for one in answer.get("conversations") or () if isinstance(one, Mapping))

    async def _send(
        self,
        reference: Reference,
        method: str,
        path: str,
        conversation: str,
        activity: Json,
        patience_s: float,
        *,
        private: bool = False,
        by: Attempt | None = None,
    ) -> Mapping[str, Any]:
        body = _addressed(reference, conversation, activity)
        query = "?isTargetedActivity=true" if private else ""
        return await self._paced(reference, method, path + query, body, conversation, patience_s, by=by)

    async def _paced(
        self,
        reference: Reference,
        method: str,
        path: str,
        body: Json | None,
        name: str,
        patience_s: float,
        *,
        by: Attempt | None = None,
    ) -> Mapping[str, Any]:
        """Wait for the conversation's turn, at most `patience_s`, then call."""
        name = f"{reference.tenant}/{name}"
        until = self.clock.monotonic() + patience_s
        while (wait := await self.budget.take(name, PACES, by=by)) > 0:
            if self.clock.monotonic() + wait > until:
                raise Refused(path, 0, "our_pace", "", retry_after_s=wait)
            await self.clock.sleep(wait)
        try:
            return await self._call(reference, method, path, body, patience_s=until - self.clock.monotonic())
        except Refused as error:
            if error.status == _TOO_MANY and error.retry_after_s:
                await self.budget.hold(name, error.retry_after_s)
            raise

    async def _call(
        self, reference: Reference, method: str, path: str, body: Json | None, *, patience_s: float
    ) -> Mapping[str, Any]:
        """Call, and try again what Teams says is to be tried again. Raises ChatError."""
        if not is_trusted(reference.service_url, loopback=self.loopback):
            raise Refused(path, 0, "untrusted_address", "", retry_after_s=None)
        address = f"{reference.service_url.rstrip('/')}/{path}"
        until = self.clock.monotonic() + patience_s
        for attempt in range(_TRIES):
            try:
                return await self._once(method, address, path, body)
            except Refused as error:
                wait = error.retry_after_s
                if wait is None or error.status not in RETRIED or attempt == _TRIES - 1:
                    raise
                wait = max(wait, min(_MOST_S, _FIRST_S * 2**attempt) * (0.5 + self.draw() / 2))
                if self.clock.monotonic() + wait > until:
                    raise
                await self.clock.sleep(wait)
        raise AssertionError

    async def _once(self, method: str, address: str, path: str, body: Json | None) -> Mapping[str, Any]:
        """Make one call; a token that is refused is replaced once."""
        for attempt in (1, 2):
            token = await self.tokens.token()
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            try:
                async with self.session.request(
                    method, address, json=body, headers=headers, allow_redirects=False
                ) as response:
                    status, found = response.status, await _read(response)
                    wished = response.headers.get("Retry-After", "")
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                # The answer was lost on the way: Teams may have done it or not, so the caller decides.
                raise Refused(path, 0, type(error).__name__, "", retry_after_s=1.0) from error
            if status < _OK_UNTIL:
                return found
            if status == _UNAUTHORIZED and attempt == 1:
                self.tokens.refused(token)
                continue
            break
        raise _refusal(path, status, found, wished)


def _addressed(reference: Reference, conversation: str, activity: Json) -> Json:
    """Return an activity with sender and place filled in. Raises ChatError for one that is too long."""
    made = {
        "from": {"id": reference.bot},
        "conversation": {"id": conversation, "conversationType": reference.kind, "tenantId": reference.tenant},
        "channelId": "msteams",
        "serviceUrl": reference.service_url,
        **activity,
    }
    if message_size(made) > MESSAGE_BYTES:
        raise Refused("post", 0, "too_long", "", retry_after_s=None)
    return made


def _refusal(path: str, status: int, found: Mapping[str, Any], wished: str) -> Refused:
    error = found.get("error")
    told: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
    later: float | None = None
    if status in RETRIED or status >= _SERVER_FAULT or status == _UNAUTHORIZED:
        later = float(wished) if wished.replace(".", "", 1).isdecimal() else 2.0
    return Refused(
        path, status, str(told.get("code") or f"http_{status}"), str(told.get("message") or ""), retry_after_s=later
    )


async def _read(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    try:
        found = await response.json(content_type=None)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _safe(part: str) -> str:
    return quote(part, safe=":@;=")
