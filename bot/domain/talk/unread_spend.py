"""A spend that was told but cannot be read as one amount: said at once, so that nobody waits for it in a plan. Pure."""

from bot.domain.talk.heard import HeardKind
from bot.domain.talk.replies import question, say
from bot.domain.talk.state import Step
from bot.domain.talk.turn import Turn

_FILLING: frozenset[HeardKind] = frozenset(
    {"slots", "unknown_industry", "out_of_range", "fraction", "range", "edited", "unclear"}
)


def tell_unread(turn: Turn, done: Step) -> Step:
    """Add to what a turn does that the spend in it was not taken, before the question that waits for an answer."""
    if not turn.heard.slots.spend_unread or turn.heard.kind not in _FILLING:
        return done
    state = done.state
    note, waiting = say(state, "spend.unread"), question(state, turn.book)
    if turn.heard.kind == "unclear":  # there was nothing else in the message
        return Step(turn.state, (note, waiting) if waiting else (note,))
    others = tuple(effect for effect in done.effects if effect != waiting)
    return Step(state, (*others, note, waiting) if waiting in done.effects and waiting else (*others, note))
