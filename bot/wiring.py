"""The one place where objects are made: settings in, running parts out, closed in order."""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from bot.auditing import Auditing
from bot.conversation import Hearing, Performing, Talking
from bot.delivery import Delivery
from bot.domain import effects
from bot.domain.brief import Brief, Language
from bot.domain.events import Platform
from bot.domain.slots import Understood
from bot.endpoints import read_endpoints
from bot.generation.answering import Answering
from bot.generation.closing import Closing
from bot.generation.finishing import Finished, finish
from bot.generation.order import Order, Watch
from bot.generation.performing import Publishing
from bot.generation.writing import Writer
from bot.platforms import Door, Ground, Platforms, open_platforms
from bot.ports import Chat, Claimed, Clock, Model, Performer
from bot.services.books import Books
from bot.services.clock import SystemClock
from bot.services.endpoint_profiles import Endpoint
from bot.services.finding_texts import load_findings
from bot.services.industry_book import industry_book
from bot.services.jinja_prompts import JinjaPrompts
from bot.services.model_lifecycle import LifecycleWarning, lifecycle_warning
from bot.services.openai_endpoint import Timeouts
from bot.services.openai_model import OpenAIModel
from bot.services.planner import Planner
from bot.services.price_book import PriceBooks
from bot.services.redis_limits import budgets
from bot.services.redis_scripts import Scripts
from bot.services.redis_store import Store, StoreOptions, lifetimes_for, open_store
from bot.services.slot_extraction import SlotExtraction
from bot.services.texts import YamlTexts, load_texts
from bot.services.tracing import trace_of, traced
from bot.services.watched_model import WatchedModel, log_call
from bot.settings import Settings

if TYPE_CHECKING:
    # Its library is loaded only where somebody asked for figures.
    from bot.services.metered import Meters

USER_KEY_DIGITS = 32
REQUEST_MARGIN_S = 40.0
"""A writer holds a request for its deadline and this long; a dead one holds nobody up for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Be what writes one strategy without a conversation."""

    clock: Clock
    texts: YamlTexts
    books: Books
    endpoints: tuple[Endpoint, ...]
    model: OpenAIModel | None
    writer: Writer
    store: Store
    meters: "Meters | None" = None

    async def write(self, brief: Brief, *, watch: Watch, plan: str) -> Finished:
        """Write one strategy."""
        order = Order(plan=plan, brief=brief, today=self.today())
        draft = await self.writer.write(order, watch)
        return finish(draft, composer=self.writer.composer, shelf=self.books, texts=self.texts)

    def today(self) -> date:
        """Return the day it is, UTC."""
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC).date()

    def warnings(self, language: Language) -> tuple[str, ...]:
        """Name each configured model that has reached, or soon reaches, the end of its life."""
        found = (lifecycle_warning(one.model, self.books.prices.lifecycles, self.today()) for one in self.endpoints)
        return tuple(self._warning(one, language) for one in found if one)

    def _warning(self, found: LifecycleWarning, language: Language) -> str:
        said = self.texts.say(found.text, language, model=found.model, shutdown=found.shutdown)
        if found.successor is None:
            return said
        return f"{said} {self.texts.say('warning.model.successor', language, successor=found.successor)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Be the running bot: the desk, and the use-cases that the worker calls."""

    desk: Desk
    hearing: Hearing
    performing: Performing
    doors: Mapping[tuple[str, str], Door]

    async def drain(self, claimed: Claimed) -> Claimed | None:
        """Handle a drain job; returns the perform job it has become, if it has."""
        with traced(trace_of(claimed.job.place, claimed.job.event)):
            return await self.hearing.drain(claimed.job.conversation, claimed)

    async def perform(self, claimed: Claimed) -> None:
        """Handle a perform job."""
        with traced(trace_of(claimed.job.place, claimed.job.event)):
            await self.performing.perform(claimed)


def hash_users(key: str) -> Callable[[str], str | None]:
    """Return what turns a user into a keyed hash for a model endpoint; without a key, nothing is sent."""

    def hashed(user: str) -> str | None:
        return hmac.new(key.encode(), user.encode(), hashlib.sha256).hexdigest()[:USER_KEY_DIGITS] if key else None

    return hashed


def store_options(settings: Settings) -> StoreOptions:
    """Return how the store is to behave."""
    return StoreOptions(
        namespace=settings.namespace,
        lifetimes=lifetimes_for(settings.retention_days),
        request_lease_ms=int((settings.deadline_s + REQUEST_MARGIN_S) * 1000),
        budgets=budgets(
            user_requests_hour=settings.user_requests_hour,
            user_tokens_hour=settings.user_tokens_hour,
            channel_tokens_hour=settings.channel_tokens_hour,
            tenant_tokens_day=settings.tenant_tokens_day,
            total_tokens_day=settings.total_tokens_day,
        ),
    )


