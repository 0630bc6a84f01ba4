"""What Redis keeps of what users have chosen for themselves."""

from bot.domain.brief import LANGUAGES, Language
from bot.services.redis_keys import owner_key
from bot.services.redis_scripts import Scripts


def read_language(kept: str | None) -> Language | None:
    """Return the language that was kept; None for nothing."""
    return next((language for language in LANGUAGES if language == kept), None)


class RedisPreferences:
    """Know what users have chosen for themselves."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def language(self, tenant: str, user: str) -> Language | None:
        """Return the language a user chose, None where they chose none."""
        return read_language(await self._scripts.run("preference", owner_key(tenant, user), ""))

    async def keep_language(self, tenant: str, user: str, language: Language) -> None:
        """Keep it."""
        await self._scripts.run("preference", owner_key(tenant, user), language)
