"""A sentence of the bot in Slack: posted at once, and looked for only where an earlier attempt may have posted it."""

from dataclasses import replace

import pytest

from bot.conversation import Performing, Talking
from bot.domain.effects import Say
from bot.domain.errors import ChatError, StoreError
from bot.domain.events import ConversationRef
from bot.ports import Attempt, Message
from bot.services.industry_book import industry_book
from bot.worker import LEASE_LOST
from tests.adapters.slack.chatting import TEXTS, VIEW, chatting, chatting_over
from tests.adapters.slack.test_render import PROSE
from tests.contracts.store_cases import claim, going_on, let_pass
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.fakes.slack_world import VirtualClock
from tests.redis_server import OpenStore

LOOKS = "conversations.history"
FIRST = Attempt("", "", first=True)
"""The first attempt at a job that nobody can take over."""


def _direct(slack: SlackServer) -> ConversationRef:
    return ConversationRef(platform="slack", tenant=TEAM, channel=slack.world.im(TEAM, ANA).id)


async def test_a_first_attempt_does_not_look() -> None:
    """Where nobody can have said it before, it is one call; a later attempt looks for it and leaves it at that."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        await chat.say(place, Message(text="Hola"), key="job/0", by=FIRST)
        assert (slack.gate.counts["chat.postMessage"], slack.gate.counts[LOOKS]) == (1, 0)

        await chat.say(place, Message(text="Hola"), key="job/0")
        assert (slack.gate.counts["chat.postMessage"], slack.gate.counts[LOOKS]) == (1, 1)
        assert len(slack.world.channels[place.channel].messages) == 1


async def test_a_look_that_fails_for_a_moment_is_taken_again() -> None:
    """Whether it was said is not known then, so the attempt fails and the next one looks; a refusal is an answer."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        await chat.say(place, Message(text="Hola"), key="job/0", by=FIRST)
        slack.fail(LOOKS, 503)
        with pytest.raises(ChatError) as fault:
            await chat.say(place, Message(text="Hola"), key="job/0")
        assert not fault.value.final
        assert fault.value.retry_after_s is not None
        await chat.say(place, Message(text="Hola"), key="job/0")
        assert slack.gate.counts["chat.postMessage"] == 1


async def test_a_later_attempt_says_what_was_not_said() -> None:
    """What cannot be found is said; the same words under another name are another sentence."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        await chat.say(place, Message(text="Hola"), key="job/0", by=FIRST)
        await chat.say(place, Message(text="Hola"), key="job/1")
        assert len(slack.world.channels[place.channel].messages) == 2


CHATTER = 450
"""Messages of others: more than two pages of a look."""


def _talk_on(slack: SlackServer, place: ConversationRef) -> ConversationRef:
    """Have people go on talking in a thread of a direct channel, and return the thread."""
    root, _ = slack.people.type(ANA, place.channel, "Hola")
    for number in range(CHATTER):
        slack.people.type(ANA, place.channel, f"{number}", root.ts)
    return replace(place, thread=root.ts)


async def test_a_long_thread_is_looked_through_to_its_end() -> None:
    """What stands behind hundreds of messages is found; known since when, one page of them is read."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        thread = _talk_on(slack, _direct(slack))
        clock.advance(3600)
        since_ms = int(clock() * 1000)
        await chat.say(thread, Message(text="Hola"), key="job/0", by=FIRST)
        posts = slack.gate.counts["chat.postMessage"]

        await chat.say(thread, Message(text="Hola"), key="job/0")
        looks = slack.gate.counts["conversations.replies"]
        await chat.say(thread, Message(text="Hola"), key="job/0", by=Attempt("", "", since_ms=since_ms))

        assert (posts, slack.gate.counts["chat.postMessage"]) == (1, 1)
        assert looks > 2
        assert slack.gate.counts["conversations.replies"] == looks + 1


async def test_a_card_in_a_long_thread_is_found_again() -> None:
    """A card whose answer was lost behind hundreds of messages is not posted again, and one page finds it."""
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        thread = _talk_on(slack, _direct(slack))
        clock.advance(3600)
        slack.cut("chat.postMessage")
        with pytest.raises(ChatError):
            await chat.post_card(thread, VIEW, key="job")
        clock.advance(60)
        card = await chat.post_card(thread, VIEW, key="job")

        ours = [each for each in slack.messages(thread.channel) if each.bot_id]
        assert [card] == [f"{each.channel}/{each.ts}" for each in ours]
        assert slack.gate.counts["conversations.replies"] == 1


async def test_a_long_answer_goes_on_where_it_broke_off() -> None:
    """Of several messages, those an earlier attempt got to post are not posted again."""
    clock = VirtualClock()
    text = "\n\n".join(f"Pasaje {number}: {PROSE}" for number in range(60))
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=110) as chat:
        place = _direct(slack)
        slack.fail("chat.postMessage", 503, nth=2)
        with pytest.raises(ChatError):
            await chat.say(place, Message(text=text), key="job/0", by=FIRST)
        await chat.say(place, Message(text=text), key="job/0")
        read = "\n".join(slack.transcript(place.channel))
        assert [read.count(f"Pasaje {number}:") for number in range(60)] == [1] * 60
        assert len(slack.world.channels[place.channel].messages) > 1


@pytest.mark.parametrize("only_to", [None, ANA], ids=["to all", "to one"])
async def test_a_worker_that_stood_still_says_nothing(new_store: OpenStore, only_to: str | None) -> None:
    """Its lease ran out and the next worker said it; when it goes on, it is told so before it speaks."""
    clock = VirtualClock()
    place = ConversationRef(platform="slack", tenant=TEAM, channel=GENERAL)
    async with (
        new_store() as store,
        SlackServer(clock=clock) as slack,
        chatting_over(store, slack, clock, deadline_s=110) as chat,
    ):
        talking = Talking(chats={"slack": chat}, texts=TEXTS, industries=industry_book())
        performing = Performing(effects=store.effects, performers={Say: talking.say})
        ours = await going_on(store, place, Say(text="say.help", only_to=only_to), user=ANA)
        await let_pass(store, 60)
        (theirs,) = await claim(store, "w2")
        await performing.perform(theirs)
        with pytest.raises(StoreError) as lost:
            await performing.perform(ours)
        assert lost.value.text == LEASE_LOST
        assert len(slack.messages(GENERAL)) == 1
        assert await store.jobs.done(theirs)
        with pytest.raises(StoreError):
            await performing.perform(ours)
        assert len(slack.messages(GENERAL)) == 1
