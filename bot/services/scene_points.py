"""How the volumes from which the target is met are told: each option's, and the one of the stop rule."""

from collections.abc import Mapping, Sequence

from bot.domain.brief import OptionId
from bot.domain.case import Case
from bot.domain.document.markers import mark
from bot.domain.terms import OPTION_NAMES

Scene = dict[str, object]
BUYS = ("procure", "prove")
"""Shapes of a plan that leads to capacity of one's own."""


def known_mark(case: Case, figure: str) -> str | None:
    """Return the marker of a figure, None where the ledger has none or it is not known."""
    found = case.ledger.get(figure)
    return None if found is None or found.value is None else mark(figure)


def tell_point(case: Case, prefix: str, option: OptionId, words: Mapping[str, str]) -> Scene:
    """Return from which volume an option meets the target; `safe` and `met` say how the volume given stands to it."""
    head = f"{prefix}break_even.{option}"
    standing = case.assessment.other_baseline if prefix else case.assessment.chosen
    volume, holds = case.assessment.inputs.volume.output_mtok, standing.break_even[option].holds_from
    saving, target = standing.costs.saving(option), case.brief.target_percent or 0
    return {
        "id": option,
        "name": words[f"option.{option}"],
        "label": OPTION_NAMES[option][case.brief.language].lower(),
        "first": known_mark(case, f"{head}.first"),
        "holds": known_mark(case, f"{head}.holds_from"),
        "safe": volume is not None and holds is not None and volume >= holds,
        "met": volume is not None and saving is not None and saving >= target,
    }


def stop_threshold(case: Case, points: Sequence[Mapping[str, object]]) -> Scene | None:
    """Return the threshold of the stop rule: that of the route, or the lowest where the volume is not known yet.

    One that the volume given lies below would stop the route whatever is measured. Where the target is met there all
    the same, between two steps of GPUs, it is the volume from which it is met first; where it is not, there is none.
    """
    if case.shape not in BUYS:
        fit = [point for point in points if point["holds"]]
        if not fit:
            return None
        told = min(fit, key=lambda point: case.ledger.value(f"break_even.{point['id']}.holds_from") or 0.0)
    else:
        found = next((point for point in points if point["id"] == case.route), None)
        if found is None or not found["met"]:
            return None
        told = found
    lasting = bool(told["holds"]) and (told["safe"] or case.shape not in BUYS)
    return {"mark": told["holds" if lasting else "first"], "name": told["name"], "lasting": lasting}
