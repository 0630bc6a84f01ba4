"""The rules around a plan that change nothing in it: questions, actions, stopping, edits and old buttons. Pure."""

import re
from dataclasses import replace

from bot.domain.effects import (
    Answer,
    DeletePlan,
    Effect,
    ExportPlan,
    KeepFeedback,
    Offer,
    Say,
    SharePlan,
    ShowPrompt,
    StopWriting,
)
from bot.domain.events import Pressed
from bot.domain.reading.typed import fold
from bot.domain.slots import TEXT_MAX
from bot.domain.talk.changing import REGENERATE, change_plan, change_running
from bot.domain.talk.filling import fill, reask
from bot.domain.talk.heard import Slots
from bot.domain.talk.replies import EXPORT_OFFERS, ask_again, form, number, say
from bot.domain.talk.state import ASKING, State, Step
from bot.domain.talk.turn import Rule, Turn

_OTHER_FORMATS = re.compile(
    r"\b(?:pdf|pptx?|power ?point|docx?|xlsx?|excel|(?:microsoft|en|in|to|as|a|em|para|no) word)\b"
)
"""Files people ask for that we do not make; a plan is handed out as Markdown."""


def tell(text: str, *offers: Offer) -> Rule:
    """Make the rule that says one sentence and changes nothing."""

    def say_it(turn: Turn) -> Step:
        return Step(turn.state, (say(turn.state, text, (), offers),))

    return say_it


say_no_plan = tell("plan.none")
say_running = tell("plan.running")
hint = tell("plan.hint")
welcome = tell("say.welcome")
say_kept = tell("deleted.kept")
take_no_spend = tell("noted.no_spend")


def ignore(turn: Turn) -> Step:
    """Change nothing and say nothing."""
    return Step(turn.state)


def answer(turn: Turn) -> Step:
    """Have a question about the finished plan answered from its document and figures.

    A wish for a file of another kind ("can I have it as a PDF?") is answered at once: no document says what we can do.
    """
    state = turn.state
    if _OTHER_FORMATS.search(fold(turn.heard.text)):
        return Step(state, (say(state, "export.only", (), EXPORT_OFFERS),))
    question = turn.heard.text.strip()[:TEXT_MAX]
    if not question:
        return hint(turn)
    return Step(state, (Answer(plan=state.plan, version=state.shown, question=question),))


def say_unfinished(turn: Turn) -> Step:
    """Say that a version was not finished; where a good one stands before it, a question is about that one."""
    state = turn.state
    if state.stage == "failed" and state.kept and turn.heard.kind == "question":
        return answer(turn)
    return Step(state, (say(state, "plan.unfinished", (), REGENERATE),))


def answer_yes(turn: Turn) -> Step:
    """Take a yes to "do you mean 40 %?"; any other yes is unclear."""
    state = turn.state
    if state.asked == "fraction" and state.low is not None:
        accepted = replace(turn, heard=replace(turn.heard, kind="slots", slots=Slots(target=state.low)))
        cleared = replace(state, asked="", low=None)
        if state.stage in ASKING:
            return fill(accepted.at(cleared))
        return (change_running if state.stage == "writing" else change_plan)(accepted.at(cleared))
    if state.stage in ASKING:
        return reask(turn)
    return say_running(turn) if state.stage == "writing" else hint(turn)


def stop_writing(turn: Turn) -> Step:
    """Stop the writer; what is finished stays. A second stop says so, and takes back what was asked for between."""
    state = turn.state
    if state.stopping:
        dropped = replace(state, queued=None, queued_plan=False)
        return Step(dropped, (say(dropped, "plan.stopping_already"),))
    stopping = replace(state, stopping=True, queued=None, queued_plan=False)
    return Step(stopping, (StopWriting(plan=state.plan, version=state.version), say(state, "plan.stopping")))


def refine(turn: Turn) -> Step:
    """Open the longer form with what the plan was made from."""
    return Step(turn.state, (form(turn, turn.state, refine=True),))


def act_on_plan(turn: Turn) -> Step:
    """Show the prompt, share, export or judge a plan version: the one of the button, else the newest there is."""
    state, event = turn.state, turn.event
    pressed = event if isinstance(event, Pressed) else None
    plan = pressed.plan if pressed and pressed.plan else state.plan
    version = pressed.version if pressed and pressed.version else state.shown
    only_to = event.user
    if not plan or not version:
        return Step(state, (Say(text="plan.none", only_to=only_to),))
    is_unfinished = state.stage == "writing" and (plan, version) == (state.plan, state.version)
    if is_unfinished and turn.heard.button not in ("prompt", "show_prompt"):
        return Step(state, (Say(text="plan.running", only_to=only_to),))
    return _act(turn, plan, version)


def _act(turn: Turn, plan: int, version: int) -> Step:
    state, user = turn.state, turn.event.user
    effect: Effect
    match turn.heard.button:
        case "prompt" | "show_prompt":
            effect = ShowPrompt(plan=plan, version=version, user=user)
        case "share" if user != state.owner and not state.private:
            return turn_away(turn)
        case "share":
            effect = SharePlan(plan=plan, version=version, user=user, channel=turn.heard.value)
        case "export" if _OTHER_FORMATS.search(f"{turn.heard.value} {fold(turn.heard.text)}"):
            effect = Say(text="export.only", offers=EXPORT_OFFERS, only_to=user)
        case "export":
            effect = ExportPlan(plan=plan, version=version, user=user, format="md")
        case "delete":
            effect = DeletePlan(plan=plan, version=version, user=user)
        case _:
            verdict, comment = _judged(turn)
            effect = KeepFeedback(plan=plan, version=version, user=user, verdict=verdict, comment=comment)
    return Step(state, (effect,))


def _judged(turn: Turn) -> tuple[str, str]:
    """Return the verdict and the words beside it: "good" and "bad" carry words, "feedback" carries the verdict."""
    button, value = turn.heard.button, turn.heard.value
    return (value or button, "") if button == "feedback" else (button, value)


def turn_away(turn: Turn) -> Step:
    """Tell somebody else, alone, whose conversation this is."""
    params = (("user", turn.state.owner),)
    return Step(turn.state, (Say(text="stranger", params=params, only_to=turn.event.user),))


def say_old_button(turn: Turn) -> Step:
    """Say, to the one who pressed, that a button belongs to an older plan."""
    return Step(turn.state, (Say(text="say.button_old", only_to=turn.event.user),))


def say_answered(turn: Turn) -> Step:
    """Say, to the one who pressed, that a question was answered before; the first click counts."""
    return Step(turn.state, (Say(text="say.button_answered", only_to=turn.event.user),))


def offer_edit(turn: Turn) -> Step:
    """Offer to make a new version of an edited message; an edit alone never writes one."""
    state, slots = turn.state, turn.heard.slots
    offers: list[Offer] = []
    if slots.industry is not None and slots.industry != state.industry:
        offers.append(Offer("change_industry", slots.industry))
    if slots.target is not None and slots.target != state.target:
        offers.append(Offer("change_target", number(slots.target)))
    return Step(state, (say(state, "edited.after", (), tuple(offers)),) if offers else ())


def repeat(turn: Turn, state: State, said: Say) -> Step:
    """Say a sentence, then the waiting question once more."""
    return Step(state, (said, *ask_again(state, turn.book)))
