"""What can happen to a conversation: frozen facts that the doors make and the dialogue steps on."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from bot.domain.brief import Language

Platform = Literal["console", "slack", "teams"]
Door = Literal["command", "mention", "message", "form"]

_SEPARATOR = "|"
_PARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRef:
    """Name the place of a conversation: `thread` is the root message, or empty outside a thread.

    `command` is the id of a slash command whose card is not posted yet; such a place is bound to its root later.
    """

    platform: Platform
    tenant: str
    channel: str
    thread: str = ""
    command: str = ""

    def key(self) -> str:
        """Return the text form that `parse` reads back; the separator is escaped inside the parts."""
        parts = (self.platform, self.tenant, self.channel, self.thread, self.command)
        return _SEPARATOR.join(part.replace("%", "%25").replace(_SEPARATOR, "%7C") for part in parts)

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read what `key` wrote; raises ValueError when it is not such a text."""
        parts = key.split(_SEPARATOR)
        if "%" in key:
            parts = [part.replace("%7C", _SEPARATOR).replace("%25", "%") for part in parts]
        if len(parts) != _PARTS or parts[0] not in ("console", "slack", "teams"):
            message = f"not a conversation reference: {key!r}"
            raise ValueError(message)
        platform: Platform = parts[0]  # type: ignore[assignment]  # narrowed by the line above
        return cls(platform=platform, tenant=parts[1], channel=parts[2], thread=parts[3], command=parts[4])


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Be the root of all events: `id` is the one the platform gave, `at` is milliseconds since 1970 UTC."""

    id: str
    place: ConversationRef
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Event):
    """Somebody said something; `hint` is the language of their client, `private` a one-to-one conversation.

    `trigger` is the platform's permit to open a form, where it gives one.
    """

    text: str
    door: Door = "message"
    hint: Language | None = None
    private: bool = False
    files: int = 0
    message: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Event):
    """Somebody pressed a button; `plan` is the plan (and `version` the version) its card belongs to, 0 when none."""

    button: str
    value: str = ""
    plan: int = 0
    version: int = 0
    trigger: str = ""
    hint: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled(Event):
    """Somebody sent a form; `values` are (field, value) pairs as typed or chosen."""

    values: tuple[tuple[str, str], ...]
    hint: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Event):
    """Somebody edited a message they had sent."""

    text: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Event):
    """Somebody deleted a message they had sent."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound(Event):
    """The root card was posted: the conversation is now also the thread `root`, or `channel/root` when elsewhere."""

    root: str

    @property
    def bound(self) -> ConversationRef:
        """The thread under the card."""
        channel, _, thread = self.root.rpartition("/")
        return replace(self.place, channel=channel or self.place.channel, thread=thread, command="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Event):
    """The writing of a plan version ended; `noted_late` when costs were noted after its cost section was written.

    `refused` is the field of what was given that no figure could be computed with.
    """

    plan: int
    version: int
    outcome: Literal["done", "stopped", "failed"]
    noted_late: bool = False
    refused: str = ""
