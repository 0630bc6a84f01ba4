"""Mutate every figure of many documents and count what the checks find.

`python -m tests.domain.mutations [model-like documents] [documents of the planner]`
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice

from bot.domain.brief import OPTION_IDS
from bot.domain.checks.quoted import COUNTS, FigureBook, Quoted
from bot.domain.document.markers import MARKER, mark
from bot.domain.document.number_reader import read_numbers
from bot.domain.terms import WRITTEN
from bot.domain.verify import check_document, check_section
from tests.domain.model_like import Doc, write
from tests.domain.planned import write_planned

DOCUMENTS, PLANNED = 200, 40
MOVES = 2
"""Other options each figure is moved to; which ones, changes from figure to figure."""
SWAPS = 12
"""Pairs swapped in each text; a number prime to most counts, so that near and far pairs are taken alike."""
_FIGURE = re.compile(r"^(?:figures|tco|target|unknowns)\.")


@dataclass(frozen=True)
class Cited:
    """Be a figure printed in a rendered document: its id and place."""

    id: str
    start: int
    end: int


@dataclass
class Tally:
    """Count documents, mutations made and found, and findings in documents that nobody touched."""

    documents: int = 0
    made: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def count(self, kind: str, *, found: bool, what: str) -> None:
        """Count one mutation."""
        self.made[kind] += 1
        self.found[kind] += found
        if not found:
            self.missed.append(f"{kind}: {what}")


def rendered(doc: Doc) -> tuple[str, list[Cited]]:
    """Return the document as read, and where its figures stand."""
    source, text, cited = doc.source(), "", []
    last = 0
    for found in MARKER.finditer(source):
        text += source[last : found.start()]
        printed = doc.ledger.text(found.group(1), doc.language)
        cited.append(Cited(found.group(1), len(text), len(text) + len(printed)))
        text += printed
        last = found.end()
    return text + source[last:], cited


def book_of(doc: Doc) -> FigureBook:
    """Return the figures a document is checked against."""
    assert doc.context.book is not None
    return doc.context.book


def detected(doc: Doc, text: str) -> bool:
    """Say whether a rendered document has a finding about its figures."""
    return any(_FIGURE.match(finding.id) for finding in check_document(text, doc.context))


def changed_digit(printed: str, book: FigureBook) -> str | None:
    """Return the printed figure with one digit changed into an amount the ledger does not have."""
    for place, char in enumerate(printed):
        for step in range(1, 10):
            if not char.isdigit():
                break
            digit = str((int(char) + step) % 10)
            if digit == "0" and (place == 0 or not printed[place - 1].isdigit()):
                continue
            mutated = printed[:place] + digit + printed[place + 1 :]
            if _is_foreign(mutated, book):
                return mutated
    return None


def _is_foreign(printed: str, book: FigureBook) -> bool:
    if any(figure.text == printed for figure in book.figures.values()):
        return False
    return all(not book.equal_to(reading) for reading in read_numbers(printed, book.language))


def elsewhere(figure: Quoted, book: FigureBook, turn: int) -> list[Quoted]:
    """Return the same figure of other options, where it is printed otherwise; `turn` says which come first."""
    found = list(_others(figure, book))
    start = turn % len(found) if found else 0
    return (found[start:] + found[:start])[:MOVES]


def _others(figure: Quoted, book: FigureBook) -> Iterator[Quoted]:
    for option in OPTION_IDS:
        moved = book.get(".".join(option if part == figure.option else part for part in figure.id.split(".")))
        if moved and moved.id != figure.id and moved.text != figure.text and moved.value is not None:
            yield moved


def drawn(cited: list[Cited]) -> list[tuple[Cited, Cited]]:
    """Return pairs of figures spread evenly over all pairs."""
    pairs = [pair for pair in combinations(cited, 2) if not _alike(*pair)]
    return pairs[:: max(1, len(pairs) // SWAPS)]


def _alike(left: Cited, right: Cited) -> bool:
    """Say whether two figures say what they count: "13 replicas and 26 GPUs" is as true the other way round."""
    return all(one.id.rpartition(".")[2] in COUNTS for one in (left, right))


def mutate_document(doc: Doc, tally: Tally, *, most: int | None = None) -> None:
    """Mutate one document as read: each figure changed, each moved to other options, pairs swapped."""
    number = doc.number
    text, cited = rendered(doc)
    tally.documents += 1
    tally.false.extend(f"{number} {f.id} {f.quote} {dict(f.params)}" for f in check_document(text, doc.context))
    for kind, mutated, what in islice(_mutations(doc, text, cited), most):
        tally.count(kind, found=detected(doc, mutated), what=f"document {number}: {what}")


def _mutations(doc: Doc, text: str, cited: list[Cited]) -> Iterator[tuple[str, str, str]]:
    book = book_of(doc)
    for one in cited:
        printed = text[one.start : one.end]
        if one.id == "target.percent":
            continue
        changed = changed_digit(printed, book)
        if changed is not None:
            yield "figure changed", text[: one.start] + changed + text[one.end :], f"{one.id} {printed} -> {changed}"
        for moved in elsewhere(book.figures[one.id], book, one.start):
            yield "figure moved", text[: one.start] + moved.text + text[one.end :], f"{one.id} -> {moved.id}"
    for left, right in drawn(cited):
        first, second = text[left.start : left.end], text[right.start : right.end]
        if first != second:
            between = text[left.end : right.start]
            swapped = text[: left.start] + second + between + first + text[right.end :]
            yield "figures swapped", swapped, f"{left.id} <-> {right.id}"


def mutate_source(doc: Doc, tally: Tally, *, most: int | None = None) -> None:
    """Mutate a document's sources as written, with markers: moved, swapped, misspelt, turned into literals."""
    number = doc.number
    book = book_of(doc)
    left = sys.maxsize if most is None else most
    for section, _, source in doc.parts:
        if section not in WRITTEN["pro"]:
            continue
        tally.false.extend(f"{number} source {f.id} {f.quote}" for f in check_section(section, source, doc.context))
        for kind, mutated, what in islice(_source_mutations(source, book), left):
            left -= 1
            found = any(_FIGURE.match(f.id) for f in check_section(section, mutated, doc.context))
            tally.count(kind, found=found, what=f"document {number} {section}: {what}")


