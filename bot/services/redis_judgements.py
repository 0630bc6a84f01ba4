"""What people thought of plans, in Redis: one judgement a person and plan version, for the operator to read."""

from bot.ports import Judgement
from bot.services.records import CODEC
from bot.services.redis_keys import hashed
from bot.services.redis_scripts import Scripts


class RedisJudgements:
    """Keep judgements; `forget` takes them along with what else is somebody's."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def keep(self, judgement: Judgement, *, tenant: str, user: str) -> None:
        """Keep a judgement in place of an earlier one by the same person on the same plan version."""
        talk = judgement.plan.split("/", 1)[0]
        whose = hashed(tenant, user)
        record = CODEC.write("judgement", Judgement, judgement)
        await self._scripts.run("keep_judgement", talk, f"{judgement.plan}/{whose}", whose, judgement.at, record)

    async def newest(self, most: int) -> tuple[Judgement, ...]:
        """Return the newest judgements first, at most so many."""
        texts = await self._scripts.run("judgements", most)
        return tuple(CODEC.read("judgement", Judgement, text) for text in texts)
