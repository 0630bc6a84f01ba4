"""Write one version of a plan: compute, stream, check, repair, save, show; complete within the deadline."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.brief import Given, Language
from bot.domain.checks.finding import Finding
from bot.domain.document.markers import render_markers
from bot.domain.errors import ModelError
from bot.domain.prompt import prompt_values, strategy_messages
from bot.domain.tco_chart import draw_costs
from bot.domain.terms import SectionId, heading
from bot.generation.desk import Desk, Settled
from bot.generation.manuscript import Manuscript
from bot.generation.order import Draft, Order, Tally, Watch
from bot.generation.supervision import Outcome, supervise
from bot.generation.work import Composer, Shelf, Work, prepare
from bot.ports import Clock, Model, Plans, Prompts, SectionView, Texts

log = logging.getLogger(__name__)

CHARTED: SectionId = "tco"
"""The section whose costs are drawn."""
RESERVE_S = 2.0
"""Seconds kept back from the deadline for what the planner still has to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Write strategies; without a `model` the planner writes them all.

    `findings` are the sentences of findings, `models` names the endpoints in their order.
    """

    model: Model | None
    composer: Composer
    prompts: Prompts
    plans: Plans
    shelf: Shelf
    clock: Clock
    texts: Texts
    findings: Mapping[Language, Mapping[str, str]]
    new_token: Callable[[], str]
    max_tokens: int
    deadline_s: float
    models: str = ""

    async def write(self, order: Order, watch: Watch) -> Draft:
        """Write the ordered version and return it whole; what the model did not deliver is the planner's, marked.

        Stopped by the user, the draft holds the sections that were finished. Raises UserError for costs that cannot be
        computed, before anything is shown.
        """
        started = self.clock.monotonic()
        until = started + self.deadline_s - RESERVE_S
        while True:
            sitting = self._sit_down(order, watch, until)
            await sitting.write()
            if sitting.outcome != "changed":
                return sitting.draft(self.clock.monotonic() - started)
            log.info("plan %s starts again with what was said about costs", order.plan)
            order = replace(order, brief=replace(order.brief, given=sitting.given))
            await watch.restarted()

    def signature(self, order: Order) -> str:
        """Return a name for all that the text depends on: brief, figures, day, prompt and models."""
        brief = order.brief
        work = prepare(brief, self.shelf, self.composer, today=order.today, wish=order.wish, canary="")
        return "/".join((work.fingerprint, brief.kind, self.prompts.version(brief.kind, brief.language), self.models))

    def _sit_down(self, order: Order, watch: Watch, until: float) -> "Sitting":
        canary = self.new_token()
        work = prepare(order.brief, self.shelf, self.composer, today=order.today, wish=order.wish, canary=canary)
        return Sitting(writer=self, order=order, watch=watch, until=until, work=work, given=order.brief.given)


@dataclass(slots=True, kw_only=True)
class Sitting:
    """Be one attempt at a version with one set of figures; ends as `changed` when others are wanted."""

    writer: Writer
    order: Order
    watch: Watch
    until: float
    work: Work
    given: Given
    outcome: Outcome = "done"
    tally: Tally = field(default_factory=Tally)
    desk: Desk = field(init=False)
    system: str = field(init=False)

    def __post_init__(self) -> None:
        brief = self.work.brief
        self.desk = Desk(kind=brief.kind, hand_on=self._hand_on)
        values = prompt_values(brief, canary=self.work.canary)
        self.system = self.writer.prompts.render(brief.kind, brief.language, values)

    async def write(self) -> None:
        """Lay out what is known, let the model write the rest, and the planner what then is missing."""
        await self.watch.progressed("computing")
        for saved in await self.writer.plans.sections(self.order.plan):
            if saved.ledger == self.work.fingerprint:
                await self.desk.put(Settled.restore(saved))
        for section in self.work.code_sections:
            source = self.writer.composer.section(section, self.work.case)
            await self.desk.put(Settled(id=section, source=source, written_by="code"))
        if await self._changed():
            self.outcome = "changed"
        elif self.writer.model and self.desk.missing:
            await self._ask(self.writer.model)
        if self.outcome in ("done", "late"):
            await self._fill()

    async def _ask(self, model: Model) -> None:
        manuscript = Manuscript(
            model=model,
            prompts=self.writer.prompts,
            clock=self.writer.clock,
            work=self.work,
            desk=self.desk,
            watch=self.watch,
            tally=self.tally,
            settle=self._settle,
            tell=self._tell,
            system=self.system,
            max_tokens=self.writer.max_tokens,
            until=self.until,
            user_key=self.order.user_key,
        )
        try:
            self.outcome = await supervise(
                manuscript.write(),
                clock=self.writer.clock,
                until=self.until,
                stopped=self.watch.stopped,
                changed=self._changed,
            )
        except ModelError as error:
            log.warning("plan %s: the model did not deliver: %s (%s)", self.order.plan, error, error.detail)
            self.tally.fault = error

    async def _changed(self) -> bool:
        """Look for what was said about costs; it is used as long as the cost section is not written."""
        noted = None if "tco" in self.desk.settled else await self.watch.noted()
        if noted is None or noted == self.given:
            return False
        self.given = noted
        return True

    async def _fill(self) -> None:
        """Let the planner write what is missing, with a visible mark where a model had been asked."""
        for section in self.desk.missing:
            if await self.watch.stopped():
                self.outcome = "stopped"
                return
            await self.watch.progressed("planner" if self.writer.model else "writing", section)
            source = self.writer.composer.section(section, self.work.case)
            await self._settle(
                Settled(
                    id=section,
                    source=source,
                    written_by="planner",
                    marked=self.writer.model is not None,
                    findings=self.tally.rejected.get(section, ()),
                )
            )

    async def _settle(self, settled: Settled) -> None:
        """Save a section, then lay it down: nothing is shown that a crash could lose."""
        saved = settled.save(self.work.fingerprint)
        await self.writer.plans.save_section(self.order.plan, saved, job=self.order.job)
        await self.desk.put(settled)

    async def _hand_on(self, settled: Settled) -> None:
        await self.watch.shown(view_section(settled, self.work, self.writer.texts))

    def _tell(self, finding: Finding) -> dict[str, Any]:
        return finding.as_json(self.writer.findings[self.work.brief.language])

    def draft(self, seconds: float) -> Draft:
        """Return what was written."""
        brief = self.work.brief
        messages = strategy_messages(self.system, self.work.facts)
        return Draft(
            order=self.order,
            work=self.work,
            sections=tuple(self.desk.in_order()),
            tally=self.tally,
            outcome=self.outcome,
            prompt="\n\n".join(f"[{message.role}]\n{message.content}" for message in messages),
            prompt_version=self.writer.prompts.version(brief.kind, brief.language),
            fallback=self._fallback(),
            seconds=seconds,
        )

    def _fallback(self) -> str | None:
        """Say why the planner stood in for a model, as the key of a sentence."""
        if not any(settled.marked for settled in self.desk.in_order()):
            return None
        if self.tally.fault:
            return self.tally.fault.text
        if self.outcome == "late":
            return "fallback.deadline"
        return "fallback.rejected" if self.tally.rejected else "fallback.incomplete"


def view_section(settled: Settled, work: Work, texts: Texts) -> SectionView:
    """Return a section as it is read: figures printed, tables in place, the planner's mark in front."""
    language, ledger = work.brief.language, work.case.ledger
    tables = render_markers(work.tables_markdown, ledger, language)
    markdown = render_markers(settled.source, ledger, language, tables).strip()
    if settled.marked:
        markdown = f"_{texts.say('mark.planner', language)}_\n\n{markdown}"
    chart = None
    if settled.id == CHARTED:
        chart = draw_costs(work.table.as_json(), ledger, language, title=texts.say("chart.costs", language))
    return SectionView(settled.id, heading(settled.id, language), markdown, settled.marked, chart)
