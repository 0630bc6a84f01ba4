"""What the Slack adapter asks of the store, as Protocols of a few verbs."""

from collections.abc import Mapping
from typing import Literal, Protocol

from bot.domain.events import ConversationRef
from bot.ports import Attempt

PostClaim = Literal["yours", "taken_before", "done"]


class Posts(Protocol):
    """Remember what was posted, so that a repeat edits it and does not post it again."""

    async def claim(self, name: str, field: str, *, of: ConversationRef) -> tuple[PostClaim, str]:
        """Claim one post: `done` with what was kept, `taken_before` when somebody died while posting it.

        With that comes when they began, in milliseconds; empty where nobody knows.
        The claim goes when the conversation of `of` is forgotten.
        """
        ...

    async def keep(self, name: str, fields: Mapping[str, str], *, of: ConversationRef) -> None:
        """Keep what is known of posts; `of` as above."""
        ...

    async def read(self, name: str) -> dict[str, str]:
        """Return all that was kept under a name; a claim that is still open is an empty text."""
        ...


class Budget(Protocol):
    """Share the calls Slack takes from a workspace between all processes."""

    async def take(self, name: str, *, a_minute: int, at_once: int, by: Attempt | None = None) -> float:
        """Take one call; returns the seconds to wait before another try, 0 when the call may go.

        Raises StoreError (`error.lease_lost`) where `by` does not hold its job any more.
        """
        ...

    async def hold(self, name: str, seconds: float, *, a_minute: int, at_once: int) -> None:
        """Let nobody call for so many seconds: Slack said so."""
        ...


class Answers(Protocol):
    """Know the addresses at which Slack takes a private answer to a command; they are kept with its event."""

    async def take_answer(self, command: str, *, most: int, by: Attempt | None = None) -> str:
        """Return the address and count one use; empty when there is none or it was used `most` times.

        `by` as above.
        """
        ...


class Tokens(Protocol):
    """Know the bot's token in a workspace."""

    async def token(self, tenant: str) -> str:
        """Return the token. Raises ChatError (final) for a workspace that did not install the bot."""
        ...

    async def purge(self, tenant: str) -> None:
        """Forget a workspace's tokens: it removed the bot."""
        ...
