"""The longer form on both platforms: it offers what the price book at hand can compute with, and nothing else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.form_values import values_of
from adapters.slack.forms import build_form
from adapters.slack.tags import FormTag
from adapters.teams.forms import form_elements
from bot.domain.brief import Given
from bot.domain.events import ConversationRef
from bot.domain.reading.spending import read_amount
from bot.domain.talk.state import State
from bot.services.industry_book import industry_book
from bot.services.texts import load_texts
from tests.adapters.slack.running import Running
from tests.adapters.slack.running import run_bot as run_slack
from tests.adapters.teams.running import ANA as TEAMS_ANA
from tests.adapters.teams.running import Running as TeamsBot
from tests.adapters.teams.running import run_bot as run_teams
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA, GENERAL, TEAM
from tests.fakes.slack_world import Message
from tests.fakes.teams_connector import TENANT, fake_teams

TEXTS, BOOK = load_texts(), industry_book()
Fields = Mapping[str, tuple[str, Sequence[str]]]


@pytest.fixture
def overlay(tmp_path: Path) -> str:
    """Lay a rate of the operator over the price book."""
    file = tmp_path / "mine.yaml"
    file.write_text("as_of: 2026-11-01\nrows:\n  - {id: currency.SEK, value: 9.5, unit: per_usd}\n", "utf-8")
    return str(file)


def in_slack(values: Mapping[str, str], currencies: Sequence[str]) -> Fields:
    """Return each field of the form in Slack with what is filled in and what it offers."""
    tag = FormTag(place=ConversationRef(platform="slack", tenant="T", channel="C"), language="en")
    form = build_form("en", values, tag=tag, texts=TEXTS, industries=BOOK, currencies=currencies, refine=True)
    return read_slack(form)


def read_slack(form: Mapping[str, Any]) -> Fields:
    """Return the fields of a view."""
    elements = {block["block_id"]: block["element"] for block in form["blocks"]}
    return {
        name: (
            one.get("initial_value") or one.get("initial_option", {}).get("value", ""),
            [option["value"] for option in one.get("options", ())],
        )
        for name, one in elements.items()
    }


def in_teams(values: Mapping[str, str], currencies: Sequence[str]) -> Fields:
    """Return each field of the form in Teams with what is filled in and what it offers."""
    return read_teams(form_elements("en", values, texts=TEXTS, industries=BOOK, currencies=currencies, refine=True))


def read_teams(elements: Sequence[Mapping[str, Any]]) -> Fields:
    """Return the fields of a card."""
    return {
        one["id"]: (one.get("value", ""), [choice["value"] for choice in one.get("choices", ())])
        for one in elements
        if "id" in one
    }


@pytest.mark.parametrize("form", [in_slack, in_teams])
def test_only_currencies_with_a_rate_are_offered(form: Any) -> None:
    """What is offered is what the price book names; a known amount and currency are filled in."""
    fields = form({"monthly_spend": "18000", "currency": "EUR"}, ("USD", "EUR"))

    assert fields["currency"] == ("EUR", ["USD", "EUR"])
    assert fields["monthly_spend"][0] == "18000"


@pytest.mark.parametrize("form", [in_slack, in_teams])
def test_an_amount_without_a_rate_is_not_filled_in(form: Any) -> None:
    """Without its currency the same amount would be sent back as USD."""
    fields = form({"monthly_spend": "18000", "currency": "EUR"}, ("USD",))

    assert fields["currency"] == ("", ["USD"])
    assert fields["monthly_spend"][0] == ""


@pytest.mark.parametrize("form", [in_slack, in_teams])
@pytest.mark.parametrize("spend", [20_000.0, 999_999.99, 1_234_567.0, 12_345_678.9, 0.5, 1e9])
def test_a_spend_comes_back_as_it_was_filled_in(form: Any, spend: float) -> None:
    """Who opens the form and sends it unchanged changes no figure, however many digits it has."""
    state = State(stage="done", language="en", owner="ana", given=Given(monthly_spend=spend, currency="USD"))
    filled = form(values_of(state), ("USD", "EUR"))["monthly_spend"][0]

    assert filled.replace(".", "").isdigit()
    assert read_amount(filled, "USD").monthly_spend == spend


async def test_teams_keeps_a_large_spend_when_the_dialog_is_sent_unchanged() -> None:
    """A spend of seven digits goes through the dialog and back into the next version."""
    async with fake_teams() as teams, run_teams(teams) as bot:
        await bot.say(bot.personal, "finance 40, we spend 1,234,567 USD a month", locale="en-US")
        sent = {**_sent_by(await _longer_form(bot)), "closed_model": "gpt-4o"}
        await bot.invoke(bot.personal, "task/submit", {"data": sent})
        newest, _ = await bot.services.desk.store.history.of_user(TENANT, TEAMS_ANA)

    assert newest.brief.given.closed_model == "gpt-4o"
    assert newest.brief.given.monthly_spend == 1_234_567


async def test_teams_says_when_a_spend_is_no_one_amount() -> None:
    """The dialog stays open with what was typed, and a sentence above it."""
    async with fake_teams() as teams, run_teams(teams) as bot:
        await bot.say(bot.personal, "finance 40", locale="en-US")
        sent = {**_sent_by(await _longer_form(bot)), "monthly_spend": "20-30k"}
        again = await bot.invoke(bot.personal, "task/submit", {"data": sent})
        kept = again["task"]["value"]["card"]["content"]["body"]

    assert read_teams(kept)["monthly_spend"][0] == "20-30k"
    assert TEXTS.say("form.monthly_spend.unread", "en") in str(kept)


async def test_slack_takes_an_amount_in_the_operators_currency(overlay: str) -> None:
    """A rate of the operator is a choice in the modal, and the amount in it is computed with."""
    async with SlackServer() as slack, run_slack(slack, PRICE_BOOK_OVERLAY=overlay) as bot:
        await slack.people.send_command(ANA, GENERAL, "finance 40")
        await bot.idle()
        await slack.people.press(ANA, *_refine(bot))
        await bot.until(lambda: bool(slack.world.stacks.get(ANA)))
        offered = read_slack(slack.people.view_of(ANA).body)["currency"][1]
        await slack.people.submit_view(ANA, {"monthly_spend": "190000", "currency": "SEK"})
        await bot.idle()
        newest, _ = await bot.services.desk.store.history.of_user(TEAM, ANA)

    assert offered == ["USD", "SEK"]
    assert (newest.brief.given.monthly_spend, newest.brief.given.currency) == (190_000, "SEK")


async def test_teams_takes_an_amount_in_the_operators_currency(overlay: str) -> None:
    """A rate of the operator is a choice in the dialog, and the amount in it is computed with."""
    async with fake_teams() as teams, run_teams(teams, PRICE_BOOK_OVERLAY=overlay) as bot:
        await bot.say(bot.personal, "finance 40", locale="en-US")
        card = await _longer_form(bot)
        fields = read_teams(card["body"])
        sent = {**_sent_by(card), "monthly_spend": "190000", "currency": "SEK"}
        await bot.invoke(bot.personal, "task/submit", {"data": sent})
        newest, _ = await bot.services.desk.store.history.of_user(TENANT, TEAMS_ANA)

    assert fields["currency"][1] == ["USD", "SEK"]
    assert (newest.brief.given.monthly_spend, newest.brief.given.currency) == (190_000, "SEK")


async def _longer_form(bot: TeamsBot) -> dict[str, Any]:
    """Open the longer form in Teams and return its card."""
    dialog = await bot.press(bot.personal, TEXTS.say("button.refine", "en"))
    card: dict[str, Any] = dialog["task"]["value"]["card"]["content"]
    return card


def _sent_by(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Teams sends for a card that is left as it was filled."""
    return {**{name: value for name, (value, _) in read_teams(card["body"]).items()}, **card["actions"][0]["data"]}


def _refine(bot: Running) -> tuple[Message, str]:
    """Return the message with the button that opens the longer form, and the button."""
    return next(
        (message, element["action_id"])
        for message in reversed(bot.slack.messages(GENERAL))
        for block in message.blocks
        for element in block.get("elements", [])
        if str(element.get("action_id")).startswith("say/refine/")
    )
