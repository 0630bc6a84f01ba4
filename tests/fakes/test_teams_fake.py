"""The fake Teams refuses what Teams refuses: streams, sizes, paces, membership; each rule with the answer that is documented."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.teams_connector import APP_ID, ISSUER, SECRET, TENANT, FakeTeams, Fault, Talk, fake_teams

Json = dict[str, Any]
CHAT, ROOM, ELSEWHERE = "a:chat", "19:room@thread.tacv2", "19:elsewhere@thread.tacv2"


class Caller:
    """Call the connector as a bot does."""

    def __init__(self, teams: FakeTeams, session: aiohttp.ClientSession, token: str) -> None:
        self.teams, self.session, self.token = teams, session, token

    async def call(self, method: str, path: str, body: Json | None = None) -> tuple[int, str, str]:
        """Return status, what the answer holds, and its Retry-After."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(
            method, f"{self.teams.address}/v3/{path}", json=body, headers=headers
        ) as answer:
            return answer.status, await answer.text(), answer.headers.get("Retry-After", "")

    async def post(self, body: Json, talk: str = CHAT) -> tuple[int, str, str]:
        """Post an activity."""
        return await self.call("POST", f"conversations/{talk}/activities", body)

    async def begin(self) -> str:
        """Begin a stream and return its id; a second and a half passes."""
        assert (await self.post(typing("…", 1, kind="informative")))[0] == 201
        stream = self.teams.talks[CHAT].streams.open
        assert stream is not None
        await self.teams.clock.sleep(1.5)
        return stream.id


def typing(text: str, sequence: int | None, stream: str = "", *, kind: str = "streaming", **more: Any) -> Json:
    """Return a streaming request."""
    info = {"type": "streaminfo", "streamType": kind, "streamSequence": sequence, "streamId": stream}
    kept = {name: value for name, value in info.items() if value not in (None, "")}
    return {"type": "message" if kind == "final" else "typing", "text": text, "entities": [kept], **more}


def card(*body: Json) -> Json:
    """Return a message with a card."""
    content = {"type": "AdaptiveCard", "version": "1.5", "body": list(body)}
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """Serve a fake Teams with a chat, a channel, and a channel the bot is not in."""
    async with fake_teams() as teams, aiohttp.ClientSession() as session:
        teams.add(Talk(id=CHAT, members={"29:ana": "Ana"}))
        teams.add(Talk(id=ROOM, kind="channel", team="19:team"))
        teams.add(Talk(id=ELSEWHERE, kind="channel", team="19:team", bot_is_in=False))
        form = {"client_id": APP_ID, "client_secret": SECRET, "scope": f"{ISSUER}/.default"}
        async with session.post(f"{teams.address}/{TENANT}/oauth2/v2.0/token", data=form) as answer:
            token = (await answer.json())["access_token"]
        yield Caller(teams, session, token)


async def test_a_stream_by_the_rules_is_taken(caller: Caller) -> None:
    """Informative, then growing text, then the final with its attachments: nothing is accused."""
    id_ = await caller.begin()
    for sequence, text in ((2, "a"), (3, "ab")):
        assert (await caller.post(typing(text, sequence, id_)))[0] == 202
        await caller.teams.clock.sleep(1)
    assert (
        await caller.post(typing("abc", None, id_, kind="final", channelData={"feedbackLoop": {"type": "default"}}))
    )[0] == 202
    assert caller.teams.talks[CHAT].messages[id_]["text"] == "abc"
    assert caller.teams.violations == []


@pytest.mark.parametrize(
    ("bad", "status", "told"),
    [
        (typing("b", 3, "ID"), 202, "SequenceOrder"),
        (typing("b", 2, "other"), 403, "Content stream is not allowed"),
        (typing("b", 2, "ID", kind="informative", attachments=[{}]), 400, "attachments"),
        (typing("b", 2, "ID", channelData={"feedbackLoop": {"type": "default"}}), 400, "feedback"),
        (typing("x" * 1_001, 2, "ID", kind="informative"), 400, "informative"),
        (typing("b", 2, "ID", kind="final"), 400, "without a sequence"),
        (typing("b", 2, "ID", kind="other"), 400, "stream type"),
        (typing("b", 1), 400, "another stream"),
    ],
)
async def test_a_stream_against_the_rules_is_refused(caller: Caller, bad: Json, status: int, told: str) -> None:
    """Sequence, id, content and number of streams are checked."""
    id_ = await caller.begin()
    info = bad["entities"][0]
    if info.get("streamId") == "ID":
        bad = {**bad, "entities": [{**info, "streamId": id_}]}
    answer = await caller.post(bad)
    assert answer[0] == status
    assert told in answer[1]


