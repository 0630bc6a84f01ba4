"""Phases and risks read out of a section's blocks, in our own form and in the forms models like to give them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.document.blocks import (
    Block,
    BulletList,
    Heading,
    Item,
    NumberedList,
    Paragraph,
    Quote,
    Table,
    Text,
    plain,
)
from bot.domain.terms import LabelId, PhaseId, fold, recognise_label, recognise_phase

_DASH = r"\s*(?:-|–|—|a|al|to|ate|until|hasta|through|y|and|e)\s*(?:o\s+|el\s+)?(?:mes|month)?\s*"
_SPAN = re.compile(rf"\b(mes(?:es)?|months?|semanas?|weeks?)\s*(?:de\s+)?(\d{{1,3}}){_DASH}(\d{{1,3}})\b")
_SPAN_UNIT_LAST = re.compile(rf"\b(\d{{1,3}}){_DASH}(\d{{1,3}})\s*(mes(?:es)?|months?|semanas?|weeks?)\b")
_OPEN = re.compile(
    r"\b(?:desde|a partir|from|after|starting|do|de|since)\b[^\d]{0,20}\b(?:mes|months?)\s*(\d{1,3})"
    r"|\b(?:mes(?:es)?|months?)\s*(\d{1,3})\s*(?:\+|en adelante|em diante|onwards?|and beyond|and after)"
)
_SINGLE = re.compile(r"\b(mes|month|semana|week)\s*(\d{1,3})\b")
_LENGTH = re.compile(r"\b(\d{1,3})\s*(mes(?:es)?|months?|semanas?|weeks?)\b")
_WEEKS_PER_MONTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Be one phase of the plan; months count from 1, `last_month` None is open-ended, `first_month` None unknown."""

    title: str
    number: int | None
    name: PhaseId | None
    first_month: int | None
    last_month: int | None
    activities: tuple[str, ...]
    owner: str
    exit_criterion: str
    stop_rule: str
    line: int


@dataclass(frozen=True, slots=True)
class Risk:
    """Be one risk and how it is mitigated."""

    title: str
    mitigation: str
    line: int = 0
    text: str = ""


@dataclass(slots=True)
class _Piece:
    """A run of plain text with the label in front of it, as found while walking through a section."""

    label: LabelId | None
    text: str
    line: int
    loose: bool = True


@dataclass(slots=True)
class _Part:
    title: str
    line: int
    pieces: list[_Piece] = field(default_factory=list)

    def under(self, label: LabelId) -> str:
        return " ".join(piece.text for piece in self.pieces if piece.label == label and piece.text).strip()

    def all_text(self) -> str:
        return " ".join(piece.text for piece in self.pieces if piece.text).strip()


def find_phases(blocks: Sequence[Block]) -> tuple[Phase, ...]:
    """Return the phases of a plan's blocks in the order they stand."""
    parts: list[_Part] = []
    depth = 0
    for block in blocks:
        if isinstance(block, Heading):
            words = plain(block.text)
            if recognise_phase(words) and (not parts or block.level <= depth):
                parts.append(_Part(words, block.line))
                depth = block.level
                continue
            if parts and block.level <= depth:
                break
        if parts:
            parts[-1].pieces.extend(_pieces((block,), parts[-1].pieces))
    return _numbered(parts)


def _numbered(parts: Sequence[_Part]) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    for part in parts:
        after = phases[-1].last_month if phases else 0
        phases.append(_phase(part, after))
    return tuple(phases)


def _phase(part: _Part, after: int | None) -> Phase:
    number, name = recognise_phase(part.title) or (None, None)
    first, last = _months(fold(part.title), after)
    if first is None:
        first, last = _months(fold(part.under("months")), after)
    if first is None and part.pieces:
        first, last = _months(fold(part.pieces[0].text), None)
    activities = tuple(p.text for p in part.pieces if p.label == "activities" and p.text)
    return Phase(
        title=part.title,
        number=number,
        name=name,
        first_month=first,
        last_month=last,
        activities=activities,
        owner=part.under("owner"),
        exit_criterion=part.under("exit_criterion"),
        stop_rule=part.under("stop_rule"),
        line=part.line,
    )


def _months(folded: str, after: int | None) -> tuple[int | None, int | None]:
    """Return (first, last) month of a folded text; a bare length counts from the month `after`."""
    if span := _SPAN.search(folded):
        return _in_months(span.group(1), int(span.group(2)), int(span.group(3)))
    if span := _SPAN_UNIT_LAST.search(folded):
        return _in_months(span.group(3), int(span.group(1)), int(span.group(2)))
    if opened := _OPEN.search(folded):
        return int(opened.group(1) or opened.group(2)), None
    if single := _SINGLE.search(folded):
        return _in_months(single.group(1), int(single.group(2)), int(single.group(2)))
    if after is not None and (length := _LENGTH.search(folded)):
        first, last = _in_months(length.group(2), 1, int(length.group(1)))
        return after + (first or 1), after + (last or 1)
    return None, None


def _in_months(unit: str, first: int, last: int) -> tuple[int | None, int | None]:
    if unit.startswith(("semana", "week")):
        return max(first - 1, 0) // _WEEKS_PER_MONTH + 1, max(last - 1, 0) // _WEEKS_PER_MONTH + 1
    return first, last


