"""The transition table: it is whole, its rules exist, every step keeps to it, and the README shows it."""

from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.brief import LANGUAGES, Brief, Given, Language
from bot.domain.dialogue import RULES, State, step
from bot.domain.effects import PostCard, Say, Write
from bot.domain.events import Bound, ConversationRef, Deleted, Edited, Event, Filled, Pressed, Said, Written
from bot.domain.slots import understand
from bot.domain.talk.heard import HEARD_KINDS
from bot.domain.talk.hearing import hear
from bot.domain.talk.pressing import SPEND_STEPS
from bot.domain.talk.state import STAGES, Asked
from bot.domain.talk.transitions import ROWS, TABLE, RuleName, draw_diagram
from bot.services.industry_book import industry_book
from bot.services.texts import load_texts
from tools.draw_dialogue import BEGIN, with_diagram

PLACE = ConversationRef(platform="teams", tenant="T1", channel="C1")
README = Path(__file__).parents[2] / "README.md"
USERS = st.sampled_from(["ana", "bob", ""])
WORDS = st.sampled_from(
    [
        "finanzas 40", "finance", "40", "150", "0.4", "30 to 40 %", "taxidermia", "no sé", "yes", "no", "help", "cancelar",
        "restart", "stop", "history", "forget me", "privacidad", "en inglés", "hand over to <@bob>", "basic retail", "", "🚀",
        "what if volume doubles?", "we spend 20,000 USD a month on GPT-4o", "shorter pilot", "why?", "gracias", "hello",
        "export pdf", "share", "show prompt", "regenerate", "nan", "x" * 2500,
    ]
)  # fmt: skip
BUTTONS = st.sampled_from(
    [
        "industry", "target", "as_typed", "change_target", "change_industry", "yes", "no", "dont_know", "form", "stop",
        "spend", "model", "language", "prompt", "share", "export", "feedback", "good", "refine", "regenerate", "help",
        "cancel", "restart", "forget", "forget_yes", "forget_no", "never heard of", "",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["", "40", "-1", "nan", "inf", "1e400", "finance", "retail", "en", "unknown", "pdf", *SPEND_STEPS]), st.text(max_size=12)
)  # fmt: skip
BRIEFS = st.builds(
    Brief,
    kind=st.sampled_from(["pro", "basic"]),
    industry=st.sampled_from(["finance", "retail", None]),
    industry_label=st.just("Finanzas"),
    target_percent=st.sampled_from([40.0, None]),
    language=st.sampled_from(LANGUAGES),
    given=st.builds(Given, monthly_spend=st.sampled_from([None, 5000.0]), currency=st.just("USD")),
)
STATES = st.one_of(
    st.none(),
    st.builds(
        State,
        stage=st.sampled_from(STAGES),
        language=st.sampled_from(LANGUAGES),
        owner=USERS,
        private=st.booleans(),
        quiet=st.booleans(),
        kind=st.sampled_from(["pro", "basic"]),
        industry=st.sampled_from([None, "finance"]),
        target=st.sampled_from([None, 40.0]),
        asked=st.sampled_from(get_args(Asked)),
        typed=st.sampled_from(["", "taxidermia"]),
        low=st.sampled_from([None, 30.0]),
        high=st.sampled_from([None, 40.0]),
        reasks=st.integers(0, 3),
        industry_message=st.sampled_from(["", "m1"]),
        forget_of=USERS,
        plan=st.integers(0, 2),
        version=st.integers(0, 2),
        brief=st.one_of(st.none(), BRIEFS),
        queued=st.one_of(st.none(), BRIEFS),
        queued_plan=st.booleans(),
        stopping=st.booleans(),
        touched_ms=st.sampled_from([0, 10**12]),
    ),
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Draw any event, sensible or not."""
    event = Event(id="e", place=PLACE, user=draw(USERS), at=draw(st.sampled_from([1, 10**12, 2 * 10**12])))
    base = {field.name: getattr(event, field.name) for field in fields(event)}
    text, message = draw(st.one_of(WORDS, st.text(max_size=20))), draw(st.sampled_from(["", "m1", "m2"]))
    plan, version = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    return draw(
        st.sampled_from(
            [
                Said(**base, text=text, message=message, files=draw(st.integers(0, 1)), trigger=draw(VALUES)),
                Said(**base, text=text, door="command", hint=draw(st.sampled_from(LANGUAGES))),
                Pressed(**base, button=draw(BUTTONS), value=draw(VALUES), plan=plan, version=version),
                Filled(**base, values=((draw(BUTTONS), draw(VALUES)), ("industry", text), ("target", draw(VALUES)))),
                Edited(**base, text=text, message=message),
                Deleted(**base, message=message),
                Bound(**base, root="r"),
                Written(
                    **base, plan=plan, version=version, outcome=draw(st.sampled_from(["done", "stopped", "failed"]))
                ),
            ]
        )
    )


@settings(deadline=None)
@given(state=STATES, event=events(), default=st.sampled_from(LANGUAGES))
def test_step_takes_any_event_in_any_state(state: State | None, event: Event, default: Language) -> None:
    """A step never raises, keeps to the table, says only sentences that exist, and writes each version once."""
    book = industry_book()
    understood = understand(event.text, book, hint=default) if isinstance(event, Said | Edited) else None

    done = step(state, event, understood, book, default_language=default)

    for effect in done.effects:
        if isinstance(effect, Say):
            assert load_texts().say(effect.text, done.state.language, **dict(effect.params))
    writes = [(one.plan, one.version) for one in done.effects if isinstance(one, Write)]
    assert len(writes) <= 1
    if writes:
        assert done.state.stage == "writing"
        assert writes == [(done.state.plan, done.state.version)]
        assert state is None or writes[0] > (state.plan, 0)
    assert all(one.version == 1 for one in done.effects if isinstance(one, Write)) or not any(
        isinstance(one, PostCard) for one in done.effects
    )
    if state is not None and state.stage not in ("new", "idle"):
        heard = hear(state, event, understood, book)
        assert done.state.stage in TABLE[state.stage, heard.kind].to


@settings(deadline=None)
@given(event=events())
def test_step_is_pure(event: Event) -> None:
    """The same state and event lead to the same step."""
    book = industry_book()
    state = State(stage="target", language="es", owner="ana", industry="finance", asked="target", touched_ms=10**12)
    understood = understand(event.text, book) if isinstance(event, Said | Edited) else None

    first = step(state, event, understood, book, default_language="es")

    assert first == step(replace(state), event, understood, book, default_language="es")


def test_every_cell_of_the_table_has_a_rule() -> None:
    """Each kind of thing heard has exactly one rule in each stage, and each rule is used."""
    assert set(TABLE) == {(stage, heard) for stage in STAGES for heard in HEARD_KINDS}
    assert {row.rule for row in ROWS} == set(RULES) == set(get_args(RuleName))


def test_only_industry_and_target_are_asked_before_a_plan() -> None:
    """Before the first answer nothing but the two slots is ever asked."""
    assert {stage for stage in STAGES if stage in get_args(Asked)} == {"industry", "target"}
    assert set(get_args(Asked)) == {"", "industry", "nearest", "target", "fraction", "range"}


def test_diagram_shows_every_way() -> None:
    """Each way of the table from one stage to another is an arrow of the diagram."""
    drawn = {
        (left, right.split(":")[0])
        for left, _, right in (line.strip().partition(" --> ") for line in draw_diagram().splitlines()[2:])
    }
    ways = {
        (stage, to) for row in ROWS if row.rule != "start_afresh" for stage in row.at for to in row.to if to != stage
    }

    assert ways <= drawn


def test_readme_shows_the_diagram_of_the_table() -> None:
    """The diagram in the README is the one the table gives; `python -m tools.draw_dialogue` puts it there."""
    text = README.read_text("utf-8")

    assert with_diagram(text) == text


def test_a_text_without_marks_is_refused() -> None:
    """A README that lost its marks is named, never overwritten."""
    with pytest.raises(ValueError, match=BEGIN):
        with_diagram("# no marks")
