"""The last message of a plan in Teams: its verdict labelled as AI text, its sources as citations, feedback. Pure."""

from collections.abc import Sequence
from typing import Any

from adapters.safe import bare, for_teams
from adapters.teams.limits import ABSTRACT, CITATIONS, CITED_NAME, TEXT
from adapters.teams.pages import ai_label
from bot.domain.document.blocks import Block, Paragraph, Span, Table, Text, parse_blocks, plain, walk
from bot.ports import PlanView, SectionView

Json = dict[str, Any]

FEEDBACK: Json = {"feedbackLoop": {"type": "default"}}
_OPENING = frozenset({"verdict", "summary"})


def closing_activity(view: PlanView) -> Json:
    """Return the message that ends a plan."""
    cited = citations_of(view.sections)
    marks = " ".join(f"[{number}]" for number in range(1, len(cited) + 1))
    text = "\n\n".join(filter(None, (f"**{for_teams(view.title)}**", for_teams(first_words(view.sections)), marks)))
    return {
        "type": "message",
        "text": text,
        "textFormat": "markdown",
        "entities": [ai_label(cited)],
        "channelData": FEEDBACK,
    }


def first_words(sections: Sequence[SectionView]) -> str:
    """Return the first paragraph of the verdict."""
    for section in sections:
        if section.id in _OPENING:
            for block in parse_blocks(section.markdown):
                if isinstance(block, Paragraph):
                    return plain(block.text)[:TEXT]
    return ""


def citations_of(sections: Sequence[SectionView]) -> tuple[Json, ...]:
    """Return the sources of a plan as citations: those with an address, as many as Teams takes."""
    found: dict[str, Json] = {}
    for section in sections:
        if section.id != "sources":
            continue
        for block in walk(parse_blocks(section.markdown)):
            for line in _lines(block):
                for span in line:
                    if span.href.startswith("https://") and span.href not in found and len(found) < CITATIONS:
                        found[span.href] = _citation(len(found) + 1, span, plain(line))
    return tuple(found.values())


def _lines(block: Block) -> tuple[Text, ...]:
    match block:
        case Paragraph():
            return (block.text,)
        case Table():
            return tuple(tuple(span for cell in row for span in cell) for row in block.rows)
        case _:
            # Lists and quotes hold paragraphs, and those come by themselves.
            return ()


def _citation(position: int, span: Span, line: str) -> Json:
    name = bare(span.text)[:CITED_NAME] or span.href[:CITED_NAME]
    return {
        "@type": "Claim",
        "position": position,
        "appearance": {
            "@type": "DigitalDocument",
            "name": name,
            "url": span.href,
            "abstract": bare(line)[:ABSTRACT] or name,
        },
    }
