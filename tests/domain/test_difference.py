"""What changed between two versions of a plan: three lines, and nothing that was asked for is missing."""

from typing import Any

import pytest

from bot.domain.difference import LINES, tell_changes

BEFORE: dict[str, Any] = {
    "language": "es",
    "industry": "finance",
    "industry_name": "Finanzas",
    "target_percent": 40.0,
    "verdict": {"outcome": "reached", "saving_percent": 45.0, "best_option": "hybrid"},
    "figures": {"hybrid.saving_percent": {"text": "45 %"}, "volume.output_mtok": {"text": "100"}},
    "phases": [{"months": (0, 3)}],
}
RETAIL = {"industry": "retail", "industry_name": "Retail"}
DEARER = {
    "verdict": {"outcome": "not_reachable", "saving_percent": 5.0, "best_option": "hybrid"},
    "figures": {"hybrid.saving_percent": {"text": "5 %"}, "volume.output_mtok": {"text": "10"}},
    "phases": [{"months": (0, 6)}],
}


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        ({"language": "en", **RETAIL}, ["change.same_outcome", "change.industry", "change.language"]),
        ({"language": "en", **RETAIL, **DEARER}, ["change.outcome.not_reachable", "change.industry", "change.saving"]),
        ({"language": "en", "target_percent": 30.0, **DEARER}, ["change.outcome.not_reachable", "change.target", "change.saving"]),
        ({"target_percent": 30.0, **RETAIL, **DEARER}, ["change.outcome.not_reachable", "change.industry", "change.target"]),
        (RETAIL, ["change.same_outcome", "change.industry"]),
        (DEARER, ["change.outcome.not_reachable", "change.saving", "change.volume.output_mtok"]),
        ({"language": "en"}, ["change.same_outcome", "change.language"]),
    ],
)  # fmt: skip
def test_what_was_asked_differently_is_named(changed: dict[str, Any], keys: list[str]) -> None:
    """Another industry or target is told whatever else changed, the language too; never in more than three lines."""
    told = tell_changes(BEFORE, {**BEFORE, **changed})

    assert [change.key for change in told] == keys
    assert len(told) <= LINES


def test_an_industry_is_told_with_both_names() -> None:
    """The line of the industry says from what to what."""
    told = tell_changes(BEFORE, {**BEFORE, "language": "en", **RETAIL})

    assert told[1].params == {"before": "Finanzas", "after": "Retail"}


def test_a_saving_that_is_printed_alike_is_no_change() -> None:
    """Another draw behind the third digit is no line "45 % → 45 %"."""
    after = {**BEFORE, "verdict": {**BEFORE["verdict"], "saving_percent": 45.04}}

    assert [change.key for change in tell_changes(BEFORE, after)] == ["change.same_outcome"]
