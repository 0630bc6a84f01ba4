"""What a model writes is checked before it is shown: mended by code, written again, or replaced by the planner."""

import json

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.generation.order import Order
from bot.ports import SectionView
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.strategist import Strategist
from tests.generation.desk import PLAN, Onlooker, brief, desk_at, writing_with

# vice → (finding, its section, what was done, what the model was asked for after the strategy)
MENDED = [
    ("no-table", "tco.missing", "tco", "repaired", []),
    ("foreign-tool", "tools.unknown", "plan", "repaired", []),
    ("injected", "safety.image", "risks", "repaired", []),
    ("missing-phase", "phases.count", "plan", "regenerated", ["repair plan"]),
    ("four-risks", "risks.count", "risks", "regenerated", ["repair risks"]),
    ("literal-figure", "figures.literal", "tco", "regenerated", ["repair tco"]),
    ("unknown-figure", "figures.unknown", "tco", "regenerated", ["repair tco"]),
    ("swapped-figure", "figures.option", "tco", "regenerated", ["repair tco"]),
    ("claims-the-target", "target.claimed", "decision", "regenerated", ["repair decision"]),
    ("canary", "safety.canary", "plan", "regenerated", ["repair plan"]),
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_good_text_is_the_models(language: Language) -> None:
    """A good answer is taken over whole, without a finding, in each language, and its figures are printed."""
    watch = Onlooker()
    async with writing_with() as (desk, strategist):
        finished = await desk.write(brief(language), watch=watch, plan=PLAN)

    document = finished.document
    assert document["meta"]["written_by"] == "model"
    assert document["meta"]["fallback_reason"] is None
    assert document["findings"] == []
    assert strategist.asked == ["strategy pro"]
    assert [section.id for section in watch.sections] == [
        "verdict",
        "plan",
        "tco",
        "risks",
        "assumptions",
        "decision",
        "sources",
    ]
    assert document["figures"]["private_cloud.year_usd"]["text"] in watch.sections[2].markdown
    assert "[[" not in finished.markdown


@pytest.mark.parametrize("language", LANGUAGES)
async def test_basic_kind_is_written_by_the_model_too(language: Language) -> None:
    """The Basic prompt gives three sections, no phases and no target."""
    async with writing_with() as (desk, _):
        finished = await desk.write(brief(language, kind="basic", target_percent=None), watch=Onlooker(), plan=PLAN)

    assert finished.document["kind"] == "basic"
    assert finished.document["phases"] == []
    assert finished.document["target_percent"] is None
    assert finished.document["meta"]["written_by"] == "model"
    assert len(finished.views) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("vice", "finding", "section", "action", "again"), MENDED)
async def test_vice_is_found_and_mended(
    language: Language, vice: str, finding: str, section: str, action: str, again: list[str]
) -> None:
    """Each vice is found in its section, mended by code or written again once, and told in the document."""
    async with writing_with(vice) as (desk, strategist):
        finished = await desk.write(brief(language), watch=Onlooker(), plan=PLAN)

    told = [(one["id"], one["section"], one["action"]) for one in finished.document["findings"]]
    assert (finding, section, action) in told
    assert strategist.asked == ["strategy pro", *again]
    assert finished.document["meta"]["written_by"] == "model"
    assert len(finished.document["phases"]) == 3
    assert len(finished.document["risks"]) == 3


async def test_stubborn_section_is_the_planners_with_a_mark() -> None:
    """A section that is wrong again after it was written again is replaced by the planner's, visibly."""
    watch = Onlooker()
    async with writing_with("four-risks", stubborn=True) as (desk, strategist):
        finished = await desk.write(brief("en"), watch=watch, plan=PLAN)

    marked = [section.id for section in watch.sections if section.marked]
    assert marked == ["risks"]
    assert strategist.asked == ["strategy pro", "repair risks"]
    assert finished.document["meta"]["written_by"] == "mixed"
    assert finished.document["meta"]["fallback_reason"] == "fallback.rejected"
    assert [one["action"] for one in finished.document["findings"]] == ["replaced"]
    assert len(finished.document["risks"]) == 3


async def test_at_most_two_sections_are_written_again() -> None:
    """A document in the wrong language costs two regenerations, not four; the rest is the planner's."""
    async with writing_with("wrong-language") as (desk, strategist):
        finished = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    assert strategist.asked == ["strategy pro", "repair plan", "repair tco"]
    actions = {one["section"]: one["action"] for one in finished.document["findings"]}
    assert actions == {"plan": "regenerated", "tco": "regenerated", "risks": "replaced", "decision": "replaced"}


async def test_looping_model_is_left_after_its_first_round() -> None:
    """A model that starts over is not listened to any longer, and its first round counts."""
    async with writing_with("looping") as (desk, _):
        finished = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    meta = finished.document["meta"]
    assert (meta["written_by"], meta["model"], meta["tokens_estimated"]) == ("model", "gpt-4o", True)
    assert meta["cost_usd"] == pytest.approx((meta["tokens_in"] * 2.5 + meta["tokens_out"] * 10) / 1e6)
    assert meta["tokens_in"] > 5_000


