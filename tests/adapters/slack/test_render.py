"""Slack's rendering: whole, in order, within every limit, and with nothing in it that mentions, links or marks up."""

from typing import Any

import pytest

from adapters.slack.cards import message_blocks
from adapters.slack.limits import PAGE_BYTES
from adapters.slack.pages import Page, lay_out
from bot.domain.document.blocks import parse_blocks, plain
from bot.domain.events import ConversationRef
from bot.ports import Choice, Message, SectionView
from tests.fakes.slack_oracle import second_opinion
from tests.fakes.slack_rules import check_blocks

TO = ConversationRef(platform="slack", tenant="T1", channel="C1", thread="1.1")
TABLE = "| Opción | Coste |\n|---|---:|\n" + "\n".join(f"| opción {row} | {row}.000 USD |" for row in range(30))
PROSE = "El coste se midió con **precios** de hoy; según la tabla, _nada_ cambia sin volumen. " * 30
LIST = "\n".join(f"- punto {number} con `código`\n  1. detalle uno\n  2. detalle dos" for number in range(25))


def _document(size: int) -> tuple[SectionView, ...]:
    body = f"{PROSE}\n\n### Parte\n\n{LIST}\n\n{TABLE}\n\n> cita\n\n```\ncódigo\n```\n\n---\n\n{PROSE}"
    count = size // len(body) + 1
    return tuple(SectionView(f"other{number}", f"Sección {number}", body) for number in range(count))


def _read(pages: tuple[Page, ...]) -> str:
    return "".join("".join(page.plain.split()) for page in pages)


def test_a_document_of_40000_characters_is_whole_and_in_order() -> None:
    """40,000 characters are laid out without a finding of either validator, whole tables, every word in order."""
    sections = _document(40_000)
    pages = lay_out(sections)

    for page in pages:
        assert check_blocks(list(page.blocks), "message") == []
        assert list(second_opinion({"blocks": list(page.blocks), "channel": "C1", "text": page.text})) == []
        assert sum(block["type"] == "table" for block in page.blocks) <= 1
        assert len(page.plain.encode()) < PAGE_BYTES * 1.2
    shown = "\n".join(page.plain for page in pages)
    for number, section in enumerate(sections):
        assert shown.count(section.heading + "\n") == 1, number
    assert shown.count("punto") == 25 * len(sections)
    assert shown.count("detalle dos") == 25 * len(sections)
    assert shown.count("opción 29") == len(sections)


def test_further_sections_change_no_earlier_page() -> None:
    """Pages of a growing plan only change at their end, or what was posted would be edited again and again."""
    sections = _document(40_000)

    for count in range(1, len(sections)):
        before, after = lay_out(sections[:count]), lay_out(sections)
        assert after[: len(before) - 1] == before[:-1]


@pytest.mark.parametrize(
    "nasty",
    [
        "<!channel> <!here> <@U0BOB00001> <#C0GENERAL1> <!subteam^S1>",
        "@channel @here @everyone",
        "<https://evil.example|https://good.example> [x](https://evil.example) ![x](https://evil.example/p.png)",
        "*bold* _it_ ~no~ `code` &lt;!channel&gt; :tada:",
        "a\u202ebc\u200bd\u0000e",
    ],
)
def test_model_text_cannot_act(nasty: str) -> None:
    """Mentions, links, images and hidden characters in a section are words and nothing else."""
    (page,) = lay_out(
        (SectionView("plan", "Plan", f"{nasty}\n\n- {nasty}\n\n| {nasty.replace('|', '/')} |\n|---|\n| x |"),)
    )

    kinds = {element["type"] for block in page.blocks for element in _elements(block)}
    assert kinds <= {"text", "raw_text"}
    assert not any(mark in page.text for mark in ("<", "@"))
    assert "<!" not in page.plain


def _elements(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [one for each in part for one in _elements(each)]
    inner = [one for key in ("elements", "rows") for one in _elements(part.get(key, []))]
    leaf = (
        part if part.get("type") in ("text", "link", "user", "channel", "usergroup", "broadcast", "raw_text") else None
    )
    return inner + ([leaf] if leaf else [])


def test_sources_may_link() -> None:
    """Links of the sources section, which the bot itself writes, are live; only those to https."""
    markdown = "[precio](https://example.com/precio) [otro](http://example.com)"
    (page,) = lay_out((SectionView("sources", "Fuentes", markdown),))

    assert [one["url"] for one in _elements(list(page.blocks)) if one["type"] == "link"] == [
        "https://example.com/precio"
    ]


def test_long_messages_go_on_in_further_ones() -> None:
    """A message longer than Slack takes becomes several, in order, with the buttons under the last."""
    text = "\n".join(f"línea {number}: {'x' * 90}" for number in range(400))
    pages = message_blocks(Message(text=text, choices=(Choice("yes", "", "Sí"),)), TO)

    assert len(pages) > 1
    for page in pages:
        assert check_blocks(list(page), "message") == []
    assert [block["type"] for block in pages[-1]].count("actions") == 1
    assert all(block["type"] == "rich_text" for page in pages[:-1] for block in page)
    shown = "".join(element["text"] for page in pages for block in page for element in _elements(block))
    assert shown == text


def test_every_block_of_a_real_document_is_shown() -> None:
    """All text of a parsed document is found again in its pages."""
    (section,) = _document(1)
    pages = lay_out((section,))

    for block in parse_blocks(section.markdown):
        if hasattr(block, "text"):
            assert "".join(plain(block.text).split())[:200] in _read(pages)
