"""Figures: every amount is one of the ledger, cited by its id, and stands where its option and measure belong."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.domain.checks.context import CheckContext
from bot.domain.checks.disguised import find_disguised
from bot.domain.checks.finding import Finding
from bot.domain.checks.placement import MASK, Place, is_goal, wrong
from bot.domain.checks.prose import Passage
from bot.domain.checks.quoted import FigureBook, Quoted
from bot.domain.checks.words import PAYBACK, PAYBACK_PERIOD
from bot.domain.document.markers import ANY_MARK, MARKER, TCO_MARK
from bot.domain.document.number_reader import Reading, fold_in_place, read_numbers
from bot.domain.document.number_words import find_word_numbers
from bot.domain.terms import SectionId

_COUNT = re.compile(r"(?<![\w.,-])(\d{1,5})[ \u00a0]?(replicas?|gpus?|servidor(?:es)?|servers?)(?!\w)")
_DIGITS = re.compile(r"(?<![\w.,-])\d{1,2}(?![\w.,])")
_PAYBACK_REACH = 70
_YEAR = 12
_INPUT_SECTIONS: frozenset[SectionId] = frozenset({"assumptions", "sources"})
_COUNT_UNITS = (("replica", "replicas"), ("gpu", "gpus"), ("serv", "servers"))


_DEARER = re.compile(
    r"mas car[oa]|mais car[oa]|dearer|more expensive|sobrecost|sobrecust|encarec|\bmas\b|\bmais\b"
    r"|\bmore\b|aument|increas"
    r"|sub[ei]|higher|superior|mayor|maior"
)


def check_figures(section: SectionId, passages: Iterable[Passage], context: CheckContext) -> Iterator[Finding]:
    """Check every marker and every literal amount of the passages."""
    for passage in passages:
        yield from _of_passage(section, passage, context)


def _of_passage(section: SectionId, passage: Passage, context: CheckContext) -> Iterator[Finding]:
    text = passage.text
    places: list[Place] = []
    for found in ANY_MARK.finditer(text):
        marker = MARKER.fullmatch(found.group())
        figure = context.book.get(marker.group(1)) if marker and context.book else None
        if figure is None and not TCO_MARK.fullmatch(found.group()):
            yield _finding("figures.unknown", section, passage, found.group())
        elif figure is not None:
            places.append(Place(*found.span(), (figure,)))
    bare = ANY_MARK.sub(lambda found: MASK * len(found.group()), text)
    readings = (*read_numbers(bare, context.language), *_counts(bare, context), *_paybacks(bare, context))
    for reading in readings:
        place, finding = _judge_literal(section, passage, reading, context)
        if finding:
            yield finding
        if place:
            places.append(place)
    yield from _disguised(section, passage, bare, [(one.start, one.end) for one in readings], context)
    yield from _misplaced(section, passage, bare, sorted(places, key=lambda place: place.start), context)


def _disguised(
    section: SectionId, passage: Passage, bare: str, taken: Sequence[tuple[int, int]], context: CheckContext
) -> Iterator[Finding]:
    """Find amounts written so that nobody reads them as such; code writes its own sections without any."""
    if section in _INPUT_SECTIONS or (context.rendered and section == "verdict"):
        return
    finding = "figures.literal" if context.book else "figures.unverifiable"
    for start, end in find_disguised(bare, taken):
        yield _finding(finding, section, passage, passage.text[start:end])


_CELL_FINDINGS = frozenset({"figures.literal", "figures.option", "figures.measure", "figures.range"})


def fitting_figure(passage: Passage, context: CheckContext) -> Iterator[tuple[str, str]]:
    """Yield (literal, figure id) for each literal amount of a passage that can only be one figure of the ledger."""
    if context.book is None:
        return
    bare = ANY_MARK.sub(lambda found: MASK * len(found.group()), passage.text)
    folded = fold_in_place(bare)
    readings = [one for one in read_numbers(bare, context.language) if one.unit in {"percent", "money", "tokens"}]
    spans = [(one.start, one.end) for one in readings] + [found.span() for found in ANY_MARK.finditer(passage.text)]
    for reading in readings:
        place = Place(reading.start, reading.end, _signed(context.book, reading, folded), reading)
        fits = [
            f for f in place.figures if f.kinds and wrong(f, place, folded, passage, sorted(spans), context) is None
        ]
        if len({(figure.option, figure.kinds, figure.period, figure.text) for figure in fits}) == 1:
            yield passage.text[reading.start : reading.end], fits[0].id


def _finding(finding: str, section: SectionId, passage: Passage, quote: str, **params: str) -> Finding:
    if section == "tco" and passage.role == "cell" and finding in _CELL_FINDINGS:
        finding = "tco.cell"
    return Finding(
        id=finding,  # type: ignore[arg-type]  # the ids are literals in this module
        section=section,
        line=passage.line,
        quote=quote,
        params=(("context", passage.text), *params.items()),
    )


def _counts(text: str, context: CheckContext) -> Iterator[Reading]:
    """Read counts of replicas, GPUs and servers, where the ledger has such figures to compare them with."""
    folded = fold_in_place(text)
    for found in _COUNT.finditer(folded):
        unit = next(unit for stem, unit in _COUNT_UNITS if found.group(2).startswith(stem))
        if context.book and context.book.counts(unit):
            yield Reading(value=float(found.group(1)), unit="bare", start=found.start(), end=found.end(), text=unit)


def _paybacks(text: str, context: CheckContext) -> Iterator[Reading]:
    """Read the months in which something is said to pay for itself: other months are free, these are computed."""
    if context.book is None:
        return
    folded = fold_in_place(text)
    digits = [(float(found.group()), *found.span()) for found in _DIGITS.finditer(folded)]
    spelled = [(word.value, word.start, word.end) for word in find_word_numbers(folded)]
    for value, start, end in (*digits, *spelled):
        period = PAYBACK_PERIOD.match(folded, end)
        if period is None or not PAYBACK.search(folded, max(0, start - _PAYBACK_REACH), start):
            continue
        months = value * (_YEAR if period.group(1).startswith(("year", "ano")) else 1)
        if months != context.book.horizon:
            yield Reading(value=months, unit="bare", start=start, end=period.end(), text="months")


def _judge_literal(
    section: SectionId, passage: Passage, reading: Reading, context: CheckContext
) -> tuple[Place | None, Finding | None]:
    quote = passage.text[reading.start : reading.end]
    goal = reading.unit == "percent" and context.target_percent is not None and reading.value == context.target_percent
    if context.book is None:
        return None, None if goal else _finding("figures.unverifiable", section, passage, quote)
    counted = reading.text in {"replicas", "gpus", "servers", "months"}
    if counted:
        equal = tuple(figure for figure in context.book.counts(reading.text) if figure.value == reading.value)
    else:
        equal = _signed(context.book, reading, fold_in_place(passage.text))
        equal = tuple(figure for figure in equal if _may_stand(figure, section, passage, reading))
    if not equal and not goal:
        return None, _finding("figures.literal", section, passage, quote)
    if counted or context.rendered:
        return Place(reading.start, _end_of(reading, equal, passage.text), equal, reading), None
    return None, None if goal else _finding("figures.literal", section, passage, quote)


_DEARER = re.compile(
    r"mas car[oa]|mais car[oa]|dearer|more expensive|sobrecost|sobrecust|encarec|\bmas\b|\bmais\b"
    r"|\bmore\b|aument|increas|sub[ei]|higher|superior|mayor|maior"
)


def _may_stand(figure: Quoted, section: SectionId, passage: Passage, reading: Reading) -> bool:
    """Say whether a figure is written out here, and is not a mere input where an option's figure is expected.

    "1.95 USD" is the price of a GPU-hour only with "per GPU-hour" behind it; and outside the assumptions no text means
    a row of the price book that happens to be as large: no writer is told of them.
    """
    printed = figure.readings[0] if figure.readings else None
    if printed is not None and printed.value == reading.value:
        tail = " ".join(figure.text[printed.end :].split())
        if not " ".join(passage.text[reading.end :].split()).startswith(tail):
            return False
    return not figure.is_input or section in _INPUT_SECTIONS


def _end_of(reading: Reading, equal: Sequence[Quoted], text: str) -> int:
    """Return where a printed figure ends: "9 times the cost" ends behind the cost, no word of the sentence."""
    tails = {figure.text[figure.readings[0].end :] for figure in equal if figure.readings}
    fitting = [tail for tail in tails if text.startswith(tail, reading.end)]
    return reading.end + max(map(len, fitting), default=0)


def _signed(book: FigureBook, reading: Reading, folded: str) -> tuple[Quoted, ...]:
    """Return the equal figures; "12 % dearer" is a saving of -12."""
    equal = book.equal_to(reading)
    if reading.unit == "percent" and reading.value > 0 and _DEARER.search(folded):
        turned = Reading(
            value=-reading.value,
            unit="percent",
            start=reading.start,
            end=reading.end,
            text=reading.text,
            step=reading.step,
        )
        equal += book.equal_to(turned)
    return equal


def _misplaced(
    section: SectionId, passage: Passage, bare: str, places: Sequence[Place], context: CheckContext
) -> Iterator[Finding]:
    for place in places:
        if place.reading is not None:
            bare = bare[: place.reading.end] + MASK * (place.end - place.reading.end) + bare[place.end :]
    folded = fold_in_place(bare)
    spans = [(place.start, place.end) for place in places]
    fitting: list[tuple[Place, tuple[Quoted, ...]]] = []
    for place in places:
        if is_goal(place, passage, folded, context):
            continue
        faults = {figure.id: wrong(figure, place, folded, passage, spans, context) for figure in place.figures}
        good = tuple(figure for figure in place.figures if faults[figure.id] is None)
        fitting.append((place, good))
        if not good:
            first = place.figures[0] if place.figures else None
            reason = faults[first.id] if first else "figures.measure"
            quote = passage.text[place.start : place.end]
            yield _finding(reason or "figures.measure", section, passage, quote, figure=first.id if first else "")
    yield from _turned_ranges(section, passage, fitting)


def _turned_ranges(
    section: SectionId, passage: Passage, fitting: Sequence[tuple[Place, tuple[Quoted, ...]]]
) -> Iterator[Finding]:
    """Find a range whose greater end comes first."""
    ends = [(place, figure) for place, good in fitting for figure in good[:1] if figure.kinds & {"low", "high"}]
    for (left, first), (_, second) in pairwise(ends):
        turned = first.kinds != second.kinds and (first.value or 0) > (second.value or 0)
        if turned and first.unit == second.unit:
            yield _finding("figures.range", section, passage, passage.text[left.start : left.end])
