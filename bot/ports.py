"""The seams of the bot: what the use-cases ask of the world, each a Protocol of one to four verbs."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.domain.brief import Language
from bot.domain.events import ConversationRef
from bot.domain.prompt import PromptMessage
from bot.domain.tco_chart import Chart
from bot.job_ports import (
    Attempt,
    Claimed,
    Doing,
    Job,
    JobDesk,
    JobKind,
    JobReport,
    Jobs,
    Lane,
    Performer,
    QueueHealth,
    Reach,
)
from bot.store_ports import (
    Clock,
    CommitOutcome,
    Conversations,
    Effects,
    Flags,
    History,
    Judgement,
    Judgements,
    Limits,
    Loaded,
    PlanRecord,
    Plans,
    Preferences,
    Refused,
    RequestClaim,
    Requests,
    SavedSection,
)

__all__ = [
    "Attempt",
    "Chat",
    "Choice",
    "Claimed",
    "Clock",
    "CommitOutcome",
    "Conversations",
    "Doing",
    "Effects",
    "EndReason",
    "Ended",
    "Flags",
    "History",
    "Homes",
    "Job",
    "JobDesk",
    "JobKind",
    "JobReport",
    "Jobs",
    "Judgement",
    "Judgements",
    "Lane",
    "Limits",
    "Loaded",
    "Message",
    "Model",
    "ModelRequest",
    "Performer",
    "Piece",
    "PlanRecord",
    "PlanView",
    "Plans",
    "Preferences",
    "PromptMessage",
    "Prompts",
    "QueueHealth",
    "Reach",
    "Refused",
    "RequestClaim",
    "Requests",
    "SavedSection",
    "SectionView",
    "Shared",
    "Sharing",
    "Summary",
    "Texts",
]

EndReason = Literal["stop", "length", "truncated", "content_filter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """Ask a model for text: `deadline_s` bounds the whole call, `user_key` is a keyed hash and never a name."""

    messages: tuple[PromptMessage, ...]
    max_tokens: int
    deadline_s: float
    json_object: bool = False
    user_key: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a piece of the model's text, and whose it is."""

    text: str
    model: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Say how a stream ended; `estimated` means that the endpoint did not count its tokens."""

    reason: EndReason
    model: str
    endpoint: str
    tokens_in: int
    tokens_out: int
    estimated: bool
    seconds: float


class Model(Protocol):
    """Write text with a language model."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[Piece | Ended, None]:
        """Yield pieces and at last one `Ended`; closing the generator closes the connection at once.

        Raises ModelError (see `bot.domain.errors`) when no endpoint delivers.
        """
        ...


class Texts(Protocol):
    """Say the bot's sentences in a language."""

    def say(self, key: str, language: Language, /, **params: object) -> str:
        """Return the sentence with this key; raises KeyError for an unknown key."""
        ...

    def label(self, key: str, fallback: str, language: Language, /, **params: object) -> str:
        """Return the label with this key, or with the fallback's where there is none."""
        ...


class Prompts(Protocol):
    """Fill the templates in `prompts/`."""

    def render(self, template: str, language: Language, values: Mapping[str, object]) -> str:
        """Return the filled template `<template>.<language>.md.j2`; a missing value is an error."""
        ...

    def version(self, template: str, language: Language) -> str:
        """Return the first 12 hex digits of the template's SHA-256."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Be a button: `button` and `value` come back in `Pressed`."""

    button: str
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Be a short message of the bot; `only_to` is the user who alone may see it, where the platform can do so."""

    text: str
    choices: Sequence[Choice] = ()
    only_to: str | None = None
    plan: int = 0
    version: int = 0
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """Be one finished section as shown: its id, heading and Markdown with all figures rendered.

    `chart` is drawn beside the tables of a section that compares costs; its figures all stand in those tables too.
    """

    id: str
    heading: str
    markdown: str
    marked: bool = False
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Be the whole living card of a plan version; adapters work out what changed since they showed it last.

    `question` is asked on the card without waiting for its answer; `changes` tell what differs from the version before.
    """

    plan: int
    version: int
    language: Language
    requester: str
    understood: str
    title: str
    status: Literal["writing", "done", "stopped", "failed", "superseded"]
    progress: str
    question: str = ""
    changes: tuple[str, ...] = ()
    sections: tuple[SectionView, ...] = ()
    choices: tuple[Choice, ...] = ()
    footer: str = ""


class Chat(Protocol):
    """Talk on a platform."""

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Post a message; `key` names it for good, so a platform that can look it up posts it once.

        `by` is the attempt that says it, and must still hold its job. Raises ChatError, and StoreError
        (`error.lease_lost`) where a platform can ask for that.
        """
        ...

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Post the one card of a plan and return its id there; the only call that cannot be repeated.

        `by` as in `say`.
        """
        ...

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Make the card and its thread show `view`; calling it again with the same view changes nothing."""
        ...

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Open the two-field form, filled with what is known; `key` names it for good, `user` who alone sees it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Be what is shared of a plan version: its verdict in a few lines and three (label, value) numbers."""

    plan: int
    version: int
    language: Language
    title: str
    verdict: str
    numbers: tuple[tuple[str, str], ...]
    requester: str


# How sharing ended; `to_confirm` when the platform has asked the user something first.
Shared = Literal["shared", "shared_before", "not_allowed", "not_listed", "to_confirm"]


class Sharing(Protocol):
    """Show a plan in another channel, on a platform that has some."""

    async def offer(self, to: ConversationRef, summary: Summary, *, user: str, key: str) -> None:
        """Show the user alone what would be shared, and let them choose where. Raises ChatError."""
        ...

    async def share(self, to: ConversationRef, summary: Summary, *, channel: str, user: str, key: str) -> Shared:
        """Post the summary once in a channel where both may write; `key` names the plan version. Raises ChatError."""
        ...


class Homes(Protocol):
    """Show a user what is theirs, on a platform that has a place for it."""

    async def publish(self, tenant: str, user: str) -> None:
        """Show it as it is now. Raises ChatError or StoreError."""
        ...
