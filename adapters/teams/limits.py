"""Teams' limits as data, each with its source; where sources disagree, the smaller one stands here.

Sources: [docs] MicrosoftDocs/msteams-docs and bot-docs as stored in 2026; [ran] seen in the Agents Playground 0.2.28 or
in botbuilder 4.17.1; [ours] chosen below a limit.
"""

from adapters.markdown import Room

# The door.
BODY_BYTES = 512 * 1024
"""[ours] The largest activity is about 100 KB [docs]; an invoke with a quoted message may be larger."""
INVOKE_WITHIN_S = 4.0
"""[ours] An invoke has to be answered within five seconds, then Teams tries twice more [docs]."""

# Tokens of the channel.
LEEWAY_S = 300
"""[docs] Clock difference that is allowed."""
KEYS_FOR_S = 24 * 3600
"""[docs] Keys are to be fetched again at least once a day."""
REFETCH_S = 60
"""[ours] An unknown key leads to a fetch at most so often."""

# One message [docs]: about 100 KB counted as UTF-16, stay below 80 KB.
MESSAGE_BYTES = 80_000
CARD_BYTES = 24_000
"""[ours] Cards above 28 KB were refused by older clients [docs]."""
PAGE_BYTES = 22_000
"""[ours] Bytes of the elements of one page, its frame apart."""
ELEMENT_BYTES = PAGE_BYTES - 1_500
"""[ours] Bytes of one element: a larger one is cut, so that it fits on a page with its heading."""
TEXT = 3_000
TABLE_ROWS = 40
TABLE_COLUMNS = 7
TABLE_CHARACTERS = 3_500
ROOM = Room(text=TEXT, rows=TABLE_ROWS, columns=TABLE_COLUMNS, cells=TABLE_CHARACTERS)
ACTIONS = 6
"""[docs] Actions one action set shows."""
BUTTON_TEXT = 60
CARD_VERSION = "1.5"

# Paces of one conversation [docs: 7 in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour], as milliseconds between two calls
# and calls at once: 4 + 1/0.6 s is below 7, 4 + 2/0.6 s below 8, 4 + 30/0.6 s below 60, 300 + 3600/2.5 s below 1,800.
PACES = ((600, 4), (2_500, 300))
EDIT_EVERY_S = 3.0
"""[docs] Edits more often than every two to three seconds are throttled in channels."""
RETRIED = frozenset({412, 429, 502, 504})
"""[docs] Statuses after which the same call is to be tried again."""

# Streams, in personal chats only [docs, ran].
STREAM_EVERY_S = 1.5
"""[docs] At most one request a second; 1.5 to 2 s are advised."""
STREAM_FOR_S = 100.0
"""[ours] A stream may last two minutes; it ends in time, and the rest follows by update."""
STREAM_OVER_S = 118.0
"""[ours] After so long nothing is sent to a stream any more: Teams ends it at two minutes by itself [docs]."""
INFORMATIVE = 1_000
STREAM_BYTES = 33_000
"""[ours] Bytes of a streamed text, with room below 80 KB for its cards and sources."""
ATTACHED_BYTES = 33_000
"""[ours] Bytes of the tables and charts on the cards of one message."""
CITED_BYTES = 11_000
"""[ours] Bytes of the sources of one message."""
CITATIONS = 10
ABSTRACT = 160
"""[docs] Characters of a citation's abstract."""
CITED_NAME = 80

# Addresses a token of ours may be sent to [docs, and the list of the Agents SDK 1.9].
SERVICE_HOSTS = (
    "smba.trafficmanager.net",
    ".botframework.com",
    ".botframework.us",
    ".botframework.azure.cn",
    "smba.infra.gcc.teams.microsoft.com",
    "smba.infra.gov.teams.microsoft.us",
    "smba.infra.dod.teams.microsoft.us",
)
