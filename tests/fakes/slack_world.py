"""What exists in the fake Slack: workspaces, people, channels, messages, streams, tokens, and the clock they share."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

STREAM_LIFE_S = 300.0
"""A stream dies about five minutes after it started, active or not (python-slack-sdk #1859, node-slack-sdk #2702)."""
STATUS_LIFE_S = 120.0
"""A status goes away two minutes after it was set (docs.slack.dev, assistant.threads.setStatus)."""


class Clock(Protocol):
    """Tell seconds since 1970, and move forward on demand."""

    def __call__(self) -> float:
        """Return the time in seconds."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        ...


@dataclass(slots=True)
class RunningClock:
    """Run with the machine's clock, ahead of it by what was advanced."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return time.time_ns() / 1e9 + self.ahead

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self.ahead += seconds


@dataclass(slots=True)
class VirtualClock:
    """Tell seconds since 1970; moves only when told to."""

    seconds: float = 1_795_413_600.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self.seconds += seconds


@dataclass(slots=True, kw_only=True)
class Person:
    """Be a user; a bot user when `app_id` is set."""

    id: str
    name: str
    team_id: str
    locale: str = "es-ES"
    tz: str = "Europe/Madrid"
    app_id: str | None = None
    bot_id: str | None = None
    deleted: bool = False

    def as_json(self, *, locale: bool) -> dict[str, Any]:
        """Return the user object of users.info."""
        profile = {"real_name": self.name, "display_name": self.name.lower()}
        person: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name.lower(),
            "real_name": self.name,
            "deleted": self.deleted,
            "tz": self.tz,
            "is_bot": self.app_id is not None,
            "profile": profile,
        }
        return person | ({"locale": self.locale} if locale else {})


@dataclass(slots=True)
class Stream:
    """Be the streaming state of one message."""

    started_at: float
    task_display_mode: str
    state: str = "open"
    characters: int = 0
    chunk_blocks: int = 0
    plan: str | None = None
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def state_at(self, now: float) -> str:
        """Return open, stopped, stopped_by_user or expired."""
        if self.state == "open" and now - self.started_at >= STREAM_LIFE_S:
            self.state = "expired"
        return self.state


@dataclass(slots=True, kw_only=True)
class Message:
    """Be one message; `ephemeral_to` names the only person who sees it."""

    ts: str
    channel: str
    user: str
    text: str = ""
    markdown: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    ephemeral_to: str | None = None
    edited: bool = False
    deleted: bool = False
    stream: Stream | None = None
    files: list[str] = field(default_factory=list)
    pings: list[str] = field(default_factory=list)
    unfurls: bool = False
    edits: int = 0

    @property
    def root(self) -> str:
        """Return the ts of the thread this message is in or starts."""
        return self.thread_ts or self.ts

    def as_json(self, *, metadata: bool = False) -> dict[str, Any]:
        """Return the message object of history, replies and events."""
        shown: dict[str, Any] = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text}
        shown["text"] = self.text or self.markdown
        if self.blocks:
            shown["blocks"] = self.blocks
        for key in ("bot_id", "app_id", "thread_ts"):
            if getattr(self, key):
                shown[key] = getattr(self, key)
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.ts}
        if metadata and self.metadata:
            shown["metadata"] = self.metadata
        if self.files:
            shown["files"] = [{"id": each} for each in self.files]
        return shown


@dataclass(slots=True, kw_only=True)
class Channel:
    """Be a conversation; `refuses` is the error code that posting gets there, if any."""

    id: str
    name: str
    team_id: str
    kind: str = "public"
    members: set[str] = field(default_factory=set)
    archived: bool = False
    external: bool = False
    refuses: str | None = None
    messages: list[Message] = field(default_factory=list)

    def find(self, ts: str) -> Message | None:
        """Return the message with this ts, unless deleted."""
        return next((each for each in self.messages if each.ts == ts and not each.deleted), None)

    def thread(self, root: str) -> list[Message]:
        """Return the public messages of a thread, root first."""
        return [each for each in self.messages if each.root == root and not each.deleted and not each.ephemeral_to]

    def as_json(self) -> dict[str, Any]:
        """Return the conversation object of conversations.info, without the caller's membership."""
        flags = {
            "is_channel": self.kind in {"public", "private"},
            "is_group": self.kind == "private",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_archived": self.archived,
            "is_ext_shared": self.external,
            "is_shared": self.external,
            "is_org_shared": False,
        }
        return {"id": self.id, "name": self.name, "num_members": len(self.members), **flags}


