"""What the dialogue wants done: frozen intentions, performed in order by the conversation use-case."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.brief import Brief, Given, Language

Wish = Literal["", "shorter_pilot", "longer_pilot"]


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer a button; its label comes from the texts, the industry's name or the number, unless it has one."""

    button: str
    value: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say the sentence with key `text`; `params` are (name, value) pairs, `only_to` the one user who sees it."""

    text: str
    params: tuple[tuple[str, str | float | int], ...] = ()
    offers: tuple[Offer, ...] = ()
    only_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """Open the two-field form with what is known; `trigger` is the platform's permit to do so, if there is one.

    `refine` opens the longer form under a finished plan: the same two fields, spend, model and place to deploy.
    `only_to` is the one user who sees it, while the dialogue is theirs alone.
    """

    industry: str = ""
    target: str = ""
    trigger: str = ""
    refine: bool = False
    only_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """Post the one card of plan `plan`, version 1, and bind the conversation to its thread."""

    plan: int
    brief: Brief
    requester: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write version `version` of plan `plan`; `since` is the version whose difference is told, 0 for none.

    `fresh` asks for a new text although the brief is known; `wish` is what they want of the plan itself.
    """

    plan: int
    version: int
    brief: Brief
    requester: str
    since: int = 0
    fresh: bool = False
    wish: Wish = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCard:
    """Close the card that was posted as `key` for a version whose job was given up.

    What was finished of it is shown. Not `whole`, that may be what the job died of, so it is tried only once.
    """

    write: Write
    key: str
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWriting:
    """Stop the writing of a plan version at the next look at the flag; finished sections stay."""

    plan: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer a question about a finished plan from its document and ledger."""

    plan: int
    version: int
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteGiven:
    """Tell a running writer what was said about costs, for use if its cost section is not written yet."""

    plan: int
    version: int
    given: Given


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPrompt:
    """Show the Pro or Basic prompt of a plan exactly as sent, to one user."""

    plan: int
    version: int
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHistory:
    """List a user's strategies, to that user only."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Delete every trace of a user and tell them how much it was."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePlan:
    """Share a plan version in a channel; without one, show the user what it would be and ask where."""

    plan: int
    version: int
    user: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """Export a plan version in a file format."""

    plan: int
    version: int
    user: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFeedback:
    """Store a user's judgement of a plan version, with the words they gave for it."""

    plan: int
    version: int
    user: str
    verdict: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePlan:
    """Delete a plan of a user with all its versions."""

    plan: int
    version: int
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepLanguage:
    """Remember the language a user wants to be spoken to from now on."""

    user: str
    language: Language


Effect = (
    Say
    | OpenForm
    | PostCard
    | Write
    | CloseCard
    | StopWriting
    | Answer
    | NoteGiven
    | ShowPrompt
    | ShowHistory
    | Forget
    | SharePlan
    | ExportPlan
    | KeepFeedback
    | DeletePlan
    | KeepLanguage
)
