"""A section's blocks as sentences, each with what stands before it and gives it its subject."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.document.blocks import (
    Block,
    BulletList,
    Code,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Table,
    Text,
    plain,
)

Role = Literal["prose", "heading", "cell", "code"]
_END = re.compile(r"(?<=[.!?…])[\"'”»)]*\s+(?=[\"'“«(¿¡\[*]*[A-ZÁÉÍÓÚÀÂÊÔÃÕÇÑ0-9\[])|(?<=[;\n])\s*")
_NOT_AN_END = re.compile(
    r"(?:\b(?:aprox|approx|art|arts|no|nº|núm|num|vs|p\. ej|e\.g|i\.e|ee|uu|sr|sra|dr|etc|máx|mín|cap)\.|^\d{1,2}\.)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Be a sentence, a heading or a cell; `leads` are the texts that may name its subject, the nearest first.

    `line` is the line of its block, counted from 1.
    """

    text: str
    line: int
    role: Role = "prose"
    leads: tuple[str, ...] = ()


def sentences(text: str) -> tuple[str, ...]:
    """Cut a paragraph into sentences; a semicolon ends one as well."""
    parts: list[str] = []
    start = 0
    for found in _END.finditer(text):
        if _NOT_AN_END.search(text[start : found.start()].strip()):
            continue
        parts.append(text[start : found.end()].strip())
        start = found.end()
    parts.append(text[start:].strip())
    return tuple(part for part in parts if part)


def passages(blocks: Sequence[Block], leads: tuple[str, ...] = ()) -> Iterator[Passage]:
    """Yield the sentences of blocks in order."""
    over, before = leads, ""
    for block in blocks:
        match block:
            case Heading(_, text, line):
                over, before = (plain(text), *leads), ""
                yield Passage(plain(text), line, "heading", leads)
            case Paragraph(text, line):
                yield from _of_paragraph(text, line, over)
                before = plain(text)
            case BulletList(items, _) | NumberedList(_, items, _):
                for item in items:
                    yield from _of_item(item.blocks, (before, *over) if before else over)
            case Table():
                yield from _of_table(block, (before, *over) if before else over)
            case Quote(inner, _):
                yield from passages(inner, over)
            case Code(source, line):
                yield Passage(source, line, "code", over)
            case _:
                continue


def _of_paragraph(text: Text, line: int, leads: tuple[str, ...]) -> Iterator[Passage]:
    earlier: tuple[str, ...] = ()
    for sentence in sentences(plain(text)):
        yield Passage(sentence, line, "prose", (*earlier, *leads))
        earlier = (sentence, *earlier)


def _of_item(blocks: Sequence[Block], leads: tuple[str, ...]) -> Iterator[Passage]:
    yield from passages(blocks, leads)


def _of_table(table: Table, leads: tuple[str, ...]) -> Iterator[Passage]:
    heads = [plain(column) for column in table.columns]
    for head in heads:
        yield Passage(head, table.line, "cell", leads)
    for offset, row in enumerate(table.rows, start=2):
        label = plain(row[0]) if row else ""
        for index, cell in enumerate(row):
            words = plain(cell)
            if words:
                own = (label, heads[index]) if index else (heads[0],)
                yield Passage(words, table.line + offset, "cell", (*own, *leads))
