"""The root card of a plan and the bot's short messages as Slack blocks. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from adapters.markdown import cut_string
from adapters.safe import bare, for_slack
from adapters.slack.limits import ACTIONS, BUTTON_TEXT, BUTTON_VALUE, PAGE_BYTES, SECTION_TEXT, TEXT
from adapters.slack.render import Json, header, rich_text, section_of
from adapters.slack.tags import ACTION, Tag
from bot.domain.document.blocks import Span
from bot.domain.events import ConversationRef
from bot.ports import Choice, Message, PlanView, Texts

_STYLES = {"stop": "danger", "share": "primary", "forget_yes": "danger"}
_OF_THE_QUESTION = frozenset({"spend", "model"})
_USER = re.compile(r"\b[UW][A-Z0-9]{7,}\b")
MARKS = {"writing": "⏳", "done": "✅", "stopped": "⏹", "failed": "⚠️", "superseded": "↩️"}


def card_blocks(view: PlanView, to: ConversationRef, texts: Texts) -> tuple[Json, ...]:
    """Return the card: what was understood and by whom, how far it is, the question beside it, and its buttons."""
    language = view.language
    lines = [
        _line((Span(view.understood, strong=True),)),
        _requester(view, texts),
        _line((Span(f"{MARKS[view.status]} {view.progress or texts.say(f'card.status.{view.status}', language)}"),)),
    ]
    blocks = [header(view.title), rich_text(lines)]
    if view.changes:
        items = [section_of((Span(change),), links=False) for change in view.changes]
        blocks.append(rich_text([{"type": "rich_text_list", "style": "bullet", "elements": items}]))
    asked = [choice for choice in view.choices if choice.button in _OF_THE_QUESTION]
    if view.question and asked:
        blocks.append(rich_text([_line((Span(view.question),))]))
        blocks.append(buttons(asked, _tag(view, to, 1)))
    rest = [choice for choice in view.choices if choice not in asked]
    if rest:
        blocks.append(buttons(rest, _tag(view, to, 2)))
    if view.status == "done":
        blocks.append(feedback(view, to, texts, row=3))
    private = to.channel.startswith(("D", "U", "W"))
    hint = texts.say("card.follow_up.direct" if private else "card.follow_up.mention", language)
    blocks.append(_context("\n".join(filter(None, (view.footer, hint)))))
    return tuple(blocks)


def card_text(view: PlanView) -> str:
    """Return the line a notification of the card shows."""
    return for_slack(f"{view.title}: {view.understood}")


def _requester(view: PlanView, texts: Texts) -> Json:
    """Say who asked, as a mention: the one mention there is, and it is of the person who asked."""
    mark = "\u0001"
    before, _, after = texts.say("card.by", view.language, user=mark).partition(mark)
    version = f" · {texts.say('card.version', view.language, version=view.version)}" if view.version > 1 else ""
    elements = [_text(before), {"type": "user", "user_id": view.requester}, _text(f"{after}{version}\n")]
    return {"type": "rich_text_section", "elements": [one for one in elements if one.get("text", "x")]}


def message_blocks(message: Message, to: ConversationRef) -> tuple[tuple[Json, ...], ...]:
    """Return a message as one or more messages' blocks; the choices stand under the last."""
    pieces = cut_string(bare(message.text), SECTION_TEXT)
    pages: list[list[Json]] = [[]]
    filled = 0
    for piece in pieces:
        size = len(piece.encode())
        if pages[-1] and filled + size > PAGE_BYTES:
            pages.append([])
            filled = 0
        pages[-1].append(rich_text([{"type": "rich_text_section", "elements": _named(piece, message)}]))
        filled += size
    if message.choices:
        tag = Tag(place=to, plan=message.plan, version=message.version)
        rows = [message.choices[at : at + ACTIONS] for at in range(0, len(message.choices), ACTIONS)]
        pages[-1].extend(buttons(row, _row(tag, number)) for number, row in enumerate(rows))
    return tuple(tuple(page) for page in pages)


def _named(text: str, message: Message) -> list[Json]:
    """Return a text whose user ids are shown as names; only where nobody but one person sees it, so none is pinged."""
    if message.only_to is None:
        return [_text(text or " ")]
    made: list[Json] = []
    at = 0
    for found in _USER.finditer(text):
        made += [_text(text[at : found.start()]), {"type": "user", "user_id": found.group()}]
        at = found.end()
    made.append(_text(text[at:]))
    return [one for one in made if one.get("text", "x")] or [_text(" ")]


def message_text(message: Message) -> str:
    """Return the plain form of a message: for notifications, and where blocks are refused."""
    return for_slack(message.text)[:TEXT] or "-"


def buttons(choices: Sequence[Choice], tag: Tag) -> Json:
    """Return a row of buttons that know what they belong to."""
    return {
        "type": "actions",
        "block_id": tag.write(),
        "elements": [_button(choice, number) for number, choice in enumerate(choices[:ACTIONS])],
    }


def _button(choice: Choice, number: int) -> Json:
    made: Json = {
        "type": "button",
        "action_id": f"{ACTION}/{choice.button}/{number}",
        "text": {"type": "plain_text", "text": bare(choice.label)[:BUTTON_TEXT] or "-", "emoji": False},
    }
    if choice.value:
        made["value"] = choice.value[:BUTTON_VALUE]
    if choice.button in _STYLES:
        made["style"] = _STYLES[choice.button]
    return made


def feedback(view: PlanView, to: ConversationRef, texts: Texts, *, row: int) -> Json:
    """Return Slack's own pair of feedback buttons."""

    def judge(name: str) -> Json:
        label = texts.say(f"button.{name}", view.language)[:BUTTON_TEXT]
        return {"text": {"type": "plain_text", "text": label}, "value": name, "accessibility_label": label}

    element = {
        "type": "feedback_buttons",
        "action_id": f"{ACTION}/feedback/0",
        "positive_button": judge("good"),
        "negative_button": judge("bad"),
    }
    return {"type": "context_actions", "block_id": _tag(view, to, row).write(), "elements": [element]}


def _tag(view: PlanView, to: ConversationRef, row: int) -> Tag:
    return Tag(place=to, plan=view.plan, version=view.version, row=row)


def _row(tag: Tag, row: int) -> Tag:
    return Tag(place=tag.place, plan=tag.plan, version=tag.version, row=row)


def _context(text: str) -> Json:
    pieces = cut_string(bare(text), SECTION_TEXT)
    return {"type": "context", "elements": [{"type": "plain_text", "text": piece, "emoji": False} for piece in pieces]}


def _line(text: tuple[Span, ...]) -> Json:
    return section_of(text, links=False, end="\n")


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
