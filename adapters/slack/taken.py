"""What a request of Slack comes to: at most one event for the bot, and what is done beside it. Pure."""

from dataclasses import dataclass

from bot.domain.brief import Language
from bot.domain.events import ConversationRef, Event

OPENED = "opened"
"""Stands in an event for a trigger that the door has used itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Open the form with a trigger, for a user at a place; `refine` the longer one under a plan.

    `reason` opens the one that asks why plan `plan`, version `version` did not help.
    """

    trigger: str
    place: ConversationRef
    user: str
    refine: bool = False
    reason: bool = False
    plan: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Hold what one request means.

    `keys` are all ids Slack may send the event under. `otherwise` is the place it belongs to when nothing is known of
    its own, and `known_only` drops it then. `answer_url` takes up to five answers; `home` is the user whose home tab
    opened, `greet` the direct channel that opened and `person` who opened it, `gone` the workspace that removed the
    bot. `card` is the (channel, ts) of a command's card that was clicked. `errors` are (field, text key) pairs that
    keep a form open.
    """

    event: Event | None = None
    keys: tuple[str, ...] = ()
    tenant: str = ""
    otherwise: ConversationRef | None = None
    known_only: bool = False
    form: Form | None = None
    answer_url: str = ""
    home: str = ""
    greet: str = ""
    person: str = ""
    gone: bool = False
    card: tuple[str, str] | None = None
    errors: tuple[tuple[str, str], ...] = ()
    language: Language | None = None


def stop_key(channel: str, ts: str) -> str:
    """Name the stop of a stream: Slack tells of it in an event and at the next append, in any order."""
    return f"stopped/{channel}/{ts}"


NOTHING = Taken()
