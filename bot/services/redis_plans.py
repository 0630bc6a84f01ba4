"""Plans in Redis: sections being written, finished versions, history and the right to be forgotten."""

from bot.domain.errors import FORGOTTEN, StoreError
from bot.ports import PlanRecord, SavedSection
from bot.services.records import CODEC
from bot.services.redis_keys import hashed, owner_key
from bot.services.redis_scripts import Scripts


def _conversation_of(plan: str) -> str:
    return plan.split("/", 1)[0]


class RedisPlans:
    """Keep plans; `plan` is `conversation/plan/version`."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def save_section(self, plan: str, section: SavedSection, *, job: str = "") -> None:
        """Save a checked section. Raises StoreError (`error.forgotten`)."""
        record = CODEC.write("section", SavedSection, section)
        if not await self._scripts.run("save_section", _conversation_of(plan), plan, section.id, record, job):
            raise StoreError(FORGOTTEN, plan=plan)

    async def sections(self, plan: str) -> tuple[SavedSection, ...]:
        """Return the saved sections in the order they were saved."""
        rows = [row.split(" ", 1) for row in await self._scripts.run("read_sections", plan)]
        rows.sort(key=lambda row: int(row[0]))
        return tuple(CODEC.read("section", SavedSection, record) for _, record in rows)

    async def finish(self, record: PlanRecord) -> None:
        """Save a finished plan version and put it into its user's history. Raises StoreError (`error.forgotten`)."""
        text = CODEC.write("plan", PlanRecord, record)
        owner = owner_key(record.tenant, record.requester)
        if not await self._scripts.run("finish", _conversation_of(record.plan), record.plan, text, owner, record.at):
            raise StoreError(FORGOTTEN, plan=record.plan)

    async def finished(self, plan: str) -> PlanRecord | None:
        """Return a finished plan version."""
        text = await self._scripts.run("read_plan", plan)
        return None if text is None else CODEC.read("plan", PlanRecord, text)


class RedisHistory:
    """Know what a user had written, and forget it."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def of_user(self, tenant: str, user: str) -> tuple[PlanRecord, ...]:
        """Return the user's finished plans, newest first."""
        texts = await self._scripts.run("history", owner_key(tenant, user))
        return tuple(CODEC.read("plan", PlanRecord, text) for text in texts)

    async def delete(self, tenant: str, user: str, plan: str) -> int:
        """Delete one plan of a user, `conversation/plan` with all its versions, and return how many records went."""
        return int(await self._scripts.run("delete_plan", owner_key(tenant, user), plan))

    async def forget(self, tenant: str, user: str, *, key: str, sparing: str = "") -> int:
        """Delete every trace of a user, or of the whole tenant when `user` is empty; return how many records went."""
        users = [user] if user else await self._scripts.run("users", tenant)
        count = 0
        for one in users:
            wish = hashed(key, one)
            count += await self._scripts.run(
                "forget", owner_key(tenant, one), one, tenant, wish, sparing, hashed(tenant, one)
            )
        return count
