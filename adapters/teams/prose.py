"""Sections as the Markdown Teams shows in a plain message: bold lines for headings, rows as lines for tables. Pure."""

import re
from collections.abc import Iterator, Sequence

from adapters.safe import bare, unlink, unping
from adapters.teams.limits import STREAM_CHARACTERS, TABLE_CHARACTERS
from adapters.teams.pages import card_activity
from adapters.teams.render import LINKING, Json, render_blocks, size_of
from bot.domain.document.blocks import (
    Block,
    BulletList,
    Code,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Span,
    Table,
    Text,
    parse_blocks,
)
from bot.ports import SectionView

_MARKS = re.compile(r"([\\`*_~\[\]])")
_LEADING = re.compile(r"(?m)^(\s*)([#>+-])(?=\s)")
_NUMBERED = re.compile(r"(?m)^(\s*\d+)([.)])(?=\s)")


def fitting(sections: Sequence[SectionView]) -> tuple[tuple[SectionView, ...], tuple[SectionView, ...]]:
    """Return the sections that one message takes, and those after them; a further section moves none of them."""
    inside, filled = [], 0
    for section in sections:
        filled += len(section_prose(section))
        if filled > STREAM_CHARACTERS:
            break
        inside.append(section)
    return tuple(inside), tuple(sections[len(inside) :])


def prose(sections: Sequence[SectionView]) -> str:
    """Return some sections as one text; with a further section it only grows."""
    return "".join(section_prose(section) for section in sections)


def section_prose(section: SectionView) -> str:
    """Return a section with its heading."""
    blocks = (f"**{_plain(section.heading)}**", *_blocks(parse_blocks(section.markdown), links=section.id in LINKING))
    return "".join(f"{block}\n\n" for block in blocks)


def table_cards(sections: Sequence[SectionView]) -> list[Json]:
    """Return the tables of some sections as one native card, as far as a card takes them."""
    tables = [
        element
        for section in sections
        for element in render_blocks(
            [one for one in parse_blocks(section.markdown) if isinstance(one, Table)], links=False
        )
    ]
    kept: list[Json] = []
    for table in tables:
        if sum(size_of(one) for one in kept) + size_of(table) <= TABLE_CHARACTERS * 4:
            kept.append(table)
    return list(card_activity(kept, summary="")["attachments"]) if kept else []


def _blocks(blocks: Sequence[Block], *, links: bool, indent: str = "") -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading():
                yield f"{indent}**{_text(block.text, links=False)}**"
            case Paragraph():
                yield indent + _text(block.text, links=links)
            case BulletList() | NumberedList():
                yield "\n".join(_list(block, links=links, indent=indent))
            case Quote():
                yield from (f"> {one}" for one in _blocks(block.blocks, links=links))
            case Code():
                fence = "```"
                yield f"{fence}\n{bare(block.source).replace(fence, '')}\n{fence}"
            case Table():
                yield "\n".join(_rows(block, links=links))
            case _:
                yield "—"


def _list(block: BulletList | NumberedList, *, links: bool, indent: str) -> Iterator[str]:
    for number, item in enumerate(block.items):
        mark = f"{block.start + number}." if isinstance(block, NumberedList) else "-"
        lines = "\n".join(_blocks(item.blocks, links=links)).split("\n")
        yield f"{indent}{mark} {lines[0]}"
        yield from (f"{indent}  {line}" for line in lines[1:] if line.strip())


def _rows(table: Table, *, links: bool) -> Iterator[str]:
    heads = [_text(column, links=False) for column in table.columns]
    for row in table.rows:
        first, *others = (_text(cell, links=links) for cell in row)
        named = (f"{head}: {cell}" for head, cell in zip(heads[1:], others, strict=True) if cell)
        yield f"- **{first}** " + "; ".join(named) if first else "- " + "; ".join(named)


def _text(text: Text, *, links: bool) -> str:
    return "".join(_span(span, links=links) for span in text)


def _span(span: Span, *, links: bool) -> str:
    linked = links and span.href.startswith("https://")
    shown = _plain(span.text)
    if not shown.strip():
        return shown
    lead, core = shown[: len(shown) - len(shown.lstrip())], shown.strip()
    tail = shown[len(shown.rstrip()) :]
    if linked:
        core = f"[{core}]({span.href.replace(')', '%29').replace('(', '%28')})"
    mark = "**" if span.strong else "_" if span.emphasis else ""
    return f"{lead}{mark}{core}{mark}{tail}"


def _plain(text: str) -> str:
    """Return a text that Teams shows as it stands."""
    escaped = _MARKS.sub(r"\\\1", unlink(unping(bare(text))))
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;")
    return _NUMBERED.sub(r"\1\\\2", _LEADING.sub(r"\1\\\2", escaped))
