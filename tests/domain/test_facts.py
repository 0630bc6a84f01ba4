"""The facts a model is told: only known figures it has a use for, each with what it needs to cite it."""

import json

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.domain.facts import FINE_PRINT, LEFT_OUT, told_figures
from tests.services.planner_cases import AS_TYPED, PLANNER, SITUATIONS, case_of

MOST_CHARACTERS = 30_000
"""Some seven thousand tokens: a local model with a context of 16,000 can still answer."""


@pytest.mark.parametrize("name", SITUATIONS)
def test_only_known_and_useful_figures_are_told(name: str) -> None:
    """No unknown figure, no zero and nothing that code prints itself is offered to a model."""
    case = case_of(name)
    told = list(told_figures(case))
    assert told
    for figure in told:
        assert figure.value
        assert figure.id.partition(".")[0] not in LEFT_OUT
        assert figure.id.rpartition(".")[2] not in FINE_PRINT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_figure_has_label_and_text(name: str, language: Language) -> None:
    """A figure is told with its id, a label that names its option, and the text the document prints."""
    case = case_of(name, "finance", language)
    figures = PLANNER.facts(case)["figures"]
    assert isinstance(figures, list)
    for figure in figures:
        assert figure["text"] == case.ledger.text(figure["id"], language)
        assert figure["label"]
    labels = [(figure["label"], figure["text"]) for figure in figures if figure["option"] == "private_cloud"]
    assert len(set(labels)) > 0.8 * len(labels)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_facts_are_plain_data_and_not_too_long(name: str) -> None:
    """The facts survive JSON unchanged and leave room for the answer in a small context."""
    facts = PLANNER.facts(case_of(name))
    text = json.dumps(facts, ensure_ascii=False)
    assert json.loads(text) == facts
    assert len(text) < MOST_CHARACTERS


def test_no_marker_is_left_in_what_a_model_reads() -> None:
    """Defaults and unknowns are told with their figures printed: a model must not copy their markers."""
    facts = PLANNER.facts(case_of("unknown volume", "finance", "pt"))
    assert "[[n:" not in json.dumps([facts["defaults"], facts["unknowns"]])


def test_an_industry_as_typed_has_no_profile() -> None:
    """What a person typed is the only thing told of an industry we do not know."""
    assert PLANNER.facts(case_of("successor", AS_TYPED))["industry"] == {"as_typed": AS_TYPED}
