"""Splitting neutral blocks: each piece fits, nothing is lost, and the order stays."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.markdown import Room, cut_string, section_blocks, size_of, texts_of
from bot.domain.document.blocks import NumberedList, Table, parse_blocks, plain

ROOM = Room(text=80, rows=6, columns=4, cells=200)
WORDS = st.text(alphabet="abcdeñü .,;", min_size=1, max_size=400)


def _words(blocks: object) -> str:
    return "".join(plain(text) for block in blocks for text in texts_of(block)).replace(" ", "")  # type: ignore[attr-defined]


@given(WORDS, st.integers(5, 60))
def test_cut_strings_join_again(text: str, most: int) -> None:
    """The pieces of a text are short enough and together are the text."""
    pieces = cut_string(text, most)

    assert "".join(pieces) == text
    assert all(len(piece) <= most for piece in pieces)


@settings(max_examples=50)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_long_paragraphs_and_lists_lose_nothing(texts: list[str]) -> None:
    """Paragraphs and items of any length are split without losing a character."""
    markdown = "\n\n".join(f"- {' '.join(text.split()) or 'x'}" for text in texts) + "\n\nend"

    fitting = section_blocks(markdown, ROOM)

    assert _words(fitting) == _words(parse_blocks(markdown))


def test_long_tables_repeat_their_head() -> None:
    """A table with too many rows becomes several, each with the head, all rows in order."""
    rows = "\n".join(f"| row {number} | {number} |" for number in range(20))

    tables = section_blocks(f"| name | value |\n|---|---|\n{rows}", ROOM)

    assert all(isinstance(one, Table) and [plain(cell) for cell in one.columns] == ["name", "value"] for one in tables)
    assert all(isinstance(one, Table) and len(one.rows) < ROOM.rows for one in tables)
    assert [plain(row[0]) for one in tables if isinstance(one, Table) for row in one.rows] == [
        f"row {number}" for number in range(20)
    ]


def test_wide_tables_keep_their_first_column() -> None:
    """A table with too many columns is split by columns, and its first one stands in each part."""
    head = " | ".join(f"c{number}" for number in range(9))

    tables = section_blocks(f"| {head} |\n|{'---|' * 9}\n| {head} |", ROOM)

    assert [[plain(cell) for cell in one.columns] for one in tables if isinstance(one, Table)] == [
        ["c0", "c1", "c2", "c3"],
        ["c0", "c4", "c5", "c6"],
        ["c0", "c7", "c8"],
    ]


def test_long_cells_go_on_in_the_row_below() -> None:
    """A cell with more text than a table may hold goes on below, and no letter is lost."""
    text = "palabra " * 200

    tables = section_blocks(f"| a | b |\n|---|---|\n| {text} | x |", ROOM)

    assert (
        "".join(plain(row[0]) for one in tables if isinstance(one, Table) for row in one.rows).split() == text.split()
    )
    assert all(size_of(one) <= ROOM.cells for one in tables)


def test_split_numbered_lists_go_on_counting() -> None:
    """The second part of a numbered list begins with the number after the first part's last."""
    markdown = "\n".join(f"{number}. {'x' * 30}" for number in range(1, 7))

    parts = section_blocks(markdown, ROOM)

    assert [one.start for one in parts if isinstance(one, NumberedList)] == [1, 3, 5]


def test_long_code_is_split_by_lines() -> None:
    """Code longer than a block becomes several blocks of whole lines."""
    source = "".join(f"line {number}\n" for number in range(40))

    parts = section_blocks(f"```\n{source}```", ROOM)

    assert "".join(plain(text) for one in parts for text in texts_of(one)) == source
    assert len(parts) > 1
