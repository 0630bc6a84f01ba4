"""Opens the platforms that are configured: settings in, their chats and doors out."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bot.domain.events import Platform
from bot.domain.industries import IndustryBook
from bot.ports import Chat, Clock, Homes, Sharing, Texts
from bot.services.redis_store import Store
from bot.settings import Settings

if TYPE_CHECKING:
    # Heavy, and only a process with doors needs it: `ask` and `chat` start without.
    from aiohttp import web

    from adapters.slack.assembly import Slack
    from adapters.teams.assembly import Teams, TeamsOptions

# Answers one request of a platform.
Door: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"
Drain = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Be what every platform stands on; `drain` runs a conversation's dialogue at once.

    `currencies` names what the price book at hand can compute a spend in.
    """

    store: Store
    texts: Texts
    industries: IndustryBook
    currencies: Callable[[], Sequence[str]]
    clock: Clock
    drain: Drain


@dataclass(frozen=True, slots=True, kw_only=True)
class Platforms:
    """Be the open platforms: how the bot talks and shares there, and the doors of the web process."""

    chats: Mapping[Platform, Chat]
    doors: Mapping[tuple[str, str], Door]
    sharings: Mapping[Platform, Sharing] = field(default_factory=dict)
    homes: Mapping[Platform, Homes] = field(default_factory=dict)


@asynccontextmanager
async def open_platforms(settings: Settings, ground: Ground, *, with_doors: bool) -> AsyncIterator[Platforms]:
    """Open all configured platforms, and close them at the end. Raises SettingsError."""
    chats: dict[Platform, Chat] = {}
    doors: dict[tuple[str, str], Door] = {}
    sharings: dict[Platform, Sharing] = {}
    homes: dict[Platform, Homes] = {}
    async with AsyncExitStack() as stack:
        if settings.slack_signing_secret.get_secret_value() or settings.slack_app_token.get_secret_value():
            slack = await stack.enter_async_context(_open_slack(settings, ground))
            chats["slack"], sharings["slack"], homes["slack"] = slack.chat, slack.sharing, slack.home
            doors.update(slack.doors)
            if with_doors:
                await stack.enter_async_context(slack.listening())
        if settings.teams_app_id or settings.teams_auth == "none":
            teams = await stack.enter_async_context(_open_teams(settings, ground))
            chats["teams"], sharings["teams"] = teams.chat, teams.sharing
            if with_doors:
                doors.update(teams.open_doors())
        yield Platforms(chats=chats, doors=doors, sharings=sharings, homes=homes)


def _open_slack(settings: Settings, ground: Ground) -> AbstractAsyncContextManager["Slack"]:
    from adapters.slack.assembly import SlackOptions, SlackSeams, open_slack
    from adapters.slack.guests import Guests
    from bot.services.redis_slack import RedisSlack

    options = SlackOptions(
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        bot_token=settings.slack_bot_token.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        token_keys=settings.slack_token_keys.get_secret_value(),
        public_url=settings.public_url,
        base_url=settings.slack_api_url,
        deadline_s=settings.deadline_s,
        guests=Guests(
            workspaces=frozenset(settings.slack_workspaces.split()),
            channels=frozenset(settings.slack_channels.split()),
            users=frozenset(settings.slack_users.split()),
        ),
    )
    seams = SlackSeams(
        jobs=ground.store.jobs,
        conversations=ground.store.conversations,
        history=ground.store.history,
        preferences=ground.store.preferences,
        texts=ground.texts,
        industries=ground.industries,
        currencies=ground.currencies,
        clock=ground.clock,
        store=RedisSlack(ground.store.scripts, ground.clock),
        language=settings.default_language,
    )
    return open_slack(options, seams)


def _open_teams(settings: Settings, ground: Ground) -> AbstractAsyncContextManager["Teams"]:
    from adapters.teams.assembly import TeamsSeams, open_teams
    from bot.services.redis_teams import RedisTeams

    seams = TeamsSeams(
        jobs=ground.store.jobs,
        conversations=ground.store.conversations,
        history=ground.store.history,
        texts=ground.texts,
        industries=ground.industries,
        currencies=ground.currencies,
        clock=ground.clock,
        store=RedisTeams(ground.store.scripts, ground.clock),
        language=settings.default_language,
        drain=ground.drain,
        # Jitter only spreads retries in time; nothing secret depends on it.
        draw=random.Random().random,  # noqa: S311
    )
    return open_teams(teams_options(settings), seams)


def teams_options(settings: Settings) -> "TeamsOptions":
    """Return what Teams depends on."""
    from adapters.teams.assembly import TeamsOptions

    return TeamsOptions(
        app_id=settings.teams_app_id,
        host=settings.host,
        kind=settings.teams_app_type,
        tenant=settings.teams_tenant_id,
        secret=settings.teams_app_password.get_secret_value(),
        certificate=settings.teams_app_certificate,
        identity=(settings.identity_endpoint, settings.identity_header.get_secret_value()),
        tenants=frozenset(settings.teams_tenants.split()),
        users=frozenset(settings.teams_users.split()),
        targeted=settings.teams_targeted,
        text_format=settings.teams_text_format,
        unchecked=settings.teams_auth == "none",
        metadata=settings.teams_keys_url,
        issuer=settings.teams_token_issuer,
        authority=settings.teams_authority,
        loopback=settings.teams_loopback,
    )
