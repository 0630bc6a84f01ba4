"""Use-case: note who had which plan generated, shared, exported or deleted, and who chose a language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.audit_ports import Audit, Deed, What
from bot.domain.effects import CloseCard, DeletePlan, ExportPlan, KeepLanguage, SharePlan, Write
from bot.ports import Doing, Performer, Plans

Audited = Write | SharePlan | ExportPlan | DeletePlan
DEEDS: Mapping[type, What] = MappingProxyType(
    {
        Write: "generated",
        CloseCard: "generated",
        SharePlan: "shared",
        ExportPlan: "exported",
        DeletePlan: "deleted",
        KeepLanguage: "language",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditing:
    """Stand behind the performers whose deeds are noted."""

    audit: Audit
    plans: Plans

    def over(self, performers: Mapping[type, Performer]) -> Mapping[type, Performer]:
        """Return the performers, those of an audited effect with a note after it."""
        return {kind: self._noted(perform) if kind in DEEDS else perform for kind, perform in performers.items()}

    def _noted(self, perform: Performer) -> Performer:
        async def perform_noted(doing: Doing, effect: Audited | CloseCard | KeepLanguage) -> str:
            if isinstance(effect, DeletePlan):
                # What is deleted can be told only before; told again after a crash, it is the same line.
                await self._note(doing, effect)
                return await perform(doing, effect)
            result = await perform(doing, effect)
            if isinstance(effect, KeepLanguage):
                await self._note_language(doing, effect)
            # Where to share is asked first, and a channel may be closed: neither is a deed.
            elif not isinstance(effect, SharePlan) or result == "shared":
                await self._note(doing, effect.write if isinstance(effect, CloseCard) else effect)
            return result

        return perform_noted

    async def _note_language(self, doing: Doing, effect: KeepLanguage) -> None:
        deed = Deed(
            at=doing.at,
            what=DEEDS[KeepLanguage],
            tenant=doing.place.tenant,
            user=effect.user,
            place=doing.place.key(),
            plan="",
            to=effect.language,
            written_by="",
            prompt_version="",
            model=None,
            price_book_date="",
        )
        await self.audit.note(deed)

    async def _note(self, doing: Doing, effect: Audited) -> None:
        record = await self.plans.finished(f"{doing.conversation}/{effect.plan}/{effect.version}")
        if record is None:
            return
        meta = json.loads(record.document)["meta"]
        deed = Deed(
            at=doing.at,
            what=DEEDS[type(effect)],
            tenant=doing.place.tenant,
            user=effect.requester if isinstance(effect, Write) else effect.user,
            place=doing.place.key(),
            plan=record.plan,
            to=_target(effect),
            written_by=meta["written_by"],
            prompt_version=meta["prompt_version"],
            model=meta["model"],
            price_book_date=meta["price_book_date"],
        )
        await self.audit.note(deed)


def _target(effect: Audited) -> str:
    match effect:
        case SharePlan():
            return effect.channel
        case ExportPlan():
            return effect.format
    return ""
