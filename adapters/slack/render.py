"""Neutral blocks as Slack's: rich text is literal, so nothing in it can mention, link or mark up by itself. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from adapters.markdown import section_blocks, size_of
from adapters.safe import bare
from adapters.slack.limits import HEADER_TEXT, LIST_INDENT, ROOM, SECTION_TEXT
from adapters.slack.tables import chart_block, chart_lines, data_table, is_of_figures, markdown_table
from bot.domain.document.blocks import (
    Block,
    BulletList,
    Code,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
    Text,
    plain,
)
from bot.domain.tco_chart import Chart
from bot.ports import SectionView

Json = dict[str, Any]

_HEADER_LEVEL = 2
LINKING = frozenset({"sources"})
"""Sections whose links are live: the bot itself writes them, from its own books."""
COMPARING = frozenset({"tco"})
"""Sections whose tables of figures are tables of data."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Be one Slack block with the bytes of its text; a page never ends with a `leads` one.

    `simple` says the same in a block that every workspace takes.
    """

    block: Json
    size: int
    leads: bool = False
    simple: Json | None = None

    @property
    def kind(self) -> str:
        """Return the type of the block."""
        return str(self.block["type"])


@lru_cache(maxsize=256)
def render_section(section: SectionView) -> tuple[Unit, ...]:
    """Return a section with its heading as units in order; its chart stands after the first table of figures.

    Remembered: each view of a plan shows all its sections again, and that was a third of a plan's time. The units are
    shared, so nobody may change their blocks.
    """
    head = Unit(header(section.heading), len(section.heading.encode()), leads=True)
    blocks = section_blocks(section.markdown, ROOM)
    caption = section.heading if section.id in COMPARING else ""
    units = [head, *render_blocks(blocks, links=section.id in LINKING, caption=caption)]
    if section.chart is not None:
        kinds = [unit.kind for unit in units]
        place = kinds.index("data_table") + 1 if "data_table" in kinds else len(units)
        units.insert(place, _chart(section.chart))
    return tuple(units)


def _chart(chart: Chart) -> Unit:
    lines = chart_lines(chart)
    simple = rich_text([section_of((Span(line),), links=False, end="\n") for line in lines])
    return Unit(chart_block(chart), sum(len(line.encode()) for line in lines), simple=simple)


def header(text: str) -> Json:
    """Return a heading; one too long for Slack's header block is bold text."""
    clean = bare(text)
    if len(clean) > HEADER_TEXT:
        return rich_text([section_of((Span(clean, strong=True),), links=False)])
    return {"type": "header", "text": {"type": "plain_text", "text": clean or "-", "emoji": False}}


def render_blocks(blocks: Sequence[Block], *, links: bool, caption: str = "") -> tuple[Unit, ...]:
    """Return neutral blocks as units; running text is gathered into rich text blocks as large as one may be.

    With a `caption`, tables of figures become tables of data.
    """
    units: list[Unit] = []
    waiting: list[Json] = []
    filled = 0

    def flush() -> None:
        nonlocal waiting, filled
        if waiting:
            units.append(Unit(rich_text(waiting), filled))
        waiting, filled = [], 0

    for block in blocks:
        size = size_of(block)
        if isinstance(block, Heading | Table | Rule):
            flush()
            units.append(_own_unit(block, size, links=links, caption=caption))
            continue
        if filled + size > SECTION_TEXT:
            flush()
        waiting.extend(_elements(block, links=links))
        filled += size
    flush()
    return tuple(units)


def _own_unit(block: Heading | Table | Rule, size: int, *, links: bool, caption: str) -> Unit:
    if isinstance(block, Table):
        native = data_table(block, caption) if caption and is_of_figures(block) else _table(block, links=links)
        return Unit(native, size, simple=markdown_table(block))
    if isinstance(block, Rule):
        return Unit({"type": "divider"}, size)
    if block.level <= _HEADER_LEVEL:
        return Unit(header(plain(block.text)), size, leads=True)
    bold = tuple(Span(span.text, strong=True) for span in block.text)
    return Unit(rich_text([section_of(bold, links=links)]), size, leads=True)


