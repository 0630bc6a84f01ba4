"""Several endpoints in order: who is asked, who is left alone, and what a probe says."""

import asyncio
import subprocess
import sys
from contextlib import aclosing

import pytest

from bot.domain.errors import ModelBusy, ModelError, ModelRefused, ModelTimeout, ModelUnavailable
from bot.ports import Ended, Model, Piece
from bot.services.endpoint_profiles import Endpoint
from bot.services.openai_endpoint import Timeouts
from bot.services.openai_model import OpenAIModel
from tests.fakes.openai_faults import STATUS_FAULTS
from tests.fakes.openai_server import OpenAIServer, short_document
from tests.services.model_calls import QUICK, ask, at, collect, collect_from, nowhere

LONG = "Un texto largo que sigue y sigue. " * 200


class Clock:
    """Stand still until told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time as it stands."""
        return self.now


@pytest.mark.parametrize("fault", ["busy_long", "bad_gateway", "unauthorized", "unknown_model", "html_page", "empty"])
async def test_the_next_endpoint_steps_in_while_nothing_was_said(fault: str) -> None:
    """Whatever the first one fails of, the second one's text comes, and `Ended` names who wrote."""
    async with OpenAIServer(fault=fault) as bad, OpenAIServer() as good:
        written = await collect_from(at(bad, "gpt-4o"), at(good, "llama3.3", profile="ollama", name="second"))

    assert (written.text, written.ended.endpoint) == (short_document({}), "second")
    assert written.ended.model == "llama3.3"


async def test_an_unreachable_endpoint_is_passed_over() -> None:
    """A closed port is a reason to ask the next one."""
    async with OpenAIServer() as good:
        written = await collect_from(nowhere(), at(good))

    assert written.ended.endpoint == "first"


async def test_an_endpoint_without_a_word_is_passed_over() -> None:
    """When the deadline for the first word is over, the next one has what is left of the total."""
    async with OpenAIServer(fault="pings", fault_after=0) as bad, OpenAIServer() as good:
        quick = Timeouts(first_content_s=0.2, idle_s=5)
        written = await collect_from(at(bad), at(good, name="second"), timeouts=quick)

    assert written.ended.endpoint == "second"


@pytest.mark.parametrize("fault", ["drop", "error_data", "stall", "bad_json"])
async def test_no_second_voice_once_text_has_come(fault: str) -> None:
    """Half a text of one model is never continued by another: the error is raised and the second is not asked."""
    async with OpenAIServer(fault=fault) as bad, OpenAIServer() as good:
        with pytest.raises(ModelError) as raised:
            await collect_from(at(bad), at(good, name="second"))

        assert raised.value.endpoint == "first"
        assert good.heard == []


async def test_the_first_endpoints_error_is_raised_and_the_others_are_noted() -> None:
    """When none delivers, the operator hears of the one that should have, with the rest as notes."""
    async with OpenAIServer(fault="unauthorized") as bad:
        with pytest.raises(ModelRefused) as raised:
            await collect_from(at(bad), nowhere())

    assert raised.value.endpoint == "first"
    assert ["nowhere" in note for note in raised.value.__notes__] == [True] * len(raised.value.__notes__)


async def test_the_total_deadline_is_shared() -> None:
    """An endpoint that used up the whole time leaves none for the next one."""
    async with OpenAIServer(fault="stall", fault_after=0) as bad, OpenAIServer() as good:
        with pytest.raises(ModelTimeout) as raised:
            await collect_from(at(bad), at(good, name="second"), request=ask(deadline_s=0.2))

        assert good.heard == []
    assert raised.value.params["stage"] == "total"


async def test_an_endpoint_that_had_no_time_has_not_failed() -> None:
    """Calls whose time the first endpoint used up say nothing about the second one, which is still asked later."""
    async with OpenAIServer(fault="stall", fault_after=0) as bad, OpenAIServer() as good:
        model = OpenAIModel([at(bad), at(good, name="second")], timeouts=QUICK)
        for _ in range(3):
            with pytest.raises(ModelTimeout):
                await collect(model, ask(deadline_s=0.1))
        written = await collect(model)
        await model.close()

    assert written.ended.endpoint == "second"


async def test_a_blip_is_asked_again_once() -> None:
    """A 502 or a short 429 is repeated on the same endpoint, after the pause it asked for."""
    pauses: list[float] = []

    async def rest(seconds: float) -> None:
        pauses.append(seconds)

    async with OpenAIServer() as server:
        model = OpenAIModel([at(server, "fault-busy_short"), at(server)], timeouts=QUICK, pause=rest)
        written = await collect(model)
        await model.close()

        assert len(server.heard) == 2
    assert (written.text, pauses) == (short_document({}), [0.01])


async def test_a_failing_endpoint_is_left_alone_then_tried_again() -> None:
    """After three failures nobody asks it, the same error is said with the time that is left; then one call tries."""
    clock = Clock()
    async with OpenAIServer(fault="bad_gateway") as server:
        model = OpenAIModel([at(server)], timeouts=QUICK, clock=clock, retries=0, cool_down_s=30)
        for _ in range(3):
            with pytest.raises(ModelUnavailable):
                await collect(model)
        clock.now += 10
        with pytest.raises(ModelUnavailable) as raised:
            await collect(model)
        assert len(server.heard) == 3
        assert (raised.value.text, raised.value.retry_after_s) == ("error.model.server_error", 20.0)

        server.fault = None
        clock.now += 20
        written = await collect(model)
        await model.close()
    assert written.ended.reason == "stop"


