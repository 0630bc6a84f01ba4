"""Teams put together: settings and seams in, a chat and its door out, closed in order."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import aiohttp

from adapters.http_session import new_session
from adapters.teams.connector import Connector
from adapters.teams.invokes import Invokes
from adapters.teams.keys import ISSUER, METADATA, KeyCache, Validator
from adapters.teams.listening import Drain, Guests, Listening
from adapters.teams.outbound import TeamsChat
from adapters.teams.prose import TextFormat
from adapters.teams.sharing import TeamsSharing
from adapters.teams.store import Budget, Posts, References
from adapters.teams.streaming import Stop
from adapters.teams.tokens import (
    AUTHORITY,
    CertificateGrant,
    Grant,
    IdentityGrant,
    NoToken,
    SecretGrant,
    TokenCache,
    Tokens,
)
from bot.domain.brief import Language
from bot.domain.errors import SettingsError
from bot.domain.events import ConversationRef, Pressed
from bot.domain.industries import IndustryBook
from bot.ports import Clock, Conversations, History, Jobs, PlanView, Texts

if TYPE_CHECKING:
    from adapters.teams.app import Doors

CONNECT_S, TOTAL_S = 5.0, 20.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MANY_TENANTS = "botframework.com"


class TeamsStore(Posts, References, Budget, Protocol):
    """Be the part of the store that only Teams uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsOptions:
    """Set what Teams depends on.

    `kind` is the app's; `identity` is the address and header of an App Service's managed identity. `unchecked` turns
    authentication off and needs a `host` on this machine. `metadata`, `issuer` and `authority` are other clouds', or
    those of a test.
    """

    app_id: str
    host: str
    kind: Literal["secret", "certificate", "identity"] = "secret"
    tenant: str = ""
    secret: str = field(default="", repr=False)
    certificate: Path | None = None
    identity: tuple[str, str] = ("", "")
    tenants: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    targeted: bool = False
    text_format: TextFormat = "markdown"
    unchecked: bool = False
    metadata: str = METADATA
    issuer: str = ISSUER
    authority: str = AUTHORITY
    loopback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsSeams:
    """Bundle what Teams asks of the bot; `language` is the one where nothing is known.

    `currencies` are those of a spend, as the price book has them now.
    """

    jobs: Jobs
    conversations: Conversations
    history: History
    texts: Texts
    industries: IndustryBook
    currencies: Callable[[], Sequence[str]]
    clock: Clock
    store: TeamsStore
    language: Language
    drain: Drain
    draw: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Be Teams as the rest sees it: a chat, sharing, and the doors of the web process."""

    chat: TeamsChat
    sharing: TeamsSharing
    open_doors: Callable[[], "Doors"]


@asynccontextmanager
async def open_teams(options: TeamsOptions, seams: TeamsSeams) -> AsyncIterator[Teams]:
    """Open Teams: one HTTP session for everything, closed after the last task. Raises SettingsError."""
    refuse_open_door(options)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session(total_s=TOTAL_S, connect_s=CONNECT_S))
        tokens: Tokens = NoToken()
        if not options.unchecked:
            tokens = TokenCache(grant=read_grant(options), session=session, clock=seams.clock)
        connector = Connector(
            session=session,
            tokens=tokens,
            budget=seams.store,
            clock=seams.clock,
            draw=seams.draw,
            loopback=options.unchecked or options.loopback,
        )
        chat = TeamsChat(
            connector=connector,
            posts=seams.store,
            references=seams.store,
            texts=seams.texts,
            industries=seams.industries,
            currencies=seams.currencies,
            clock=seams.clock,
            stop=_stopping(seams),
            targeted=options.targeted,
            text_format=options.text_format,
        )
        listening = _listening(options, seams, chat)
        stack.push_async_callback(listening.close)
        invokes = Invokes(
            listening=listening,
            connector=connector,
            history=seams.history,
            texts=seams.texts,
            industries=seams.industries,
            currencies=seams.currencies,
            language=seams.language,
        )
        validator = _validator(options, seams, session)

        def open_doors() -> "Doors":
            # botbuilder takes a third of a second and 58 MB to import, and only the web process needs it.
            from adapters.teams.app import Adapter, Door, Handler, doors_of

            adapter = Adapter(Handler(listening, invokes))
            return doors_of(Door(adapter=adapter, listening=listening, validator=validator, clock=seams.clock))

        sharing = TeamsSharing(chat=chat, connector=connector, references=seams.store, texts=seams.texts)
        yield Teams(chat=chat, sharing=sharing, open_doors=open_doors)


def refuse_open_door(options: TeamsOptions) -> None:
    """Refuse a door that checks nobody, unless only this machine can reach it. Raises SettingsError."""
    if options.unchecked and options.host not in _LOOPBACK:
        raise SettingsError("error.teams.open_door", setting="TEAMS_AUTH", host=options.host)
    if not options.unchecked and not options.app_id:
        raise SettingsError("error.teams.no_app", setting="TEAMS_APP_ID")


def read_grant(options: TeamsOptions) -> Grant:
    """Return how tokens are asked for. Raises SettingsError for what is missing."""
    tenant = options.tenant or _MANY_TENANTS
    if options.kind == "identity":
        address, header = options.identity
        if address:
            return IdentityGrant(app_id=options.app_id, address=address, header=header)
        return IdentityGrant(app_id=options.app_id)
    if options.kind == "certificate":
        try:
            pem = options.certificate.read_bytes() if options.certificate else b""
        except OSError as error:
            raise SettingsError("error.settings", setting="TEAMS_APP_CERTIFICATE", reason=str(error)) from error
        if not pem:
            raise SettingsError("error.teams.no_proof", setting="TEAMS_APP_CERTIFICATE")
        return CertificateGrant(app_id=options.app_id, tenant=tenant, pem=pem, authority=options.authority)
    if not options.secret:
        raise SettingsError("error.teams.no_proof", setting="TEAMS_APP_PASSWORD")
    return SecretGrant(app_id=options.app_id, tenant=tenant, secret=options.secret, authority=options.authority)


def _stopping(seams: TeamsSeams) -> Stop:
    """Return what makes Teams' own Stop button the same as ours."""

    async def stop(to: ConversationRef, view: PlanView) -> None:
        pressed = Pressed(
            id=f"teams/stop/{to.key()}/{view.plan}/{view.version}",
            place=to,
            user=view.requester,
            at=seams.clock.now_ms(),
            button="stop",
            plan=view.plan,
            version=view.version,
        )
        await seams.jobs.accept(pressed, keys=(pressed.id,))

    return stop


def _validator(options: TeamsOptions, seams: TeamsSeams, session: aiohttp.ClientSession) -> Validator | None:
    if options.unchecked:
        return None
    keys = KeyCache(session=session, clock=seams.clock, metadata=options.metadata)
    return Validator(keys=keys, app_id=options.app_id, clock=seams.clock, issuer=options.issuer)


def _listening(options: TeamsOptions, seams: TeamsSeams, chat: TeamsChat) -> Listening:
    async def greet(place: ConversationRef, language: Language, key: str) -> None:
        await chat.greet(place, language, key=key)

    # A bot of one tenant listens to that tenant, unless others are named.
    tenants = options.tenants or (frozenset({options.tenant}) if options.tenant else frozenset())
    return Listening(
        jobs=seams.jobs,
        conversations=seams.conversations,
        posts=seams.store,
        references=seams.store,
        texts=seams.texts,
        language=seams.language,
        guests=Guests(tenants=tenants, users=options.users),
        drain=seams.drain,
        greet=greet,
    )
