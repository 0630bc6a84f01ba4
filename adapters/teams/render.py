"""Neutral blocks as elements of an Adaptive Card: text runs are literal, so nothing can mention or mark up. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from adapters.markdown import section_blocks
from adapters.safe import bare
from adapters.teams.charts import chart_element
from adapters.teams.limits import ELEMENT_BYTES, ROOM
from adapters.teams.sizes import fit
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
from bot.ports import SectionView

Json = dict[str, Any]

LINKING = frozenset({"sources"})
"""Sections whose links are live: the bot itself writes them, from its own books."""
_INDENT = "\u2003"
_BULLETS = ("•", "◦", "▪")


def render_section(section: SectionView) -> tuple[Json, ...]:
    """Return a section with its heading as elements in order, its chart after the first table."""
    head = heading(section.heading)
    body = list(render_blocks(section_blocks(section.markdown, ROOM), links=section.id in LINKING))
    if section.chart:
        tables = (place for place, one in enumerate(body, start=1) if one["type"] == "Table")
        body.insert(next(tables, len(body)), chart_element(section.chart))
    return (head, *(part for one in body for part in fit(one, ELEMENT_BYTES)))


def heading(text: str, *, size: str = "Large") -> Json:
    """Return a heading."""
    return rich([{"type": "TextRun", "text": bare(text) or "-", "weight": "Bolder", "size": size}], spacing="Large")


def rich(runs: Sequence[Json], **more: str | bool) -> Json:
    """Return a paragraph of text runs; one without runs would be refused."""
    return {"type": "RichTextBlock", "inlines": list(runs) or [{"type": "TextRun", "text": " "}], **more}


def line(text: str, *, strong: bool = False, subtle: bool = False) -> Json:
    """Return a line of plain text."""
    run: Json = {"type": "TextRun", "text": bare(text) or " "}
    if strong:
        run["weight"] = "Bolder"
    if subtle:
        run |= {"isSubtle": True, "size": "Small"}
    return rich([run])


def lines(text: str) -> tuple[Json, ...]:
    """Return a text of several lines, each as a paragraph."""
    return tuple(line(one) for one in bare(text).split("\n") if one.strip()) or (line(" "),)


def render_blocks(blocks: Sequence[Block], *, links: bool) -> tuple[Json, ...]:
    """Return neutral blocks as elements."""
    return tuple(element for block in blocks for element in _elements(block, "", links=links))


def _elements(block: Block, indent: str, *, links: bool) -> Iterator[Json]:
    match block:
        case Heading():
            yield heading(plain(block.text), size="Medium")
        case Paragraph():
            yield from _paragraph(block.text, indent, links=links)
        case BulletList() | NumberedList():
            yield from _list(block, indent, links=links)
        case Quote():
            for inner in block.blocks:
                yield from _elements(inner, f"{indent}│ ", links=links)
        case Code():
            runs = (_run(Span(one, code=True), links=False) for one in block.source.rstrip("\n").split("\n"))
            yield from (rich([run] if run["text"] else [], spacing="None") for run in runs)
        case Table():
            yield from _table(block, indent, links=links)
        case Rule():
            yield rich([], separator=True)


def _paragraph(text: Text, indent: str, *, links: bool, mark: str = "") -> Iterator[Json]:
    """Yield a paragraph line by line: a run does not show its line breaks."""
    for number, one in enumerate(_split_lines(text)):
        lead = mark if number == 0 else _INDENT if mark else ""
        runs = _runs(one, links=links)
        if indent + lead:
            runs = [{"type": "TextRun", "text": indent + lead}, *runs]
        yield rich(runs, **({} if number == 0 and not mark else {"spacing": "Small"}))


def _split_lines(text: Text) -> list[list[Span]]:
    found: list[list[Span]] = [[]]
    for span in text:
        for number, part in enumerate(span.text.split("\n")):
            if number:
                found.append([])
            if part:
                found[-1].append(Span(part, span.strong, span.emphasis, span.code, span.href, span.image))
    return found


def _runs(text: Sequence[Span], *, links: bool) -> list[Json]:
    return [_run(span, links=links) for span in text if bare(span.text)]


def _run(span: Span, *, links: bool) -> Json:
    run: Json = {"type": "TextRun", "text": bare(span.text)}
    if span.strong:
        run["weight"] = "Bolder"
    if span.emphasis:
        run["italic"] = True
    if span.code:
        run["fontType"] = "Monospace"
    if span.href and links and urlsplit(span.href).scheme == "https":
        run["selectAction"] = {"type": "Action.OpenUrl", "url": span.href}
    return run


def _list(block: BulletList | NumberedList, indent: str, *, links: bool) -> Iterator[Json]:
    depth = indent.count(_INDENT)
    for number, item in enumerate(block.items):
        mark = f"{block.start + number}. " if isinstance(block, NumberedList) else f"{_BULLETS[min(depth, 2)]} "
        first, rest = (item.blocks[0], item.blocks[1:]) if item.blocks else (Paragraph((), item.line), ())
        if isinstance(first, Heading | Paragraph):
            yield from _paragraph(first.text, indent, links=links, mark=mark)
        else:
            yield rich([{"type": "TextRun", "text": f"{indent}{mark}"}], spacing="Small")
            rest = item.blocks
        for inner in rest:
            yield from _elements(inner, indent + _INDENT, links=links)


def _table(table: Table, indent: str, *, links: bool) -> Iterator[Json]:
    """Yield a native table; one inside a list or a quote as lines, nothing lost."""
    if indent:
        for row in (table.columns, *table.rows):
            yield line(indent + " | ".join(plain(cell) for cell in row))
        return
    rows = [[_cell(cell, head=True, links=False) for cell in table.columns]]
    rows += [[_cell(cell, head=False, links=links) for cell in row] for row in table.rows]
    yield {
        "type": "Table",
        "columns": [{"width": 2 if number == 0 else 1} for number in range(len(table.columns))],
        "firstRowAsHeaders": True,
        "gridStyle": "accent",
        "rows": [{"type": "TableRow", "cells": cells} for cells in rows],
    }


def _cell(cell: Text, *, head: bool, links: bool) -> Json:
    spans = tuple(Span(span.text, strong=True) for span in cell) if head else cell
    return {"type": "TableCell", "items": list(_paragraph(spans, "", links=links)) or [rich([])]}
