"""What people see: whole dialogues through the signed door, a real Redis and the strict fake Teams."""

import pytest

from adapters.teams.inbound import read_message, read_sender
from adapters.teams.pages import words_of
from bot.domain.brief import Language
from bot.domain.events import ConversationRef, Said
from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, BEA, LOCALES, Running, lines_of, run_bot
from tests.fakes.teams_connector import BOT, TENANT, FakeTeams, Talk
from tests.redis_server import RedisServer, eventually

TEXTS = load_texts()
WANTED: dict[Language, str] = {"es": "finanzas 40 %", "en": "finance, save 40 %", "pt": "finanças, economizar 40 %"}
VERDICTS: dict[Language, str] = {"es": "Veredicto", "en": "Verdict", "pt": "Veredito"}
INDUSTRY: dict[Language, str] = {
    "es": "una estrategia para nuestro banco",
    "en": "a strategy for our bank please",
    "pt": "uma estratégia para o nosso banco",
}
LANGUAGES: tuple[Language, ...] = ("es", "en", "pt")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["personal", "group", "channel"])
async def test_a_whole_request_leads_to_one_card_and_the_plan(bot: Running, language: Language, place: str) -> None:
    """A complete request posts one card with the whole plan under it, in its language, in every kind of place."""
    talk = getattr(bot, place)
    root = await bot.say(talk, f"/ai-strategy {WANTED[language]}", locale=LOCALES[language])

    seen = bot.read(talk, thread=root if place == "channel" else "")
    assert VERDICTS[language] in seen
    assert f"✅ {TEXTS.say('card.status.done', language)}" in seen
    assert f"[{TEXTS.say('button.refine', language)}]" in seen
    assert seen.count(TEXTS.say("card.status.done", language)) == 1
    assert seen == bot.read(talk)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_missing_target_is_asked_for_and_a_click_answers(bot: Running, language: Language) -> None:
    """Without a target, a card asks; one click turns it into its answer and starts the plan."""
    await bot.say(bot.personal, INDUSTRY[language], locale=LOCALES[language])
    label = TEXTS.say("button.target", language, value=40)
    answer = await bot.press(bot.personal, label)

    shown = "".join(words_of(answer["value"]))
    assert answer["statusCode"] == 200
    assert f"✓ {label}" in shown
    assert "ActionSet" not in str(answer)
    assert VERDICTS[language] in bot.read(bot.personal)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_missing_target_is_answered_in_words(bot: Running, language: Language) -> None:
    """The same question is answered by typing a number, in a thread of a channel."""
    root = await bot.say(bot.channel, INDUSTRY[language], locale=LOCALES[language])
    await bot.say(bot.channel, "40", thread=root, locale=LOCALES[language])

    assert VERDICTS[language] in bot.read(bot.channel, thread=root)
    assert bot.read(bot.channel, thread=root) == bot.read(bot.channel)


async def test_a_missing_industry_is_answered_by_card_and_then_by_dialog(bot: Running) -> None:
    """Without an industry, the card offers some; the refine dialog later changes the plan."""
    await bot.say(bot.personal, "quiero ahorrar un 40 %")
    await bot.press(bot.personal, "Finanzas")
    assert bot.read(bot.personal).count("✅") == 1

    dialog = await bot.press(bot.personal, TEXTS.say("button.refine", "es"))
    card = dialog["task"]["value"]["card"]["content"]
    assert dialog["task"]["type"] == "continue"
    filled = {one["id"]: one.get("value", "") for one in card["body"] if "id" in one}
    assert (filled["industry"], filled["target"]) == ("finance", "40")

    wrong = {**filled, **card["actions"][0]["data"], "target": "120"}
    again = await bot.invoke(bot.personal, "task/submit", {"data": wrong})
    assert TEXTS.say("form.target.range", "es") in str(again)
    done = await bot.invoke(bot.personal, "task/submit", {"data": {**wrong, "target": "30", "monthly_spend": "20000"}})
    assert done["task"] == {"type": "message", "value": TEXTS.say("teams.received", "es")}
    seen = bot.read(bot.personal)
    assert seen.count("✅") == 2
    assert TEXTS.say("card.version", "es", version=2) in seen


async def test_the_form_as_a_card_makes_the_plan(bot: Running) -> None:
    """Who stays unclear gets the form as a card; a wrong field keeps it open, a good one makes the plan."""
    for words in ("finanzas", "verde y azul", "verde y azul", "verde y azul"):
        await bot.say(bot.personal, words)
    send = TEXTS.say("form.submit", "es")
    wrong = await bot.press(bot.personal, send, industry="retail", target="200")
    assert TEXTS.say("form.target.range", "es") in "".join(words_of(wrong["value"]))

    await bot.press(bot.personal, send, industry="retail", target="30")
    assert "✅" in bot.read(bot.personal)