@asynccontextmanager
async def open_desk(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Desk]:
    """Make what writes strategies, and close it at the end. Raises SettingsError, DataError or StoreError."""
    async with AsyncExitStack() as stack:
        clock, texts = clock or SystemClock(), load_texts()
        meters = _open_meters(settings, clock)
        scripts = meters.new_scripts if meters else Scripts
        opening = open_store(settings.redis_url, store_options(settings), clock=clock, new_scripts=scripts)
        store = await stack.enter_async_context(opening)
        store = meters.over_store(store) if meters else store
        books = Books(PriceBooks(settings.price_book_overlay), industry_book())
        endpoints = read_endpoints(settings)
        model = None
        if endpoints:
            timeouts = Timeouts(first_content_s=settings.first_content_s, idle_s=settings.idle_s)
            model = OpenAIModel(endpoints, timeouts=timeouts)
            stack.push_async_callback(model.close)
        prompts = JinjaPrompts()
        writer = Writer(
            model=_watched(model, clock, meters),
            composer=Planner(prompts),
            prompts=prompts,
            plans=store.plans,
            shelf=books,
            clock=clock,
            texts=texts,
            findings=load_findings(),
            new_token=lambda: secrets.token_hex(8),
            max_tokens=settings.max_tokens,
            deadline_s=settings.deadline_s,
            models=" ".join(one.name for one in endpoints),
        )
        yield Desk(
            clock=clock,
            texts=texts,
            books=books,
            endpoints=endpoints,
            model=model,
            writer=writer,
            store=store,
            meters=meters,
        )


def _open_meters(settings: Settings, clock: Clock) -> "Meters | None":
    if settings.metrics_port is None:
        return None
    from bot.services.metered import Meters

    return Meters(clock)


def _watched(model: Model | None, clock: Clock, meters: "Meters | None") -> Model | None:
    return WatchedModel(model, clock, (log_call, *((meters.count_model,) if meters else ()))) if model else None


@asynccontextmanager
async def open_services(
    settings: Settings, chats: Mapping[Platform, Chat], *, with_doors: bool = True, clock: Clock | None = None
) -> AsyncIterator[Services]:
    """Make the whole bot over these chats, or over all configured platforms without any; closed at the end.

    Only the web process needs doors. Raises SettingsError, DataError or StoreError.
    """
    async with (
        open_desk(settings, clock=clock) as desk,
        open_services_at(desk, settings, chats, with_doors=with_doors) as services,
    ):
        yield services


@asynccontextmanager
async def open_services_at(
    desk: Desk, settings: Settings, chats: Mapping[Platform, Chat], *, with_doors: bool
) -> AsyncIterator[Services]:
    """Make the whole bot around a desk that is open already. Raises SettingsError."""
    async with AsyncExitStack() as stack:
        hearing = Hearing(
            conversations=desk.store.conversations,
            industries=desk.books.industries,
            default_language=settings.default_language,
            preferences=desk.store.preferences,
            unpriced=desk.books.price_books.unpriced,
            extract=_extraction(desk),
        )
        opened = Platforms(chats=chats, doors={})
        if not chats:
            ground = Ground(
                store=desk.store,
                texts=desk.texts,
                industries=desk.books.industries,
                currencies=lambda: desk.books.prices.currencies,
                clock=desk.clock,
                drain=hearing.drain,
            )
            opened = await stack.enter_async_context(open_platforms(settings, ground, with_doors=with_doors))
        auditing = Auditing(audit=desk.store.audit, plans=desk.store.plans)
        performers = auditing.over(_performers(desk, opened, settings))
        performing = Performing(effects=desk.store.effects, performers=performers)
        yield Services(desk=desk, hearing=hearing, performing=performing, doors=opened.doors)


def _extraction(desk: Desk) -> Callable[[str, Language], Awaitable[Understood | None]] | None:
    model = desk.writer.model
    return SlotExtraction(model, desk.writer.prompts, desk.books.industries).extract if model else None


def _performers(desk: Desk, opened: Platforms, settings: Settings) -> Mapping[type, Performer]:
    """Return who performs each kind of effect."""
    store, texts = desk.store, desk.texts
    chats = desk.meters.over_chats(opened.chats) if desk.meters else opened.chats
    user_key = hash_users(settings.user_key.get_secret_value())
    talking = Talking(chats=chats, texts=texts, industries=desk.books.industries)
    publishing = Publishing(
        chats=chats,
        texts=texts,
        writer=desk.writer,
        plans=store.plans,
        requests=store.requests,
        flags=store.flags,
        jobs=store.jobs,
        limits=store.limits,
        clock=desk.clock,
        user_key=user_key,
        shareable=frozenset(opened.sharings),
    )
    answering = Answering(
        chats=chats, texts=texts, writer=desk.writer, plans=store.plans, limits=store.limits, user_key=user_key
    )
    delivery = Delivery(
        chats=chats,
        texts=texts,
        plans=store.plans,
        history=store.history,
        judgements=store.judgements,
        preferences=store.preferences,
        sharings=opened.sharings,
        homes=opened.homes,
    )
    return {
        effects.Say: talking.say,
        effects.OpenForm: talking.open_form,
        effects.PostCard: publishing.post_card,
        effects.Write: publishing.write,
        effects.CloseCard: Closing(publishing=publishing).close,
        effects.StopWriting: publishing.stop,
        effects.NoteGiven: publishing.note,
        effects.Answer: answering.answer,
        effects.ShowPrompt: delivery.show_prompt,
        effects.ShowHistory: delivery.show_history,
        effects.Forget: delivery.forget,
        effects.ExportPlan: delivery.export,
        effects.SharePlan: delivery.share,
        effects.KeepFeedback: delivery.keep_feedback,
        effects.DeletePlan: delivery.delete,
        effects.KeepLanguage: delivery.keep_language,
    }
