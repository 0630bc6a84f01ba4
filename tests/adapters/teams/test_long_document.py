"""A document of forty thousand characters in Teams: nothing is lost or doubled, order and tables are kept, rules too."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.limits import CARD_BYTES, MESSAGE_BYTES
from adapters.teams.pages import words_of
from adapters.teams.sizes import message_size, size_of
from bot.domain.events import ConversationRef
from bot.ports import SectionView
from bot.services.redis_store import Store
from tests.adapters.teams.test_streaming import ROOM, TO, VIEW, another_chat, chat, store
from tests.fakes.teams_connector import FakeTeams

__all__ = ["chat", "store"]

PARTS = 12
CELL = re.compile(r"t(\d+)r(\d+)c(\d+)\b")
WORD = re.compile(r"\bw(\d{5})\b")


def words(begin: int, count: int) -> str:
    """Return numbered words, each once in the document."""
    return " ".join(f"w{number:05}" for number in range(begin, begin + count))


def part(number: int) -> SectionView:
    """Return a section: prose with signs outside the basic plane, a list, a table, a quote and prose."""
    at = number * 430
    rows = "".join("| " + " | ".join(f"t{number}r{row}c{column}" for column in range(5)) + " |\n" for row in range(9))
    markdown = (
        f"{words(at, 200)} 🙂🙂\n\n"
        f"- {words(at + 200, 40)}\n- {words(at + 240, 40)}\n  1. {words(at + 280, 20)}\n\n"
        f"| head | a | b | c | d |\n|---|---|---|---|---|\n{rows}\n"
        f"> {words(at + 300, 30)}\n\n### Under\n\n{words(at + 330, 100)}"
    )
    return SectionView(f"s{number}", f"Part {number}", markdown)


SECTIONS = tuple(part(number) for number in range(PARTS))


def places(message: dict[str, Any]) -> Iterator[str]:
    """Yield the words of each place a table may stand in: the text of a message, and each element of its cards."""
    yield str(message.get("text") or "")
    for attachment in message.get("attachments") or []:
        for element in attachment["content"]["body"]:
            yield "\n".join(words_of(element))


@pytest.mark.parametrize("format_", ["markdown", "extendedmarkdown"])
@pytest.mark.parametrize("place", [TO, ROOM])
async def test_a_long_document_arrives_whole(
    chat: object, store: Store, teams: FakeTeams, place: ConversationRef, format_: str
) -> None:
    """Streamed or in a thread, in both formats: each word and each cell once, in order, each table in one place."""
    assert chat
    assert sum(len(one.markdown) for one in SECTIONS) > 40_000
    teams.takes_extended = True
    async with another_chat(store, teams, text_format=format_) as talker:
        card = await talker.post_card(place, VIEW, key="k")
        for count in range(1, PARTS + 1):
            await teams.clock.sleep(6)
            await talker.update_card(place, card, replace(VIEW, sections=SECTIONS[:count]))
        await talker.update_card(place, card, replace(VIEW, sections=SECTIONS, status="done"))

    messages = list(teams.talks[place.channel].messages.values())
    shown = [one for message in messages for one in places(message)]
    seen = [int(number) for one in shown for number in WORD.findall(one)]
    assert seen == list(range(430 * (PARTS - 1) + 430))
    for table in range(PARTS):
        (holder,) = (one for one in shown if f"t{table}r0c0" in one)
        cells = [found for found in CELL.findall(holder) if int(found[0]) == table]
        assert cells == [(str(table), str(row), str(column)) for row in range(9) for column in range(5)]
    for message in messages:
        assert message_size(message) <= MESSAGE_BYTES
        for attachment in message.get("attachments") or []:
            assert size_of(attachment["content"]) <= CARD_BYTES
