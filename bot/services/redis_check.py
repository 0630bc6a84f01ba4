"""Whether a Redis will do: it answers, and it never throws keys away by itself."""

from redis.exceptions import RedisError, ResponseError

from bot.domain.errors import BotError, StoreError
from bot.services.redis_client import Tuning, connect

WANTED_POLICY = "noeviction"
QUICK = Tuning(socket_timeout_s=2.0, retries=1)


async def check_store(url: str) -> BotError | None:
    """Return what is wrong with the store at `url`, or None; raises nothing."""
    try:
        async with connect(url, QUICK) as connections:
            await connections.calls.ping()
            policy = await _policy(connections.calls)
    except (RedisError, OSError) as error:
        return StoreError("error.store", reason=str(error) or type(error).__name__)
    except BotError as error:
        return error
    if policy not in (None, WANTED_POLICY):
        return StoreError("error.store_policy", policy=policy)
    return None


async def _policy(client: object) -> str | None:
    """Return the eviction policy; None where a managed service does not tell."""
    try:
        told = await client.config_get("maxmemory-policy")  # type: ignore[attr-defined]  # redis-py types its commands as Any
    except ResponseError:
        return None
    return str(told["maxmemory-policy"]) if told else None
