"""However a model endpoint fails, a whole plan comes out, and the operator is told what to do."""

import pytest

from bot.settings import read_settings
from bot.wiring import open_desk
from tests.fakes.openai_faults import FAULTS
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist
from tests.generation.desk import PLAN, Onlooker, brief, desk_at

QUICK = {"FIRST_CONTENT_SECONDS": "0.4", "IDLE_SECONDS": "0.4", "DEADLINE_SECONDS": "8"}


@pytest.mark.parametrize("fault", sorted(FAULTS))
async def test_plan_is_whole_whatever_the_endpoint_does(fault: str) -> None:
    """Each way to fail ends in a plan with three phases and three risks; a stand-in is marked and its reason told."""
    watch = Onlooker()
    async with OpenAIServer(documents=Strategist(), fault=fault) as server, desk_at(server, **QUICK) as desk:
        finished = await desk.write(brief("en"), watch=watch, plan=PLAN)

    document = finished.document
    assert len(watch.sections) == 7
    assert (len(document["phases"]), len(document["risks"])) == (3, 3)
    marked = [section.id for section in watch.sections if section.marked]
    assert bool(marked) == (document["meta"]["written_by"] != "model")
    assert bool(marked) == (document["meta"]["fallback_reason"] is not None)
    if document["meta"]["fallback_reason"]:
        assert finished.notices


async def test_second_endpoint_takes_over() -> None:
    """When the first endpoint answers 502, the second writes the plan and nothing is marked."""
    async with (
        OpenAIServer(fault="bad_gateway") as broken,
        OpenAIServer(documents=Strategist()) as well,
        desk_at(broken, well, **QUICK) as desk,
    ):
        finished = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    assert finished.document["meta"]["written_by"] == "model"
    assert finished.document["meta"]["endpoint"].endswith("#2")


async def test_unreachable_endpoint_costs_no_plan() -> None:
    """With nothing listening at OPENAI_BASE_URL the planner writes, and the sentence names the endpoint."""
    environ = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "gpt-4o", **QUICK}
    async with open_desk(read_settings(environ)) as desk:
        finished = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    assert finished.document["meta"]["written_by"] == "planner"
    assert finished.document["meta"]["fallback_reason"] == "error.model.unreachable"
    assert "127.0.0.1/gpt-4o" in finished.notices[0]


@pytest.mark.parametrize("fault", ["drop", "bad_json"])
async def test_tokens_of_a_broken_answer_are_estimated(fault: str) -> None:
    """What a broken stream used counts against the budgets, as an estimate, with its model and cost."""
    async with OpenAIServer(documents=Strategist(), fault=fault) as server, desk_at(server) as desk:
        finished = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    meta = finished.document["meta"]
    assert (meta["model"], meta["tokens_estimated"]) == ("gpt-4o", True)
    assert meta["tokens_in"] > 5_000
    assert meta["tokens_out"] > 50
    assert meta["cost_usd"] > 0


async def test_known_model_has_a_cost_and_an_unknown_one_none() -> None:
    """What the model used is priced from the price book; a model without a price has no cost rather than zero."""
    async with OpenAIServer(documents=Strategist()) as server:
        async with desk_at(server) as desk:
            known = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)
        async with desk_at(server, OPENAI_MODEL="llama3.3") as desk:
            unknown = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    meta = known.document["meta"]
    assert meta["cost_usd"] == pytest.approx((meta["tokens_in"] * 2.5 + meta["tokens_out"] * 10) / 1e6)
    assert unknown.document["meta"]["cost_usd"] is None
