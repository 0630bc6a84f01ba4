"""The effects that write: post the card, write a version and keep it, stop, note what was said about costs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from bot.domain.brief import Language
from bot.domain.difference import tell_changes
from bot.domain.effects import NoteGiven, PostCard, StopWriting, Write
from bot.domain.errors import BotError, UserError
from bot.domain.events import Bound, Platform, Written
from bot.domain.ledger import read_ledger
from bot.domain.strategy import parse_strategy
from bot.domain.talk.replies import describe_understood
from bot.domain.tco_chart import draw_costs
from bot.domain.terms import title
from bot.generation.card import LivingCard
from bot.generation.finishing import finish
from bot.generation.order import Order
from bot.generation.refusals import Refusal, refuse
from bot.generation.writing import CHARTED, Writer
from bot.ports import (
    Chat,
    Choice,
    Clock,
    Doing,
    Flags,
    Jobs,
    Limits,
    PlanRecord,
    Plans,
    PlanView,
    Requests,
    SectionView,
    Texts,
)

RESULT_BUTTONS = (("prompt", ""), ("export", "md"), ("refine", ""), ("regenerate", ""))
SHARE_BUTTON = ("share", "")
STOPPED_BUTTONS = (("prompt", ""), ("refine", ""), ("regenerate", ""))
FAILED_BUTTONS = (("refine", ""), ("regenerate", ""))
SPEND_VALUES = ("under_1k", "1k_10k", "10k_100k", "over_100k", "unknown")

# How a version ended, as the dialogue is told.
Outcome = Literal["done", "stopped", "failed"]

JOIN_POLL_S = 0.5


def plan_name(conversation: str, plan: int, version: int) -> str:
    """Return the name a plan version is kept under."""
    return f"{conversation}/{plan}/{version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """Perform the effects that write, and show what they do on the living card.

    `user_key` turns a user into the keyed hash that a model endpoint may see; `shareable` are the platforms on which a
    plan can be shared with a channel.
    """

    chats: Mapping[Platform, Chat]
    texts: Texts
    writer: Writer
    plans: Plans
    requests: Requests
    flags: Flags
    jobs: Jobs
    limits: Limits
    clock: Clock
    user_key: Callable[[str], str | None]
    shareable: frozenset[Platform] = frozenset()

    async def post_card(self, doing: Doing, effect: PostCard) -> str:
        """Post the one card of a plan and bind the conversation to its thread; returns the card's id."""
        view = self.first_view(
            doing.language, Write(plan=effect.plan, version=1, brief=effect.brief, requester=effect.requester)
        )
        card = await self.chats[doing.place.platform].post_card(doing.place, view, key=doing.key, by=doing.by)
        if not doing.place.thread:
            bound = Bound(id=f"bound/{doing.key}", place=doing.place, user=doing.user, at=doing.at, root=card)
            await self.jobs.accept(bound, keys=(bound.id,))
        return card

    async def write(self, doing: Doing, effect: Write) -> str:
        """Write a version, show it section by section, keep it, and tell the dialogue how it ended."""
        chat = self.chats[doing.place.platform]
        view = self.first_view(effect.brief.language, effect)
        card = next((result for result in reversed(doing.results) if result), "")
        if not card:
            card = await chat.post_card(doing.place, view, key=f"{doing.key}/card", by=doing.by)
        living = LivingCard(chat=chat, flags=self.flags, texts=self.texts, doing=doing, card=card, view=view)
        async with living.until_forgotten():
            await self._write(doing, effect, living)
        return card

    async def _write(self, doing: Doing, effect: Write, living: LivingCard) -> None:
        record = await self.plans.finished(plan_name(doing.conversation, effect.plan, effect.version))
        try:
            record = record or await self._compose(doing, effect, living)
            await living.end(await self.last_view(doing, effect, living.view, record))
        except UserError as error:
            refusal = refuse(error, effect.brief.language, self.texts)
            await living.end(self.failed_view(living.view, refusal))
            await self.tell(doing, effect, "failed", refused=refusal.field)
        else:
            await self.tell(doing, effect, outcome_of(record))

    async def stop(self, doing: Doing, effect: StopWriting) -> str:
        """Raise the stop flag of a plan."""
        await self.flags.stop(doing.conversation, effect.plan, effect.version)
        return ""

    async def note(self, doing: Doing, effect: NoteGiven) -> str:
        """Leave what was said about costs for the running writer."""
        await self.flags.note(doing.conversation, effect.plan, effect.version, effect.given)
        return ""

    def order(self, doing: Doing, effect: Write) -> Order:
        """Return what the writer is asked for."""
        return Order(
            plan=plan_name(doing.conversation, effect.plan, effect.version),
            brief=effect.brief,
            today=datetime.fromtimestamp(doing.at / 1000, UTC).date(),
            wish=effect.wish,
            job=doing.job,
            user_key=self.user_key(f"{doing.place.tenant}/{effect.requester}"),
        )

    async def _compose(self, doing: Doing, effect: Write, living: LivingCard) -> PlanRecord:
        """Write within the budgets and keep the result; raises UserError when a limit is reached."""
        name = plan_name(doing.conversation, effect.plan, effect.version)
        order = self.order(doing, effect)
        request = f"{doing.place.tenant}/{self.writer.signature(order)}"
        known = await self._known(request, name, living, fresh=effect.fresh)
        if known:
            return await self._reuse(known, doing, effect, name)
        try:
            await self._reserve(doing, effect, name)
            draft = await self.writer.write(order, living)
        except BotError:
            await self.requests.end(request, name, kept=False)
            raise
        finished = finish(draft, composer=self.writer.composer, shelf=self.writer.shelf, texts=self.texts)
        await self.limits.settle(name, tokens=draft.tally.tokens_in + draft.tally.tokens_out)
        record = PlanRecord(
            plan=name,
            brief=draft.order.brief,
            requester=effect.requester,
            tenant=doing.place.tenant,
            at=doing.at,
            document=json.dumps(finished.document, ensure_ascii=False),
            markdown=finished.markdown,
            prompt=draft.prompt,
            source=finished.source,
            footer="\n".join((*finished.notices, finished.footer)),
            wish=effect.wish,
        )
        await self.plans.finish(record)
        # Only what the model wrote whole, for the figures that were asked for, answers the next one who asks the same.
        whole = draft.outcome == "done" and draft.fallback is None and draft.order.brief == effect.brief
        await self.requests.end(request, name, kept=whole)
        return record

    async def _known(self, request: str, name: str, living: LivingCard, *, fresh: bool) -> PlanRecord | None:
        """Return the plan that answers the same request already; one that is being written is waited for."""
        while not fresh:
            claim, plan = await self.requests.claim(request, name)
            if claim == "yours":
                return None
            if claim == "done":
                return await self.plans.finished(plan)
            await living.progressed("joining")
            if await living.stopped():
                return None
            await self.clock.sleep(JOIN_POLL_S)
        return None

    async def _reuse(self, known: PlanRecord, doing: Doing, effect: Write, name: str) -> PlanRecord:
        """Keep a finished plan as this one's, with the day it was written."""
        document = json.loads(known.document)
        document["meta"] |= {"plan": name, "reused_from": known.plan, "reused_at": known.at}
        day = datetime.fromtimestamp(known.at / 1000, UTC).date()
        reused = self.texts.say("footer.reused", effect.brief.language, day=day.isoformat())
        record = replace(
            known,
            plan=name,
            requester=effect.requester,
            at=doing.at,
            document=json.dumps(document, ensure_ascii=False),
            footer=f"{reused}\n{known.footer}",
        )
        await self.plans.finish(record)
        return record

    async def _reserve(self, doing: Doing, effect: Write, name: str) -> None:
        wanted = self.writer.max_tokens if self.writer.model else 0
        refused = await self.limits.reserve(name, doing.place, effect.requester, tokens=wanted)
        if refused is None:
            return
        if refused.reset_at is None:
            raise UserError("error.limit.halted")
        reset = datetime.fromtimestamp(refused.reset_at / 1000, UTC)
        raise UserError(f"error.limit.{refused.scope}", time=f"{reset:%H:%M} UTC")

    async def tell(
        self, doing: Doing, effect: Write, outcome: Outcome, *, again: bool = False, refused: str = ""
    ) -> None:
        """Tell the dialogue, once however often the job runs, that the writing has ended.

        `again` when a job that was given up may run once more later: it then has an end of its own to tell.
        """
        noted = await self.flags.noted(doing.conversation, effect.plan, effect.version)
        record = await self.plans.finished(plan_name(doing.conversation, effect.plan, effect.version))
        written = Written(
            id=f"written/{doing.conversation}/{effect.plan}/{effect.version}{'/closed' if again else ''}",
            place=doing.place,
            user=effect.requester,
            at=self.clock.now_ms(),
            plan=effect.plan,
            version=effect.version,
            outcome=outcome,
            noted_late=noted is not None and record is not None and noted != record.brief.given,
            refused=refused,
        )
        await self.jobs.accept(written, keys=(written.id,))

    def first_view(self, language: Language, effect: Write) -> PlanView:
        """Return the card of a version that begins."""
        understood = (
            self.texts.say(key, language, **dict(params)) for key, params in describe_understood(effect.brief)
        )
        spend = tuple(
            Choice("spend", value, self.texts.say(f"button.spend.{value}", language)) for value in SPEND_VALUES
        )
        unknown = (
            effect.version == 1 and effect.brief.given.monthly_spend is None and effect.brief.given.output_mtok is None
        )
        return PlanView(
            plan=effect.plan,
            version=effect.version,
            language=language,
            requester=effect.requester,
            understood=" · ".join(understood),
            title=title(language, effect.brief.industry_label),
            status="writing",
            progress=self.texts.say("card.status.writing", language),
            question=self.texts.say("card.spend", language) if unknown else "",
            choices=(*(spend if unknown else ()), Choice("stop", "", self.texts.say("button.stop", language))),
        )

    def _choices(self, buttons: Sequence[tuple[str, str]], language: Language) -> tuple[Choice, ...]:
        keys = {one: ".".join(filter(None, ("button", *one))) for one in buttons}
        return tuple(Choice(*one, self.texts.say(key, language)) for one, key in keys.items())

    def failed_view(self, view: PlanView, why: Refusal) -> PlanView:
        """Return the card of a version that was not finished, with the sentence that says so and why."""
        choices = (*why.choices, *self._choices(FAILED_BUTTONS, view.language))
        return replace(view, status="failed", progress=why.sentence, question=why.question, choices=choices)

    async def last_view(self, doing: Doing, effect: Write, view: PlanView, record: PlanRecord) -> PlanView:
        """Return the card of a version that has ended, with all its sections."""
        document, language = json.loads(record.document), view.language
        stopped = outcome_of(record) == "stopped"
        since = plan_name(doing.conversation, effect.plan, effect.since)
        before = await self.plans.finished(since) if effect.since else None
        changes = tell_changes(json.loads(before.document), document) if before else ()
        buttons = STOPPED_BUTTONS if stopped else RESULT_BUTTONS
        if not stopped and doing.place.platform in self.shareable:
            buttons = (*buttons, SHARE_BUTTON)
        return replace(
            view,
            status="stopped" if stopped else "done",
            progress=self.texts.say("card.status.stopped" if stopped else "card.status.done", language),
            question="",
            changes=tuple(self.texts.say(change.key, language, **change.params) for change in changes),
            sections=record_views(record, self.texts),
            choices=self._choices(buttons, language),
            footer=record.footer,
        )


def outcome_of(record: PlanRecord) -> Literal["done", "stopped"]:
    """Return how a kept version ended."""
    return "stopped" if json.loads(record.document)["meta"]["outcome"] == "stopped" else "done"


def record_views(record: PlanRecord, texts: Texts) -> tuple[SectionView, ...]:
    """Return the sections of a kept plan version as they are read."""
    document, language = json.loads(record.document), record.brief.language
    title = texts.say("chart.costs", language)
    chart = draw_costs(document["tco"], read_ledger(document), language, title=title)
    strategy = parse_strategy(record.markdown, language, kind=record.brief.kind)
    return tuple(
        SectionView(one.id, one.heading, one.source.strip(), chart=chart if one.id == CHARTED else None)
        for one in strategy.sections
    )
