"""Hostile words, typed by people or written by a model, in every place Teams shows text: nothing pings, links or marks up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.teams.cards import message_cards, plan_card
from adapters.teams.closing import closing_activity
from adapters.teams.outbound import TeamsChat
from adapters.teams.pages import lay_out
from adapters.teams.prose import TextFormat
from adapters.teams.sheets import Manner, write_sheet
from bot.ports import Choice, Message, PlanView, SectionView
from tests.adapters.teams.running import ANA, PEOPLE
from tests.adapters.teams.test_streaming import TEXTS, TO, VIEW, chat, store
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_rules import breaches
from tests.injection.test_hostile import HIDDEN, HOSTILE

__all__ = ["chat", "store"]

MORE = (
    "<at>Everyone</at> <AT id='0'>Bob</AT > @channel",
    "[click](https://evil.example) [a]: https://evil.example\n\n[a]",
    "![beacon](https://evil.example/x.png) <img src=https://evil.example/x.png>",
    "<https://evil.example> https://evil.example/?q=1 www.evil.example mailto:x@evil.example",
    "https://evil.example_ _evil.example_ www.evil.example- evil.example_x",
    "| a | b |\n|---|---|\n| [x](https://evil.example) | <at>Bob</at> |",
    "# heading\n\n> quote [x](javascript:alert(1))\n\n```\n</code><at>Bob</at>\n```\n\n`<at>Bob</at>`",
    "$$x$$ - [x] done ~~no~~ **[b](https://evil.example)** _[i](https://evil.example)_",
    "&lt;at&gt;Bob&lt;/at&gt; \\[x\\]\\(https://evil.example\\) \\<at>Bob\\</at>",
    "[1] [2] [99]",
)
TEXTS_OF_OTHERS = (*(str(entry["text"]) for entry in HOSTILE), *MORE)
OWN = "https://prices.example/book"
SOURCES = SectionView("sources", "Sources", f"- [Price book]({OWN}) of 2026")
MARKS = "<at> </at> @ [ ]( https://evil.example ) ! < > ` ``` \\ * _ | $ ~ &lt; x # www.evil.example a - 1."
SPACES = ("\n", "\n\n", " ", "- ", "1. ", "\u200b", "\u202e", "```\n")
FORMATS: tuple[TextFormat, ...] = ("markdown", "extendedmarkdown")
ADDRESS = re.compile(r"://|evil\.example(?![\w-])")
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def plan_with(text: str) -> PlanView:
    """Return a finished plan in which every place that others fill holds a text."""
    cell = " ".join(text.replace("|", "/").split())
    body = f"{text}\n\n- {cell}\n\n> {cell}\n\n**{cell}**\n\n| a | {cell} |\n|---|---|\n| {cell} | 1 |\n"
    sections = (SectionView("verdict", cell[:200] or "-", text), SectionView("plan", "Plan", body), SOURCES)
    return replace(
        VIEW,
        status="done",
        understood=text[:200],
        title=cell[:200] or "-",
        changes=(cell[:200],),
        sections=sections,
        choices=(Choice("industry", "x", cell[:100] or "-"),),
    )


def tokens_of(text: str) -> Iterator[Any]:
    """Yield what a reader of Markdown sees in a text, as tokens."""
    for token in READER.parse(text):
        yield token
        yield from token.children or ()


def harmless_text(text: str) -> None:
    """Fail when Markdown text holds HTML, an image, a mention, a hidden sign, or a link that is not our own."""
    kinds = [token.type for token in tokens_of(text)]
    assert not {"html_block", "html_inline", "image"} & set(kinds)
    links = {token.attrs["href"] for token in tokens_of(text) if token.type == "link_open"}
    assert links <= {OWN}
    assert "<at" not in text.lower()
    assert not ADDRESS.search(text.replace(OWN, ""))
    assert not HIDDEN.search(text)


def harmless_message(activity: dict[str, Any]) -> None:
    """Fail when a message breaks a rule, mentions somebody it must not, or has markup or links in a card."""
    assert list(breaches(activity)) == []
    assert all(one["type"] != "mention" for one in activity.get("entities") or [])
    for attachment in activity.get("attachments") or []:
        card = attachment["content"]
        assert [one["mentioned"]["id"] for one in card["msteams"].get("entities") or []] in ([], [ANA])
        for part in parts_of(card["body"]):
            if part.get("type") == "TextBlock":
                assert part["text"] == f"Asked by <at>{PEOPLE[ANA]}</at>"
            if part.get("type") == "TextRun":
                assert part.get("selectAction", {}).get("url", OWN) == OWN
                assert not HIDDEN.search(part["text"])
            assert part.get("type") != "Image"
            assert part.get("type") != "Action.OpenUrl" or part["url"] == OWN


def parts_of(part: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in some JSON."""
    if isinstance(part, dict):
        yield part
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from parts_of(one)


def every_place(text: str) -> None:
    """Fail when a text has an effect anywhere in a plan."""
    view = plan_with(text)
    for format_ in FORMATS:
        sheet = write_sheet(view.sections, Manner(format=format_, one_below="below", many_below="below"))
        harmless_text(sheet.text)
        harmless_message({"type": "message", "text": sheet.text, "attachments": sheet.cards})
    closing = closing_activity(view)
    harmless_text(closing["text"])
    harmless_message(closing)
    for page in lay_out(view.sections):
        harmless_message(page.activity)
    harmless_message(plan_card(view, "0" * 32, TEXTS, name=PEOPLE[ANA], private=False))
    for message in message_cards(Message(text=text, choices=view.choices), "0" * 32):
        harmless_message(message)


@pytest.mark.parametrize("text", TEXTS_OF_OTHERS, ids=range(len(TEXTS_OF_OTHERS)))
def test_hostile_words_have_no_effect(text: str) -> None:
    """Whatever others write stands there as words: in prose of both formats, tables, cards, titles and buttons."""
    every_place(text)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from([*MARKS.split(), *SPACES]),
        max_size=18,
    ).map("".join)
)
def test_no_mixture_of_marks_has_an_effect(text: str) -> None:
    """Marks in any mixture cannot be put together into a mention, a link, an image or HTML."""
    every_place(text)


async def test_plain_words_are_words(chat: TeamsChat, teams: FakeTeams) -> None:
    """What the bot repeats of a person in a plain message keeps no tag, no link and no hidden sign; nor on a card."""
    for number, text in enumerate(TEXTS_OF_OTHERS):
        await chat.say(TO, Message(text=text), key=f"k{number}")
    for message in teams.talks[TO.channel].messages.values():
        if "attachments" in message:
            harmless_message(message)
            continue
        assert message["textFormat"] == "plain"
        assert "<at" not in message["text"].lower()
        assert "://" not in message["text"]
        assert not HIDDEN.search(message["text"])


def test_marks_of_citations_are_ours_alone() -> None:
    """Brackets with numbers that somebody else wrote are no citations; ours stand at the end."""
    closing = closing_activity(plan_with("[1] [2]"))
    assert "\\[1\\] \\[2\\]" in closing["text"]
    assert closing["text"].endswith("\n\n[1]")
