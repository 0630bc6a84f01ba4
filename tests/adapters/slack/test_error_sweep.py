"""Each error code of Slack's reference at each chat call of a plan: it ends well, or the bot says that it did not."""

import pytest

from tests.adapters.slack.running import Running, run_bot
from tests.adapters.slack.test_faults import SECTIONS
from tests.adapters.slack.test_transcripts import TEXTS
from tests.fakes.slack_gate import COMMON_ERRORS, METHODS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.fakes.slack_transcript import show_blocks
from tests.redis_server import RedisServer

HTTP_FAULTS = (429, 500, 503)
STREAMED, EDITED = "110", "300"
"""Deadlines in seconds: plans that may take longer are posted and edited."""
CALLS = (
    *((STREAMED, f"chat.{name}") for name in ("postMessage", "startStream", "appendStream", "stopStream", "update")),
    *((EDITED, f"chat.{name}") for name in ("postMessage", "update")),
)
PARTS = 4
TOLD = tuple(TEXTS.say(key, "es") for key in ("plan.failed", "error.job_dead"))


def codes_of(method: str) -> list[str | int]:
    """Return every error that a call of a method may meet."""
    return [*sorted({*METHODS[method]["errors"], *COMMON_ERRORS}), *HTTP_FAULTS]


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("deadline", "method"), CALLS)
async def test_each_error_at_each_call_ends_well(
    slack: SlackServer, redis_server: RedisServer, method: str, deadline: str, part: int
) -> None:
    """Streamed, and posted and edited: a plan stands whole and once somewhere its requester reads, or it is said."""
    wrong: list[str] = []
    more = {"DEADLINE_SECONDS": deadline, "LIMIT_USER_REQUESTS_HOUR": "100000"}
    async with run_bot(slack, redis_server.url, working=True, port=0, **more) as bot:
        assert await _meet(bot, target="20") == []
        calls = slack.gate.counts[method]
        wishes = [(code, nth) for code in codes_of(method)[part::PARTS] for nth in range(1, calls + 1)]
        for number, (code, nth) in enumerate(wishes, start=201):
            slack.fail(method, code, nth=nth)
            found = await _meet(bot, target=f"{number / 10:.1f}")
            wrong += [f"{method} {code} at call {nth}: {one}" for one in found]

    assert calls > 0
    assert wrong == []


async def _meet(bot: Running, *, target: str) -> list[str]:
    """Have one plan written and return what is wrong in the end."""
    slack = bot.slack
    await slack.people.send_command(ANA, GENERAL, f"finanzas {target}")
    await bot.idle()
    places = [GENERAL, slack.world.im(TEAM, ANA).id]
    lines = {place: _lines(bot, place) for place in places}
    found = [] if any(_is_whole(read) for read in lines.values()) else ["the plan is not whole"]
    if any(sentence in line for read in lines.values() for line in read for sentence in TOLD):
        found = []
    found += [
        f"{heading} stands {read.count(heading)} times"
        for read in lines.values()
        for heading in map(_bare, SECTIONS)
        if read.count(heading) > 1
    ]
    found += [f"{one.method}: {one.code} {one.detail}" for one in slack.violations]
    await _tidy(bot, places)
    return found


def _lines(bot: Running, place: str) -> list[str]:
    """Return what stands in a place beside the tasks of its streams, line by line."""
    lines: list[str] = []
    for message in bot.slack.messages(place):
        lines += message.markdown.splitlines() if not message.blocks else []
        lines += message.text.splitlines() if not message.blocks else []
        lines += show_blocks(message.blocks)
    return [_bare(line) for line in lines]


def _bare(line: str) -> str:
    return line.removeprefix("# ").strip()


def _is_whole(read: list[str]) -> bool:
    """Say whether every section stands there; a heading is a line that begins like one."""
    return all(any(line.startswith(_bare(heading)) for line in read) for heading in SECTIONS)


async def _tidy(bot: Running, places: list[str]) -> None:
    """Forget what was said, and the calls that were counted, before the next error."""
    slack, scripts = bot.slack, bot.services.desk.store.scripts
    slack.gate.faults.clear()
    slack.refusals.clear()
    slack.gate.forget_calls()
    for place in places:
        slack.world.channels[place].messages.clear()
    async for key in scripts.client.scan_iter(match=f"{scripts.keys.root}slack:pace:*"):
        await scripts.client.delete(key)