async def test_words_taken_back_haste_and_lateness_are_refused(caller: Caller) -> None:
    """Text only grows, one request a second, two minutes in all; going on after being told so is a breach."""
    id_ = await caller.begin()
    assert (await caller.post(typing("ab", 2, id_)))[0] == 202
    assert (await caller.post(typing("abc", 3, id_)))[0] == 429
    await caller.teams.clock.sleep(1)
    status, told, _ = await caller.post(typing("b", 3, id_))
    assert (status, "previously streamed" in told) == (403, True)
    caller.teams.violations.clear()
    await caller.teams.clock.sleep(120)
    for breaches in ([], ["403 Content stream finished due to exceeded streaming time."]):
        status, told, _ = await caller.post(typing("abc", 3, id_))
        assert (status, "exceeded streaming time" in told) == (403, True)
        assert caller.teams.violations == breaches


async def test_stop_and_the_end_are_told(caller: Caller) -> None:
    """After Stop, and after the final, a stream takes nothing; the first time that is no fault of the bot."""
    id_ = await caller.begin()
    caller.teams.talks[CHAT].streams.stopped = True
    assert "canceled by user" in (await caller.post(typing("a", 2, id_)))[1]
    caller.teams.talks[CHAT].streams.stopped = False
    assert (await caller.post(typing("a", None, id_, kind="final")))[0] == 202
    assert "already completed" in (await caller.post(typing("a", None, id_, kind="final")))[1]


async def test_streams_are_for_personal_chats(caller: Caller) -> None:
    """A channel answers 405."""
    assert (await caller.post(typing("…", 1, kind="informative"), ROOM))[0] == 405


@pytest.mark.parametrize(
    ("body", "status", "breach"),
    [
        ({"type": "message", "text": "x" * 40_100}, 413, "MessageSizeTooBig"),
        ({"type": "message", "text": "🙂" * 20_100}, 413, "MessageSizeTooBig"),
        ({"type": "message", "text": ""}, 400, "neither text nor attachments"),
        ({"type": "message", "text": "x", "textFormat": "html"}, 400, "text format"),
        (
            card({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "x" * 12_400}]}),
            400,
            "card is larger",
        ),
        (card({"type": "RichTextBlock", "inlines": []}), 400, "RichTextBlock without"),
        (card({"type": "Chart.Line", "data": []}), 400, "element Chart.Line"),
        (
            card({"type": "Chart.HorizontalBar", "title": "t", "data": [{"x": "a", "y": "1"}], "fallback": "drop"}),
            400,
            "point",
        ),
        (card({"type": "Chart.HorizontalBar", "title": "t", "data": [{"x": "a", "y": 1}]}), 400, "without"),
        (
            card(
                {
                    "type": "Chart.VerticalBar.Grouped",
                    "title": "t",
                    "fallback": "drop",
                    "data": [
                        {"legend": "l", "values": [{"x": "a", "y": 1}]},
                        {"legend": "l", "values": [{"x": "b", "y": 1}]},
                    ],
                }
            ),
            400,
            "series",
        ),
        (card({"type": "Table", "columns": [{}, {}], "rows": [{"cells": [{"items": []}]}]}), 400, "cells"),
    ],
)
async def test_what_teams_would_not_show_is_refused(caller: Caller, body: Json, status: int, breach: str) -> None:
    """Sizes in UTF-16, formats, and what elements of a card need."""
    assert (await caller.post(body))[0] == status
    assert breach in caller.teams.violations[0]


async def test_a_tenant_without_the_preview_refuses_its_format(caller: Caller) -> None:
    """Extended Markdown is taken where the tenant has it only."""
    body = {"type": "message", "text": "| a |", "textFormat": "extendedmarkdown"}
    assert (await caller.post(body))[0] == 400
    caller.teams.takes_extended = True
    assert (await caller.post(body))[0] == 201


async def test_the_quota_of_a_conversation_counts_and_names_a_time(caller: Caller) -> None:
    """The eighth call within a second is refused with Retry-After."""
    statuses = [(await caller.post({"type": "message", "text": "x"}))[::2] for _ in range(8)]
    assert statuses == [(201, "")] * 7 + [(429, "2")]


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_faults_are_played_once_and_may_have_been_done(caller: Caller, status: int) -> None:
    """A fault answers with its status; one that lost only the answer has carried out the call."""
    for done in (False, True):
        caller.teams.faults.append(Fault("POST", "activities", status, retry_after="3", done_anyway=done))
        assert (await caller.post({"type": "message", "text": "x"}))[::2] == (status, "3")
        assert len(caller.teams.talks[CHAT].messages) == int(done)


async def test_only_members_are_heard_and_told_about(caller: Caller) -> None:
    """Where the bot is not it cannot post, a stranger is no member, and without a token nothing is answered."""
    assert (await caller.post({"type": "message", "text": "x"}, ELSEWHERE))[0] == 403
    assert (await caller.call("GET", f"conversations/{CHAT}/members/29:ana"))[0] == 200
    assert (await caller.call("GET", f"conversations/{CHAT}/members/29:bea"))[0] == 404
    assert (await caller.call("PUT", f"conversations/{CHAT}/activities/1", {"type": "message", "text": "x"}))[0] == 404
    caller.token = "made up"
    assert (await caller.post({"type": "message", "text": "x"}))[0] == 401
