"""What was heard in a conversation, as one kind with what it carries."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.domain.brief import NOTHING_GIVEN, Given, Kind, Language
from bot.domain.talk.what_ifs import NO_WHAT_IF, WhatIf

HeardKind = Literal[
    # what fills the slots, and what is wrong with it
    "slots", "unknown_industry", "out_of_range", "fraction", "range",
    # answers
    "yes", "no", "dont_know",
    # commands
    "help", "cancel", "restart", "stop", "history", "forget", "forget_yes", "forget_no", "privacy", "language",
    "own_language", "hand_over", "form",
    # everything else somebody says
    "question", "thanks", "hello", "unclear", "empty", "too_long", "file",
    # about a plan
    "what_if", "spend_unknown", "regenerate", "refine", "plan_action", "written",
    # repairs
    "stranger", "old_button", "answered_button", "edited", "deleted", "expired", "nothing",
]  # fmt: skip
HEARD_KINDS: tuple[HeardKind, ...] = get_args(HeardKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Hold the slots one event names; `whole` marks a form, which names all it wants changed at once.

    `spend_unread` says that a spend was told too, but none that could be taken.
    """

    industry: str | None = None
    typed: str = ""
    target: float | None = None
    kind: Kind | None = None
    language: Language | None = None
    given: Given = NOTHING_GIVEN
    what_if: WhatIf = NO_WHAT_IF
    whole: bool = False
    spend_unread: bool = False

    @property
    def names_industry(self) -> bool:
        """Say whether an industry is named, known to us or as typed."""
        return self.industry is not None or bool(self.typed)

    def __bool__(self) -> bool:
        return self.names_industry or self.target is not None or self.kind == "basic" or self.given != NOTHING_GIVEN


NO_SLOTS = Slots()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Hold what was heard: the kind picks the rule, the rest is for the rule.

    `button` and `value` are what was pressed (or the command word), `text` the words of a message; `typed`, `said`,
    `low` and `high` belong to a problem with a slot. `then` is what an edited message would be as a new one.
    """

    kind: HeardKind
    slots: Slots = NO_SLOTS
    text: str = ""
    button: str = ""
    value: str = ""
    typed: str = ""
    said: float | None = None
    low: float | None = None
    high: float | None = None
    message: str = ""
    language: Language | None = None
    then: HeardKind = "nothing"
