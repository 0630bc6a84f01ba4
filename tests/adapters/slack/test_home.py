"""The App Home and feedback: what somebody has there, opens, deletes and chooses, and what becomes of a judgement."""

from typing import Any

from bot.services.texts import load_texts
from tests.adapters.slack.running import Running
from tests.fakes.slack_town import ANA, BOB, BOT, GENERAL, TEAM
from tests.fakes.slack_transcript import show_blocks, show_message

TEXTS = load_texts()


async def _home(bot: Running, user: str = ANA) -> list[dict[str, Any]]:
    """Open somebody's home tab and return its blocks."""
    bot.slack.world.homes.pop(user, None)
    await bot.slack.people.open_home(user)
    await bot.until(lambda: user in bot.slack.world.homes)
    blocks: list[dict[str, Any]] = bot.slack.world.homes[user].body["blocks"]
    return blocks


def _button(blocks: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [
        element
        for block in blocks
        for element in block.get("elements", [])
        if f"/{name}/" in element.get("action_id", "")
    ]
    return found[0]


async def test_the_home_tab_opens_shares_and_deletes_plans(bot: Running) -> None:
    """Each plan stands there once, with a link to its thread; deleted after a confirmation, it is gone for good."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()
    (card,) = bot.cards(GENERAL)
    await bot.slack.people.say(ANA, GENERAL, f"<@{BOT}> que sea el 20 %", thread_ts=card.ts)
    await bot.idle()

    blocks = await _home(bot)
    titles = [block for block in blocks if "Finanzas" in str(block)]
    assert len(titles) == 1
    assert _button(blocks, "open")["url"].endswith(f"/{GENERAL}/p{card.ts.replace('.', '')}")
    await bot.slack.people.press_in_view(ANA, _button(blocks, "open")["action_id"], home=True)
    await bot.slack.people.press_in_view(ANA, _button(blocks, "prompt")["action_id"], home=True)
    await bot.idle()
    (record, _) = await bot.services.desk.store.history.of_user(TEAM, ANA)
    shown = [each for each in bot.slack.messages(GENERAL) if each.ephemeral_to == ANA]
    read = "".join(line for each in shown for line in show_blocks(each.blocks))
    assert "".join(record.prompt.split()) == "".join(read.split())

    delete = _button(blocks, "delete")
    assert delete["confirm"]["title"]["text"] == TEXTS.say("home.delete_one.title", "es")
    await bot.slack.people.press_in_view(ANA, delete["action_id"], home=True)
    await bot.idle()
    shown = bot.slack.world.homes[ANA].body["blocks"]
    assert TEXTS.say("home.empty", "es") in str(shown)
    assert await bot.services.desk.store.history.of_user(TEAM, ANA) == ()
    await bot.slack.people.say(ANA, GENERAL, f"<@{BOT}> historial", thread_ts=card.ts)
    await bot.idle()
    assert TEXTS.say("say.history_empty", "es") in "\n".join(show_message(bot.slack.world, bot.last(GENERAL)))


async def test_the_language_chosen_on_the_home_tab_is_spoken_from_then_on(bot: Running) -> None:
    """The tab, the form and every new conversation are in it; a whole sentence in another language is still answered."""
    blocks = await _home(bot)
    menu = _button(blocks, "own_language")
    assert menu["initial_option"]["value"] == "es"

    await bot.slack.people.press_in_view(ANA, menu["action_id"], "pt", home=True)
    await bot.idle()
    assert TEXTS.say("home.title", "pt") in str(bot.slack.world.homes[ANA].body)
    await bot.slack.people.send_command(ANA, GENERAL)
    await bot.until(lambda: bool(bot.slack.world.stacks.get(ANA)))
    assert bot.slack.people.view_of(ANA).body["submit"]["text"] == TEXTS.say("form.submit", "pt")

    await bot.slack.people.send_command(ANA, GENERAL, "finance")
    await bot.idle()
    assert TEXTS.say("ask.target_for", "pt", industry="Finanças") in bot.read(GENERAL)
    await bot.slack.people.say(ANA, BOT, "hola")
    await bot.idle()
    im = bot.slack.world.im(TEAM, ANA).id
    assert TEXTS.say("ask.industry", "pt") in bot.read(im)
    await bot.slack.people.send_command(ANA, GENERAL, "we are a bank and want to save money")
    await bot.idle()
    assert TEXTS.say("ask.target_for", "en", industry="Finance") in bot.read(GENERAL)


async def test_a_judgement_is_kept_once_with_its_reason_and_what_it_is_about(bot: Running) -> None:
    """Clicked twice it is one; "not helpful" opens a short form; others may judge too; forgetting the conversation takes all along."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()
    (card,) = bot.cards(GENERAL)
    book = bot.services.desk.store.judgements

    for _ in range(2):
        await bot.slack.people.press(BOB, card, "say/feedback/0", "good")
    await bot.slack.people.press(ANA, card, "say/feedback/0", "bad")
    await bot.until(lambda: bool(bot.slack.world.stacks.get(ANA)))
    assert bot.slack.people.view_of(ANA).body["title"]["text"] == TEXTS.say("reason.title", "es")
    await bot.slack.people.submit_view(ANA, {"reason": "Faltan los <b>costes</b> de personal"})
    await bot.slack.people.press(ANA, card, "say/feedback/0", "bad")
    await bot.idle()

    kept = sorted(await book.newest(9), key=lambda one: one.verdict)
    assert [(one.verdict, one.comment) for one in kept] == [
        ("bad", "Faltan los <b>costes</b> de personal"),
        ("good", ""),
    ]
    assert {(one.written_by, one.model, len(one.prompt_version)) for one in kept} == {("planner", None, 12)}
    assert TEXTS.say("feedback.kept", "es") in bot.read(GENERAL)
    assert TEXTS.say("feedback.reason_kept", "es") in bot.read(GENERAL)

    await bot.services.desk.store.history.forget(TEAM, ANA, key="wish")
    assert [one.verdict for one in await book.newest(9)] == []
