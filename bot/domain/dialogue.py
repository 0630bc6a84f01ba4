"""The dialogue: one pure step from what was heard to the next state and what is to be done."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.domain.brief import Language
from bot.domain.events import Bound, Event, Said, Written
from bot.domain.industries import IndustryBook
from bot.domain.slots import Understood
from bot.domain.talk import changing, commanding, filling, following
from bot.domain.talk.altering import altered
from bot.domain.talk.heard import Heard
from bot.domain.talk.hearing import hear, language_shown
from bot.domain.talk.pricing import answer_priced
from bot.domain.talk.replies import describe_understood, say
from bot.domain.talk.state import FREE, State, Step
from bot.domain.talk.transitions import TABLE, RuleName
from bot.domain.talk.turn import Rule, Turn, Unpriced, all_priced, fresh
from bot.domain.talk.unread_spend import tell_unread

__all__ = ["RULES", "State", "Step", "describe_understood", "step"]


def step(
    state: State | None,
    event: Event,
    understood: Understood | None,
    book: IndustryBook,
    *,
    default_language: Language,
    chosen: Language | None = None,
    unpriced: Unpriced = all_priced,
) -> Step:
    """Return the next state and what is to be done, for any event in any state; never raises.

    `understood` is what the text of a Said or Edited event says; buttons and forms are read here. `chosen` is the
    language the user wants to be spoken to: only a whole sentence in another one, or asking for it, changes that.
    `unpriced` knows which closed models no figure can be computed with.
    """
    if state is None or state.stage in FREE:
        state = _begin(state, event, understood, book, default_language, chosen)
    heard = hear(state, event, understood, book)
    rule = RULES[TABLE[state.stage, heard.kind].rule]
    turn = Turn(state=state, event=event, heard=heard, book=book, understood=understood, unpriced=unpriced)
    done = tell_unread(turn, answer_priced(turn, rule))
    return Step(_touched(done.state, event, heard), done.effects)


def _begin(
    state: State | None,
    event: Event,
    understood: Understood | None,
    book: IndustryBook,
    default_language: Language,
    chosen: Language | None,
) -> State:
    if isinstance(event, Written | Bound):
        return state or fresh(state, event, None, default_language)
    # A first word such as "finance" is all there is to go by; later, one English word changes no language.
    shown = understood.language if state is None and understood is not None and understood.language_evident else None
    if isinstance(event, Said) and understood is not None:
        spoken = language_shown(event.text, understood)
    else:
        spoken = hear(fresh(state, event, None, default_language), event, understood, book).language
    return fresh(state, event, (spoken or chosen) if chosen else (shown or spoken), default_language)


def _start_afresh(turn: Turn) -> Step:
    """Say that the dialogue has expired, and start anew with what was just said, whoever said it."""
    state, event = turn.state, turn.event
    blank = replace(fresh(state, event, None, state.language), stage="idle")
    again = step(blank, event, turn.understood, turn.book, default_language=state.language, unpriced=turn.unpriced)
    return Step(again.state, (say(again.state, "say.expired"), *again.effects))


def _touched(state: State, event: Event, heard: Heard) -> State:
    """Keep the time of the last word of the owner; a pending "forget me?" is over when its asker goes on."""
    if isinstance(event, Written | Bound) or heard.kind in ("stranger", "nothing"):
        return state
    goes_on = state.forget_of == event.user and heard.kind != "forget"
    return altered(state, touched_ms=max(event.at, state.touched_ms), forget_of="" if goes_on else state.forget_of)


RULES: Mapping[RuleName, Rule] = MappingProxyType(
    {
        "begin": filling.begin,
        "fill": filling.fill,
        "offer_nearest": filling.offer_nearest,
        "refuse_target": filling.refuse_target,
        "ask_which": filling.ask_which,
        "answer_yes": following.answer_yes,
        "answer_no": filling.answer_no,
        "offer_common": filling.offer_common,
        "reask": filling.reask,
        "refuse_text": filling.refuse_text,
        "digress": filling.digress,
        "smile": filling.smile,
        "open_form": filling.open_form,
        "change_running": changing.change_running,
        "say_running": following.say_running,
        "end_writing": changing.end_writing,
        "stop_writing": following.stop_writing,
        "change_plan": changing.change_plan,
        "answer": following.answer,
        "say_unfinished": following.say_unfinished,
        "hint": following.hint,
        "welcome": following.welcome,
        "regenerate": changing.regenerate,
        "refine": following.refine,
        "take_no_spend": following.take_no_spend,
        "act_on_plan": following.act_on_plan,
        "say_no_plan": following.say_no_plan,
        "help": commanding.show_help,
        "cancel": commanding.cancel,
        "nothing_to_stop": commanding.nothing_to_stop,
        "restart": commanding.restart,
        "history": commanding.history,
        "forget": commanding.forget,
        "forget_yes": commanding.forget_yes,
        "forget_no": commanding.forget_no,
        "privacy": commanding.privacy,
        "switch_language": commanding.switch_language,
        "keep_language": commanding.keep_language,
        "hand_over": commanding.hand_over,
        "turn_away": following.turn_away,
        "say_old_button": following.say_old_button,
        "say_answered": following.say_answered,
        "take_edit": filling.take_edit,
        "offer_edit": following.offer_edit,
        "take_back": filling.take_back,
        "say_kept": following.say_kept,
        "start_afresh": _start_afresh,
        "ignore": following.ignore,
    }
)
