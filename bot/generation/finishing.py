"""Turn a draft into the finished document: Markdown, the JSON of the machine interface, footer and notices."""

from dataclasses import dataclass
from typing import Any

from bot.domain.prices import PriceBook
from bot.domain.report import Meta, report
from bot.domain.strategy import compose, parse_strategy
from bot.generation.order import Draft
from bot.generation.work import Composer, Shelf
from bot.generation.writing import view_section
from bot.ports import SectionView, Texts

MTOK = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Be a finished version: `document` is plain data, `markdown` what is read, `source` the same with markers.

    `notices` are sentences for whoever asked: why the planner stood in, how old the prices are.
    """

    document: dict[str, Any]
    markdown: str
    source: str
    views: tuple[SectionView, ...]
    footer: str
    notices: tuple[str, ...]


def finish(draft: Draft, *, composer: Composer, shelf: Shelf, texts: Texts) -> Finished:
    """Return the finished document of a draft; what the model used is priced from the shelf's book."""
    brief, case = draft.work.brief, draft.work.case
    views = tuple(view_section(settled, draft.work, texts) for settled in draft.sections)
    markdown = compose(
        brief.industry_label,
        {one.id: view.markdown for one, view in zip(draft.sections, views, strict=True)},
        brief.language,
    )
    source = compose(brief.industry_label, {one.id: one.source for one in draft.sections}, brief.language)
    meta = Meta(
        written_by=draft.written_by,
        fallback_reason=draft.fallback,
        model=draft.tally.model,
        endpoint=draft.tally.endpoint,
        prompt_version=draft.prompt_version,
        price_book_date=case.assessment.book_as_of.isoformat(),
        tokens_in=draft.tally.tokens_in,
        tokens_out=draft.tally.tokens_out,
        tokens_estimated=draft.tally.estimated,
        cost_usd=cost_of(draft, shelf.prices),
        seconds=draft.seconds,
        plan=draft.order.plan,
        outcome=draft.outcome,
    )
    document = report(
        brief=brief,
        document=parse_strategy(markdown, brief.language, kind=brief.kind),
        assessment=case.assessment,
        ledger=case.ledger,
        table=draft.work.table,
        assumptions=composer.assumptions(case),
        unknowns=composer.unknowns(case),
        infrastructure_why=composer.infrastructure_why(case),
        findings=[finding for settled in draft.sections for finding in settled.findings],
        meta=meta,
    )
    return Finished(
        document=document,
        markdown=markdown,
        source=source,
        views=views,
        footer=write_footer(draft, meta, texts),
        notices=write_notices(draft, texts),
    )


def cost_of(draft: Draft, book: PriceBook) -> float | None:
    """Return what the model's tokens cost in USD by the price book; None for a model it does not know."""
    if draft.tally.model is None:
        return 0.0
    price = book.closed.get(draft.tally.model.lower())
    if price is None:
        return None
    spent = draft.tally.tokens_in * price.price_in.value + draft.tally.tokens_out * price.price_out.value
    return spent / MTOK


def write_footer(draft: Draft, meta: Meta, texts: Texts) -> str:
    """Say who wrote it, with which prompt and prices, what it used, and what was checked."""
    language = draft.work.brief.language
    checked = "footer.checked" if draft.outcome != "stopped" else "footer.stopped"
    parts = [
        texts.say(f"footer.by_{meta.written_by}", language, model=meta.model or ""),
        texts.say("footer.versions", language, prompt=meta.prompt_version, day=meta.price_book_date),
        texts.say(checked, language, findings=sum(len(one.findings) for one in draft.sections)),
    ]
    if meta.model:
        parts.insert(2, texts.say("footer.tokens", language, tokens=meta.tokens_in + meta.tokens_out))
    if meta.cost_usd:
        parts.insert(3, texts.say("footer.cost", language, cost=round(meta.cost_usd, 4)))
    return " · ".join(parts)


def write_notices(draft: Draft, texts: Texts) -> tuple[str, ...]:
    """Say what whoever asked should know beside the document."""
    language = draft.work.brief.language
    notices = []
    if draft.tally.fault:
        notices.append(texts.say(draft.tally.fault.text, language, **draft.tally.fault.params))
    if draft.fallback:
        notices.append(texts.say("say.planner_stood_in", language))
    return tuple(notices)
