"""The Slack chat alone over a fake Slack and an embedded store, on a clock that only moves when somebody waits."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from adapters.slack.assembly import SlackOptions, SlackSeams, open_slack
from adapters.slack.outbound import SlackChat
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.ports import Choice, PlanView, SectionView
from bot.services.industry_book import industry_book
from bot.services.redis_slack import RedisSlack
from bot.services.redis_store import Store, StoreOptions, open_store
from bot.services.texts import load_texts
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.fakes.slack_world import VirtualClock

TEXTS = load_texts()
PLACE = ConversationRef(platform="slack", tenant=TEAM, channel=GENERAL, command="trigger-1")
BUTTONS = (Choice("prompt", "", "Ver el prompt"), Choice("regenerate", "", "Redactar de nuevo"))
VIEW = PlanView(
    plan=1,
    version=1,
    language="es",
    requester=ANA,
    understood="Finanzas, objetivo de ahorro del 40 %",
    title="Estrategia de adopción de IA de código abierto: Finanzas",
    status="writing",
    progress="Calculando costes…",
    choices=(Choice("stop", "", "Detener"),),
)


@dataclass(frozen=True, slots=True)
class SharedClock:
    """Tell the bot the time of the fake Slack; waiting moves it for both."""

    clock: VirtualClock

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return int(self.clock() * 1000)

    def monotonic(self) -> float:
        """Return the same in seconds."""
        return self.clock()

    async def sleep(self, seconds: float) -> None:
        """Move the time forward."""
        self.clock.advance(seconds)


@asynccontextmanager
async def chatting(slack: SlackServer, clock: VirtualClock, *, deadline_s: float) -> AsyncIterator[SlackChat]:
    """Open the chat as the worker opens it."""
    async with open_store(None, StoreOptions()) as store, chatting_over(store, slack, clock, deadline_s) as chat:
        yield chat


@asynccontextmanager
async def chatting_over(
    store: Store, slack: SlackServer, clock: VirtualClock, deadline_s: float
) -> AsyncIterator[SlackChat]:
    """Open the chat over a store that is open already."""
    shared = SharedClock(clock)
    options = SlackOptions(bot_token=slack.bot_token, base_url=slack.base_url, deadline_s=deadline_s)
    seams = SlackSeams(
        jobs=store.jobs,
        conversations=store.conversations,
        history=store.history,
        preferences=store.preferences,
        texts=TEXTS,
        industries=industry_book(),
        currencies=lambda: ("USD",),
        clock=shared,
        store=RedisSlack(store.scripts, shared),
        language="es",
    )
    async with open_slack(options, seams) as opened:
        yield opened.chat


async def show_plan(
    chat: SlackChat,
    clock: VirtualClock,
    sections: tuple[SectionView, ...],
    *,
    every_s: float,
    title: str = VIEW.title,
    place: ConversationRef = PLACE,
) -> str:
    """Show a plan section by section, one each `every_s` seconds, and its end; returns the card."""
    view = replace(VIEW, title=title)
    card = await chat.post_card(place, view, key=place.command)
    await chat.update_card(place, card, view)
    for count in range(1, len(sections) + 1):
        clock.advance(every_s)
        progress = f"Escribiendo: {sections[count - 1].heading}…"
        with suppress_passing():
            await chat.update_card(place, card, replace(view, progress=progress, sections=sections[:count]))
    done = replace(view, progress="Listo", status="done", choices=BUTTONS, sections=sections)
    await chat.update_card(place, card, done)
    return card


@contextmanager
def suppress_passing() -> Iterator[None]:
    """Let a view be missed that a later one shows too, as the living card does."""
    try:
        yield
    except ChatError as error:
        if error.final:
            raise
