"""One endpoint over real HTTP against a strict server: dialects, deadlines, and each way to fail."""

import asyncio
import json
from contextlib import aclosing, suppress
from dataclasses import replace

import pytest
from openai import AsyncOpenAI, DefaultAioHttpClient

from bot.domain.errors import (
    ModelBusy,
    ModelError,
    ModelMisconfigured,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from bot.ports import PromptMessage
from bot.services.endpoint_profiles import Profile, read_profiles
from bot.services.openai_endpoint import Timeouts, request_body
from bot.services.openai_model import OpenAIModel
from tests.fakes.openai_faults import FAULTS
from tests.fakes.openai_server import OpenAIServer, short_document
from tests.services.model_calls import PROMPT, QUICK, ask, at, collect, collect_from

LONG = "## Evaluación\n\n" + "Un párrafo con acentos, ñ, € y 𝄞. " * 40

WHOLE = {
    "busy_short": (False, "stop"),
    "bad_gateway_once": (False, "stop"),
    "no_choices": (False, "stop"),
    "split_bytes": (False, "stop"),
    "slow": (False, "stop"),
    "no_done": (False, "stop"),
    "thinking": (False, "stop"),
    "filtered": (False, "content_filter"),
    "hang_after_end": (True, "stop"),
    "end_early": (True, "truncated"),
    "loop": (True, "length"),
}
"""Faults after which there is an answer: are its tokens estimated, and how it ended."""

BROKEN: dict[str, tuple[type[ModelError], str, int]] = {
    "busy_long": (ModelBusy, "error.model.busy", 1),
    "quota": (ModelBusy, "error.model.quota", 1),
    "bad_gateway": (ModelUnavailable, "error.model.server_error", 2),
    "unauthorized": (ModelRefused, "error.model.refused", 1),
    "unknown_model": (ModelMisconfigured, "error.model.unknown_model", 1),
    "wrong_path": (ModelMisconfigured, "error.model.wrong_address", 1),
    "refused": (ModelMisconfigured, "error.model.bad_request", 1),
    "context_length": (ModelMisconfigured, "error.model.context_length", 1),
    "redirect": (ModelMisconfigured, "error.model.wrong_address", 1),
    "html_page": (ModelMisconfigured, "error.model.not_protocol", 1),
    "drop": (ModelUnavailable, "error.model.broken_stream", 1),
    "reset": (ModelUnavailable, "error.model.broken_stream", 1),
    "error_data": (ModelUnavailable, "error.model.broken_stream", 1),
    "error_event": (ModelUnavailable, "error.model.broken_stream", 1),
    "bad_json": (ModelUnavailable, "error.model.broken_stream", 1),
    "stall": (ModelTimeout, "error.model.timeout.idle", 1),
    "pings": (ModelTimeout, "error.model.timeout.idle", 1),
    "empty_chunks": (ModelTimeout, "error.model.timeout.idle", 1),
    "empty": (ModelUnavailable, "error.model.empty_answer", 2),
}
"""Faults after which there is an error: its class, its sentence, and how often the server was asked."""

BEFORE_CONTENT = {
    "drop": "error.model.broken_stream",
    "end_early": "error.model.empty_answer",
    "error_event": "error.model.broken_stream",
    "bad_json": "error.model.broken_stream",
    "stall": "error.model.timeout.first_content",
    "pings": "error.model.timeout.first_content",
    "empty_chunks": "error.model.timeout.first_content",
}
"""What the same faults are called when they come before the first word."""


def test_every_fault_of_the_server_is_in_one_of_the_tables() -> None:
    """The fake plays no fault whose end nobody has written down."""
    assert WHOLE.keys() | BROKEN.keys() == set(FAULTS)
    assert WHOLE.keys() & BROKEN.keys() == set()


@pytest.mark.parametrize("fault", WHOLE)
async def test_a_fault_that_leaves_an_answer(fault: str) -> None:
    """The text is there, its end is said truly, and tokens that nobody counted are marked as estimated."""
    estimated, reason = WHOLE[fault]
    async with OpenAIServer(fault=fault, tokens_per_s=500 if fault == "slow" else 0) as server:
        written = await collect_from(at(server))

    whole = short_document({})
    if fault in ("end_early", "loop"):
        assert whole.startswith(written.text[:20])
    else:
        assert written.text == whole
    assert (written.ended.estimated, written.ended.reason) == (estimated, reason)
    assert written.ended.tokens_out > 0


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_fault_that_leaves_none(fault: str) -> None:
    """The error has its class and sentence, and the server was asked no more often than makes sense."""
    kind, text, asked = BROKEN[fault]
    async with OpenAIServer(fault=fault) as server:
        with pytest.raises(kind) as raised:
            await collect_from(at(server))

        assert (raised.value.text, len(server.heard)) == (text, asked)
    assert raised.value.endpoint == "first"
    assert PROMPT[1].content not in f"{raised.value!r} {raised.value.detail}"


@pytest.mark.parametrize("fault", BEFORE_CONTENT)
async def test_a_fault_before_the_first_word(fault: str) -> None:
    """Nothing has been handed on, so the call may be repeated elsewhere; the deadline that counts is the first one."""
    quick = Timeouts(first_content_s=0.3, idle_s=30, retry_pause_s=0.001)
    async with OpenAIServer(fault=fault, fault_after=0) as server:
        with pytest.raises(ModelError) as raised:
            await collect_from(at(server), timeouts=quick, retries=0)

    assert raised.value.text == BEFORE_CONTENT[fault]


async def test_the_total_deadline_ends_a_slow_answer() -> None:
    """A model that never pauses and never ends is stopped by the call's own deadline."""
    async with OpenAIServer(documents=lambda _: LONG, tokens_per_s=50) as server:
        with pytest.raises(ModelTimeout) as raised:
            await collect_from(at(server), request=ask(deadline_s=0.4))
        await server.client_left()

    assert raised.value.text == "error.model.timeout.total"
    assert raised.value.params["stage"] == "total"


async def test_retry_after_reaches_the_caller() -> None:
    """Five minutes asked for are said, not slept."""
    async with OpenAIServer(fault="busy_long") as server:
        with pytest.raises(ModelBusy) as raised:
            await collect_from(at(server))

    assert raised.value.retry_after_s == 300


async def test_our_stream_is_the_sdks_stream() -> None:
    """Reading under our deadlines changes no character of what plain create(stream=True) gives."""
    async with OpenAIServer(documents=lambda _: LONG, fault="split_bytes") as server:
        written = await collect_from(at(server), request=ask(max_tokens=2000))
        async with AsyncOpenAI(
            base_url=server.base_url, api_key=server.key, http_client=DefaultAioHttpClient()
        ) as plain:
            messages = server.heard[0].body["messages"]
            stream = await plain.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
            reference = "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])

    assert written.text == reference == LONG


async def test_the_limit_of_tokens_is_sent_and_its_end_is_seen() -> None:
    """A text cut by the server's limit ends as length, with the server's own count."""
    async with OpenAIServer(documents=lambda _: LONG) as server:
        written = await collect_from(at(server), request=ask(max_tokens=7))

    assert (written.ended.reason, written.ended.tokens_out, written.ended.estimated) == ("length", 7, False)
    assert (written.ended.model, written.ended.endpoint) == ("gpt-4o", "first")


@pytest.mark.parametrize(
    ("dialect", "model", "profile"),
    [
        ("openai", "gpt-4o", "openai"),
        ("openai", "o3", "openai"),
        ("openai", "gpt-6-luna", "openai"),
        ("anthropic", "claude-sonnet-5-5", "anthropic"),
        ("vllm", "meta-llama/Llama-3.3-70B", "vllm"),
        ("ollama", "llama3.3", "ollama"),
        ("tgi", "tgi", None),
        ("llama_cpp", "llama3.3", "llama_cpp"),
        ("llama_cpp_python", "llama3.3", "llama_cpp_python"),
        ("vllm", "llama3.3", "generic"),
    ],
)
async def test_each_profile_speaks_its_servers_dialect(dialect: str, model: str, profile: str | None) -> None:
    """One request is enough: a strict server of that kind refuses nothing, with all that may be asked of it."""
    async with OpenAIServer(dialect=dialect) as server:
        request = ask(json_object=True, user_key="u-1f2e")
        written = await collect_from(at(server, model, profile=profile), request=request)
        heard = server.heard

    assert written.ended.reason == "stop"
    assert len(heard) == 1
    assert ("safety_identifier" in heard[0].body, "store" in heard[0].body) == (dialect == "openai",) * 2
    assert written.ended.estimated == (dialect == "llama_cpp_python")


async def test_a_parameter_nobody_foresaw_is_left_out_and_stays_out() -> None:
    """A server that knows less than its profile is asked again without what it refused, and the next call knows."""
    async with OpenAIServer(dialect="bare") as server:
        model = OpenAIModel([at(server, "gpt-4o", profile="generic")], timeouts=QUICK)
        texts = [(await collect(model)).text for _ in range(2)]
        await model.close()

        assert texts == [short_document({})] * 2
        assert sorted(server.heard[-1].body) == ["max_tokens", "messages", "model", "stream"]
        assert len(server.heard) == 4, "two refusals and an answer, then an answer at once"


async def test_a_server_that_refuses_too_much_is_misconfigured() -> None:
    """The openai profile against a server that knows the least ends in an error, not in a loop."""
    async with OpenAIServer(dialect="bare") as server:
        with pytest.raises(ModelMisconfigured):
            await collect_from(at(server, "o3", profile="openai"))

        assert len(server.heard) == 3


async def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ambient settings of the SDK neither redirect the prompt nor add an organisation or a key to it."""
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-ambient")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ambient")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-ambient")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-ambient")
    async with OpenAIServer() as server:
        await collect_from(at(server))

        assert "ambient" not in json.dumps(server.heard[0].headers)
        assert server.heard[0].headers["Authorization"] == f"Bearer {server.key}"


async def test_leaving_closes_the_connection_at_once() -> None:
    """A caller that closes the generator after the first piece is seen leaving by the server."""
    async with OpenAIServer(documents=lambda _: LONG, fault="stall", fault_after=3) as server:
        model = OpenAIModel([at(server)], timeouts=QUICK)
        async with aclosing(model.stream(ask())) as events:
            await anext(events)
        await server.client_left()
        await model.close()

    assert server.disconnects == 1


async def test_cancelling_the_task_closes_the_connection_at_once() -> None:
    """A task cancelled while it waits for the next piece leaves no request behind."""
    async with OpenAIServer(fault="stall", fault_after=0) as server:
        patient = Timeouts(first_content_s=60, idle_s=60)
        task = asyncio.create_task(collect_from(at(server), timeouts=patient))
        await server.asked()
        task.cancel()
        await server.client_left()
        with pytest.raises(asyncio.CancelledError):
            await task


def body_for(**changes: object) -> dict[str, object]:
    """Return the request body of the generic profile, changed where the test says so."""
    profile: Profile = replace(read_profiles()["generic"], **changes)  # type: ignore[arg-type]
    return request_body(ask(user_key="u", json_object=True), "m", profile)


def test_a_server_without_system_role_gets_one_user_message() -> None:
    """The instructions open the first user message."""
    both = f"{PROMPT[0].content}\n\n{PROMPT[1].content}"

    assert body_for(system_role="user")["messages"] == [{"role": "user", "content": both}]


def test_instructions_alone_become_a_user_message() -> None:
    """Without any user message the instructions are one."""
    profile = replace(read_profiles()["generic"], system_role="user")
    request = ask(messages=(PromptMessage("system", "do"),))

    assert request_body(request, "m", profile)["messages"] == [{"role": "user", "content": "do"}]


def test_the_temperature_is_capped() -> None:
    """A server with a lower maximum gets its maximum."""
    assert body_for(temperature=1.5, temperature_cap=1.0)["temperature"] == 1.0


def test_nothing_is_sent_that_the_profile_does_not_name() -> None:
    """The careful profile sends five members and the count, neither hash nor JSON mode."""
    assert sorted(body_for()) == ["max_tokens", "messages", "model", "stream", "stream_options", "temperature"]


@pytest.mark.parametrize("fault", [None, "refused", "drop", "bad_json"])
async def test_no_log_holds_the_prompt_or_the_key(fault: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """Even at DEBUG neither we nor the packages below write down what was asked or with which key."""
    caplog.set_level("DEBUG")
    async with OpenAIServer(fault=fault) as server:
        with suppress(ModelError):
            await collect_from(at(server))

        assert caplog.records
        assert server.key not in caplog.text
    assert PROMPT[0].content not in caplog.text
    assert PROMPT[1].content not in caplog.text
