"""How people use elements of the fake Slack: what a click or a filled form looks like in a payload."""

from collections.abc import Iterator
from typing import Any

_CHOSEN = {
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "users_select": "selected_user",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}
_INITIAL = {
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "users_select": "initial_user",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
}
_ONE = frozenset({"static_select", "radio_buttons", "overflow", "external_select"})
_MANY = frozenset({"multi_static_select", "checkboxes"})


class NotPossible(Exception):
    """Say that a person could not do this: there is no such button, or the form would not let them."""


def find_elements(blocks: list[dict[str, Any]], action_id: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield the elements with this action_id, each with its block."""
    for block in blocks:
        parts = [*block.get("elements", []), *(block[key] for key in ("accessory", "element") if key in block)]
        for element in parts:
            if isinstance(element, dict) and element.get("action_id") == action_id:
                yield block, element
        yield from find_elements(block.get("child_blocks", []), action_id)


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of a menu, those of its groups too."""
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *groups]


def chosen(element: dict[str, Any], value: str | None) -> dict[str, Any] | None:
    """Return the action of a click or choice, or None if the element does not have this value."""
    kind = element["type"]
    action: dict[str, Any] = {"type": kind, "action_id": element["action_id"]}
    if kind == "button":
        if value is not None and element.get("value") != value:
            return None
        kept = {key: element[key] for key in ("text", "value", "style") if key in element}
        return action | kept
    if kind == "feedback_buttons":
        for key in ("positive_button", "negative_button"):
            if element[key].get("value") == value:
                return action | {"text": element[key]["text"], "value": value}
        return None
    if kind in _ONE:
        option = next((each for each in options_of(element) if each["value"] == value), None)
        return None if option is None else action | {"selected_option": option}
    if kind in _CHOSEN:
        return action | {_CHOSEN[kind]: value}
    return action | {"value": value}


def answers_of(
    blocks: list[dict[str, Any]], values: dict[str, Any]
) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str, str]]]:
    """Return a form's state.values, and the conversations for which it asked a response_url."""
    state: dict[str, dict[str, Any]] = {}
    wants_url: list[tuple[str, str, str]] = []
    left = dict(values)
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        answer = _answer(element, left.pop(element["action_id"], None), optional=bool(block.get("optional")))
        state[block["block_id"]] = {element["action_id"]: answer}
        channel = answer.get("selected_conversation")
        if channel and element.get("response_url_enabled"):
            wants_url.append((block["block_id"], element["action_id"], channel))
    if left:
        raise NotPossible(f"the form has no {sorted(left)}")
    return state, wants_url


def _answer(element: dict[str, Any], value: Any, *, optional: bool) -> dict[str, Any]:
    kind = element["type"]
    answer: dict[str, Any] = {"type": kind}
    if kind in _ONE:
        answer["selected_option"] = _option(element, value) if value is not None else element.get("initial_option")
        filled = answer["selected_option"]
    elif kind in _MANY:
        picked = [_option(element, each) for each in value or []]
        answer["selected_options"] = filled = picked or element.get("initial_options", [])
    elif kind in _CHOSEN:
        answer[_CHOSEN[kind]] = filled = value if value is not None else element.get(_INITIAL[kind])
    else:
        answer["value"] = filled = value if value is not None else element.get("initial_value")
        _check_typed(element, filled)
    if not filled and not optional:
        raise NotPossible(f"{element['action_id']} must be filled")
    return answer


def _option(element: dict[str, Any], value: str) -> dict[str, Any]:
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise NotPossible(f"{element['action_id']} has no option {value}")


def _check_typed(element: dict[str, Any], value: Any) -> None:
    if value is None:
        return
    if len(value) > element.get("max_length", 3000) or len(value) < element.get("min_length", 0):
        raise NotPossible(f"{element['action_id']} does not take {len(value)} characters")
    if element["type"] != "number_input":
        return
    try:
        number = float(value)
    except ValueError:
        raise NotPossible(f"{element['action_id']} takes numbers") from None
    low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    if not low <= number <= high or (not element["is_decimal_allowed"] and number != int(number)):
        raise NotPossible(f"{element['action_id']} does not take {value}")
