"""A document of 40,000 characters in Slack's thread: no error, nothing lost, tables whole, in order."""

import pytest

from adapters.slack.tables import markdown_table
from bot.domain.document.blocks import Table, parse_blocks
from bot.domain.tco_chart import Bar, Chart, Series
from bot.ports import SectionView
from tests.adapters.slack.chatting import chatting, show_plan
from tests.adapters.slack.test_render import LIST, PROSE, TABLE
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import GENERAL
from tests.fakes.slack_world import VirtualClock

ROWS = 30
CHART = Chart(
    title="Coste medio anual por opción, en USD",
    series=(
        Series(
            label="",
            bars=(
                Bar(label="API cerrada", value=23600.0, text="23.600 USD", figure="closed.year_usd"),
                Bar(label="Nube privada", value=179000.0, text="179.000 USD", figure="private_cloud.year_usd"),
            ),
        ),
    ),
)


def document(size: int) -> tuple[SectionView, ...]:
    """Return sections of this many characters in all; one of them compares costs and has a chart."""
    body = f"{PROSE}\n\n### Parte\n\n{LIST}\n\n{TABLE}\n\n> cita\n\n```\ncódigo\n```\n\n---\n\n{PROSE}"
    sections = [SectionView(f"other{n}", f"Sección {n}", body) for n in range(size // len(body) + 1)]
    sections[1] = SectionView("tco", "Costes", body, chart=CHART)
    return tuple(sections)


@pytest.mark.parametrize(("deadline_s", "every_s"), [(110.0, 8.0), (110.0, 0.0), (900.0, 8.0)])
async def test_forty_thousand_characters_arrive_whole(deadline_s: float, every_s: float) -> None:
    """Streamed slowly, streamed at once, and posted and edited: every word once, in order, each table in one piece."""
    clock = VirtualClock()
    sections = document(40_000)
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=deadline_s) as chat:
        await show_plan(chat, clock, sections, every_s=every_s)
        read = slack.transcript(GENERAL)
        messages = slack.messages(GENERAL)

    assert [asked.error for asked in slack.calls if asked.error] == []
    assert slack.violations == []
    text = "\n".join(read).replace(" (edited)", "")
    places = [text.index(f"# {section.heading}\n") for section in sections]
    assert places == sorted(places)
    for section in sections:
        assert text.count(f"# {section.heading}\n") == 1
    assert text.count("El coste se midió con precios de hoy") == PROSE.count("El coste") * 2 * len(sections)
    assert text.count("• punto") == 25 * len(sections)
    assert text.count("detalle dos") == 25 * len(sections)
    kinds = [block["type"] for message in messages for block in message.blocks]
    assert kinds.count("data_visualization") == 1
    tables = [block for message in messages for block in message.blocks if block["type"] in ("table", "data_table")]
    assert [len(table["rows"]) for table in tables] == [ROWS + 1] * len(sections)
    assert kinds.count("data_table") == 1
    assert all(len(message.text) < 1000 for message in messages)
    assert [message.text for message in messages if not message.text and not message.stream] == []


@pytest.mark.parametrize("deadline_s", [110.0, 900.0])
async def test_what_others_wrote_acts_nowhere(deadline_s: float) -> None:
    """Mentions and links in title, progress, headings, text, tables and chart notify nobody and lead nowhere."""
    clock = VirtualClock()
    nasty = "<!channel> @here <@U0BOB00001> <https://evil.example|good> https://evil.example"
    bars = tuple(Bar(label=f"{nasty} {n}", value=1.0, text=nasty, figure="closed.year_usd") for n in range(2))
    chart = Chart(title=nasty, series=(Series(label="", bars=bars),))
    markdown = f"{nasty}\n\n| A | {nasty.replace('|', '/')} |\n|---|---|\n| 1 | 2 |\n\n- {nasty}"
    section = SectionView("tco", "Costes", markdown, chart=chart)
    for refused in (frozenset[str](), frozenset({"data_table", "data_visualization"}), frozenset({"rich_text"})):
        async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=deadline_s) as chat:
            slack.app.refused_blocks = refused
            await show_plan(chat, clock, (section,), every_s=8.0, title=nasty)
            messages = slack.messages(GENERAL)

        assert slack.pings() == []
        assert not any(message.unfurls for message in messages)


def test_a_table_in_markdown_keeps_every_cell() -> None:
    """The plain form of a table, for workspaces that refuse native ones, is the same table with harmless words."""
    (table,) = parse_blocks("| A | B |\n|---|---|\n| <!channel> \\| x | https://evil.example |\n| 1 | 2 |")
    assert isinstance(table, Table)
    lines = str(markdown_table(table)["text"]).splitlines()

    assert len(lines) == 4
    assert {line.count("|") for line in lines} == {3}
    assert "<!" not in lines[2]
    assert "https://" not in lines[2]
