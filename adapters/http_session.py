"""The HTTP session an adapter calls its platform with: one pool of connections, no cookies, the system's proxies."""

import json
from typing import Any
from urllib.request import getproxies

import aiohttp
import orjson


def new_session(*, total_s: float, connect_s: float) -> aiohttp.ClientSession:
    """Return a session whose calls take at most so many seconds, those to connect among them."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=total_s, sock_connect=connect_s),
        # Told to trust it, aiohttp asks the environment before each request, in a thread: only where it has an answer.
        trust_env=bool(getproxies()),
        # The platforms know us by our token, and looking for cookies costs each call.
        cookie_jar=aiohttp.DummyCookieJar(),
        json_serialize_bytes=_json,
    )


def _json(body: Any) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:
        # UTF-8 has no form for half a surrogate pair; what writes ASCII alone can still say it. The store's records do
        # the same: adapters and services stand side by side and do not import each other.
        return json.dumps(body).encode("ascii")
