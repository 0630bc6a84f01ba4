"""Which option, measure, period or baseline a figure in a sentence is about: the word that is bound to its place.

A word right behind the figure binds it ("1 USD in the private cloud"), else the nearest before it, else the first
after it; what a figure is only compared with ("than the closed API") does not. Without any, the texts that lead to
the sentence are asked, the nearest first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.checks import words
from bot.domain.document.number_reader import fold_in_place

Facet = str
FACETS: dict[Facet, re.Pattern[str]] = {}
_NAMES: dict[Facet, tuple[tuple[str, ...], ...]] = {}


def _compile(facet: Facet, table: Sequence[tuple[tuple[str, ...], str]]) -> None:
    _NAMES[facet] = tuple(names for names, _ in table)
    body = "|".join(f"(?P<g{index}>{pattern})" for index, (_, pattern) in enumerate(table))
    FACETS[facet] = re.compile(rf"(?<![\w-])(?:{body})(?![\w])")


_SEVERAL: dict[str, tuple[str, ...]] = {"range": ("low", "high"), "compared": ("saving",)}
_WEAK = frozenset(index for index, (kind, _) in enumerate(words.KIND_WORDS) if kind == "compared")
_compile("option", words.OPTION_WORDS)
_compile("money", tuple((_SEVERAL.get(kind, (kind,)), pattern) for kind, pattern in words.KIND_WORDS))
_compile("volume", tuple(((kind,), pattern) for kind, pattern in words.VOLUME_WORDS))
_compile("period", tuple(((period,), pattern) for period, pattern in words.PERIOD_WORDS))
_compile("baseline", tuple(((side,), pattern) for side, pattern in words.BASELINE_WORDS))


@dataclass(frozen=True, slots=True)
class Mention:
    """Be a word that names something; `reference` when it is only what something is compared with.

    A `weak` one ("less", "more") counts only right behind a figure.
    """

    start: int
    end: int
    names: frozenset[str]
    reference: bool = False
    weak: bool = False


@lru_cache(maxsize=4096)
def find_mentions(folded: str, facet: Facet) -> tuple[Mention, ...]:
    """Return what a folded text mentions, in order."""
    found = []
    for match in FACETS[facet].finditer(folded):
        index = int((match.lastgroup or "g0")[1:])
        reference = facet in {"option", "money"} and words.CONTRAST.search(
            folded, max(0, match.start() - 60), match.start()
        )
        names, weak = frozenset(_NAMES[facet][index]), facet == "money" and index in _WEAK
        found.append(Mention(match.start(), match.end(), names, bool(reference), weak))
    return tuple(found)


def bound(
    folded: str,
    start: int,
    end: int,
    facet: Facet,
    *,
    figures: Sequence[tuple[int, int]],
    without: frozenset[str] = frozenset(),
) -> frozenset[str] | None:
    """Return what the figure at (start, end) is about, None when its sentence does not say.

    `figures` are the places of all figures of the sentence; mentions of exactly `without` are passed over.
    """
    mentions = [mention for mention in find_mentions(folded, facet) if mention.names != without]
    after = [mention for mention in mentions if mention.start >= end]
    before = [mention for mention in mentions if mention.end <= start and not mention.weak]
    follows = words.NEXT_TO_OPTION if facet == "option" else words.NEXT_TO_MEASURE
    if after and follows.fullmatch(folded, end, after[0].start):
        return after[0].names
    for mention in reversed(before):
        if mention.reference and not words.DIRECT.fullmatch(folded, mention.end, start):
            continue
        return _of_group(folded, mention, mentions, (start, end), figures)
    return next((mention.names for mention in after if not (mention.reference or mention.weak)), None)


def _of_group(
    folded: str, last: Mention, mentions: Sequence[Mention], place: tuple[int, int], figures: Sequence[tuple[int, int]]
) -> frozenset[str]:
    """Return the names of the mention, or of its fellow in "A and B cost 1 and 2"; all of them where that is open."""
    group = [last]
    for mention in reversed([one for one in mentions if one.end <= last.start]):
        if mention.reference or not words.COORDINATED.fullmatch(folded, mention.end, group[0].start):
            break
        group.insert(0, mention)
    if len(group) == 1:
        return last.names
    row = _row(folded, place, [figure for figure in figures if figure[0] >= last.end])
    if len(row) == len(group):
        return group[row.index(place)].names
    return frozenset().union(*(mention.names for mention in group))


def _row(folded: str, place: tuple[int, int], figures: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the figures that stand side by side with the one at `place`."""
    row: list[tuple[int, int]] = []
    for figure in figures:
        if row and not words.COORDINATED.fullmatch(folded, row[-1][1], figure[0]):
            if place in row:
                break
            row = []
        row.append(figure)
    return row


def led(leads: Sequence[str], facet: Facet) -> frozenset[str] | None:
    """Return what the texts that lead to a sentence name, the nearest that names anything."""
    for lead in leads:
        mentions = find_mentions(fold_in_place(lead), facet)
        named = [mention for mention in mentions if not (mention.reference or mention.weak)]
        if named:
            return named[-1].names
    return None
