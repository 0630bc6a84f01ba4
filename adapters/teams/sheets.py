"""One message of a plan: the text of its sections, and its tables and chart on cards below the text. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.teams.charts import chart_element
from adapters.teams.limits import ATTACHED_BYTES, ELEMENT_BYTES, PAGE_BYTES, STREAM_BYTES
from adapters.teams.pages import card_activity
from adapters.teams.prose import Pen, TextFormat, plain_words
from adapters.teams.render import LINKING, heading, render_blocks
from adapters.teams.sizes import fit, pack, size_of, utf16_bytes
from bot.domain.document.blocks import Block, Table, parse_blocks
from bot.ports import SectionView

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Say how a message is written: its format, and what stands in the text for one table on the cards, or several."""

    format: TextFormat = "markdown"
    one_below: str = ""
    many_below: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Be one message: its text, the elements of its cards, the sections in it, and those it has no room for."""

    text: str
    elements: tuple[Json, ...]
    inside: tuple[SectionView, ...]
    rest: tuple[SectionView, ...]

    @property
    def cards(self) -> list[Json]:
        """Return the cards as attachments."""
        return [
            card for part in pack(self.elements, PAGE_BYTES) for card in card_activity(part, summary="")["attachments"]
        ]


def write_sheet(sections: Sequence[SectionView], manner: Manner) -> Sheet:
    """Write as many sections as one message takes; a further section only adds to text and cards."""
    text, elements = "", list[Json]()
    room = ATTACHED_BYTES
    for number, section in enumerate(sections):
        part = _Part(section, manner, room)
        written = part.write()
        if utf16_bytes(text) + utf16_bytes(written) > STREAM_BYTES:
            inside, rest = tuple(sections[:number]), tuple(sections[number:])
            return Sheet(text=text, elements=tuple(elements), inside=inside, rest=rest)
        text += written
        elements += part.elements
        room = part.room
    return Sheet(text=text, elements=tuple(elements), inside=tuple(sections), rest=())


@dataclass(slots=True)
class _Part:
    """Be one section on its way into a message; `room` is what the cards may still take."""

    section: SectionView
    manner: Manner
    room: int
    elements: list[Json] = field(default_factory=list)

    def write(self) -> str:
        """Return the text, and lay tables and chart on the cards."""
        format_ = self.manner.format
        pen = Pen(format_, links=self.section.id in LINKING)
        blocks = parse_blocks(self.section.markdown)
        below = [block for block in blocks if self._lay(block)]
        told = self.manner.one_below if len(below) == 1 else self.manner.many_below
        parts = [pen.heading(plain_words(self.section.heading, format_), level=2)]
        for block in blocks:
            if block not in below:
                parts += pen.write([block])
            elif block is below[0] and told:
                parts.append(f"_{told}_")
        return "".join(f"{part}\n\n" for part in parts)

    def _lay(self, block: Block) -> bool:
        """Lay a table on the cards, and the section's chart before the first; says whether the table stands there."""
        if not isinstance(block, Table):
            return False
        chart = [chart_element(self.section.chart)] if self.section.chart and not self.elements else []
        is_inline = self.manner.format == "extendedmarkdown"
        table = [] if is_inline else [part for one in render_blocks([block], links=False) for part in self._fit(one)]
        made = [*chart, *table]
        if made and not self.elements:
            made.insert(0, heading(self.section.heading, size="Medium"))
        size = sum(size_of(one) + 2 for one in made)
        if size > self.room:
            return False
        self.elements += made
        self.room -= size
        return not is_inline

    @staticmethod
    def _fit(element: Json) -> Iterator[Json]:
        return fit(element, ELEMENT_BYTES)
