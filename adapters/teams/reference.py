"""Where a conversation in Teams is answered: the address, the bot's name there, and what kind of place it is. Pure."""

import json
from dataclasses import asdict, dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

from adapters.teams.limits import SERVICE_HOSTS
from bot.domain.events import ConversationRef

Kind = Literal["personal", "groupChat", "channel"]
_KINDS: tuple[Kind, ...] = ("personal", "groupChat", "channel")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Say how a conversation is reached; `channel` is its id without a thread, `team` the team a channel is in."""

    service_url: str
    kind: Kind
    tenant: str
    channel: str
    bot: str
    team: str = ""

    def write(self) -> str:
        """Return the reference as text."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `write` wrote; None when it is no reference."""
        try:
            reference = cls(**json.loads(text))
        except (ValueError, TypeError):
            return None
        return reference if reference.kind in _KINDS else None

    def conversation(self, to: ConversationRef) -> str:
        """Return the id of the conversation, with the thread where there are threads."""
        threaded = self.kind == "channel" and to.thread
        return f"{self.channel};messageid={to.thread}" if threaded else self.channel


def read_kind(text: object) -> Kind:
    """Return the kind of a conversation; one that is not named is a personal chat."""
    return next((kind for kind in _KINDS if kind == text), "personal")


def is_trusted(address: str, *, loopback: bool = False) -> bool:
    """Say whether a token may be sent to an address; `loopback` allows this machine too, for the Playground."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        odd = parts.username is not None or parts.port not in (None, 443)
    except ValueError:
        return False
    if loopback and host in _LOOPBACK:
        return parts.scheme in ("http", "https")
    known = any(host.endswith(one) if one.startswith(".") else host == one for one in SERVICE_HOSTS)
    return known and parts.scheme == "https" and not odd
