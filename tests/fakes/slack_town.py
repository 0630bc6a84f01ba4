"""The workspace every test starts with: three people, three languages, channels of every kind, one bot."""

from tests.fakes.slack_world import Channel, Person, Token, World

BOT_TOKEN = "xoxb-fake-bot"
APP_TOKEN = "xapp-fake-app"
TEAM = "T0FAKE0001"
BOT = "U0BOT00001"
BOT_ID = "B0BOT00001"
ANA, BOB, RUI = "U0ANA00001", "U0BOB00001", "U0RUI00001"
GENERAL = "C0GENERAL1"
"""Public, the bot is in it."""
OPEN = "C0OPEN0001"
"""Public, the bot is not in it."""
BOARD = "C0BOARD001"
"""Private, the bot is in it."""
SECRET = "C0SECRET01"
"""Private, the bot is not in it and must not learn that it exists."""
ARCHIVE = "C0ARCHIVE1"
PARTNER = "C0PARTNER1"
"""Shared with another company, the bot is in it."""
READ_ONLY = "C0READONLY"
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:read",
        "groups:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:write",
        "im:history",
        "im:write",
        "users:read",
    }
)
"""The scopes of the reference manifest and the optional chat:write.public; nothing that reads channels' messages."""


def found_town(world: World, scopes: frozenset[str] = SCOPES) -> None:
    """Fill an empty world."""
    add_workspace(world, TEAM, "Fábrica")
    add_bot(world, TEAM, user_id=BOT, bot_id=BOT_ID, token=BOT_TOKEN, scopes=scopes)
    for who, name, locale, zone in (
        (ANA, "Ana", "es-ES", "Europe/Madrid"),
        (BOB, "Bob", "en-US", "America/New_York"),
        (RUI, "Rui", "pt-BR", "America/Sao_Paulo"),
    ):
        world.people[who] = Person(id=who, name=name, team_id=TEAM, locale=locale, tz=zone)
    everybody = {ANA, BOB, RUI}
    for channel in (
        Channel(id=GENERAL, name="general", team_id=TEAM, members={*everybody, BOT}),
        Channel(id=OPEN, name="open", team_id=TEAM, members={*everybody}),
        Channel(id=BOARD, name="board", team_id=TEAM, kind="private", members={ANA, BOB, BOT}),
        Channel(id=SECRET, name="secret", team_id=TEAM, kind="private", members={ANA}),
        Channel(id=ARCHIVE, name="archive", team_id=TEAM, members={*everybody, BOT}, archived=True),
        Channel(id=PARTNER, name="partner", team_id=TEAM, members={*everybody, BOT}, external=True),
        Channel(
            id=READ_ONLY,
            name="news",
            team_id=TEAM,
            members={*everybody, BOT},
            refuses="restricted_action_read_only_channel",
        ),
    ):
        world.channels[channel.id] = channel
    world.tokens[APP_TOKEN] = Token(value=APP_TOKEN, kind="app", team_id=TEAM, app_id=world.app.app_id)


def add_workspace(world: World, team_id: str, name: str) -> None:
    """Add an empty workspace."""
    world.teams[team_id] = name


def add_bot(
    world: World, team_id: str, *, user_id: str, bot_id: str, token: str, scopes: frozenset[str] = SCOPES
) -> Token:
    """Install the app in a workspace with a token that does not expire."""
    world.people[user_id] = Person(id=user_id, name="Strategy", team_id=team_id, app_id=world.app.app_id, bot_id=bot_id)
    world.tokens[token] = Token(
        value=token, kind="bot", team_id=team_id, app_id=world.app.app_id, user_id=user_id, bot_id=bot_id, scopes=scopes
    )
    return world.tokens[token]
