"""chat.startStream, appendStream and stopStream of the fake Slack: a stream has an owner, a size and a life of five minutes."""

from typing import Any

from tests.fakes.slack_chat import (
    channel_to_post,
    channel_to_read,
    check_thread,
    new_message,
    parse_json,
    pings_of,
    read_blocks,
    read_metadata,
    refused_kinds,
)
from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_rules import (
    ALL_BLOCKS_TEXT,
    MARKDOWN_TOTAL,
    TASK_STATUSES,
    check_blocks,
    check_together,
    text_of_blocks,
)
from tests.fakes.slack_world import Message, Stream

STREAM_BYTES = 12_000
"""One streamed message takes about 12,000 characters, counted in bytes to be safe (CopilotKit #6063, #6244)."""
PLAN_TASKS = 50
"""Tasks of one plan (slackblocks 3.0, plan.tasks.max_items)."""
MODES = frozenset({"timeline", "plan"})
SESSION_STATUSES = frozenset({"active", "processing", "suspended", "closed"})


def start_stream(call: Call) -> dict[str, Any]:
    """Do chat.startStream."""
    app = call.world.app
    channel = channel_to_post(call, membership=not app.stream_in_public_without_membership)
    if "agent_session_stopped" not in app.events:
        raise Refused("not_subscribed_to_message_stream_stopped")
    if channel.kind != "im":
        for key in ("recipient_user_id", "recipient_team_id"):
            if not call.args.get(key):
                raise Refused(f"missing_{key}")
        if call.args["recipient_user_id"] not in call.world.people:
            raise Refused("user_not_found")
        if call.args["recipient_team_id"] not in call.world.teams:
            raise Refused("team_not_found")
    mode = call.args.get("task_display_mode") or "timeline"
    if mode not in MODES:
        raise Refused("invalid_arguments", f"task_display_mode {mode}")
    thread_ts = check_thread(channel, call.args.get("thread_ts"), "invalid_thread_ts")
    stream = Stream(started_at=call.world.clock(), task_display_mode=mode)
    text, rows = read_parts(call, stream, required=False)
    check_whole([], stream, text, rows)
    message = new_message(call, channel, thread_ts=thread_ts, stream=stream)
    write_parts(call, message, text, rows)
    call.world.sessions[channel.id, message.root] = "processing"
    return {"channel": channel.id, "ts": message.ts}


def streaming_message(call: Call) -> Message:
    """Return the message a call goes on with, if its stream still lives."""
    channel = channel_to_read(call)
    message = channel.find(str(call.args["ts"]))
    if message is None:
        raise Refused("message_not_found")
    if message.app_id != call.token.app_id:
        raise Refused("message_not_owned_by_app")
    state = message.stream.state_at(call.world.clock()) if message.stream else "never"
    if state == "stopped_by_user" and call.method == "chat.appendStream":
        raise Refused("stopped_by_user")
    if state != "open":
        raise Refused("message_not_in_streaming_state", state)
    if channel.archived:
        raise Refused("is_archived")
    return message


def append_stream(call: Call) -> dict[str, Any]:
    """Do chat.appendStream."""
    message = streaming_message(call)
    assert message.stream is not None
    text, rows = read_parts(call, message.stream, required=True)
    check_whole(message.blocks, message.stream, text, rows)
    write_parts(call, message, text, rows)
    return {"channel": message.channel, "ts": message.ts}


def stop_stream(call: Call) -> dict[str, Any]:
    """Do chat.stopStream: last words, up to 50 more blocks, metadata, the session's status."""
    message = streaming_message(call)
    assert message.stream is not None
    status = call.args.get("session_status")
    if status is not None and status not in SESSION_STATUSES:
        raise Refused("invalid_arguments", f"session_status {status}")
    blocks, metadata = read_blocks(call), read_metadata(call)
    text, rows = read_parts(call, message.stream, required=False)
    check_whole(message.blocks, message.stream, text, rows, last=blocks or [])
    write_parts(call, message, text, rows)
    message.blocks += blocks or []
    message.pings += pings_of(call, "", "", blocks)
    message.metadata = metadata or message.metadata
    message.stream.state = "stopped"
    if status is not None:
        call.world.sessions[message.channel, message.root] = str(status)
    return {"channel": message.channel, "ts": message.ts, "message": message.as_json(metadata=True)}


