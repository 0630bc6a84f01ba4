"""Answer a question about a finished plan from its document and its figures, checked like the plan itself."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.brief import Language
from bot.domain.document.markers import render_markers
from bot.domain.effects import Answer
from bot.domain.errors import ModelError
from bot.domain.events import Platform
from bot.domain.ledger import read_ledger
from bot.domain.prompt import FOLLOWUP_TOKENS, OFF_TOPIC, followup_messages, followup_values
from bot.domain.repair import repair_section
from bot.domain.verify import check_answer
from bot.generation.performing import plan_name
from bot.generation.work import Work, prepare
from bot.generation.writing import Writer
from bot.ports import Chat, Doing, Limits, Message, Model, ModelRequest, Piece, PlanRecord, Plans, Texts

log = logging.getLogger(__name__)

FOLLOWUP_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Perform the effect that answers a question; what cannot be verified is not said."""

    chats: Mapping[Platform, Chat]
    texts: Texts
    writer: Writer
    plans: Plans
    limits: Limits
    user_key: Callable[[str], str | None]

    async def answer(self, doing: Doing, effect: Answer) -> str:
        """Answer in the thread, or say why not."""
        record = await self.plans.finished(plan_name(doing.conversation, effect.plan, effect.version))
        language = record.brief.language if record else doing.language
        text = await self._text(doing, effect, record) if record else self.texts.say("say.no_plan", language)
        chat = self.chats[doing.place.platform]
        await chat.say(doing.place, Message(text=text), key=doing.key, by=doing.by)
        return ""

    async def _text(self, doing: Doing, effect: Answer, record: PlanRecord) -> str:
        language = record.brief.language
        model = self.writer.model
        if model is None:
            return self.texts.say("answer.no_model", language)
        if await self.limits.reserve(doing.key, doing.place, doing.user, tokens=FOLLOWUP_TOKENS):
            return self.texts.say("answer.limit", language)
        used = 0
        try:
            said, used = await self._ask(model, effect, record, doing)
        except ModelError as error:
            log.warning("a question was not answered: %s (%s)", error, error.detail)
            said = self.texts.say("answer.failed", language)
        await self.limits.settle(doing.key, tokens=used)
        return said

    async def _ask(self, model: Model, effect: Answer, record: PlanRecord, doing: Doing) -> tuple[str, int]:
        language, canary = record.brief.language, self.writer.new_token()
        work = self._work(record, canary)
        system = self.writer.prompts.render("followup", language, followup_values(canary=canary))
        request = ModelRequest(
            messages=followup_messages(system, work.facts, document=record.source, question=effect.question),
            max_tokens=FOLLOWUP_TOKENS,
            deadline_s=FOLLOWUP_SECONDS,
            user_key=self.user_key(f"{doing.place.tenant}/{doing.user}"),
        )
        parts: list[str] = []
        used, whole = 0, False
        async with aclosing(model.stream(request)) as stream:
            async for part in stream:
                if isinstance(part, Piece):
                    parts.append(part.text)
                else:
                    used, whole = part.tokens_in + part.tokens_out, part.reason == "stop"
        return self._checked("".join(parts).strip(), work, language, whole=whole), used

    def _work(self, record: PlanRecord, canary: str) -> Work:
        """Return what the plan was written from: prices may have changed since, the figures it showed have not."""
        return prepare(
            record.brief,
            self.writer.shelf,
            self.writer.composer,
            today=datetime.fromtimestamp(record.at / 1000, UTC).date(),
            wish=record.wish,
            canary=canary,
            printed=read_ledger(json.loads(record.document)),
        )

    def _checked(self, source: str, work: Work, language: Language, *, whole: bool) -> str:
        """Return the answer with its figures, mended where code can; one that stays wrong is not said."""
        if OFF_TOPIC in source:
            return self.texts.say("answer.off_topic", language)
        findings = check_answer(source, work.context)
        if findings:
            source = repair_section("other", source, findings, work.context).source
            findings = check_answer(source, work.context)
        if findings or not source or not whole:
            log.info("an answer was held back: %s", [finding.id for finding in findings])
            return self.texts.say("answer.unverified", language)
        return render_markers(source, work.case.ledger, language)
