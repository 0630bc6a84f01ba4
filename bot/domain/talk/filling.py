"""The rules before a plan: filling the two slots, and mending what goes wrong on the way. Pure."""

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType

from bot.domain.brief import NOTHING_GIVEN, TARGET_MAX, TARGET_MIN_EXCLUSIVE, Brief, Given
from bot.domain.effects import Effect, PostCard, Say, Write
from bot.domain.events import Pressed
from bot.domain.industries import IndustryBook
from bot.domain.slots import TEXT_MAX
from bot.domain.talk.altering import altered
from bot.domain.talk.cues import topic_of
from bot.domain.talk.heard import HeardKind
from bot.domain.talk.replies import (
    MOST_COMMON,
    ask_again,
    form,
    industry_name,
    question,
    say,
)
from bot.domain.talk.state import ASKING, FREE, Asked, Stage, State, Step
from bot.domain.talk.turn import Rule, Turn

MAX_REASKS = 2


def take_slots(turn: Turn) -> State:
    """Return the state with every slot that was named; a later value wins over an earlier one."""
    state, slots, heard = turn.state, turn.heard.slots, turn.heard
    if slots.names_industry:
        state = altered(
            state, industry=slots.industry, industry_typed=slots.typed, industry_message=heard.message, typed=""
        )
    if slots.target is not None:
        state = altered(state, target=slots.target, target_message=heard.message)
    if slots.language is not None:
        state = altered(state, language=slots.language, language_fixed=True)
    elif heard.language is not None and not state.language_fixed:
        state = altered(state, language=heard.language)
    given, kind = merge_given(state.given, slots.given), slots.kind or state.kind
    if given is state.given and kind == state.kind and not state.reasks:
        return state
    return altered(state, given=given, kind=kind, reasks=0)


def merge_given(old: Given, new: Given) -> Given:
    """Return `old` with everything `new` says; a new spend takes the place of an earlier volume and the reverse."""
    if new == NOTHING_GIVEN:
        return old
    said = {f.name: getattr(new, f.name) for f in fields(new) if getattr(new, f.name) is not None}
    if "monthly_spend" in said:
        said = {"input_mtok": None, "output_mtok": None, **said}
    elif "input_mtok" in said or "output_mtok" in said:
        said = {"monthly_spend": None, "currency": None, **said}
    return replace(old, **said)


def fill(turn: Turn) -> Step:
    """Take the slots; ask for the one that is missing, or begin the plan when none is."""
    state = take_slots(turn)
    # A button without a conversation is the answer to a question that was forgotten long ago.
    late = state.stage == "new" and isinstance(turn.event, Pressed)
    effects: tuple[Effect, ...] = (Say(text="say.expired"),) if late else ()
    step = proceed(turn, state)
    return Step(step.state, effects + step.effects)


def proceed(turn: Turn, state: State) -> Step:
    """Ask for the next missing slot, or begin the plan."""
    has_industry = state.industry is not None or bool(state.industry_typed)
    if not has_industry:
        return ask(turn, altered(state, stage="industry", asked="industry"))
    if state.target is None and state.kind == "pro":
        return ask(turn, altered(state, stage="target", asked="target"))
    return begin_plan(state, _brief(turn.book, state))


def ask(turn: Turn, state: State, *before: Effect) -> Step:
    """Say what comes before, then the question that waits."""
    return Step(state, (*before, *ask_again(state, turn.book)))


def _brief(book: IndustryBook, state: State) -> Brief:
    return Brief(
        kind=state.kind,
        industry=state.industry,
        industry_label=industry_name(state, book),
        target_percent=state.target,
        language=state.language,
        given=state.given,
    )


def begin_plan(state: State, brief: Brief) -> Step:
    """Post the card of the next plan and have its first version written."""
    plan = state.plan + 1
    following = settle(altered(state, plan=plan, version=1, kept=0, wish="", quiet=False), brief)
    return Step(
        following,
        (
            PostCard(plan=plan, brief=brief, requester=state.owner),
            Write(plan=plan, version=1, brief=brief, requester=state.owner),
        ),
    )


def settle(state: State, brief: Brief) -> State:
    """Return the state in which `brief` is being written, with the slots as it has them."""
    return altered(
        state,
        stage="writing",
        brief=brief,
        kind=brief.kind,
        industry=brief.industry,
        industry_typed="" if brief.industry else brief.industry_label,
        target=brief.target_percent,
        given=brief.given,
        language=brief.language,
        asked="",
        typed="",
        low=None,
        high=None,
        reasks=0,
        queued=None,
        queued_plan=False,
        stopping=False,
        noting=False,
    )


def begin(turn: Turn) -> Step:
    """Ask for the first slot, or open the form at once where the platform permits it."""
    state = replace(take_slots(turn), stage="industry", asked="industry")
    if turn.trigger:
        return Step(state, (form(turn, state),))
    if turn.heard.kind in ("hello", "thanks"):
        return ask(turn, state, say(state, f"say.{turn.heard.kind}"))
    return ask(turn, state)


def offer_nearest(turn: Turn) -> Step:
    """Offer the nearest industries and the words as typed; a target that came along is kept."""
    state = replace(take_slots(turn), typed=turn.heard.typed)
    stage: Stage = "industry" if state.stage in (*FREE, *ASKING) else state.stage
    return ask(turn, altered(state, stage=stage, asked="nearest"))


