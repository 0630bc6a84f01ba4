"""What a writer is given, whom it tells, and what it hands back."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from bot.domain.brief import Brief, Given
from bot.domain.effects import Wish
from bot.domain.errors import ModelError
from bot.domain.terms import SectionId
from bot.generation.desk import Settled
from bot.generation.supervision import Outcome
from bot.generation.work import Work
from bot.ports import Ended, Piece, SectionView

CHARACTERS_PER_TOKEN = 4
"""For a stream that did not come to its end, so that nobody counted its tokens."""

Stage = Literal["computing", "joining", "writing", "checking", "planner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Order one version of a plan: `plan` is its name (conversation/plan/version), `job` the perform job it is for.

    `user_key` is the keyed hash of the requester for the model endpoint.
    """

    plan: str
    brief: Brief
    today: date
    wish: Wish = ""
    job: str = ""
    user_key: str | None = None


class Watch(Protocol):
    """Look on while a plan is written: what moves, what is finished, and whether somebody wants something else."""

    async def progressed(self, stage: Stage, section: SectionId | None = None) -> None:
        """Say what is being done now."""
        ...

    async def restarted(self) -> None:
        """Forget the sections that were shown: the figures have changed."""
        ...

    async def shown(self, section: SectionView) -> None:
        """Take a finished section, in the order of the document."""
        ...

    async def stopped(self) -> bool:
        """Say whether the requester wants the writing to stop."""
        ...

    async def noted(self) -> Given | None:
        """Return what was said about costs meanwhile."""
        ...


@dataclass(slots=True, kw_only=True)
class Tally:
    """Count what the model used, and keep why it was not used; tokens are estimated when an endpoint does not count.

    `rejected` are the findings of sections that did not pass, for the planner's section that takes their place.
    """

    model: str | None = None
    endpoint: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    regenerations: int = 0
    repair_tokens: int = 0
    fault: ModelError | None = None
    rejected: dict[SectionId, tuple[dict[str, Any], ...]] = field(default_factory=dict)

    def add(self, ended: Ended) -> None:
        """Count one call."""
        self.model, self.endpoint = ended.model, ended.endpoint
        self.tokens_in += ended.tokens_in
        self.tokens_out += ended.tokens_out
        self.estimated |= ended.estimated

    def guess(self, last: Piece, *, asked: int, answered: int) -> None:
        """Estimate one call that did not come to its end, from the characters asked and answered."""
        self.model, self.endpoint = last.model or self.model, last.endpoint or self.endpoint
        self.tokens_in += asked // CHARACTERS_PER_TOKEN
        self.tokens_out += answered // CHARACTERS_PER_TOKEN
        self.estimated = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Be a written version: its sections in order, what they rest on, and how they came about.

    `fallback` says why the planner wrote what a model was asked for: the text key of the model's fault, or of a
    deadline or a check; None when it was not so.
    """

    order: Order
    work: Work
    sections: tuple[Settled, ...]
    tally: Tally
    outcome: Outcome
    prompt: str
    prompt_version: str
    fallback: str | None
    seconds: float

    @property
    def written_by(self) -> Literal["model", "planner", "mixed"]:
        """Tell who wrote the prose."""
        hands = {section.written_by for section in self.sections} - {"code"}
        return "mixed" if len(hands) > 1 else "model" if "model" in hands else "planner"
