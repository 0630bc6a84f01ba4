"""Calls of Slack's Web API: one shared session, a pace shared by all processes, and every fault as a ChatError."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.limits import ELSEWHERE, HOPELESS, LATER, PACES, PER_CHANNEL, PLAINER, Pace
from adapters.slack.store import Budget, Tokens
from bot.domain.errors import ChatError
from bot.ports import Attempt, Clock

log = logging.getLogger(__name__)

BUSY_S = 30.0
"""Seconds until another try where Slack names none."""
REPEATABLE = frozenset(
    {"chat.update", "chat.delete", "chat.stopStream", "conversations.open", "conversations.replies", "views.publish"}
)
"""Methods that do the same again, or say that it is done, so that a lost answer needs no looking."""
SCOPES_HEADER = "X-OAuth-Scopes"
_OTHER = Pace(20, 4)
_TOO_MANY = 429
_SERVER_FAULT = 500


@dataclass(slots=True, kw_only=True)
class Caller:
    """Call methods for workspaces, at most as long as `session` lets a call take; `base_url` is another Slack's."""

    session: aiohttp.ClientSession
    tokens: Tokens
    budget: Budget
    clock: Clock
    base_url: str = AsyncWebClient.BASE_URL
    _clients: dict[str, AsyncWebClient] = field(default_factory=dict)
    _granted: dict[str, frozenset[str]] = field(default_factory=dict)

    async def granted(self, tenant: str) -> frozenset[str]:
        """Return the scopes of the bot's token in a workspace; Slack names them in the head of every answer.

        Empty where it does not. Raises ChatError.
        """
        if tenant not in self._granted:
            await self.call(tenant, "auth.test", patience_s=2.0)
        return self._granted.get(tenant, frozenset())

    async def call(
        self, tenant: str, method: str, *, patience_s: float = 0.0, by: Attempt | None = None, **body: Any
    ) -> Mapping[str, Any]:
        """Call a method and return its answer; waits at most `patience_s` for the workspace's pace.

        Raises ChatError: with `retry_after_s` where a later try helps, `final` where none does. Raises StoreError
        (`error.lease_lost`) where `by` lost its job, right before the call: what stood still must not speak twice.
        """
        name, pace = f"{tenant}/{method}", PACES.get(method, _OTHER)
        if method in PER_CHANNEL:
            name = f"{name}/{body.get('channel', '')}"
        until = self.clock.monotonic() + patience_s
        while True:
            await self._wait_turn(name, method, pace, until, by)
            try:
                return await self._call(tenant, method, body)
            except ChatError as error:
                if error.retry_after_s is None:
                    raise
                await self.budget.hold(name, error.retry_after_s, a_minute=pace.a_minute, at_once=pace.at_once)
                may_repeat = error.params["reason"] == "ratelimited" or method in REPEATABLE
                if not may_repeat or self.clock.monotonic() + error.retry_after_s > until:
                    raise

    async def _wait_turn(self, name: str, method: str, pace: Pace, until: float, by: Attempt | None) -> None:
        while (wait := await self.budget.take(name, a_minute=pace.a_minute, at_once=pace.at_once, by=by)) > 0:
            if self.clock.monotonic() + wait > until:
                raise _fault(method, "our_pace", retry_after_s=wait)
            await self.clock.sleep(wait)

    async def _call(self, tenant: str, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        client = await self._client(tenant)
        given = {name: value for name, value in body.items() if value is not None}
        as_query = method.startswith(("conversations.info", "conversations.members", "conversations.replies"))
        query = as_query or method in ("conversations.history", "users.info", "chat.getPermalink", "files.info")
        try:
            if query:
                answer = await client.api_call(method, http_verb="GET", params=given)
            else:
                answer = await client.api_call(method, json=given)
        except SlackApiError as error:
            self._note_scopes(tenant, getattr(error.response, "headers", {}))
            raise _refusal(method, error) from error
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            # The answer was lost on the way: Slack may have done it or not, so the caller must look before it repeats.
            raise _fault(method, type(error).__name__, retry_after_s=1.0) from error
        self._note_scopes(tenant, answer.headers)
        found: Mapping[str, Any] = answer.data  # type: ignore[assignment]  # bytes only for downloads
        return found

    def _note_scopes(self, tenant: str, headers: Mapping[str, str]) -> None:
        named = headers.get(SCOPES_HEADER)
        if named:
            self._granted[tenant] = frozenset(scope.strip() for scope in named.split(","))

    async def _client(self, tenant: str) -> AsyncWebClient:
        token = await self.tokens.token(tenant)
        client = self._clients.get(tenant)
        if client is None or client.token != token:
            # No retry handlers: a repeat after a lost answer would post twice, and waiting is done here.
            client = AsyncWebClient(
                token=token, session=self.session, base_url=self.base_url, retry_handlers=[], logger=_client_log()
            )
            self._clients[tenant] = client
        return client


def _client_log() -> logging.Logger:
    """Return a log for the client with a level of its own: without one it describes each call for nobody to read."""
    found = log.getChild("client")
    found.setLevel(log.getEffectiveLevel())
    return found


def _refusal(method: str, error: SlackApiError) -> ChatError:
    answer = error.response
    status = getattr(answer, "status_code", 200)
    data = getattr(answer, "data", None)
    reason = str(data.get("error") if isinstance(data, Mapping) else "") or f"http_{status}"
    if status == _TOO_MANY or reason in ("ratelimited", "rate_limited"):
        wished = str(getattr(answer, "headers", {}).get("Retry-After", ""))
        return _fault(method, "ratelimited", retry_after_s=float(wished) if wished.isdecimal() else BUSY_S)
    if status >= _SERVER_FAULT or reason in LATER:
        return _fault(method, reason, retry_after_s=2.0)
    return _fault(method, reason)


def _fault(method: str, reason: str, *, retry_after_s: float | None = None) -> ChatError:
    return ChatError(
        "error.slack", retry_after_s=retry_after_s, final=retry_after_s is None, method=method, reason=reason
    )


Remedy = Literal["later", "elsewhere", "plainer", "anew", "none"]


def remedy_of(error: ChatError) -> Remedy:
    """Return what may help after a refusal."""
    reason = reason_of(error)
    if not error.final:
        return "later"
    if reason in HOPELESS:
        return "none"
    if reason in ELSEWHERE:
        return "elsewhere"
    return "plainer" if reason in PLAINER else "anew"


def reason_of(error: ChatError) -> str:
    """Return Slack's code for what was wrong."""
    return str(error.params.get("reason", ""))