async def test_only_the_requester_answers(bot: Running) -> None:
    """In a channel somebody else's click changes nothing: they are told who leads the conversation, by name."""
    root = await bot.say(bot.channel, INDUSTRY["es"])
    answer = await bot.press(bot.channel, TEXTS.say("button.target", "es", value=40), user=BEA, thread=root)

    assert answer["type"] == "application/vnd.microsoft.activity.message"
    seen = bot.read(bot.channel)
    assert "✅" not in seen
    assert "la lleva Ana García" in seen


async def test_a_click_is_good_in_its_own_conversation_only(bot: Running) -> None:
    """The ids of a button of another conversation, and made-up ones, mean nothing."""
    await bot.say(bot.group, INDUSTRY["es"])
    data = bot.button(bot.group, TEXTS.say("button.target", "es", value=40))["data"]
    for talk, sent in ((bot.personal, data), (bot.group, {**data, "c": "0" * 10}), (bot.group, {"ai": "x", "c": "y"})):
        value = {"action": {"type": "Action.Execute", "verb": "press", "data": sent}}
        answer = await bot.invoke(talk, "adaptiveCard/action", value)
        assert answer["value"] == TEXTS.say("say.button_old", "es")
    assert "✅" not in bot.read(bot.group)


async def test_a_click_sent_twice_counts_once(bot: Running) -> None:
    """Teams tries an invoke again under another id: one plan, and the same answer both times."""
    await bot.say(bot.personal, INDUSTRY["es"])
    label = TEXTS.say("button.target", "es", value=40)
    data = bot.button(bot.personal, label)["data"]
    value = {"action": {"type": "Action.Execute", "verb": "press", "data": data}}
    first = await bot.invoke(bot.personal, "adaptiveCard/action", value)
    await bot.teams.clock.sleep(5)
    second = await bot.invoke(bot.personal, "adaptiveCard/action", value)

    assert first == second
    seen = bot.read(bot.personal)
    assert seen.count("✅") == 1
    assert TEXTS.say("say.button_answered", "es") not in seen


async def test_a_click_that_comes_as_a_message_counts_too(bot: Running) -> None:
    """An Action.Submit arrives as a message with a value and no text."""
    await bot.say(bot.personal, INDUSTRY["es"])
    data = bot.button(bot.personal, TEXTS.say("button.target", "es", value=40))["data"]
    activity = bot.teams.activity(bot.personal, ANA, text="", value=data)
    assert (await bot.send(activity)).status == 200
    await bot.work()

    assert "✅" in bot.read(bot.personal)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_last_message_is_labelled_cited_and_judged(bot: Running, language: Language) -> None:
    """The last message carries the AI label and sources; a judgement of it is thanked for and answered with 200."""
    await bot.say(bot.personal, WANTED[language], locale=LOCALES[language])
    id_, last = next(
        (id_, one)
        for id_, one in reversed(bot.personal.messages.items())
        if "feedbackLoop" in one.get("channelData", {})
    )
    (entity,) = (one for one in last["entities"] if one["type"] == "https://schema.org/Message")
    assert entity["additionalType"] == ["AIGeneratedContent"]
    assert entity["citation"]

    judged = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": ""}}
    answer = await bot.invoke(bot.personal, "message/submitAction", judged, replyToId=id_, locale=LOCALES[language])
    assert answer == {}
    assert TEXTS.say("feedback.kept", language) in bot.read(bot.personal)


async def test_the_bot_greets_once(bot: Running) -> None:
    """Being added is told in two ways, and greeted once."""
    added = bot.teams.activity(bot.personal, ANA, type="conversationUpdate", membersAdded=[{"id": BOT}])
    installed = bot.teams.activity(bot.personal, ANA, type="installationUpdate", action="add")
    for activity in (added, installed, added):
        assert (await bot.send(activity)).status == 200
    await eventually(lambda: bool(bot.personal.messages))
    await bot.say(bot.personal, "ayuda")

    assert bot.read(bot.personal).count(TEXTS.say("teams.welcome", "es")) == 1


async def test_a_removed_bot_forgets_where_to_answer(bot: Running) -> None:
    """After its removal nothing is sent to the conversation any more."""
    await bot.say(bot.personal, "hola")
    gone = bot.teams.activity(bot.personal, ANA, type="installationUpdate", action="remove")
    assert (await bot.send(gone)).status == 200
    sent = len(bot.teams.log)
    await bot.services.desk.store.jobs.accept(
        Said(
            id="x",
            place=ConversationRef(platform="teams", tenant=TENANT, channel=bot.personal.id),
            user=ANA,
            at=1,
            text="hola",
        ),
        keys=("x",),
    )
    await bot.work()
    assert len(bot.teams.log) == sent


async def test_words_about_the_bots_own_name_are_kept(bot: Running) -> None:
    """Only the mention of the bot is taken out of a message, not its name elsewhere."""
    talk = bot.group
    sent = bot.teams.mention("write an AI Strategy for finance, save 40 %")
    taken = read_message({**bot.teams.activity(talk, ANA), **sent}, read_sender(bot.teams.activity(talk, ANA), 1))  # type: ignore[arg-type]

    assert isinstance(taken.event, Said)
    assert taken.event.text == "write an AI Strategy for finance, save 40 %"


