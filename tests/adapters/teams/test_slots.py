"""A missing slot is asked for and answered: by words, by a button, by the dialog, in every kind of place and language."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.teams.tags import code_of
from bot.domain.brief import LANGUAGES, Language
from bot.domain.effects import Write
from bot.ports import Choice
from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, BEA, LOCALES, PEOPLE, Running, buttons_of
from tests.fakes.teams_connector import Talk

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("slots.yaml").read_text("utf-8"))
TEXTS = load_texts()


def _data(talk: Talk, button: str, value: str = "") -> dict[str, Any]:
    """Return what the newest button with this meaning sends."""
    code = code_of(Choice(button, value, ""))
    made = [one["data"] for message in talk.messages.values() for one in buttons_of(message)]
    return next(data for data in reversed(made) if data["c"] == code)


async def _begun(bot: Running) -> list[Write]:
    """Return the plans that wait to be written, and take them away."""
    found: list[Write] = []
    for report in [one async for one in bot.services.desk.store.desk.reports()]:
        found += [effect for effect in report.job.effects if isinstance(effect, Write)]
        await bot.services.desk.store.desk.drop(report.job.id)
    return found


async def _answer(bot: Running, talk: Talk, way: str, case: dict[str, Any], language: Language, where: Any) -> None:
    """Answer the question by one of the ways; the dialog is first filled in wrongly."""
    if way == "words":
        said = (
            bot.teams.mention(case["words"][language]) if talk.kind != "personal" else {"text": case["words"][language]}
        )
        assert (await bot.send(bot.teams.activity(talk, ANA, **where, **said))).status == 200
    elif way == "button":
        ((button, value),) = case["button"].items()
        action = {"action": {"type": "Action.Execute", "verb": "press", "data": _data(talk, button, value)}}
        answer = await bot.invoke(talk, "adaptiveCard/action", action, writing=0, **where)
        assert "✓" in str(answer["value"])
    else:
        dialog = await bot.invoke(talk, "task/fetch", {"data": _data(talk, "form")}, writing=0, **where)
        card = dialog["task"]["value"]["card"]["content"]
        known = {one["id"]: one["value"] for one in card["body"] if one.get("value")}
        assert known.items() <= case["fields"].items()
        sent = {**card["actions"][0]["data"], **TABLE["wrong"]}
        again = await bot.invoke(talk, "task/submit", {"data": sent}, writing=0, **where)
        assert TEXTS.say("form.target.range", language) in str(again)
        done = await bot.invoke(
            talk, "task/submit", {"data": {**sent, "industry": "", **case["fields"]}}, writing=0, **where
        )
        assert done["task"]["value"] == TEXTS.say("teams.received", language)
    await bot.work(writing=0)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_missing_slot_is_answered_by_words_button_and_dialog(bot: Running, language: Language) -> None:
    """Whatever is missing, wherever it was said and however it comes, the same plan begins, once."""
    for missing, case in TABLE["missing"].items():
        ways = [way for way in TABLE["ways"] if way != "button" or "button" in case]
        for way in ways:
            for kind in TABLE["places"]:
                members = {ANA: PEOPLE[ANA]} if kind == "personal" else dict(PEOPLE)
                talk = bot.teams.add(Talk(id=f"19:{missing}-{way}-{kind}", kind=kind, members=members))
                where: dict[str, Any] = {"locale": LOCALES[language], "thread": "1" if kind == "channel" else ""}
                text = case["first"][language]
                said = bot.teams.mention(text) if kind != "personal" else {"text": text}
                assert (await bot.send(bot.teams.activity(talk, ANA, **where, **said))).status == 200
                await bot.work(writing=0)
                industry = bot.services.desk.books.industries.name("finance", language)
                question = TEXTS.say(case["asked"], language, industry=industry, target=40.0)
                assert question in bot.read(talk), (missing, way, kind)

                await _answer(bot, talk, way, case, language, where)
                begun = await _begun(bot)
                wanted = [(one.brief.industry, one.brief.target_percent, one.brief.language) for one in begun]
                assert wanted == [("finance", 40.0, language)], (missing, way, kind, wanted)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_somebody_elses_form_and_click_fill_nothing(bot: Running, language: Language) -> None:
    """In a channel only the requester's dialog opens, only their form counts, and others are told so in their words."""
    where: dict[str, Any] = {"thread": "1", "locale": LOCALES[language]}
    first = bot.teams.mention(TABLE["missing"]["target"]["first"][language])
    await bot.send(bot.teams.activity(bot.channel, ANA, **where, **first))
    await bot.work(writing=0)
    not_yours = TEXTS.say("teams.not_yours", language)
    data = _data(bot.channel, "form")
    dialog = await bot.invoke(bot.channel, "task/fetch", {"data": data}, user=BEA, writing=0, **where)
    assert dialog["task"] == {"type": "message", "value": not_yours}

    form = {"action": {"type": "Action.Execute", "data": {**data, "c": "form", "industry": "retail", "target": "30"}}}
    answer = await bot.invoke(bot.channel, "adaptiveCard/action", form, user=BEA, writing=0, **where)
    assert answer["value"] == not_yours
    sent = {"data": {**data, "c": "form", "industry": "retail", "target": "30"}}
    answer = await bot.invoke(bot.channel, "task/submit", sent, user=BEA, writing=0, **where)
    assert answer["task"]["value"] == not_yours
    assert await _begun(bot) == []


async def test_lines_stay_lines(bot: Running) -> None:
    """The list of somebody's plans is a card with a line for each: plain words lose their line breaks in clients."""
    await bot.say(bot.personal, "/ai-strategy finance 40")
    bot.personal.messages.clear()
    await bot.say(bot.personal, "historial")

    (message,) = bot.personal.messages.values()
    body = message["attachments"][0]["content"]["body"]
    assert [element["type"] for element in body] == ["RichTextBlock", "RichTextBlock"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_extension_says_when_it_cannot_reach_somebody(bot: Running, language: Language) -> None:
    """Somebody without a chat with the bot is told to add it; with one, the plan begins there; a wrong field stays open."""
    data = {"ai": "start", "c": "form", **TABLE["missing"]["target"]["fields"]}

    async def submit(user: str, **wrong: str) -> Any:
        value = {"commandId": "start", "data": {**data, **wrong}}
        name = "composeExtension/submitAction"
        answer = await bot.invoke(bot.group, name, value, user=user, writing=0, locale=LOCALES[language])
        return answer["task"]["value"]

    assert await submit(BEA) == TEXTS.say("teams.add_me", language)
    assert await _begun(bot) == []
    assert TEXTS.say("form.target.range", language) in str(await submit(ANA, target="0"))
    assert await submit(ANA) == TEXTS.say("teams.started", language)
    assert [one.brief.language for one in await _begun(bot)] == [language]
