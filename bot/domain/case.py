"""Everything one plan is written from, and what follows from it: its shape, its route and its months. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.domain.brief import Brief, OptionId
from bot.domain.effects import Wish
from bot.domain.industries import Profile
from bot.domain.ledger import Ledger
from bot.domain.prices import Catalogue
from bot.domain.verdict import Assessment

Shape = Literal["measure", "procure", "prove", "host", "hold"]
"""What a plan is about: measure the volume, buy capacity, prove the assumptions, go to a host, or stay for now."""

MONTHS: Mapping[Shape, tuple[int, int, int]] = {
    "measure": (3, 4, 9),
    "procure": (3, 4, 8),
    "prove": (3, 5, 10),
    "host": (2, 3, 6),
    "hold": (2, 4, 6),
}
"""Months of evaluation, pilot and deployment by shape."""

PURCHASE_MONTHS = 3
"""Months more until servers are delivered and installed."""

SUPERVISED = frozenset(
    {"finance", "insurance", "healthcare", "pharma", "public-sector", "energy", "telecom", "aerospace-defense", "legal"}
)
"""Industries with a supervisor or a duty of secrecy of their own: the evaluation has one month more for it."""

PILOT_CHANGE: Mapping[Wish, int] = {"": 0, "shorter_pilot": -2, "longer_pilot": 3}
PILOT_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Hold what one plan is written from; `profile` is None for an industry taken as typed."""

    brief: Brief
    assessment: Assessment
    ledger: Ledger
    catalogue: Catalogue
    profile: Profile | None
    today: date
    wish: Wish = ""

    @property
    def shape(self) -> Shape:
        """Return what the plan is about."""
        return find_shape(self.assessment)

    @property
    def route(self) -> OptionId:
        """Return the option the plan leads to."""
        return find_route(self.assessment)

    @property
    def months(self) -> tuple[tuple[int, int], ...]:
        """Return the first and last month of each phase."""
        return plan_months(self.shape, self.route, industry=self.brief.industry, wish=self.wish)


def find_shape(assessment: Assessment) -> Shape:
    """Return the shape that follows from the verdict, and where it fails, from whether a hosted open model saves."""
    if not assessment.inputs.volume.known or assessment.inputs.zero_volume:
        return "measure"
    saving = assessment.saving_percent
    parity = assessment.target_percent is None and saving is not None and saving > 0
    if assessment.outcome == "reached" or parity:
        return "procure"
    if assessment.outcome == "within_reach":
        return "prove"
    hosted = assessment.costs.saving("hosted_open")
    return "host" if hosted is not None and hosted > 0 else "hold"


def find_route(assessment: Assessment) -> OptionId:
    """Return the option to go for: the best one, the host, the one asked for, or the closed successor for now."""
    shape, wanted = find_shape(assessment), assessment.inputs.given.deployment
    if shape in ("procure", "prove") and assessment.best_option:
        return assessment.best_option
    if shape == "host":
        return "hosted_open"
    if shape == "hold":
        return "closed_successor" if assessment.options["closed_successor"].available else "closed"
    return "private_cloud" if wanted is None or wanted == "any" else wanted


def plan_months(shape: Shape, route: OptionId, *, industry: str | None, wish: Wish) -> tuple[tuple[int, int], ...]:
    """Return the first and last month of evaluation, pilot and deployment."""
    evaluation, pilot, deployment = MONTHS[shape]
    evaluation += industry in SUPERVISED
    pilot = max(PILOT_MIN, pilot + PILOT_CHANGE[wish])
    deployment += PURCHASE_MONTHS if route == "on_premise" else 0
    ends = (evaluation, evaluation + pilot, evaluation + pilot + deployment)
    return tuple(zip((1, ends[0] + 1, ends[1] + 1), ends, strict=True))
