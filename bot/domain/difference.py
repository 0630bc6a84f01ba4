"""What changed from one version of a plan to the next, in three lines at most, from the two documents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LINES = 3


@dataclass(frozen=True, slots=True)
class Change:
    """Be one line: the key of its sentence and what fills it."""

    key: str
    params: Mapping[str, Any]


def tell_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the three lines that matter most: the verdict, what was asked differently, then the figures.

    Another language is seen at once, so its line comes last, where nothing else has to be told.
    """
    return tuple(_changes(before, after))[:LINES]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = before["verdict"], after["verdict"]
    if old["outcome"] != new["outcome"]:
        yield Change(f"change.outcome.{new['outcome']}", {})
    elif old["outcome"] is not None:
        yield Change("change.same_outcome", {})
    if before["industry"] != after["industry"]:
        yield Change("change.industry", {"before": before["industry_name"], "after": after["industry_name"]})
    if before["target_percent"] != after["target_percent"]:
        yield Change("change.target", {"before": before["target_percent"], "after": after["target_percent"]})
    saving = _saving(before, after)
    if saving.params["before"] != saving.params["after"]:  # as printed: "55 % → 55 %" is no change
        yield saving
    for figure in ("volume.output_mtok", "closed.year_usd", "private_cloud.year_usd"):
        shown = _text(before, figure), _text(after, figure)
        if shown[0] != shown[1]:
            yield Change(f"change.{figure}", {"before": shown[0], "after": shown[1]})
    if _months(before) != _months(after):
        yield Change("change.months", {"before": _months(before), "after": _months(after)})
    if before["language"] != after["language"]:
        yield Change("change.language", {})


def _saving(before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    shown = [_text(one, f"{one['verdict']['best_option']}.saving_percent") for one in (before, after)]
    return Change("change.saving", {"before": shown[0], "after": shown[1]})


def _text(document: Mapping[str, Any], figure: str) -> str:
    return str(document["figures"].get(figure, {}).get("text") or "–")


def _months(document: Mapping[str, Any]) -> int:
    return max((phase["months"][1] or 0 for phase in document["phases"]), default=0)
