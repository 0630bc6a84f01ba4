"""The document: a title and sections with their blocks, parsed once; everything downstream works on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.brief import Kind, Language
from bot.domain.document.blocks import Block, parse_blocks
from bot.domain.document.phases import Phase, Risk, find_phases, find_risks
from bot.domain.terms import SectionId, heading, recognise_phase, recognise_section, title

_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_TITLE = re.compile(r"^ {0,3}#[ \t]+(.+?)[ \t]*#*$")
_HEADING = re.compile(r"^ {0,3}##[ \t]+(.+?)[ \t]*#*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Be one section: `source` is its Markdown without its heading, `line` the number of the heading's line.

    `id` is "other" for a heading that is not one of ours.
    """

    id: SectionId
    heading: str
    source: str
    line: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Strategy:
    """Be the document."""

    title: str
    sections: tuple[Section, ...]

    def section(self, wanted: SectionId) -> Section | None:
        """Return the first section with this id."""
        return next((section for section in self.sections if section.id == wanted), None)


def section_heading(line: str) -> str | None:
    """Return the words of a `## ` heading line, or None when the line is not one."""
    found = _HEADING.match(line)
    return found.group(1) if found else None


def make_section(section: SectionId, source: str, *, language: Language, line: int = 0) -> Section:
    """Return the section with our own heading; its blocks are numbered from the line below `line`."""
    blocks = parse_blocks(source, first_line=line + 1)
    return Section(id=section, heading=heading(section, language), source=source, line=line, blocks=blocks)


def parse_strategy(markdown: str, language: Language, *, kind: Kind = "pro") -> Strategy:
    """Parse a document with headings in any of the three languages; text before the first section is "other".

    `language` is the one the document is meant to be in; it decides nothing here but the empty headings' words.
    """
    name, parts = "", [("", 0, [""])]
    parts[0][2].clear()
    fenced = False
    for number, line in enumerate(markdown.splitlines(), start=1):
        fenced ^= bool(_FENCE.match(line))
        if not fenced and not name and (found := _TITLE.match(line)):
            name = found.group(1)
            parts[-1][2].append("")
        elif not fenced and (words := section_heading(line)) and not recognise_phase(words):
            parts.append((words, number, []))
        else:
            parts[-1][2].append(line)
    sections = tuple(
        _section(words, line, "\n".join(lines), kind, language)
        for words, line, lines in parts
        if words or any(text.strip() for text in lines)
    )
    return Strategy(name, sections)


def _section(words: str, line: int, source: str, kind: Kind, language: Language) -> Section:
    known = recognise_section(words, kind) or "other"
    blocks = parse_blocks(source, first_line=line + 1)
    return Section(id=known, heading=words or heading("other", language), source=source, line=line, blocks=blocks)


def compose(industry: str, sections: Mapping[SectionId, str], language: Language) -> str:
    """Return the Markdown of a whole document: title, then each section under our heading, in the order given."""
    parts = [f"# {title(language, industry)}"]
    parts.extend(f"## {heading(section, language)}\n\n{source.strip()}" for section, source in sections.items())
    return "\n\n".join(parts) + "\n"


def phases(section: Section) -> tuple[Phase, ...]:
    """Return the phases of a plan section."""
    return find_phases(section.blocks)


def risks(section: Section) -> tuple[Risk, ...]:
    """Return the risks of a risks section."""
    return find_risks(section.blocks)
