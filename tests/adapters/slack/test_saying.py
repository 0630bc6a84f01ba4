"""A sentence of the bot in Slack: posted at once, and looked for only where an earlier attempt may have posted it."""

import pytest

from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Message
from tests.adapters.slack.chatting import chatting
from tests.adapters.slack.test_render import PROSE
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, TEAM
from tests.fakes.slack_world import VirtualClock

LOOKS = "conversations.history"


def _direct(slack: SlackServer) -> ConversationRef:
    return ConversationRef(platform="slack", tenant=TEAM, channel=slack.world.im(TEAM, ANA).id)


async def test_a_first_attempt_does_not_look() -> None:
    """Where nobody can have said it before, it is one call; a later attempt looks for it and leaves it at that."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        await chat.say(place, Message(text="Hola"), key="job/0", first=True)
        assert (slack.gate.counts["chat.postMessage"], slack.gate.counts[LOOKS]) == (1, 0)

        await chat.say(place, Message(text="Hola"), key="job/0")
        assert (slack.gate.counts["chat.postMessage"], slack.gate.counts[LOOKS]) == (1, 1)
        assert len(slack.world.channels[place.channel].messages) == 1


async def test_a_later_attempt_says_what_was_not_said() -> None:
    """What cannot be found is said; the same words under another name are another sentence."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        await chat.say(place, Message(text="Hola"), key="job/0", first=True)
        await chat.say(place, Message(text="Hola"), key="job/1")
        assert len(slack.world.channels[place.channel].messages) == 2


async def test_a_long_answer_goes_on_where_it_broke_off() -> None:
    """Of several messages, those an earlier attempt got to post are not posted again."""
    clock = VirtualClock()
    text = "\n\n".join(f"Pasaje {number}: {PROSE}" for number in range(60))
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        slack.fail("chat.postMessage", 503, nth=2)
        with pytest.raises(ChatError):
            await chat.say(place, Message(text=text), key="job/0", first=True)
        await chat.say(place, Message(text=text), key="job/0")
        read = "\n".join(slack.transcript(place.channel))
        assert [read.count(f"Pasaje {number}:") for number in range(60)] == [1] * 60
        assert len(slack.world.channels[place.channel].messages) > 1
