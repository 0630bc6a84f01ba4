"""Contract of Conversations and Flags: inbox in order, one commit per event, places that name a conversation."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.burial import notice_for
from bot.domain.brief import Given
from bot.domain.effects import Say
from bot.services.redis_keys import owner_key
from bot.services.redis_store import Store, StoreOptions, open_store
from tests.contracts.store_cases import OTHER, PLACE, begin, claim, said, state, write_effect


async def test_an_unknown_conversation_loads_as_nothing(store: Store) -> None:
    """What nobody ever said is not a conversation."""
    assert await store.conversations.load("nowhere") is None
    assert await store.conversations.find(PLACE) is None


async def test_a_new_conversation_has_its_place_and_its_first_event(store: Store) -> None:
    """Accepting an event makes the conversation: version 0, no state, the event waiting."""
    loaded = await begin(store, said("e1"))
    assert (loaded.version, loaded.state, loaded.place) == (0, None, PLACE)
    assert loaded.waiting == (said("e1"),)
    assert await store.conversations.find(PLACE) == loaded.conversation


async def test_a_conversation_knows_what_its_opener_has_chosen(store: Store) -> None:
    """The language somebody chose comes with each conversation they opened, whatever their name looks like."""
    user = "U|7%7C"
    await store.preferences.keep_language("T1", user, "pt")
    loaded = await begin(store, said("e1", user=user))
    assert (loaded.opener, loaded.chosen) == (user, "pt")
    other = await begin(store, said("e2", user="U2", place=replace(PLACE, thread="another")))
    assert (other.opener, other.chosen) == ("U2", None)


async def test_text_no_encoding_carries_comes_back_as_typed(store: Store) -> None:
    """A lone surrogate, quotes, a newline and emoji survive the inbox."""
    event = said("e1", text='\ud800 "ñ"\n\u202e🤖')
    assert (await begin(store, event)).waiting == (event,)


async def test_commit_saves_short_and_long_fields(store: Store) -> None:
    """A state comes back as it was saved, whatever the length of its fields."""
    loaded = await begin(store, said("e1"))
    for typed in ("", "kurz", "lang " * 50, "wieder kurz", ""):
        event = loaded.waiting[0]
        wanted = replace(state(typed=typed), given=Given(monthly_spend=20_000.0, currency="USD"))
        assert await store.conversations.commit(loaded, event=event, state=wanted, effects=()) == "done"
        await store.jobs.accept(said(f"next {typed}"), keys=[typed])
        again = await store.conversations.load(loaded.conversation)
        assert again is not None
        assert again.state == wanted
        assert again.version == loaded.version + 1
        loaded = again


async def test_a_field_that_returns_to_its_default_is_gone(store: Store) -> None:
    """A cleared field reads as its default again, and not as what it was."""
    loaded = await begin(store, said("e1"))
    first = replace(state(typed="x" * 200), industry="finance", target=40.0)
    await store.conversations.commit(loaded, event=said("e1"), state=first, effects=())
    await store.jobs.accept(said("e2"), keys=["e2"])
    second = await store.conversations.load(loaded.conversation)
    assert second is not None
    await store.conversations.commit(second, event=said("e2"), state=state(), effects=())
    third = await store.conversations.load(loaded.conversation)
    assert third is not None
    assert third.state == state()


async def test_a_redelivered_event_is_known_and_leaves_the_inbox(store: Store) -> None:
    """The second commit of an event changes nothing, makes no job and takes its copy from the inbox."""
    loaded = await begin(store, said("e1"))
    say = (Say(text="hello"),)
    assert await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=say) == "done"
    await store.jobs.accept(said("e1"), keys=["another key"])
    again = await store.conversations.load(loaded.conversation)
    assert again is not None
    assert await store.conversations.commit(again, event=said("e1"), state=state(), effects=say) == "known"
    last = await store.conversations.load(loaded.conversation)
    assert last is not None
    assert (last.version, last.waiting) == (1, ())
    kinds = sorted(claimed.job.kind for claimed in await claim(store))
    assert kinds == ["drain", "perform"]


async def test_a_dialogue_that_never_pauses_does_not_grow(store: Store) -> None:
    """What is remembered of an event has its own time: nothing of a dialogue grows with each thing said in it."""
    client, names = store.scripts.client, store.scripts.keys

    async def sizes() -> dict[str, int]:
        hashes = [key async for key in client.scan_iter(match=names.of("talk", "*"))]
        hashes += [key async for key in client.scan_iter(match=names.of("user", "*"))]
        return {str(key): int(await client.hlen(key)) for key in hashes if not str(key).endswith(":inbox")}

    seen = []
    for number in range(5):
        loaded = await begin(store, said(f"e{number}"))
        await store.conversations.commit(loaded, event=said(f"e{number}"), state=state(), effects=())
        seen.append(await sizes())
    assert seen[1:] == seen[:1] * 4
    remembered = [key async for key in client.scan_iter(match=names.of("committed", "*"))]
    assert len(remembered) == 5
    assert all([0 < await client.pttl(key) <= store.scripts.lifetimes.seen for key in remembered])


async def test_names_and_indexes_outlive_the_dialogue(store: Store) -> None:
    """A dialogue that goes on is found by its place, and by `forget`, for as long as its state lives."""
    client, names = store.scripts.client, store.scripts.keys
    talk = ""
    for number in range(3):
        loaded = await begin(store, said(f"e{number}"))
        await store.conversations.commit(loaded, event=said(f"e{number}"), state=state(), effects=())
        talk = loaded.conversation
        lives = await client.pttl(names.of("talk", talk))
        leading = [names.of("name", PLACE.key()), names.of("tenant", "T1")]
        leading += [key async for key in client.scan_iter(match=names.of("user", "*"))]
        assert len(leading) == 3
        assert min([await client.pttl(key) for key in leading]) >= lives
        for key in leading:
            await client.pexpire(key, int(lives * 0.7))


async def test_others_keep_the_index_of_who_opened_a_dialogue(store: Store) -> None:
    """Who is silent is found by `forget` for as long as others keep what they opened alive, whatever their name is."""
    client, names = store.scripts.client, store.scripts.keys
    user = "U|7%7C%25"
    loaded = await begin(store, said("e1", user=user))
    await store.conversations.commit(loaded, event=said("e1", user=user), state=state(owner=user), effects=())
    index = names.of("user", owner_key("T1", user))
    await client.delete(names.of("tenant", "T1"))
    await client.pexpire(index, 1000)
    loaded = await begin(store, said("e2", user="U2"))
    await store.conversations.commit(loaded, event=said("e2", user="U2"), state=state(owner=user), effects=())
    lives = await client.pttl(names.of("log", loaded.conversation))
    assert await client.pttl(index) > lives
    assert set(await store.scripts.run("users", "T1")) == {user, "U2"}


async def test_what_is_said_at_the_end_of_a_dialogues_life_is_still_heard(store: Store) -> None:
    """An event renews what its commit needs, and the log, which outlives the name that `forget` finds through it."""
    client, names, lifetimes = store.scripts.client, store.scripts.keys, store.scripts.lifetimes
    loaded = await begin(store, said("e1"))
    long = state(typed="y" * 99)
    await store.conversations.commit(loaded, event=said("e1"), state=long, effects=())
    parts = [names.of(kind, loaded.conversation) for kind in ("talk", "long", "log")]
    for key in parts:
        await client.pexpire(key, 1000)
    await begin(store, said("e2"))
    parts.append(names.of("inbox", loaded.conversation))
    assert min([await client.pttl(key) for key in parts]) > lifetimes.dialogue * 0.9


async def test_the_log_outlives_every_name(store: Store) -> None:
    """Whatever renews a name, and whatever the log last got from a commit, a binding or a job."""
    client, names = store.scripts.client, store.scripts.keys
    loaded = await begin(store, said("e1"))
    log = names.of("log", loaded.conversation)
    found = []

    async def look() -> None:
        places = [key async for key in client.scan_iter(match=names.of("name", "*"))]
        found.append(await client.pttl(log) - max([await client.pttl(key) for key in places]))

    await look()
    await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=(Say(text="a"),))
    await look()
    await store.conversations.bind(loaded.conversation, OTHER)
    await look()
    (job,) = await claim(store)
    await store.jobs.bury(job, reason="poison", notice=notice_for(job.job, 5))
    await look()
    for key in (names.of("name", PLACE.key()), log):
        await client.pexpire(key, 1000)
    assert await store.jobs.accept(said("e2"), keys=["e2"])
    await look()
    assert min(found) > 0


async def test_an_index_drops_what_has_expired(store: Store) -> None:
    """When a user's index is renewed, conversations that have expired go from it."""
    client, names = store.scripts.client, store.scripts.keys
    old = await begin(store, said("e1"))
    await client.delete(*(names.of(kind, old.conversation) for kind in ("talk", "log")), names.of("name", PLACE.key()))
    (index,) = [key async for key in client.scan_iter(match=names.of("user", "*"))]
    await client.pexpire(index, store.scripts.lifetimes.retention // 2)
    new = await begin(store, said("e2"))
    assert await client.hkeys(index) == [new.conversation]


async def test_a_workspace_drops_users_of_whom_nothing_is_left(store: Store) -> None:
    """Who has not been heard of for longer than anything is kept is no longer named as a user of the workspace."""
    names = store.scripts.keys
    await begin(store, said("e1", user="U1"))
    await store.scripts.client.zadd(names.of("tenant", "T1"), {"U1": 0})
    await begin(store, said("e2", user="U2", place=OTHER))
    assert await store.scripts.run("users", "T1") == ["U2"]


async def test_commit_with_an_old_version_is_a_conflict(store: Store) -> None:
    """Who read before another's commit must read again; nothing is saved."""
    loaded = await begin(store, said("e1"))
    await store.jobs.accept(said("e2"), keys=["e2"])
    assert await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=()) == "more"
    assert await store.conversations.commit(loaded, event=said("e2"), state=state(), effects=()) == "conflict"
    again = loaded.after(said("e1"), state())
    assert await store.conversations.commit(again, event=said("e2"), state=state(), effects=()) == "done"


