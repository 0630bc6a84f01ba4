"""What Slack refuses of blocks and views: limits as data, one walk over the payload, findings with JSON pointers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.fakes.slack_charts import check_chart, check_data_table, check_table

# Lengths of docs.slack.dev/reference/block-kit as slackblocks 3.0 (MIT, spec/limits.json) and slack_sdk 3.47 carry them;
# where the two disagree the smaller one stands.
TEXT_LIMITS: Mapping[tuple[str, str], int] = {
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("feedback_buttons", "text"): 75,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("option", "text"): 75,
    ("option", "description"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("card", "title"): 150,
    ("card", "subtitle"): 150,
    ("card", "body"): 200,
    ("alert", "text"): 200,
    ("any", "placeholder"): 150,
}
STRING_LIMITS: Mapping[str, int] = {"action_id": 255, "block_id": 255, "url": 3000, "agent_prompt": 4000}
VALUE_LIMITS: Mapping[str, int] = {"button": 2000, "option": 150, "icon_button": 2000}
MARKDOWN_TOTAL = 12_000
ALL_BLOCKS_TEXT = 13_200
"""`msg_blocks_too_long` was seen at about 13,200 characters over all blocks (bolt-js #2509); tables have limits of their own."""
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250_000
"""Remembered from docs.slack.dev/surfaces/modals; not confirmed."""

SURFACES: Mapping[str, frozenset[str]] = {
    "message": frozenset(
        [
            "actions",
            "card",
            "carousel",
            "container",
            "context",
            "context_actions",
            "data_table",
            "data_visualization",
            "divider",
            "file",
            "header",
            "image",
            "input",
            "markdown",
            "plan",
            "rich_text",
            "section",
            "table",
            "task_card",
            "video",
        ]
    ),
    "modal": frozenset(
        ["actions", "alert", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"]
    ),
    "home": frozenset(
        [
            "actions",
            "card",
            "carousel",
            "container",
            "context",
            "data_table",
            "data_visualization",
            "divider",
            "header",
            "image",
            "input",
            "rich_text",
            "section",
            "table",
            "video",
        ]
    ),
}
"""Which blocks stand where: slackblocks 3.0 `_surfaces.py`."""

_CHOICES = frozenset(
    [
        "static_select",
        "external_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "radio_buttons",
        "checkboxes",
        "multi_static_select",
        "multi_external_select",
        "multi_users_select",
        "multi_conversations_select",
        "multi_channels_select",
    ]
)
ELEMENTS: Mapping[str, frozenset[str]] = {
    "actions": _CHOICES | {"button", "overflow", "workflow_button", "icon_button"},
    "section": _CHOICES | {"button", "overflow", "image", "workflow_button"},
    "input": _CHOICES
    | {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"},
    "context": frozenset({"image", "mrkdwn", "plain_text"}),
    "context_actions": frozenset({"feedback_buttons", "icon_button"}),
}
ELEMENT_COUNTS: Mapping[str, int] = {"actions": 25, "context": 10, "context_actions": 5}
OPTION_COUNTS: Mapping[str, int] = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
PLAIN_ONLY = frozenset(
    {"button.text", "header.text", "input.label", "input.hint", "modal.title", "modal.submit", "modal.close",
     "any.placeholder", "confirm.title", "confirm.confirm", "confirm.deny"}
)  # fmt: skip
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "header": ("text",),
    "actions": ("elements",),
    "context": ("elements",),
    "context_actions": ("elements",),
    "input": ("label", "element"),
    "markdown": ("text",),
    "image": ("alt_text",),
    "button": ("text",),
    "static_select": ("action_id",),
    "feedback_buttons": ("positive_button", "negative_button"),
    "option": ("text", "value"),
    "rich_text": ("elements",),
    "task_card": ("task_id", "title"),
    "plan": ("title",),
    "number_input": ("is_decimal_allowed",),
}
TASK_STATUSES = frozenset({"pending", "in_progress", "complete", "error"})

Finding = str


def say(problem: str, pointer: str) -> Finding:
    """Return a finding in the form of response_metadata.messages."""
    return f"[ERROR] {problem} [json-pointer:{pointer}]"


def check_blocks(blocks: Any, surface: str = "message", pointer: str = "/blocks") -> list[Finding]:
    """Return what Slack refuses of these blocks on a surface, or an empty list."""
    if not isinstance(blocks, list):
        return [say("must be an array", pointer)]
    found: list[Finding] = []
    if len(blocks) > MAX_BLOCKS[surface]:
        found.append(say(f"no more than {MAX_BLOCKS[surface]} items allowed", pointer))
    for index, block in enumerate(blocks):
        found += _check_block(block, surface, f"{pointer}/{index}")
    return found + check_together(blocks, pointer)


def _check_block(block: Any, surface: str, pointer: str) -> list[Finding]:
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return [say("missing required field: type", pointer)]
    kind = block["type"]
    if kind not in SURFACES[surface]:
        return [say(f"unsupported type: {kind}", f"{pointer}/type")]
    found = _check_object(kind, block, pointer)
    elements = _elements(block)
    if elements is None:
        return [*found, say("elements must be objects", pointer)]
    found += _check_elements(kind, elements, pointer)
    special = SPECIAL.get(kind)
    return found + (special(block, pointer) if special else [])


def _elements(block: dict[str, Any]) -> list[dict[str, Any]] | None:
    if block["type"] == "rich_text":
        return []
    several: Any = block.get("elements", [])
    single = [block[key] for key in ("element", "accessory") if key in block]
    if not isinstance(several, list):
        return None
    each = [*several, *single]
    return each if all(isinstance(one, dict) for one in each) else None


def _check_elements(kind: str, elements: list[dict[str, Any]], pointer: str) -> list[Finding]:
    found: list[Finding] = []
    limit = ELEMENT_COUNTS.get(kind)
    if limit and not 1 <= len(elements) <= limit:
        found.append(say(f"must have 1 to {limit} elements", f"{pointer}/elements"))
    for index, element in enumerate(elements):
        where = f"{pointer}/elements/{index}"
        allowed = ELEMENTS.get(kind)
        if allowed is not None and element.get("type") not in allowed:
            found.append(say(f"unsupported type: {element.get('type')}", f"{where}/type"))
            continue
        found += _check_object(str(element.get("type")), element, where)
        found += _check_options(element, where)
    ids = [element["action_id"] for element in elements if element.get("action_id")]
    if len(ids) != len(set(ids)):
        found.append(say("action_id must be unique in its block", pointer))
    return found


def _check_options(element: dict[str, Any], pointer: str) -> list[Finding]:
    kind = str(element.get("type"))
    if "option_groups" in element:
        options = [each for group in element["option_groups"] for each in group.get("options", [])]
    elif "options" in element:
        options = element["options"]
    else:
        missing = kind in {"static_select", "multi_static_select", "checkboxes", "radio_buttons", "overflow"}
        return [say("missing required field: options", pointer)] if missing else []
    limit = OPTION_COUNTS.get(kind, 100)
    found = [] if 1 <= len(options) <= limit else [say(f"must have 1 to {limit} options", f"{pointer}/options")]
    for index, option in enumerate(options):
        found += _check_object("option", option, f"{pointer}/options/{index}")
    values = [option.get("value") for option in options]
    initial = element.get("initial_option")
    if initial and initial.get("value") not in values:
        found.append(say("initial_option must match an option", pointer))
    return found


def _check_object(kind: str, thing: dict[str, Any], pointer: str) -> list[Finding]:
    found = [
        say(f"missing required field: {key}", pointer) for key in REQUIRED.get(kind, ()) if thing.get(key) in (None, "")
    ]
    for key, value in thing.items():
        limit = TEXT_LIMITS.get((kind, key)) or TEXT_LIMITS.get(("any", key))
        name = f"{kind}.{key}" if (kind, key) in TEXT_LIMITS else f"any.{key}"
        if limit:
            found += _check_text(value, limit, f"{pointer}/{key}", plain=name in PLAIN_ONLY)
        if key in STRING_LIMITS and len(str(value)) > STRING_LIMITS[key]:
            found.append(say(f"must be at most {STRING_LIMITS[key]} characters", f"{pointer}/{key}"))
    value = thing.get("value")
    if kind in VALUE_LIMITS and isinstance(value, str) and len(value) > VALUE_LIMITS[kind]:
        found.append(say(f"must be at most {VALUE_LIMITS[kind]} characters", f"{pointer}/value"))
    if isinstance(thing.get("confirm"), dict):
        found += _check_object("confirm", thing["confirm"], f"{pointer}/confirm")
    if kind == "button" and thing.get("style") not in (None, "primary", "danger"):
        found.append(say("style must be primary or danger", f"{pointer}/style"))
    return found


def _check_text(text: Any, limit: int, pointer: str, *, plain: bool) -> list[Finding]:
    if isinstance(text, str):
        return [] if 1 <= len(text) <= limit else [say(f"must be 1 to {limit} characters", pointer)]
    if not isinstance(text, dict) or text.get("type") not in {"plain_text", "mrkdwn"}:
        return [say("must be a text object", pointer)]
    if plain and text["type"] != "plain_text":
        return [say("must be plain_text", f"{pointer}/type")]
    if not isinstance(text.get("text"), str) or not 1 <= len(text["text"]) <= limit:
        return [say(f"must be 1 to {limit} characters", f"{pointer}/text")]
    return []


def _check_section(block: dict[str, Any], pointer: str) -> list[Finding]:
    fields = block.get("fields", [])
    if not fields and not block.get("text"):
        return [say("section needs text or fields", pointer)]
    found = [say("no more than 10 items allowed", f"{pointer}/fields")] if len(fields) > 10 else []
    for index, each in enumerate(fields):
        found += _check_text(each, 2000, f"{pointer}/fields/{index}", plain=False)
    return found


def _check_context(block: dict[str, Any], pointer: str) -> list[Finding]:
    found: list[Finding] = []
    for index, each in enumerate(block.get("elements", [])):
        if isinstance(each, dict) and each.get("type") in {"mrkdwn", "plain_text"}:
            found += _check_text(each, 3000, f"{pointer}/elements/{index}", plain=False)
    return found


def _check_markdown(block: dict[str, Any], pointer: str) -> list[Finding]:
    return [] if isinstance(block.get("text"), str) else [say("text must be a string", f"{pointer}/text")]


def _check_task(block: dict[str, Any], pointer: str, *, loose: bool = True) -> list[Finding]:
    status = block.get("status", "complete")
    if status not in TASK_STATUSES:
        return [say(f"unknown status: {status}", f"{pointer}/status")]
    return (
        [say("only the tasks of a plan can be pending", f"{pointer}/status")] if loose and status == "pending" else []
    )


def _check_plan(block: dict[str, Any], pointer: str) -> list[Finding]:
    tasks = block.get("tasks", [])
    found = [say("no more than 50 items allowed", f"{pointer}/tasks")] if len(tasks) > 50 else []
    for index, task in enumerate(tasks):
        found += _check_task(task, f"{pointer}/tasks/{index}", loose=False)
    return found


def _check_rich_text(block: dict[str, Any], pointer: str) -> list[Finding]:
    parts = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
    found: list[Finding] = []
    for index, part in enumerate(block.get("elements", [])):
        where = f"{pointer}/elements/{index}"
        if not isinstance(part, dict) or part.get("type") not in parts:
            found.append(say("unsupported rich text part", where))
        elif part["type"] == "rich_text_list" and part.get("style") not in {"bullet", "ordered"}:
            found.append(say("style must be bullet or ordered", where))
        elif part["type"] != "rich_text_list":
            found += _check_runs(part.get("elements", []), where)
        else:
            for line in part.get("elements", []):
                found += _check_runs(line.get("elements", []), where)
    return found


def _check_runs(runs: list[dict[str, Any]], pointer: str) -> list[Finding]:
    kinds = {"text", "link", "emoji", "user", "channel", "usergroup", "broadcast", "date", "color", "team"}
    found = [say(f"unsupported rich text: {run.get('type')}", pointer) for run in runs if run.get("type") not in kinds]
    return found + [
        say("text must not be empty", pointer) for run in runs if run.get("type") == "text" and not run.get("text")
    ]


def _check_container(block: dict[str, Any], pointer: str) -> list[Finding]:
    children = block.get("child_blocks", [])
    if not 1 <= len(children) <= 10:
        return [say("must have 1 to 10 child blocks", f"{pointer}/child_blocks")]
    return check_blocks(children, "message", f"{pointer}/child_blocks")


def _check_carousel(block: dict[str, Any], pointer: str) -> list[Finding]:
    cards = block.get("elements", [])
    found = [] if 1 <= len(cards) <= 10 else [say("must have 1 to 10 cards", f"{pointer}/elements")]
    for index, card in enumerate(cards):
        found += _check_card(card, f"{pointer}/elements/{index}")
    return found


def _check_card(block: dict[str, Any], pointer: str) -> list[Finding]:
    return [say("no more than 3 actions", f"{pointer}/actions")] if len(block.get("actions", [])) > 3 else []


SPECIAL: Mapping[str, Callable[[dict[str, Any], str], list[Finding]]] = {
    "section": _check_section,
    "context": _check_context,
    "markdown": _check_markdown,
    "table": check_table,
    "data_table": check_data_table,
    "data_visualization": check_chart,
    "task_card": _check_task,
    "plan": _check_plan,
    "rich_text": _check_rich_text,
    "container": _check_container,
    "carousel": _check_carousel,
    "card": _check_card,
}


def check_together(blocks: list[Any], pointer: str) -> list[Finding]:
    """Return what is too much, or doubled, in all blocks of a message together."""
    whole = [block for block in blocks if isinstance(block, dict)]
    found: list[Finding] = []
    ids = [block["block_id"] for block in whole if block.get("block_id")]
    if len(ids) != len(set(ids)):
        found.append(say("block_id must be unique", pointer))
    kinds = [str(block.get("type")) for block in whole]
    if kinds.count("data_visualization") > 2:
        found.append(say("no more than 2 charts in a message", pointer))
    if "plan" in kinds and "task_card" in kinds:
        found.append(say("a plan and loose task cards exclude each other", pointer))
    for kind, limit in (("table", 10_000), ("data_table", 20_000)):
        if sum(table_characters(block) for block in whole if block.get("type") == kind) > limit:
            found.append(say(f"the {kind} blocks of a message hold at most {limit} characters", pointer))
    if sum(len(str(block.get("text", ""))) for block in whole if block.get("type") == "markdown") > MARKDOWN_TOTAL:
        found.append(say(f"markdown blocks hold at most {MARKDOWN_TOTAL} characters together", pointer))
    return found


def table_characters(block: dict[str, Any]) -> int:
    """Return how many characters the cells of a table hold."""
    return sum(len(text) for row in block.get("rows", []) if isinstance(row, list) for text in strings_of(row))


def strings_of(thing: Any) -> Iterator[str]:
    """Yield the texts people read in a payload, in order."""
    if isinstance(thing, list):
        for each in thing:
            yield from strings_of(each)
    elif isinstance(thing, dict):
        for key in ("title", "text", "label", "fields", "caption", "rows", "elements", "element", "accessory", "tasks"):
            value = thing.get(key)
            if isinstance(value, str):
                yield value
            elif isinstance(value, (list, dict)):
                yield from strings_of(value)


def text_of_blocks(blocks: list[dict[str, Any]]) -> int:
    """Return how many characters of text the blocks hold together, tables apart."""
    apart = {"table", "data_table", "data_visualization"}
    return sum(len(text) for block in blocks if block.get("type") not in apart for text in strings_of(block))


def check_view(view: Any) -> list[Finding]:
    """Return what Slack refuses of a modal or home view."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return [say("view.type must be modal or home", "/view/type")]
    kind = str(view["type"])
    found = check_blocks(view.get("blocks"), kind, "/view/blocks")
    if kind == "modal":
        found += _check_object("modal", view, "/view")
        if not view.get("title"):
            found.append(say("missing required field: title", "/view"))
        inputs = any(isinstance(each, dict) and each.get("type") == "input" for each in view.get("blocks") or [])
        if inputs and not view.get("submit"):
            found.append(say("submit is required when blocks contain an input", "/view/submit"))
    for key, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(key) or "") > limit:
            found.append(say(f"must be at most {limit} characters", f"/view/{key}"))
    return found
