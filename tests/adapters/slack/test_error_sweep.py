"""Each error code of Slack's reference at each chat call of a plan: it ends well, or the bot says that it did not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.slack.limits import HOPELESS
from adapters.slack.outbound import SlackChat
from bot.domain.errors import ChatError
from tests.adapters.slack.chatting import PLACE, chatting, show_plan
from tests.adapters.slack.running import HurriedClock, Running, run_bot
from tests.adapters.slack.test_faults import SECTIONS
from tests.adapters.slack.test_long_document import document
from tests.adapters.slack.test_transcripts import TEXTS
from tests.fakes.slack_gate import COMMON_ERRORS, METHODS
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.fakes.slack_transcript import show_blocks
from tests.fakes.slack_world import VirtualClock
from tests.redis_server import RedisServer

HTTP_FAULTS = (429, 500, 503)
ATTEMPTS = 5
PLAN = document(12_000)
STREAMED, EDITED = "110", "300"
"""Deadlines in seconds: plans that may take longer are posted and edited."""
CALLS = (
    *((STREAMED, f"chat.{name}") for name in ("postMessage", "startStream", "appendStream", "stopStream", "update")),
    *((EDITED, f"chat.{name}") for name in ("postMessage", "update")),
)
PARTS = 4
TOLD = tuple(TEXTS.say(key, "es") for key in ("plan.failed", "error.job_dead"))
STOPPED = (TEXTS.say("plan.stopped", "es"),)
"""What is said after the one refusal that is a wish of the reader."""


def codes_of(method: str) -> list[str | int]:
    """Return every error that a call of a method may meet."""
    return [*sorted({*METHODS[method]["errors"], *COMMON_ERRORS}), *HTTP_FAULTS]


@pytest.mark.sweep
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("deadline", "method"), CALLS)
async def test_each_error_at_each_call_ends_well(
    redis_server: RedisServer, method: str, deadline: str, part: int
) -> None:
    """Streamed, and posted and edited: a plan stands whole and once somewhere its requester reads, or it is said."""
    wrong: list[str] = []
    clock = HurriedClock(rate=10.0)
    async with (
        SlackServer(clock=clock) as slack,
        run_bot(
            slack, redis_server.url, clock=clock, DEADLINE_SECONDS=deadline, LIMIT_USER_REQUESTS_HOUR="100000"
        ) as bot,
    ):
        assert await _meet(bot, target="20") == []
        calls = slack.gate.counts[method]
        wishes = [(code, nth) for code in codes_of(method)[part::PARTS] for nth in range(1, calls + 1)]
        for number, (code, nth) in enumerate(wishes, start=201):
            slack.fail(method, code, nth=nth)
            told = STOPPED if code == "stopped_by_user" else TOLD
            found = await _meet(bot, target=f"{number / 10:.1f}", told=told)
            wrong += [f"{method} {code} at call {nth}: {one}" for one in found]

    assert calls > 0
    assert wrong == []


async def _shown(chat: SlackChat, clock: VirtualClock, command: str) -> bool:
    """Show a plan as a worker does: again where a later try helps, at most five times; False when it was given up."""
    place = replace(PLACE, command=command)
    for _ in range(ATTEMPTS):
        try:
            await show_plan(chat, clock, PLAN, every_s=8.0, place=place)
        except ChatError as error:
            if error.final:
                return False
            clock.advance(error.retry_after_s or 1.0)
        else:
            return True
    return False


def _wrong(slack: SlackServer, method: str, code: str | int, *, shown: bool) -> list[str]:
    """Return what is wrong in the end: a plan given up without need, one not whole, or a section that stands twice."""
    lines = {place: _lines(slack, place) for place in (GENERAL, slack.world.im(TEAM, ANA).id)}
    headings = [section.heading for section in PLAN]
    # A line of headings has no plainer form: its refusal ends the plan, and the dialogue says so.
    found = [] if shown or code in HOPELESS or method == "chat.postMessage" else ["it was given up"]
    if shown and not any(set(headings) <= set(read) for read in lines.values()):
        found.append("the plan is not whole")
    found += [
        f"{heading} stands {read.count(heading)} times"
        for read in lines.values()
        for heading in headings
        if read.count(heading) > 1
    ]
    return found + [f"{one.method}: {one.code} {one.detail}" for one in slack.violations]


@pytest.mark.parametrize(("deadline", "method"), CALLS)
@pytest.mark.parametrize("codes", [slice(None, None, 30), pytest.param(slice(None), marks=pytest.mark.sweep)])
@pytest.mark.timeout(1200)
async def test_each_error_at_each_call_leaves_one_plan(deadline: str, method: str, codes: slice) -> None:
    """The chat alone, on a clock that nobody waits for: whatever Slack refuses once, the plan stands once and whole."""
    wrong: list[str] = []
    clock = VirtualClock()
    async with SlackServer(clock=clock) as slack, chatting(slack, clock, deadline_s=float(deadline)) as chat:
        assert await _shown(chat, clock, "none")
        calls = slack.gate.counts[method]
        wishes = [(code, nth) for code in codes_of(method)[codes] for nth in range(1, calls + 1)]
        for code, nth in wishes:
            _begin_anew(slack)
            clock.advance(60)
            slack.fail(method, code, nth=nth)
            shown = await _shown(chat, clock, f"{code}-{nth}")
            wrong += [f"{method} {code} at call {nth}: {one}" for one in _wrong(slack, method, code, shown=shown)]

    assert calls > 0
    assert wrong == []


async def _meet(bot: Running, *, target: str, told: Sequence[str] = ()) -> list[str]:
    """Have one plan written and return what is wrong in the end; one that is not whole is all right where it is told."""
    slack = bot.slack
    await slack.people.send_command(ANA, GENERAL, f"finanzas {target}")
    await bot.idle()
    places = [GENERAL, slack.world.im(TEAM, ANA).id]
    lines = {place: _lines(slack, place) for place in places}
    found = [] if any(_is_whole(read) for read in lines.values()) else ["the plan is not whole"]
    if any(sentence in bot.read(place) for place in places for sentence in told):
        found = []
    found += [
        f"{heading} stands {read.count(heading)} times"
        for read in lines.values()
        for heading in map(_bare, SECTIONS)
        if read.count(heading) > 1
    ]
    found += [f"{one.method}: {one.code} {one.detail}" for one in slack.violations]
    _begin_anew(slack)
    scripts = bot.services.desk.store.scripts
    async for key in scripts.client.scan_iter(match=f"{scripts.keys.root}slack:pace:*"):
        await scripts.client.delete(key)
    return found


def _lines(slack: SlackServer, place: str) -> list[str]:
    """Return the headings in a place, and what stands there as plain text, where a heading looks like all the rest."""
    lines: list[str] = []
    for message in slack.messages(place):
        plain = "" if message.blocks else f"{message.text}\n{message.markdown}"
        lines += [f"# {line}" for line in plain.splitlines()] + list(show_blocks(message.blocks))
    return [_bare(line) for line in lines if line.startswith("# ")]


def _bare(line: str) -> str:
    return line.removeprefix("# ").strip()


def _is_whole(read: list[str]) -> bool:
    """Say whether every section stands there; a heading is a line that begins like one."""
    return all(any(line.startswith(_bare(heading)) for line in read) for heading in SECTIONS)


def _begin_anew(slack: SlackServer) -> None:
    """Forget what was said, and the calls that were counted, before the next error."""
    slack.gate.faults.clear()
    slack.gate.forget_calls()
    slack.refusals.clear()
    for channel in slack.world.channels.values():
        channel.messages.clear()