async def test_the_conversation_is_handed_over_to_whom_was_mentioned(bot: Running) -> None:
    """Words like "pasa a @Bea" make Bea the one who answers, and both are called by name."""
    root = await bot.say(bot.channel, INDUSTRY["es"])
    said = bot.teams.mention("pasa a <at>Bea Sousa</at>")
    said["entities"].append({"type": "mention", "text": "<at>Bea Sousa</at>", "mentioned": {"id": BEA, "name": "Bea"}})
    await bot.send(bot.teams.activity(bot.channel, ANA, thread=root, **said))
    await bot.work()
    await bot.press(bot.channel, TEXTS.say("button.target", "es", value=40), user=BEA, thread=root)

    seen = bot.read(bot.channel, thread=root)
    assert TEXTS.say("hand_over.done", "es", user="Bea Sousa") in seen
    assert "✅" in seen


async def test_private_words_go_to_one_person_where_teams_can(teams: FakeTeams, redis_server: RedisServer) -> None:
    """With targeted messages on, the questions of a command in a channel are shown to its user alone."""
    async with run_bot(teams, redis_server.url, TEAMS_TARGETED="true") as bot:
        root = await bot.say(bot.channel, "/ai-strategy finanzas")
        (question,) = bot.channel.messages.values()
        assert question["private"]
        assert question["recipient"] == {"id": ANA, "isTargeted": True}

        await bot.press(bot.channel, TEXTS.say("button.target", "es", value=40), thread=root)
        assert [one["private"] for one in bot.channel.messages.values()].count(False) >= 3
    assert teams.violations == []


async def test_the_message_extension_starts_and_finds(bot: Running) -> None:
    """The extension opens the form, writes into the personal chat, and finds the plan by a word of its title."""
    dialog = await bot.invoke(bot.group, "composeExtension/fetchTask", {"commandId": "start"})
    data = {**dialog["task"]["value"]["card"]["content"]["actions"][0]["data"], "industry": "finance", "target": "40"}
    done = await bot.invoke(bot.group, "composeExtension/submitAction", {"commandId": "start", "data": data})
    assert done["task"]["value"] == TEXTS.say("teams.started", "es")
    assert "✅" in bot.read(bot.personal)
    assert bot.group.messages == {}

    async def find(words: str) -> list[str]:
        value = {"commandId": "find", "parameters": [{"name": "query", "value": words}]}
        found = (await bot.invoke(bot.group, "composeExtension/query", value))["composeExtension"]
        return [one["preview"]["content"]["title"] for one in found["attachments"]]

    assert len(await find("finanzas")) == 1
    assert await find("agricultura") == []


async def test_stop_in_words_and_by_button_is_heard(bot: Running) -> None:
    """An old Stop button of a finished plan is answered, and so is the word."""
    await bot.say(bot.personal, "finanzas 40 %")
    await bot.say(bot.personal, "parar")

    assert TEXTS.say("say.nothing_to_stop", "es") in bot.read(bot.personal)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_plan_is_shared_once(bot: Running, language: Language) -> None:
    """From the result, previewed: the list holds only channels both are in; a second click posts nothing more."""
    installed = bot.teams.activity(bot.channel, ANA, type="installationUpdate", action="add")
    assert (await bot.send(installed)).status == 200
    secret = bot.teams.add(Talk(id="19:secret@thread.tacv2", kind="channel", team=bot.channel.team))
    await bot.say(bot.personal, WANTED[language], locale=LOCALES[language])
    await eventually(lambda: bool(bot.channel.messages))
    bot.channel.messages.clear()
    await bot.say(bot.personal, {"es": "compartir", "en": "share", "pt": "compartilhar"}[language])

    offer = next(one for one in reversed(bot.personal.messages.values()) if "Input.ChoiceSet" in str(one))
    body = offer["attachments"][0]["content"]["body"]
    (choices,) = (one["choices"] for one in body if one["type"] == "Input.ChoiceSet")
    assert [one["title"] for one in choices] == [bot.channel.id]
    for _ in range(2):
        answer = await bot.press(bot.personal, TEXTS.say("share.send", language), picked=choices[0]["value"])
        assert f"✓ {bot.channel.id}" in "".join(words_of(answer["value"]))
        await bot.teams.clock.sleep(60)

    (post,) = bot.channel.messages.values()
    assert TEXTS.say("share.figure.target", language) in "\n".join(lines_of(post))
    assert secret.messages == {}
    assert TEXTS.say("share.shared_before", language) in bot.read(bot.personal)
    await bot.press(bot.personal, TEXTS.say("share.send", language), picked="made up")
    assert len(bot.channel.messages) == 1
