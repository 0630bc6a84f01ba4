"""Rows have an age, names have aliases, and tiers have an order."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.brief import Given
from bot.domain.catalogue import ClosedModel, OpenModel, fold
from bot.domain.prices import age_days, stale_rows
from tests.domain.cost_cases import BOOKS, TODAY, assessed

ROW = BOOKS.book.rows["closed.gpt-4o.in"]


@pytest.mark.parametrize(("day", "stale"), [(date(2027, 2, 21), False), (date(2027, 2, 22), True)])
def test_row_is_stale_after_90_days(day: date, *, stale: bool) -> None:
    """On day 90 a row is fresh, on day 91 it is named."""
    assert stale_rows([ROW], as_of=day) == ((ROW.id,) if stale else ())


def test_age_is_never_negative() -> None:
    """A row seen after the as-of date is 0 days old."""
    assert age_days(ROW, as_of=date(2020, 1, 1)) == 0
    assert age_days(ROW, as_of=date(2026, 11, 30)) == 7


def test_assessment_names_the_stale_rows_it_used() -> None:
    """The banner is about rows that were used, and only when they are old."""
    assert assessed(Given(as_of=TODAY)).stale == ()

    stale = assessed(Given(as_of=date(2027, 6, 1))).stale

    assert "closed.gpt-4o.in" in stale
    assert "closed.o3.in" not in stale


@pytest.mark.parametrize("name", ["TGI", "text-generation-inference", "Hugging Face TGI", "hugging_face tgi"])
def test_legacy_tool_is_known_as_legacy(name: str) -> None:
    """TGI is found under each of its names, is legacy, and names SGLang as the maintained one."""
    tool = BOOKS.catalogue.find_tool(name)

    assert tool is not None
    assert (tool.maintenance, tool.replaced_by) == ("legacy", "sglang")


@pytest.mark.parametrize("name", ["Llama 4 8B", "Llama 4 70B", "GPT-4o", "MagicLLMServe", ""])
def test_models_that_do_not_exist_are_not_found(name: str) -> None:
    """What is not in the catalogue is not found under a near name."""
    assert BOOKS.catalogue.find_open(name) is None
    assert BOOKS.catalogue.find_tool(name) is None


@pytest.mark.parametrize("name", ["Llama 4", "llama4", "Llama 4 Maverick", "LLAMA_4_MAVERICK"])
def test_llama_4_is_maverick(name: str) -> None:
    """Llama 4 alone means Maverick, its larger model."""
    model = BOOKS.catalogue.find_open(name)

    assert model is not None
    assert model.id == "llama-4-maverick"


def test_aliases_are_unique() -> None:
    """No name leads to two models or two tools."""
    catalogue = BOOKS.catalogue
    for items in (catalogue.closed, catalogue.open, catalogue.tools):
        names = [fold(name) for item in items.values() for name in {item.id, fold(item.name), *map(fold, item.aliases)}]
        assert len(names) == len(set(names))


def test_memory_is_estimated_from_size_and_bits() -> None:
    """70 thousand million parameters in 8 bits and 20 % on top need 84 GB; what is not published is not estimated."""
    model = BOOKS.catalogue.open["llama-3.3-70b"]

    assert model.vram_gb == pytest.approx(84)
    assert replace(model, params_b=None).vram_gb is None
    assert not model.mixture
    assert BOOKS.catalogue.open["gpt-oss-120b"].mixture


def test_tiers_have_an_order_and_sources() -> None:
    """A seen tier names its score, within its band; the others are assumptions."""
    catalogue = BOOKS.catalogue
    bands = {"compact": (0, 45), "general": (45, 65), "frontier": (65, 101)}
    models: list[ClosedModel | OpenModel] = [*catalogue.closed.values(), *catalogue.open.values()]
    for model in models:
        assert model.source
        if model.score is None:
            assert model.status == "assumption"
        else:
            low, high = bands[model.tier]
            assert low <= model.score < high, model.id
    assert catalogue.rank("compact") < catalogue.rank("general") < catalogue.rank("frontier")
