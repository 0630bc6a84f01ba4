"""The fake itself: as strict as the servers it stands for, and usable from outside."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.openai_faults import FAULTS
from tests.fakes.openai_server import DEFAULT_KEY, OpenAIServer, short_document

GOOD: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 50}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a plain HTTP client with the right key."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {DEFAULT_KEY}"}) as client:
        yield client


async def post(session: aiohttp.ClientSession, server: OpenAIServer, body: object) -> tuple[int, Any]:
    """Send a completion request."""
    async with session.post(f"{server.base_url}/chat/completions", json=body) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("changes", "status", "param"),
    [
        ({}, 200, None),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "boss", "content": "x"}]}, 400, "messages[0].role"),
        ({"messages": [{"role": "user", "content": ""}]}, 400, "messages[0].content"),
        ({"model": "gpt-9"}, 404, None),
        ({"model": ""}, 400, "model"),
        ({"model": "o3"}, 400, "max_tokens"),
        ({"model": "gpt-6-luna"}, 400, "max_tokens"),
        ({"max_tokens": 0}, 400, "max_tokens"),
        ({"max_completion_tokens": 5}, 400, None),
        ({"temperature": 3}, 400, "temperature"),
        ({"colour": "red"}, 400, "colour"),
        ({"stream_options": {"include_usage": True}}, 400, None),
        ({"response_format": {"type": "json_object"}}, 400, "messages"),
        ({"reasoning_effort": "low"}, 400, "reasoning_effort"),
    ],
)
async def test_it_refuses_what_the_real_one_refuses(
    session: aiohttp.ClientSession, changes: dict[str, Any], status: int, param: str | None
) -> None:
    """Each mistake of a client gets the status and the parameter it would get from OpenAI."""
    async with OpenAIServer() as server:
        answered, body = await post(session, server, GOOD | changes)

    assert answered == status
    if status != 200:
        assert body["error"]["param"] == param


async def test_it_refuses_a_wrong_key(session: aiohttp.ClientSession) -> None:
    """Another key is a 401 that repeats the key, as the real one does."""
    async with OpenAIServer(key="sk-other") as server:
        status, body = await post(session, server, GOOD)

    assert status == 401
    assert DEFAULT_KEY in body["error"]["message"]


@pytest.mark.parametrize("asked", [True, False])
async def test_it_counts_only_when_asked(session: aiohttp.ClientSession, asked: bool) -> None:
    """The usage chunk comes with include_usage and not without; [DONE] ends the stream."""
    body = GOOD | {"stream": True} | ({"stream_options": {"include_usage": True}} if asked else {})
    async with OpenAIServer() as server, session.post(f"{server.base_url}/chat/completions", json=body) as answer:
        lines = [line[6:] for line in (await answer.text()).splitlines() if line.startswith("data: ")]

    chunks = [json.loads(line) for line in lines[:-1]]
    assert lines[-1] == "[DONE]"
    assert any("usage" in chunk for chunk in chunks) == asked
    text = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"])
    assert text == short_document({})


def test_the_fourteen_faults_are_there() -> None:
    """Each row of the table of faults that a model endpoint is known for can be played."""
    rows = {"drop", "end_early", "error_data", "error_event", "bad_json", "stall", "pings", "busy_short", "busy_long"}
    rows |= {"bad_gateway", "split_bytes", "unauthorized", "unknown_model", "no_choices"}

    assert len(rows) == 14
    assert rows <= set(FAULTS)


async def test_it_runs_on_its_own(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """From the command line it prints its address first and answers with the document it was given."""
    document = tmp_path / "plan.md"
    document.write_text("## Plan ñ\n", "utf-8")
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--port", "0", "--document", str(document)]
    process = await asyncio.create_subprocess_exec(*command, "--model", "mine", stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        async with session.post(f"{address}/chat/completions", json=GOOD | {"model": "mine"}) as answer:
            body = await answer.json()
    finally:
        process.kill()
        await process.communicate()

    assert body["choices"][0]["message"]["content"] == "## Plan ñ\n"
