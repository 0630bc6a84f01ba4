"""Neutral blocks cut to a platform's room: long texts, lists, tables and code are split, and nothing is lost. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.document.blocks import (
    Block,
    BulletList,
    Code,
    Heading,
    Item,
    NumberedList,
    Paragraph,
    Quote,
    Span,
    Table,
    Text,
    parse_blocks,
    plain,
)

_BREAKS = ("\n", ". ", "; ", ", ", " ")
# A break in the first half of the room would leave ragged pieces; a harder break is better then.
_EARLIEST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Say how much one block may hold: characters of text; rows, columns and characters of a table."""

    text: int
    rows: int
    columns: int
    cells: int


def section_blocks(markdown: str, room: Room) -> tuple[Block, ...]:
    """Return the blocks of a section's Markdown, each small enough for `room`, in order and complete."""
    return tuple(_fitting(parse_blocks(markdown), room))


def size_of(block: Block) -> int:
    """Return the size of a block's text in UTF-8 bytes."""
    return sum(len(plain(text).encode()) for text in texts_of(block))


def texts_of(block: Block) -> Iterator[Text]:
    """Yield all texts of a block in reading order."""
    match block:
        case Heading() | Paragraph():
            yield block.text
        case BulletList() | NumberedList():
            for item in block.items:
                for inner in item.blocks:
                    yield from texts_of(inner)
        case Table():
            yield from block.columns
            for row in block.rows:
                yield from row
        case Quote():
            for inner in block.blocks:
                yield from texts_of(inner)
        case Code():
            yield (Span(block.source),)


def cut_text(text: Text, most: int) -> tuple[Text, ...]:
    """Cut a text into pieces of at most `most` characters, at the end of a line, sentence or word where it can."""
    pieces: list[Text] = []
    rest = text
    while len(plain(rest)) > most:
        head, rest = _cut_at(rest, _border(plain(rest), most))
        pieces.append(head)
    return (*pieces, rest) if rest or not pieces else tuple(pieces)


def cut_string(text: str, most: int) -> tuple[str, ...]:
    """Cut a string as `cut_text` cuts a text."""
    return tuple(plain(piece) for piece in cut_text((Span(text),), most))


def _border(text: str, most: int) -> int:
    for mark in _BREAKS:
        at = text.rfind(mark, 0, most - len(mark) + 1)
        if at >= most * _EARLIEST:
            return at + len(mark)
    return most


def _cut_at(text: Text, at: int) -> tuple[Text, Text]:
    head: list[Span] = []
    for number, span in enumerate(text):
        if at >= len(span.text):
            head.append(span)
            at -= len(span.text)
            continue
        tail = (replace(span, text=span.text[at:]), *text[number + 1 :])
        return (*head, replace(span, text=span.text[:at])) if at else tuple(head), tail
    return tuple(head), ()


def _fitting(blocks: Sequence[Block], room: Room) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                for text in cut_text(block.text, room.text):
                    yield replace(block, text=text)
            case BulletList() | NumberedList():
                yield from _fitting_list(block, room)
            case Table():
                yield from _fitting_table(block, room)
            case Quote():
                for inner in _fitting(block.blocks, room):
                    yield Quote((inner,), block.line)
            case Code():
                for piece in cut_string(block.source, room.text):
                    yield Code(piece, block.line)
            case _:
                yield block


def _fitting_list(block: BulletList | NumberedList, room: Room) -> Iterator[Block]:
    """Split between items; an item too long for the room goes on in paragraphs after its list."""
    waiting: list[Item] = []
    filled, begun = 0, 0
    for item in block.items:
        size = _item_size(item)
        if waiting and filled + size > room.text:
            yield _part_of(block, waiting, begun)
            begun, waiting, filled = begun + len(waiting), [], 0
        if size <= room.text:
            waiting.append(item)
            filled += size
            continue
        first, *rest = _fitting(item.blocks, room)
        yield _part_of(block, [Item((first,), item.line)], begun)
        yield from rest
        begun += 1
    if waiting:
        yield _part_of(block, waiting, begun)


def _item_size(item: Item) -> int:
    return sum(len(plain(text)) for block in item.blocks for text in texts_of(block))


def _part_of(block: BulletList | NumberedList, items: Sequence[Item], begun: int) -> Block:
    if isinstance(block, NumberedList):
        return NumberedList(block.start + begun, tuple(items), block.line)
    return BulletList(tuple(items), block.line)


def _fitting_table(table: Table, room: Room) -> Iterator[Block]:
    """Split by columns (the first one stays), then by rows with the head repeated; long cells go on a row below."""
    for part in _by_columns(table, room.columns):
        head = sum(len(plain(cell)) for cell in part.columns)
        # Four rows of the longest cells must fit beside the head, whatever the number of columns.
        most = max(1, (room.cells - min(head, room.cells // 2)) // (2 * len(part.columns)))
        rows = [piece for row in part.rows for piece in _by_cells(row, most)]
        waiting: list[tuple[Text, ...]] = []
        filled = head
        for row in rows:
            size = sum(len(plain(cell)) for cell in row)
            if waiting and (filled + size > room.cells or len(waiting) + 1 >= room.rows):
                yield Table(part.columns, tuple(waiting), table.line)
                waiting, filled = [], head
            waiting.append(row)
            filled += size
        yield Table(part.columns, tuple(waiting), table.line)


def _by_columns(table: Table, most: int) -> Iterator[Table]:
    if len(table.columns) <= most:
        yield table
        return
    step = most - 1
    for at in range(1, len(table.columns), step):
        yield Table(
            (table.columns[0], *table.columns[at : at + step]),
            tuple((row[0], *row[at : at + step]) for row in table.rows),
            table.line,
        )


def _by_cells(row: tuple[Text, ...], most: int) -> Iterator[tuple[Text, ...]]:
    cells = [cut_text(cell, most) for cell in row]
    for line in range(max(len(pieces) for pieces in cells)):
        yield tuple(pieces[line] if line < len(pieces) else () for pieces in cells)
