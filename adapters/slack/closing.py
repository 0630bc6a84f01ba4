"""What stands under the last section of a plan: its buttons and Slack's own pair for feedback. Pure."""

from adapters.slack.cards import buttons, feedback
from adapters.slack.render import Json
from adapters.slack.tags import Tag
from bot.domain.events import ConversationRef
from bot.ports import PlanView, Texts

_BUTTONS, _FEEDBACK = 4, 5
"""Rows of buttons of a plan are numbered; the card has the ones before."""


def closing_blocks(view: PlanView, to: ConversationRef, texts: Texts) -> tuple[Json, ...]:
    """Return the blocks that close a finished plan; nothing for one that was not finished."""
    if view.status != "done":
        return ()
    rows = [buttons(view.choices, Tag(place=to, plan=view.plan, version=view.version, row=_BUTTONS))]
    return (*(rows if view.choices else ()), feedback(view, to, texts, row=_FEEDBACK))
