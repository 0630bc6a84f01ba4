"""Whole strategies of the planner, with markers, as the mutations take them."""

from dataclasses import replace
from functools import cache

from bot.domain.brief import LANGUAGES, Brief, Kind
from bot.domain.case import Case
from bot.domain.document.markers import TCO_MARK
from bot.domain.terms import SECTIONS, heading, title
from bot.services.industry_book import industry_book
from bot.services.jinja_prompts import JinjaPrompts
from bot.services.planner import Planner
from tests.domain.cost_cases import BOOKS, TODAY
from tests.domain.model_like import CASES, Doc, case


@cache
def planner() -> Planner:
    """Return the planner."""
    return Planner(JinjaPrompts())


def write_planned(number: int, *, kind: Kind = "pro", tables: bool = True) -> Doc:
    """Write the planner's document `number`; without `tables` their mark stays, as in what is checked while writing."""
    language = LANGUAGES[number % 3]
    assessment, ledger = case(number % len(CASES))
    book = industry_book()
    industry = sorted(book.industries)[number % len(book.industries)]
    brief = Brief(
        kind=kind,
        industry=industry,
        industry_label=book.name(industry, language),
        target_percent=40.0,
        language=language,
        given=CASES[number % len(CASES)],
    )
    one = Case(
        brief=brief,
        assessment=assessment,
        ledger=ledger,
        catalogue=BOOKS.catalogue,
        profile=book.industries[industry].profile,
        today=TODAY,
    )
    at_mark = planner().tables_markdown(one) if tables else "[[TCO]]"
    parts = tuple(
        (section, f"## {heading(section, language)}", TCO_MARK.sub(lambda _: at_mark, planner().section(section, one)))
        for section in SECTIONS[kind]
    )
    told = {str(item["label"]): str(item["text"]) for item in planner().assumptions(one)}
    context = planner().context(one, canary="kanarie-7f3a91")
    context = replace(context, default_texts=told, questions=tuple(planner().unknowns(one)))
    return Doc(number, language, f"# {title(language, brief.industry_label)}", parts, ledger, context)
