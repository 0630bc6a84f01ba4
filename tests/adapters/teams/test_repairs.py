"""Every repair of the dialogue as people see it in Teams: the dialogue's own transcripts, played through the door."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, BEA, LOCALES, PEOPLE, Running, lines_of
from tests.domain.dialogue_script import transcripts
from tests.fakes.teams_connector import Talk

SENTENCES = load_texts().sentences
HOUR_S = 3600.0
LEAST = 25
"""So many transcripts at least are played: those that need no plan of an earlier day or other door."""


def playable(turns: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the turns up to the first plan; none when one of them cannot be said in Teams as it stands."""
    kept: list[Mapping[str, Any]] = []
    for turn in turns:
        if not turn.keys() & {"said", "edited", "deleted"} or "<@" in str(turn) or turn.get("private"):
            return kept if kept and any("PostCard" in str(one.get("bot")) for one in kept) else []
        kept.append(turn)
        if "PostCard" in str(turn.get("bot")):
            break
    return kept


def pattern_of(line: str, language: Language) -> str:
    """Return what the message of an expected line looks like."""
    key = re.split(r" [\[@]", line, maxsplit=1)[0]
    if key.startswith("OpenForm"):
        return re.escape(SENTENCES[language]["form.title"])
    sentence = re.escape(SENTENCES[language][key])
    return re.sub(r"\\\{.*?\\\}", ".*", sentence)


async def play(bot: Running, talk: Talk, turns: list[Mapping[str, Any]], language: Language) -> None:
    """Play turns in a group chat and compare each answer."""
    ids: dict[str, str] = {}
    spoken = language
    for number, turn in enumerate(turns, start=1):
        await bot.teams.clock.sleep(1 + turn.get("after_hours", 0) * HOUR_S)
        user = ANA if turn.get("by", "ana") == "ana" else BEA
        before = set(talk.messages)
        name = str(turn.get("message", f"m{number}"))
        ids.setdefault(name, f"{talk.id[3:9]}{number}")
        said = turn.get("said", turn.get("edited", ""))
        text = str(said if isinstance(said, str) else said[language]) * int(turn.get("times", 1))
        if turn.get("door") == "command":
            text = f"/ai-strategy {text}"
        more: dict[str, Any] = {"id": ids[name], **bot.teams.mention(text)}
        more["attachments"] = [{"contentType": "image/png", "contentUrl": "x"}] * turn.get("files", 0)
        if "edited" in turn:
            more |= {"type": "messageUpdate", "timestamp": f"t{number}"}
        if "deleted" in turn:
            more = {"type": "messageDelete", "id": ids.get(str(turn["deleted"]), "other")}
        response = await bot.send(bot.teams.activity(talk, user, locale=LOCALES[language], **more))
        assert response.status == 200, (turn, more)
        await bot.work()
        got = ["\n".join(lines_of(one)) for id_, one in talk.messages.items() if id_ not in before]
        expected = [line for line in turn.get("bot") or [] if line[0].islower() or line.startswith("OpenForm")]
        spoken = next((one for one in LANGUAGES if f"language.{one}" in str(turn)), spoken)
        for line, shown in zip(expected, got, strict=False):
            assert re.match(pattern_of(line, spoken), shown, re.DOTALL), (turn, line, shown)
        if "PostCard" in str(turn.get("bot")):
            assert any("✅" in one for one in got), (turn, got)
        else:
            # What is done with a user's data says its own words beside those of the dialogue.
            more_is_said = any(line.startswith(("Show", "Forget", "Share", "Export", "Keep")) for line in turn["bot"])
            assert len(got) == len(expected) or more_is_said, (turn, got)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_repair_is_seen_in_teams(bot: Running, language: Language) -> None:
    """Corrections, help in the middle, bursts, edits, deletions, expiry and the rest answer as the dialogue says."""
    played = 0
    for name, script in transcripts().items():
        turns = playable(script["turns"])
        if not turns or "language" in name:
            continue
        talk = bot.teams.add(Talk(id=f"19:{name}@thread.v2", kind="groupChat", members=dict(PEOPLE)))
        await play(bot, talk, turns, language)
        played += 1
    assert played >= LEAST, played