def refuse_target(turn: Turn) -> Step:
    """Say the range; whatever else was said is kept."""
    is_open = turn.state.stage in (*FREE, *ASKING)
    state = _keep_slots(turn)
    state = altered(state, asked="target", stage="target") if is_open else altered(state, asked="")
    waiting = question(altered(state, asked="target"), turn.book)
    offers = waiting.offers if waiting else ()
    said = turn.heard.said
    in_range = said is not None and TARGET_MIN_EXCLUSIVE < said <= TARGET_MAX
    text = "target.one_decimal" if in_range else "target.out_of_range"
    return Step(state, (say(state, text, (("max", TARGET_MAX),), offers),))


def ask_which(turn: Turn) -> Step:
    """Ask whether a fraction meant a percentage, or which end of a range is meant."""
    heard = turn.heard
    asked: Asked = "fraction" if heard.kind == "fraction" else "range"
    state = replace(_keep_slots(turn), asked=asked, low=heard.low, high=heard.high)
    is_open = state.stage in (*FREE, *ASKING)
    return ask(turn, altered(state, stage="target") if is_open else state)


def _keep_slots(turn: Turn) -> State:
    # Under a finished plan nothing changes before the open question is answered.
    return take_slots(turn) if turn.state.stage in (*FREE, *ASKING) else turn.state


def offer_common(turn: Turn) -> Step:
    """Offer the three most common choices to somebody who does not know."""
    state = turn.state
    if state.stage in FREE:
        state = altered(state, stage="industry", asked="industry")
    is_industry = state.stage == "industry"
    state = altered(state, asked="industry" if is_industry else "target")
    waiting = question(state, turn.book)
    offers = waiting.offers[:MOST_COMMON] if waiting else ()
    return Step(state, (say(state, "dont_know.industry" if is_industry else "dont_know.target", (), offers),))


def reask(turn: Turn) -> Step:
    """Ask once more in other words, twice at most; then open the form."""
    state = replace(turn.state, reasks=turn.state.reasks + 1)
    waiting = question(state, turn.book)
    if state.reasks > MAX_REASKS:
        return Step(state, (say(state, "unclear.form"), form(turn, state)))
    text = f"unclear.{turn.heard.kind}" if turn.heard.kind == "empty" else f"unclear.{state.stage}"
    if state.asked not in ("industry", "target"):
        return ask(turn, state, say(state, "unclear.choice"))
    return Step(state, (say(state, text, (), waiting.offers if waiting else ()),))


def refuse_text(turn: Turn) -> Step:
    """Say that a file is not read or a text is too long, then ask again."""
    state = turn.state
    if state.stage in FREE:
        state = altered(state, stage="industry", asked="industry")
    if turn.heard.kind == "too_long":
        return ask(turn, state, say(state, "say.too_long", (("limit", TEXT_MAX),)))
    return ask(turn, state, say(state, "say.file"))


def digress(turn: Turn) -> Step:
    """Answer a question about something else shortly, then ask again."""
    state = turn.state
    if turn.heard.language is not None and not state.language_fixed:
        state = altered(state, language=turn.heard.language)
    if state.stage in FREE:
        state = altered(state, stage="industry", asked="industry")
    return ask(turn, state, say(state, f"digression.{topic_of(turn.heard.text)}"))


def smile(turn: Turn) -> Step:
    """Answer a greeting or thanks and ask again."""
    return ask(turn, turn.state, say(turn.state, f"say.{turn.heard.kind}"))


def open_form(turn: Turn) -> Step:
    """Open the form with what is known; the question stays open beside it."""
    state = turn.state
    if state.stage in FREE:
        state = altered(state, stage="industry", asked="industry")
    return Step(state, (form(turn, state),))


def answer_no(turn: Turn) -> Step:
    """Take a no: to the guess behind a fraction or an industry; the plain question follows."""
    state = turn.state
    if state.stage not in ASKING:
        return Step(altered(state, asked="", low=None, high=None), (say(state, "say.as_it_is"),))
    if state.asked == "nearest":
        return ask(turn, altered(state, asked="industry", typed=""))
    if state.asked in ("fraction", "range"):
        return ask(turn, altered(state, asked="target", low=None, high=None))
    return reask(turn)


def take_edit(turn: Turn) -> Step:
    """Take what an edited message says now in the place of what it said before."""
    state, message = turn.state, turn.heard.message
    if message and message == state.industry_message:
        state = altered(state, industry=None, industry_typed="")
    if message and message == state.target_message:
        state = altered(state, target=None)
    edited = replace(turn, state=state, heard=replace(turn.heard, kind=turn.heard.then))
    return _EDITED.get(turn.heard.then, fill)(edited)


_EDITED: Mapping[HeardKind, Rule] = MappingProxyType(
    {
        "out_of_range": refuse_target,
        "fraction": ask_which,
        "range": ask_which,
        "unknown_industry": offer_nearest,
    }
)


def take_back(turn: Turn) -> Step:
    """Forget what a deleted message had filled and ask for it again."""
    state, message = turn.state, turn.heard.message
    if message == state.industry_message:
        state = altered(state, industry=None, industry_typed="", industry_message="")
    if message == state.target_message:
        state = altered(state, target=None, target_message="")
    following = proceed(turn, state)
    return Step(following.state, (say(state, "deleted.noted"), *following.effects))
