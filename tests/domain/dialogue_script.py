"""Play transcripts through the real step, parser and industry book, and write effects as one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.domain.brief import Brief, Given, Language
from bot.domain.dialogue import State, step
from bot.domain.effects import Answer, Effect, ExportPlan, NoteGiven, OpenForm, PostCard, Say, Write
from bot.domain.events import ConversationRef, Deleted, Edited, Event, Filled, Pressed, Said, Written
from bot.domain.industries import IndustryBook
from bot.domain.slots import understand
from bot.services.price_book import PriceBooks
from bot.services.texts import load_texts

PRICES = PriceBooks()
TRANSCRIPTS = Path(__file__).parent / "transcripts"
PLACE = ConversationRef(platform="slack", tenant="T1", channel="C1")
HOUR_MS = 3_600_000
START_MS = 1_790_000_000_000


def transcripts() -> Mapping[str, Mapping[str, Any]]:
    """Read all transcripts by their name."""
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(TRANSCRIPTS.glob("*.yaml"))}


@dataclass(slots=True)
class Play:
    """Hold a dialogue while it is played; `now` moves a second with each turn."""

    language: Language
    book: IndustryBook
    state: State | None = None
    now: int = START_MS
    turn: int = 0

    def take(self, line: Mapping[str, Any]) -> list[str]:
        """Play one line and return the effects as lines; each sentence is also said, so that it must exist."""
        self.turn += 1
        self.now += 1000 + int(line.get("after_hours", 0)) * HOUR_MS
        event = self._event(line)
        understood = None
        if isinstance(event, Said | Edited):
            understood = understand(event.text, self.book, hint=self.state.language if self.state else None)
        done = step(self.state, event, understood, self.book, default_language=self.language, unpriced=PRICES.unpriced)
        self.state = done.state
        return [self._line(effect) for effect in done.effects]

    def _event(self, line: Mapping[str, Any]) -> Event:
        base: dict[str, Any] = {"id": f"e{self.turn}", "place": PLACE, "user": line.get("by", "ana"), "at": self.now}
        plan = self.state.plan if self.state else 0
        version = self.state.version if self.state else 0
        message = str(line.get("message", f"m{self.turn}"))
        if "said" in line:
            door, files = line.get("door", "message"), line.get("files", 0)
            text = self._word(line["said"]) * int(line.get("times", 1))
            private, trigger = bool(line.get("private")), line.get("trigger", "")
            return Said(**base, text=text, message=message, door=door, files=files, private=private, trigger=trigger)
        if "pressed" in line:
            button, _, value = str(line["pressed"]).partition("=")
            return Pressed(**base, button=button, value=value, plan=line.get("plan", 0), version=line.get("version", 0))
        if "filled" in line:
            return Filled(**base, values=tuple((name, str(value)) for name, value in line["filled"].items()))
        if "edited" in line:
            return Edited(**base, text=self._word(line["edited"]), message=message)
        if "deleted" in line:
            return Deleted(**base, message=str(line["deleted"]))
        written = {"plan": plan, "version": version, "noted_late": line.get("noted_late", False)}
        written["refused"] = line.get("refused", "")
        return Written(**base | written, outcome=line["written"])

    def _word(self, said: str | Mapping[str, str]) -> str:
        return said if isinstance(said, str) else said[self.language]

    def _line(self, effect: Effect) -> str:
        if isinstance(effect, Say):
            state_language = self.state.language if self.state else self.language
            assert load_texts().say(effect.text, state_language, **dict(effect.params))
            offers = " ".join(f"{offer.button}={offer.value}".rstrip("=") for offer in effect.offers)
            return effect.text + (f" [{offers}]" if offers else "") + (f" @{effect.only_to}" if effect.only_to else "")
        return f"{type(effect).__name__} {_told(effect)}".strip()


def _told(effect: Effect) -> str:
    match effect:
        case PostCard():
            return f"{effect.plan} for {effect.requester}: {_brief(effect.brief)}"
        case Write():
            since = f" since {effect.since}" if effect.since else ""
            extra = (" fresh" if effect.fresh else "") + (f" {effect.wish}" if effect.wish else "")
            return f"{effect.plan}.{effect.version}: {_brief(effect.brief)}{since}{extra}"
        case NoteGiven():
            return f"{effect.plan}.{effect.version}: {_given(effect.given)}"
        case OpenForm():
            return f"industry={effect.industry} target={effect.target}" + (" refine" if effect.refine else "")
        case Answer():
            return f"{effect.plan}.{effect.version}"
        case ExportPlan():
            return f"{effect.plan}.{effect.version} {effect.format}"
    plan = f"{effect.plan}" if hasattr(effect, "plan") else ""
    version = f".{effect.version}" if hasattr(effect, "version") else ""
    user = f" {effect.user}" if hasattr(effect, "user") else ""
    return f"{plan}{version}{user}".strip()


def _brief(brief: Brief) -> str:
    target = "-" if brief.target_percent is None else f"{brief.target_percent:g}"
    given = _given(brief.given)
    industry = brief.industry or f"'{brief.industry_label}'"
    return f"{brief.kind} {industry} {target} {brief.language}" + (f" ({given})" if given else "")


def _given(given: Given) -> str:
    parts: Sequence[object] = (
        f"{given.monthly_spend:g} {given.currency}" if given.monthly_spend is not None else None,
        given.closed_model,
        given.deployment,
    )
    return ", ".join(str(part) for part in parts if part is not None)
