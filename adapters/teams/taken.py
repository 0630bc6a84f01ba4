"""What an activity of Teams comes to: an event, a click to be looked up, or something the door does itself. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.teams.reference import Reference
from bot.domain.brief import Language
from bot.domain.events import ConversationRef, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Name who sent an activity and from where; `directory` is their id in the tenant's directory."""

    id: str
    user: str
    directory: str
    place: ConversationRef
    reference: Reference
    at: int
    hint: Language | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Be a button of ours that was used: `tag` names its message, `code` the button; `values` were filled in."""

    tag: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Be a judgement of a message of ours: `good` or `bad`, with the words given for it."""

    message: str
    verdict: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Hold what one activity means.

    `keys` are all ids Teams may send the event under. `greet` says that the bot was just added, `gone` that it was
    removed; `team` is the team this happened in.
    """

    sender: Sender
    event: Event | None = None
    keys: tuple[str, ...] = ()
    greet: bool = False
    gone: bool = False
    team: str = ""
    click: Click | None = None
