"""conversations.*, users.*, auth.*, assistant.* and agents.* of the fake Slack."""

from typing import Any

from tests.fakes.slack_chat import channel_to_post, channel_to_read, check_thread, parse_json
from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_rules import check_blocks, check_view
from tests.fakes.slack_streams import SESSION_STATUSES
from tests.fakes.slack_world import Channel, Message, Status


def auth_test(call: Call) -> dict[str, Any]:
    """Do auth.test."""
    token = call.token
    return {
        "url": "https://fake.slack.com/",
        "team": call.world.teams.get(token.team_id, ""),
        "team_id": token.team_id or None,
        "user": call.world.people[token.user_id].name.lower() if token.user_id in call.world.people else "",
        "user_id": token.user_id,
        "bot_id": token.bot_id,
        "enterprise_id": token.enterprise_id,
        "is_enterprise_install": token.enterprise_id is not None,
    }


def auth_revoke(call: Call) -> dict[str, Any]:
    """Do auth.revoke."""
    if str(call.args.get("test", "")).lower() in {"1", "true"}:
        return {"revoked": False}
    call.token.revoked = True
    return {"revoked": True}


def team_info(call: Call) -> dict[str, Any]:
    """Do team.info."""
    return {"team": {"id": call.team_id, "name": call.world.teams[call.team_id], "domain": "fake"}}


def bots_info(call: Call) -> dict[str, Any]:
    """Do bots.info."""
    wanted = call.args.get("bot")
    bot = next((each for each in call.world.people.values() if each.bot_id == wanted and wanted), None)
    if bot is None:
        raise Refused("bot_not_found")
    return {"bot": {"id": bot.bot_id, "app_id": bot.app_id, "user_id": bot.id, "name": bot.name, "deleted": False}}


def users_info(call: Call) -> dict[str, Any]:
    """Do users.info."""
    person = call.world.people.get(str(call.args["user"]))
    if person is None or person.team_id != call.team_id:
        raise Refused("user_not_found")
    locale = str(call.args.get("include_locale", "")).lower() in {"1", "true"}
    return {"user": person.as_json(locale=locale)}


def _describe(call: Call, channel: Channel) -> dict[str, Any]:
    return channel.as_json() | {"is_member": call.token.user_id in channel.members}


def info(call: Call) -> dict[str, Any]:
    """Do conversations.info."""
    return {"channel": _describe(call, channel_to_read(call))}


def _page(call: Call, items: list[Any], default: int = 100) -> tuple[list[Any], dict[str, Any]]:
    limit = int(call.args.get("limit") or default)
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit" if call.method == "conversations.members" else "invalid_arguments")
    cursor = str(call.args.get("cursor") or "0")
    if not cursor.isdecimal() or int(cursor) > len(items):
        raise Refused("invalid_cursor")
    start = int(cursor)
    rest = start + limit < len(items)
    more = {"has_more": rest, "response_metadata": {"next_cursor": str(start + limit) if rest else ""}}
    return items[start : start + limit], more


def members(call: Call) -> dict[str, Any]:
    """Do conversations.members."""
    page, more = _page(call, sorted(channel_to_read(call).members))
    return {"members": page, "response_metadata": more["response_metadata"]}


def list_channels(call: Call) -> dict[str, Any]:
    """Do conversations.list."""
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    types = str(call.args.get("types") or "public_channel").split(",")
    if not set(types) <= set(kinds):
        raise Refused("invalid_types")
    wanted = {kinds[each] for each in types}
    archived = str(call.args.get("exclude_archived", "")).lower() not in {"1", "true"}
    seen = [
        _describe(call, each)
        for each in call.world.channels.values()
        if each.team_id == call.team_id
        and each.kind in wanted
        and (each.kind == "public" or call.token.user_id in each.members)
        and (archived or not each.archived)
    ]
    page, more = _page(call, seen)
    return {"channels": page, "response_metadata": more["response_metadata"]}


def open_im(call: Call) -> dict[str, Any]:
    """Do conversations.open, for one person or for several."""
    if call.args.get("channel"):
        return {"channel": {"id": channel_to_read(call).id}}
    users = [each for each in str(call.args.get("users") or "").split(",") if each]
    if not users:
        raise Refused("users_list_not_supplied")
    for each in users:
        person = call.world.people.get(each)
        if person is None or person.team_id != call.team_id:
            raise Refused("user_not_found")
        if person.deleted:
            raise Refused("user_disabled")
    if users == [call.token.user_id]:
        raise Refused("invalid_user_combination")
    if len(users) == 1:
        return {"channel": {"id": call.world.im(call.team_id, users[0]).id}}
    group = Channel(
        id=call.world.next_id("G"), name="mpim", team_id=call.team_id, kind="mpim",
        members={*users, call.token.user_id},
    )  # fmt: skip
    call.world.channels[group.id] = group
    return {"channel": {"id": group.id}}


def join(call: Call) -> dict[str, Any]:
    """Do conversations.join."""
    channel = channel_to_read(call)
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    channel.members.add(call.token.user_id)
    return {"channel": _describe(call, channel)}


def _readable(call: Call) -> Channel:
    channel = channel_to_read(call)
    if call.token.user_id not in channel.members:
        raise Refused("not_in_channel" if call.method == "conversations.history" else "channel_not_found")
    return channel


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = float(call.args.get("oldest") or 0), float(call.args.get("latest") or "inf")
    inclusive = str(call.args.get("inclusive", "")).lower() in {"1", "true"}
    return [
        each
        for each in messages
        if oldest < float(each.ts) < latest or (inclusive and float(each.ts) in (oldest, latest))
    ]


