"""A closed model without prices, asked back when it is said instead of when its plan is written. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.brief import NOTHING_GIVEN
from bot.domain.effects import Offer, Say
from bot.domain.reading.typed import clean_as_typed
from bot.domain.talk.heard import NO_SLOTS, Heard
from bot.domain.talk.replies import question, say
from bot.domain.talk.state import ASKING, State, Step
from bot.domain.talk.turn import Rule, Turn


def answer_priced(turn: Turn, rule: Rule) -> Step:
    """Answer a turn by its rule; a model without prices that the rule would take is asked back at once.

    Where the same turn begins a version, it is that version's card that asks: written without the model, the version
    would tell figures of another one.
    """
    step, name = rule(turn), turn.heard.slots.given.closed_model
    nearest = turn.unpriced(name) if name and _takes(step.state, name) else None
    if name is None or nearest is None:
        return step
    left = _without_model(turn.heard)
    rest = rule(replace(turn, heard=left))
    asked = _ask_back(rest.state, name, nearest)
    if turn.state.stage == "writing":
        is_all = left.slots == NO_SLOTS or rest.state == turn.state
        return Step(turn.state, (asked,)) if is_all else Step(rest.state, (*rest.effects, asked))
    if rest.state.stage in ASKING:
        # One question at a time: whatever is answered, the one that waits is asked next.
        waiting = question(rest.state, turn.book)
        return Step(rest.state, (*(effect for effect in rest.effects if effect != waiting), asked))
    return step if rest.state.stage == "writing" else Step(turn.state, (asked,))


def _takes(state: State, name: str) -> bool:
    """Say whether a model is in what the next figures are computed from."""
    queued = state.queued.given if state.queued else NOTHING_GIVEN
    return name in (state.given.closed_model, queued.closed_model)


def _without_model(heard: Heard) -> Heard:
    return replace(heard, slots=replace(heard.slots, given=replace(heard.slots.given, closed_model=None)))


def _ask_back(state: State, name: str, nearest: Mapping[str, str]) -> Say:
    params = (("value", clean_as_typed(name)), ("nearest", ", ".join(nearest.values())))
    offers = tuple(Offer("model", model, shown) for model, shown in nearest.items())
    return say(state, "refused.closed_model", params, offers)
