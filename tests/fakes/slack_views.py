"""views.* of the fake Slack: triggers live three seconds and open one thing, hashes guard against races."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_chat import parse_json
from tests.fakes.slack_gate import Call, Refused
from tests.fakes.slack_rules import VIEW_BYTES, check_view
from tests.fakes.slack_world import View, World

TRIGGER_LIFE_S = 3.0
"""docs.slack.dev/interactivity/handling-user-interaction: a trigger_id expires in three seconds and works once."""
STACK = 3
"""A modal has at most three views (docs.slack.dev/surfaces/modals)."""


@dataclass(slots=True)
class Triggers:
    """Issue trigger ids and exchange them once."""

    world: World
    _open: dict[str, tuple[str, str, float]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def issue(self, team_id: str, user: str) -> str:
        """Return a new trigger of a person's action."""
        trigger = f"{self.world.next_id('')}.{self.world.next_id('')}.trigger"
        self._open[trigger] = (team_id, user, self.world.clock())
        return trigger

    def exchange(self, call: Call) -> str:
        """Return who triggered, or refuse the trigger of a call."""
        trigger = str(call.args.get("trigger_id") or "")
        if trigger not in self._open or self._open[trigger][0] != call.team_id:
            raise Refused("invalid_trigger_id")
        if trigger in self._used:
            raise Refused("exchanged_trigger_id")
        _, user, issued = self._open[trigger]
        if self.world.clock() - issued > TRIGGER_LIFE_S:
            raise Refused("expired_trigger_id", f"{self.world.clock() - issued:.1f} s old")
        self._used.add(trigger)
        return user


def read_view(call: Call, kind: str | None) -> dict[str, Any]:
    """Return the checked view of a call."""
    view = parse_json(call.args["view"], "invalid_arguments")
    found = check_view(view)
    if kind is not None and not found and view["type"] != kind:
        found = [f"[ERROR] view.type must be {kind} [json-pointer:/view/type]"]
    if found:
        raise Refused("invalid_arguments", "; ".join(found), response_metadata={"messages": found})
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    external = view.get("external_id")
    if external and any(each.body.get("external_id") == external for each in call.world.views.values()):
        raise Refused("duplicate_external_id")
    return dict(view)


def show_view(view: View) -> dict[str, Any]:
    """Return the view object Slack answers and sends."""
    body = view.body
    return body | {
        "id": view.id,
        "team_id": view.team_id,
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "state": {"values": {}},
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
    }


def put_view(world: World, team_id: str, user: str, body: dict[str, Any], *, on_top: bool) -> View:
    """Return a new modal in front of a person."""
    stack = world.stacks.setdefault(user, [])
    if not on_top:
        for each in stack:
            world.views.pop(each, None)
        stack.clear()
    view_id = world.next_id("V")
    root, previous = (stack[0], stack[-1]) if stack else (view_id, None)
    view = View(
        id=view_id, user=user, team_id=team_id, body=name_blocks(world, body), hash=world.next_id("h"),
        root_id=root, previous_id=previous,
    )  # fmt: skip
    world.views[view_id] = view
    stack.append(view_id)
    return view


def name_blocks(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return a view whose blocks and elements all have ids."""
    return body | {"blocks": world.name_blocks(body["blocks"])}


@dataclass(slots=True)
class Views:
    """Do the views.* methods."""

    triggers: Triggers

    def open(self, call: Call) -> dict[str, Any]:
        """Do views.open."""
        body = read_view(call, "modal")
        user = self.triggers.exchange(call)
        return {"view": show_view(put_view(call.world, call.team_id, user, body, on_top=False))}

    def push(self, call: Call) -> dict[str, Any]:
        """Do views.push."""
        body = read_view(call, "modal")
        user = self.triggers.exchange(call)
        stack = call.world.stacks.get(user, [])
        if not stack:
            raise Refused("not_found")
        if len(stack) >= STACK:
            raise Refused("push_limit_reached")
        return {"view": show_view(put_view(call.world, call.team_id, user, body, on_top=True))}

    def update(self, call: Call) -> dict[str, Any]:
        """Do views.update."""
        wanted, external = call.args.get("view_id"), call.args.get("external_id")
        views = [*call.world.views.values(), *call.world.homes.values()]
        view = next(
            (each for each in views if each.id == wanted or (external and each.body.get("external_id") == external)),
            None,
        )
        if view is None:
            raise Refused("not_found")
        if call.args.get("hash") not in (None, view.hash):
            raise Refused("hash_conflict")
        view.body.pop("external_id", None)
        view.body = name_blocks(call.world, read_view(call, str(view.body["type"])))
        view.hash = call.world.next_id("h")
        return {"view": show_view(view)}

    def publish(self, call: Call) -> dict[str, Any]:
        """Do views.publish."""
        user = str(call.args["user_id"])
        person = call.world.people.get(user)
        if person is None or person.team_id != call.team_id:
            raise Refused("invalid_arguments", f"no user {user}")
        body = read_view(call, "home")
        before = call.world.homes.get(user)
        given = call.args.get("hash")
        if given and (before is None or before.hash != given):
            raise Refused("hash_conflict")
        view_id = before.id if before else call.world.next_id("V")
        view = View(
            id=view_id, user=user, team_id=call.team_id, body=name_blocks(call.world, body),
            hash=call.world.next_id("h"), root_id=view_id,
        )  # fmt: skip
        call.world.homes[user] = view
        return {"view": show_view(view)}

    def handlers(self) -> dict[str, Any]:
        """Return the methods by name."""
        return {
            "views.open": self.open,
            "views.push": self.push,
            "views.update": self.update,
            "views.publish": self.publish,
        }
