"""Mechanical repairs of a section's source, each once and in one order: what code can mend without writing prose."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.checks.context import CheckContext
from bot.domain.checks.figures import fitting_figure
from bot.domain.checks.finding import Finding, FindingId
from bot.domain.checks.prose import passages, sentences
from bot.domain.checks.safety import HIDDEN
from bot.domain.document.blocks import parse_blocks
from bot.domain.document.markers import mark
from bot.domain.terms import LEGACY, SectionId, fold, recognise_label

DROPPED: frozenset[FindingId] = frozenset(
    {"tools.unknown", "safety.link", "safety.image", "safety.html", "safety.mention", "safety.template"}
)
"""Findings whose sentence is left out."""

_OPENING = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?(?:\*\*[^*\n]+\*\*:?\s*)?")
_NEW_BLOCK = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|#|\||>|```)")


@dataclass(frozen=True, slots=True)
class Done:
    """Say what was done: the finding's id, and the words that were taken out or replaced."""

    finding: FindingId
    what: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """Be a mended source, with what was done to it."""

    source: str
    done: tuple[Done, ...] = ()


Mend = Callable[[SectionId, str, Sequence[Finding], CheckContext], Repaired]


def repair_section(section: SectionId, source: str, findings: Sequence[Finding], context: CheckContext) -> Repaired:
    """Mend what code can mend; whatever is left stays a finding when the section is checked again."""
    done: list[Done] = []
    for mend in _ORDER:
        mended = mend(section, source, findings, context)
        source = mended.source
        done.extend(mended.done)
    return Repaired(source, tuple(done))


def _unhide(_: SectionId, source: str, findings: Sequence[Finding], __: CheckContext) -> Repaired:
    if not any(finding.id == "safety.hidden" for finding in findings):
        return Repaired(source)
    return Repaired(HIDDEN.sub("", source), (Done("safety.hidden", ""),))


def _insert_table(_: SectionId, source: str, findings: Sequence[Finding], __: CheckContext) -> Repaired:
    """Put the table's mark behind the prose, before the first sub-heading."""
    if not any(finding.id == "tco.missing" for finding in findings):
        return Repaired(source)
    head, hashes, rest = re.match(r"(.*?)(^#{3,6}[ \t]|\Z)(.*)", source, re.DOTALL | re.MULTILINE).groups()  # type: ignore[union-attr]  # matches any text
    return Repaired(f"{head.rstrip()}\n\n[[TCO]]\n\n{hashes}{rest}".strip("\n"), (Done("tco.missing", "[[TCO]]"),))


def _cite(_: SectionId, source: str, findings: Sequence[Finding], context: CheckContext) -> Repaired:
    """Turn a literal amount that can only be one figure of the ledger into its marker."""
    if context.book is None or not any(finding.id == "figures.literal" for finding in findings):
        return Repaired(source)
    lines, done = source.split("\n"), []
    for passage in passages(parse_blocks(source)):
        for literal, figure in fitting_figure(passage, context):
            at = next((n for n in range(passage.line - 1, len(lines)) if literal in lines[n]), None)
            if at is None or any(not text.strip() for text in lines[passage.line - 1 : at]):
                continue
            lines[at] = lines[at].replace(literal, mark(figure), 1)
            done.append(Done("figures.literal", literal))
    return Repaired("\n".join(lines), tuple(done))


def _name_legacy(_: SectionId, source: str, findings: Sequence[Finding], context: CheckContext) -> Repaired:
    """Write "(legacy)" behind the name of a legacy tool."""
    lines, done = source.split("\n"), []
    for finding in findings:
        if finding.id != "tools.legacy":
            continue
        for at in range(finding.line - 1, len(lines)):
            found = re.search(rf"(?<![\w-]){re.escape(finding.quote)}(?![\w-])", lines[at], re.IGNORECASE)
            if found:
                lines[at] = f"{lines[at][: found.end()]} ({LEGACY[context.language]}){lines[at][found.end() :]}"
                done.append(Done("tools.legacy", finding.quote))
                break
    return Repaired("\n".join(lines), tuple(done))


def _drop(_: SectionId, source: str, findings: Sequence[Finding], __: CheckContext) -> Repaired:
    done: list[Done] = []
    for finding in sorted(findings, key=lambda one: -one.line):  # from the end, so that lines above stay where they are
        if finding.id in DROPPED and finding.quote:
            dropped = drop_sentence(source, finding.line, finding.quote)
            if dropped is not None:
                source = dropped
                done.append(Done(finding.id, finding.quote))
    return Repaired(source, tuple(done))


def drop_sentence(source: str, line: int, needle: str) -> str | None:
    """Return the source without the sentences of the block at `line` that hold `needle`.

    None when it is not there, when the block would be left with its label alone, or when it is a row of a table.
    """
    lines = source.split("\n")
    for first in range(min(line, len(lines)) - 1, len(lines)):
        last = _end_of_block(lines, first)
        block = "\n".join(lines[first:last])
        if _bare(needle) not in _bare(block):
            continue
        if block.lstrip().startswith("|"):
            return None
        opening = _OPENING.match(block)
        opened = opening.group() if opening else ""
        kept = [text for text in sentences(block[len(opened) :]) if _bare(needle) not in _bare(text)]
        if _bare(needle) in _bare(opened) or (not kept and recognise_label(opened.strip(" -*+:"))):
            return None
        middle = [opened + " ".join(kept)] if kept else []
        return "\n".join([*lines[:first], *middle, *lines[last:]])
    return None


def _end_of_block(lines: Sequence[str], first: int) -> int:
    last = first + 1
    while last < len(lines) and lines[last].strip() and not _NEW_BLOCK.match(lines[last]):
        last += 1
    return last


def _bare(text: str) -> str:
    return re.sub(r"[\s\\()]+", "", fold(text))


def _unloop(_: SectionId, source: str, findings: Sequence[Finding], __: CheckContext) -> Repaired:
    """Leave out the second and later copies of a long line."""
    if not any(finding.id == "safety.repeat" for finding in findings):
        return Repaired(source)
    seen: set[str] = set()
    kept = []
    for text in source.split("\n"):
        bare = text.strip(" -*\t")
        if len(bare) < 30 or bare not in seen or bare.startswith("|"):  # noqa: PLR2004  # short lines repeat by right
            kept.append(text)
        seen.add(bare)
    return Repaired("\n".join(kept), (Done("safety.repeat", ""),))


def _lower_headings(_: SectionId, source: str, findings: Sequence[Finding], __: CheckContext) -> Repaired:
    """Make headings that nobody asked for sub-headings of the section."""
    if not any(finding.id == "form.heading" for finding in findings):
        return Repaired(source)
    return Repaired(re.sub(r"^ {0,3}#{1,2}(?=[ \t])", "###", source, flags=re.MULTILINE), (Done("form.heading", ""),))


_ORDER: tuple[Mend, ...] = (_unhide, _insert_table, _lower_headings, _cite, _name_legacy, _drop, _unloop)
