"""The bot's token of the one workspace an operator installed it in by hand."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OneToken:
    """Know the one token there is; every workspace that reaches the door with our signing secret has it."""

    value: str = field(repr=False)

    async def token(self, tenant: str) -> str:
        """Return the token."""
        del tenant
        return self.value

    async def purge(self, tenant: str) -> None:
        """Keep the token: it is the operator's setting, and Slack has made it worthless already."""
