"""The tokens of many workspaces: sealed in the store, refreshed by one process at a time, forgotten on removal."""

import asyncio
import json
import logging
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import aiohttp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import ChatError, SettingsError
from bot.ports import Clock

log = logging.getLogger(__name__)

EARLY_MS = 30 * 60 * 1000
"""Ours: a token that lives twelve hours is refreshed half an hour before its end, so that one failure is no outage."""
CACHED_S = 60.0
POLL_S = 0.1
WAIT_S = 20.0


class InstallationStore(Protocol):
    """Keep sealed tokens, and see that states and refreshes count once."""

    async def read_installation(self, tenant: str) -> str:
        """Return a workspace's sealed tokens, or an empty text."""
        ...

    async def keep_installation(self, tenant: str, sealed: str) -> None:
        """Keep them; an empty text deletes them."""
        ...

    async def lock(self, tenant: str, holder: str) -> bool:
        """Take the right to refresh; it runs out by itself."""
        ...

    async def unlock(self, tenant: str, holder: str) -> None:
        """Give it back."""
        ...

    async def issue_state(self, state: str) -> None:
        """Let a state be used once within ten minutes."""
        ...

    async def use_state(self, state: str) -> bool:
        """Use it up; False when it is unknown, too old or used."""
        ...

    def new_holder(self) -> str:
        """Return a fresh random id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Hold what a workspace granted; `expires_at` is milliseconds since 1970 UTC, 0 for never."""

    tenant: str
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Name the app towards Slack's OAuth."""

    id: str
    secret: str = field(repr=False)
    base_url: str
    session: aiohttp.ClientSession

    async def access(self, **grant: str) -> dict[str, Any]:
        """Exchange a code or a refresh token. Raises ChatError."""
        client = AsyncWebClient(session=self.session, base_url=self.base_url, retry_handlers=[])
        try:
            # The SDK's own method for this uses a class that aiohttp is about to remove.
            body = {"client_id": self.id, "client_secret": self.secret, **grant}
            answer = await client.api_call("oauth.v2.access", data=body)
        except SlackApiError as error:
            reason = str(error.response.get("error"))
            raise ChatError("error.slack", final=True, method="oauth.v2.access", reason=reason) from None
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ChatError(
                "error.slack", retry_after_s=1.0, method="oauth.v2.access", reason=type(error).__name__
            ) from None
        return dict(answer.data)  # type: ignore[arg-type]  # bytes only for downloads


def make_seal(keys: str) -> MultiFernet:
    """Return what seals tokens: the first key seals, all open. Raises SettingsError."""
    try:
        return MultiFernet([Fernet(key) for key in keys.replace(",", " ").split()])
    except ValueError as error:
        raise SettingsError("error.settings", setting="SLACK_TOKEN_KEYS", reason=str(error)) from None


@dataclass(slots=True, kw_only=True)
class Installations:
    """Know the token of each workspace that installed the bot."""

    store: InstallationStore
    seal: MultiFernet
    client: Client
    clock: Clock
    _cached: dict[str, tuple[float, Installation]] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def token(self, tenant: str) -> str:
        """Return a token that is good for a while. Raises ChatError."""
        known = self._cached.get(tenant)
        if known and self.clock.monotonic() - known[0] < CACHED_S and not self._is_ending(known[1]):
            return known[1].token
        async with self._locks.setdefault(tenant, asyncio.Lock()):
            found = await self._read(tenant)
            if self._is_ending(found):
                found = await self._refresh(found)
            self._cached[tenant] = (self.clock.monotonic(), found)
            return found.token

    async def purge(self, tenant: str) -> None:
        """Forget a workspace's tokens."""
        self._cached.pop(tenant, None)
        await self.store.keep_installation(tenant, "")

    async def keep(self, installation: Installation) -> None:
        """Keep what a workspace granted, sealed."""
        sealed = self.seal.encrypt(json.dumps(asdict(installation)).encode()).decode()
        await self.store.keep_installation(installation.tenant, sealed)
        self._cached.pop(installation.tenant, None)

    async def _read(self, tenant: str) -> Installation:
        sealed = await self.store.read_installation(tenant)
        if not sealed:
            raise ChatError("error.slack.no_token", final=True, tenant=tenant, reason="not_installed")
        try:
            return Installation(**json.loads(self.seal.decrypt(sealed.encode())))
        except InvalidToken:
            # Sealed with a key that was taken away: only installing again helps.
            raise ChatError("error.slack.no_token", final=True, tenant=tenant, reason="sealed") from None

    def _is_ending(self, installation: Installation) -> bool:
        return 0 < installation.expires_at < self.clock.now_ms() + EARLY_MS

    async def _refresh(self, installation: Installation) -> Installation:
        """Refresh a token that ends soon; the other processes wait for the one that does: its key works once."""
        tenant, holder = installation.tenant, self.store.new_holder()
        until = self.clock.monotonic() + WAIT_S
        while not await self.store.lock(tenant, holder):
            if self.clock.monotonic() > until:
                raise ChatError("error.slack", retry_after_s=2.0, method="oauth.v2.access", reason="locked")
            await self.clock.sleep(POLL_S)
            installation = await self._read(tenant)
            if not self._is_ending(installation):
                return installation
        try:
            installation = await self._read(tenant)
            if not self._is_ending(installation):
                return installation
            answer = await self.client.access(grant_type="refresh_token", refresh_token=installation.refresh_token)
            fresh = read_grant(answer, self.clock.now_ms(), tenant=tenant)
            await self.keep(fresh)
        finally:
            await self.store.unlock(tenant, holder)
        return fresh


def read_grant(answer: dict[str, Any], now_ms: int, *, tenant: str = "") -> Installation:
    """Return what Slack granted. Raises ChatError where it is no bot token of a workspace."""
    team = answer.get("team") or {}
    tenant, token = tenant or str(team.get("id") or ""), str(answer.get("access_token") or "")
    if not tenant or not token:
        raise ChatError("error.slack", final=True, method="oauth.v2.access", reason="no_workspace")
    lives_s = int(answer.get("expires_in") or 0)
    return Installation(
        tenant=tenant,
        token=token,
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=now_ms + lives_s * 1000 if lives_s else 0,
        name=str(team.get("name") or ""),
    )