async def test_answer_cut_at_the_token_limit_is_continued_once() -> None:
    """With finish_reason `length` the model is asked once for what is missing, from the last whole section."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, desk_at(server, MAX_TOKENS="450") as desk:
        finished = await desk.write(brief("en"), watch=Onlooker(), plan=PLAN)

    assert strategist.asked[0] == "strategy pro"
    assert [one.split()[0] for one in strategist.asked[1:]] == ["continuation"]
    assert len(finished.document["phases"]) == 3


async def test_slow_model_is_cut_at_the_deadline_and_the_plan_is_whole() -> None:
    """At five tokens a second the deadline passes; what is missing is the planner's and says so."""
    async with (
        OpenAIServer(documents=Strategist(), tokens_per_s=5) as server,
        desk_at(server, DEADLINE_SECONDS="5") as desk,
    ):
        watch = Onlooker()
        finished = await desk.write(brief("pt"), watch=watch, plan=PLAN)
        await server.client_left()

    assert finished.document["meta"]["fallback_reason"] in {"fallback.deadline", "error.model.timeout.total"}
    assert len(watch.sections) == 7
    assert finished.document["meta"]["seconds"] <= 5.0


async def test_section_is_saved_before_it_is_shown() -> None:
    """When a section is shown it can be read from the store already, with its markers."""
    saved: list[tuple[str, bool]] = []

    async with writing_with() as (desk, _):

        class Checking(Onlooker):
            async def shown(self, section: SectionView) -> None:
                kept = await desk.store.plans.sections(PLAN)
                saved.append((section.id, any(one.id == section.id for one in kept)))

        await desk.write(brief("es"), watch=Checking(), plan=PLAN)

    written = {"plan", "tco", "risks", "decision"}
    assert {name for name, kept in saved if kept} == written


async def test_next_worker_keeps_saved_sections_and_asks_for_the_rest() -> None:
    """After a crash the saved sections stand, and the model is asked only for what is missing."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, desk_at(server) as desk:
        await desk.write(brief("es"), watch=Onlooker(stop_after=2), plan=PLAN)
        first = [one.id for one in await desk.store.plans.sections(PLAN)]
        watch = Onlooker()
        await desk.write(brief("es"), watch=watch, plan=PLAN)

    if len(first) < 4:
        assert strategist.asked[1].startswith("continuation")
        assert not any(section in strategist.asked[1].split() for section in first)
    assert [section.id for section in watch.sections][-1] == "sources"


async def test_section_of_other_figures_is_not_reused() -> None:
    """A saved section holds for its figures only: with another volume everything is written anew."""
    strategist = Strategist()
    async with OpenAIServer(documents=strategist) as server, desk_at(server) as desk:
        await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)
        await desk.write(brief("es", given=brief().given.__class__()), watch=Onlooker(), plan=PLAN)

    assert strategist.asked == ["strategy pro", "strategy pro"]


async def test_stop_closes_the_connection_and_keeps_what_is_there() -> None:
    """Stopped after a section, the plan holds what was finished and the endpoint sees the client leave."""
    async with (
        OpenAIServer(documents=Strategist(), tokens_per_s=400) as server,
        desk_at(server) as desk,
    ):
        watch = Onlooker(stop_after=2)
        finished = await desk.write(brief("en"), watch=watch, plan=PLAN)
        await server.client_left()

    assert finished.document["meta"]["outcome"] == "stopped"
    assert "plan" in [section.id for section in watch.sections]
    assert "sources" not in [section.id for section in watch.sections]


async def test_costs_noted_before_the_cost_section_are_used_at_once() -> None:
    """What was said about costs meanwhile starts the same version again with the new figures."""
    async with writing_with() as (desk, strategist):
        watch = Onlooker(given=brief().given)
        finished = await desk.write(brief("en", given=brief().given.__class__()), watch=watch, plan=PLAN)

    assert watch.restarts == 1
    assert finished.document["verdict"]["outcome"] == "not_against_successor"
    assert strategist.asked == ["strategy pro"]


async def test_prompt_is_kept_exactly_as_sent() -> None:
    """The kept prompt is the text of the messages the endpoint heard, canary and all."""
    async with OpenAIServer(documents=Strategist()) as server, desk_at(server) as desk:
        draft = await desk.writer.write(Order(plan=PLAN, brief=brief("es"), today=desk.today()), Onlooker())
        heard = server.heard[-1].body["messages"]

    assert all(message["content"] in draft.prompt for message in heard)


async def test_document_is_plain_json() -> None:
    """The document survives JSON unchanged."""
    async with writing_with() as (desk, _):
        finished = await desk.write(brief("es"), watch=Onlooker(), plan=PLAN)

    assert json.loads(json.dumps(finished.document)) == finished.document
