"""Plans whose job is given up: the card says so, no stream stays open, and what was finished stays where it may."""

from dataclasses import replace

import pytest

from adapters.teams.outbound import TeamsChat
from bot.domain.events import ConversationRef
from bot.ports import Choice
from bot.services.redis_store import Store
from tests.adapters.teams.running import lines_of
from tests.adapters.teams.test_streaming import ROOM, SECTIONS, TO, another_chat, chat, store, with_sections
from tests.fakes.teams_connector import FakeTeams

__all__ = ["chat", "store"]

FAILED = replace(
    with_sections(0, status="failed"), progress="Not finished", choices=(Choice("regenerate", "", "Write it again"),)
)


def _read(teams: FakeTeams, place: ConversationRef) -> str:
    return "\n".join(line for one in teams.talks[place.channel].messages.values() for line in lines_of(one))


@pytest.mark.parametrize(("place", "finished"), [(TO, 2), (ROOM, 2), (ROOM, 0)])
async def test_a_worker_that_closes_a_card_leaves_nothing_open(
    chat: TeamsChat, teams: FakeTeams, store: Store, place: ConversationRef, finished: int
) -> None:
    """Another worker closes the card: the sections it is given stand there and no other, and no stream is open."""
    card = await chat.post_card(place, with_sections(0), key="k")
    for count in (1, 2):
        await chat.update_card(place, card, with_sections(count))
        await teams.clock.sleep(5)
    async with another_chat(store, teams) as other:
        assert await other.post_card(place, FAILED, key="k") == card
        await other.update_card(place, card, replace(FAILED, sections=SECTIONS[:finished]))

    read = _read(teams, place)
    assert [read.count(f"Section {one.id}") for one in SECTIONS] == [finished // 2, finished // 2, 0]
    assert "Not finished" in read
    assert "[Write it again]" in read
    assert "[Stop]" not in read
    assert teams.talks[place.channel].streams.open is None
