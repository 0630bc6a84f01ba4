"""The rules that change a plan: the next version, a new plan, or word to the writer that is running. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from bot.domain.brief import Brief, Given, Language
from bot.domain.effects import Effect, NoteGiven, Offer, Say, Wish, Write
from bot.domain.events import Pressed, Said, Written
from bot.domain.talk.filling import begin_plan, fill, merge_given, settle
from bot.domain.talk.heard import Slots
from bot.domain.talk.replies import EXPORT_OFFERS, SPEND_OFFERS, Params, label_in, say
from bot.domain.talk.state import State, Step
from bot.domain.talk.turn import Turn, fresh

REGENERATE = (Offer("regenerate"),)
_CENTS, _TOKENS = 2, 6
"""Decimals that are kept of money, as the forms show it, and of millions of tokens: whole tokens."""
_SAID_TOGETHER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"closed_model": ("closed_model",), **dict.fromkeys(("monthly_spend", "currency"), ("monthly_spend", "currency"))}
)
"""What is said again in the place of a field that was refused: an amount and its currency are one."""


def change_plan(turn: Turn) -> Step:
    """Write the next version of a finished plan, or a new plan when both slots are named anew."""
    state, slots = turn.state, wanted_slots(turn)
    if isinstance(turn.event, Said) and turn.event.door == "command" and slots:
        afresh = fresh(state, turn.event, turn.heard.language, state.language)
        return fill(turn.at(afresh))
    brief = state.brief
    if brief is None:
        return Step(state, (say(state, "plan.none"),))
    changed = evolve(turn, brief, slots)
    if changed is None:
        return Step(state, (say(state, "volume.unknown", (), SPEND_OFFERS),))
    wish = slots.what_if.wish or state.wish
    if changed == brief and wish == state.wish:
        same = "language.same" if slots.language else "plan.same"
        return Step(state, (say(state, same, (), REGENERATE),))
    if is_new_plan(brief, changed, slots):
        return begin_plan(state, replace(changed, given=slots.given))
    noted = say(replace(state, language=changed.language), *describe_change(turn, slots, changed))
    return write_next(replace(state, wish=wish), changed, noted)


def wanted_slots(turn: Turn) -> Slots:
    """Return the slots of a turn; a language button or request is one of them."""
    heard = turn.heard
    if heard.kind == "language" and heard.value in ("es", "en", "pt"):
        language: Language = heard.value  # type: ignore[assignment]  # narrowed by the line above
        return replace(heard.slots, language=language)
    return heard.slots


def evolve(turn: Turn, brief: Brief, slots: Slots) -> Brief | None:
    """Return the brief with everything that was named; None when today's volume is not known to be multiplied."""
    language = slots.language or brief.language
    given = merge_given(brief.given, slots.given)
    if slots.what_if.volume_factor is not None:
        scaled = scale(given, slots.what_if.volume_factor)
        if scaled is None:
            return None
        given = scaled
    if slots.what_if.deployment is not None:
        given = replace(given, deployment=slots.what_if.deployment)
    changed = replace(brief, language=language, given=given)
    if slots.names_industry:
        changed = replace(changed, industry=slots.industry, industry_label=slots.typed)
    if slots.target is not None:
        changed = replace(changed, target_percent=slots.target, kind="pro")
    if slots.kind == "basic":
        changed = replace(changed, kind="basic")
    return replace(changed, industry_label=label_in(changed, language, turn.book))


def regenerate(turn: Turn) -> Step:
    """Have the same brief written anew, as the next version; while one is being stopped, once it has ended."""
    state = turn.state
    if state.brief is None:
        return Step(state, (say(state, "plan.none"),))
    if state.stopping:
        queued = replace(state, queued=state.queued or state.brief)
        return Step(queued, (say(queued, "plan.queued_stop"),))
    if state.stage == "writing":
        return Step(state, (say(state, "plan.running"),))
    step = write_next(state, state.brief)
    return Step(step.state, tuple(replace(one, fresh=True) if isinstance(one, Write) else one for one in step.effects))


def scale(given: Given, factor: float) -> Given | None:
    """Return what was given with its volume multiplied; None when no volume was given."""
    if given.monthly_spend is None and given.input_mtok is None and given.output_mtok is None:
        return None

    def times(value: float | None, digits: int) -> float | None:
        return None if value is None else round(value * factor, digits)

    return replace(
        given,
        monthly_spend=times(given.monthly_spend, _CENTS),
        input_mtok=times(given.input_mtok, _TOKENS),
        output_mtok=times(given.output_mtok, _TOKENS),
    )


def is_new_plan(old: Brief, new: Brief, slots: Slots) -> bool:
    """Say whether a change is another plan: another kind, or both slots named in one message."""
    if new.kind != old.kind:
        return True
    both = slots.names_industry and (slots.target is not None or slots.kind == "basic")
    return both and not slots.whole and (new.industry, new.industry_label) != (old.industry, old.industry_label)


