"""What the fake Slack refuses of blocks and views, and that slackblocks, written by others, agrees where it can judge."""

from typing import Any

import pytest

from tests.fakes.slack_oracle import complaints
from tests.fakes.slack_rules import MAX_BLOCKS, check_blocks, check_view, text_of_blocks


def plain(text: str = "x") -> dict[str, Any]:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> dict[str, Any]:
    """Return a mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> dict[str, Any]:
    """Return a button."""
    return {"type": "button", "action_id": "a", "text": plain()} | more


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """Return an actions block."""
    return {"type": "actions", "elements": list(elements)}


def options(count: int, length: int = 1) -> list[dict[str, Any]]:
    """Return options with different values."""
    return [{"text": plain("x" * length), "value": str(n)} for n in range(count)]


def menu(**more: Any) -> dict[str, Any]:
    """Return a static select."""
    return {"type": "static_select", "action_id": "m", "options": options(1)} | more


def rows(lines: int, columns: int = 1, text: str = "x") -> list[list[dict[str, Any]]]:
    """Return rows of raw text."""
    return [[{"type": "raw_text", "text": text}] * columns] * lines


def table(**more: Any) -> dict[str, Any]:
    """Return a table."""
    return {"type": "table", "rows": rows(2)} | more


def data_table(**more: Any) -> dict[str, Any]:
    """Return a data table."""
    return {"type": "data_table", "caption": "c", "rows": rows(2)} | more


def chart(
    title: str = "t", labels: tuple[str, ...] = ("a",), series: int = 1, categories: tuple[str, ...] = ("a",)
) -> Any:
    """Return a bar chart."""
    data = [{"label": label, "value": 1} for label in labels]
    body = {"type": "bar", "series": [{"name": f"s{n}", "data": data} for n in range(series)]}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": body | {"axis_config": {"categories": list(categories)}},
    }


def pie(*values: float) -> dict[str, Any]:
    """Return a pie chart."""
    segments = [{"label": f"l{n}", "value": value} for n, value in enumerate(values)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": segments}}


def rich(*runs: dict[str, Any], part: str = "rich_text_section") -> dict[str, Any]:
    """Return rich text."""
    return {"type": "rich_text", "elements": [{"type": part, "elements": list(runs)}]}


GOOD: dict[str, dict[str, Any]] = {
    "section": {"type": "section", "text": mrkdwn("a" * 3000)},
    "fields": {"type": "section", "fields": [mrkdwn("a" * 2000)] * 10},
    "header": {"type": "header", "text": plain("a" * 150)},
    "context": {"type": "context", "elements": [mrkdwn()] * 10},
    "markdown": {"type": "markdown", "text": "a" * 12_000},
    "divider": {"type": "divider"},
    "button": actions(button(value="v" * 2000, style="primary", text=plain("a" * 75), action_id="i" * 255)),
    "menu": actions(menu(options=options(100, 75))),
    "table": table(rows=rows(100, 20)),
    "data_table": data_table(rows=rows(201, 20), page_size=100),
    "chart": chart("t" * 50, series=12),
    "pie": pie(*range(1, 13)),
    "rich_text": rich({"type": "text", "text": "<!channel>"}),
    "feedback": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain(), "value": "up"},
                "negative_button": {"text": plain(), "value": "down"},
            }
        ],
    },
}
BAD: dict[str, dict[str, Any]] = {
    "section too long": {"type": "section", "text": mrkdwn("a" * 3001)},
    "section empty": {"type": "section"},
    "field too long": {"type": "section", "fields": [mrkdwn("a" * 2001)]},
    "eleven fields": {"type": "section", "fields": [mrkdwn()] * 11},
    "header too long": {"type": "header", "text": plain("a" * 151)},
    "header in mrkdwn": {"type": "header", "text": mrkdwn()},
    "eleven context elements": {"type": "context", "elements": [mrkdwn()] * 11},
    "markdown too long": {"type": "markdown", "text": "a" * 12_001},
    "button text too long": actions(button(text=plain("a" * 76))),
    "button value too long": actions(button(value="a" * 2001)),
    "action_id too long": actions(button(action_id="a" * 256)),
    "button style": actions(button(style="loud")),
    "button without text": actions({"type": "button", "action_id": "a"}),
    "26 elements": actions(*(button(action_id=str(n)) for n in range(26))),
    "same action_id": actions(button(), button()),
    "101 options": actions(menu(options=options(101))),
    "option text too long": actions(menu(options=options(1, 76))),
    "no options": actions({"type": "static_select", "action_id": "m"}),
    "stranger initial": actions(menu(initial_option={"text": plain(), "value": "other"})),
    "input in actions": actions({"type": "plain_text_input", "action_id": "a"}),
    "101 rows": table(rows=rows(101)),
    "21 columns": table(rows=rows(2, 21)),
    "ragged": table(rows=[*rows(1, 1), *rows(1, 2)]),
    "empty cell": table(rows=rows(2, 1, "")),
    "number in a table": table(rows=[[{"type": "raw_number", "value": 1, "text": "1"}]]),
    "table characters": table(rows=rows(2, 1, "a" * 5001)),
    "data table header only": data_table(rows=rows(1)),
    "202 rows": data_table(rows=rows(202)),
    "no caption": {"type": "data_table", "rows": rows(2)},
    "page size": data_table(page_size=101),
    "data table characters": data_table(rows=rows(2, 1, "a" * 10_001)),
    "rich header": data_table(rows=[[{"type": "rich_text", "elements": []}], *rows(1)]),
    "row header": data_table(row_header_column_index=1),
    "chart title": chart("t" * 51),
    "13 series": chart(series=13),
    "labels are not the categories": chart(labels=("b",)),
    "long label": chart(labels=("a" * 21,), categories=("a" * 21,)),
    "zero segment": pie(1, 0),
    "13 segments": pie(*range(1, 14)),
    "empty run": rich({"type": "text", "text": ""}),
    "unknown run": rich({"type": "song"}),
    "unknown part": rich(part="rich_text_song"),
    "unknown block": {"type": "hologram"},
    "alert in a message": {"type": "alert", "text": plain()},
    "loose pending task": {"type": "task_card", "task_id": "t", "title": "t", "status": "pending"},
    "status completed": {"type": "task_card", "task_id": "t", "title": "t", "status": "completed"},
}
UNJUDGED = frozenset(
    {
        *(
            "same action_id",
            "101 options",
            "option text too long",
            "no options",
            "stranger initial",
            "input in actions",
        ),
        *("button without text", "number in a table", "ragged", "26 elements"),
        *("empty run", "unknown run", "unknown part", "unknown block", "alert in a message"),
        *("loose pending task", "status completed", "rich header", "no caption"),
        *("button style", "header in mrkdwn", "table characters", "empty cell"),
    }
)
"""Where slackblocks is silent: menus, rich text and tasks are not rebuilt; the last four it lets pass or puts right."""


@pytest.mark.parametrize("name", GOOD)
def test_the_last_good_value_passes(name: str) -> None:
    """A block at its limits is accepted, by us and by slackblocks."""
    assert check_blocks([GOOD[name]]) == []
    assert complaints(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_the_first_bad_value_fails(name: str) -> None:
    """A block beyond a limit is refused with a JSON pointer to the place."""
    found = check_blocks([BAD[name]])
    assert found
    assert all("[json-pointer:/blocks" in each for each in found)


@pytest.mark.parametrize("name", sorted(BAD.keys() - UNJUDGED))
def test_slackblocks_refuses_it_too(name: str) -> None:
    """Where slackblocks can judge, it refuses what we refuse."""
    assert complaints(BAD[name])


@pytest.mark.parametrize(
    "blocks",
    [
        [GOOD["divider"]] * (MAX_BLOCKS["message"] + 1),
        [GOOD["divider"] | {"block_id": "same"}] * 2,
        [chart()] * 3,
        [{"type": "plan", "title": "p", "tasks": []}, {"type": "task_card", "task_id": "t", "title": "t"}],
        [table(rows=rows(1, 1, "a" * 5001))] * 2,
        [{"type": "markdown", "text": "a" * 6001}] * 2,
        "nonsense",
        [17],
    ],
)
def test_what_does_not_go_together(blocks: Any) -> None:
    """Some blocks are good alone and too much together."""
    assert check_blocks(blocks)


def test_text_over_all_blocks_leaves_tables_out() -> None:
    """Tables have a limit of their own and do not count towards that of the message's text."""
    assert text_of_blocks([GOOD["section"], table(rows=rows(1, 1, "a" * 500))]) == 3000


