"""response_url of the fake Slack, and what an app says in the body of its answer to a command."""

import json
from typing import Any

from tests.fakes.slack_gate import Refused
from tests.fakes.slack_rules import check_blocks
from tests.fakes.slack_world import Message, ResponseUrl, World

USES = 5
LIFE_S = 1800.0
"""docs.slack.dev/interactivity/handling-user-interaction: five answers within thirty minutes."""


def issue(world: World, team_id: str, channel: str, user: str, message_ts: str | None = None) -> str:
    """Return the id of a new response_url."""
    key = world.next_id("R")
    world.response_urls[key] = ResponseUrl(
        team_id=team_id, channel=channel, user=user, issued_at=world.clock(), message_ts=message_ts
    )
    return key


def use(world: World, key: str, raw: bytes) -> None:
    """Do what an answer to a response_url asks for, or refuse it with HTTP 404 or 400."""
    address = world.response_urls.get(key)
    if address is None:
        raise Refused("no_such_url", status=404)
    if world.clock() - address.issued_at > LIFE_S:
        raise Refused("expired_url", status=404)
    if address.uses >= USES:
        raise Refused("used_url", status=404)
    address.uses += 1
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused("invalid_payload", status=400) from None
    say(world, address, body)


def say(world: World, address: ResponseUrl, body: dict[str, Any]) -> None:
    """Show, replace or delete a message in the name of the app."""
    found = check_blocks(body.get("blocks") or [])
    if found:
        raise Refused("invalid_blocks", "; ".join(found), status=400)
    channel = world.channels[address.channel]
    if body.get("delete_original") or body.get("replace_original"):
        if address.message_ts is None:
            raise Refused("invalid_payload", "no original message", status=400)
        _change(world, address, body)
        return
    if not (body.get("text") or body.get("blocks")):
        raise Refused("no_text", status=400)
    public = body.get("response_type") == "in_channel"
    bot = world.bot_of(address.team_id)
    channel.messages.append(
        Message(
            ts=world.next_ts(),
            channel=channel.id,
            user=bot.id,
            bot_id=bot.bot_id,
            app_id=bot.app_id,
            text=str(body.get("text") or ""),
            blocks=world.name_blocks(body.get("blocks") or []),
            thread_ts=body.get("thread_ts"),
            ephemeral_to=None if public else address.user,
        )
    )


def _change(world: World, address: ResponseUrl, body: dict[str, Any]) -> None:
    message = next(each for each in world.channels[address.channel].messages if each.ts == address.message_ts)
    if body.get("delete_original"):
        message.deleted = True
        return
    message.text = str(body.get("text") or "")
    message.blocks = world.name_blocks(body.get("blocks") or [])
    message.edits += 1
