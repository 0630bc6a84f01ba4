"""What a check says: an id, a place and what a sentence about it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self, get_args

from bot.domain.terms import SectionId

FindingId = Literal[
    "phases.count",
    "phases.order",
    "phases.months",
    "phases.exit_criterion",
    "tco.missing",
    "tco.cell",
    "risks.count",
    "risks.mitigation",
    "figures.literal",
    "figures.unknown",
    "figures.option",
    "figures.measure",
    "figures.range",
    "figures.unverifiable",
    "target.claimed",
    "tools.unknown",
    "tools.legacy",
    "unknowns.missing",
    "form.heading",
    "form.industry",
    "form.language",
    "form.cut",
    "form.empty",
    "safety.mention",
    "safety.link",
    "safety.html",
    "safety.image",
    "safety.hidden",
    "safety.template",
    "safety.canary",
    "safety.repeat",
]
FINDING_IDS: tuple[FindingId, ...] = get_args(FindingId)
LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Be one finding: `line` counts from 1 in the text that was checked, `quote` is the place itself.

    `params` fill the sentence with this id; `action` is what was done: found, repaired, regenerated or replaced.
    """

    id: FindingId
    section: SectionId
    line: int
    quote: str = ""
    params: tuple[tuple[str, str | int | float], ...] = ()
    action: str = "found"

    def acted(self, action: str) -> Self:
        """Return the finding with what was done about it."""
        return replace(self, action=action)

    def sentence(self, templates: Mapping[str, str]) -> str:
        """Return the finding in words; `templates` are those of `prompts/findings.*`."""
        told = {key: _shortened(value) if isinstance(value, str) else value for key, value in self.params}
        return templates[self.id].format(**{"quote": _shortened(self.quote), **told})

    def as_json(self, templates: Mapping[str, str]) -> dict[str, Any]:
        """Return the finding as the machine interfaces give it."""
        return {
            "id": self.id,
            "section": self.section,
            "line": self.line,
            "sentence": self.sentence(templates),
            "action": self.action,
        }


def _shortened(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 1]}…"