MODAL: dict[str, Any] = {"type": "modal", "title": plain(), "submit": plain(), "blocks": [GOOD["section"]]}
INPUT = {"type": "input", "label": plain(), "element": {"type": "plain_text_input", "action_id": "a"}}


@pytest.mark.parametrize(
    "view",
    [
        MODAL | {"title": plain("a" * 25)},
        MODAL | {"submit": plain("a" * 25)},
        MODAL | {"close": mrkdwn()},
        MODAL | {"private_metadata": "a" * 3001},
        MODAL | {"callback_id": "a" * 256},
        MODAL | {"blocks": [GOOD["divider"]] * 101},
        MODAL | {"blocks": [GOOD["markdown"]]},
        MODAL | {"blocks": [GOOD["table"]]},
        {"type": "modal", "title": plain(), "blocks": [INPUT]},
        {"type": "modal", "blocks": []},
        {"type": "drawer", "blocks": []},
        {"type": "home"},
    ],
)
def test_what_a_view_may_not_be(view: dict[str, Any]) -> None:
    """Titles are short, forms have a submit button, some blocks stand only in messages."""
    assert check_view(view)


def test_what_a_view_may_be() -> None:
    """Forms with inputs and homes with a hundred blocks are good."""
    assert check_view(MODAL | {"blocks": [INPUT], "title": plain("a" * 24)}) == []
    assert check_view({"type": "home", "blocks": [GOOD["divider"]] * 100}) == []
