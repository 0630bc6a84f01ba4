"""What a conversation remembers between two turns, and what a turn leads to."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.domain.brief import NOTHING_GIVEN, Brief, Given, Kind, Language
from bot.domain.effects import Effect, Wish

SCHEMA = 1
EXPIRES_AFTER_MS = 24 * 60 * 60 * 1000
"""A dialogue whose question nobody answered for this long has expired (product.md, Slots)."""

Stage = Literal["new", "industry", "target", "writing", "done", "stopped", "failed", "idle"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Asked = Literal["", "industry", "nearest", "target", "fraction", "range"]

FREE: tuple[Stage, ...] = ("new", "idle")
ASKING: tuple[Stage, ...] = ("industry", "target")
ENDED: tuple[Stage, ...] = ("done", "stopped", "failed")


# Without slots, so that `altered` can copy it at once.
@dataclass(frozen=True, kw_only=True)
class State:
    """Hold one conversation; `new` is the stage before anything was heard, `idle` the one after a cancel.

    `asked` is the question that waits for an answer, with what it needs in `typed`, `low` and `high`.
    `queued` is what was asked for while a version was being written; it is written next, as a plan of its own when
    `queued_plan`. `industry_message` and `target_message` name the messages that filled the slots. `quiet` means that
    only the owner sees the questions, as long as there is no card; `noting` that the running writer was told costs.
    `kept` is the last version of the plan that was finished, 0 where none was.
    Times are milliseconds since 1970 UTC.
    """

    schema: int = SCHEMA
    stage: Stage = "new"
    language: Language
    language_fixed: bool = False
    owner: str = ""
    private: bool = False
    quiet: bool = False
    kind: Kind = "pro"
    industry: str | None = None
    industry_typed: str = ""
    target: float | None = None
    given: Given = NOTHING_GIVEN
    asked: Asked = ""
    typed: str = ""
    low: float | None = None
    high: float | None = None
    reasks: int = 0
    industry_message: str = ""
    target_message: str = ""
    forget_of: str = ""
    plan: int = 0
    version: int = 0
    kept: int = 0
    wish: Wish = ""
    brief: Brief | None = None
    queued: Brief | None = None
    queued_plan: bool = False
    stopping: bool = False
    noting: bool = False
    touched_ms: int = 0

    @property
    def shown(self) -> int:
        """Return the version that is meant where none is named: one that failed leaves nothing to read."""
        return self.version if self.stage in ("writing", "stopped") else self.kept or self.version


@dataclass(frozen=True, slots=True)
class Step:
    """Hold where a turn leads: the next state and what is to be done, in order."""

    state: State
    effects: tuple[Effect, ...] = ()
