"""How a plan looks in Teams: tables and chart on cards, the Markdown of both formats, sizes as Teams counts them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.charts import chart_element
from adapters.teams.closing import closing_activity
from adapters.teams.limits import CARD_BYTES, MESSAGE_BYTES, STREAM_BYTES
from adapters.teams.pages import lay_out, words_of
from adapters.teams.prose import Pen, plain_lines
from adapters.teams.render import render_section
from adapters.teams.sheets import Manner, write_sheet
from adapters.teams.sizes import message_size, size_of, utf16_bytes
from bot.domain.document.blocks import parse_blocks
from bot.domain.tco_chart import Bar, Chart, Series
from bot.ports import SectionView
from tests.adapters.teams.test_streaming import VIEW
from tests.fakes.teams_rules import breaches, card_breaches

TABLE = "| Costs | Closed API | Private cloud |\n|---|--:|--:|\n| Year | USD 24,000 | USD 9,600 |\n| Saving | – | 60% |"
BARS = (
    Bar(label="Closed API", value=24_000.0, text="USD 24,000", figure="closed.year_usd"),
    Bar(label="Private cloud", value=9_600.0, text="USD 9,600", figure="private_cloud.year_usd"),
)
CHART = Chart(title="Average cost a year by option, in USD", series=(Series(label="", bars=BARS),))
TCO = SectionView("tco", "2. Total cost", f"Before.\n\n{TABLE}\n\nAfter.", chart=CHART)
SMALL = Manner(one_below="The table is below.", many_below="The tables are below.")
LARGE = replace(SMALL, format="extendedmarkdown")


def test_a_section_shows_its_table_whole_and_the_chart_after_it() -> None:
    """In a thread the section is one card: heading, words, native table, native chart, words; order and cells kept."""
    elements = render_section(TCO)
    assert [one["type"] for one in elements] == [
        "RichTextBlock",
        "RichTextBlock",
        "Table",
        "Chart.HorizontalBar",
        "RichTextBlock",
    ]
    table = elements[2]
    assert [["".join(words_of(cell)) for cell in row["cells"]] for row in table["rows"]] == [
        ["Costs", "Closed API", "Private cloud"],
        ["Year", "USD 24,000", "USD 9,600"],
        ["Saving", "–", "60%"],
    ]
    assert elements[3]["data"] == [{"x": "Closed API", "y": 24_000}, {"x": "Private cloud", "y": 9_600}]


def test_several_volumes_are_groups_of_bars_and_every_chart_has_words_instead() -> None:
    """Series are named; a client without charts reads each bar with its figure as the table writes it."""
    grouped = Chart(
        title="Cost", series=(Series(label="1 G tokens", bars=BARS), Series(label="10 G tokens", bars=BARS))
    )
    for chart, kind in ((CHART, "Chart.HorizontalBar"), (grouped, "Chart.VerticalBar.Grouped")):
        element = chart_element(chart)
        assert element["type"] == kind
        told = "".join(words_of(element["fallback"]))
        assert told.count("Private cloud: USD 9,600") == len(chart.series)
        card = {"type": "AdaptiveCard", "version": "1.5", "body": [element]}
        assert list(card_breaches(card)) == []
    assert [one["legend"] for one in chart_element(grouped)["data"]] == ["1 G tokens", "10 G tokens"]


def test_the_small_markdown_has_no_table_and_no_heading_in_its_text() -> None:
    """The text of a streamed plan points to its table; table and chart stand on the card below, under the heading."""
    sheet = write_sheet((TCO,), SMALL)
    assert sheet.text == "**2. Total cost**\n\nBefore.\n\n_The table is below._\n\nAfter.\n\n"
    assert [one["type"] for one in sheet.elements] == ["RichTextBlock", "Chart.HorizontalBar", "Table"]
    twice = replace(TCO, markdown=f"{TABLE}\n\n{TABLE.replace('24', '25')}")
    assert write_sheet((twice,), SMALL).text.count("The tables are below.") == 1


def test_the_extended_markdown_has_both_in_its_text() -> None:
    """With the extended format headings and tables are Markdown, and only the chart needs a card."""
    sheet = write_sheet((TCO,), LARGE)
    assert sheet.text.startswith("## 2. Total cost\n\nBefore.\n\n| Costs | Closed API | Private cloud |\n| --- | --- |")
    assert "| Year | USD 24,000 | USD 9,600 |" in sheet.text
    assert [one["type"] for one in sheet.elements] == ["RichTextBlock", "Chart.HorizontalBar"]


def test_a_table_without_room_on_the_cards_is_told_in_lines() -> None:
    """What the cards of one message cannot take stands in the text, each row with its columns' names: nothing is lost."""
    wide = "| a | b |\n|---|---|\n" + "".join(f"| row{number} | cell{number} |\n" for number in range(140))
    sections = tuple(SectionView(f"s{number}", f"S{number}", wide) for number in range(3))
    sheet = write_sheet(sections, SMALL)
    shown = sheet.text + " ".join(words_of(sheet.elements))
    assert "- **row7** b: cell7" in sheet.text
    assert [shown.count(f"cell{number} ") + shown.count(f"cell{number}\n") for number in (7, 77, 139)] == [3, 3, 3]


