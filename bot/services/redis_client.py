"""Connections to Redis: standard, TLS and Sentinel addresses, or an embedded one in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError

from bot.domain.errors import SettingsError

SENTINEL_PORT = 26379
EMBEDDED_CONNECTIONS = 10_000
# A Sentinel answers or is passed over: three of them must fit into the time a door has.
SENTINEL_TIMEOUT_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Set what redis-py would choose itself: seconds, connections and how often a call is tried again."""

    socket_timeout_s: float = 5.0
    connect_timeout_s: float = 2.0
    connections: int = 50
    retries: int = 5
    retry_base_s: float = 0.02
    retry_cap_s: float = 0.5
    block_s: float = 5.0
    deadline_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Connections:
    """Hold two clients: `calls` for scripts, `waits` for blocking reads, which needs a longer socket timeout."""

    calls: "Redis"
    waits: "Redis"
    embedded: bool
    tuning: Tuning


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """Hold the parts of `redis+sentinel://[user:password@]host[:port][,host…]/name[/db][?option=…]`."""

    hosts: tuple[tuple[str, int], ...]
    service: str
    db: int
    username: str | None
    password: str | None = field(repr=False)
    tls: bool
    options: tuple[tuple[str, str], ...] = field(repr=False)


def parse_sentinel(url: str) -> SentinelAddress:
    """Read a Sentinel address (`rediss+sentinel` for TLS). Raises SettingsError."""
    # Taken apart by hand: urlsplit refuses several hosts as soon as one of them is an IPv6 address.
    scheme, _, rest = url.partition("://")
    address, _, query = rest.partition("?")
    place, _, names = address.partition("/")
    credentials, _, hosts = place.rpartition("@")
    user, _, password = credentials.partition(":")
    path = [part for part in names.split("/") if part]
    try:
        return SentinelAddress(
            hosts=tuple(_host_and_port(one) for one in hosts.split(",")),
            service=path[0] if path and hosts else _missing(),
            db=int(path[1]) if len(path) > 1 else 0,
            username=unquote(user) or None,
            password=unquote(password) or None,
            tls=scheme.startswith("rediss"),
            options=tuple(parse_qsl(query)),
        )
    except ValueError as error:
        raise SettingsError("error.settings", setting="REDIS_URL", reason=str(error)) from None


def _missing() -> str:
    raise ValueError("a Sentinel address names its hosts and the master")


def _host_and_port(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or host.count("[") != host.count("]"):
        return text.strip("[]"), SENTINEL_PORT
    return host.strip("[]"), int(port)


def _retry(tuning: Tuning) -> Retry:
    return Retry(
        ExponentialWithJitterBackoff(base=tuning.retry_base_s, cap=tuning.retry_cap_s),
        retries=tuning.retries,
    )


def _options(tuning: Tuning, socket_timeout_s: float) -> dict[str, Any]:
    # RESP2: its replies have the same shape in fakeredis and on every server from 6.2 on.
    return {
        "protocol": 2,
        "decode_responses": True,
        "socket_timeout": socket_timeout_s,
        "socket_connect_timeout": tuning.connect_timeout_s,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "max_connections": tuning.connections,
    }


def _standard(url: str, tuning: Tuning, socket_timeout_s: float) -> "Redis":
    try:
        pool = BlockingConnectionPool.from_url(
            url, timeout=tuning.socket_timeout_s, retry=_retry(tuning), **_options(tuning, socket_timeout_s)
        )
    except ValueError as error:
        raise SettingsError("error.settings", setting="REDIS_URL", reason=str(error)) from None
    return Redis.from_pool(pool)


def _through_sentinel(address: SentinelAddress, tuning: Tuning, socket_timeout_s: float) -> tuple["Redis", ...]:
    chosen = dict(address.options)
    asked = {
        "socket_timeout": SENTINEL_TIMEOUT_S,
        "socket_connect_timeout": SENTINEL_TIMEOUT_S,
        "protocol": 2,
        "retry": Retry(ExponentialWithJitterBackoff(base=tuning.retry_base_s, cap=tuning.retry_cap_s), retries=1),
        "username": chosen.pop("sentinel_username", None),
        "password": chosen.pop("sentinel_password", None),
    }
    if address.tls:
        asked["ssl"] = True
    sentinel = Sentinel(  # type: ignore[no-untyped-call]  # redis-py does not type this one
        address.hosts, sentinel_kwargs=asked
    )
    options = _options(tuning, socket_timeout_s) | {"max_connections": 4 * tuning.connections} | chosen
    master = cast(
        "Redis",
        sentinel.master_for(
            address.service,
            db=address.db,
            username=address.username,
            password=address.password,
            retry=_retry(tuning),
            ssl=address.tls,
            **options,
        ),
    )
    return master, *sentinel.sentinels


def _connect(url: str, tuning: Tuning, socket_timeout_s: float) -> tuple["Redis", ...]:
    """Return the client, and behind it those of the Sentinels, which are closed with it."""
    if "+sentinel" in url.partition("://")[0]:
        return _through_sentinel(parse_sentinel(url), tuning, socket_timeout_s)
    return (_standard(url, tuning, socket_timeout_s),)


def _embed() -> tuple[tuple["Redis", ...], tuple["Redis", ...]]:
    import fakeredis

    server = fakeredis.FakeServer()
    # protocol=2: with its default, scripts would see stream replies in a shape no real server gives them.
    # Its pool cannot wait for a free connection, but one costs next to nothing here.
    options: dict[str, Any] = {"protocol": 2, "decode_responses": True, "max_connections": EMBEDDED_CONNECTIONS}
    return (fakeredis.FakeAsyncRedis(server=server, **options),), (fakeredis.FakeAsyncRedis(server=server, **options),)


@asynccontextmanager
async def connect(url: str | None, tuning: Tuning) -> AsyncIterator[Connections]:
    """Open the clients for `url`, embedded without one, and close them at the end. Raises SettingsError.

    No connection is made yet: a Redis that is down shows when it is asked something.
    """
    if url is None:
        calls, waits = _embed()
    else:
        calls = _connect(url, tuning, tuning.socket_timeout_s)
        waits = _connect(url, tuning, tuning.block_s + tuning.socket_timeout_s)
    try:
        yield Connections(calls[0], waits[0], url is None, tuning)
    finally:
        for client in (*calls, *waits):
            try:
                await client.aclose()
            except (RedisError, OSError):
                # The server has gone before us: nothing is left to close.
                continue
