"""What is left in the store of a bot in Slack of somebody who was forgotten: nothing, whatever they did before."""

from bot.services.texts import load_texts
from tests.adapters.slack.running import Running
from tests.contracts.store_cases import dump
from tests.fakes.slack_town import ANA, BOB, BOT, GENERAL, TEAM

TEXTS = load_texts()


async def _use_everything(bot: Running) -> str:
    """Have plans written, one shared and judged, and her home opened; returns her direct channel."""
    people = bot.slack.people
    await people.send_command(ANA, GENERAL, "finanzas 40")
    await people.say(ANA, BOT, "comercio 30")
    await bot.idle()
    (card,) = bot.cards(GENERAL)
    await people.press(ANA, card, "say/share/4")
    await people.press(ANA, card, "say/feedback/0", "good")
    await people.open_home(ANA)
    await bot.until(lambda: ANA in bot.slack.world.homes)
    await bot.idle()
    return bot.slack.world.im(TEAM, ANA).id


async def test_nothing_is_left_of_a_forgotten_user(bot: Running) -> None:
    """After plans in a channel and in private, a judgement, an offer to share and her home, no name of hers stands there."""
    direct = await _use_everything(bot)
    store = bot.services.desk.store
    before = await dump(store)
    assert all(word in before for word in (ANA, direct, "slack:post:"))

    await bot.slack.people.say(ANA, BOT, "olvídame")
    await bot.idle()
    question = bot.last(direct)
    await bot.slack.people.press(ANA, question, "say/forget_yes/0")
    await bot.idle()

    assert TEXTS.say("say.forgotten", "es", count=0).split(":")[0] in bot.read(direct)
    after = await dump(store)
    assert ANA not in after
    assert direct not in after
    # What is left is the last answer, and no name: its message's ts and a digest.
    assert len([line for line in after.splitlines() if "slack:post:" in line]) <= 1


async def test_nothing_is_left_of_a_forgotten_workspace(bot: Running) -> None:
    """Forgotten as a whole, nobody of a workspace, none of its channels and no post in them is named any more."""
    direct = await _use_everything(bot)
    await bot.slack.people.send_command(BOB, GENERAL, "seguros 20")
    await bot.idle()
    store = bot.services.desk.store
    before = await dump(store)
    assert all(word in before for word in (ANA, BOB, direct, GENERAL, "slack:post:"))

    await store.history.forget(TEAM, "", key="the operator's wish")

    after = "\n".join(line for line in (await dump(store)).splitlines() if "slack:answer:" not in line)
    assert not any(word in after for word in (ANA, BOB, direct, GENERAL, "slack:post:"))
