"""The rules of the command words: help, cancel, restart, history, forget me, privacy, language, hand over. Pure."""

from dataclasses import replace

from bot.domain.brief import LANGUAGES, Language
from bot.domain.effects import Effect, Forget, KeepLanguage, Offer, Say, ShowHistory, StopWriting
from bot.domain.talk.filling import ask
from bot.domain.talk.following import repeat, tell
from bot.domain.talk.replies import ask_again, say
from bot.domain.talk.state import ASKING, FREE, State, Step
from bot.domain.talk.turn import Turn

_FORGET_OFFERS = (Offer("forget_yes"), Offer("forget_no"))

nothing_to_stop = tell("say.nothing_to_stop")


def show_help(turn: Turn) -> Step:
    """Say what can be said, then the waiting question once more."""
    return _own(turn, "say.help")


def privacy(turn: Turn) -> Step:
    """Say what is kept and for how long, then the waiting question once more."""
    return _own(turn, "say.privacy")


def _own(turn: Turn, text: str) -> Step:
    """Answer a command that anybody may use: a stranger sees the answer alone and is asked nothing."""
    state = turn.state
    if _is_owner(turn):
        return repeat(turn, state, say(state, text))
    return Step(state, (Say(text=text, only_to=turn.event.user),))


def _is_owner(turn: Turn) -> bool:
    return turn.event.user == turn.state.owner or turn.state.private


def cancel(turn: Turn) -> Step:
    """Leave the dialogue; what was said is forgotten."""
    return Step(_cleared(turn.state), (say(turn.state, "say.cancelled"),))


def _cleared(state: State) -> State:
    return State(
        stage="idle",
        language=state.language,
        language_fixed=state.language_fixed,
        owner=state.owner,
        private=state.private,
        plan=state.plan,
        version=state.version,
        kept=state.kept,
        touched_ms=state.touched_ms,
    )


def restart(turn: Turn) -> Step:
    """Begin from the first question; a writer that runs is stopped."""
    state = turn.state
    stop: tuple[Effect, ...] = (
        (StopWriting(plan=state.plan, version=state.version),) if state.stage == "writing" else ()
    )
    again = replace(_cleared(state), stage="industry", asked="industry", quiet=state.quiet)
    return ask(turn, again, *stop, say(again, "say.restarted"))


def history(turn: Turn) -> Step:
    """List somebody's own strategies, to them alone."""
    waiting = ask_again(turn.state, turn.book) if _is_owner(turn) else ()
    return Step(turn.state, (ShowHistory(user=turn.event.user), *waiting))


def forget(turn: Turn) -> Step:
    """Ask whether everything about somebody shall really be deleted."""
    user = turn.event.user
    asked = Say(text="forget.confirm", offers=_FORGET_OFFERS, only_to=user)
    return Step(replace(turn.state, forget_of=user), (asked,))


def forget_yes(turn: Turn) -> Step:
    """Delete every trace of somebody; a conversation of theirs ends."""
    state, user = turn.state, turn.event.user
    forgotten: tuple[Effect, ...] = (Forget(user=user),)
    if user != state.owner and state.stage not in FREE:
        return Step(replace(state, forget_of=""), forgotten)
    if state.stage == "writing":
        forgotten = (StopWriting(plan=state.plan, version=state.version), *forgotten)
    return Step(replace(_cleared(state), owner=""), forgotten)


def forget_no(turn: Turn) -> Step:
    """Keep everything, and go on where they were."""
    state = replace(turn.state, forget_of="")
    kept = Say(text="forget.kept", only_to=turn.event.user)
    return repeat(turn, state, kept) if _is_owner(turn) else Step(state, (kept,))


def switch_language(turn: Turn) -> Step:
    """Go on in another language."""
    state = turn.state
    wanted = next((language for language in LANGUAGES if language == turn.heard.value), state.language)
    switched = _speak(state, wanted)
    return ask(turn, switched, say(switched, "language.switched"))


def keep_language(turn: Turn) -> Step:
    """Speak a language with somebody from now on, wherever they begin; their own conversation goes on in it."""
    state, user = turn.state, turn.event.user
    wanted = next((language for language in LANGUAGES if language == turn.heard.value), state.language)
    spoken = replace(state, language=wanted, language_fixed=True) if _is_owner(turn) else state
    return Step(spoken, (KeepLanguage(user=user, language=wanted),))


def _speak(state: State, language: Language) -> State:
    spoken = replace(state, language=language, language_fixed=True)
    return spoken if state.stage in ASKING else replace(spoken, stage="industry", asked="industry")


def hand_over(turn: Turn) -> Step:
    """Let somebody else fill the slots from now on."""
    state = turn.state
    if not turn.heard.value:
        return repeat(turn, state, say(state, "hand_over.whom"))
    handed = replace(state, owner=turn.heard.value, quiet=False)
    return repeat(turn, handed, say(handed, "hand_over.done", (("user", handed.owner),)))