def _source_mutations(source: str, book: FigureBook) -> Iterator[tuple[str, str, str]]:
    cited = [Cited(found.group(1), *found.span()) for found in MARKER.finditer(source)]
    for one in cited:
        figure = book.figures[one.id]
        before, after = source[: one.start], source[one.end :]
        if one.id != "target.percent" and figure.unit not in COUNTS:
            yield "marker turned into a literal", before + figure.text + after, f"{one.id} as {figure.text}"
        yield "marker misspelt", before + mark(f"{one.id}x") + after, one.id
        for moved in elsewhere(figure, book, one.start):
            yield "marker moved", before + mark(moved.id) + after, f"{one.id} -> {moved.id}"
    for left, right in drawn(cited):
        if book.figures[left.id].text != book.figures[right.id].text:
            between = source[left.end : right.start]
            swapped = source[: left.start] + mark(right.id) + between + mark(left.id) + source[right.end :]
            yield "markers swapped", swapped, f"{left.id} <-> {right.id}"


def main(documents: int, planned: int) -> int:
    """Print the figures of the design's target and what was missed."""
    tally = Tally()
    for number in range(documents):
        doc = write(number)
        mutate_document(doc, tally)
        mutate_source(doc, tally)
    for number in range(planned):
        mutate_document(write_planned(number), tally)
    print(f"documents: {documents} model-like (hand-written prose, lists and tables), {planned} of the planner")
    for kind, made in tally.made.items():
        print(f"{kind:<30} made {made:>6}  found {tally.found[kind]:>6}")
    print(f"{'all mutations':<30} made {tally.made.total():>6}  found {tally.found.total():>6}")
    print(f"false findings in the untouched documents: {len(tally.false)}")
    for line in (*tally.missed[:60], *tally.false[:20]):
        print(" ", line)
    return 0 if not tally.missed and not tally.false else 1


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    sys.exit(main(*(given + [DOCUMENTS, PLANNED][len(given) :])))
