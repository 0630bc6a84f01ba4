"""Slack's limits as data, each with its source; where sources disagree, the smaller one stands here.

Sources: [docs] Slack's reference pages as kept by slack-ruby/slack-api-ref (2026-08-20) and the docstrings of slack_sdk
3.47; [blocks] the limits file of slackblocks 3.0.0 (spec 1.4.0); [issue] measured by others, issue named.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from adapters.markdown import Room

# One message.
MESSAGE_BLOCKS = 50
"""[docs] Blocks of a message."""
PAGE_BLOCKS = 45
"""Ours: room is left for a block more."""
PAGE_BYTES = 11_000
"""Ours, below 12,000 characters of a message [docs] and the 13,200 at which msg_blocks_too_long came [bolt-js#2509]."""
PAGE_TABLES = 1
"""[docs] Older pages allow one table block of a kind in a message, newer ones 10,000 characters over all tables."""
TEXT = 40_000
"""[docs] Characters of `text`; longer ones are cut by Slack."""
EDIT_TEXT = 4_000
"""[docs] Characters of `text` that chat.update takes, with msg_too_long above."""

# Blocks and elements [blocks].
SECTION_TEXT = 3_000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 150
ACTIONS = 25
BLOCK_ID = 255
PLACEHOLDER = 150
CONTEXT_ELEMENTS = 10
LIST_INDENT = 8
TABLE_ROWS = 100
TABLE_COLUMNS = 20
TABLE_CHARACTERS = 10_000
DATA_TABLE_ROWS = 100
"""Rows with the head: 201 in newer documentation, 101 in older; a page of a table has 100."""
CHART_TITLE = 50
CHART_LABEL = 20
CHART_POINTS = 20
CHART_SERIES = 6
"""12 in newer documentation, 6 in older."""

# Streams.
STREAM_DEADLINE_S = 240.0
"""Ours: a plan that may take longer is posted and edited, for a stream dies about five minutes after its start, busy or
not [python-slack-sdk#1859, node-slack-sdk#2702]."""
STREAM_AGE_S = 240.0
"""Ours: a stream older than this is ended and its message edited."""
TASKS = 50
"""[blocks] Tasks of a plan."""
TASK_TITLE = 150
"""Ours: no source names a limit; long details of tasks were refused [vercel/chat#601]."""

# Views [blocks].
VIEW_BLOCKS = 100
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000

TABLE_ROOM = 8_000
"""Ours: a table and its heading stay below `PAGE_BYTES`, in bytes."""
ROOM = Room(text=SECTION_TEXT, rows=TABLE_ROWS, columns=TABLE_COLUMNS, cells=TABLE_ROOM)

LOOK_PAGE = 200
"""[docs] Messages to ask for at a time; more are allowed and not recommended."""

# Doors.
BODY_BYTES = 256 * 1024
"""Ours: the largest payload Slack sends is far below (a view of 100 blocks)."""
SIGNATURE_AGE_S = 300
"""[docs] A request older than five minutes is to be refused."""
FORM_WITHIN_S = 3.0
"""[docs] Seconds after which a trigger id has expired."""
ANSWERS = 5
"""[docs] How often a response_url can be used, within 30 minutes."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Say how many calls a minute Slack takes, and how many of them may come at once."""

    a_minute: int
    at_once: int


# [docs] Rate tiers by method: tier 2 is 20 a minute, tier 3 is 50, tier 4 is 100; posting is one a second and channel.
# What comes at once and what comes in the minute after it stay below them together.
TIER_2, TIER_3, TIER_4 = Pace(16, 4), Pace(40, 10), Pace(80, 20)
POSTING = Pace(60, 3)
PACES: Mapping[str, Pace] = MappingProxyType(
    {
        "chat.postMessage": POSTING,
        "chat.postEphemeral": TIER_4,
        "chat.update": TIER_3,
        "chat.delete": TIER_3,
        "chat.startStream": TIER_2,
        "chat.appendStream": TIER_4,
        "chat.stopStream": TIER_2,
        "chat.getPermalink": TIER_3,
        "conversations.open": TIER_3,
        "conversations.info": TIER_3,
        "conversations.members": TIER_4,
        "conversations.replies": TIER_3,
        "conversations.history": TIER_3,
        "views.open": TIER_4,
        "views.update": TIER_4,
        "views.publish": TIER_4,
        "users.info": TIER_4,
        "auth.test": TIER_4,
        "assistant.threads.setSuggestedPrompts": TIER_4,
    }
)
PER_CHANNEL = frozenset({"chat.postMessage"})
"""Methods whose pace counts for each channel by itself."""

# [docs] Error codes by what helps: the same call later, another place, nothing, a message without blocks. With any
# other code a new message may stand where the old one cannot be changed.
LATER = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "messaging_processing_failed",
        "update_failed",
        "external_channel_migrating",
    }
)
ELSEWHERE = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "cannot_reply_to_message",
        "app_access_restricted",
        "ekm_access_denied",
        "posting_to_channel_denied",
        "team_not_found",
    }
)
HOPELESS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "no_permission",
        "missing_scope",
        "not_allowed_token_type",
        "org_login_required",
        "ekm_key_revoked",
    }
)
PLAINER = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_blocks_too_many",
        "msg_too_long",
        "markdown_text_conflict",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_lists_sharing_blocked",
    }
)
