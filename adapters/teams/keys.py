"""Who sent an activity: the channel's signing keys, kept and fetched again when they rotate, and our claims policy."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt

from adapters.teams.limits import KEYS_FOR_S, LEEWAY_S, REFETCH_S
from bot.domain.errors import BotError
from bot.ports import Clock

log = logging.getLogger(__name__)

METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
CHANNEL = "msteams"


class Refusal(BotError):
    """Say that a request is not from the channel; `reason` is for the operator's log only."""

    code = "refused"

    def __init__(self, reason: str) -> None:
        super().__init__("error.teams.refused", reason=reason)


class KeysMissing(BotError):
    """Say that the channel's keys cannot be fetched, so nobody can be checked now."""

    code = "keys"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Be one key of the channel and the channels it vouches for."""

    key: Any
    endorsements: frozenset[str]


@dataclass(slots=True, kw_only=True)
class KeyCache:
    """Keep the channel's keys for a day; an unknown one leads to one fetch, at most once a minute."""

    session: aiohttp.ClientSession
    clock: Clock
    metadata: str = METADATA
    _keys: Mapping[str, SigningKey] = field(default_factory=dict)
    _fetched: float = float("-inf")
    _tried: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def find(self, kid: str) -> SigningKey | None:
        """Return a key by its id. Raises KeysMissing when no key was ever fetched and none can be."""
        now = self.clock.monotonic()
        if kid not in self._keys or now - self._fetched > KEYS_FOR_S:
            async with self._lock:
                await self._refresh(kid)
        if not self._keys:
            raise KeysMissing("error.teams.keys")
        return self._keys.get(kid)

    async def _refresh(self, kid: str) -> None:
        now = self.clock.monotonic()
        fresh = now - self._fetched <= KEYS_FOR_S
        # Another request may have fetched them while this one waited.
        if (kid in self._keys and fresh) or now - self._tried < REFETCH_S:
            return
        self._tried = now
        try:
            found = await self._get(self.metadata)
            keys = await self._get(str(found["jwks_uri"]))
            self._keys = {str(one["kid"]): _read_key(one) for one in keys["keys"] if one.get("kty") == "RSA"}
            self._fetched = now
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError, TypeError, jwt.PyJWTError) as error:
            # Old keys stay in use: a channel that cannot be asked is no reason to refuse what it signed.
            log.warning("the channel's keys could not be fetched: %s", type(error).__name__)

    async def _get(self, address: str) -> dict[str, Any]:
        async with self.session.get(address, raise_for_status=True) as response:
            found = await response.json(content_type=None)
        if not isinstance(found, dict):
            raise TypeError(address)
        return found


def _read_key(described: Mapping[str, Any]) -> SigningKey:
    return SigningKey(jwt.PyJWK(dict(described), ALGORITHM).key, frozenset(described.get("endorsements") or ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Validator:
    """Check the token of a request; `app_id` is the bot's own."""

    keys: KeyCache
    app_id: str
    clock: Clock
    issuer: str = ISSUER

    async def check(self, header: str, *, service_url: str) -> Mapping[str, Any]:
        """Return the claims of a bearer token. Raises Refusal, or KeysMissing when nobody can be checked."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("no bearer token")
        key = await self._key(token)
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self.app_id,
                issuer=self.issuer,
                # Times are checked by our own clock below.
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise Refusal(type(error).__name__) from error
        self._check_times(claims)
        named = claims.get("serviceurl") or claims.get("serviceUrl")
        if not service_url or not isinstance(named, str) or _plain(named) != _plain(service_url):
            raise Refusal("service address")
        return claims

    async def _key(self, token: str) -> Any:
        try:
            head = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise Refusal("not a token") from error
        if head.get("alg") != ALGORITHM or not isinstance(head.get("kid"), str):
            raise Refusal("algorithm or key id")
        key = await self.keys.find(head["kid"])
        if key is None:
            raise Refusal("unknown key")
        if CHANNEL not in key.endorsements:
            raise Refusal("key not endorsed for Teams")
        return key.key

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self.clock.now_ms() / 1000
        ends, begins = claims["exp"], claims.get("nbf", 0)
        if not isinstance(ends, int | float) or isinstance(ends, bool) or ends + LEEWAY_S < now:
            raise Refusal("expired")
        if not isinstance(begins, int | float) or begins - LEEWAY_S > now:
            raise Refusal("not valid yet")


def _plain(address: str) -> str:
    return address.rstrip("/").lower()
