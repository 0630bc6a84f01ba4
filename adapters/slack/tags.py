"""What a button or a form of ours carries through Slack: the conversation, plan and version it belongs to. Pure."""

import json
from dataclasses import dataclass
from typing import Self

from adapters.slack.limits import BLOCK_ID
from bot.domain.brief import LANGUAGES, Language
from bot.domain.events import ConversationRef

_MARK = "ai"
_SEPARATOR = "/"
_PARTS = 5
SLOTS = frozenset({"industry", "as_typed", "target"})
"""Buttons that fill a slot."""
ACTION = "say"
"""First part of every action id of ours: `say/button/number`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Name what a row of buttons belongs to; `row` keeps the rows of one message apart."""

    place: ConversationRef | None = None
    plan: int = 0
    version: int = 0
    row: int = 0

    def write(self) -> str:
        """Return the tag as a block id; a place too long for one is left out, the message then says where it stands."""
        place = self.place.key() if self.place else ""
        text = _SEPARATOR.join((_MARK, str(self.row), str(self.plan), str(self.version), place))
        return text if len(text) <= BLOCK_ID else text[: -len(place)]

    @classmethod
    def read(cls, block_id: str) -> Self | None:
        """Read a block id; None when it is not one of ours."""
        parts = block_id.split(_SEPARATOR, _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != _MARK or not all(part.isdecimal() for part in parts[1:4]):
            return None
        row, plan, version = (int(part) for part in parts[1:4])
        return cls(place=parse_place(parts[4]), plan=plan, version=version, row=row)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTag:
    """Name the conversation a form belongs to and the language it is in; the plan version it is about, if any."""

    place: ConversationRef | None
    language: Language
    plan: int = 0
    version: int = 0

    def write(self) -> str:
        """Return the tag as private metadata of a view."""
        place = self.place.key() if self.place else ""
        return json.dumps({"place": place, "language": self.language, "plan": self.plan, "version": self.version})

    @classmethod
    def read(cls, metadata: str, *, default: Language) -> Self:
        """Read private metadata; what cannot be read is left open."""
        try:
            found = json.loads(metadata)
        except ValueError:
            found = {}
        kept = found if isinstance(found, dict) else {}
        language = next((one for one in LANGUAGES if one == kept.get("language")), default)
        plan, version = (int(kept.get(name) or 0) for name in ("plan", "version"))
        return cls(place=parse_place(str(kept.get("place") or "")), language=language, plan=plan, version=version)


def parse_place(key: str) -> ConversationRef | None:
    """Read the key of a place in Slack; None when it is none."""
    try:
        place = ConversationRef.parse(key)
    except ValueError:
        return None
    return place if place.platform == "slack" else None
