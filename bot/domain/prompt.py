"""The messages a model is sent: rules from a template first, facts and whatever people typed as JSON data last."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.brief import Brief, Language
from bot.domain.reading.typed import plain
from bot.domain.terms import SectionId, heading

Role = Literal["system", "user", "assistant"]

OFF_TOPIC = "OFF_TOPIC"
"""What a model answers to a question that is not about the strategy; the bot says its own refusal instead."""

STRATEGY_TOKENS = 4000
REPAIR_TOKENS = 1200
FOLLOWUP_TOKENS = 700
EXTRACTION_TOKENS = 200
QUESTION_MAX = 2000
"""Characters of a question or a message that go to a model; more is cut, not refused."""


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """Hold one message of a prompt."""

    role: Role
    content: str


def prompt_values(brief: Brief, *, canary: str) -> Mapping[str, object]:
    """Return what fills the templates `pro` and `basic`: the canonical industry or None, the target, the canary.

    An industry as typed is not among them: it goes into the facts, as data.
    """
    target = "" if brief.target_percent is None else format_percent(brief.target_percent, brief.language)
    return {"industry": brief.industry_label if brief.industry else None, "target": target, "canary": canary}


def followup_values(*, canary: str) -> Mapping[str, object]:
    """Return what fills the template `followup`."""
    return {"off_topic": OFF_TOPIC, "canary": canary}


def repair_values(section: SectionId, findings: Sequence[str], language: Language) -> Mapping[str, object]:
    """Return what fills the template `repair`: the heading of the section and the findings, a sentence each."""
    return {"heading": heading(section, language), "findings": tuple(findings)}


def strategy_messages(system: str, facts: Mapping[str, object]) -> tuple[PromptMessage, ...]:
    """Return the messages that ask for a strategy: `system` is the filled template `pro` or `basic`."""
    return _asking(system, facts)


def repair_messages(
    system: str, facts: Mapping[str, object], *, previous: str, instruction: str
) -> tuple[PromptMessage, ...]:
    """Return the messages that ask for one section again.

    `system` is that of the strategy, so that its cache serves; `previous` is the rejected section, data like the facts;
    `instruction` is the filled template `repair`. One user message holds both: some servers refuse two in a row.
    """
    asked = _asking(system, {**facts, "previous_section": previous})
    return (asked[0], PromptMessage("user", f"{asked[1].content}\n\n{instruction.strip()}"))


def followup_messages(
    system: str, facts: Mapping[str, object], *, document: str, question: str
) -> tuple[PromptMessage, ...]:
    """Return the messages that ask a question about a finished strategy: `document` is its source, with markers."""
    return _asking(system, {**facts, "document": document, "question": plain(question)[:QUESTION_MAX]})


def extraction_messages(system: str, text: str) -> tuple[PromptMessage, ...]:
    """Return the messages that ask for the slots in what somebody typed: `system` is the template `extraction`."""
    return _asking(system, {"text": plain(text)[:QUESTION_MAX]})


def format_percent(value: float, language: Language) -> str:
    """Return a target as people write it: 40, 12,5 in Spanish and Portuguese, 12.5 in English."""
    text = f"{value:.1f}".removesuffix(".0")
    return text if language == "en" else text.replace(".", ",")


def _asking(system: str, data: Mapping[str, object]) -> tuple[PromptMessage, ...]:
    body = json.dumps(data, ensure_ascii=False, separators=(", ", ": "))
    return (PromptMessage("system", system.strip()), PromptMessage("user", body))
