"""Sections laid out on messages: rolled over at section borders, never past what one card takes. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.teams.limits import CARD_VERSION, PAGE_BYTES
from adapters.teams.render import Json, render_section
from adapters.teams.sizes import size_of
from bot.ports import SectionView

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "https://schema.org/Message"


@dataclass(frozen=True, slots=True)
class Page:
    """Be one message under the card: the headings on it and its elements."""

    headings: tuple[str, ...]
    elements: tuple[Json, ...]

    @property
    def activity(self) -> Json:
        """The message."""
        return card_activity(self.elements, summary=" · ".join(self.headings), generated=True)


def card_activity(
    elements: Sequence[Json], *, summary: str, generated: bool = False, mentions: Sequence[Json] = ()
) -> Json:
    """Return a message with one card; `generated` puts the label for text of an AI on it."""
    teams: Json = {"width": "Full"}
    if mentions:
        teams["entities"] = list(mentions)
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": CARD_VERSION,
        "msteams": teams,
        "body": list(elements),
    }
    made: Json = {
        "type": "message",
        "summary": summary,
        "attachments": [{"contentType": CARD_TYPE, "content": card}],
    }
    if generated:
        made["entities"] = [ai_label()]
    return made


def ai_label(citations: Sequence[Json] = ()) -> Json:
    """Return the entity that labels a message as written by an AI, with what it rests on."""
    made: Json = {
        "type": SCHEMA,
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
        "additionalType": ["AIGeneratedContent"],
    }
    return made | ({"citation": list(citations)} if citations else {})


def digest_of(content: Any) -> str:
    """Return a short name of some content, to see whether it changed."""
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8).hexdigest()


def words_of(element: Any) -> Iterator[str]:
    """Yield all texts of an element in reading order."""
    if isinstance(element, Mapping):
        if isinstance(element.get("text"), str):
            yield element["text"]
        for name in ("inlines", "items", "rows", "cells", "body"):
            yield from words_of(element.get(name))
    elif isinstance(element, list | tuple):
        for one in element:
            yield from words_of(one)


def lay_out(sections: Sequence[SectionView]) -> tuple[Page, ...]:
    """Return the pages of some sections; a further section changes no page but the last."""
    sheets: list[tuple[list[str], list[Json]]] = []
    filled = PAGE_BYTES
    for section in sections:
        elements = render_section(section)
        whole = sum(size_of(element) for element in elements)
        # A section that fits on a page of its own is never cut in two.
        if filled + whole > PAGE_BYTES:
            sheets.append(([], []))
            filled = 0
        sheets[-1][0].append(section.heading)
        for number, element in enumerate(elements):
            size = size_of(element)
            # The heading stays with what follows it.
            following = size_of(elements[number + 1]) if number == 0 and len(elements) > 1 else 0
            if sheets[-1][1] and filled + size + following > PAGE_BYTES:
                sheets.append(([section.heading], []))
                filled = 0
            sheets[-1][1].append(element)
            filled += size
    return tuple(Page(tuple(headings), tuple(elements)) for headings, elements in sheets if elements)
