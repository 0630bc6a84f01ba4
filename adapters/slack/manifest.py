"""The Slack app's manifest for HTTP and Socket Mode from one source: the events the code handles and why each scope."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from adapters.slack.inbound import EVENTS
from adapters.slack.interactions import FROM_MESSAGE, NEW_STRATEGY
from bot.domain.brief import Language
from bot.ports import Texts

COMMAND = "/ai-strategy"

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "app_mentions:read": "hears when somebody mentions it in a channel it is in",
        "assistant:write": "shows the first words to click in direct messages",
        "channels:read": "knows who is in a public channel before it shares there",
        "chat:write": "posts the card, the plan and its answers",
        "commands": f"{COMMAND} and the two shortcuts",
        "groups:read": "knows who is in a private channel before it shares there",
        "im:history": "hears direct messages; finds its own post there after a crash",
        "im:write": "opens direct messages where it may not post in a channel",
    }
)
"""Scopes the bot cannot do without, and what for."""

OPTIONAL_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "channels:history": "finds its own post in a public channel's thread after a crash, to not post it twice",
        "chat:write.public": "posts in public channels without being invited",
        "groups:history": "the same in private channels",
    }
)
"""Scopes an administrator may leave out, and what is lost."""

THREAD_SCOPES = ("channels:history", "groups:history")
THREAD_EVENTS = ("message.channels", "message.groups")
"""What it takes to hear replies in the bot's threads without a mention: every message of every channel it is in."""


def build_manifest(
    texts: Texts,
    language: Language,
    *,
    url: str,
    socket: bool = False,
    thread_replies: bool = False,
    many: bool = False,
) -> dict[str, Any]:
    """Return the manifest; `url` is the public address of the web process, unused over a socket.

    `many` is for an app that many workspaces install by OAuth.
    """
    required = sorted({*SCOPES, *(THREAD_SCOPES if thread_replies else ())})
    address = f"{url.rstrip('/')}/slack/events"
    door = {} if socket else {"request_url": address}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": texts.say("manifest.name", language),
            "description": texts.say("manifest.description", language),
            "long_description": texts.say("manifest.long", language),
            "background_color": "#1f2d3d",
        },
        "features": _features(texts, language, {} if socket else {"url": address}),
        "oauth_config": {
            **({"redirect_urls": [f"{url.rstrip('/')}/slack/oauth_redirect"]} if many else {}),
            "scopes": {"bot": required, "bot_optional": sorted(set(OPTIONAL_SCOPES) - set(required))},
        },
        "settings": {
            "event_subscriptions": {
                **door,
                "bot_events": sorted({*EVENTS, "message.im", *(THREAD_EVENTS if thread_replies else ())}),
            },
            "interactivity": {"is_enabled": True, **door},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": many,
        },
    }


def _features(texts: Texts, language: Language, door: Mapping[str, str]) -> dict[str, Any]:
    name = texts.say("manifest.name", language)
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": name, "always_online": True},
        "agent_view": {
            "agent_description": texts.say("manifest.description", language),
            "suggested_prompts": [
                {
                    "title": texts.say("home.prompt.title", language),
                    "message": texts.say("home.prompt.message", language),
                }
            ],
        },
        "slash_commands": [
            {
                "command": COMMAND,
                "description": texts.say("manifest.command", language),
                "usage_hint": texts.say("manifest.usage", language),
                "should_escape": True,
                **door,
            }
        ],
        "shortcuts": [
            _shortcut(texts, language, "global", NEW_STRATEGY),
            _shortcut(texts, language, "message", FROM_MESSAGE),
        ],
    }


def _shortcut(texts: Texts, language: Language, kind: str, callback: str) -> dict[str, str]:
    return {
        "name": texts.say(f"manifest.shortcut.{kind}", language),
        "type": kind,
        "callback_id": callback,
        "description": texts.say(f"manifest.shortcut.{kind}.description", language),
    }
