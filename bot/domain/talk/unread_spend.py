"""A spend that was told but cannot be read as one amount: said at once, so that nobody waits for it in a plan. Pure."""

from bot.domain.effects import Write
from bot.domain.talk.heard import HeardKind
from bot.domain.talk.replies import question, say
from bot.domain.talk.state import FREE, Step
from bot.domain.talk.turn import Turn

_FILLING: frozenset[HeardKind] = frozenset(
    {"slots", "unknown_industry", "out_of_range", "fraction", "range", "edited", "unclear"}
)


def tell_unread(turn: Turn, done: Step) -> Step:
    """Add to what a turn does that the spend in it was not taken."""
    if not turn.heard.slots.spend_unread or turn.heard.kind not in _FILLING:
        return done
    state = done.state
    note, waiting = say(state, "spend.unread"), question(state, turn.book)
    if turn.heard.kind == "unclear" and turn.state.stage not in FREE:  # there was nothing else in the message
        return Step(turn.state, (note, waiting) if waiting else (note,))
    # Before the question that waits and before the writing, which may take minutes; after the card they hang on.
    last = tuple(effect for effect in done.effects if effect == waiting or isinstance(effect, Write))
    return Step(state, (*(effect for effect in done.effects if effect not in last), note, *last))
