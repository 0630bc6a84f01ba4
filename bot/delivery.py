"""Use-case: what happens with a finished plan and a user's data: prompt, history, export, feedback, forget."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.effects import ExportPlan, Forget, KeepFeedback, SharePlan, ShowHistory, ShowPrompt
from bot.domain.events import Platform
from bot.ports import Chat, Doing, History, Message, PlanRecord, Plans, Texts

log = logging.getLogger(__name__)

HISTORY_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Perform the effects on finished plans and on what is kept of a user."""

    chats: Mapping[Platform, Chat]
    texts: Texts
    plans: Plans
    history: History

    async def show_prompt(self, doing: Doing, effect: ShowPrompt) -> str:
        """Show the prompt of a plan version exactly as it was sent, to the one who asked."""
        record = await self._record(doing, effect.plan, effect.version)
        await self._say(doing, record.prompt if record else self.texts.say("say.no_plan", doing.language), effect.user)
        return ""

    async def show_history(self, doing: Doing, effect: ShowHistory) -> str:
        """List a user's strategies to that user only, newest first."""
        records = await self.history.of_user(doing.place.tenant, effect.user)
        lines = [self._line(record, doing) for record in records[:HISTORY_LINES]]
        head = self.texts.say("say.history" if lines else "say.history_empty", doing.language)
        await self._say(doing, "\n".join((head, *lines)), effect.user)
        return ""

    async def forget(self, doing: Doing, effect: Forget) -> str:
        """Delete every trace of a user and tell them how many records it was."""
        count = await self.history.forget(doing.place.tenant, effect.user, key=doing.key, sparing=doing.job)
        await self._say(doing, self.texts.say("say.forgotten", doing.language, count=count), effect.user)
        return ""

    async def export(self, doing: Doing, effect: ExportPlan) -> str:
        """Hand out a plan version as Markdown."""
        record = await self._record(doing, effect.plan, effect.version)
        await self._say(
            doing, record.markdown if record else self.texts.say("say.no_plan", doing.language), effect.user
        )
        return ""

    async def share(self, doing: Doing, effect: SharePlan) -> str:
        """Say that sharing needs a channel, which this platform does not have."""
        await self._say(doing, self.texts.say("say.share_unavailable", doing.language), effect.user)
        return ""

    async def keep_feedback(self, doing: Doing, effect: KeepFeedback) -> str:
        """Keep a judgement in the operator's log, with the prompt and the model it is about."""
        record = await self._record(doing, effect.plan, effect.version)
        meta = json.loads(record.document)["meta"] if record else {}
        log.info("feedback %s on prompt %s by %s", effect.verdict, meta.get("prompt_version"), meta.get("model"))
        await self._say(doing, self.texts.say("say.thanks", doing.language), effect.user)
        return ""

    async def _record(self, doing: Doing, plan: int, version: int) -> PlanRecord | None:
        return await self.plans.finished(f"{doing.conversation}/{plan}/{version}")

    async def _say(self, doing: Doing, text: str, user: str) -> None:
        chat = self.chats[doing.place.platform]
        await chat.say(doing.place, Message(text=text, only_to=user), key=doing.key)

    def _line(self, record: PlanRecord, doing: Doing) -> str:
        day = datetime.fromtimestamp(record.at / 1000, UTC).date()
        document = json.loads(record.document)
        return self.texts.say("say.history_line", doing.language, title=document["title"], day=day.isoformat())
