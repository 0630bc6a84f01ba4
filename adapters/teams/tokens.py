"""Our own token for the Bot Connector: asked for with a secret, a certificate or a managed identity, and kept."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from bot.domain.errors import ChatError
from bot.ports import Clock

AUTHORITY = "https://login.microsoftonline.com"
RESOURCE = "https://api.botframework.com"
EARLY_S = 300.0
"""A token is asked for again so long before it ends."""
BUSY_S = 5.0
_ASSERTION_S = 600
_IDENTITY = "http://169.254.169.254/metadata/identity/oauth2/token"


class Tokens(Protocol):
    """Hand out a token for the Bot Connector."""

    async def token(self) -> str:
        """Return a token that is valid for some minutes more; empty where none is needed. Raises ChatError."""
        ...

    def refused(self, token: str) -> None:
        """Forget a token that was refused."""
        ...


class NoToken:
    """Send no token: for the Agents Playground on this machine."""

    async def token(self) -> str:
        """Return nothing."""
        return ""

    def refused(self, token: str) -> None:
        """Do nothing."""


class Grant(Protocol):
    """Say how a token is asked for."""

    def request(self, now_s: float) -> "TokenRequest":
        """Return the request for a token."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """Be one request for a token: with a `form` it is sent, without one it is fetched."""

    address: str
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretGrant:
    """Ask with the app's secret; `tenant` is ours, or botframework.com for a bot of many tenants."""

    app_id: str
    tenant: str
    secret: str = field(repr=False)
    authority: str = AUTHORITY

    def request(self, now_s: float) -> TokenRequest:
        """Return the request for a token."""
        del now_s
        return _sent(self.authority, self.tenant, self.app_id, {"client_secret": self.secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateGrant:
    """Ask with a certificate: `pem` holds the private key and the certificate."""

    app_id: str
    tenant: str
    pem: bytes = field(repr=False)
    authority: str = AUTHORITY

    def request(self, now_s: float) -> TokenRequest:
        """Return the request for a token, signed with the key of the certificate."""
        digest = x509.load_pem_x509_certificate(self.pem).fingerprint(hashes.SHA256())
        claims = {
            "aud": f"{self.authority}/{self.tenant}/oauth2/v2.0/token",
            "iss": self.app_id,
            "sub": self.app_id,
            "jti": str(uuid4()),
            "nbf": int(now_s),
            "exp": int(now_s) + _ASSERTION_S,
        }
        named = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        signed = jwt.encode(claims, self.pem, algorithm="PS256", headers={"x5t#S256": named})
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return _sent(
            self.authority, self.tenant, self.app_id, {"client_assertion_type": kind, "client_assertion": signed}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityGrant:
    """Ask the machine for its managed identity; App Service names an address and a header of its own."""

    app_id: str
    address: str = _IDENTITY
    header: str = field(default="", repr=False)

    def request(self, now_s: float) -> TokenRequest:
        """Return the request for a token."""
        del now_s
        version = "2019-08-01" if self.header else "2018-02-01"
        query = f"api-version={version}&resource={quote(RESOURCE, safe='')}&client_id={quote(self.app_id)}"
        headers = {"X-IDENTITY-HEADER": self.header} if self.header else {"Metadata": "true"}
        return TokenRequest(address=f"{self.address}?{query}", headers=headers)


def _sent(authority: str, tenant: str, app_id: str, proof: Mapping[str, str]) -> TokenRequest:
    form = {"grant_type": "client_credentials", "client_id": app_id, "scope": f"{RESOURCE}/.default", **proof}
    return TokenRequest(address=f"{authority}/{quote(tenant, safe='')}/oauth2/v2.0/token", form=form)


@dataclass(slots=True, kw_only=True)
class TokenCache:
    """Keep one token until shortly before it ends; many who ask at once share one request."""

    grant: Grant
    session: aiohttp.ClientSession
    clock: Clock
    _token: str = field(default="", repr=False)
    _until: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """Return a token that is valid for some minutes more. Raises ChatError."""
        async with self._lock:
            if self.clock.monotonic() >= self._until:
                await self._fetch()
            return self._token

    def refused(self, token: str) -> None:
        """Forget a token that was refused."""
        if token == self._token:
            self._until = float("-inf")

    async def _fetch(self) -> None:
        asked = self.grant.request(self.clock.now_ms() / 1000)
        method = "POST" if asked.form else "GET"
        try:
            async with self.session.request(
                method, asked.address, data=dict(asked.form) or None, headers=dict(asked.headers)
            ) as response:
                found: Any = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _fault(type(error).__name__, retry_after_s=BUSY_S) from error
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _fault(f"http_{response.status}", retry_after_s=BUSY_S)
        if response.status != HTTPStatus.OK or not isinstance(found, Mapping):
            reason = found.get("error", "") if isinstance(found, Mapping) else ""
            # A secret that ran out is put right by the operator: answers wait for it, they are not thrown away.
            raise _fault(f"token {response.status} {reason}", retry_after_s=60.0)
        self._token = str(found["access_token"])
        self._until = self.clock.monotonic() + max(float(found.get("expires_in", 0)) - EARLY_S, 30.0)


def _fault(reason: str, *, retry_after_s: float) -> ChatError:
    return ChatError("error.teams", retry_after_s=retry_after_s, call="token", reason=reason)
