"""What is left of somebody in the store of a bot in Teams: nothing after `forget me`, whatever they did before."""

import asyncio
import json

import pytest

from bot.commands.process import make_worker
from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, BEA, Running, run_bot, settings_for
from tests.contracts.store_cases import dump
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist
from tests.fakes.teams_connector import Talk, WallClock, fake_teams
from tests.redis_server import RedisServer, eventually

TEXTS = load_texts()


async def _forget(bot: Running, **where: str) -> None:
    talk = bot.personal if not where else bot.channel
    await bot.say(talk, "olvídame", **where)
    await bot.press(talk, TEXTS.say("button.forget_yes", "es"), **where)


async def test_nothing_is_left_of_a_forgotten_user(bot: Running) -> None:
    """After plans, questions, judgements and an offer to share, no id, chat or word of hers stands anywhere."""
    root = await bot.say(bot.channel, "una estrategia para nuestro banco")
    await bot.press(bot.channel, TEXTS.say("button.target", "es", value=40), thread=root)
    await bot.say(bot.personal, "finanzas 40 %")
    await bot.say(bot.personal, "compartir")
    judged = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": '{"feedbackText":"palabra"}'}}
    await bot.invoke(bot.personal, "message/submitAction", judged)
    store = bot.services.desk.store
    before = await dump(store)
    assert all(word in before for word in (ANA, bot.personal.id, "teams:post:", "teams:talk:", "palabra"))

    await _forget(bot)

    after = await dump(store)
    assert ANA not in after
    assert "aad-" not in after
    assert "palabra" not in after
    ways = [line for line in after.splitlines() if bot.personal.id in line]
    assert all("teams:talk:" in line for line in ways), ways
    posts = [line for line in after.splitlines() if "teams:post:" in line]
    # What is left is the last answer, and no name: its message's id and a digest.
    assert len(posts) == 1, posts
    client = store.scripts.client
    lives = {
        key: await client.pttl(key)
        async for key in client.scan_iter(match=f"{store.scripts.keys.root}teams:talk:*")
        if bot.personal.id in str(await client.get(key))
    }
    assert all(0 < left <= 600_000 for left in lives.values()), lives
    assert TEXTS.say("say.forgotten", "es", count=0).split(":")[0] in bot.read(bot.personal)


async def test_a_guest_in_anothers_thread_is_forgotten_alone(bot: Running) -> None:
    """What was said to a guest goes, the conversation of the one who leads it stays as it is."""
    root = await bot.say(bot.channel, "una estrategia para nuestro banco")
    await bot.say(bot.channel, "40", user=BEA, thread=root)
    assert BEA in await dump(bot.services.desk.store)

    await _forget(bot, user=BEA, thread=root)
    assert BEA not in await dump(bot.services.desk.store)
    await bot.press(bot.channel, TEXTS.say("button.target", "es", value=40), thread=root)
    assert "✅" in bot.read(bot.channel)


async def test_who_was_forgotten_is_answered_again(bot: Running) -> None:
    """A message after `forget me` brings its own way back, and makes a plan as the first one did."""
    await bot.say(bot.personal, "finanzas 40 %")
    await _forget(bot)
    bot.personal.messages.clear()
    await bot.say(bot.personal, "comercio 30 %")

    assert "✅" in bot.read(bot.personal)


async def test_a_judgement_is_kept_with_prompt_and_model(bot: Running) -> None:
    """What somebody thought of a plan is kept for the operator, with their words, the prompt and who wrote it."""
    await bot.say(bot.personal, "finanzas 40 %")
    (id_,) = (id_ for id_, one in bot.personal.messages.items() if "feedbackLoop" in one.get("channelData", {}))
    for reaction, words in (("like", ""), ("dislike", json.dumps({"feedbackText": "demasiado largo"}))):
        judged = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": words}}
        assert await bot.invoke(bot.personal, "message/submitAction", judged, replyToId=id_) == {}
        await bot.teams.clock.sleep(60)

    (kept,) = await bot.services.desk.store.judgements.newest(10)
    (record,) = await bot.services.desk.store.history.of_user("11111111-2222-3333-4444-555555555555", ANA)
    assert (kept.verdict, kept.comment, kept.plan) == ("bad", "demasiado largo", record.plan)
    assert kept.prompt_version == json.loads(record.document)["meta"]["prompt_version"] != ""
    assert (kept.written_by, kept.model, kept.industry) == ("planner", None, "finance")


async def _forget_while_writing(bot: Running, talk: Talk) -> None:
    """Ask for a plan, and to be forgotten as soon as something of it can be read; wait for the card to be closed."""
    plain = {"text": "finanzas 40", "textFormat": "plain"}
    said = plain if talk.kind == "personal" else bot.teams.mention(plain["text"])
    await bot.send(bot.teams.activity(talk, ANA, **said))
    await eventually(lambda: "Veredicto" in bot.read(talk), within_s=60)
    await bot.send(bot.teams.activity(bot.personal, ANA, text="olvídame", textFormat="plain"))
    await eventually(lambda: TEXTS.say("forget.confirm", "es") in bot.read(bot.personal), within_s=60)
    await bot.press(bot.personal, TEXTS.say("button.forget_yes", "es"))
    await eventually(lambda: TEXTS.say("card.forgotten", "es") in bot.read(talk), within_s=60)


@pytest.mark.parametrize("place", ["personal", "channel"])
async def test_a_plan_being_written_is_taken_back(redis_server: RedisServer, place: str) -> None:
    """Streamed or in a thread, its sections go, the card says why, and nothing of hers comes after."""
    async with (
        fake_teams(clock=WallClock()) as teams,
        OpenAIServer(documents=Strategist(), tokens_per_s=120.0) as model,
        run_bot(teams, redis_server.url, **model.environ) as bot,
    ):
        stop, talk = asyncio.Event(), getattr(bot, place)
        working = asyncio.create_task(make_worker(settings_for(teams, redis_server.url), bot.services).run(stop))
        await _forget_while_writing(bot, talk)
        stop.set()
        await working

        read, kept = bot.read(talk), await dump(bot.services.desk.store)
        assert "Veredicto" not in read
        assert TEXTS.say("card.status.writing", "es") not in read
        assert ANA not in kept
        assert all("teams:talk:" in line for line in kept.splitlines() if bot.personal.id in line)
    assert teams.violations == []
