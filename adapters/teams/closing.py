"""The last message of a plan in Teams: its verdict labelled as AI text, its sources as citations, feedback. Pure."""

from collections.abc import Sequence
from typing import Any

from adapters.safe import bare
from adapters.teams.limits import ABSTRACT, CITATIONS, CITED_BYTES, CITED_NAME, TEXT
from adapters.teams.pages import ai_label
from adapters.teams.prose import plain_lines, plain_words
from adapters.teams.sizes import size_of
from bot.domain.document.blocks import Block, Paragraph, Span, Table, Text, first_paragraph, parse_blocks, plain, walk
from bot.ports import PlanView, SectionView

Json = dict[str, Any]

FEEDBACK: Json = {"feedbackLoop": {"type": "default"}}
_OPENING = frozenset({"verdict", "summary"})


def closing_activity(view: PlanView) -> Json:
    """Return the message that ends a plan."""
    cited = citations_of(view.sections)
    title, words = plain_words(view.title), plain_lines(first_words(view.sections))
    return {
        "type": "message",
        "text": "\n\n".join(filter(None, (f"**{title}**", words, marks_of(cited)))),
        "textFormat": "markdown",
        "entities": [ai_label(cited)],
        "channelData": FEEDBACK,
    }


def marks_of(cited: Sequence[Json]) -> str:
    """Return the marks by which Teams shows citations in a text."""
    return " ".join(f"[{one['position']}]" for one in cited)


def first_words(sections: Sequence[SectionView]) -> str:
    """Return the first paragraph of the verdict."""
    opening = (section.markdown for section in sections if section.id in _OPENING)
    return first_paragraph(next(opening, ""))[:TEXT]


def citations_of(sections: Sequence[SectionView]) -> tuple[Json, ...]:
    """Return the sources of a plan as citations: those with an address, as many as Teams and one message take."""
    found: dict[str, Json] = {}
    room = CITED_BYTES
    for section in sections:
        if section.id != "sources":
            continue
        for block in walk(parse_blocks(section.markdown)):
            for line in _lines(block):
                for span in line:
                    if not span.href.startswith("https://") or span.href in found or len(found) == CITATIONS:
                        continue
                    made = _citation(len(found) + 1, span, plain(line))
                    if (size := size_of(made)) <= room:
                        found[span.href] = made
                        room -= size
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
