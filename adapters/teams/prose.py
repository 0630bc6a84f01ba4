"""Blocks as the Markdown Teams shows in a plain message: the small one it always had, or the extended one. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from adapters.safe import bare, unlink, unping
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
)

TextFormat = Literal["markdown", "extendedmarkdown"]
"""Teams' names: `markdown` has no headings and no tables, `extendedmarkdown` has both (docs, a preview of 2026)."""

_MARKS: Mapping[TextFormat, re.Pattern[str]] = {
    "markdown": re.compile(r"([\\`*_~\[\]])"),
    "extendedmarkdown": re.compile(r"([\\`*_~\[\]$|])"),
}
_LEADING = re.compile(r"(?m)^(\s*)([#>+=-])")
_NUMBERED = re.compile(r"(?m)^(\s*\d+)([.)])(?=\s|$)")
_AT_TAG = re.compile(r"</?at\b[^>]*>?", re.IGNORECASE)
_FENCE = "```"


def plain_words(text: str, format_: TextFormat = "markdown") -> str:
    """Return a text that Teams shows as it stands within a line: no mention, link or mark in it has an effect."""
    escaped = _MARKS[format_].sub(r"\\\1", unlink(unping(bare(text))))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


def plain_lines(text: str, format_: TextFormat = "markdown") -> str:
    """Return a text that Teams shows as it stands: none of its lines begins a list, a quote or a heading either."""
    return _at_line_starts(plain_words(text, format_))


def _at_line_starts(text: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _LEADING.sub(r"\1\\\2", text))


@dataclass(frozen=True, slots=True)
class Pen:
    """Write blocks in a format; `links` says that their links are our own and stay links."""

    format: TextFormat
    links: bool = False

    def heading(self, text: str, *, level: int) -> str:
        """Return a heading of words that are plain already: a line in bold where there are no headings."""
        return f"{'#' * level} {text}" if self.format == "extendedmarkdown" else f"**{text}**"

    def write(self, blocks: Sequence[Block], indent: str = "") -> Iterator[str]:
        """Yield blocks as texts."""
        for block in blocks:
            match block:
                case Heading():
                    yield indent + self.heading("".join(map(self._plain, block.text)), level=3)
                case Paragraph():
                    yield indent + _at_line_starts(self._text(block.text))
                case BulletList() | NumberedList():
                    yield "\n".join(self._list(block, indent))
                case Quote():
                    yield "\n".join(f"> {line}" for one in self.write(block.blocks) for line in one.split("\n"))
                case Code():
                    yield f"{_FENCE}\n{_code(block.source)}\n{_FENCE}"
                case Table():
                    as_grid = self.format == "extendedmarkdown" and not indent
                    yield "\n".join(self._grid(block) if as_grid else self._rows(block))
                case _:
                    yield "—"

    def _list(self, block: BulletList | NumberedList, indent: str) -> Iterator[str]:
        for number, item in enumerate(block.items):
            mark = f"{block.start + number}." if isinstance(block, NumberedList) else "-"
            first, *others = "\n".join(self.write(item.blocks)).split("\n")
            yield f"{indent}{mark} {first}"
            # What follows belongs to the item only when it stands below the item's words.
            yield from (f"{indent}{' ' * len(mark)} {line}" for line in others if line.strip())

    def _rows(self, table: Table) -> Iterator[str]:
        """Yield a table as a list: each row by its first cell, the others with their column's name."""
        heads = ["".join(map(self._plain, column)) for column in table.columns]
        for row in table.rows:
            first, *others = (self._cell(cell) for cell in row)
            named = "; ".join(f"{head}: {cell}" for head, cell in zip(heads[1:], others, strict=True) if cell)
            yield f"- **{first}** {named}".rstrip() if first else f"- {named}"

    def _grid(self, table: Table) -> Iterator[str]:
        yield _line(self._cell(cell) for cell in table.columns)
        yield _line("---" for _ in table.columns)
        yield from (_line(self._cell(cell) for cell in row) for row in table.rows)

    def _cell(self, cell: Text) -> str:
        return " ".join(self._text(cell).split("\n")).strip()

    def _text(self, text: Text) -> str:
        return "".join(map(self._span, text))

    def _plain(self, span: Span) -> str:
        return plain_words(span.text, self.format)

    def _span(self, span: Span) -> str:
        shown = self._plain(span)
        core = shown.strip()
        if not core:
            return shown
        lead, tail = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
        if self.links and span.href.startswith("https://"):
            core = f"[{core}]({span.href.replace(')', '%29').replace('(', '%28')})"
        mark = "**" if span.strong else "_" if span.emphasis else ""
        return f"{lead}{mark}{core}{mark}{tail}"


def _code(source: str) -> str:
    """Return code that ends its own block nowhere; a mention's tag has no meaning in code, but Teams looks for it."""
    return unlink(_AT_TAG.sub("", bare(source))).replace(_FENCE, "")


def _line(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"
