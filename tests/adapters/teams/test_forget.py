"""What is left of somebody in the store of a bot in Teams: nothing after `forget me`, whatever they did before."""

import json

from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, BEA, Running
from tests.contracts.store_cases import dump

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