@pytest.mark.parametrize("manner", [SMALL, LARGE])
def test_a_line_that_only_looks_like_markup_stays_as_it_is(manner: Manner) -> None:
    """Signs at the start of a line begin no list, heading or quote; inside a line they are left alone."""
    for text in ("1. x", "12) x", "# x", "- x", "+ x", "> x", "=== x"):
        assert plain_lines(text, manner.format).count("\\") == 1, text
    assert plain_lines("a 1. b - c # d > e (f) g! 3 % i=j", manner.format) == "a 1. b - c # d > e (f) g! 3 % i=j"
    (written,) = Pen(manner.format).write(parse_blocks("**1. bold** and 2. plain"))
    assert written == "**1. bold** and 2. plain"


def test_sizes_are_counted_in_utf16() -> None:
    """A sign outside the basic plane counts four bytes, every other two, as Teams counts."""
    assert [utf16_bytes(text) for text in ("a", "ñ", "→", "🙂")] == [2, 2, 2, 4]
    assert message_size({"text": "🙂" * 10, "summary": "not counted"}) == 40


HOSTILE = st.lists(
    st.sampled_from(
        [
            "# head\n\n",
            "**a** b ",
            "🙂" * 40 + " ",
            "word " * 60,
            "x" * 900 + " ",
            "\n\n- item\n- item\n  - deep\n\n",
            "\n\n1. one\n2. two\n\n",
            "\n\n> quoted\n\n",
            "\n\n```\ncode\n```\n\n",
            "\n\n" + TABLE + "\n\n",
            "\n\n| a | b | c | d | e | f | g | h |\n|---|---|---|---|---|---|---|---|\n"
            + "| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |\n" * 90
            + "\n",
            "\n\n| a | b |\n|---|---|\n| " + "long " * 500 + " | 2 |\n\n",
            "*a* " * 300,
        ]
    ),
    max_size=8,
).map("".join)


@settings(deadline=None, max_examples=25)
@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_whatever_is_written_keeps_every_rule(texts: list[str]) -> None:
    """Any sections lead to messages and cards below the sizes, with nothing a card may not hold, words in order."""
    sections = tuple(SectionView(f"s{number}", f"S{number}", text or "-") for number, text in enumerate(texts))
    for page in lay_out(sections):
        assert list(breaches(page.activity)) == []
        assert size_of(page.activity["attachments"][0]["content"]) <= CARD_BYTES
    for manner in (SMALL, LARGE):
        sheet = write_sheet(sections, manner)
        assert utf16_bytes(sheet.text) <= STREAM_BYTES
        assert (*sheet.inside, *sheet.rest) == sections
        message = {"type": "message", "text": sheet.text or "-", "attachments": sheet.cards}
        assert list(breaches(message)) == []
        assert message_size(message) <= MESSAGE_BYTES
        before = write_sheet(sections[:-1], manner)
        assert sheet.text.startswith(before.text)
        assert sheet.elements[: len(before.elements)] == before.elements


def test_the_largest_message_with_the_most_sources_fits() -> None:
    """Text, cards and sources at their limits together stay below what a message may be."""
    lines = "".join(f"- [{'n' * 90}](https://source{number}.example/{'p' * 700}) {'w' * 200}\n" for number in range(30))
    sources = SectionView("sources", "Sources", lines)
    closing = closing_activity(replace(VIEW, status="done", sections=(TCO, sources)))
    cited = closing["entities"][0]["citation"]
    assert 3 <= len(cited) <= 10
    assert [one["position"] for one in cited] == list(range(1, len(cited) + 1))
    assert list(breaches(closing)) == []
    assert len(json.dumps(cited)) * 2 <= 12_500
