"""What an event means in a conversation: each event becomes one kind of thing heard. Pure."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.domain.brief import NOTHING_GIVEN, Given, Language
from bot.domain.events import Bound, Deleted, Edited, Event, Filled, Pressed, Said, Written
from bot.domain.industries import IndustryBook
from bot.domain.slots import Understood, understand
from bot.domain.talk.cues import handed_to, has_what_if, is_question, small_word, words_of
from bot.domain.talk.heard import Heard, HeardKind, Slots
from bot.domain.talk.pressing import MEANT, hear_filled, hear_pressed
from bot.domain.talk.state import ASKING, ENDED, EXPIRES_AFTER_MS, FREE, State
from bot.domain.talk.what_ifs import find_what_if

_OPEN_TO_ALL: frozenset[HeardKind] = frozenset(
    {
        "help",
        "history",
        "privacy",
        "forget",
        "forget_yes",
        "forget_no",
        "plan_action",
        "own_language",
        "nothing",
        "written",
        "thanks",
    }
)
_LONG_QUESTION = 5
_LANGUAGE_SHOWS = 3


def hear(state: State, event: Event, understood: Understood | None, book: IndustryBook) -> Heard:
    """Return what an event means in this state; every event means something, if only `nothing`."""
    if _has_expired(state, event):
        return Heard(kind="expired")
    heard = _hear_any(state, event, understood, book)
    is_stranger = event.user != state.owner and not state.private and state.stage not in FREE
    if is_stranger and heard.kind not in _OPEN_TO_ALL and not (heard.kind == "question" and state.stage in ENDED):
        return Heard(kind="stranger") if isinstance(event, Said | Pressed | Filled) else Heard(kind="nothing")
    return heard


def _has_expired(state: State, event: Event) -> bool:
    answers = isinstance(event, Said | Pressed | Filled)
    return answers and state.stage in ASKING and event.at - state.touched_ms >= EXPIRES_AFTER_MS


def _hear_any(state: State, event: Event, understood: Understood | None, book: IndustryBook) -> Heard:
    match event:
        case Said():
            return hear_said(state, event, understood or understand(event.text, book, hint=state.language))
        case Pressed():
            return hear_pressed(state, event, book)
        case Filled():
            return hear_filled(state, event, book)
        case Edited():
            return _hear_edited(state, event, understood or understand(event.text, book, hint=state.language))
        case Deleted():
            filled = event.message and event.message in {state.industry_message, state.target_message}
            return Heard(kind="deleted" if filled else "nothing", message=event.message)
        case Written():
            is_ours = (event.plan, event.version) == (state.plan, state.version)
            return Heard(kind="written" if is_ours and state.stage == "writing" else "nothing")
        case Bound():
            return Heard(kind="nothing")
    return Heard(kind="nothing")


def hear_said(state: State, said: Said, understood: Understood) -> Heard:
    """Return what a message means; the order of the questions is the order of certainty."""
    slots, language = _slots_of(understood, said.text), language_shown(said.text, understood)
    meant = partial(Heard, text=said.text, message=said.message, slots=slots, language=language)
    if said.files and understood.problem == "empty":
        return meant(kind="file")
    if understood.problem in ("empty", "too_long"):
        return meant(kind="empty" if understood.problem == "empty" else "too_long")
    if understood.command is not None:
        return meant(kind=MEANT[understood.command], button=understood.command)
    person = handed_to(said.text)
    if person is not None:
        return meant(kind="hand_over", value=person)
    small = small_word(said.text)
    if small in ("yes", "no") and state.forget_of == said.user:
        return meant(kind="forget_yes" if small == "yes" else "forget_no")
    if small is not None and not slots:
        return meant(kind=small)
    return _hear_slots(state, said.text, slots, understood, meant)


def _hear_slots(state: State, text: str, slots: Slots, understood: Understood, meant: Callable[..., Heard]) -> Heard:
    follows = state.stage in ENDED or state.stage == "writing"
    if follows and slots.what_if and _wants_change(text):
        return meant(kind="what_if")
    if follows and slots.given == NOTHING_GIVEN and is_question(text) and not _wants_change(text):
        return meant(kind="question")
    if understood.problem in ("out_of_range", "fraction", "range"):
        return meant(
            kind=understood.problem,
            said=understood.said,
            low=understood.suggestion if understood.problem == "fraction" else understood.low,
            high=understood.high,
        )
    if understood.problem == "unknown_industry" and (
        understood.industry_several or (not is_question(text) and _may_name_industry(state))
    ):
        return meant(kind="unknown_industry", typed=understood.industry_typed or "")
    if slots:
        return meant(kind="slots")
    if understood.language_asked:
        return meant(kind="language", value=understood.language)
    return meant(kind="question" if is_question(text) else "unclear")


def _may_name_industry(state: State) -> bool:
    """Say whether words we do not know may be an industry: only while it is open, else they are just words."""
    return state.stage in FREE or (state.stage in ASKING and not (state.industry or state.industry_typed))


def _wants_change(text: str) -> bool:
    short = len(words_of(text)) <= _LONG_QUESTION and not text.strip().casefold().startswith(("why", "por"))
    return has_what_if(text) or not is_question(text) or short


def _slots_of(understood: Understood, text: str) -> Slots:
    what_if = find_what_if(text)
    return Slots(
        industry=understood.industry,
        # "What if traffic grows by 30 %?" names a growth, not a savings target.
        target=None if what_if.volume_factor is not None else understood.target_percent,
        kind="basic" if understood.kind == "basic" else None,
        language=understood.language if understood.language_asked else None,
        given=Given(
            monthly_spend=understood.monthly_spend,
            currency=understood.currency,
            closed_model=understood.closed_model,
        ),
        what_if=what_if,
        spend_unread=understood.spend_unread,
    )


def language_shown(text: str, understood: Understood) -> Language | None:
    """Return the language a message is clearly written in; "finance" and "35 más o menos" show nothing."""
    is_long = len(words_of(text)) >= _LANGUAGE_SHOWS
    return understood.language if understood.language_clear and is_long else None


def _hear_edited(state: State, edited: Edited, understood: Understood) -> Heard:
    """Take an edit when its message filled a slot, or when a question is still open that it now answers."""
    filled = edited.message in {state.industry_message, state.target_message} and bool(edited.message)
    said = Said(
        id=edited.id, place=edited.place, user=edited.user, at=edited.at, text=edited.text, message=edited.message
    )
    heard = hear_said(state, said, understood)
    if heard.kind in ("slots", "out_of_range", "fraction", "range", "unknown_industry") and (
        filled or state.stage in ASKING
    ):
        return replace(heard, kind="edited", then=heard.kind)
    return Heard(kind="deleted" if filled else "nothing", message=edited.message)
