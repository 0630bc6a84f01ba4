"""What the bot sends to Teams and answers to it, kept as JSON: `make golden` writes it anew, and people read it."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.reference import Reference
from bot.domain.brief import LANGUAGES, Language
from bot.services.redis_store import StoreOptions, open_store
from bot.services.texts import load_texts
from tests.adapters.teams.golden_cases import CASES, Scene
from tests.adapters.teams.running import ANA, LOCALES, PEOPLE, run_bot
from tests.adapters.teams.test_streaming import ROOM, TO, open_platform
from tests.fakes.teams_connector import BOT, TENANT, FakeTeams, Talk

GOLDEN = Path(__file__).parent / "golden"
RENEW = os.environ.get("GOLDEN") == "renew"
TEAM = "19:team@thread.tacv2"
TEXTS = load_texts()


def normal(calls: list[dict[str, Any]], teams: FakeTeams) -> list[dict[str, Any]]:
    """Return calls with what differs from run to run replaced: the fake's address, ids of messages, tags of buttons."""
    text = json.dumps(calls, ensure_ascii=False, indent=1).replace(teams.address, "https://service.example")
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        kind = "message" if found.group().isdecimal() else "tag"
        return names.setdefault(found.group(), f"<{kind} {sum(kind in one for one in names.values()) + 1}>")

    made: list[dict[str, Any]] = json.loads(re.sub(r"\b(?:17954\d{8}|[0-9a-f]{32})\b", name, text))
    return made


def compare(case: str, language: Language, calls: list[dict[str, Any]]) -> None:
    """Compare calls with those kept, or keep them."""
    file = GOLDEN / f"{case}.{language}.json"
    if RENEW:
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(json.dumps(calls, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert calls == json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
async def test_what_is_sent_is_what_was_read(teams: FakeTeams, case: str, language: Language) -> None:
    """Each call of each case, with all of its payload, is the one that people have read and kept."""
    play, options = CASES[case]
    teams.takes_extended = True
    teams.add(Talk(id=TO.channel, kind="personal", members={ANA: PEOPLE[ANA]}))
    teams.add(Talk(id=ROOM.channel, kind="channel", team=TEAM, members=dict(PEOPLE)))
    async with (
        open_store(None, StoreOptions(), clock=teams.clock) as store,
        open_platform(store, teams, **options) as platform,
    ):
        for place, kind in ((TO, "personal"), (ROOM, "channel")):
            reference = Reference(
                service_url=teams.address,
                kind=kind,  # type: ignore[arg-type]
                tenant=TENANT,
                channel=place.channel,
                bot=BOT,
                team=TEAM if kind == "channel" else "",
            )
            await platform.chat.references.refer(TENANT, place.channel, reference.write())
        await platform.chat.references.keep_team(TENANT, TEAM, reference.write())
        await play(Scene(teams=teams, platform=platform, texts=TEXTS, language=language))

    calls = [{"call": f"{method} {path}", "body": body} for method, path, body in teams.log if method != "GET"]
    compare(case, language, normal(calls, teams))
    assert teams.violations == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_answered_is_what_was_read(teams: FakeTeams, language: Language) -> None:
    """Each answer to a click, a dialog, a search and a judgement is the one that people have read and kept."""
    answers: list[dict[str, Any]] = []
    locale: dict[str, Any] = {"locale": LOCALES[language]}
    wanted = {"es": "una estrategia para nuestro banco", "en": "a strategy for our bank please"}
    async with run_bot(teams) as bot:

        async def ask(name: str, value: dict[str, Any]) -> dict[str, Any]:
            answer = await bot.invoke(bot.personal, name, value, **locale)
            answers.append({"invoke": name, "answer": answer})
            return answer

        await bot.say(bot.personal, wanted.get(language, "uma estratégia para o nosso banco"), **locale)
        data = bot.button(bot.personal, TEXTS.say("button.target", language, value=40))["data"]
        await ask("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "press", "data": data}})
        await ask("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "press", "data": {"ai": "x"}}})
        data = bot.button(bot.personal, TEXTS.say("button.refine", language))["data"]
        dialog = await ask("task/fetch", {"data": data})
        sent = dialog["task"]["value"]["card"]["content"]["actions"][0]["data"]
        await ask("task/submit", {"data": {**sent, "industry": "retail", "target": "200"}})
        await ask("composeExtension/fetchTask", {"commandId": "start"})
        for query in ("a", "zzz"):
            parameters = [{"name": "query", "value": query}]
            found = await ask("composeExtension/query", {"commandId": "find", "parameters": parameters})
            for one in found["composeExtension"]["attachments"]:
                # The plan's own words and figures are held elsewhere.
                one["content"]["body"][1]["inlines"][0]["text"] = "<verdict>"
        judged = {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": "{}"}}
        await ask("message/submitAction", judged)

    compare("answers", language, normal(answers, teams))


def test_nothing_is_kept_that_nobody_sends() -> None:
    """Each file belongs to a case and a language."""
    expected = {f"{case}.{language}.json" for case in (*CASES, "answers") for language in LANGUAGES}
    assert {file.name for file in GOLDEN.iterdir()} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_button_is_dead_and_no_word_is_missing(language: Language) -> None:
    """In all that is kept each button has words and leads somewhere, and no key or placeholder is left unfilled."""
    for file in sorted(GOLDEN.glob(f"*.{language}.json")):
        found = json.loads(file.read_text("utf-8"))
        for action in actions_of(found):
            assert action["title"].strip(), file
            leads = action.get("url") or (action.get("data") or {}).get("c")
            assert leads, (file, action)
        text = file.read_text("utf-8")
        assert not re.search(r"\{\w+(?::\w+)?\}", text), file
        assert not re.search(r'"(?:text|title)": "[a-z_]+\.[a-z_.]+"', text), file


def actions_of(part: Any) -> list[dict[str, Any]]:
    """Return all buttons in some JSON."""
    if isinstance(part, list):
        return [action for one in part for action in actions_of(one)]
    if not isinstance(part, dict):
        return []
    own = [part] if str(part.get("type")).startswith("Action.") and "title" in part else []
    return own + [action for one in part.values() for action in actions_of(one)]
