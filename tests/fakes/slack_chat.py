"""The chat.* methods of the fake Slack, streams apart."""

import json
import re
from typing import Any

from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_rules import ALL_BLOCKS_TEXT, MARKDOWN_TOTAL, check_blocks, say, strings_of, text_of_blocks
from tests.fakes.slack_world import Channel, Message

TEXT_LIMIT = 40_000
"""chat.postMessage: longer text is cut (slack-api-ref: message_truncated)."""
UPDATE_TEXT_LIMIT = 4_000
"""chat.update, msg_too_long: remembered from docs.slack.dev; not confirmed."""
METADATA_BYTES = 8_000
"""metadata_too_large: remembered; not confirmed."""
_BROADCAST = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<!subteam\^[^>]+>|<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_BARE = re.compile(r"(?<![\w@])@(?:channel|here|everyone)\b")
_URL = re.compile(r"https?://")


def channel_to_read(call: Call, key: str = "channel") -> Channel:
    """Return the channel of a call if the token may know of it."""
    channel = call.world.channels.get(str(call.args[key]))
    known = channel is not None and channel.team_id == call.team_id
    if not known or channel is None or (channel.kind != "public" and call.token.user_id not in channel.members):
        raise Refused("channel_not_found", str(call.args[key]))
    return channel


def channel_to_post(call: Call, key: str = "channel", *, membership: bool = False) -> Channel:
    """Return the channel of a call if the token may post there; a user id means their direct messages."""
    target = str(call.args[key])
    person = call.world.people.get(target)
    if person is not None and person.team_id == call.team_id and not person.app_id:
        call.args[key] = call.world.im(call.team_id, target).id
    channel = channel_to_read(call, key)
    if channel.archived:
        raise Refused("is_archived")
    if call.token.user_id not in channel.members and (membership or "chat:write.public" not in call.token.scopes):
        raise Refused("not_in_channel")
    if channel.kind == "im" and not call.world.app.messages_tab:
        raise Refused("messages_tab_disabled")
    if channel.refuses:
        raise Refused(channel.refuses)
    return channel


def parse_json(value: Any, code: str) -> Any:
    """Return an argument that may come as JSON in a string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(code) from None


def read_blocks(call: Call, *, allowed: int = 50) -> list[dict[str, Any]] | None:
    """Return the checked blocks of a call, or None if it has none."""
    if call.args.get("blocks") is None:
        return None
    blocks = parse_json(call.args["blocks"], "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    found = check_blocks(blocks) + refused_kinds(call, blocks)
    if found or len(blocks) > allowed:
        raise Refused("invalid_blocks", "; ".join(found), response_metadata={"messages": found})
    if text_of_blocks(blocks) > ALL_BLOCKS_TEXT:
        raise Refused("msg_blocks_too_long" if call.method != "chat.update" else "msg_too_long", "all blocks together")
    return call.world.name_blocks(blocks)


def refused_kinds(call: Call, blocks: list[dict[str, Any]]) -> list[str]:
    """Return what a workspace refuses that was not given every kind of block yet."""
    kinds = call.world.app.refused_blocks
    return [say(f"unsupported type: {each['type']}", "/blocks") for each in blocks if each.get("type") in kinds]


def read_metadata(call: Call) -> dict[str, Any] | None:
    """Return the checked metadata of a call, or None."""
    metadata = parse_json(call.args.get("metadata"), "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return metadata or None
    shaped = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not shaped or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise Refused("metadata_too_large")
    return dict(metadata)


def read_content(call: Call) -> tuple[str, str, list[dict[str, Any]] | None]:
    """Return text, Markdown and blocks of a call that shows something."""
    text, markdown = str(call.args.get("text") or ""), str(call.args.get("markdown_text") or "")
    blocks = read_blocks(call)
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MARKDOWN_TOTAL:
        raise Refused("msg_blocks_too_long" if call.method == "chat.postMessage" else "msg_too_long", "markdown_text")
    attachments = parse_json(call.args.get("attachments"), "invalid_arguments") or []
    if len(attachments) > 100:
        raise Refused("too_many_attachments")
    if not (text or markdown or blocks or attachments):
        raise Refused("no_text")
    if blocks and not text:
        call.note("no_notification_text", "blocks without text: notifications and screen readers have nothing to say")
    return text, markdown, blocks


def pings_of(call: Call, text: str, markdown: str, blocks: list[dict[str, Any]] | None) -> list[str]:
    """Return the mentions that would notify people."""
    parse = call.args.get("parse") or ("client" if call.method == "chat.update" else "none")
    shown = [text, markdown, *(live_texts(blocks or []))]
    found = [each for part in shown for each in _BROADCAST.findall(part)]
    if parse in {"client", "full"} or call.args.get("link_names") in (True, "1", "true", 1):
        found += _BARE.findall(text)
    return found


def live_texts(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the texts in which Slack reads markup: not rich text, not plain text, not cells."""
    quiet = {"rich_text", "table", "data_table", "data_visualization", "header"}
    texts: list[str] = []
    for block in blocks:
        if block.get("type") == "markdown":
            texts.append(str(block.get("text", "")))
        elif block.get("type") not in quiet:
            texts += strings_of([block])
    return texts


