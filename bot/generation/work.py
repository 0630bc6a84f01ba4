"""What one version is written from: the case with its figures, the facts for the model, the table, the checks."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import numpy as np

from bot.domain.brief import Brief
from bot.domain.case import Case
from bot.domain.checks.context import CheckContext
from bot.domain.effects import Wish
from bot.domain.industries import IndustryBook
from bot.domain.ledger import Ledger, build_ledger
from bot.domain.prices import Catalogue, PriceBook
from bot.domain.tco_table import Table
from bot.domain.terms import SECTIONS, WRITTEN, SectionId
from bot.domain.verdict import assess

FINGERPRINT_DIGITS = 12
NOTHING_PRINTED = Ledger()


class Shelf(Protocol):
    """Hand out the current data: a price book may be replaced while the bot runs."""

    @property
    def prices(self) -> PriceBook:
        """The last good price book."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The models and tools a plan may name."""
        ...

    @property
    def industries(self) -> IndustryBook:
        """The industries."""
        ...


class Composer(Protocol):
    """Compose a document's parts from a case, without a language model."""

    def section(self, section: SectionId, case: Case) -> str:
        """Return the source of a section: the code's own sections, and the planner's for those a model may write."""
        ...

    def facts(self, case: Case) -> Mapping[str, object]:
        """Return what a model is told, as data."""
        ...

    def table(self, case: Case) -> Table:
        """Return the cost comparison."""
        ...

    def tables_markdown(self, case: Case) -> str:
        """Return what stands at the [[TCO]] marker: both tables and the recommended infrastructure, with markers."""
        ...

    def assumptions(self, case: Case) -> Sequence[Mapping[str, object]]:
        """Return every default that was used, as objects with id, text, value, unit and rows."""
        ...

    def unknowns(self, case: Case) -> Sequence[str]:
        """Return what is not known, each as a question."""
        ...

    def infrastructure_why(self, case: Case) -> str:
        """Return why this model and these GPUs, with figures printed."""
        ...

    def context(self, case: Case, *, canary: str) -> CheckContext:
        """Return what sections of this case are checked against."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Hold the case and everything made from it once; `fingerprint` names its figures."""

    case: Case
    facts: Mapping[str, object]
    table: Table
    tables_markdown: str
    context: CheckContext
    canary: str
    fingerprint: str

    @property
    def brief(self) -> Brief:
        """Return the brief."""
        return self.case.brief

    @property
    def code_sections(self) -> tuple[SectionId, ...]:
        """Return the sections that code writes, in order."""
        kind = self.brief.kind
        return tuple(section for section in SECTIONS[kind] if section not in WRITTEN[kind])


def prepare(
    brief: Brief,
    shelf: Shelf,
    composer: Composer,
    *,
    today: date,
    wish: Wish,
    canary: str,
    printed: Ledger = NOTHING_PRINTED,
) -> Work:
    """Compute the costs and everything that follows from them. Raises UserError for what cannot be computed.

    `printed` are the figures of a plan that was written before: they stand, whatever prices are today.
    """
    rng = np.random.default_rng(brief.seed)
    assessment = assess(brief.given, brief.target_percent, shelf.prices, shelf.catalogue, today=today, rng=rng)
    known = shelf.industries.industries.get(brief.industry) if brief.industry else None
    case = Case(
        brief=brief,
        assessment=assessment,
        ledger=build_ledger(assessment).overlaid(printed),
        catalogue=shelf.catalogue,
        profile=known.profile if known else None,
        today=today,
        wish=wish,
    )
    return Work(
        case=case,
        facts=composer.facts(case),
        table=composer.table(case),
        tables_markdown=composer.tables_markdown(case),
        context=composer.context(case, canary=canary),
        canary=canary,
        fingerprint=fingerprint(case),
    )


def fingerprint(case: Case) -> str:
    """Return a name for the figures and the brief a text was written with: another one makes the text void."""
    figures = repr([(figure.id, figure.value) for figure in case.ledger])
    plain = repr((replace(case.brief, given=case.assessment.inputs.given), case.today, case.wish, figures))
    return hashlib.sha256(plain.encode()).hexdigest()[:FINGERPRINT_DIGITS]