@dataclass(slots=True, kw_only=True)
class Token:
    """Be an access token: kind is bot, user or app."""

    value: str
    kind: str
    team_id: str
    app_id: str
    user_id: str = ""
    bot_id: str = ""
    scopes: frozenset[str] = frozenset()
    enterprise_id: str | None = None
    expires_at: float | None = None
    revoked: bool = False


@dataclass(slots=True, kw_only=True)
class View:
    """Be an open modal or a published home."""

    id: str
    user: str
    team_id: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None


@dataclass(slots=True)
class Status:
    """Be the line an assistant shows under a thread."""

    text: str
    set_at: float


@dataclass(slots=True, kw_only=True)
class App:
    """Be the app under test: its secrets, events and switches."""

    app_id: str = "A0FAKE00001"
    client_id: str = "111.222"
    client_secret: str = "fake-client-secret"
    signing_secret: str = "fake-signing-secret"
    events: frozenset[str] = frozenset(
        {
            "app_mention",
            "message.im",
            "app_home_opened",
            "app_uninstalled",
            "tokens_revoked",
            "agent_session_stopped",
            "app_context_changed",
        }
    )
    is_agent: bool = True
    messages_tab: bool = True
    stream_in_public_without_membership: bool = False
    post_burst: int = 4
    refused_blocks: frozenset[str] = frozenset()
    edit_window_s: float | None = None
    token_rotation: bool = True
    redirect_uris: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Be the address at which an app may answer one interaction, five times in thirty minutes."""

    team_id: str
    channel: str
    user: str
    issued_at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass(slots=True, kw_only=True)
class File:
    """Be an uploaded file; `shared_at` is when it appears in its channels, None for never."""

    id: str
    name: str
    length: int
    body: bytes | None = None
    title: str = ""
    channels: tuple[str, ...] = ()
    thread_ts: str | None = None
    shared_at: float | None = None
    shares: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """Hold everything; ids and timestamps are counted, never random."""

    clock: Clock
    app: App = field(default_factory=App)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    statuses: dict[tuple[str, str], Status] = field(default_factory=dict)
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    _count: int = 0
    _last_us: int = 0

    def next_id(self, prefix: str) -> str:
        """Return a new id."""
        self._count += 1
        return f"{prefix}{self._count:08d}"

    def name_blocks(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return blocks and elements with ids, as Slack gives them to those that have none."""
        named: list[dict[str, Any]] = []
        for block in blocks:
            whole = {"block_id": self.next_id("b")} | block
            for key in ("element", "accessory"):
                if isinstance(whole.get(key), dict):
                    whole[key] = {"action_id": self.next_id("a")} | whole[key]
            if whole["type"] in {"actions", "context_actions"}:
                whole["elements"] = [{"action_id": self.next_id("a")} | each for each in whole["elements"]]
            named.append(whole)
        return named

    def next_ts(self) -> str:
        """Return a message ts: unique and rising, by the clock."""
        self._last_us = max(self._last_us + 1, int(self.clock() * 1_000_000))
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def bot_of(self, team_id: str) -> Person:
        """Return the bot user of the app in a workspace."""
        return next(each for each in self.people.values() if each.team_id == team_id and each.app_id)

    def im(self, team_id: str, user: str) -> Channel:
        """Return the direct message channel between a person and the bot, opened if need be."""
        pair = {user, self.bot_of(team_id).id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == pair:
                return channel
        channel = Channel(id=self.next_id("D"), name="", team_id=team_id, kind="im", members=pair)
        self.channels[channel.id] = channel
        return channel

    def messages(self) -> Iterator[Message]:
        """Yield every message that still stands, ephemeral ones too."""
        for channel in self.channels.values():
            yield from (each for each in channel.messages if not each.deleted)

    def status(self, channel: str, thread_ts: str) -> str:
        """Return the status line people see under a thread now, empty after two minutes."""
        status = self.statuses.get((channel, thread_ts))
        return status.text if status and self.clock() - status.set_at < STATUS_LIFE_S else ""
