"""Form: three phases with months and exit criteria, three risks with mitigations, whole text in the asked language."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.brief import Language
from bot.domain.checks.context import CheckContext
from bot.domain.checks.finding import Finding, FindingId
from bot.domain.checks.language import LEAST_WORDS, other_language
from bot.domain.document.blocks import Block, Heading, Paragraph, Table, plain, walk
from bot.domain.document.markers import ANY_MARK, TCO_MARK
from bot.domain.document.phases import Phase, find_phases, find_risks
from bot.domain.terms import HEADINGS, PHASE_IDS, SectionId

PHASES = 3
RISKS = 3
_ENDED = re.compile(r"[.!?:;…)\]»”\"'*|`]\s*$")
_LEAST_CUT = 40


def check_phases(section: SectionId, blocks: Sequence[Block], line: int) -> Iterator[Finding]:
    """Find what is wrong with the three phases of a plan."""
    phases = find_phases(blocks)
    if len(phases) != PHASES:
        yield _of("phases.count", section, phases[0].line if phases else line, count=len(phases))
    numbers = [phase.number for phase in phases if phase.number is not None]
    names = [PHASE_IDS.index(phase.name) for phase in phases if phase.name is not None]
    if names != sorted(set(names)) or numbers != sorted(set(numbers)) or _overlap(phases):
        yield _of("phases.order", section, phases[0].line)
    for phase in phases:
        if phase.first_month is None:
            yield _of("phases.months", section, phase.line, title=phase.title)
        if not phase.exit_criterion:
            yield _of("phases.exit_criterion", section, phase.line, title=phase.title)


def _overlap(phases: Sequence[Phase]) -> bool:
    """Say whether a phase ends before it begins, or begins before the one before it."""
    firsts = [phase.first_month for phase in phases if phase.first_month is not None]
    backwards = any(
        p.last_month is not None and p.first_month is not None and p.last_month < p.first_month for p in phases
    )
    return backwards or firsts != sorted(firsts)


def check_risks(section: SectionId, blocks: Sequence[Block], line: int) -> Iterator[Finding]:
    """Find what is wrong with the three risks."""
    risks = find_risks(blocks)
    if len(risks) != RISKS:
        yield _of("risks.count", section, line, count=len(risks))
    for risk in risks:
        if not risk.mitigation.strip(" .:"):
            yield _of("risks.mitigation", section, risk.line, title=risk.title)


def check_table(section: SectionId, source: str, blocks: Sequence[Block], line: int) -> Iterator[Finding]:
    """Find a cost section without the cost table or its mark."""
    if not TCO_MARK.search(source) and not any(isinstance(block, Table) for block in walk(blocks)):
        yield _of("tco.missing", section, line)


def check_text(section: SectionId, blocks: Sequence[Block], context: CheckContext, line: int) -> Iterator[Finding]:
    """Find an empty section, headings nobody asked for and text in another language."""
    if not blocks:
        yield _of("form.empty", section, line)
    texts: list[tuple[str, int]] = []
    for block in walk(blocks):
        if isinstance(block, Paragraph | Heading):
            texts.append((ANY_MARK.sub(" ", plain(block.text)), block.line))
        elif isinstance(block, Table):
            texts.extend((" ".join(plain(cell) for cell in row), block.line) for row in block.rows)
        if isinstance(block, Heading) and not context.rendered and block.level <= 2:  # noqa: PLR2004  # a section's own level
            yield _of("form.heading", section, block.line, heading=plain(block.text))
    yield from _language(section, texts, context)


def _language(section: SectionId, texts: Sequence[tuple[str, int]], context: CheckContext) -> Iterator[Finding]:
    if section == "sources":
        return
    whole = other_language(" ".join(text for text, _ in texts), context.language)
    long_enough = [(text, at) for text, at in texts if len(text.split()) >= LEAST_WORDS]
    wrong = [(text, at) for text, at in long_enough if other_language(text, context.language)]
    if wrong:
        text, at = wrong[0]
        yield _of("form.language", section, at, quote=text, language=other_language(text, context.language) or "")
    elif whole and texts:
        yield _of("form.language", section, texts[0][1], quote=texts[0][0], language=whole)


def check_end(section: SectionId, blocks: Sequence[Block], line: int) -> Iterator[Finding]:
    """Find a section whose last paragraph stops in the middle of a sentence."""
    last = [block for block in walk(blocks) if isinstance(block, Paragraph | Table)]
    if last and isinstance(last[-1], Paragraph):
        words = plain(last[-1].text)
        if len(words) >= _LEAST_CUT and not _ENDED.search(words):
            yield _of("form.cut", section, last[-1].line, quote=words[-_LEAST_CUT:])
    elif not last and blocks:
        yield _of("form.cut", section, line)


def check_order(
    found: Sequence[tuple[SectionId, int]], asked: Sequence[SectionId], language: Language
) -> Iterator[Finding]:
    """Find sections that are missing, twice there or out of order; `found` are (section, line)."""
    known = [(section, line) for section, line in found if section in asked]
    for section in asked:
        places = [line for one, line in known if one == section]
        if not places:
            yield _of("form.heading", section, 1, heading=HEADINGS[section][language])
        elif len(places) > 1:
            yield _of("form.heading", section, places[1], heading=HEADINGS[section][language])
    order = [asked.index(section) for section, _ in known]
    if order != sorted(order):
        at = next(index for index in range(1, len(order)) if order[index] < order[index - 1])
        yield _of("form.heading", known[at][0], known[at][1], heading=HEADINGS[known[at][0]][language])


def _of(finding: FindingId, section: SectionId, line: int, *, quote: str = "", **params: str | int) -> Finding:
    return Finding(id=finding, section=section, line=max(line, 1), quote=quote, params=tuple(params.items()))
