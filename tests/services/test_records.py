"""The JSON form of records: everything comes back, old versions are taken along, newer ones are refused."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.brief import Brief, Given
from bot.domain.effects import Effect, Offer, Say, Write
from bot.domain.errors import StoreError
from bot.domain.events import Event, Filled, Pressed, Said, Written
from bot.services.records import CODEC, MIGRATIONS, Codec, decoder, encoder
from tests.contracts.store_cases import PLACE

GIVEN = Given(closed_model="gpt-4o", monthly_spend=1.5, as_of=date(2026, 11, 23), gpus=4, retained=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Be a record of today; it once had `words` in place of `names`."""

    names: tuple[str, ...]
    pair: tuple[int, str] = (1, "a")
    tags: frozenset[str] = frozenset()
    level: int = 0


def split_words(data: dict[str, Any]) -> dict[str, Any]:
    """Take version 1 to 2."""
    return {**data, "names": data.pop("words").split()}


def raise_level(data: dict[str, Any]) -> dict[str, Any]:
    """Take version 2 to 3."""
    return {**data, "level": data.get("level", 0) + 1}


TODAY = Codec({"thing": (split_words, raise_level)})


@pytest.mark.parametrize(
    "event",
    [
        Said(id="1", place=PLACE, user="U", at=5, text="\ud800 ñ", hint="es", files=2),
        Pressed(id="2", place=PLACE, user="U", at=5, button="target", value="40", plan=1, version=2),
        Filled(id="3", place=PLACE, user="U", at=5, values=(("industry", "finance"), ("target", "40"))),
        Written(id="4", place=PLACE, user="U", at=5, plan=1, version=1, outcome="stopped"),
    ],
)
def test_events_of_every_kind_come_back(event: Event) -> None:
    """What is read is of the kind that was written, field by field."""
    assert CODEC.read("event", Event, CODEC.write("event", Event, event)) == event


def test_effects_come_back_in_order_with_all_that_is_nested() -> None:
    """A union of dataclasses, nested dataclasses, dates and pairs survive."""
    brief = Brief(kind="pro", industry=None, industry_label="Ñu", target_percent=40.0, language="pt", given=GIVEN)
    effects: tuple[Effect, ...] = (
        Say(text="a", params=(("x", 1.5), ("y", "z")), offers=(Offer("b", "c"),), only_to="U"),
        Write(plan=1, version=2, brief=brief, requester="U"),
    )
    kind = tuple[Effect, ...]
    assert decoder(kind)(encoder(kind)(effects)) == effects


# The JSON of a record holds whole numbers of 64 bits; none of ours comes near that.
LEVELS = st.integers(-(2**63), 2**63 - 1)


@given(st.builds(Thing, names=st.lists(st.text()).map(tuple), level=LEVELS, tags=st.frozensets(st.text())))
def test_any_thing_comes_back(thing: Thing) -> None:
    """Whatever text a field holds, reading gives what was written."""
    assert TODAY.read("thing", Thing, TODAY.write("thing", Thing, thing)) == thing


def test_old_records_are_migrated_step_by_step() -> None:
    """A record of version 1 passes through every step, one of version 2 through the last."""
    assert TODAY.read("thing", Thing, '{"v":1,"words":"a b"}') == Thing(names=("a", "b"), level=1)
    assert TODAY.read("thing", Thing, '{"v":2,"names":["a"],"level":4}') == Thing(names=("a",), level=5)
    assert TODAY.read("thing", Thing, '{"v":3,"names":["a"]}') == Thing(names=("a",))


def test_a_newer_record_is_refused_by_name() -> None:
    """During a roll-out an older process does not guess at what a newer one wrote."""
    with pytest.raises(StoreError, match="record_newer"):
        TODAY.read("thing", Thing, '{"v":4,"names":[]}')
    with pytest.raises(StoreError, match="record_unknown"):
        CODEC.read("event", Event, '{"v":1,"_":"Vanished","id":"1"}')


def test_unknown_fields_are_passed_over_and_defaults_are_not_kept() -> None:
    """A field that a newer minor change added does not stop an older reader, and records stay small."""
    assert TODAY.read("thing", Thing, '{"v":3,"names":["a"],"colour":"red"}') == Thing(names=("a",))
    assert TODAY.write("thing", Thing, Thing(names=("a",))) == '{"v":3,"names":["a"]}'


def test_a_kind_without_a_form_is_refused_when_it_is_declared() -> None:
    """What could not be read back is not written."""
    with pytest.raises(TypeError, match="no record form"):
        encoder(complex)
    with pytest.raises(TypeError, match="cannot tell"):
        encoder(date | tuple[int, ...])


def test_every_record_kept_has_its_row_of_migrations() -> None:
    """A record name that is written but not listed would have no version of its own."""
    assert set(MIGRATIONS) == {"event", "job", "state", "section", "plan", "judgement", "deed", "note"}
