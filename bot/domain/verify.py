"""Verify a strategy: one section while it is written (with markers), or a whole document as somebody reads it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.domain.checks.context import CheckContext, Names, names_of
from bot.domain.checks.figures import check_figures
from bot.domain.checks.finding import FINDING_IDS, Finding, FindingId
from bot.domain.checks.form import check_end, check_order, check_phases, check_risks, check_table, check_text
from bot.domain.checks.prose import passages
from bot.domain.checks.quoted import FigureBook, book_of
from bot.domain.checks.safety import check_safety
from bot.domain.checks.table import check_cells
from bot.domain.checks.target import check_target
from bot.domain.checks.tools import check_tools
from bot.domain.document.blocks import parse_blocks
from bot.domain.strategy import Section, parse_strategy
from bot.domain.terms import SECTIONS, SectionId, fold

__all__ = [
    "FINDING_IDS",
    "CheckContext",
    "FigureBook",
    "Finding",
    "FindingId",
    "Names",
    "book_of",
    "check_answer",
    "check_document",
    "check_section",
    "names_of",
]

_FREE_FORM: frozenset[SectionId] = frozenset({"sources", "assumptions", "verdict"})


def check_section(section: SectionId, source: str, context: CheckContext) -> tuple[Finding, ...]:
    """Check one section's source, its own heading left out; lines count from 1 in `source`."""
    parsed = Section(id=section, heading="", source=source, line=0, blocks=parse_blocks(source))
    return _without_twins(_of_section(parsed, replace(context, rendered=False)))


def check_document(markdown: str, context: CheckContext) -> tuple[Finding, ...]:
    """Check a whole rendered document; without figures in the context amounts are `figures.unverifiable`."""
    context = replace(context, rendered=True)
    document = parse_strategy(markdown, context.language, kind=context.kind)
    places = [(section.id, section.line) for section in document.sections]
    found: list[Finding] = list(check_order(places, SECTIONS[context.kind], context.language))
    if context.industry and not _names_industry(markdown, context):
        found.append(Finding(id="form.industry", section="other", line=1, params=(("name", context.industry[0]),)))
    found.extend(check_safety("other", document.title, (), context, line=1))
    for section in document.sections:
        found.extend(_of_section(section, context))
        found.extend(check_safety(section.id, section.heading, (), context, line=section.line))
        if section.id == "assumptions":
            found.extend(_unknowns(section, context))
    return _without_twins(found)


def check_answer(text: str, context: CheckContext) -> tuple[Finding, ...]:
    """Check the answer to a question about a finished plan: figures, target, tools, language and safety, no form."""
    parsed = Section(id="other", heading="", source=text, line=0, blocks=parse_blocks(text))
    return _without_twins(_of_section(parsed, replace(context, rendered=False)))


def _of_section(section: Section, context: CheckContext) -> Iterator[Finding]:
    line, blocks = section.line + 1, section.blocks
    if section.id == "plan":
        yield from check_phases(section.id, blocks, line)
    elif section.id == "risks":
        yield from check_risks(section.id, blocks, line)
    elif section.id == "tco":
        yield from check_table(section.id, section.source, blocks, line)
        if context.rendered and context.book is not None:
            yield from check_cells(section.id, blocks, context, line)
    yield from check_text(section.id, blocks, context, line)
    if section.id not in _FREE_FORM:
        yield from check_end(section.id, blocks, line)
    if section.id != "sources":
        told = tuple(passages(blocks))
        yield from check_figures(section.id, told, context)
        yield from check_target(section.id, told, context)
        yield from check_tools(section.id, told, context)
    yield from check_safety(section.id, section.source, blocks, context, line=line)


def _unknowns(section: Section, context: CheckContext) -> Iterator[Finding]:
    """Find defaults that were used and are not told among the assumptions, with their value where it is known."""
    lines = [fold(line) for line in section.source.splitlines()]
    for default in dict.fromkeys((*context.defaults, *context.default_texts)):
        value = context.default_texts.get(default, "")
        behind = [line.partition(fold(default))[2].partition(";")[0] for line in lines if fold(default) in line]
        if not any(_has(text, fold(value)) for text in behind):
            name = f"{default}: {value}" if value else default
            yield Finding(id="unknowns.missing", section="assumptions", line=section.line, params=(("name", name),))
    for question in context.questions:
        if fold(question) not in fold(section.source):
            yield Finding(id="unknowns.missing", section="assumptions", line=section.line, params=(("name", question),))


def _has(text: str, value: str) -> bool:
    return not value or re.search(rf"(?<![\w.,]){re.escape(value)}(?!\w|[.,]\d)", text) is not None


def _names_industry(markdown: str, context: CheckContext) -> bool:
    text = fold(markdown)
    return any(re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", text) for name in context.industry)


def _without_twins(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the first of the findings that say the same of the same place, in the order of the text."""
    kept: dict[tuple[str, int, str, str], Finding] = {}
    for finding in findings:
        kept.setdefault((finding.id, finding.line, finding.quote, finding.section), finding)
    return tuple(sorted(kept.values(), key=lambda finding: finding.line))
