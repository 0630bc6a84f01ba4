"""What people do in the fake Slack: type, command, click, choose, submit, open the home, stop, remove the app."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes import slack_responses
from tests.fakes.slack_delivery import Courier, Delivery, Outcome
from tests.fakes.slack_forms import NotPossible, answers_of, chosen, find_elements
from tests.fakes.slack_gate import Refused, Violation
from tests.fakes.slack_oauth import OAuth
from tests.fakes.slack_rules import check_view
from tests.fakes.slack_views import Triggers, put_view, show_view
from tests.fakes.slack_world import Channel, Message, View, World


@dataclass(slots=True, kw_only=True)
class People:
    """Act in the name of people; every action is brought to the bot, signed."""

    world: World
    courier: Courier
    triggers: Triggers
    oauth: OAuth
    address: str = ""
    violations: list[Violation] = field(default_factory=list)

    # what is brought, without bringing it

    def envelope(self, event: dict[str, Any], *, team_id: str = "") -> Delivery:
        """Return an event in its envelope, with an event_id of its own."""
        team = team_id or self._team_of(event)
        body = {
            "token": "legacy-verification-token",
            "team_id": team,
            "api_app_id": self.world.app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.world.next_id("Ev"),
            "event_time": int(self.world.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": self.world.bot_of(team).id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        return Delivery(kind="event", payload=body)

    def message_events(self, message: Message, text: str) -> list[Delivery]:
        """Return the events the app is subscribed to for a message: a mention in a followed channel brings two."""
        channel = self.world.channels[message.channel]
        bot = self.world.bot_of(channel.team_id)
        base: dict[str, Any] = {
            "user": message.user, "text": text, "ts": message.ts, "team": channel.team_id, "channel": channel.id,
            "event_ts": message.ts, "client_msg_id": self.world.next_id("cmid-"),
        }  # fmt: skip
        if message.thread_ts:
            base |= {"thread_ts": message.thread_ts}
        if message.bot_id:
            base |= {"bot_id": message.bot_id, "app_id": message.app_id}
        events = []
        in_it = bot.id in channel.members
        if "app_mention" in self.world.app.events and f"<@{bot.id}>" in text and in_it and channel.kind != "im":
            events.append(base | {"type": "app_mention"})
        if self._follows(channel) and in_it:
            events.append(base | {"type": "message", "channel_type": _channel_type(channel)})
        return [self.envelope(event, team_id=channel.team_id) for event in events]

    def own_message_events(self, channel: str) -> list[Delivery]:
        """Return the events Slack sends an app about its own messages in a channel it follows."""
        mine = [each for each in self.world.channels[channel].messages if each.bot_id and not each.ephemeral_to]
        return [event for each in mine for event in self.message_events(each, each.text or each.markdown)]

    # typing

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Type a message in a channel (or, with the bot's id, to the bot) and bring its events."""
        message, events = self.type(user, channel, text, thread_ts)
        for event in events:
            await self.courier.bring_until_taken(event)
        return message

    def type(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> tuple[Message, list[Delivery]]:
        """Put a message into a channel and return the events to bring, in whatever order a test likes."""
        place = self._place(user, channel)
        if user not in place.members:
            raise NotPossible(f"{user} is not in {place.id}")
        message = Message(ts=self.world.next_ts(), channel=place.id, user=user, text=text, thread_ts=thread_ts)
        place.messages.append(message)
        return message, self.message_events(message, text)

    async def edit(self, message: Message, text: str) -> list[Outcome]:
        """Edit one's message: message_changed."""
        before = message.as_json()
        message.text, message.edited = text, True
        return await self._change(
            message, "message_changed", {"message": message.as_json(), "previous_message": before}
        )

    async def delete(self, message: Message) -> list[Outcome]:
        """Delete one's message: message_deleted."""
        before = message.as_json()
        message.deleted = True
        return await self._change(message, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})

    async def _change(self, message: Message, subtype: str, more: dict[str, Any]) -> list[Outcome]:
        channel = self.world.channels[message.channel]
        if not self._follows(channel):
            return []
        now = self.world.next_ts()
        event = {
            "type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": now, "event_ts": now,
            "channel_type": _channel_type(channel),
        }  # fmt: skip
        return await self.courier.bring_until_taken(self.envelope(event | more, team_id=channel.team_id))

    async def send_event(self, event: dict[str, Any], *, team_id: str = "") -> list[Outcome]:
        """Bring any event, with Slack's retries."""
        return await self.courier.bring_until_taken(self.envelope(event, team_id=team_id))

    async def verify_url(self, challenge: str = "3eZbrw1a") -> Outcome:
        """Ask for the challenge back, as Slack does when an operator enters the address."""
        payload = {"token": "legacy-verification-token", "challenge": challenge, "type": "url_verification"}
        return await self.courier.bring(Delivery(kind="event", payload=payload))

    async def check_ssl(self) -> Outcome:
        """Send the certificate check that comes to addresses of commands."""
        payload = {"ssl_check": "1", "token": "legacy-verification-token"}
        return await self.courier.bring(Delivery(kind="command", payload=payload))

    async def open_home(self, user: str, tab: str = "home") -> list[Outcome]:
        """Open the app's home or messages tab."""
        im = self.world.im(self.world.people[user].team_id, user)
        event: dict[str, Any] = {
            "type": "app_home_opened", "user": user, "channel": im.id, "tab": tab, "event_ts": self.world.next_ts(),
        }  # fmt: skip
        if tab == "home" and user in self.world.homes:
            event["view"] = show_view(self.world.homes[user])
        return await self.send_event(event, team_id=im.team_id)

    async def stop_stream(self, user: str, channel: str, thread_ts: str) -> list[Outcome]:
        """Press Slack's own stop button: live streams of the thread end, the app is told."""
        live = [
            each
            for each in self.world.channels[channel].messages
            if each.root == thread_ts and each.stream and each.stream.state_at(self.world.clock()) == "open"
        ]
        for message in live:
            assert message.stream is not None
            message.stream.state = "stopped_by_user"
        event = {
            "type": "agent_session_stopped", "channel": channel, "thread_ts": thread_ts, "user": user,
            "streaming_message_ts": [each.ts for each in live], "event_ts": self.world.next_ts(),
        }  # fmt: skip
        return await self.send_event(event)

    async def uninstall(self, team_id: str) -> list[Outcome]:
        """Remove the app from a workspace: tokens die, tokens_revoked and app_uninstalled come."""
        bots = self.oauth.revoke_team(team_id)
        events: list[dict[str, Any]] = [
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": bots}, "event_ts": self.world.next_ts()},
            {"type": "app_uninstalled", "event_ts": self.world.next_ts()},
        ]
        return [outcome for each in events for outcome in await self.send_event(each, team_id=team_id)]

    # commands and shortcuts

    async def send_command(self, user: str, channel: str, text: str = "", *, command: str = "/ai-strategy") -> Outcome:
        """Type a slash command; never in a thread, Slack does not allow it there."""
        delivery = self.command(user, channel, text, command=command)
        outcome = await self.courier.bring(delivery)
        if not outcome.ok:
            self._show_failure(user, delivery.payload["channel_id"], command, outcome)
        elif outcome.body.strip():
            self._show_answer(delivery.payload["response_url"].rsplit("/", 1)[1], outcome)
        return outcome

    def command(self, user: str, channel: str, text: str = "", *, command: str = "/ai-strategy") -> Delivery:
        """Return a slash command to bring."""
        place, person = self._place(user, channel), self.world.people[user]
        if user not in place.members:
            raise NotPossible(f"{user} is not in {place.id}")
        payload = {
            "token": "legacy-verification-token", "team_id": person.team_id, "team_domain": "fake",
            "channel_id": place.id, "channel_name": place.name or "directmessage", "user_id": user,
            "user_name": person.name.lower(), "command": command, "text": text,
            "api_app_id": self.world.app.app_id, "is_enterprise_install": "false",
            "response_url": self._response_url(place, user), "trigger_id": self.triggers.issue(person.team_id, user),
        }  # fmt: skip
        return Delivery(kind="command", payload=payload)

    async def shortcut(self, user: str, callback_id: str) -> Outcome:
        """Choose a global shortcut."""
        payload = self._action("shortcut", user) | {
            "callback_id": callback_id, "action_ts": self.world.next_ts(),
        }  # fmt: skip
        return await self.courier.bring(Delivery(kind="interactive", payload=payload))

    async def message_shortcut(self, user: str, message: Message, callback_id: str) -> Outcome:
        """Choose a shortcut on a message."""
        place = self.world.channels[message.channel]
        payload = self._action("message_action", user) | {
            "callback_id": callback_id, "action_ts": self.world.next_ts(), "message_ts": message.ts,
            "channel": {"id": place.id, "name": place.name}, "message": message.as_json(),
            "response_url": self._response_url(place, user),
        }  # fmt: skip
        return await self.courier.bring(Delivery(kind="interactive", payload=payload))

    # clicks

    async def press(self, user: str, message: Message, action_id: str, value: str | None = None) -> Outcome:
        """Click a button of a message; `value` tells buttons with the same action_id apart."""
        return await self.courier.bring(self.click(user, message, action_id, value))

    async def select(self, user: str, message: Message, action_id: str, value: str) -> Outcome:
        """Choose in a menu of a message: an option's value, or the id of a channel or person."""
        return await self.courier.bring(self.click(user, message, action_id, value))

    def click(self, user: str, message: Message, action_id: str, value: str | None = None) -> Delivery:
        """Return a click to bring; keep it to bring it late or twice."""
        if message.deleted or message.ephemeral_to not in (None, user):
            raise NotPossible("the message is not there for them")
        place = self.world.channels[message.channel]
        if user not in place.members:
            raise NotPossible(f"{user} is not in {place.id}")
        container = {
            "type": "message", "message_ts": message.ts, "channel_id": place.id,
            "is_ephemeral": message.ephemeral_to is not None,
        }  # fmt: skip
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        more = {
            "container": container, "channel": {"id": place.id, "name": place.name or "directmessage"},
            "response_url": self._response_url(place, user, message.ts), "state": {"values": {}},
        }  # fmt: skip
        if not message.ephemeral_to:
            more["message"] = message.as_json(metadata=True)
        return self._block_action(user, message.blocks, action_id, value, more)

    async def press_in_view(
        self, user: str, action_id: str, value: str | None = None, *, home: bool = False
    ) -> Outcome:
        """Click or choose in the modal in front of a person, or in their home."""
        view = self.world.homes[user] if home else self.view_of(user)
        more = {"container": {"type": "view", "view_id": view.id}, "view": show_view(view)}
        return await self.courier.bring(self._block_action(user, view.body["blocks"], action_id, value, more))

    def _block_action(
        self, user: str, blocks: list[dict[str, Any]], action_id: str, value: str | None, more: dict[str, Any]
    ) -> Delivery:
        for block, element in find_elements(blocks, action_id):
            action = chosen(element, value)
            if action is None:
                continue
            if user not in element.get("visible_to_user_ids", [user]):
                raise NotPossible(f"{user} does not see {action_id}")
            action |= {"block_id": block["block_id"], "action_ts": self.world.next_ts()}
            return Delivery(
                kind="interactive", payload=self._action("block_actions", user) | more | {"actions": [action]}
            )
        raise NotPossible(f"no element {action_id} with value {value}")

    # modals

    def view_of(self, user: str) -> View:
        """Return the modal in front of a person."""
        stack = self.world.stacks.get(user)
        if not stack:
            raise NotPossible(f"{user} has no form open")
        return self.world.views[stack[-1]]

    def submission(self, user: str, values: dict[str, Any]) -> Delivery:
        """Return the submission of the modal in front of a person; `values` by action_id."""
        view = self.view_of(user)
        state, wants_url = answers_of(view.body["blocks"], values)
        person = self.world.people[user]
        urls = [
            {
                "block_id": block, "action_id": action, "channel_id": channel,
                "response_url": self._response_url(self.world.channels[channel], user),
            }
            for block, action, channel in wants_url
        ]  # fmt: skip
        shown = show_view(view) | {"state": {"values": state}}
        payload = {
            "type": "view_submission", "team": {"id": person.team_id, "domain": "fake"},
            "user": {"id": user, "username": person.name.lower(), "name": person.name.lower(), "team_id": person.team_id},
            "api_app_id": self.world.app.app_id, "token": "legacy-verification-token",
            "trigger_id": self.triggers.issue(person.team_id, user), "view": shown, "response_urls": urls,
            "is_enterprise_install": False, "enterprise": None,
        }  # fmt: skip
        return Delivery(kind="interactive", payload=payload)

    async def submit_view(self, user: str, values: dict[str, Any] | None = None) -> Outcome:
        """Submit the modal in front of a person; errors keep it open, anything else closes or changes it."""
        outcome = await self.courier.bring(self.submission(user, values or {}))
        if outcome.ok:
            self._follow(user, self.view_of(user), outcome.json())
        return outcome

    async def close_view(self, user: str) -> Outcome | None:
        """Close the modal in front of a person; the app is told if it asked for it."""
        view = self.view_of(user)
        self._pop(user)
        if not view.body.get("notify_on_close"):
            return None
        payload = self._action("view_closed", user) | {"view": show_view(view), "is_cleared": False}
        return await self.courier.bring(Delivery(kind="interactive", payload=payload))

    def _follow(self, user: str, view: View, answer: dict[str, Any]) -> None:
        action = answer.get("response_action")
        if action == "errors":
            inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
            strangers = set(answer.get("errors") or {"": ""}) - inputs
            if strangers:
                self.violations.append(Violation("view_submission", "invalid_errors", ", ".join(sorted(strangers))))
            return
        if action in {"update", "push"}:
            found = check_view(answer.get("view"))
            if found:
                self.violations.append(Violation("view_submission", "invalid_view", "; ".join(found)))
                return
            if action == "update":
                self._pop(user)
            put_view(self.world, view.team_id, user, answer["view"], on_top=True)
        elif action == "clear":
            while self.world.stacks.get(user):
                self._pop(user)
        else:
            self._pop(user)

    def _pop(self, user: str) -> None:
        self.world.views.pop(self.world.stacks[user].pop(), None)

    # parts of payloads

    def _action(self, kind: str, user: str) -> dict[str, Any]:
        person = self.world.people[user]
        return {
            "type": kind, "team": {"id": person.team_id, "domain": "fake"},
            "user": {"id": user, "username": person.name.lower(), "name": person.name.lower(), "team_id": person.team_id},
            "api_app_id": self.world.app.app_id, "token": "legacy-verification-token",
            "trigger_id": self.triggers.issue(person.team_id, user), "is_enterprise_install": False, "enterprise": None,
        }  # fmt: skip

    def _response_url(self, place: Channel, user: str, message_ts: str | None = None) -> str:
        key = slack_responses.issue(self.world, place.team_id, place.id, user, message_ts)
        return f"{self.address}/response/{key}"

    def _show_answer(self, key: str, outcome: Outcome) -> None:
        body = outcome.json() or {"text": outcome.body}
        try:
            slack_responses.say(self.world, self.world.response_urls[key], body)
        except Refused as refused:
            self.violations.append(Violation("command answer", refused.code, refused.detail))

    def _show_failure(self, user: str, channel: str, command: str, outcome: Outcome) -> None:
        reason = "operation_timeout" if outcome.status == 504 else "dispatch_failed"
        text = f'{command} failed with the error "{reason}"'
        message = Message(ts=self.world.next_ts(), channel=channel, user="Slackbot", text=text, ephemeral_to=user)
        self.world.channels[channel].messages.append(message)

    def _place(self, user: str, channel: str) -> Channel:
        person = self.world.people.get(channel)
        if person is not None and person.app_id:
            return self.world.im(person.team_id, user)
        return self.world.channels[channel]

    def _follows(self, channel: Channel) -> bool:
        names = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}
        return names[channel.kind] in self.world.app.events

    def _team_of(self, event: dict[str, Any]) -> str:
        if event.get("channel") in self.world.channels:
            return self.world.channels[event["channel"]].team_id
        if event.get("user") in self.world.people:
            return self.world.people[event["user"]].team_id
        return next(iter(self.world.teams))


def _channel_type(channel: Channel) -> str:
    return {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}[channel.kind]
