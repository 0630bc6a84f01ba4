"""The cost table of a rendered document, cell for cell against the one that was computed."""

from collections.abc import Iterator, Sequence

from bot.domain.checks.context import CheckContext
from bot.domain.checks.finding import Finding
from bot.domain.document.blocks import Block, Table, plain, walk
from bot.domain.document.number_reader import read_numbers
from bot.domain.terms import SectionId, fold


def check_cells(section: SectionId, blocks: Sequence[Block], context: CheckContext, line: int) -> Iterator[Finding]:
    """Find the table with the expected columns and every cell of it that differs; without figures it is missing."""
    tables = [block for block in walk(blocks) if isinstance(block, Table)]
    if tables and not any(_has_amounts(table, context) for table in tables):
        yield Finding(id="tco.missing", section=section, line=max(line, 1))
    columns = {fold(column) for _, column in context.table}
    for table in tables:
        heads = [fold(plain(column)) for column in table.columns]
        if columns and columns <= set(heads):
            yield from _of_table(section, table, heads, context)


def _has_amounts(table: Table, context: CheckContext) -> bool:
    cells = (plain(cell) for row in table.rows for cell in row[1:])
    return any(read_numbers(cell, context.language) for cell in cells)


def _of_table(section: SectionId, table: Table, heads: Sequence[str], context: CheckContext) -> Iterator[Finding]:
    shown = {
        (fold(plain(row[0])), head): (plain(cell), table.line + offset)
        for offset, row in enumerate(table.rows, start=2)
        for head, cell in zip(heads[1:], row[1:], strict=False)
    }
    for (row, column), expected in context.table.items():
        cell, line = shown.get((fold(row), fold(column)), ("", table.line))
        if fold(cell) != fold(expected):
            params = (("expected", expected), ("row", row), ("column", column), ("context", f"{row} · {column}"))
            yield Finding(id="tco.cell", section=section, line=line, quote=cell or "—", params=params)
