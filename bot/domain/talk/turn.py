"""One turn of the dialogue, as every rule gets it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.brief import Language
from bot.domain.events import Event, Pressed, Said
from bot.domain.industries import IndustryBook
from bot.domain.slots import Understood
from bot.domain.talk.heard import Heard
from bot.domain.talk.state import State, Step

# For a closed model without prices, the names by id of the nearest that have them; None for one with prices.
Unpriced = Callable[[str], Mapping[str, str] | None]


def all_priced(name: str) -> None:
    """Take every name of a closed model for one with prices; the writer still refuses what it cannot compute."""
    del name


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Hold the state before, what was heard in it, and the event that brought it."""

    state: State
    event: Event
    heard: Heard
    book: IndustryBook
    understood: Understood | None = None
    unpriced: Unpriced = all_priced

    @property
    def trigger(self) -> str:
        """Return the platform's permit to open a form, empty when it gave none."""
        return self.event.trigger if isinstance(self.event, Said | Pressed) else ""

    def at(self, state: State) -> "Turn":
        """Return the same turn on another state."""
        return replace(self, state=state)


Rule = Callable[[Turn], Step]


def fresh(state: State | None, event: Event, heard_language: Language | None, default_language: Language) -> State:
    """Return the state of a conversation that begins, or begins anew; plans keep counting, a chosen language stays."""
    hint = getattr(event, "hint", None)
    language = heard_language or hint or default_language
    is_fixed = state is not None and state.language_fixed
    if state is not None and (is_fixed or heard_language is None):
        language = state.language
    said = event if isinstance(event, Said) else None
    is_private = said.private if said else (state.private if state else False)
    return State(
        stage="new" if state is None else "idle",
        language=language,
        language_fixed=is_fixed,
        owner=event.user,
        private=is_private,
        quiet=said is not None and said.door == "command" and not is_private,
        forget_of=state.forget_of if state else "",
        plan=state.plan if state else 0,
        version=state.version if state else 0,
        kept=state.kept if state else 0,
        touched_ms=event.at,
    )
