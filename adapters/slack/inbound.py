"""What Slack sends of what people type and do, read into events of the bot: commands and events. Pure."""

import html
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from adapters.slack.taken import NOTHING, OPENED, Form, Taken, stop_key
from bot.domain.events import ConversationRef, Deleted, Edited, Pressed, Said

Body = Mapping[str, Any]

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
# <@U1|name>, <#C1|name>, <!here>, <https://a|label>
_CONTROL = re.compile(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def read_command(body: Body, at: int) -> Taken:
    """Read a slash command; alone it opens the form."""
    tenant, trigger = tenant_of(body), str(body.get("trigger_id") or "")
    place = ConversationRef(platform="slack", tenant=tenant, channel=str(body["channel_id"]), command=trigger)
    text, user = clean_text(str(body.get("text") or "")), str(body["user_id"])
    said = Said(
        id=f"command/{trigger}",
        place=place,
        user=user,
        at=at,
        text=text,
        door="command",
        trigger=trigger if text else OPENED,
    )
    form = None if text else Form(trigger=trigger, place=place, user=user)
    return Taken(event=said, keys=(said.id,), tenant=tenant, form=form, answer_url=str(body.get("response_url") or ""))


def read_event(body: Body, at: int) -> Taken:
    """Read an event of the Events API; what the bot has no use for comes to nothing."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return NOTHING
    reader = _EVENTS.get(str(event.get("type")))
    return reader(body, event, at) if reader else NOTHING


def _read_mention(body: Body, event: Body, at: int) -> Taken:
    if _is_ours(body, event):
        return NOTHING
    thread = str(event.get("thread_ts") or event["ts"])
    place = ConversationRef(platform="slack", tenant=tenant_of(body), channel=str(event["channel"]), thread=thread)
    return _said(body, event, at, place, door="mention")


def _read_message(body: Body, event: Body, at: int) -> Taken:
    if event.get("subtype") in ("message_changed", "message_deleted"):
        return _read_change(body, event, at)
    if _is_ours(body, event) or event.get("subtype") not in _SPOKEN or not event.get("user"):
        return NOTHING
    place, otherwise = _message_place(body, event, event)
    if place is None:
        return NOTHING
    return _said(body, event, at, place, otherwise=otherwise)


def _said(
    body: Body, event: Body, at: int, place: ConversationRef, *, door: str = "message", otherwise: Any = None
) -> Taken:
    private = event.get("channel_type") == "im"
    said = Said(
        id=str(body["event_id"]),
        place=place,
        user=str(event["user"]),
        at=_moment(event.get("ts"), at),
        text=clean_text(str(event.get("text") or ""), bot=_bot(body)),
        door="mention" if door == "mention" else "message",
        private=private,
        files=len(event.get("files") or ()),
        message=str(event["ts"]),
    )
    keys = (said.id, f"message/{event['channel']}/{event['ts']}")
    known_only = door != "mention" and not private
    return Taken(event=said, keys=keys, tenant=place.tenant, otherwise=otherwise, known_only=known_only)


def _read_change(body: Body, event: Body, at: int) -> Taken:
    before = event.get("previous_message") or {}
    now = event.get("message") if event["subtype"] == "message_changed" else before
    if not isinstance(now, Mapping) or _is_ours(body, now) or not now.get("user"):
        return NOTHING
    place, otherwise = _message_place(body, event, now)
    if place is None:
        return NOTHING
    shared: dict[str, Any] = {"id": str(body["event_id"]), "place": place, "user": str(now["user"]), "at": at}
    private = event.get("channel_type") == "im"
    if event["subtype"] == "message_deleted":
        deleted = Deleted(**shared, message=str(event.get("deleted_ts") or now.get("ts") or ""))
        keys = (deleted.id, f"deleted/{event['channel']}/{deleted.message}")
        return Taken(event=deleted, keys=keys, tenant=place.tenant, otherwise=otherwise, known_only=not private)
    if now.get("text") == before.get("text"):
        # Slack itself changes messages, for a link's preview for example.
        return NOTHING
    edited = Edited(**shared, text=clean_text(str(now.get("text") or ""), bot=_bot(body)), message=str(now["ts"]))
    stamp = (now.get("edited") or {}).get("ts") or event.get("event_ts")
    keys = (edited.id, f"edited/{event['channel']}/{edited.message}/{stamp}")
    return Taken(event=edited, keys=keys, tenant=place.tenant, otherwise=otherwise, known_only=not private)


def _message_place(body: Body, event: Body, message: Body) -> tuple[ConversationRef | None, ConversationRef | None]:
    """Return where a message belongs, and where it belongs when that place is unknown.

    Direct messages outside a thread belong to the user; in a channel only threads can be ours.
    """
    tenant, thread = tenant_of(body), str(message.get("thread_ts") or "")
    if event.get("channel_type") == "im":
        own = direct_place(tenant, str(message["user"]))
        if not thread or thread == message.get("ts"):
            return own, None
        return ConversationRef(platform="slack", tenant=tenant, channel=str(event["channel"]), thread=thread), own
    if not thread:
        return None, None
    return ConversationRef(platform="slack", tenant=tenant, channel=str(event["channel"]), thread=thread), None


def direct_place(tenant: str, user: str) -> ConversationRef:
    """Return the place of a user's direct messages outside a thread; the user's id stands for their channel."""
    return ConversationRef(platform="slack", tenant=tenant, channel=user)


def _read_home(body: Body, event: Body, at: int) -> Taken:
    del at
    if event.get("tab") == "messages":
        return Taken(tenant=tenant_of(body), greet=str(event.get("channel") or ""), person=str(event.get("user") or ""))
    return Taken(tenant=tenant_of(body), home=str(event.get("user") or ""))


def _read_stop(body: Body, event: Body, at: int) -> Taken:
    tenant = tenant_of(body)
    place = ConversationRef(
        platform="slack", tenant=tenant, channel=str(event["channel"]), thread=str(event.get("thread_ts") or "")
    )
    pressed = Pressed(id=str(body["event_id"]), place=place, user=str(event["user"]), at=at, button="stop")
    streams = (stop_key(place.channel, str(ts)) for ts in event.get("streaming_message_ts") or ())
    return Taken(event=pressed, keys=(pressed.id, *streams), tenant=tenant, known_only=True)


def _read_gone(body: Body, event: Body, at: int) -> Taken:
    del event, at
    return Taken(tenant=tenant_of(body), gone=True)


_EVENTS: Mapping[str, Callable[[Body, Body, int], Taken]] = MappingProxyType(
    {
        "app_mention": _read_mention,
        "message": _read_message,
        "app_home_opened": _read_home,
        "agent_session_stopped": _read_stop,
        "app_uninstalled": _read_gone,
        "tokens_revoked": _read_gone,
    }
)
EVENTS = tuple(sorted(set(_EVENTS) - {"message"}))
"""Events the bot has a use for, beside the messages it is subscribed to."""


def clean_text(text: str, *, bot: str = "") -> str:
    """Return what somebody typed: our own mention gone, other control sequences as people read them."""
    return html.unescape(_CONTROL.sub(lambda found: _read_control(found, bot), text)).strip()


def _read_control(found: "re.Match[str]", bot: str) -> str:
    sign, what, label = found["sign"], found["what"], found["label"]
    if sign == "@":
        return "" if what == bot else f"<@{what}>"
    if sign == "!":
        return ""
    return f"#{label or what}" if sign == "#" else label or what


def tenant_of(body: Body) -> str:
    """Return the workspace a payload is about."""
    authorized = (body.get("authorizations") or [{}])[0].get("team_id")
    team = body.get("team")
    named = team.get("id") if isinstance(team, Mapping) else None
    return str(authorized or body.get("team_id") or named or body.get("enterprise_id") or "")


def _bot(body: Body) -> str:
    return str((body.get("authorizations") or [{}])[0].get("user_id") or "")


def _is_ours(body: Body, message: Body) -> bool:
    """Say whether a program wrote it: another bot's words start nothing either, or two bots would talk for ever."""
    bot = _bot(body)
    return bool(message.get("bot_id")) or (bot != "" and message.get("user") == bot)


def _moment(stamp: object, at: int) -> int:
    try:
        return int(float(str(stamp)) * 1000)
    except ValueError:
        return at