def _with_metadata(call: Call) -> bool:
    return str(call.args.get("include_all_metadata", "")).lower() in {"1", "true"}


def replies(call: Call) -> dict[str, Any]:
    """Do conversations.replies: root first, ephemeral messages never, metadata when asked for."""
    channel = _readable(call)
    message = channel.find(str(call.args["ts"]))
    if message is None or message.ephemeral_to:
        raise Refused("thread_not_found")
    thread = channel.thread(message.root)
    page, more = _page(call, [thread[0], *_between(call, thread[1:])])
    return {"messages": [each.as_json(metadata=_with_metadata(call)) for each in page]} | more


def history(call: Call) -> dict[str, Any]:
    """Do conversations.history: newest first, threads by their root only."""
    channel = _readable(call)
    seen = [each for each in channel.messages if not each.deleted and not each.ephemeral_to and each.root == each.ts]
    page, more = _page(call, _between(call, seen)[::-1])
    return {"messages": [each.as_json(metadata=_with_metadata(call)) for each in page]} | more


def set_status(call: Call) -> dict[str, Any]:
    """Do assistant.threads.setStatus."""
    channel = channel_to_post(call, "channel_id")
    thread = check_thread(channel, call.args["thread_ts"], "invalid_thread_ts")
    loading = call.args.get("loading_messages") or []
    if len(loading) > 10 or any(not 1 <= len(each) <= 50 for each in loading):
        raise Refused("invalid_arguments", "loading_messages: at most 10 of 50 characters")
    call.world.statuses[channel.id, str(thread)] = Status(str(call.args["status"]), call.world.clock())
    return {}


def set_prompts(call: Call) -> dict[str, Any]:
    """Do assistant.threads.setSuggestedPrompts; an agent's thread_ts is silently ignored, prompts and all."""
    channel = channel_to_post(call, "channel_id")
    if not call.world.app.is_agent:
        raise Refused("not_agent_app")
    prompts = parse_json(call.args["prompts"], "invalid_arguments")
    shaped = isinstance(prompts, list) and all(each.get("title") and each.get("message") for each in prompts)
    if not shaped or not 1 <= len(prompts) <= 4:
        raise Refused("invalid_arguments", "prompts: 1 to 4 with title and message")
    if call.args.get("thread_ts"):
        call.note("thread_ts_ignored", "under agent_view prompts with a thread_ts never show")
        return {}
    call.world.prompts[channel.id] = prompts
    return {}


def set_title(call: Call) -> dict[str, Any]:
    """Do assistant.threads.setTitle."""
    channel = channel_to_post(call, "channel_id")
    thread = check_thread(channel, call.args["thread_ts"], "invalid_thread_ts")
    call.world.titles[channel.id, str(thread)] = str(call.args["title"])
    return {}


def session_status(call: Call) -> dict[str, Any]:
    """Do agents.sessions.setStatus."""
    if not call.world.app.is_agent:
        raise Refused("not_authorized")
    channel = channel_to_post(call, "channel_id")
    if call.args["status"] not in SESSION_STATUSES:
        raise Refused("invalid_status")
    if not call.args.get("thread_ts"):
        raise Refused("thread_ts_required")
    if len(call.args.get("title") or "") > 200:
        raise Refused("invalid_arguments", "title: at most 200 characters")
    thread = str(check_thread(channel, call.args["thread_ts"], "channel_not_found"))
    call.world.sessions[channel.id, thread] = str(call.args["status"])
    if call.args.get("title"):
        call.world.titles[channel.id, thread] = str(call.args["title"])
    return {}


def session_rename(call: Call) -> dict[str, Any]:
    """Do agents.sessions.rename."""
    if not call.world.app.is_agent:
        raise Refused("not_authorized")
    channel = channel_to_post(call, "channel_id")
    if not call.args.get("thread_ts"):
        raise Refused("thread_ts_required")
    key = (channel.id, str(call.args["thread_ts"]))
    if key not in call.world.sessions:
        raise Refused("session_not_found")
    if not 1 <= len(str(call.args["title"])) <= 200:
        raise Refused("invalid_name")
    call.world.titles[key] = str(call.args["title"])
    return {}


def validate(call: Call) -> dict[str, Any]:
    """Do blocks.validate."""
    if call.args.get("view") is not None:
        found = check_view(parse_json(call.args["view"], "invalid_view"))
        code = "invalid_view"
    else:
        blocks = call.args.get("blocks")
        if blocks is None and call.args.get("message") is not None:
            blocks = parse_json(call.args["message"], "invalid_message").get("blocks")
        found, code = check_blocks(parse_json(blocks, "invalid_blocks")), "invalid_blocks"
    if found:
        raise Refused(code, "; ".join(found), response_metadata={"messages": found})
    return {}


HANDLERS = {
    "auth.test": auth_test,
    "auth.revoke": auth_revoke,
    "team.info": team_info,
    "bots.info": bots_info,
    "users.info": users_info,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.list": list_channels,
    "conversations.open": open_im,
    "conversations.join": join,
    "conversations.replies": replies,
    "conversations.history": history,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
    "agents.sessions.setStatus": session_status,
    "agents.sessions.rename": session_rename,
    "blocks.validate": validate,
}
