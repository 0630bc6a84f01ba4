"""The desk a strategy is written on: settled sections by id, handed on in the order of the document."""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast

from bot.domain.brief import Kind
from bot.domain.terms import SECTIONS, WRITTEN, SectionId
from bot.ports import SavedSection

WrittenBy = Literal["model", "planner", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Be a section that has passed its checks: `source` has markers, `marked` that the planner stood in visibly.

    `findings` are the JSON objects of what was found on the way, each with what was done about it.
    """

    id: SectionId
    source: str
    written_by: WrittenBy
    marked: bool = False
    findings: tuple[dict[str, Any], ...] = ()

    def save(self, ledger: str) -> SavedSection:
        """Return the section as it is kept, valid for the figures with this fingerprint."""
        return SavedSection(
            id=self.id,
            source=self.source,
            written_by=self.written_by,
            findings=json.dumps(self.findings, ensure_ascii=False),
            ledger=ledger,
            marked=self.marked,
        )

    @classmethod
    def restore(cls, saved: SavedSection) -> Self:
        """Return a section that was kept."""
        return cls(
            id=cast("SectionId", saved.id),
            source=saved.source,
            written_by=saved.written_by,
            marked=saved.marked,
            findings=tuple(json.loads(saved.findings)),
        )


@dataclass(slots=True, kw_only=True)
class Desk:
    """Collect settled sections and hand each on as soon as all before it were handed on."""

    kind: Kind
    hand_on: Callable[[Settled], Awaitable[None]]
    settled: dict[SectionId, Settled] = field(default_factory=dict)
    _shown: int = 0

    async def put(self, section: Settled) -> None:
        """Lay a settled section down; a section that was settled before stays as it is."""
        self.settled.setdefault(section.id, section)
        order = SECTIONS[self.kind]
        while self._shown < len(order) and order[self._shown] in self.settled:
            shown = self.settled[order[self._shown]]
            self._shown += 1
            await self.hand_on(shown)

    @property
    def missing(self) -> tuple[SectionId, ...]:
        """Return the sections a writer still has to write, in order."""
        return tuple(section for section in WRITTEN[self.kind] if section not in self.settled)

    def in_order(self) -> Iterable[Settled]:
        """Return what is settled, in the order of the document."""
        return (self.settled[section] for section in SECTIONS[self.kind] if section in self.settled)
