"""What a button of ours carries through Teams: two opaque ids; what they mean is kept on our side. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from bot.domain.brief import LANGUAGES, Language
from bot.domain.events import ConversationRef
from bot.ports import Choice

FORM_CODE = "form"
"""Code of a form's own button."""
PICK_CODE, PICKED = "pick", "picked"
"""Code of a button whose choice stands in a list beside it, and the name of that list."""
SLOTS = frozenset({"industry", "as_typed", "target"})
"""Buttons that fill a slot."""
_CODE_DIGITS = 10


def tag_of(name: str) -> str:
    """Return the opaque id of a message by the name it is posted under (which nobody outside knows)."""
    return hashlib.blake2b(name.encode(), digest_size=16, person=b"teams-tag").hexdigest()


def code_of(choice: Choice) -> str:
    """Return the opaque id of a choice."""
    return hashlib.blake2b(f"{choice.button}\0{choice.value}".encode()).hexdigest()[:_CODE_DIGITS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Say what the buttons of a message belong to, and what they mean; `only_to` is who alone may use them."""

    place: ConversationRef
    language: Language | None = None
    plan: int = 0
    version: int = 0
    only_to: str = ""
    text: str = ""
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def fields(self) -> dict[str, str]:
        """Return what is kept: choices of earlier states of a card stay known beside the new ones."""
        head = {
            "place": self.place.key(),
            "language": self.language,
            "plan": self.plan,
            "version": self.version,
            "only_to": self.only_to,
            "text": self.text,
        }
        kept = {
            f"c/{code}": json.dumps([one.button, one.value, one.label], ensure_ascii=False)
            for code, one in self.choices.items()
        }
        return {"tag": json.dumps(head, ensure_ascii=False), **kept}

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self | None:
        """Read what was kept; None when nothing was."""
        if not fields.get("tag"):
            return None
        head = json.loads(fields["tag"])
        choices = {name[2:]: Choice(*json.loads(text)) for name, text in fields.items() if name.startswith("c/")}
        language = next((one for one in LANGUAGES if one == head["language"]), None)
        return cls(
            place=ConversationRef.parse(head["place"]),
            language=language,
            plan=head["plan"],
            version=head["version"],
            only_to=head["only_to"],
            text=head["text"],
            choices=choices,
        )


def coded(choices: Sequence[Choice]) -> dict[str, Choice]:
    """Return choices by their codes."""
    return {code_of(choice): choice for choice in choices}


def chosen(tag: Tag, code: str, values: Mapping[str, str]) -> Choice | None:
    """Return what was chosen: by its own button, or in the list beside a button."""
    return tag.choices.get(values.get(PICKED, "") if code == PICK_CODE else code)