def describe_change(turn: Turn, slots: Slots, changed: Brief) -> tuple[str, Params]:
    """Return the sentence that says what was taken, as (text key, params): the most telling change of them."""
    given, what_if = slots.given, slots.what_if
    if slots.whole and turn.state.brief is not None and _count_changes(turn.state.brief, changed) > 1:
        return "noted.refined", ()
    if given.monthly_spend is not None:
        is_band = isinstance(turn.event, Pressed) and turn.event.button == "spend"
        amount: Params = (("amount", given.monthly_spend), ("currency", given.currency or "USD"))
        if given.closed_model is not None:
            return "noted.spend_model", (*amount, ("model", given.closed_model))
        return "noted.band" if is_band else "noted.spend", amount
    told: tuple[tuple[bool, str, Params], ...] = (
        (given.deployment is not None, f"noted.deployment.{given.deployment}", ()),
        (given.closed_model is not None, "noted.model", (("model", given.closed_model or ""),)),
        (what_if.volume_factor is not None, "noted.volume", (("factor", what_if.volume_factor or 1.0),)),
        (slots.target is not None, "noted.target", (("target", slots.target or 0.0),)),
        (slots.names_industry, "noted.industry", (("industry", changed.industry_label),)),
        (what_if.deployment is not None, f"noted.deployment.{what_if.deployment}", ()),
        (bool(what_if.wish), f"noted.{what_if.wish}", ()),
        (slots.language is not None, "noted.language", ()),
    )
    return next(((text, params) for is_it, text, params in told if is_it), ("noted.refined", ()))


def _count_changes(old: Brief, new: Brief) -> int:
    """Return how many things differ between two briefs; the spend and its currency are one."""
    parts = ("industry_label", "target_percent", "kind", "language")
    given = ("monthly_spend", "closed_model", "deployment", "region")
    pairs = [(getattr(old, part), getattr(new, part)) for part in parts]
    pairs += [(getattr(old.given, part), getattr(new.given, part)) for part in given]
    return len([before for before, after in pairs if before != after])


def write_next(state: State, brief: Brief, *before: Effect) -> Step:
    """Have the next version written; its difference to the last is told unless only the language changed."""
    old, version = state.brief, state.version + 1
    is_translation = old is not None and old.language != brief.language
    if old is not None and brief != replace(old, language=brief.language, industry_label=brief.industry_label):
        is_translation = False
    # A version that was stopped or failed has nothing a difference could be told from; what failed was not seen.
    last = {"done": state.version, "failed": state.kept}.get(state.stage, 0)
    since = 0 if is_translation else last
    write = Write(plan=state.plan, version=version, brief=brief, requester=state.owner, since=since, wish=state.wish)
    return Step(settle(replace(state, version=version), brief), (*before, write))


def change_running(turn: Turn) -> Step:
    """Hand costs to the running writer; keep every other change for the next version; join the same request.

    A writer that is being stopped takes nothing more: whatever is said, the same request too, waits for its end.
    """
    state, slots = turn.state, wanted_slots(turn)
    base = state.queued or state.brief
    if base is None:
        return Step(state, (say(state, "plan.none"),))
    changed = evolve(turn, base, slots)
    if changed is None:
        return Step(state, (say(state, "volume.unknown", (), SPEND_OFFERS),))
    wish: Wish = slots.what_if.wish or state.wish
    if changed == base and wish == state.wish and not state.stopping:
        return Step(state, (say(state, "plan.joined"),))
    spoken = replace(state, language=changed.language)
    takes_costs = state.queued is None and not state.stopping
    if takes_costs and wish == state.wish and changed == replace(base, given=changed.given):
        note = NoteGiven(plan=state.plan, version=state.version, given=changed.given)
        told = say(state, *describe_change(turn, slots, changed))
        return Step(replace(state, brief=changed, given=changed.given, noting=True), (note, told))
    is_new = state.queued_plan or (state.brief is not None and is_new_plan(state.brief, changed, slots))
    wanted = replace(changed, given=slots.given) if is_new and not state.queued_plan else changed
    queued = replace(spoken, queued=wanted, queued_plan=is_new, wish=wish)
    return Step(queued, (say(queued, "plan.queued_stop" if state.stopping else "plan.queued"),))


def end_writing(turn: Turn) -> Step:
    """Close the version that ended, and begin what was asked for meanwhile."""
    state, written = turn.state, turn.event
    if not isinstance(written, Written):
        return Step(state)
    state = _drop_refused(state, written.refused)
    queued, is_new, brief = state.queued, state.queued_plan, state.brief
    kept = state.version if written.outcome == "done" else state.kept
    ended = replace(state, stage=written.outcome, kept=kept, queued=None, queued_plan=False, stopping=False)
    if queued is not None:
        return begin_plan(ended, queued) if is_new else write_next(ended, queued)
    if written.outcome == "stopped":
        return Step(ended, (say(ended, "plan.stopped", (), REGENERATE),))
    if written.outcome == "failed":
        return Step(ended, (_say_failed(ended, "plan.refused" if written.refused else "plan.failed"),))
    if written.noted_late and state.noting and brief is not None:
        return write_next(ended, brief, say(ended, "noted.late"))
    return Step(ended)


def _say_failed(state: State, text: str) -> Say:
    """Say that a version came to nothing, and that the good one before it is still there."""
    if not state.kept:
        return say(state, text, (), REGENERATE)
    return say(state, f"{text}.kept", (("version", state.kept),), (*REGENERATE, *EXPORT_OFFERS))


def _drop_refused(state: State, field: str) -> State:
    """Forget what no figure could be computed with: kept, it would fail every version that follows."""
    nothing: dict[str, Any] = dict.fromkeys(_SAID_TOGETHER.get(field, ()))
    if not nothing or state.brief is None:
        return state
    brief = replace(state.brief, given=replace(state.brief.given, **nothing))
    queued = state.queued
    if queued is not None and _said(queued.given, nothing) == _said(state.brief.given, nothing):
        queued = replace(queued, given=replace(queued.given, **nothing))
    return replace(state, brief=brief, given=brief.given, queued=queued)


def _said(given: Given, names: Iterable[str]) -> tuple[object, ...]:
    return tuple(getattr(given, name) for name in names)
