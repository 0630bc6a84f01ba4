"""The documented rules of Teams for activities a bot sends: cards, entities, sizes; each breach is named."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

MESSAGE_BYTES = 80_000
"""[docs] The limit is about 100 KB in UTF-16; bots are told to stay below 80 KB."""
CARD_BYTES = 25_000
"""[docs] Clients refused cards above 28 KB; 25 KB are safe."""
ACTIONS_SHOWN = 6
ELEMENTS = {
    "TextBlock": {"text"},
    "RichTextBlock": {"inlines"},
    "ActionSet": {"actions"},
    "Table": {"columns", "rows"},
    "Container": {"items"},
    "Chart.HorizontalBar": {"title", "data", "fallback"},
    "Chart.VerticalBar.Grouped": {"title", "data", "fallback"},
    "Input.Text": {"id"},
    "Input.ChoiceSet": {"id", "choices"},
}
"""Elements of Adaptive Cards 1.5 that the bot uses, with what each must have (adaptivecards.io)."""
CHARTS = {"Chart.HorizontalBar", "Chart.VerticalBar.Grouped"}
"""[docs] Charts in Adaptive Cards: data of points with x and y, grouped ones of series with legend and values."""
FORMATS = ("plain", "markdown", "xml", "extendedmarkdown")
"""[docs] Formats of a text; the last is a preview that a tenant may not have."""
ACTIONS = {"Action.Execute": {"title", "verb"}, "Action.Submit": {"title"}, "Action.OpenUrl": {"url"}}
CITATIONS = 20
MESSAGE_TYPE = "https://schema.org/Message"


def size_of(activity: Mapping[str, Any]) -> int:
    """Return the size of a message as Teams counts it, in UTF-16."""
    return _bytes_of({name: activity[name] for name in ("text", "attachments", "entities") if name in activity})


def _bytes_of(content: Mapping[str, Any]) -> int:
    return len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le"))


def breaches(activity: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a message."""
    if size_of(activity) > MESSAGE_BYTES:
        yield "MessageSizeTooBig"
    data = activity.get("channelData") or {}
    if "feedbackLoop" in data and "feedbackLoopEnabled" in data:
        yield "feedbackLoop and feedbackLoopEnabled together"
    attachments = activity.get("attachments") or []
    if not activity.get("text") and not attachments:
        yield "a message with neither text nor attachments"
    if activity.get("textFormat", "markdown") not in FORMATS:
        yield f"text format {activity['textFormat']}"
    for attachment in attachments:
        if attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
            yield f"attachment {attachment['contentType']}"
            continue
        yield from card_breaches(attachment["content"])
    for entity in activity.get("entities") or []:
        yield from _entity_breaches(entity, str(activity.get("text") or ""))


def card_breaches(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with an Adaptive Card."""
    if _bytes_of(card) > CARD_BYTES:
        yield f"the card is larger than {CARD_BYTES} bytes"
    if card.get("type") != "AdaptiveCard" or card.get("version") != "1.5":
        yield "not an Adaptive Card 1.5"
    texts = json.dumps(card["body"], ensure_ascii=False)
    for mention in (card.get("msteams") or {}).get("entities") or []:
        if mention["text"] not in texts or mention["text"] != f"<at>{mention['mentioned']['name']}</at>":
            yield "a mention whose text is not in the card"
    for element in card["body"]:
        yield from _element_breaches(element)
    for action in card.get("actions") or []:
        yield from _action_breaches(action)


def _element_breaches(element: Mapping[str, Any]) -> Iterator[str]:
    kind = element.get("type")
    if kind not in ELEMENTS:
        yield f"element {kind}"
        return
    missing = ELEMENTS[kind] - element.keys()
    if missing or any(element[name] in ("", []) for name in ELEMENTS[kind]):
        yield f"{kind} without {missing or 'content'}"
        return
    for run in element.get("inlines") or []:
        if run.get("type") != "TextRun" or not run.get("text"):
            yield f"inline {run}"
    if kind == "ActionSet":
        if len(element["actions"]) > ACTIONS_SHOWN:
            yield "more actions than one row shows"
        for action in element["actions"]:
            yield from _action_breaches(action)
    if kind == "Table":
        yield from _table_breaches(element)
    if kind in CHARTS:
        yield from _chart_breaches(element)


def _chart_breaches(chart: Mapping[str, Any]) -> Iterator[str]:
    groups = [chart["data"]]
    if chart["type"] == "Chart.VerticalBar.Grouped":
        groups = [one["values"] for one in chart["data"]]
        if len({one["legend"] for one in chart["data"] if one["legend"]}) != len(groups):
            yield "a chart whose series have no names of their own"
    for points in groups:
        if [point["x"] for point in points] != [point["x"] for point in groups[0]]:
            yield "a chart whose series are about different things"
        for point in points:
            if not isinstance(point["x"], str) or not point["x"] or not isinstance(point["y"], int | float):
                yield f"a chart with a point {point}"
    if isinstance(chart["fallback"], str):
        if chart["fallback"] != "drop":
            yield f"a fallback {chart['fallback']}"
    else:
        yield from _element_breaches(chart["fallback"])


def _table_breaches(table: Mapping[str, Any]) -> Iterator[str]:
    for row in table["rows"]:
        if len(row["cells"]) != len(table["columns"]):
            yield "a row with another number of cells than columns"
        for cell in row["cells"]:
            for inner in cell["items"]:
                yield from _element_breaches(inner)


def _action_breaches(action: Mapping[str, Any]) -> Iterator[str]:
    missing = ACTIONS.get(action["type"], {"a known type"}) - action.keys()
    if missing:
        yield f"{action['type']} without {missing}"


def _entity_breaches(entity: Mapping[str, Any], text: str) -> Iterator[str]:
    if entity.get("type") == "mention" and entity["text"] not in text:
        yield "a mention whose text is not in the message"
    if entity.get("type") != MESSAGE_TYPE:
        return
    if entity.get("@type") != "Message" or entity.get("@context") != "https://schema.org":
        yield "an AI entity without its context"
    claims = entity.get("citation") or []
    if len(claims) > CITATIONS:
        yield "too many citations"
    for claim in claims:
        shown = claim["appearance"]
        if f"[{claim['position']}]" not in text:
            yield f"citation {claim['position']} is not in the text"
        if (
            not shown.get("name")
            or len(shown["name"]) > 80
            or not shown.get("abstract")
            or len(shown["abstract"]) > 160
        ):
            yield "a citation without name or abstract, or too long"