def _pieces(blocks: Sequence[Block], before: Sequence[_Piece] = ()) -> Iterator[_Piece]:
    """Yield labelled texts; a text without a label of its own stands under the label before it."""
    label = before[-1].label if before else None
    for block in blocks:
        match block:
            case Heading(_, text, line):
                label = recognise_label(plain(text))
                if label is None:
                    yield _Piece(None, plain(text), line)
            case Paragraph(text, line):
                for piece in _labelled(text, label, line):
                    label = piece.label
                    yield piece
            case BulletList(items, _) | NumberedList(_, items, _):
                for item in items:
                    yield from _pieces(item.blocks, (_Piece(label, "", item.line),))
            case Table(columns, rows, line):
                yield from _row_pieces(columns, rows, line)
            case Quote(inner, _):
                yield from _pieces(inner, (_Piece(label, "", 0),))
            case _:
                continue


def _row_pieces(columns: Sequence[Text], rows: Sequence[Sequence[Text]], line: int) -> Iterator[_Piece]:
    heads = [recognise_label(plain(column)) for column in columns]
    for row in rows:
        first = recognise_label(plain(row[0])) if row else None
        for head, cell in zip(heads, row, strict=False):
            yield _Piece(head or first, plain(cell), line)


def _labelled(text: Text, label: LabelId | None, line: int) -> Iterator[_Piece]:
    """Cut a paragraph at its bold labels ("**Owner:** …") and at a plain one in front ("Owner: …")."""
    current, collected = label, ""
    for index, span in enumerate(text):
        follows = text[index + 1].text if index + 1 < len(text) else ""
        ends = (
            span.text.rstrip().endswith((":", "."))
            or follows.lstrip().startswith((":", ".", "—", "–", "-"))
            or not follows
        )
        found = recognise_label(span.text) if span.strong and ends else None
        if found:
            if collected.strip():
                yield _Piece(current, collected.strip(" :"), line)
            current, collected = found, ""
        else:
            collected += span.text
    head, colon, rest = collected.partition(":")
    if colon and (found := recognise_label(head)):
        current, collected = found, rest
    yield _Piece(current, collected.strip(" :"), line)


def find_risks(blocks: Sequence[Block]) -> tuple[Risk, ...]:
    """Return the risks of a section's blocks: numbered items, sub-headings, bullets, table rows or bold paragraphs."""
    for finder in (_risks_of_headings, _risks_of_items, _risks_of_tables, _risks_of_paragraphs):
        found = finder(blocks)
        if found:
            return found
    return ()


def _risk(part: _Part) -> Risk:
    mitigation = part.under("mitigation")
    whole = f"{part.title} {part.all_text()}".strip()
    if not mitigation:
        sentences = re.split(r"(?<=[.;])\s+", whole)
        tail = next((i for i, s in enumerate(sentences) if re.search(r"\bmitig\w+", fold(s))), None)
        mitigation = " ".join(sentences[tail:]) if tail is not None else ""
    return Risk(part.title.strip(" .:"), mitigation, part.line, whole)


def _risks_of_headings(blocks: Sequence[Block]) -> tuple[Risk, ...]:
    parts: list[_Part] = []
    for block in blocks:
        if isinstance(block, Heading) and recognise_label(plain(block.text)) is None:
            parts.append(_Part(plain(block.text), block.line))
        elif parts:
            parts[-1].pieces.extend(_pieces((block,), parts[-1].pieces))
    return tuple(_risk(part) for part in parts)


def _opening(block: Block) -> tuple[Item, ...]:
    return block.items if isinstance(block, BulletList | NumberedList) else ()


def _risks_of_items(blocks: Sequence[Block]) -> tuple[Risk, ...]:
    numbered = any(isinstance(block, NumberedList) for block in blocks)
    kind = NumberedList if numbered else BulletList
    parts: list[_Part] = []
    for block in blocks:
        for item in _opening(block) if isinstance(block, kind) else ():
            first = item.blocks[0] if item.blocks else None
            text = first.text if isinstance(first, Paragraph) else ()
            bold = next((span.text for span in text if span.strong), "")
            if not numbered and recognise_label(bold or plain(text).partition(":")[0]) and parts:
                parts[-1].pieces.extend(_pieces(item.blocks))
                continue
            parts.append(_Part(bold or plain(text), item.line))
            parts[-1].pieces.extend(_pieces(item.blocks))
        if parts and not isinstance(block, kind):
            parts[-1].pieces.extend(_pieces((block,)))
    return tuple(_risk(part) for part in parts)


def _risks_of_tables(blocks: Sequence[Block]) -> tuple[Risk, ...]:
    risks: list[Risk] = []
    for block in blocks:
        if not isinstance(block, Table):
            continue
        heads = [recognise_label(plain(column)) for column in block.columns]
        at = heads.index("mitigation") if "mitigation" in heads else None
        for row in block.rows:
            words = [plain(cell) for cell in row]
            title = next((word for word in words if not re.fullmatch(r"[\d.\s]*", word)), "")
            risks.append(Risk(title, words[at] if at is not None else "", block.line, " ".join(words)))
    return tuple(risks)


def _risks_of_paragraphs(blocks: Sequence[Block]) -> tuple[Risk, ...]:
    parts: list[_Part] = []
    for block in blocks:
        if not isinstance(block, Paragraph) or not block.text:
            continue
        opener = block.text[0]
        if opener.strong and recognise_label(opener.text) is None:
            parts.append(_Part(opener.text, block.line))
        if parts:
            parts[-1].pieces.extend(_pieces((block,)))
    return tuple(_risk(part) for part in parts)
