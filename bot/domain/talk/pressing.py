"""What a button or a form means in a conversation. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

from bot.domain.brief import LANGUAGES, TARGET_MAX, TARGET_MIN_EXCLUSIVE, Deployment, Given, Language
from bot.domain.events import Filled, Pressed
from bot.domain.industries import IndustryBook
from bot.domain.reading.spending import Spending, read_amount
from bot.domain.reading.typed import clean_as_typed
from bot.domain.slots import Understood, understand
from bot.domain.talk.heard import Heard, HeardKind, Slots
from bot.domain.talk.state import ASKING, FREE, State

SPEND_STEPS: Mapping[str, float] = MappingProxyType(
    {"under_1k": 500.0, "1k_10k": 5_000.0, "10k_100k": 50_000.0, "over_100k": 200_000.0}
)
"""Monthly USD taken for each spend button: a round figure inside its band, and always said in the confirmation."""
SPEND_UNKNOWN = "unknown"

_ACTIONS = ("prompt", "show_prompt", "share", "export", "feedback", "good", "bad", "delete")
_SAYING_ITSELF: tuple[HeardKind, ...] = (
    "yes", "no", "dont_know", "help", "cancel", "restart", "stop", "history", "forget", "forget_yes", "forget_no",
    "privacy", "form", "regenerate", "refine",
)  # fmt: skip
_PLAN_ACTION: HeardKind = "plan_action"
MEANT: Mapping[str, HeardKind] = MappingProxyType(
    {**dict.fromkeys(_ACTIONS, _PLAN_ACTION), **{name: name for name in _SAYING_ITSELF}}
)
"""What a button or a command word means, when it means the same in every stage."""
_SLOT_BUTTONS: Mapping[str, str] = MappingProxyType(
    {"industry": "industry", "as_typed": "industry", "target": "target"}
)
_CURRENCY_CODE = re.compile("[A-Z]{3}")
_OF_THE_PLAN = frozenset({"stop", "regenerate", "refine", "spend", "model", "language"})


def hear_pressed(state: State, pressed: Pressed, book: IndustryBook) -> Heard:
    """Return what a button means: its question may have been answered, its plan may be an old one."""

    def meant(kind: HeardKind) -> Heard:
        return Heard(kind=kind, button=pressed.button, value=pressed.value)

    about_plan = pressed.button in _OF_THE_PLAN or (pressed.plan and pressed.button not in MEANT)
    if about_plan and pressed.plan and pressed.plan != state.plan:
        return meant("old_button")
    if pressed.button == "own_language":
        return meant("own_language" if pressed.value in LANGUAGES else "unclear")
    if pressed.button in _SLOT_BUTTONS:
        return _hear_slot_button(state, pressed, book)
    if pressed.button in {"yes", "no"} and state.asked != "fraction":
        return meant("answered_button")
    if pressed.button in {"spend", "model", "language", "change_target", "change_industry"}:
        return _hear_change_button(pressed, book)
    return meant(MEANT.get(pressed.button, "old_button"))


def _hear_slot_button(state: State, pressed: Pressed, book: IndustryBook) -> Heard:
    is_open = state.stage in FREE or (state.stage in ASKING and state.stage == _SLOT_BUTTONS[pressed.button])
    if not is_open:
        return Heard(kind="answered_button", value=pressed.value)
    if pressed.button == "target":
        return _heard_target(pressed.value)
    if pressed.button == "industry" and pressed.value in book:
        return Heard(kind="slots", slots=Slots(industry=pressed.value))
    return _heard_as_typed(pressed.value)


def _hear_change_button(pressed: Pressed, book: IndustryBook) -> Heard:
    value = pressed.value
    if pressed.button == "spend":
        if value not in SPEND_STEPS:
            return Heard(kind="spend_unknown")
        return Heard(kind="slots", slots=Slots(given=Given(monthly_spend=SPEND_STEPS[value], currency="USD")))
    if pressed.button == "model":
        return (
            Heard(kind="slots", slots=Slots(given=Given(closed_model=value))) if value else Heard(kind="spend_unknown")
        )
    if pressed.button == "language":
        return Heard(kind="language" if value in LANGUAGES else "unclear", value=value)
    if pressed.button == "change_target":
        return _heard_target(value)
    return Heard(kind="slots", slots=Slots(industry=value)) if value in book else _heard_as_typed(value)


def _heard_target(value: str) -> Heard:
    try:
        percent = float(value)
    except ValueError:
        return Heard(kind="unclear")
    if not math.isfinite(percent):
        return Heard(kind="unclear")
    if not TARGET_MIN_EXCLUSIVE < percent <= TARGET_MAX or round(percent, 1) != percent:
        return Heard(kind="out_of_range", said=percent)
    return Heard(kind="slots", slots=Slots(target=percent))


def _heard_as_typed(value: str) -> Heard:
    typed = clean_as_typed(value)
    return Heard(kind="slots", slots=Slots(typed=typed)) if typed else Heard(kind="unclear")


def hear_filled(state: State, filled: Filled, book: IndustryBook) -> Heard:
    """Return what a form means: a field that is wrong is asked for again, the good ones are kept."""
    values = {name: value.strip() for name, value in filled.values if value.strip()}
    slots = Slots(whole=True, given=_given_of(values), language=_language_of(values))
    slots = replace(slots, kind="basic" if values.get("kind") == "basic" else None)
    problem: Heard | None = None
    if industry := values.get("industry"):
        slots, problem = _industry_field(slots, industry, state.language, book)
    if target := values.get("target"):
        read = understand(target, book, hint=state.language)
        slots = replace(slots, target=read.target_percent)
        if read.target_percent is None and problem is None:
            problem = _target_problem(read)
    if problem is not None:
        return replace(problem, slots=slots)
    return Heard(kind="slots", slots=slots) if slots or slots.language else Heard(kind="empty")


def _industry_field(slots: Slots, text: str, language: Language, book: IndustryBook) -> tuple[Slots, Heard | None]:
    if text in book:
        return replace(slots, industry=text), None
    found = understand(text, book, hint=language).industry
    if found is not None:
        return replace(slots, industry=found), None
    typed = clean_as_typed(text)
    return slots, Heard(kind="unknown_industry", typed=typed) if typed else None


def _target_problem(read: Understood) -> Heard | None:
    if read.problem in ("out_of_range", "fraction", "range"):
        low = read.suggestion if read.problem == "fraction" else read.low
        return Heard(kind=read.problem, said=read.said, low=low, high=read.high)
    return None


def _given_of(values: Mapping[str, str]) -> Given:
    currency = values.get("currency", "USD").upper()
    # The form offers whatever the operator has a rate for, also what nobody's words are searched for.
    is_amount = "monthly_spend" in values and _CURRENCY_CODE.fullmatch(currency)
    read = read_amount(values["monthly_spend"], currency) if is_amount else Spending()
    wanted = values.get("deployment")
    deployment: Deployment | None = wanted if wanted in get_args(Deployment) else None  # type: ignore[assignment]
    return Given(
        monthly_spend=read.monthly_spend,
        currency=read.currency,
        closed_model=values.get("closed_model"),
        deployment=deployment,
        region=values.get("region"),
    )


def _language_of(values: Mapping[str, str]) -> Language | None:
    return next((language for language in LANGUAGES if values.get("language") == language), None)
