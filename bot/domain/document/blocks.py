"""Markdown in, neutral blocks out: what chat renderers, exports and checks all work on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Span:
    """Be a run of text in one style; `href` is the target of a link, or of an image when `image` is true."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""
    image: bool = False


Text = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Be a heading of level 1 to 6."""

    level: int
    text: Text
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Be a paragraph; soft line breaks are spaces, hard ones are newlines in the text."""

    text: Text
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """Be one item of a list: its own blocks, nested lists among them."""

    blocks: tuple["Block", ...]
    line: int


@dataclass(frozen=True, slots=True)
class BulletList:
    """Be a list without numbers."""

    items: tuple[Item, ...]
    line: int


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Be a numbered list that begins at `start`."""

    start: int
    items: tuple[Item, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """Be a table: the texts of its columns' heads, then its rows, each as long as the head."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Be quoted blocks."""

    blocks: tuple["Block", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Code:
    """Be a block of code, shown as it stands."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Be a horizontal line."""

    line: int


Block = Heading | Paragraph | BulletList | NumberedList | Table | Quote | Code | Rule


def plain(text: Text) -> str:
    """Return a text without its styles."""
    return "".join(span.text for span in text)


def first_paragraph(markdown: str) -> str:
    """Return the words of the first paragraph, without a last sentence that only announces what follows it."""
    first = next((block for block in parse_blocks(markdown) if isinstance(block, Paragraph)), None)
    words = plain(first.text).strip() if first else ""
    whole, _, rest = words.rpartition(". ")
    return f"{whole}." if whole and rest.endswith(":") else words


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield every block, those inside lists and quotes after the block that holds them."""
    for block in blocks:
        yield block
        if isinstance(block, BulletList | NumberedList):
            for item in block.items:
                yield from walk(item.blocks)
        elif isinstance(block, Quote):
            yield from walk(block.blocks)


def parse_blocks(markdown: str, *, first_line: int = 1) -> tuple[Block, ...]:
    """Parse Markdown (CommonMark with tables, HTML taken as text); `first_line` is the number of its first line."""
    tokens = _PARSER.parse(markdown)
    blocks, end = _blocks(tokens, 0, first_line)
    if end != len(tokens):
        message = f"unbalanced token {tokens[end].type}"
        raise ValueError(message)
    return blocks


def _line(token: Token, first_line: int) -> int:
    return (token.map[0] if token.map else 0) + first_line


def _blocks(tokens: Sequence[Token], at: int, first: int) -> tuple[tuple[Block, ...], int]:
    found: list[Block] = []
    while at < len(tokens) and tokens[at].nesting >= 0:
        block, at = _block(tokens, at, first)
        found.append(block)
    return tuple(found), at


def _block(tokens: Sequence[Token], at: int, first: int) -> tuple[Block, int]:
    token = tokens[at]
    line = _line(token, first)
    match token.type:
        case "heading_open":
            return Heading(int(token.tag[1:]), _text(tokens[at + 1]), line), at + 3
        case "paragraph_open":
            return Paragraph(_text(tokens[at + 1]), line), at + 3
        case "bullet_list_open" | "ordered_list_open":
            items, end = _items(tokens, at + 1, first)
            if token.type == "bullet_list_open":
                return BulletList(items, line), end + 1
            return NumberedList(int(token.attrGet("start") or 1), items, line), end + 1
        case "blockquote_open":
            inner, end = _blocks(tokens, at + 1, first)
            return Quote(inner, line), end + 1
        case "table_open":
            return _table(tokens, at, first)
        case "fence" | "code_block":
            return Code(token.content, line), at + 1
        case "hr":
            return Rule(line), at + 1
        case _:
            message = f"unknown token {token.type}"
            raise ValueError(message)


def _items(tokens: Sequence[Token], at: int, first: int) -> tuple[tuple[Item, ...], int]:
    items: list[Item] = []
    while tokens[at].type == "list_item_open":
        blocks, end = _blocks(tokens, at + 1, first)
        items.append(Item(blocks, _line(tokens[at], first)))
        at = end + 1
    return tuple(items), at


def _table(tokens: Sequence[Token], at: int, first: int) -> tuple[Block, int]:
    rows: list[list[Text]] = []
    line = _line(tokens[at], first)
    while tokens[at].type != "table_close":
        if tokens[at].type == "tr_open":
            rows.append([])
        elif tokens[at].type == "inline":
            rows[-1].append(_text(tokens[at]))
        at += 1
    head, *body = rows
    return Table(tuple(head), tuple(tuple(row) for row in body), line), at + 1


_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def _text(inline: Token) -> Text:
    style = Span("")
    spans: list[Span] = []
    for token in inline.children or ():
        name, _, end = token.type.rpartition("_")
        if name == "strong":
            style = replace(style, strong=end == "open")
        elif name == "em":
            style = replace(style, emphasis=end == "open")
        elif name == "link":
            style = replace(style, href=str(token.attrGet("href") or "") if end == "open" else "")
        elif token.type == "image":
            spans.append(replace(style, text=token.content, href=str(token.attrGet("src") or ""), image=True))
        elif token.type == "code_inline":
            spans.append(replace(style, text=token.content, code=True))
        else:
            spans.append(replace(style, text=_BREAKS.get(token.type, token.content)))
    return _joined(spans)


def _joined(spans: Sequence[Span]) -> Text:
    joined: list[Span] = []
    for span in spans:
        if joined and not span.image and replace(joined[-1], text="") == replace(span, text=""):
            joined[-1] = replace(span, text=joined[-1].text + span.text)
        elif span.text or span.image:
            joined.append(span)
    return tuple(joined)