def check_thread(channel: Channel, thread_ts: Any, code: str = "cannot_reply_to_message") -> str | None:
    """Return the thread to reply in; only the root of a thread will do."""
    if not thread_ts:
        return None
    root = channel.find(str(thread_ts))
    if root is None or root.thread_ts not in (None, root.ts) or root.ephemeral_to:
        raise Refused(code, f"{thread_ts} is not the root of a thread")
    return str(thread_ts)


def new_message(call: Call, channel: Channel, **more: Any) -> Message:
    """Return a message by the calling bot, standing in its channel."""
    token = call.token
    message = Message(
        ts=call.world.next_ts(),
        channel=channel.id,
        user=token.user_id,
        bot_id=token.bot_id,
        app_id=token.app_id,
        **more,
    )
    channel.messages.append(message)
    call.world.statuses.pop((channel.id, message.root), None)
    return message


def post_message(call: Call) -> dict[str, Any]:
    """Do chat.postMessage."""
    channel = channel_to_post(call)
    text, markdown, blocks = read_content(call)
    metadata = read_metadata(call)
    thread_ts = check_thread(channel, call.args.get("thread_ts"))
    answer: dict[str, Any] = {}
    if len(text) > TEXT_LIMIT:
        call.note("message_truncated", f"{len(text)} characters")
        answer = {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    unfurls = bool(_URL.search(text + markdown)) and not (
        call.args.get("unfurl_links") is False and call.args.get("unfurl_media") is False
    )
    message = new_message(
        call, channel, text=text[:TEXT_LIMIT], markdown=markdown, blocks=blocks or [], thread_ts=thread_ts,
        metadata=metadata, pings=pings_of(call, text, markdown, blocks), unfurls=unfurls,
    )  # fmt: skip
    return answer | {"channel": channel.id, "ts": message.ts, "message": message.as_json(metadata=True)}


def post_ephemeral(call: Call) -> dict[str, Any]:
    """Do chat.postEphemeral."""
    channel = channel_to_post(call, membership=True)
    reader = str(call.args["user"])
    if reader not in channel.members:
        raise Refused("user_not_in_channel")
    text, markdown, blocks = read_content(call)
    if len(text) > TEXT_LIMIT:
        raise Refused("msg_too_long")
    thread_ts = check_thread(channel, call.args.get("thread_ts"))
    message = new_message(
        call, channel, text=text, markdown=markdown, blocks=blocks or [], thread_ts=thread_ts, ephemeral_to=reader
    )
    return {"message_ts": message.ts}


def update_message(call: Call) -> dict[str, Any]:
    """Do chat.update: what is not given stays as it was."""
    channel = channel_to_read(call)
    message = own_message(call, channel, "cant_update_message")
    now = call.world.clock()
    window = call.world.app.edit_window_s
    if window is not None and now - float(message.ts) > window:
        raise Refused("edit_window_closed")
    if message.stream and message.stream.state_at(now) == "open":
        raise Refused("streaming_state_conflict")
    text, markdown, blocks = read_content(call)
    if len(text) > UPDATE_TEXT_LIMIT:
        raise Refused("msg_too_long", f"{len(text)} characters of text")
    if "parse" not in call.args:
        call.note("parse_client", "chat.update without parse turns @channel into a mention")
    message.pings += pings_of(call, text, markdown, blocks)
    message.text, message.markdown = text or (message.text if not markdown else ""), markdown
    if markdown:
        message.blocks = []
    elif blocks is not None:
        message.blocks = blocks
    if "metadata" in call.args:
        message.metadata = read_metadata(call)
    message.edited, message.edits = True, message.edits + 1
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json(metadata=True)}


def own_message(call: Call, channel: Channel, code: str) -> Message:
    """Return the message a call names, if this app wrote it and everybody sees it."""
    message = channel.find(str(call.args["ts"]))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found")
    if message.app_id != call.token.app_id:
        raise Refused(code)
    return message


def delete_message(call: Call) -> dict[str, Any]:
    """Do chat.delete."""
    channel = channel_to_read(call)
    message = own_message(call, channel, "cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> dict[str, Any]:
    """Do chat.getPermalink."""
    channel = channel_to_read(call)
    if channel.find(str(call.args["message_ts"])) is None:
        raise Refused("message_not_found")
    tail = str(call.args["message_ts"]).replace(".", "")
    return {"channel": channel.id, "permalink": f"https://fake.slack.com/archives/{channel.id}/p{tail}"}


HANDLERS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "chat.delete": delete_message,
    "chat.getPermalink": get_permalink,
}
