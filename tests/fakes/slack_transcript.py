"""What people would read in a channel of the fake Slack, as lines."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.fakes.slack_rules import strings_of
from tests.fakes.slack_world import Message, World

MARKS = {"pending": "○", "in_progress": "◐", "complete": "●", "error": "✗"}


def transcript(world: World, channel: str, thread: str | None = None, viewer: str | None = None) -> list[str]:
    """Return the lines of a channel, or of one thread; `viewer` limits private messages to those they see."""
    lines: list[str] = []
    messages = [each for each in world.channels[channel].messages if not each.deleted]
    for message in sorted(messages, key=lambda each: (float(each.root), float(each.ts))):
        if thread is not None and message.root != thread:
            continue
        if viewer is not None and message.ephemeral_to not in (None, viewer):
            continue
        lines += show_message(world, message)
    return lines


def show_message(world: World, message: Message) -> list[str]:
    """Return one message as lines: who, then what, indented in threads."""
    author = world.people.get(message.user)
    name = author.name if author else message.user
    if message.ephemeral_to:
        name += f" (only for {world.people[message.ephemeral_to].name})"
    body = list(_body(world, message)) or [""]
    indent = "    " if message.thread_ts and message.thread_ts != message.ts else ""
    edited = " (edited)" if message.edited else ""
    return [f"{indent}{name}: {body[0]}{edited}", *(f"{indent}  {line}" for line in body[1:])]


def _body(world: World, message: Message) -> Iterator[str]:
    if message.stream is not None:
        if message.stream.plan:
            yield f"[plan] {message.stream.plan}"
        for task in message.stream.tasks.values():
            tail = f" — {task['details']}" if task.get("details") else ""
            yield f"{MARKS[task['status']]} {task['title']}{tail}"
    if message.markdown:
        yield from message.markdown.splitlines()
    if message.text and not message.blocks:
        yield from message.text.splitlines()
    yield from show_blocks(message.blocks)
    for file in message.files:
        yield f"[file] {world.files[file].name}"
    if message.stream is not None:
        state = message.stream.state_at(world.clock())
        if state != "stopped":
            yield {"open": "(writing…)", "expired": "(broken off)", "stopped_by_user": "(stopped)"}[state]


def show_blocks(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Yield blocks as lines: headings with #, buttons in brackets, tables with bars."""
    for block in blocks:
        yield from _BLOCKS.get(block["type"], _show_text)(block)


def _show_text(block: dict[str, Any]) -> Iterator[str]:
    for text in strings_of(block):
        yield from text.splitlines()


def _show_section(block: dict[str, Any]) -> Iterator[str]:
    yield from _show_text({key: value for key, value in block.items() if key != "accessory"})
    if "accessory" in block:
        yield show_element(block["accessory"])


def _show_header(block: dict[str, Any]) -> Iterator[str]:
    yield f"# {block['text']['text']}"


def _show_actions(block: dict[str, Any]) -> Iterator[str]:
    yield " ".join(show_element(element) for element in block["elements"])


def show_element(element: dict[str, Any]) -> str:
    """Return an element as people see it."""
    if element["type"] == "feedback_buttons":
        return " ".join(f"[{element[key]['text']['text']}]" for key in ("positive_button", "negative_button"))
    if "options" in element:
        return "[" + " | ".join(option["text"]["text"] for option in element["options"]) + "]"
    return f"[{element.get('text', {}).get('text') or element.get('placeholder', {}).get('text', element['type'])}]"


def _show_input(block: dict[str, Any]) -> Iterator[str]:
    yield f"{block['label']['text']}: {show_element(block['element'])}"


def _show_table(block: dict[str, Any]) -> Iterator[str]:
    if block.get("caption"):
        yield str(block["caption"])
    for row in block["rows"]:
        yield "| " + " | ".join(" ".join(strings_of(cell)) for cell in row) + " |"


def _show_rich_text(block: dict[str, Any]) -> Iterator[str]:
    for part in block["elements"]:
        for line in part["elements"] if part["type"] == "rich_text_list" else [part]:
            text = "".join(
                str(run.get("text") or run.get("url") or run.get("user_id") or "") for run in line["elements"]
            )
            mark = "• " if part["type"] == "rich_text_list" else ""
            yield from (mark + text).splitlines()


def _show_chart(block: dict[str, Any]) -> Iterator[str]:
    chart = block["chart"]
    yield f"[{chart['type']} chart] {block['title']}"
    for series in chart.get("series", []):
        yield f"  {series['name']}: " + ", ".join(f"{each['label']} {each['value']}" for each in series["data"])


def _show_divider(block: dict[str, Any]) -> Iterator[str]:
    yield "---" if block else ""


_BLOCKS: Mapping[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "header": _show_header,
    "section": _show_section,
    "actions": _show_actions,
    "context_actions": _show_actions,
    "input": _show_input,
    "table": _show_table,
    "data_table": _show_table,
    "rich_text": _show_rich_text,
    "data_visualization": _show_chart,
    "divider": _show_divider,
}
