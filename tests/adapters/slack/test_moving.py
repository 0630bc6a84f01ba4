"""A channel that takes no more posts while a plan is shown there: the plan goes on with its requester, whole and once."""

from dataclasses import replace

import pytest

from bot.ports import SectionView
from tests.adapters.slack.chatting import BUTTONS, PLACE, TEXTS, VIEW, chatting
from tests.adapters.slack.test_render import PROSE
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.fakes.slack_world import VirtualClock

SECTIONS = tuple(SectionView(f"other{n}", f"Sección {n}", f"{PROSE}\n\n{n}\n\n{PROSE}") for n in range(5))


@pytest.mark.parametrize("deadline_s", [110.0, 900.0])
@pytest.mark.parametrize("code", ["restricted_action_read_only_channel", "is_archived"])
async def test_later_sections_come_by_direct_message(deadline_s: float, code: str) -> None:
    """Streamed or edited: when the channel refuses, the requester reads card, all sections and why, in private."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=deadline_s) as chat:
        card = await chat.post_card(PLACE, VIEW, key="job")
        for count in range(1, len(SECTIONS) + 1):
            clock.advance(8)
            await chat.update_card(PLACE, card, replace(VIEW, progress=f"{count}", sections=SECTIONS[:count]))
            slack.world.channels[GENERAL].refuses = code
            slack.world.channels[GENERAL].archived = code == "is_archived"
        done = replace(VIEW, status="done", progress="Listo", choices=BUTTONS, sections=SECTIONS)
        await chat.update_card(PLACE, card, done)
        await chat.update_card(PLACE, card, done)
        direct = slack.world.im(TEAM, ANA).id
        read = "\n".join(slack.transcript(direct)).replace(" (edited)", "")

    assert [read.count(f"# {section.heading}\n") for section in SECTIONS] == [1] * len(SECTIONS)
    assert read.count("Listo") == 1
    assert read.count(TEXTS.say("say.not_in_channel", "es")) == 1
    # A stream in an archived channel cannot be ended, nor its message edited: both are asked for once.
    assert {one.code for one in slack.violations} <= {code, "streaming_state_conflict"}