def read_parts(call: Call, stream: Stream, *, required: bool) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and the other chunks of a call, if they still fit into the stream."""
    chunks = parse_json(call.args.get("chunks"), "invalid_chunks") or []
    if not isinstance(chunks, list):
        raise Refused("invalid_chunks")
    for chunk in chunks:
        _check_chunk(call, chunk)
    text = str(call.args.get("markdown_text") or "")
    text += "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
    rows = [chunk for chunk in chunks if chunk["type"] != "markdown_text"]
    if required and not text and not rows:
        raise Refused("no_text")
    if len(text) > MARKDOWN_TOTAL:
        raise Refused("msg_too_long", f"{len(text)} characters in one call")
    if stream.characters + len(text.encode()) > STREAM_BYTES:
        raise Refused("msg_too_long", f"{stream.characters + len(text.encode())} bytes in one stream")
    added = sum(len(row["blocks"]) for row in rows if row["type"] == "blocks")
    if stream.chunk_blocks + added > 50:
        raise Refused("msg_blocks_too_many")
    return text, rows


def check_whole(
    standing: list[dict[str, Any]],
    stream: Stream,
    text: str,
    rows: list[dict[str, Any]],
    *,
    last: list[dict[str, Any]] | None = None,
) -> None:
    """Refuse what would be too much for the whole message, however it came: the limits count for all calls together.

    All text of blocks: bolt-js #2509; tables, charts and ids together: as in chat.postMessage; tasks: slackblocks.
    """
    blocks = [*standing, *(block for row in rows if row["type"] == "blocks" for block in row["blocks"]), *(last or [])]
    found = check_together(blocks, "/blocks")
    if found:
        raise Refused("invalid_blocks", "; ".join(found), response_metadata={"messages": found})
    written = stream.characters + len(text.encode()) + text_of_blocks(blocks)
    if written > ALL_BLOCKS_TEXT:
        raise Refused("msg_too_long", f"{written} characters of text and blocks in one stream")
    tasks = {*stream.tasks, *(row["id"] for row in rows if row["type"] == "task_update")}
    if len(tasks) > PLAN_TASKS:
        raise Refused("invalid_chunks", f"{len(tasks)} tasks in one plan")


def _check_chunk(call: Call, chunk: Any) -> None:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    if kind == "markdown_text" and isinstance(chunk.get("text"), str):
        return
    if kind == "plan_update" and chunk.get("title"):
        return
    if kind == "task_update" and chunk.get("id") and chunk.get("title") and chunk.get("status") in TASK_STATUSES:
        return
    if kind == "blocks" and isinstance(chunk.get("blocks"), list):
        found = check_blocks(chunk["blocks"]) + refused_kinds(call, chunk["blocks"])
        if found:
            raise Refused("invalid_blocks", "; ".join(found), response_metadata={"messages": found})
        return
    raise Refused("invalid_chunks", str(chunk)[:200])


def write_parts(call: Call, message: Message, text: str, rows: list[dict[str, Any]]) -> None:
    """Put accepted parts into the message."""
    stream = message.stream
    assert stream is not None
    message.markdown += text
    stream.characters += len(text.encode())
    message.pings += pings_of(call, "", text, None)
    for row in rows:
        # Whether titles are read as markup is written nowhere: a careful bot lets none of them act.
        message.pings += pings_of(call, "", str(row.get("title", "")), row.get("blocks"))
        if row["type"] == "plan_update":
            stream.plan = row["title"]
        elif row["type"] == "task_update":
            stream.tasks[row["id"]] = stream.tasks.get(row["id"], {}) | row
        else:
            stream.chunk_blocks += len(row["blocks"])
            message.blocks += call.world.name_blocks(row["blocks"])


HANDLERS = {
    "chat.startStream": start_stream,
    "chat.appendStream": append_stream,
    "chat.stopStream": stop_stream,
}
