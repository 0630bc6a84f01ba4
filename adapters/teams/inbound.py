"""What Teams sends, read into events of the bot: messages, edits, deletions, clicks, installations. Pure."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.teams.reference import Reference, read_kind
from adapters.teams.taken import Click, Feedback, Sender, Taken
from bot.domain.brief import LANGUAGES, Language
from bot.domain.events import ConversationRef, Deleted, Edited, Pressed, Said

Body = Mapping[str, Any]

COMMAND = "ai-strategy"
TAG, CODE = "ai", "c"
_COMMAND = re.compile(rf"^\s*/?{COMMAND}\b[:,]?\s*", re.IGNORECASE)
_MENTION = re.compile(r"<at\b[^>]*>(?P<name>.*?)</at\s*>", re.IGNORECASE | re.DOTALL)
_THREAD = ";messageid="
_NO_FILE = ("text/html", "application/vnd.microsoft.card.adaptive")
_JUDGED = {"like": "good", "dislike": "bad"}
_PRESS_MS = 20_000


def read_sender(body: Body, at: int) -> Sender | None:
    """Read who sent an activity and from where; None when it names no conversation, tenant or person."""
    conversation, person = _part(body, "conversation"), _part(body, "from")
    bot, data = _part(body, "recipient"), _part(body, "channelData")
    tenant = str(_part(data, "tenant").get("id") or conversation.get("tenantId") or "")
    whole, user = str(conversation.get("id") or ""), str(person.get("id") or "")
    if not whole or not tenant or not user or not bot.get("id"):
        return None
    channel, _, thread = whole.partition(_THREAD)
    # A post in a channel is the root of its own thread.
    thread = thread or str(body.get("replyToId") or body.get("id") or "")
    kind = read_kind(conversation.get("conversationType"))
    reference = Reference(
        service_url=str(body.get("serviceUrl") or ""),
        kind=kind,
        tenant=tenant,
        channel=channel,
        bot=str(bot["id"]),
        team=str(_part(data, "team").get("id") or ""),
    )
    return Sender(
        id=str(body.get("id") or ""),
        user=user,
        directory=str(person.get("aadObjectId") or ""),
        place=ConversationRef(
            platform="teams", tenant=tenant, channel=channel, thread=thread if kind == "channel" else ""
        ),
        reference=reference,
        at=at,
        hint=_language(body),
    )


def read_message(body: Body, sender: Sender) -> Taken:
    """Read a message; one with a value and no text is a click on a card."""
    data = body.get("value")
    if isinstance(data, Mapping) and not str(body.get("text") or "").strip():
        return Taken(sender=sender, click=read_click(data))
    text = clean_text(str(body.get("text") or ""), _entities(body), bot=sender.reference.bot)
    bare = _COMMAND.sub("", text)
    is_command = bare != text
    said = Said(
        id=_key(sender, "message"),
        place=sender.place,
        user=sender.user,
        at=sender.at,
        text=bare.strip(),
        door="command" if is_command else "mention" if sender.reference.kind != "personal" else "message",
        hint=sender.hint,
        private=sender.reference.kind == "personal",
        files=sum(1 for one in _list(body, "attachments") if _is_file(one)),
        message=sender.id,
    )
    return Taken(sender=sender, event=said, keys=(said.id,))


def read_update(body: Body, sender: Sender) -> Taken:
    """Read an edited message; other changes come to nothing."""
    if _part(body, "channelData").get("eventType") not in ("editMessage", None):
        return Taken(sender=sender)
    text = clean_text(str(body.get("text") or ""), _entities(body), bot=sender.reference.bot)
    stamp = str(body.get("timestamp") or body.get("localTimestamp") or sender.at)
    edited = Edited(
        id=f"{_key(sender, 'edited')}/{stamp}",
        place=sender.place,
        user=sender.user,
        at=sender.at,
        text=_COMMAND.sub("", text).strip(),
        message=sender.id,
    )
    return Taken(sender=sender, event=edited, keys=(edited.id,))


def read_delete(body: Body, sender: Sender) -> Taken:
    """Read a deleted message."""
    if _part(body, "channelData").get("eventType") not in ("softDeleteMessage", None):
        return Taken(sender=sender)
    deleted = Deleted(id=_key(sender, "deleted"), place=sender.place, user=sender.user, at=sender.at, message=sender.id)
    return Taken(sender=sender, event=deleted, keys=(deleted.id,))


def read_installation(body: Body, sender: Sender) -> Taken:
    """Read that the bot was added or removed; Teams says each of them in two ways."""
    bot = sender.reference.bot
    added, removed = (
        any(isinstance(one, Mapping) and one.get("id") == bot for one in _list(body, name))
        for name in ("membersAdded", "membersRemoved")
    )
    action = str(body.get("action") or "") if body.get("type") == "installationUpdate" else ""
    return Taken(
        sender=sender,
        greet=added or action.startswith("add"),
        gone=removed or action.startswith("remove"),
        team=sender.reference.team,
    )


def read_click(data: Body) -> Click | None:
    """Read what a card of ours sent: the ids are ours, all else was filled in; None when it is no card of ours."""
    tag, code = data.get(TAG), data.get(CODE)
    if not isinstance(tag, str) or not isinstance(code, str):
        return None
    values = {
        name: str(value).strip()
        for name, value in data.items()
        if name not in (TAG, CODE, "msteams") and isinstance(value, str | int | float) and str(value).strip()
    }
    return Click(tag=tag, code=code, values=values)


def read_feedback(body: Body) -> Feedback | None:
    """Read a judgement of a message; None when it is none."""
    value = _part(body, "value")
    given = _part(value, "actionValue")
    reaction = str(given.get("reaction") or "")
    if value.get("actionName") != "feedback" or reaction not in _JUDGED:
        return None
    message = str(body.get("replyToId") or "")
    return Feedback(message=message, verdict=_JUDGED[reaction], comment=_comment(given.get("feedback")))


def _comment(given: object) -> str:
    """Return the words beside a judgement: Teams sends them as JSON in a text, the Playground as they are."""
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        found = given
    if isinstance(found, Mapping):
        found = found.get("feedbackText")
    return found.strip() if isinstance(found, str) else ""


def press_keys(sender: Sender, name: str) -> tuple[str, ...]:
    """Return the ids of a click: Teams tries an unanswered one again within seconds, under another id.

    Two times ten seconds apart share one of two overlapping spans, two times twenty seconds apart share none.
    """
    spans = (f"a{sender.at // _PRESS_MS}", f"b{(sender.at + _PRESS_MS // 2) // _PRESS_MS}")
    return (_key(sender, "click"), *(f"teams/press/{name}/{sender.user}/{span}" for span in spans))


def press(
    sender: Sender, *, name: str, place: ConversationRef, button: str, value: str, plan: int, version: int
) -> Taken:
    """Return the event of a button."""
    keys = press_keys(sender, name)
    pressed = Pressed(
        id=keys[0],
        place=place,
        user=sender.user,
        at=sender.at,
        button=button,
        value=value,
        plan=plan,
        version=version,
        hint=sender.hint,
    )
    return Taken(sender=sender, event=pressed, keys=keys)


def clean_text(text: str, entities: Sequence[Body], *, bot: str) -> str:
    """Return what somebody typed: mentions of the bot gone, others as ids, entities and odd spaces resolved."""
    waiting = [one for one in entities if str(one.get("type")).lower() == "mention"]

    def named(found: "re.Match[str]") -> str:
        for entity in waiting:
            if str(entity.get("text") or "") == found.group():
                who = str(_part(entity, "mentioned").get("id") or "")
                waiting.remove(entity)
                return "" if who == bot else f"<@{who}>"
        return found.group("name")

    return html.unescape(_MENTION.sub(named, text)).replace("\u00a0", " ").strip()


def _entities(body: Body) -> tuple[Body, ...]:
    return tuple(one for one in _list(body, "entities") if isinstance(one, Mapping))


def _language(body: Body) -> Language | None:
    clients = [one.get("locale") for one in _entities(body) if one.get("type") == "clientInfo"]
    known = str(body.get("locale") or next(iter(clients), "") or "").lower()[:2]
    return next((language for language in LANGUAGES if language == known), None)


def _key(sender: Sender, what: str) -> str:
    return f"teams/{what}/{sender.place.channel}/{sender.id}"


def _is_file(attachment: object) -> bool:
    return isinstance(attachment, Mapping) and str(attachment.get("contentType") or "") not in _NO_FILE


def _part(body: Body, name: str) -> Body:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _list(body: Body, name: str) -> Sequence[object]:
    found = body.get(name)
    return found if isinstance(found, list) else ()
