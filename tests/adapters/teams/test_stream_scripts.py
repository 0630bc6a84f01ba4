"""Whatever happens while a plan is streamed, the strict fake sees no breach of a rule, and the plan stands there once."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.outbound import TeamsChat
from adapters.teams.reference import Reference
from adapters.teams.streaming import ENDINGS, ending_of
from bot.domain.errors import ChatError
from bot.ports import PlanView, SectionView
from bot.services.redis_store import Store, StoreOptions, open_store
from tests.adapters.teams.running import ANA, PEOPLE, lines_of
from tests.adapters.teams.test_streaming import TO, VIEW, another_chat
from tests.fakes.teams_connector import BOT, TENANT, FakeTeams, Fault, Talk, fake_teams
from tests.fakes.teams_streams import CANCELED, CHANGED, COMPLETED, EXCEEDED, STREAM_S

Step = tuple[str, float]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("section"), st.sampled_from([10.0, 400.0, 4_000.0])),
        st.tuples(st.just("progress"), st.just(0.0)),
        st.tuples(st.just("wait"), st.sampled_from([0.2, 1.0, 1.6, 9.0, 40.0, 97.0, 121.0])),
        st.tuples(st.just("crash"), st.just(0.0)),
        st.tuples(st.just("fault"), st.sampled_from([412.0, 429.0, 502.0, 504.0])),
        st.tuples(st.just("lost"), st.sampled_from([502.0, 504.0])),
        st.tuples(st.just("stop"), st.just(0.0)),
        st.tuples(st.just("figures"), st.just(0.0)),
    ),
    max_size=16,
)


@dataclass(slots=True)
class Play:
    """Be one plan on its way through a script; a new process takes over after each crash."""

    teams: FakeTeams
    store: Store
    stack: AsyncExitStack
    chat: TeamsChat
    view: PlanView = VIEW
    lines: int = 0
    stopped: bool = False
    card: str = ""

    async def step(self, what: str, value: float) -> None:
        """Do one step of a script."""
        clock, talk = self.teams.clock, self.teams.talks[TO.channel]
        self.lines += 1
        match what:
            case "section":
                number = len(self.view.sections)
                section = SectionView(f"s{number}", f"Part {number}.", f"mark{number}. " + "x" * int(value))
                self.view = replace(self.view, sections=(*self.view.sections, section))
                await self.show()
            case "progress":
                self.view = replace(self.view, progress=f"line {self.lines}")
                await self.show()
            case "wait":
                await clock.sleep(value)
            case "crash":
                self.chat = await self.stack.enter_async_context(another_chat(self.store, self.teams))
            case "fault" | "lost":
                lost = what == "lost"
                fault = Fault("POST", "activities", int(value), retry_after="1", done_anyway=lost)
                # A plain message whose answer is lost comes twice: Teams cannot be asked what was posted.
                fault.type = "typing" if lost else ""
                self.teams.faults = [fault]
            case "stop":
                talk.streams.stopped = True
                self.stopped = True
            case "figures":
                self.view = replace(self.view, sections=())

    async def show(self) -> None:
        """Show the view as the living card does: what is not shown now comes with the next view."""
        try:
            await self.chat.update_card(TO, self.card, self.view)
        except ChatError as error:
            if error.final:
                raise


async def play(script: Sequence[Step]) -> None:
    """Play a script, end the plan, and look at what stands in the chat."""
    async with AsyncExitStack() as stack:
        teams = await stack.enter_async_context(fake_teams())
        store = await stack.enter_async_context(open_store(None, StoreOptions(), clock=teams.clock))
        chat = await stack.enter_async_context(another_chat(store, teams))
        talk = teams.add(Talk(id=TO.channel, kind="personal", members={ANA: PEOPLE[ANA]}))
        reference = Reference(service_url=teams.address, kind="personal", tenant=TENANT, channel=TO.channel, bot=BOT)
        await chat.references.refer(TENANT, TO.channel, reference.write())
        run = Play(teams, store, stack, chat)
        run.card = await chat.post_card(TO, VIEW, key="k")
        for what, value in script:
            await run.step(what, value)
        teams.faults.clear()
        await teams.clock.sleep(5)
        run.view = replace(run.view, status="stopped" if run.stopped else "done", progress="end")
        await run.chat.update_card(TO, run.card, run.view)

        assert teams.violations == []
        shown = "\n".join("\n".join(lines_of(one)) for one in talk.messages.values())
        assert [shown.count(f"mark{number}. ") for number in range(len(run.view.sections))] == [
            1 for _ in run.view.sections
        ]
        assert talk.streams.open is None or not talk.streams.open.text or is_over(run, teams)
        assert sum("Part 0." in "\n".join(lines_of(one)) for one in talk.messages.values()) <= 1


def is_over(run: Play, teams: FakeTeams) -> bool:
    """Say whether Teams itself has ended, or was told to end, the open stream; nothing waits for the bot then."""
    stream = teams.talks[TO.channel].streams.open
    return stream is None or bool(stream.told) or teams.clock.seconds - stream.begun > STREAM_S - 4


@settings(deadline=None, max_examples=15)
@given(STEPS)
def test_no_script_breaks_a_rule_or_loses_a_section(script: list[Step]) -> None:
    """Sections, waits, crashes, faults, lost answers, Stop and new figures in any order: rules kept, plan whole, once."""
    asyncio.run(play(script))


@pytest.mark.parametrize(
    ("message", "ending"),
    [
        (CANCELED, "stopped"),
        (EXCEEDED, "late"),
        (COMPLETED, "over"),
        (CHANGED, "changed"),
        ("Message size too large", "too_large"),
        ("Content stream is not allowed", "not_allowed"),
        ("Something new", "unknown"),
    ],
)
def test_every_refusal_of_a_stream_is_told_apart(message: str, ending: str) -> None:
    """Each documented 403 has its meaning, and one nobody knows is known as such."""
    assert ending_of(message) == ending
    assert len({one for _, one in ENDINGS}) == len(ENDINGS)
