"""Close the card of a version whose job was given up: what was finished stays, it says so, and the dialogue is told."""

import logging
from dataclasses import dataclass, field, replace

from bot.domain.brief import Given
from bot.domain.effects import CloseCard
from bot.domain.errors import ChatError, UserError
from bot.domain.terms import SectionId
from bot.generation.order import Stage
from bot.generation.performing import Outcome, Publishing, outcome_of, plan_name
from bot.generation.refusals import Refusal
from bot.ports import Doing, PlanRecord, PlanView, SectionView

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """Watch a writer that may write nothing new, and gather what was finished before; `given` was said about costs."""

    given: Given | None
    sections: tuple[SectionView, ...] = field(default=())

    async def progressed(self, stage: Stage, section: SectionId | None = None) -> None:
        """Show no progress."""

    async def restarted(self) -> None:
        """Take the sections back: the figures have changed."""
        self.sections = ()

    async def shown(self, section: SectionView) -> None:
        """Gather a finished section."""
        self.sections = (*self.sections, section)

    async def stopped(self) -> bool:
        """Stop the writer at the first section that is missing."""
        return True

    async def noted(self) -> Given | None:
        """Return what was said about costs."""
        return self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Perform the effect that closes a card."""

    publishing: Publishing

    async def close(self, doing: Doing, effect: CloseCard) -> str:
        """Close the card and tell the dialogue how the version ended. Raises ChatError where a later try helps."""
        try:
            outcome = await self._show(doing, effect)
        except ChatError as error:
            if not error.final:
                raise
            log.warning("a card goes on saying that it is being written: %s", error)
            outcome = "failed"
        await self.publishing.tell(doing, effect.write, outcome, again=True)
        return ""

    async def _show(self, doing: Doing, effect: CloseCard) -> Outcome:
        """Show the version whole where it was finished and the platform takes it, else that it was not finished."""
        at_work, write = self.publishing, effect.write
        chat, language = at_work.chats[doing.place.platform], write.brief.language
        failed = at_work.failed_view(
            at_work.first_view(language, write), Refusal(sentence=at_work.texts.say("card.status.failed", language))
        )
        card = await chat.post_card(doing.place, failed, key=effect.key, by=doing.by)
        if doing.repeated and not effect.whole:
            # What was finished could not be shown either, or showing it ended the worker: then none of it is.
            await chat.update_card(doing.place, card, failed)
            return "failed"
        record = await at_work.plans.finished(plan_name(doing.conversation, write.plan, write.version))
        if record and await self._shows_whole(doing, effect, card, failed, record):
            return outcome_of(record)
        sections = await self._finished_sections(doing, effect)
        await chat.update_card(doing.place, card, replace(failed, sections=sections))
        return "failed"

    async def _shows_whole(
        self, doing: Doing, effect: CloseCard, card: str, view: PlanView, record: PlanRecord
    ) -> bool:
        """Show a finished version; False when the platform refuses it for good."""
        last = await self.publishing.last_view(doing, effect.write, view, record)
        try:
            await self.publishing.chats[doing.place.platform].update_card(doing.place, card, last)
        except ChatError as error:
            if not error.final:
                raise
            log.warning("a finished version was refused: %s", error)
            return False
        return True

    async def _finished_sections(self, doing: Doing, effect: CloseCard) -> tuple[SectionView, ...]:
        """Return the sections that were finished, as they were shown."""
        write = effect.write
        given = await self.publishing.flags.noted(doing.conversation, write.plan, write.version)
        gathering = _Gathering(given=given)
        try:
            await replace(self.publishing.writer, model=None).write(self.publishing.order(doing, write), gathering)
        except UserError as error:
            log.info("nothing can be computed for a version that was given up: %s", error)
        return gathering.sections
