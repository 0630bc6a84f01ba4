"""The warning about a model at the end of its life."""

from datetime import date

import pytest

from bot.domain.prices import Lifecycle
from bot.services.model_lifecycle import lifecycle_warning

TODAY = date(2026, 11, 23)


def life(model: str, shutdown: date, successor: str | None = None) -> Lifecycle:
    """Return a row of the price book."""
    return Lifecycle(model=model, shutdown=shutdown, successor=successor, source="t", seen_on=TODAY, status="seen")


BOOK = {
    "gpt-4o": life("gpt-4o", date(2027, 1, 14), "gpt-6-luna"),
    "claude-3-5-sonnet": life("claude-3-5-sonnet", date(2025, 10, 28), "claude-sonnet-5-5"),
    "gpt-5": life("gpt-5", TODAY),
    "far": life("far", date(2027, 2, 22)),
}


@pytest.mark.parametrize(
    "name", ["gpt-4o", "GPT-4o", "openai/gpt-4o", "gpt-4o-2024-08-06", "openai/gpt-4o-20240806", "gpt-4o-latest"]
)
def test_a_model_near_its_end_is_named_under_all_its_names(name: str) -> None:
    """52 days before the shutdown the operator hears of it and of the successor."""
    warning = lifecycle_warning(name, BOOK, TODAY)

    assert warning is not None
    assert (warning.text, warning.model, warning.days) == ("warning.model.retires_soon", name, 52)
    assert (warning.shutdown, warning.successor) == (date(2027, 1, 14), "gpt-6-luna")


@pytest.mark.parametrize(("name", "days"), [("claude-3-5-sonnet-20241022", -391), ("gpt-5", 0)])
def test_a_model_past_its_end_is_called_retired(name: str, days: int) -> None:
    """From the day of the shutdown on the model counts as gone."""
    warning = lifecycle_warning(name, BOOK, TODAY)

    assert warning is not None
    assert (warning.text, warning.days) == ("warning.model.retired", days)


@pytest.mark.parametrize("name", ["far", "gpt-5-mini", "gpt-4o-mini", "llama3.3", ""])
def test_other_models_are_not_warned_about(name: str) -> None:
    """More than 90 days away, unknown, or only similar in name: nothing is said."""
    assert lifecycle_warning(name, BOOK, TODAY) is None


def test_the_limit_is_ninety_days() -> None:
    """Ninety days before the shutdown the warning begins."""
    assert lifecycle_warning("far", BOOK, date(2026, 11, 24)) is not None
    assert lifecycle_warning("far", BOOK, date(2026, 11, 23)) is None
