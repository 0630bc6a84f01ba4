"""How large something is as Teams counts it, in UTF-16; and elements of a card cut where they are too large. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = dict[str, Any]
_PARTS = {"RichTextBlock": "inlines", "Table": "rows"}
"""Elements that may be cut, and the list where it is done; a table's first row is its head and stays with each part."""


def utf16_bytes(text: str) -> int:
    """Return the bytes of a text in UTF-16: two for most signs, four for the others."""
    return len(text.encode("utf-16-le", "surrogatepass"))


def size_of(element: Mapping[str, Any]) -> int:
    """Return the bytes of an element."""
    return utf16_bytes(_compact(element))


def message_size(activity: Mapping[str, Any]) -> int:
    """Return the bytes Teams counts of an activity: its text, attachments and entities."""
    parts = (activity[name] for name in ("text", "attachments", "entities") if name in activity)
    return sum(utf16_bytes(part if isinstance(part, str) else _compact(part)) for part in parts)


def _compact(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"))


def fit(element: Json, most: int) -> Iterator[Json]:
    """Yield an element, in parts of at most `most` bytes where it is larger: runs of a text, rows of a table."""
    name = _PARTS.get(str(element.get("type")))
    if name is None or size_of(element) <= most:
        yield element
        return
    head = element[name][:1] if name == "rows" else []
    frame = size_of({**element, name: head})
    for part in _runs(element[name][len(head) :], most - frame):
        yield {**element, name: [*head, *part]}


def _runs(items: Sequence[Json], most: int) -> Iterator[list[Json]]:
    waiting: list[Json] = []
    filled = 0
    for item in items:
        size = size_of(item) + 2
        if waiting and filled + size > most:
            yield waiting
            waiting, filled = [], 0
        waiting.append(item)
        filled += size
    if waiting:
        yield waiting


def pack(elements: Sequence[Json], most: int) -> Iterator[list[Json]]:
    """Yield elements in groups of at most `most` bytes, in order; none of them may be larger itself."""
    yield from _runs(elements, most)
