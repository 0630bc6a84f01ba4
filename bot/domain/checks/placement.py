"""Where a figure may stand: in a sentence about its option, its measure, its period, its baseline and its volume."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.checks.context import CheckContext
from bot.domain.checks.mentions import bound, find_mentions, led
from bot.domain.checks.prose import Passage
from bot.domain.checks.quoted import COUNTS, OTHER, FigureBook, Quoted
from bot.domain.checks.words import CAPACITY, NEEDED, PRICED_AFTER, PRICED_BEFORE, TALKS, VARIANT, YEARLY
from bot.domain.document.number_reader import Reading, fold_in_place, read_numbers

MASK = "\u25a1"
"""Stands for each character of a figure, so that its own words are none of the sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Be a figure in a sentence: the ledger's figures it may be, and the amount as read when it is not a marker."""

    start: int
    end: int
    figures: tuple[Quoted, ...]
    reading: Reading | None = None


_CLOSED = frozenset({"closed"})
_NEVER_MONEY = frozenset({"payback", "utilisation", "share", "target"})
_OVER_CLOSED = frozenset({"saving", "retained", "low", "high"})


def is_goal(place: Place, passage: Passage, folded: str, context: CheckContext) -> bool:
    """Say whether a place is the target, spoken of as a target or in a sentence that cites no option's saving."""
    reading = place.reading
    target = context.target_percent
    is_target = any(figure.id == "target.percent" for figure in place.figures)
    if reading is not None and reading.unit == "percent" and target is not None:
        is_target = is_target or reading.value == target
    if not is_target:
        return False
    if TALKS["goal"].search(folded) or passage.role == "heading":
        return True
    option = bound(folded, place.start, place.end, "option", figures=())
    return option is None and (passage.role != "cell" or led(passage.leads, "option") is None)


def wrong(
    figure: Quoted, place: Place, folded: str, passage: Passage, spans: Sequence[tuple[int, int]], context: CheckContext
) -> str | None:
    """Return the id of what is wrong with a figure at a place, None when it fits."""

    def about(facet: str) -> frozenset[str] | None:
        return bound(folded, place.start, place.end, facet, figures=spans) or led(passage.leads, facet)

    yearly = "one_off" in figure.kinds and YEARLY.match(folded, place.end)
    if yearly or (figure.unit in COUNTS and _is_priced(folded, place, passage)):
        return "figures.measure"
    if figure.is_trivial or (figure.is_variant and not _speaks_of_variant(folded, passage)):
        return "figures.measure"
    if place.reading is not None and figure.option is None and "threshold" in figure.kinds and about("option"):
        return "figures.option"  # written out beside an option's name it has to be the threshold of that option
    if figure.option is not None and figure.option not in (_option_of(figure, place, folded, passage, spans) or ()):
        return "figures.option"
    own = bound(folded, place.start, place.end, figure.worth, figures=spans)
    kinds = own or _carried(led(passage.leads, figure.worth), figure)
    if figure.kinds and not (figure.kinds & (kinds or frozenset())) and not (kinds is None and "cost" in figure.kinds):
        return "figures.measure"
    if "cost" in figure.kinds and _is_needed(folded):
        return "figures.measure"
    if figure.period and figure.period not in (about("period") or ()):
        return "figures.measure"
    return _wrong_side(figure, folded, passage, context)


def _carried(kinds: frozenset[str] | None, figure: Quoted) -> frozenset[str] | None:
    """Return what the texts before speak of, None when no amount of this unit measures that: no payback is in USD."""
    if kinds and figure.unit.startswith(("usd", "money")) and kinds <= _NEVER_MONEY:
        return None
    return kinds


def _is_priced(folded: str, place: Place, passage: Passage) -> bool:
    """Say whether a count stands where an amount of money belongs: "costs 4 GPUs a year"."""
    if passage.role == "cell" and led(passage.leads[:2], "money"):
        return True
    if PRICED_BEFORE.search(folded, 0, place.start) or PRICED_AFTER.match(folded, place.end):
        return True
    measures = [*find_mentions(folded, "money"), *find_mentions(folded, "volume")]
    before = [one for one in measures if one.end <= place.start and not (one.weak or one.reference)]
    if not before:
        return not CAPACITY.search(folded, 0, place.start) and led(passage.leads[:1], "money") is not None
    last = max(before, key=lambda one: one.start)
    return not (MASK in folded[last.end : place.start] or CAPACITY.search(folded, last.start, place.start))


def _is_needed(folded: str) -> bool:
    """Say whether a sentence only tells what is needed, "needs 2 replicas": no cost belongs there."""
    said = find_mentions(folded, "money") or find_mentions(folded, "period")
    return not said and NEEDED.search(folded) is not None


def _speaks_of_variant(folded: str, passage: Passage) -> bool:
    return any(VARIANT.search(text) for text in (folded, *(fold_in_place(lead) for lead in passage.leads)))


def _option_of(
    figure: Quoted, place: Place, folded: str, passage: Passage, spans: Sequence[tuple[int, int]]
) -> frozenset[str] | None:
    # A saving is never the closed API's own, it is what is saved on it; and what is retained stays on the closed API.
    without = _CLOSED if figure.kinds & _OVER_CLOSED and figure.option != "closed" else frozenset()
    found = bound(folded, place.start, place.end, "option", figures=spans, without=without)
    return found or led(passage.leads, "option")


def _wrong_side(figure: Quoted, folded: str, passage: Passage, context: CheckContext) -> str | None:
    """Check which baseline and which preset a figure belongs to, where there are several."""
    if figure.baseline is not None:
        is_other = OTHER in figure.id.split(".")
        sides = {name for one in find_mentions(folded, "baseline") for name in one.names}
        if is_other and not sides:
            sides = set(led(passage.leads, "baseline") or ())
        if (is_other or sides) and figure.baseline not in sides and (is_other or len(sides) == 1):
            return "figures.measure"
    if figure.preset is not None and context.book is not None:
        return None if figure.preset in _presets(passage, folded, context.book) else "figures.measure"
    return None


def _presets(passage: Passage, folded: str, book: FigureBook) -> set[str]:
    for text in (folded, *passage.leads):
        values = {reading.value for reading in read_numbers(text, book.language) if reading.unit == "tokens"}
        named = {name for name, reading in book.presets.items() if reading.value in values}
        named |= {name for name in book.presets if f"preset.{name}.output_mtok" in text}
        if named:
            return named
    return set()