async def test_commit_out_of_order_is_a_conflict(store: Store) -> None:
    """A younger event cannot be committed before the oldest one."""
    loaded = await begin(store, said("e1"))
    await store.jobs.accept(said("e2"), keys=["e2"])
    assert await store.conversations.commit(loaded, event=said("e2"), state=state(), effects=()) == "conflict"


async def test_only_effects_make_a_job_and_writing_has_its_lane(store: Store) -> None:
    """A turn without effects makes no job; one with a Write goes to the writing lane, with all its effects in order."""
    loaded = await begin(store, said("e1"))
    await store.conversations.commit(loaded, event=said("e1"), state=state(), effects=())
    assert await claim(store) == ()
    await store.jobs.accept(said("e2"), keys=["e2"])
    (drain,) = await claim(store)
    second = await store.conversations.load(loaded.conversation)
    assert second is not None
    effects = (Say(text="hello"), write_effect())
    await store.conversations.commit(second, event=said("e2"), state=state(), effects=effects)
    (perform,) = await claim(store)
    assert (perform.lane, perform.job.effects, perform.job.kind) == ("write", effects, "perform")
    assert (perform.job.user, perform.job.event, perform.job.language) == ("U1", "e2", "es")
    assert perform.job.conversation == drain.job.conversation


async def test_a_bound_place_names_the_same_conversation(store: Store) -> None:
    """After a command's card is posted, its thread leads to the same dialogue, and answers go there."""
    command = replace(PLACE, thread="", command="cmd1")
    loaded = await begin(store, said("e1", place=command))
    await store.conversations.bind(loaded.conversation, PLACE)
    await store.conversations.bind(loaded.conversation, PLACE)
    assert await store.conversations.find(PLACE) == loaded.conversation
    assert await store.conversations.find(command) == loaded.conversation
    bound = await store.conversations.load(loaded.conversation)
    assert bound is not None
    assert bound.place == PLACE


