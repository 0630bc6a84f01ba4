"""The living card of a plan version: what the writer tells it, it shows on the platform, always as one whole view."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.domain.brief import Given
from bot.domain.errors import FORGOTTEN, ChatError, StoreError
from bot.domain.terms import SectionId, heading
from bot.generation.order import Stage
from bot.ports import Chat, Doing, Flags, PlanView, SectionView, Texts

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class LivingCard:
    """Watch the writer for a conversation: each section is shown when it is finished, progress moves in between."""

    chat: Chat
    flags: Flags
    texts: Texts
    doing: Doing
    card: str
    view: PlanView

    async def progressed(self, stage: Stage, section: SectionId | None = None) -> None:
        """Move the progress line; a platform that is busy just now misses a line and nothing else."""
        language = self.view.language
        name = heading(section, language) if section else ""
        progress = self.texts.say(f"progress.{stage}", language, section=name)
        if progress != self.view.progress:
            self.view = replace(self.view, progress=progress)
            try:
                await self._show()
            except ChatError as error:
                log.info("a progress line was not shown: %s", error)

    async def restarted(self) -> None:
        """Take the sections back: the figures have changed."""
        self.view = replace(self.view, sections=())

    async def shown(self, section: SectionView) -> None:
        """Show a finished section; it is saved already, so a platform that is busy gets it with the next view."""
        self.view = replace(self.view, sections=(*self.view.sections, section))
        try:
            await self._show()
        except ChatError as error:
            if error.final:
                raise
            log.warning("a section waits for the next view: %s", error)

    @asynccontextmanager
    async def until_forgotten(self) -> AsyncIterator[None]:
        """End what is done inside when its conversation is forgotten, and close the card."""
        try:
            yield
        except StoreError as error:
            if error.text != FORGOTTEN:
                raise
            await self._withdraw()
        except asyncio.CancelledError:
            # The job went with its conversation, and its worker stops what is not its own any more. Nobody comes after
            # it, so what it does not close now says for ever that it is being written.
            if await self._is_forgotten():
                await self._withdraw()
            raise

    async def _is_forgotten(self) -> bool:
        try:
            await self.stopped()
        except StoreError as error:
            return error.text == FORGOTTEN
        return False

    async def _withdraw(self) -> None:
        """Take back what stands in the thread and leave a card that says why. Raises ChatError."""
        log.info("plan %d of a forgotten conversation is withdrawn", self.view.plan)
        say, language = self.texts.say, self.view.language
        told, status = say("card.forgotten", language), say("card.status.stopped", language)
        bare = replace(self.view, status="stopped", understood=told, progress=status, question="", changes=())
        await self.end(replace(bare, sections=(), choices=(), footer=""))

    async def stopped(self) -> bool:
        """Look at the stop flag. Raises StoreError (`error.forgotten`)."""
        return await self.flags.stopped(self.doing.conversation, self.view.plan, self.view.version)

    async def noted(self) -> Given | None:
        """Look for what was said about costs. Raises StoreError (`error.forgotten`)."""
        return await self.flags.noted(self.doing.conversation, self.view.plan, self.view.version)

    async def end(self, view: PlanView) -> None:
        """Show the last view; raises ChatError when the platform does not take it, for the job to be retried."""
        self.view = view
        await self._show()

    async def _show(self) -> None:
        await self.chat.update_card(self.doing.place, self.card, self.view)
