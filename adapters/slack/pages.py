"""Sections laid out on messages: rolled over at section borders, never past what one message takes. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.safe import for_slack
from adapters.slack.limits import PAGE_BLOCKS, PAGE_BYTES, PAGE_TABLES
from adapters.slack.render import Unit, render_section
from bot.ports import SectionView

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Be one message of the thread: the headings on it and its blocks; the last one also closes the plan.

    `simple` are the blocks for a workspace that refuses native tables and charts.
    """

    headings: tuple[str, ...]
    blocks: tuple[Json, ...]
    sections: tuple[str, ...]
    simple: tuple[Json, ...] = ()
    closing: tuple[Json, ...] = ()

    @property
    def text(self) -> str:
        """The line a notification shows."""
        return " · ".join(for_slack(heading) for heading in self.headings)

    @property
    def plain(self) -> str:
        """All that stands on the page, without its form, as Slack takes it in a text."""
        shown = (
            simple if block["type"] in _DRAWN else block for block, simple in zip(self.blocks, self.simple, strict=True)
        )
        return "\n".join(for_slack(line) for block in shown for line in _lines(block))


_TABLES = frozenset({"table", "data_table"})
_DRAWN = frozenset({"data_visualization"})


def _lines(block: Json) -> Iterator[str]:
    """Yield the texts of a block, a table row on one line."""
    if block["type"] in _TABLES:
        yield from (" | ".join(_words(cell) for cell in row) for row in block["rows"])
    else:
        yield from (_words(element).rstrip("\n") for element in block.get("elements", (block,)))


def _words(part: Any) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, list):
        return "".join(_words(one) for one in part)
    if not isinstance(part, Mapping):
        return ""
    joint = "\n" if part.get("type") == "rich_text_list" else ""
    if "text" in part:
        return _words(part["text"])
    return joint.join(_words(one) for one in part.get("elements", ()))


def digest_of(blocks: Any) -> str:
    """Return a short name of some content, to see whether it changed."""
    return hashlib.blake2b(json.dumps(blocks, sort_keys=True).encode(), digest_size=8).hexdigest()


@dataclass(slots=True)
class _Sheet:
    """Be a page that is being filled."""

    units: list[Unit]
    headings: list[str]
    sections: list[str]

    def takes(self, units: Sequence[Unit]) -> bool:
        together = [*self.units, *units]
        return (
            sum(unit.size for unit in together) <= PAGE_BYTES
            and len(together) <= PAGE_BLOCKS
            and all(sum(unit.kind == kind for unit in together) <= PAGE_TABLES for kind in _TABLES)
        )

    def add(self, section: SectionView, units: Sequence[Unit]) -> None:
        self.units.extend(units)
        if section.id not in self.sections:
            self.sections.append(section.id)
            self.headings.append(section.heading)

    def page(self) -> Page:
        return Page(
            headings=tuple(self.headings),
            blocks=tuple(unit.block for unit in self.units),
            sections=tuple(self.sections),
            simple=tuple(unit.simple or unit.block for unit in self.units),
        )


def lay_out(sections: Sequence[SectionView], closing: Sequence[Json] = ()) -> tuple[Page, ...]:
    """Return the pages of some sections; a further section changes no page but the last, which bears the closing."""
    sheets: list[_Sheet] = []
    for section in sections:
        units = render_section(section)
        if sheets and sheets[-1].takes(units):
            sheets[-1].add(section, units)
            continue
        sheets.append(_Sheet([], [], []))
        for group in [units] if sheets[-1].takes(units) else _groups(units):
            if not sheets[-1].takes(group):
                sheets.append(_Sheet([], [], []))
            sheets[-1].add(section, group)
    pages = [sheet.page() for sheet in sheets]
    if pages:
        pages[-1] = replace(pages[-1], closing=tuple(closing))
    return tuple(pages)


def _groups(units: Sequence[Unit]) -> list[list[Unit]]:
    """Keep each heading with what follows it."""
    groups: list[list[Unit]] = [[]]
    for unit in units:
        groups[-1].append(unit)
        if not unit.leads:
            groups.append([])
    return [group for group in groups if group]
