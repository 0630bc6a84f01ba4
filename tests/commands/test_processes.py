"""The long-running commands as real processes: refusal without Redis, health, a job done, a graceful end; and `jobs`."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.ports import Judgement
from bot.services.redis_store import StoreOptions, open_store
from tests.contracts.store_cases import claim, said
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL
from tests.fakes.strategist import Strategist
from tests.redis_server import RedisServer, eventually, free_port

ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def running(*words: str, **environ: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def finished(*words: str, **environ: str) -> tuple[int | None, str, str]:
    """Run the command to its end; returns exit code, output and what was said beside it."""
    async with running(*words, **environ) as process:
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("command", ["web", "worker"])
async def test_processes_that_share_a_store_refuse_to_start_without_one(command: str) -> None:
    """Without REDIS_URL the sentence names it, the exit code is 3, and there is no traceback."""
    code, out, err = await finished(command)
    assert (code, out) == (3, "")
    assert "REDIS_URL" in err
    assert "Traceback" not in err


async def answers(port: int, path: str) -> int:
    """Return the status of a page, 0 when nobody listens."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status
        except aiohttp.ClientConnectionError:
            return 0


async def test_a_newcomer_watches_the_bot_in_a_made_up_slack() -> None:
    """`run --fake-slack` says where the page is; a command typed there comes back as a card with its thread."""
    async with running("run", "--fake-slack", PORT="0", DEFAULT_LANGUAGE="en") as process:
        assert process.stderr
        address = None
        async with asyncio.timeout(60):
            while address is None:
                line = await process.stderr.readline()
                address = re.search(r"open (http://127\.0\.0\.1:\d+)", line.decode())
        async with aiohttp.ClientSession(address[1]) as session:
            typed = {"me": ANA, "channel": GENERAL, "text": "/ai-strategy finance 40"}
            told = await (await session.post("/page/say", json=typed)).json()

            async def written() -> bool:
                state = await (await session.get("/page/state")).json()
                shown = json.dumps(state["messages"])
                return "Done" in shown and "Verdict" in shown and state["violations"] == []

            await eventually(written, within_s=60)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert told == {}


async def test_an_installed_program_says_where_the_made_up_slack_is(tmp_path: Path) -> None:
    """Where the tests are not there, the sentence says what to do, the exit code is 2, and there is no traceback."""
    # Some other project's tests, as they stand beside an installed program.
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    command = (sys.executable, "-m", "bot", "run", "--fake-slack")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, env={}, stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert b"make fake-slack" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize("durable", [True, False])
async def test_run_is_ready_and_ends_gracefully(durable: bool, request: pytest.FixtureRequest) -> None:
    """`run` serves and works, over Redis or embedded, and a SIGTERM ends it with 0."""
    port = free_port()
    environ = {"PORT": str(port), "DEFAULT_LANGUAGE": "en"}
    if durable:
        server: RedisServer = request.getfixturevalue("redis_server")
        environ |= {"REDIS_URL": server.url, "REDIS_NAMESPACE": "run"}
    async with running("run", **environ) as process:

        async def ready() -> bool:
            return await answers(port, "/health/ready") == 200

        await eventually(ready, within_s=60)
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
        assert process.returncode == 0
        assert ("not durable" in err.decode()) is not durable
        assert "Traceback" not in err.decode()


