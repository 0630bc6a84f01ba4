"""Copies of a state with some fields changed."""

from dataclasses import fields, replace

import pytest

from bot.domain.talk.altering import altered
from bot.domain.talk.state import State


def test_an_altered_state_is_what_replace_makes_of_it() -> None:
    """Every other field stays, the state it came from too, and the copy is as frozen as any."""
    before = State(language="es", owner="U1", stage="industry", plan=3)
    after = altered(before, stage="target", target=40.0)
    assert after == replace(before, stage="target", target=40.0)
    assert (before.stage, before.target) == ("industry", None)
    assert {one.name for one in fields(after)} == after.__dict__.keys()
    with pytest.raises(AttributeError):
        after.stage = "done"  # type: ignore[misc]  # that is the claim


def test_a_field_that_is_not_there_cannot_be_altered() -> None:
    """A misspelt field is an error, as with replace."""
    with pytest.raises(TypeError, match="no such field"):
        altered(State(language="es"), stge="target")  # type: ignore[call-arg]  # that is the claim
