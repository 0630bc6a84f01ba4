"""Who may use the bot in Slack, by the operator's lists; an empty list means all. Pure."""

from dataclasses import dataclass
from typing import Literal

Bar = Literal["workspace", "channel", "user"]
_DIRECT = ("D", "U", "W")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Hold the ids of workspaces, channels and users that may use the bot; direct messages are no channel."""

    workspaces: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()

    def bar(self, tenant: str, channel: str, user: str) -> Bar | None:
        """Return which list keeps somebody out at a place, None when they are welcome."""
        if self.workspaces and tenant not in self.workspaces:
            return "workspace"
        if self.users and user not in self.users:
            return "user"
        return None if self.takes(channel) else "channel"

    def takes(self, channel: str) -> bool:
        """Say whether the bot may be used in a channel."""
        return not self.channels or channel in self.channels or channel.startswith(_DIRECT)
