"""Plans streamed into a personal chat: in sequence, only growing, in time; and what follows when Teams ends a stream."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from adapters.teams.assembly import Teams, TeamsOptions, TeamsSeams, open_teams
from adapters.teams.outbound import TeamsChat
from adapters.teams.reference import Kind, Reference
from adapters.teams.sheets import Manner, write_sheet
from bot.domain.events import ConversationRef
from bot.ports import Choice, PlanView, SectionView
from bot.services.industry_book import industry_book
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.services.redis_teams import RedisTeams
from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, PEOPLE, lines_of
from tests.fakes.teams_connector import APP_ID, BOT, SECRET, TENANT, FakeTeams, Fault, Talk
from tests.redis_server import RedisServer

TEXTS, BOOK = load_texts(), industry_book()
TO = ConversationRef(platform="teams", tenant=TENANT, channel="a:1ana_chat")
ROOM = ConversationRef(platform="teams", tenant=TENANT, channel="19:general@thread.tacv2", thread="1795")
VIEW = PlanView(
    plan=1,
    version=1,
    language="en",
    requester=ANA,
    understood="Finance, 40 %",
    title="AI strategy",
    status="writing",
    progress="Computing costs…",
    choices=(Choice("stop", "", "Stop"),),
)
SECTIONS = tuple(
    SectionView(id_, f"Section {id_}", f"The *first* words of {id_} <b> & [x](https://x.example).\n\n- one\n- two")
    for id_ in ("verdict", "plan", "risks")
)


@pytest.fixture
async def store(redis_server: RedisServer, teams: FakeTeams) -> AsyncIterator[Store]:
    """Open a store on the clock of the fake."""
    async with open_store(redis_server.url, StoreOptions(namespace=uuid4().hex), clock=teams.clock) as made:
        yield made


async def _drain(conversation: str) -> int:
    raise AssertionError(conversation)


@pytest.fixture
async def chat(store: Store, teams: FakeTeams) -> AsyncIterator[TeamsChat]:
    """Open the chat alone, with a personal chat and a channel it is in."""
    async with another_chat(store, teams) as made:
        teams.add(Talk(id=TO.channel, kind="personal", members={ANA: PEOPLE[ANA]}))
        teams.add(Talk(id=ROOM.channel, kind="channel", team="19:team", members=dict(PEOPLE)))
        kinds: tuple[tuple[ConversationRef, Kind], ...] = ((TO, "personal"), (ROOM, "channel"))
        for place, kind in kinds:
            reference = Reference(
                service_url=teams.address,
                kind=kind,
                tenant=TENANT,
                channel=place.channel,
                bot=BOT,
            )
            await made.references.refer(TENANT, place.channel, reference.write())
        yield made
    assert teams.violations == []


@asynccontextmanager
async def another_chat(store: Store, teams: FakeTeams, **more: Any) -> AsyncIterator[TeamsChat]:
    """Open the chat of one process, with more options where they are given."""
    async with open_platform(store, teams, **more) as opened:
        yield opened.chat


@asynccontextmanager
async def open_platform(store: Store, teams: FakeTeams, **more: Any) -> AsyncIterator[Teams]:
    """Open Teams as one process does."""
    options = TeamsOptions(
        app_id=APP_ID, host="127.0.0.1", tenant=TENANT, secret=SECRET, authority=teams.address, loopback=True, **more
    )
    seams = TeamsSeams(
        jobs=store.jobs,
        conversations=store.conversations,
        history=store.history,
        texts=TEXTS,
        industries=BOOK,
        currencies=lambda: ("USD",),
        clock=teams.clock,
        store=RedisTeams(store.scripts, teams.clock),
        language="en",
        drain=_drain,
        draw=lambda: 0.5,
    )
    async with open_teams(options, seams) as opened:
        yield opened


def prose(sections: Sequence[SectionView]) -> str:
    """Return the text of the message that shows these sections."""
    return write_sheet(sections, Manner()).text


def with_sections(count: int, *, status: str = "writing") -> PlanView:
    """Return the view with its first sections."""
    return replace(VIEW, sections=SECTIONS[:count], status=status, progress=f"writing {count}")  # type: ignore[arg-type]


def streamed(teams: FakeTeams) -> str:
    """Return the text of the only streamed message."""
    (message,) = (one for one in teams.talks[TO.channel].messages.values() if "Section" in one.get("text", ""))
    return str(message["text"])


async def test_sections_are_streamed_and_end_in_one_message(chat: TeamsChat, teams: FakeTeams) -> None:
    """Section by section the text grows in one message; the last view ends it with label, sources and feedback."""
    card = await chat.post_card(TO, VIEW, key="k")
    for count in (0, 1, 2, 3):
        await chat.update_card(TO, card, with_sections(count))
        await teams.clock.sleep(8)
    source = SectionView("sources", "Sources", "1. [Prices](https://prices.example) of 2026")
    done = replace(with_sections(3, status="done"), sections=(*SECTIONS, source))
    await chat.update_card(TO, card, done)
    await chat.update_card(TO, card, done)

    talk = teams.talks[TO.channel]
    assert len(talk.messages) == 2
    (stream,) = talk.streams.done.values()
    final = talk.messages[stream.id]
    assert final["text"] == prose((*SECTIONS, source)) + "[1]"
    assert final["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert [one["type"] for one in final["entities"]] == ["streaminfo", "https://schema.org/Message"]
    assert final["entities"][0] == {"type": "streaminfo", "streamId": stream.id, "streamType": "final"}
    sent = [one["entities"][0] for _, _, one in teams.log if one.get("type") == "typing"]
    assert [one["streamType"] for one in sent] == ["informative", "streaming", "streaming", "streaming"]
    assert [one["streamSequence"] for one in sent] == [1, 2, 3, 4]


async def test_a_stream_that_takes_too_long_goes_on_by_update(chat: TeamsChat, teams: FakeTeams) -> None:
    """After 100 seconds the stream is ended in time, and the same message grows by updates until it is whole."""
    card = await chat.post_card(TO, VIEW, key="k")
    await chat.update_card(TO, card, with_sections(1))
    await teams.clock.sleep(101)
    await chat.update_card(TO, card, with_sections(2))
    await teams.clock.sleep(10)
    await chat.update_card(TO, card, with_sections(3))
    await chat.update_card(TO, card, with_sections(3, status="done"))

    assert streamed(teams) == prose(SECTIONS)
    assert len(teams.talks[TO.channel].messages) == 2


async def test_teams_ending_a_stream_loses_nothing(chat: TeamsChat, teams: FakeTeams) -> None:
    """A stream that Teams itself ended for its time is replaced by an update of the same message."""
    card = await chat.post_card(TO, VIEW, key="k")
    await chat.update_card(TO, card, with_sections(1))
    stream = teams.talks[TO.channel].streams.open
    assert stream is not None
    stream.begun -= 130
    await teams.clock.sleep(5)
    await chat.update_card(TO, card, with_sections(2))
    await chat.update_card(TO, card, with_sections(3, status="done"))

    assert streamed(teams) == prose(SECTIONS)


async def test_the_stop_button_of_teams_stops_the_plan(chat: TeamsChat, teams: FakeTeams, store: Store) -> None:
    """Stop in Teams is the same as our own button: the dialogue hears it, and the message keeps what there is."""
    card = await chat.post_card(TO, VIEW, key="k")
    await chat.update_card(TO, card, with_sections(1))
    teams.talks[TO.channel].streams.stopped = True
    await teams.clock.sleep(5)
    await chat.update_card(TO, card, with_sections(2))
    (claimed,) = await store.jobs.claim("w", free=1, writing=1, reclaim=False)
    loaded = await store.conversations.load(claimed.job.conversation)
    assert loaded is not None
    assert [one.button for one in loaded.waiting] == ["stop"]  # type: ignore[attr-defined]

    await chat.update_card(TO, card, with_sections(2, status="stopped"))
    assert streamed(teams) == prose(SECTIONS[:2])


@pytest.mark.parametrize("status", [403, 405])
async def test_a_chat_without_streams_gets_messages(chat: TeamsChat, teams: FakeTeams, status: int) -> None:
    """Where a stream is refused from the start, the plan comes in messages of its own, complete."""
    card = await chat.post_card(TO, VIEW, key="k")
    teams.faults.append(Fault("POST", "activities", status))
    for count in (1, 2, 3):
        await teams.clock.sleep(5)
        await chat.update_card(TO, card, with_sections(count))
    await chat.update_card(TO, card, with_sections(3, status="done"))

    shown = "\n".join("\n".join(lines_of(one)) for one in teams.talks[TO.channel].messages.values())
    assert [shown.count(f"Section {one.id}") for one in SECTIONS] == [1, 1, 1]
    assert not teams.talks[TO.channel].streams.done


async def test_figures_that_change_begin_the_text_anew(chat: TeamsChat, teams: FakeTeams) -> None:
    """A stream cannot take words back: it ends, and the message is replaced by the new text."""
    card = await chat.post_card(TO, VIEW, key="k")
    await chat.update_card(TO, card, with_sections(0))
    await teams.clock.sleep(5)
    await chat.update_card(TO, card, with_sections(2))
    await teams.clock.sleep(5)
    anew = (replace(SECTIONS[0], markdown="Other figures."), *SECTIONS[1:])
    await chat.update_card(TO, card, replace(with_sections(3), sections=anew[:1]))
    await teams.clock.sleep(5)
    await chat.update_card(TO, card, replace(with_sections(3, status="done"), sections=anew))

    assert streamed(teams) == prose(anew)


async def test_another_process_goes_on_with_the_message(chat: TeamsChat, teams: FakeTeams, store: Store) -> None:
    """When a worker dies while it streams, the next one edits the same message; nothing comes twice."""
    card = await chat.post_card(TO, VIEW, key="k")
    await chat.update_card(TO, card, with_sections(1))
    await teams.clock.sleep(31)
    async with another_chat(store, teams) as other:
        assert await other.post_card(TO, VIEW, key="k") == card
        await other.update_card(TO, card, with_sections(2))
        await teams.clock.sleep(5)
        await other.update_card(TO, card, with_sections(3, status="done"))

    assert streamed(teams) == prose(SECTIONS)
    assert len(teams.talks[TO.channel].messages) == 2


def test_a_text_only_grows() -> None:
    """With each further section the text begins with the one before, and the same sections fit."""
    for count in range(3):
        assert prose(SECTIONS[: count + 1]).startswith(prose(SECTIONS[:count]))
    long = tuple(replace(one, markdown="x" * 20_000) for one in SECTIONS)
    assert [len(write_sheet(long[:count], Manner()).inside) for count in (1, 2, 3)] == [0, 0, 0]
    long = tuple(replace(one, markdown="x" * 12_000) for one in SECTIONS)
    assert [len(write_sheet(long[:count], Manner()).inside) for count in (1, 2, 3)] == [1, 1, 1]


def test_nothing_in_a_text_marks_up_or_links() -> None:
    """Words of the model cannot mention, link or be markup; the links of our own sources stay."""
    bad = SectionView("plan", "a_b", "<at>Bob</at> @all `x` [click](https://evil.example) https://evil.example *hi*")
    text = prose((bad,))
    assert "<at>" not in text
    assert "](https" not in text
    assert "https://" not in text
    assert "_hi_" in text
    source = SectionView("sources", "Sources", "[Prices](https://prices.example)")
    assert "[Prices](https://prices.example)" in prose((source,))
