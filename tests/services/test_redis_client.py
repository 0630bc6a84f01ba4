"""Addresses of Redis: what each means, and what is said of one that means nothing."""

import pytest

from bot.domain.errors import SettingsError
from bot.services.redis_client import Tuning, connect, parse_sentinel
from bot.services.redis_keys import KEYS, KeyNames, Lifetimes, hashed, owner_key


def test_a_sentinel_address_names_hosts_master_and_database() -> None:
    """Several hosts, default port, credentials with escapes, a database and options are read."""
    found = parse_sentinel("rediss+sentinel://bot:p%40ss@one:26380,two,[::1]:26381/main/2?sentinel_password=x")
    assert found.hosts == (("one", 26380), ("two", 26379), ("::1", 26381))
    assert (found.service, found.db, found.username, found.password, found.tls) == ("main", 2, "bot", "p@ss", True)
    assert found.options == (("sentinel_password", "x"),)
    assert "p@ss" not in repr(found)
    assert "sentinel_password" not in repr(found)


@pytest.mark.parametrize(
    "url", ["redis+sentinel://one", "redis+sentinel://one:x/main", "redis+sentinel://one/main/db", "http://one", "one"]
)
async def test_an_address_that_means_nothing_is_a_settings_error(url: str) -> None:
    """The operator learns which setting is wrong, before anything is asked of it."""
    with pytest.raises(SettingsError, match="REDIS_URL"):
        async with connect(url, Tuning()):
            pass


@pytest.mark.parametrize(
    ("url", "tls", "password"),
    [("redis://:secret@host:7000/3", False, "secret"), ("rediss://user:secret@host/0", True, "secret")],
)
async def test_what_redis_py_would_choose_itself_is_set(url: str, tls: bool, password: str) -> None:
    """Protocol, timeouts, pool and retries are ours; the waiting client outlasts its own blocking."""
    tuning = Tuning(socket_timeout_s=3, block_s=7, connections=9, retries=4)
    async with connect(url, tuning) as connections:
        for client, timeout in ((connections.calls, 3), (connections.waits, 10)):
            pool = client.connection_pool
            options = pool.connection_kwargs
            assert type(pool).__name__ == "BlockingConnectionPool"
            assert (options["protocol"], options["socket_timeout"], pool.max_connections) == (2, timeout, 9)
            assert options["password"] == password
            assert options["retry"].get_retries() == 4
            assert ("SSL" in pool.connection_class.__name__) is tls
        assert not connections.embedded


def test_every_key_has_a_lifetime_or_an_owner() -> None:
    """No kind of key is without one of the two, and lifetimes exist under their names."""
    for key in KEYS.values():
        assert key.owner
        assert not key.ttl or Lifetimes().of(key.ttl) > 0


def test_all_keys_of_a_namespace_share_a_hash_tag() -> None:
    """A script touches several keys, which a cluster allows only within one tag."""
    names = KeyNames("bot")
    assert names.of("talk", "c1") == "{bot}:c:c1"
    assert names.is_permanent("{bot}:jobs:talk")
    assert not names.is_permanent("{bot}:c:c1")


def test_names_of_people_cannot_run_into_each_other() -> None:
    """Separators inside the parts are escaped, and hashes tell the parts apart."""
    assert owner_key("a|b", "c") != owner_key("a", "b|c")
    assert hashed("ab", "c") != hashed("a", "bc")