async def page(port: int, path: str) -> str:
    """Return a page, empty while nobody listens or it is not ready."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                return await answer.text() if answer.status == 200 else ""
        except aiohttp.ClientConnectionError:
            return ""


async def test_an_operator_reads_figures_and_follows_one_event(redis_server: RedisServer) -> None:
    """/metrics counts on its own address what real processes did and names nobody; one trace leads through their logs."""
    public, of_web, of_worker = free_port(), free_port(), free_port()
    strategist = Strategist()

    def document(body: dict[str, Any]) -> str:
        # A probe of readiness is one message and no prompt of ours.
        return strategist(body) if len(body["messages"]) > 1 else "ok"

    async with SlackServer() as slack, OpenAIServer(documents=document) as model:
        environ = {
            "PORT": str(public),
            "REDIS_URL": redis_server.url,
            "REDIS_NAMESPACE": "figures",
            "SLACK_API_URL": slack.base_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            **model.environ,
            "LOG_LEVEL": "DEBUG",
        }
        async with (
            running("web", **environ, METRICS_PORT=str(of_web)) as web,
            running("worker", **environ, METRICS_PORT=str(of_worker)) as worker,
        ):
            assert web.stderr
            assert worker.stderr
            # Read as they write: a full pipe would hold them up.
            reading = [asyncio.create_task(web.stderr.read()), asyncio.create_task(worker.stderr.read())]
            slack.connect(f"http://127.0.0.1:{public}/slack/events")

            async def up() -> bool:
                pages = [(public, "/health/ready"), (of_web, "/metrics"), (of_worker, "/metrics")]
                return all([await page(*one) for one in pages])

            await eventually(up, within_s=60)
            async with aiohttp.ClientSession(slack.address) as session:
                typed = {"me": ANA, "channel": GENERAL, "text": "/ai-strategy finance 40"}
                assert (await session.post("/page/say", json=typed)).status == 200

            async def planned() -> bool:
                return "ai_strategy_plans_total{" in await page(of_worker, "/metrics")

            await eventually(planned, within_s=60)
            assert await answers(public, "/metrics") == 404
            taken, done = await page(of_web, "/metrics"), await page(of_worker, "/metrics")
            for process in (web, worker):
                process.send_signal(signal.SIGTERM)
            logs = [log.decode() for log in await asyncio.gather(*reading)]
    assert 'ai_strategy_events_total{kind="said",outcome="accepted",platform="slack"} 1.0' in taken
    assert 'plans_total{kind="pro",outcome="done",reused="no",written_by="model"} 1.0' in done
    assert re.search(r'model_calls_total{endpoint="127.0.0.1/gpt-4o",outcome="stop"} [1-9]', done)
    assert re.search(r'chat_calls_total{call="post_card",outcome="done",platform="slack"} 1.0', done)
    assert re.search(r'redis_call_seconds_count{script="commit"} [1-9]', done)
    assert "ai_strategy_store_up 1.0" in done
    for secret in (ANA, GENERAL, "finance", model.key, slack.bot_token):
        assert secret not in taken + done
    trace = re.search(r"an event from slack: trace (\w{16})", logs[0])
    assert trace
    assert re.search(rf"\[{trace[1]}\] model call to 127.0.0.1/gpt-4o: stop, tokens", logs[1])


async def test_a_process_whose_figures_have_no_port_does_not_start(redis_server: RedisServer) -> None:
    """A taken METRICS_PORT ends the process with a sentence that names it, without a traceback."""
    taken = {"METRICS_PORT": str(redis_server.port), "DEFAULT_LANGUAGE": "en"}
    code, _, err = await finished("worker", REDIS_URL=redis_server.url, REDIS_NAMESPACE="taken", **taken)
    assert code == 3
    assert "METRICS_PORT" in err
    assert "Traceback" not in err


async def test_jobs_can_be_listed_shown_retried_and_dropped(redis_server: RedisServer) -> None:
    """An operator sees a dead job with its reason, starts it again, and deletes it; unknown ids are told so."""
    environ = {"REDIS_URL": redis_server.url, "REDIS_NAMESPACE": "desk", "DEFAULT_LANGUAGE": "en"}
    async with open_store(redis_server.url, StoreOptions(namespace="desk")) as store:
        await store.jobs.accept(said("e1"), keys=["desk-e1"])
        (held,) = await claim(store)
        await store.jobs.bury(held, reason="it broke", notice=None)
        code, out, _ = await finished("jobs", "list", "--where", "dead", **environ)
        (row,) = [json.loads(line) for line in out.splitlines()]
        assert (code, row["id"], row["reason"], row["where"]) == (0, held.job.id, "it broke", "dead")
        code, out, _ = await finished("jobs", "show", held.job.id, **environ)
        assert json.loads(out)["poison"]["text"] == "finanzas 40"
        assert (await finished("jobs", "retry", held.job.id, **environ))[0] == 0
        assert (await finished("jobs", "retry", held.job.id, **environ))[0] == 2
        assert (await finished("jobs", "drop", held.job.id, **environ))[0] == 0
        code, _, err = await finished("jobs", "show", held.job.id, **environ)
        assert code == 2
        assert held.job.id in err
        assert (await finished("jobs", "halt", "costs", **environ))[0] == 0
        assert await store.limits.halted() == "costs"
        assert (await finished("jobs", "resume", **environ))[0] == 0
        assert await store.limits.halted() == ""


async def test_judgements_are_listed_one_a_line(redis_server: RedisServer) -> None:
    """`feedback` prints what people thought with prompt and model, newest first and nobody's id; without Redis it refuses."""
    assert (await finished("feedback", REDIS_URL=""))[0] == 3
    namespace = "judged"
    judgement = Judgement(
        plan="c/1/1",
        at=1_700_000_000_000,
        verdict="bad",
        comment="más corto",
        industry="finance",
        kind="pro",
        language="es",
        written_by="model",
        prompt_version="0123456789ab",
        model="llama",
    )
    async with open_store(redis_server.url, StoreOptions(namespace=namespace)) as store:
        await store.judgements.keep(judgement, tenant="T1", user="USECRET")
    code, out, _ = await finished("feedback", REDIS_URL=redis_server.url, REDIS_NAMESPACE=namespace)

    assert code == 0
    assert "USECRET" not in out
    assert json.loads(out) == {"schema_version": 1, **asdict(judgement)}
    code, out, _ = await finished("feedback", "--summary", REDIS_URL=redis_server.url, REDIS_NAMESPACE=namespace)
    counted = {"prompt_version": "0123456789ab", "model": "llama", "good": 0, "bad": 1}
    assert (code, json.loads(out)) == (0, {"schema_version": 1, **counted})
