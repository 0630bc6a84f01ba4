"""The living card of a plan and the bot's short messages as Adaptive Cards. Pure."""

from collections.abc import Sequence
from typing import Any

from adapters.markdown import cut_string
from adapters.safe import bare
from adapters.teams.inbound import CODE, TAG
from adapters.teams.limits import ACTIONS, BUTTON_TEXT, PAGE_BYTES, TEXT
from adapters.teams.pages import card_activity
from adapters.teams.render import heading, line, lines
from adapters.teams.sizes import size_of
from adapters.teams.tags import code_of
from bot.ports import Choice, Message, PlanView, Texts

Json = dict[str, Any]

_OF_THE_QUESTION = frozenset({"spend", "model"})
_OPENING = frozenset({"form", "refine"})
"""Buttons that open a dialog."""
_STYLES = {"stop": "destructive", "share": "positive", "forget_yes": "destructive"}
MARKS = {"writing": "⏳", "done": "✅", "stopped": "⏹", "failed": "⚠️", "superseded": "↩️"}


def plan_card(view: PlanView, tag: str, texts: Texts, *, name: str, private: bool) -> Json:
    """Return the card: what was understood and by whom, how far it is, the question beside it, and its buttons.

    `name` is how the requester is called, empty when unknown.
    """
    language = view.language
    elements = [heading(view.title), line(view.understood, strong=True)]
    version = f" · {texts.say('card.version', language, version=view.version)}" if view.version > 1 else ""
    mentions: list[Json] = []
    if name:
        said = texts.say("card.by", language, user=f"<at>{name}</at>")
        # The one place with markup of ours: a mention needs it, and its name is made harmless.
        elements.append({"type": "TextBlock", "text": f"{said}{version}", "wrap": True, "isSubtle": True})
        mentions.append(
            {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": view.requester, "name": name}}
        )
    elif version:
        elements.append(line(version.strip(" ·"), subtle=True))
    progress = view.progress or texts.say(f"card.status.{view.status}", language)
    elements.append(line(f"{MARKS[view.status]} {progress}"))
    elements += [line(f"• {change}") for change in view.changes]
    asked = [choice for choice in view.choices if choice.button in _OF_THE_QUESTION]
    if view.question and asked:
        elements += [line(view.question), *action_sets(asked, tag)]
    elements += action_sets([choice for choice in view.choices if choice not in asked], tag)
    hint = texts.say("card.follow_up.direct" if private else "card.follow_up.mention", language)
    elements += [line(one, subtle=True) for one in (*view.footer.split("\n"), hint) if one.strip()]
    return card_activity(elements, summary=f"{view.title}: {view.understood}", mentions=mentions)


def message_cards(message: Message, tag: str) -> tuple[Json, ...]:
    """Return a message as one or more activities; the choices stand under the last."""
    pages: list[list[Json]] = [[]]
    filled = 0
    for piece in cut_string(bare(message.text), TEXT):
        for element in lines(piece):
            size = size_of(element) + 2
            if pages[-1] and filled + size > PAGE_BYTES:
                pages.append([])
                filled = 0
            pages[-1].append(element)
            filled += size
    buttons = action_sets(message.choices, tag)
    if filled + sum(size_of(one) + 2 for one in buttons) > PAGE_BYTES:
        pages.append([])
    pages[-1].extend(buttons)
    summary = bare(message.text).split("\n")[0][:TEXT]
    return tuple(card_activity(page, summary=summary) for page in pages)


def answered_card(text: str, chosen: str) -> Json:
    """Return a question whose answer is known: without buttons, so that nobody presses twice."""
    return card_activity((*lines(text), line(f"✓ {chosen}", strong=True)), summary=text)["attachments"][0]["content"]  # type: ignore[no-any-return]  # a card is a dict


def action_sets(choices: Sequence[Choice], tag: str) -> list[Json]:
    """Return buttons in rows as wide as Teams shows."""
    rows = [choices[at : at + ACTIONS] for at in range(0, len(choices), ACTIONS)]
    return [{"type": "ActionSet", "actions": [_action(choice, tag) for choice in row]} for row in rows]


def _action(choice: Choice, tag: str) -> Json:
    data: Json = {TAG: tag, CODE: code_of(choice)}
    made: Json = {"title": bare(choice.label)[:BUTTON_TEXT] or "-"}
    if choice.button in _OPENING:
        return {"type": "Action.Submit", **made, "data": {**data, "msteams": {"type": "task/fetch"}}}
    if choice.button in _STYLES:
        made["style"] = _STYLES[choice.button]
    return {"type": "Action.Execute", **made, "verb": "press", "data": data}