def rich_text(elements: Sequence[Json]) -> Json:
    """Return a rich text block."""
    return {"type": "rich_text", "elements": list(elements)}


def section_of(text: Text, *, links: bool, end: str = "") -> Json:
    """Return a run of text; an empty one would be refused."""
    spans = [_span(span, links=links) for span in text if bare(span.text)]
    if end:
        spans.append({"type": "text", "text": end})
    return {"type": "rich_text_section", "elements": spans or [{"type": "text", "text": " "}]}


def _span(span: Span, *, links: bool) -> Json:
    style = {
        name: True for name, wanted in (("bold", span.strong), ("italic", span.emphasis), ("code", span.code)) if wanted
    }
    text = bare(span.text)
    if span.href and links and urlsplit(span.href).scheme == "https":
        return {"type": "link", "url": span.href, "text": text} | ({"style": style} if style else {})
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _elements(block: Block, *, links: bool) -> Iterator[Json]:
    match block:
        case Heading() | Paragraph():
            yield section_of(block.text, links=links, end="\n")
        case BulletList() | NumberedList():
            yield from _list(block, 0, links=links)
        case Quote():
            for inner in block.blocks:
                yield from _quoted(inner, links=links)
        case Code():
            source = bare(block.source.rstrip("\n"))
            yield {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": source or " "}]}
        case Table():
            # A table inside a list or a quote: its rows as lines, nothing lost.
            for row in (block.columns, *block.rows):
                yield section_of((Span(" | ".join(plain(cell) for cell in row)),), links=links, end="\n")
        case Rule():
            yield section_of((Span("—"),), links=links, end="\n")


def _quoted(block: Block, *, links: bool) -> Iterator[Json]:
    if isinstance(block, Heading | Paragraph):
        yield {"type": "rich_text_quote", "elements": section_of(block.text, links=links)["elements"]}
    else:
        yield from _elements(block, links=links)


def _list(block: BulletList | NumberedList, indent: int, *, links: bool) -> Iterator[Json]:
    """Yield a list level by level: a nested list is a list of its own with a deeper indent, numbers go on after it."""
    ordered = isinstance(block, NumberedList)
    begun = block.start - 1 if isinstance(block, NumberedList) else 0
    waiting: list[Json] = []
    done = 0

    def part() -> Json:
        made: Json = {"type": "rich_text_list", "style": "ordered" if ordered else "bullet", "elements": list(waiting)}
        if indent:
            made["indent"] = min(indent, LIST_INDENT)
        if ordered and begun + done:
            made["offset"] = begun + done
        return made

    for item in block.items:
        first, rest = (item.blocks[0], item.blocks[1:]) if item.blocks else (Paragraph((), item.line), ())
        if isinstance(first, Heading | Paragraph):
            waiting.append(section_of(first.text, links=links))
        else:
            waiting.append(section_of((), links=links))
            rest = item.blocks
        if rest:
            yield part()
            done += len(waiting)
            waiting.clear()
            for inner in rest:
                nested = isinstance(inner, BulletList | NumberedList)
                yield from _list(inner, indent + 1, links=links) if nested else _elements(inner, links=links)  # type: ignore[arg-type]  # narrowed by `nested`
    if waiting:
        yield part()


def _table(table: Table, *, links: bool) -> Json:
    """Return a native table."""
    rows = [[_cell(cell, head=True, links=False) for cell in table.columns]]
    rows += [[_cell(cell, head=False, links=links) for cell in row] for row in table.rows]
    settings = [{"align": "left", "is_wrapped": True} for _ in table.columns]
    return {"type": "table", "rows": rows, "column_settings": settings}


def _cell(cell: Text, *, head: bool, links: bool) -> Json:
    text = bare(plain(cell)).strip()
    styled = head or any(span.strong or span.emphasis or span.code or (span.href and links) for span in cell)
    if not text:
        return {"type": "raw_text", "text": "-" if head else " "}
    if not styled:
        return {"type": "raw_text", "text": text}
    spans = tuple(Span(span.text, strong=True) for span in cell) if head else cell
    return rich_text([section_of(spans, links=links)])
