"""Use-case: what happens with a finished plan and a user's data: prompt, history, export, feedback, forget."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.document.blocks import first_paragraph
from bot.domain.effects import (
    DeletePlan,
    ExportPlan,
    Forget,
    KeepFeedback,
    KeepLanguage,
    SharePlan,
    ShowHistory,
    ShowPrompt,
)
from bot.domain.errors import BotError
from bot.domain.events import Platform
from bot.domain.strategy import parse_strategy
from bot.ports import (
    Chat,
    Doing,
    History,
    Homes,
    Judgement,
    Judgements,
    Message,
    PlanRecord,
    Plans,
    Preferences,
    Sharing,
    Summary,
    Texts,
)

log = logging.getLogger(__name__)

HISTORY_LINES = 20
COMMENT = 1_000
"""Characters kept of what somebody wrote beside a judgement."""
SHARED_FIGURES = (
    ("target", "target.percent"),
    ("saving", "verdict.saving_percent"),
    ("today", "closed.year_usd"),
    ("closed_1g", "preset.1g.closed.year_usd"),
    ("cloud_1g", "preset.1g.private_cloud.year_usd"),
)
"""The numbers of a summary, (name of its label, id of the figure): the first three that are known."""
NUMBERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Perform the effects on finished plans and on what is kept of a user."""

    chats: Mapping[Platform, Chat]
    texts: Texts
    plans: Plans
    history: History
    judgements: Judgements
    preferences: Preferences
    sharings: Mapping[Platform, Sharing] = field(default_factory=dict)
    homes: Mapping[Platform, Homes] = field(default_factory=dict)

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
        await self._refresh(doing, effect.user)
        return ""

    async def delete(self, doing: Doing, effect: DeletePlan) -> str:
        """Delete a plan of a user with all its versions."""
        await self.history.delete(doing.place.tenant, effect.user, f"{doing.conversation}/{effect.plan}")
        await self._say(doing, self.texts.say("say.deleted", doing.language), effect.user)
        await self._refresh(doing, effect.user)
        return ""

    async def keep_language(self, doing: Doing, effect: KeepLanguage) -> str:
        """Keep the language a user wants to be spoken to; their home shows it at once."""
        await self.preferences.keep_language(doing.place.tenant, effect.user, effect.language)
        await self._refresh(doing, effect.user)
        return ""

    async def _refresh(self, doing: Doing, user: str) -> None:
        """Show a user's home as it is now; it is shown anew whenever they open it, so a fault here is only logged."""
        home = self.homes.get(doing.place.platform)
        if home is None:
            return
        try:
            await home.publish(doing.place.tenant, user)
        except BotError as error:
            log.warning("a home could not be shown: %s", error)

    async def export(self, doing: Doing, effect: ExportPlan) -> str:
        """Hand out a plan version as Markdown."""
        record = await self._record(doing, effect.plan, effect.version)
        await self._say(
            doing, record.markdown if record else self.texts.say("say.no_plan", doing.language), effect.user
        )
        return ""

    async def share(self, doing: Doing, effect: SharePlan) -> str:
        """Offer to share, or share where the user chose; a platform without channels says so."""
        sharing = self.sharings.get(doing.place.platform)
        record = await self._record(doing, effect.plan, effect.version)
        if sharing is None or record is None:
            text = "say.share_unavailable" if sharing is None else "say.no_plan"
            await self._say(doing, self.texts.say(text, doing.language), effect.user)
            return ""
        summary, key = self._summary(record, effect), record.plan
        if not effect.channel:
            await sharing.offer(doing.place, summary, user=effect.user, key=doing.key)
            return ""
        outcome = await sharing.share(doing.place, summary, channel=effect.channel, user=effect.user, key=key)
        if outcome != "to_confirm":
            await self._say(doing, self.texts.say(f"share.{outcome}", summary.language), effect.user)
        return outcome

    def _summary(self, record: PlanRecord, effect: SharePlan) -> Summary:
        document, language = json.loads(record.document), record.brief.language
        figures = document.get("figures") or {}
        known = [(name, figures[one]["text"]) for name, one in SHARED_FIGURES if _is_known(figures.get(one))]
        strategy = parse_strategy(record.markdown, language, kind=record.brief.kind)
        first = next((one.source.strip() for one in strategy.sections), "")
        return Summary(
            plan=effect.plan,
            version=effect.version,
            language=language,
            title=document["title"],
            verdict=first_paragraph(first),
            numbers=tuple((self.texts.say(f"share.figure.{name}", language), text) for name, text in known[:NUMBERS]),
            requester=record.requester,
        )

    async def keep_feedback(self, doing: Doing, effect: KeepFeedback) -> str:
        """Keep a judgement for the operator, with the prompt and the model it is about."""
        record = await self._record(doing, effect.plan, effect.version)
        if record is None:
            await self._say(doing, self.texts.say("say.no_plan", doing.language), effect.user)
            return ""
        judgement = _judgement(record, effect, doing.at)
        await self.judgements.keep(judgement, tenant=doing.place.tenant, user=effect.user)
        log.info("feedback %s on prompt %s by %s", effect.verdict, judgement.prompt_version, judgement.model)
        thanks = "feedback.reason_kept" if effect.comment else "feedback.kept"
        await self._say(doing, self.texts.say(thanks, doing.language), effect.user)
        return ""

    async def _record(self, doing: Doing, plan: int, version: int) -> PlanRecord | None:
        return await self.plans.finished(f"{doing.conversation}/{plan}/{version}")

    async def _say(self, doing: Doing, text: str, user: str) -> None:
        chat = self.chats[doing.place.platform]
        message = Message(text=text, only_to=user)
        await chat.say(doing.place, message, key=doing.key, by=doing.by)

    def _line(self, record: PlanRecord, doing: Doing) -> str:
        day = datetime.fromtimestamp(record.at / 1000, UTC).date()
        document = json.loads(record.document)
        return self.texts.say("say.history_line", doing.language, title=document["title"], day=day.isoformat())


def _is_known(figure: Mapping[str, Any] | None) -> bool:
    return figure is not None and figure["value"] is not None


def _judgement(record: PlanRecord, effect: KeepFeedback, at: int) -> Judgement:
    document = json.loads(record.document)
    meta = document["meta"]
    return Judgement(
        plan=record.plan,
        at=at,
        verdict=effect.verdict,
        comment=effect.comment[:COMMENT],
        industry=document["industry"],
        kind=document["kind"],
        language=document["language"],
        written_by=meta["written_by"],
        prompt_version=meta["prompt_version"],
        model=meta["model"],
    )
