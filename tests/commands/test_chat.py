"""`ai-strategy chat` as a process: the dialogue in three languages, choices by number, Ctrl-C, a new version."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60


@asynccontextmanager
async def chatting(*words: str, **environ: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the chat with pipes for a terminal."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "chat",
        *words,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "120", **environ},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def hold(lines: list[str], *words: str) -> tuple[int, str, str]:
    """Say these lines and return exit code, standard output and standard error."""
    async with chatting(*words) as process:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate("".join(f"{line}\n" for line in lines).encode())
        return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "asked", "helped", "titles"),
    [
        (
            ["¿Cómo uso Llama 4 en mi empresa de finanzas para gastar menos?", "no sé", "40", "and in English?"],
            "¿Qué porcentaje de ahorro busca?",
            "tres objetivos",
            ["Estrategia de adopción de IA de código abierto: Finanzas", "Open-source AI adoption strategy: Finance"],
        ),
        (
            ["Como usar Llama 4 na minha empresa de varejo para gastar menos?", "não sei", "30"],
            "?",
            "três",
            ["Estratégia de adoção de IA de código aberto: Varejo"],
        ),
        (
            ["How can my hospital use Llama 4 to spend less?", "I don't know", "40"],
            "?",
            "three",
            ["Open-source AI adoption strategy: Healthcare"],
        ),
    ],
)
async def test_dialogue_ends_in_a_plan(lines: list[str], asked: str, helped: str, titles: list[str]) -> None:
    """A question names the industry, the target is asked for, "I don't know" offers three, an answer brings the plan."""
    status, out, err = await hold(lines)

    assert (status, "Traceback" in err) == (0, False)
    assert asked in out
    assert helped in out
    for title in titles:
        assert title in out
    assert out.index(asked) < out.index(titles[0])


@pytest.mark.slow
async def test_number_picks_a_choice() -> None:
    """A typed number is the press of the button with that number."""
    _, out, _ = await hold(["retail", "2"], "--lang", "en")

    assert "[2] 30%" in out
    assert "savings target of 30%" in out or "30%" in out.partition("[2] 30%")[2]
    assert "Open-source AI adoption strategy: Retail" in out


@pytest.mark.slow
async def test_what_if_makes_a_second_version_that_says_what_changed() -> None:
    """A later word about costs recomputes the plan: a second version with what changed."""
    _, out, _ = await hold(["finance 40", "we spend 20,000 USD a month on GPT-4o"], "--lang", "en")

    assert out.count("Open-source AI adoption strategy: Finance") == 2
    assert "•" in out.rpartition("Sources")[2]


@pytest.mark.slow
async def test_interrupt_stops_the_writing_and_keeps_what_is_there() -> None:
    """Ctrl-C while a plan is written stops it, keeps the finished sections and goes on with the conversation."""
    async with (
        OpenAIServer(documents=Strategist(), tokens_per_s=30) as server,
        chatting("--lang", "en", **server.environ) as process,
        asyncio.timeout(PATIENCE_S),
    ):
        assert process.stdin
        assert process.stderr
        assert process.stdout
        process.stdin.write(b"finance 40\n")
        while "Writing: 2." not in (line := (await process.stderr.readline()).decode()):
            assert line
        process.send_signal(signal.SIGINT)
        await server.client_left()
        process.stdin.write(b"help\n")
        process.stdin.close()
        out = (await process.stdout.read()).decode()
        status = await process.wait()

    assert status == 0
    assert "1. Transition plan" in out
    assert "3. Security risks" not in out
    assert "finance 40" in out.rpartition("Regenerate")[2]  # the help that was asked for afterwards


@pytest.mark.slow
async def test_binary_and_endless_lines_do_no_harm() -> None:
    """Bytes that are no text, and a line of ten thousand characters, get a sentence and no traceback."""
    async with chatting("--lang", "en") as process, asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate(b"\xff\xfe\x00\x01\n" + b"x" * 10_000 + b"\nfinance 40\n")

    assert process.returncode == 0
    assert b"Traceback" not in err
    assert b"Open-source AI adoption strategy: Finance" in out


async def test_a_reader_who_leaves_brings_no_traceback() -> None:
    """`chat | head`: when nobody reads any more the plan is finished unseen, and the program ends as always."""
    async with chatting() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"finance 40\n")
        await process.stdin.drain()
        await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
        process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]  # as a reader that has left does
        process.stdin.close()
        told = await asyncio.wait_for(process.stderr.read(), PATIENCE_S)

        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    assert b"Traceback" not in told
