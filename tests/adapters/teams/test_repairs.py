"""Every repair of the dialogue as people see it in Teams: the dialogue's own transcripts, played through the door."""

import pytest

from bot.domain.brief import LANGUAGES, Language
from tests.adapters.teams.dialogue import Play
from tests.adapters.teams.running import ANA, PEOPLE, Running
from tests.domain.dialogue_script import transcripts
from tests.fakes.teams_connector import Talk

ELSEWHERE = {
    "expired_button": "a button without a conversation has no card in Teams",
    "form_with_mistakes": "Teams' form keeps a wrong field open: see test_transcripts",
}
KINDS = ("groupChat", "channel")
TURNS = 110
"""So many turns at least are played in each language."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_repair_is_seen_in_teams(bot: Running, language: Language) -> None:
    """Corrections, help in the middle, bursts, edits, expiry and the rest answer as the dialogue says.

    Dialogues in which plans are written take longest: each is played in one language here, in all of them in the sweep.
    """
    await _play_all(bot, language, every=False)


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_repair_around_plans_too_in_every_language(bot: Running, language: Language) -> None:
    """The same with all dialogues in all languages."""
    await _play_all(bot, language, every=True)


async def _play_all(bot: Running, language: Language, *, every: bool) -> None:
    faults: dict[str, list[str]] = {}
    played = 0
    for number, (name, script) in enumerate(transcripts().items()):
        writes = any("written" in turn for turn in script["turns"])
        if name in ELSEWHERE or (writes and not every and language != LANGUAGES[number % len(LANGUAGES)]):
            continue
        kind = "personal" if any(turn.get("private") for turn in script["turns"]) else KINDS[number % 2]
        members = {ANA: PEOPLE[ANA]} if kind == "personal" else dict(PEOPLE)
        talk = bot.teams.add(Talk(id=f"19:{name}@thread.v2", kind=kind, members=members))
        # A dialogue about languages changes its own on the way.
        tongues = LANGUAGES if name.startswith("language") else (language,)
        play = Play(bot=bot, talk=talk, language=language, tongues=tongues)
        await play.run(script["turns"])
        played += play.played
        if play.faults:
            faults[name] = play.faults

    assert faults == {}
    assert played >= TURNS, played
