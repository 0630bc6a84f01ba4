"""Slack put together: settings and seams in, a chat and its doors out, closed in order."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.http_session import new_session
from adapters.slack.after import Afterwards
from adapters.slack.app import Door, Doors, Listening, Routing, build_app, doors_of
from adapters.slack.calls import Caller
from adapters.slack.guests import Guests
from adapters.slack.home import Home
from adapters.slack.installations import Client, Installations, InstallationStore, make_seal
from adapters.slack.limits import STREAM_DEADLINE_S
from adapters.slack.links import Links
from adapters.slack.oauth import Installing
from adapters.slack.outbound import SlackChat
from adapters.slack.posting import Posting
from adapters.slack.rhythm import Rhythms
from adapters.slack.sharing import SlackSharing
from adapters.slack.socket_mode import SocketMode
from adapters.slack.store import Answers, Budget, Posts, Tokens
from adapters.slack.streaming import Stop
from adapters.slack.tokens import OneToken
from adapters.slack.twins import Twins
from bot.domain.brief import Language
from bot.domain.errors import SettingsError
from bot.domain.events import ConversationRef, Pressed
from bot.domain.industries import IndustryBook
from bot.ports import Clock, Conversations, History, Jobs, PlanView, Preferences, Texts

log = logging.getLogger(__name__)

CONNECT_S, TOTAL_S = 5.0, 20.0


class SlackStore(Posts, Budget, Answers, InstallationStore, Protocol):
    """Be the part of the store that only Slack uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """Set what Slack depends on: the secrets of the app, the address of its Web API, how long a plan may take."""

    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token_keys: str = field(default="", repr=False)
    public_url: str = ""
    base_url: str = AsyncWebClient.BASE_URL
    deadline_s: float = 0.0
    guests: Guests = field(default_factory=Guests)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSeams:
    """Bundle what Slack asks of the bot; `language` is the one where nothing is known.

    `currencies` are those of a spend, as the price book has them now.
    """

    jobs: Jobs
    conversations: Conversations
    history: History
    preferences: Preferences
    texts: Texts
    industries: IndustryBook
    currencies: Callable[[], Sequence[str]]
    clock: Clock
    store: SlackStore
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """Be Slack as the rest sees it: a chat, and the doors of the web process."""

    chat: SlackChat
    sharing: SlackSharing
    home: Home
    doors: Doors
    socket: SocketMode | None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen over a socket too, where the operator gave an app token; only the web process does."""
        if self.socket is None:
            yield
            return
        async with self.socket.listening():
            yield


@asynccontextmanager
async def open_slack(options: SlackOptions, seams: SlackSeams) -> AsyncIterator[Slack]:
    """Open Slack: one HTTP session for everything, closed after the last task. Raises SettingsError."""
    if not options.bot_token and not options.client_id:
        raise SettingsError("error.settings", setting="SLACK_BOT_TOKEN", reason="without it nothing can be posted")
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session(total_s=TOTAL_S, connect_s=CONNECT_S))
        installing = _open_installing(options, seams, session) if options.client_id else None
        tokens: Tokens = installing.installations if installing else OneToken(options.bot_token)
        caller = Caller(
            session=session, tokens=tokens, budget=seams.store, clock=seams.clock, base_url=options.base_url
        )
        chat = SlackChat(
            caller=caller,
            posts=seams.store,
            answers=seams.store,
            texts=seams.texts,
            industries=seams.industries,
            currencies=seams.currencies,
            session=session,
            rhythms=Rhythms(seams.clock.monotonic),
            language=seams.language,
            stop=_stopping(seams),
            streams=options.deadline_s < STREAM_DEADLINE_S,
        )
        links = Links(caller=caller, posts=seams.store)
        home = _home(caller, links, seams)
        after = Afterwards(
            conversations=seams.conversations,
            preferences=seams.preferences,
            tokens=tokens,
            forms=chat,
            words=chat,
            homes=home,
            cards=Twins(
                conversations=seams.conversations,
                posting=Posting(caller=caller, posts=seams.store),
                links=links,
                texts=seams.texts,
            ),
            session=session,
        )
        stack.push_async_callback(after.close)
        listening = Listening(
            jobs=seams.jobs,
            conversations=seams.conversations,
            clock=seams.clock,
            texts=seams.texts,
            language=seams.language,
            after=after,
            guests=options.guests,
        )
        app = build_app(listening, AsyncWebClient(session=session, base_url=options.base_url))
        routing = Routing(listening=listening, app=app)
        door = Door(routing=routing, secret=options.signing_secret, clock=seams.clock)
        socket = None
        if options.app_token:
            socket = SocketMode(
                routing=routing, token=options.app_token, session=session, base_url=options.base_url, clock=seams.clock
            )
        doors = dict(doors_of(door) if options.signing_secret else {}) | dict(installing.doors() if installing else {})
        sharing = SlackSharing(chat=chat, caller=caller, texts=seams.texts, links=links, guests=options.guests)
        yield Slack(chat=chat, sharing=sharing, home=home, doors=doors, socket=socket)


def _open_installing(options: SlackOptions, seams: SlackSeams, session: aiohttp.ClientSession) -> Installing:
    client = Client(id=options.client_id, secret=options.client_secret, base_url=options.base_url, session=session)
    seal = make_seal(options.token_keys)
    return Installing(
        installations=Installations(store=seams.store, seal=seal, client=client, clock=seams.clock),
        store=seams.store,
        client=client,
        clock=seams.clock,
        texts=seams.texts,
        language=seams.language,
        public_url=options.public_url,
    )


def _stopping(seams: SlackSeams) -> Stop:
    """Return what makes a stream that was stopped in Slack the same as our own button."""

    async def stop(to: ConversationRef, view: PlanView, key: str) -> None:
        pressed = Pressed(
            id=key,
            place=to,
            user=view.requester,
            at=seams.clock.now_ms(),
            button="stop",
            plan=view.plan,
            version=view.version,
        )
        await seams.jobs.accept(pressed, keys=(pressed.id,))

    return stop


def _home(caller: Caller, links: Links, seams: SlackSeams) -> Home:
    return Home(
        caller=caller,
        history=seams.history,
        conversations=seams.conversations,
        preferences=seams.preferences,
        links=links,
        texts=seams.texts,
        language=seams.language,
    )
