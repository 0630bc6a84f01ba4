"""What people see: whole dialogues through the signed door, a real Redis and the strict fake Slack."""

import pytest

from bot.domain.brief import Language
from bot.services.texts import load_texts
from tests.adapters.slack.running import Running
from tests.fakes.slack_town import ANA, ARCHIVE, BOARD, BOB, BOT, GENERAL, OPEN, PARTNER, SECRET
from tests.fakes.slack_transcript import show_message

TEXTS = load_texts()
VERDICTS: dict[Language, str] = {"es": "# Veredicto", "en": "# Verdict", "pt": "# Veredito"}


async def test_a_command_leads_to_a_card_and_its_thread(bot: Running) -> None:
    """A complete command posts one card with the whole plan in its thread, in at most twelve calls."""
    answer = await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40 %")
    await bot.idle()

    assert (answer.status, answer.body) == (200, "")
    (card,) = bot.cards(GENERAL)
    thread = "\n".join(bot.slack.transcript(GENERAL, card.ts))
    assert VERDICTS["es"] in thread
    assert f"✅ {TEXTS.say('card.status.done', 'es')}" in thread
    assert f"[{TEXTS.say('button.refine', 'es')}]" in thread
    assert bot.slack.count("chat.") <= 12


async def test_direct_messages_need_no_mention(bot: Running) -> None:
    """Two quick direct messages fill both slots; what is said in the plan's thread afterwards belongs to it."""
    await bot.slack.people.say(BOB, BOT, "we are a retail company")
    await bot.slack.people.say(BOB, BOT, "30 percent")
    await bot.idle()

    im = bot.slack.world.im(bot.slack.world.people[BOB].team_id, BOB).id
    assert VERDICTS["en"] in bot.read(im)
    card = next(each for each in bot.cards(im) if "TCO" in "\n".join(bot.slack.transcript(im, each.ts)))
    await bot.slack.people.say(BOB, BOT, "make it 20 %", thread_ts=card.ts)
    await bot.idle()
    assert "20%" in "\n".join(bot.slack.transcript(im, card.ts))


async def test_where_it_may_not_post_the_plan_goes_to_the_requester(bot: Running) -> None:
    """In a private channel without the bot the plan comes by direct message, with a hint why."""
    await bot.slack.people.send_command(ANA, SECRET, "finanzas 40")
    await bot.idle()

    im = bot.slack.world.im(bot.slack.world.people[ANA].team_id, ANA).id
    assert VERDICTS["es"] in bot.read(im)
    assert TEXTS.say("say.not_in_channel", "es") in bot.read(im)
    assert bot.cards(SECRET) == []
    bot.slack.refusals.clear()


async def test_public_channels_need_no_invitation(bot: Running) -> None:
    """In a public channel the bot posts without being a member."""
    await bot.slack.people.send_command(ANA, OPEN, "finanzas 40")
    await bot.idle()

    assert VERDICTS["es"] in bot.read(OPEN)


async def test_a_click_that_comes_twice_counts_once(bot: Running) -> None:
    """The same click brought three times writes one further version."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()
    (card,) = bot.cards(GENERAL)
    click = bot.slack.people.click(ANA, card, "say/regenerate/3")

    answers = await bot.slack.people.courier.bring_all([(click, 0), (click, 1), (click, 2)])
    await bot.idle()

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert bot.read(GENERAL).count(VERDICTS["es"]) == 2


async def _shared(bot: Running, channel: str) -> list[str]:
    """Share the plan of GENERAL in a channel and return what the requester was told."""
    (card,) = bot.cards(GENERAL)
    share = next(
        element["action_id"]
        for block in card.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith("say/share/")
    )
    await bot.slack.people.press(ANA, card, share)
    await bot.idle()
    preview = bot.last(GENERAL)
    assert preview.ephemeral_to == ANA
    before = len(bot.slack.messages(GENERAL))
    await bot.slack.people.select(ANA, preview, "say/share/0", channel)
    await bot.idle()
    return ["\n".join(show_message(bot.slack.world, each)) for each in bot.slack.messages(GENERAL)[before:]]


async def test_a_plan_is_shared_once_after_a_private_preview(bot: Running) -> None:
    """Shared twice in the same channel, the summary with its three numbers and the link stands there once."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    (first,) = await _shared(bot, BOARD)
    (second,) = await _shared(bot, BOARD)

    assert TEXTS.say("share.shared", "es") in first
    assert TEXTS.say("share.shared_before", "es") in second
    (summary,) = bot.cards(BOARD)
    shown = "\n".join(show_message(bot.slack.world, summary))
    for part in ("Objetivo de ahorro: 40 %", TEXTS.say("share.link", "es"), "Finanzas"):
        assert part in shown.replace("\u00a0", " ")


@pytest.mark.parametrize("channel", [ARCHIVE, SECRET])
async def test_nothing_is_shared_where_it_may_not_be(bot: Running, channel: str) -> None:
    """In an archived channel, or one the bot is not in, nothing is posted and the requester learns why."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()

    (told,) = await _shared(bot, channel)

    assert TEXTS.say("share.not_allowed", "es") in told
    assert bot.cards(channel) == []
    bot.slack.refusals[:] = [one for one in bot.slack.refusals if one.method != "conversations.info"]


async def test_a_channel_with_other_companies_needs_a_second_yes(bot: Running) -> None:
    """In a channel shared with another company the summary is posted only after the requester said so."""
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()
    (told,) = await _shared(bot, PARTNER)
    assert TEXTS.say("share.external", "es") in told
    assert bot.cards(PARTNER) == []

    await bot.slack.people.press(ANA, bot.last(GENERAL), "say/share/0", f"{PARTNER}/yes")
    await bot.idle()

    assert len(bot.cards(PARTNER)) == 1


async def test_replies_without_a_mention_are_heard_only_in_its_own_threads(bot: Running) -> None:
    """With messages of channels subscribed, a reply in a plan's thread is heard, and nothing said elsewhere."""
    bot.slack.world.app.events = frozenset({*bot.slack.world.app.events, "message.channels"})
    await bot.slack.people.send_command(ANA, GENERAL, "finanzas 40")
    await bot.idle()
    (card,) = bot.cards(GENERAL)
    other = await bot.slack.people.say(ANA, GENERAL, "retail 30")
    await bot.slack.people.say(ANA, GENERAL, "retail 30", thread_ts=other.ts)

    await bot.slack.people.say(ANA, GENERAL, "que sea el 20 %", thread_ts=card.ts)
    await bot.idle()

    assert "20 %" in "\n".join(bot.slack.transcript(GENERAL, card.ts)).replace("\u00a0", " ")
    assert len(bot.slack.transcript(GENERAL, other.ts)) == 2
