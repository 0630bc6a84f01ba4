"""A worker that takes a plan over: what stands in the thread is not taken back while the saved sections come again."""

from dataclasses import replace

import pytest

from adapters.slack.rhythm import Rhythms
from bot.ports import SectionView
from tests.adapters.slack.chatting import BUTTONS, PLACE, VIEW, chatting
from tests.adapters.slack.test_render import PROSE
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import GENERAL
from tests.fakes.slack_world import VirtualClock

SECTIONS = tuple(SectionView(f"other{n}", f"Sección {n}", f"{PROSE}\n\n{n}\n\n{PROSE}") for n in range(5))
STREAMED = 2
"""Messages that begin while the plan is written; the last one is posted when all of it is known."""


@pytest.mark.parametrize("deadline_s", [110.0, 900.0])
async def test_nothing_is_taken_back_for_a_new_worker(deadline_s: float) -> None:
    """Views that show less of the same cost no call; the next section goes on from where the dead worker was."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=deadline_s) as chat:
        card = await chat.post_card(PLACE, VIEW, key="job")
        for count in (0, 1, 2, 3):
            clock.advance(8)
            await chat.update_card(PLACE, card, replace(VIEW, sections=SECTIONS[:count]))
        before, calls = slack.transcript(GENERAL), slack.count()
        worker = replace(chat, rhythms=Rhythms(chat.rhythms.now))
        for count in (0, 1, 2):
            clock.advance(8)
            await worker.update_card(PLACE, card, replace(VIEW, progress=f"{count}", sections=SECTIONS[:count]))
        assert (slack.transcript(GENERAL), slack.count()) == (before, calls)
        done = replace(VIEW, status="done", choices=BUTTONS, sections=SECTIONS)
        await worker.update_card(PLACE, card, done)
        read = "\n".join(slack.transcript(GENERAL)).replace(" (edited)", "")

    assert [read.count(f"# {section.heading}\n") for section in SECTIONS] == [1] * len(SECTIONS)
    assert slack.count("chat.startStream") == (0 if deadline_s > 240 else STREAMED)
    assert slack.violations == []


@pytest.mark.parametrize("deadline_s", [110.0, 900.0])
async def test_a_text_with_other_figures_takes_its_place(deadline_s: float) -> None:
    """When the figures have changed the old text goes at once, and in the end only the new one stands there."""
    clock = VirtualClock()
    new = tuple(SectionView(one.id, one.heading, f"Cifra nueva.\n\n{one.markdown[:2000]}") for one in SECTIONS)
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=deadline_s) as chat:
        card = await chat.post_card(PLACE, VIEW, key="job")
        for count in (0, 1, 2):
            clock.advance(8)
            await chat.update_card(PLACE, card, replace(VIEW, sections=SECTIONS[:count]))
        clock.advance(8)
        await chat.update_card(PLACE, card, replace(VIEW, sections=new[:1]))
        assert "\n".join(slack.transcript(GENERAL)).count("El coste se midió") < 60
        await chat.update_card(PLACE, card, replace(VIEW, status="done", choices=BUTTONS, sections=new))
        read = "\n".join(slack.transcript(GENERAL)).replace(" (edited)", "")

    assert [read.count(f"# {section.heading}\n") for section in new] == [1] * len(new)
    assert read.count("Cifra nueva.") == len(new)
    assert slack.violations == []
