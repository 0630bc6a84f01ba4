"""A question is answered from the figures and months the plan showed, whatever prices and wishes are today."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.ledger import collect
from bot.generation.work import prepare
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist
from tests.generation.desk import brief, desk_at
from tests.services.planner_cases import PLANNER, TODAY
from tests.test_conversation import room_at


async def test_figures_that_were_printed_stand() -> None:
    """A price that changed since moves neither facts nor table of a plan that was written before."""
    async with OpenAIServer() as server, desk_at(server) as desk:
        shelf = desk.writer.shelf
        made = prepare(brief("en"), shelf, PLANNER, today=TODAY, wish="", canary="")
        printed = collect([replace(made.case.ledger.figure("closed.year_usd"), value=7_770_000.0)])
        again = prepare(brief("en"), shelf, PLANNER, today=TODAY, wish="", canary="", printed=printed)

    told: Any = again.facts["figures"]
    assert next(one["text"] for one in told if one["id"] == "closed.year_usd") == "USD\u00a07,770,000"
    assert "USD\u00a07,770,000" in {cell.text for row in again.table.rows for cell in row.cells}
    assert again.case.ledger.text("on_premise.year_usd", "en") == made.case.ledger.text("on_premise.year_usd", "en")


class _Listening(Strategist):
    """Answer as always, and keep the facts of every request."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Mapping[str, Any]] = []

    def __call__(self, body: Mapping[str, Any]) -> str:
        self.facts.append(json.JSONDecoder().raw_decode(body["messages"][1]["content"])[0])
        return super().__call__(body)


async def test_a_question_knows_the_months_of_the_pilot_that_was_wished() -> None:
    """Under a plan with a shorter pilot the facts of a question have its months."""
    strategist = _Listening()
    async with OpenAIServer(documents=strategist) as server, room_at(server) as room:
        await room.say("finance 40")
        await room.say("shorter pilot")
        planned = strategist.facts[-1]["plan"]
        await room.say("Why does the private cloud help with privacy?")

    assert "question" in strategist.facts[-1]
    assert strategist.facts[-1]["plan"]["months"] == planned["months"]
    assert planned["months"] != strategist.facts[0]["plan"]["months"]