async def test_a_pause_the_server_asks_for_is_kept_across_calls() -> None:
    """After Retry-After: 300 the next call does not reach the server and says how long is left."""
    clock = Clock()
    async with OpenAIServer(fault="busy_long") as server:
        model = OpenAIModel([at(server)], timeouts=QUICK, clock=clock)
        for left in (300.0, 200.0):
            with pytest.raises(ModelBusy) as raised:
                await collect(model)
            assert raised.value.retry_after_s == left
            clock.now += 100
        await model.close()

        assert len(server.heard) == 1


async def test_a_request_that_is_refused_does_not_open_the_circuit() -> None:
    """A prompt that is too long says nothing about the next one."""
    async with OpenAIServer(fault="context_length") as server:
        model = OpenAIModel([at(server)], timeouts=QUICK)
        for _ in range(5):
            with pytest.raises(ModelError):
                await collect(model)
        await model.close()

        assert len(server.heard) == 5


async def test_answers_that_are_cut_off_open_the_circuit() -> None:
    """A server that dies in each answer is not healthy because it began them."""
    async with OpenAIServer(fault="end_early") as server:
        model = OpenAIModel([at(server)], timeouts=QUICK)
        for _ in range(3):
            assert (await collect(model)).ended.reason == "truncated"
        with pytest.raises(ModelUnavailable) as raised:
            await collect(model)
        await model.close()

    assert raised.value.text == "error.model.broken_stream"


async def test_a_caller_who_leaves_is_no_failure() -> None:
    """People who press stop do not close the endpoint for others."""
    async with OpenAIServer(documents=lambda _: LONG, tokens_per_s=200) as server:
        model = OpenAIModel([at(server)], timeouts=QUICK)
        for _ in range(4):
            async with aclosing(model.stream(ask())) as events:
                assert isinstance(await anext(events), Piece)
        server.tokens_per_s = 0
        written = await collect(model, ask(max_tokens=5))
        await model.close()

    assert written.ended.reason == "length"


async def test_calls_run_side_by_side() -> None:
    """Twenty streams over one model give twenty whole texts."""
    async with OpenAIServer(fault="split_bytes") as server:
        model = OpenAIModel([at(server)])
        texts = await asyncio.gather(*(collect(model) for _ in range(20)))
        await model.close()

    assert {written.text for written in texts} == {short_document({})}


async def test_it_is_the_port() -> None:
    """The service fits the Protocol the use-cases know, and the time it took is on its own clock."""
    clock = Clock()
    async with OpenAIServer() as server:
        service = OpenAIModel([at(server)], timeouts=QUICK, clock=clock)
        model: Model = service
        events = [event async for event in model.stream(ask())]
        await service.close()

    assert isinstance(events[-1], Ended)
    assert events[-1].seconds == 0.0
    assert all(isinstance(event, Piece) for event in events[:-1])


@pytest.mark.parametrize("fault", [None, "slow", "no_done"])
async def test_a_probe_of_a_good_endpoint(fault: str | None) -> None:
    """One token is enough to know that address, key and model are right."""
    async with OpenAIServer(fault=fault) as server:
        model = OpenAIModel([at(server)], timeouts=QUICK)
        probe = await model.probe("first")
        await model.close()

        assert server.heard[0].body["max_completion_tokens" if probe.profile == "openai" else "max_tokens"] == 1
    assert (probe.ok, probe.problem, probe.remedy, probe.model) == (True, None, None, "gpt-4o")


@pytest.mark.parametrize("fault", sorted(STATUS_FAULTS.keys() - {"busy_short", "bad_gateway_once"}))
async def test_a_probe_names_the_problem_and_the_remedy(fault: str) -> None:
    """Each way to fail has a sentence, and a second one about what to do."""
    async with OpenAIServer(fault=fault) as server:
        model = OpenAIModel([at(server)], timeouts=QUICK)
        probe = await model.probe("first")
        await model.close()

    assert not probe.ok
    assert probe.problem is not None
    assert probe.remedy == probe.problem.replace("error.", "remedy.", 1)
    assert probe.params is not None
    assert probe.params["endpoint"] == "first"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/v1", "ftp://127.0.0.1/v1", "nonsense", "http://[::1/v1", "http://h:x/v1", ""]
)
async def test_a_probe_of_an_address_that_cannot_work(address: str) -> None:
    """Closed ports, other schemes and typing errors end in a sentence, never in a traceback."""
    wrong = Endpoint(name="typo", base_url=address, model="gpt-4o")
    model = OpenAIModel([wrong], timeouts=QUICK)
    probe = await model.probe("typo")
    await model.close()

    assert probe.problem in ("error.model.unreachable", "error.model.wrong_address")


def test_making_a_model_loads_no_openai() -> None:
    """The package costs half a second and 50 MB; it is loaded by the first call, not by the wiring."""
    code = (
        "import sys; from bot.services.openai_model import OpenAIModel, Endpoint;"
        "OpenAIModel([Endpoint(name='a', base_url='http://h/v1', model='m')]);"
        "sys.exit(any(name in sys.modules for name in ('openai', 'aiohttp', 'httpx2')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
