"""What the Teams adapter asks of the store, as Protocols of a few verbs."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from bot.domain.events import ConversationRef
from bot.ports import Attempt

PostClaim = Literal["yours", "taken_before", "done"]


class Posts(Protocol):
    """Remember what was posted, so that a repeat edits it and does not post it again."""

    async def claim(
        self, name: str, field: str, *, of: ConversationRef | None = None, user: str = ""
    ) -> tuple[PostClaim, str]:
        """Claim one post: `done` with what was kept, `taken_before` when somebody died while posting it.

        It goes when the conversation of `of` is forgotten, or `user` alone where one is named.
        """
        ...

    async def keep(
        self, name: str, fields: Mapping[str, str], *, of: ConversationRef | None = None, user: str = ""
    ) -> None:
        """Keep what is known of posts; `of` and `user` as above."""
        ...

    async def read(self, name: str) -> dict[str, str]:
        """Return all that was kept under a name; a claim that is still open is an empty text."""
        ...


class References(Protocol):
    """Know where conversations are answered and which teams have the bot."""

    async def refer(self, tenant: str, channel: str, reference: str) -> None:
        """Keep where a conversation is answered; an empty text forgets it."""
        ...

    async def referred(self, tenant: str, channel: str) -> str:
        """Return where a conversation is answered, or an empty text."""
        ...

    async def keep_team(self, tenant: str, team: str, reference: str) -> None:
        """Keep a team the bot is installed in; an empty text forgets it."""
        ...

    async def teams(self, tenant: str) -> tuple[str, ...]:
        """Return the teams of a tenant the bot is installed in."""
        ...


class Budget(Protocol):
    """Share the calls Teams takes for a conversation between all processes."""

    async def take(self, name: str, paces: Sequence[tuple[int, int]], *, by: Attempt | None = None) -> float:
        """Take one call from every pace (milliseconds between calls, calls at once); returns the seconds to wait.

        Raises StoreError (`error.lease_lost`) where `by` does not hold its job any more.
        """
        ...

    async def hold(self, name: str, seconds: float) -> None:
        """Let nobody call for so many seconds: Teams said so."""
        ...
