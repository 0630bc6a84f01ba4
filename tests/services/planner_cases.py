"""Cases for the tests of the planner: one for each shape and outcome, costs computed once for each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np

from bot.domain.brief import Brief, Given, Kind, Language
from bot.domain.case import Case
from bot.domain.document.markers import render_markers
from bot.domain.effects import Wish
from bot.domain.ledger import Ledger, build_ledger
from bot.domain.strategy import compose
from bot.domain.terms import SECTIONS, SectionId
from bot.domain.verdict import Assessment, assess
from bot.services.industry_book import industry_book
from bot.services.jinja_prompts import JinjaPrompts
from bot.services.planner import Planner
from bot.services.price_book import PriceBooks

TODAY = date(2026, 11, 23)
BOOKS = PriceBooks()
PLANNER = Planner(JinjaPrompts())
INDUSTRIES = tuple(industry_book().industries)
AS_TYPED = "Umbrella repair"


@dataclass(frozen=True, slots=True)
class Situation:
    """Hold what was said about costs and for which target."""

    given: Given
    target: float = 40.0


BIG = {"closed_model": "gpt-4o", "input_mtok": 50_000.0, "output_mtok": 10_000.0}
SMALL = {"closed_model": "gpt-4o", "input_mtok": 5_000.0, "output_mtok": 1_000.0}
SITUATIONS: Mapping[str, Situation] = {
    "unknown volume": Situation(Given()),
    "unknown volume, high target": Situation(Given(), 85.0),
    "successor": Situation(Given(**BIG)),  # type: ignore[arg-type]  # a table of keyword arguments
    "reached in the cloud": Situation(Given(baseline="today", **BIG)),  # type: ignore[arg-type]
    "reached on premise": Situation(Given(baseline="today", deployment="on_premise", **BIG)),  # type: ignore[arg-type]
    "reached at a host": Situation(Given(baseline="today", deployment="hosted_open", **BIG)),  # type: ignore[arg-type]
    "within reach": Situation(Given(baseline="today", **BIG), 61.0),  # type: ignore[arg-type]
    "too small": Situation(Given(baseline="today", **SMALL)),  # type: ignore[arg-type]
    "out of reach": Situation(Given(baseline="today", **SMALL), 85.0),  # type: ignore[arg-type]
    "small against the successor": Situation(Given(**SMALL), 12.5),  # type: ignore[arg-type]
    "nearly large enough": Situation(Given(closed_model="claude-sonnet-5-5", input_mtok=20_000.0, output_mtok=4_000.0)),
    "dear closed model": Situation(Given(closed_model="claude-opus-5-5", monthly_spend=20_000.0)),
    "between two steps": Situation(Given(closed_model="gpt-4o", monthly_spend=50_000.0, baseline="today")),
    "met at both": Situation(Given(closed_model="claude-sonnet-4-5", monthly_spend=150_000.0)),
    "no capacity of one's own": Situation(Given(closed_model="gpt-4o", monthly_spend=300_000.0, gpu="b200")),
    "a spend beside a volume": Situation(Given(monthly_spend=20_000.0, **SMALL)),  # type: ignore[arg-type]
    "no usage": Situation(Given(closed_model="gpt-4o", input_mtok=0.0, output_mtok=0.0)),
    "no server for the GPU": Situation(Given(gpu="l40s", baseline="today", region="eu", **BIG)),  # type: ignore[arg-type]
}


@cache
def costs(name: str, target: float | None) -> tuple[Assessment, Ledger]:
    """Return the assessment of a situation and its ledger."""
    given = SITUATIONS[name].given
    found = assess(given, target, BOOKS.book, BOOKS.catalogue, today=TODAY, rng=np.random.default_rng(7))
    return found, build_ledger(found)


def case_of(
    name: str, industry: str = "finance", language: Language = "es", *, kind: Kind = "pro", wish: Wish = ""
) -> Case:
    """Return the case of a situation in an industry; one we do not know is taken as typed."""
    target = SITUATIONS[name].target if kind == "pro" else None
    assessment, ledger = costs(name, target)
    known = industry_book().industries.get(industry)
    brief = Brief(
        kind=kind,
        industry=industry if known else None,
        industry_label=known.name[language] if known else industry,
        target_percent=target,
        language=language,
        given=SITUATIONS[name].given,
    )
    return Case(
        brief=brief,
        assessment=assessment,
        ledger=ledger,
        catalogue=BOOKS.catalogue,
        profile=known.profile if known else None,
        today=TODAY,
        wish=wish,
    )


def case_for(given: Given, *, language: Language, target: float = 40.0) -> Case:
    """Return the case of what one test gives, in finance."""
    found = assess(given, target, BOOKS.book, BOOKS.catalogue, today=TODAY, rng=np.random.default_rng(7))
    known = case_of("dear closed model", language=language)
    brief = replace(known.brief, given=given, target_percent=target)
    return replace(known, brief=brief, assessment=found, ledger=build_ledger(found))


def sources(case: Case) -> dict[SectionId, str]:
    """Return the source of every section, in order."""
    return {section: PLANNER.section(section, case) for section in SECTIONS[case.brief.kind]}


def rendered(case: Case) -> str:
    """Return the whole document as somebody reads it."""
    language = case.brief.language
    tables = render_markers(PLANNER.tables_markdown(case), case.ledger, language)
    shown = {
        section: render_markers(source, case.ledger, language, tables) for section, source in sources(case).items()
    }
    return compose(case.brief.industry_label, shown, language)