async def test_words_said_before_the_binding_move_over(store: Store) -> None:
    """A message in the thread of a card that is not bound yet is heard by the card's conversation, with a job."""
    command = replace(PLACE, thread="", command="cmd1")
    loaded = await begin(store, said("e1", place=command))
    await store.conversations.commit(loaded, event=said("e1", place=command), state=state(), effects=())
    await store.jobs.accept(said("early"), keys=["early"])
    await store.conversations.bind(loaded.conversation, PLACE)
    bound = await store.conversations.load(loaded.conversation)
    assert bound is not None
    assert [event.id for event in bound.waiting] == ["early"]
    jobs = await claim(store)
    assert loaded.conversation in {one.job.conversation for one in jobs}


async def test_two_committers_of_one_event_save_it_once(store: Store) -> None:
    """Of two workers that commit the same event at the same time, one does and the other learns that it is known."""
    loaded = await begin(store, said("e1"))
    say = (Say(text="hello"),)
    outcomes = await asyncio.gather(
        *(store.conversations.commit(loaded, event=said("e1"), state=state(), effects=say) for _ in range(2))
    )
    assert set(outcomes) == {"done", "known"}
    assert len(await claim(store)) == 1


async def test_flags_reach_a_writer_without_a_lease(store: Store) -> None:
    """A stop and a note are seen by the writer of that plan alone."""
    assert not await store.flags.stopped("c1", 1, 1)
    await store.flags.stop("c1", 1, 1)
    assert await store.flags.stopped("c1", 1, 1)
    assert not await store.flags.stopped("c1", 2, 1)
    assert await store.flags.noted("c1", 1, 1) is None
    await store.flags.note("c1", 1, 1, Given(monthly_spend=5_000.0, currency="EUR"))
    assert await store.flags.noted("c1", 1, 1) == Given(monthly_spend=5_000.0, currency="EUR")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bursts=st.lists(st.integers(1, 4), min_size=1, max_size=6), workers=st.integers(1, 3))
async def test_inbox_order_is_kept_whatever_overlaps(backend: str | None, bursts: list[int], workers: int) -> None:
    """Under random overlap of accepting and draining, events are committed in the order they were accepted."""
    async with open_store(backend, StoreOptions(namespace=uuid4().hex)) as store:
        heard: list[str] = []

        async def drain() -> None:
            for one in await claim(store, free=2):
                while (loaded := await store.conversations.load(one.job.conversation)) and loaded.waiting:
                    event = loaded.waiting[0]
                    done = await store.conversations.commit(loaded, event=event, state=state(), effects=())
                    heard.extend([event.id] if done in ("done", "more") else [])
                await store.jobs.done(one)

        sent = 0
        for burst in bursts:
            for _ in range(burst):
                await store.jobs.accept(said(f"e{sent}"), keys=[f"e{sent}"])
                sent += 1
            await asyncio.gather(*(drain() for _ in range(workers)))
        assert heard == [f"e{i}" for i in range(sent)]


async def test_two_places_are_two_conversations(store: Store) -> None:
    """What is said in one thread does not reach another."""
    first = await begin(store, said("e1"))
    second = await begin(store, said("e2", place=OTHER))
    assert first.conversation != second.conversation
    assert [event.id for event in second.waiting] == ["e2"]
