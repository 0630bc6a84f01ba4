"""A fact that no plan can be computed with: said in a chat, and how the dialogue goes on, in three languages."""

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.domain.events import ConversationRef, Filled, Pressed
from bot.services.texts import load_texts
from tests.test_conversation import room_at

FINANCE = {"es": "finanzas 40", "en": "finance 40", "pt": "finanças 40"}
MODEL_NAMES = ("claude", "gpt-4", "gpt4", "gemini", "claude sonnet", "gpt-5-mini")
MAKERS = {"claude": "Claude", "gpt": "GPT", "gemini": "Gemini"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_model_without_prices_is_asked_for_with_the_nearest(language: Language) -> None:
    """No option is named; the models of its maker are buttons, and one of them makes the plan with all that was said."""
    async with room_at(DEFAULT_LANGUAGE=language) as room:
        await room.say(f"lang={language} {FINANCE[language]}, claude, 15000 usd/mes")
        refused = room.paper.last_card
        models = [choice for choice in refused.choices if choice.button == "model"]
        await room.press("model", models[0].value)
        (record,) = await room.services.desk.store.history.of_user("t", "ana")

    assert (refused.status, len(models), bool(refused.question)) == ("failed", 5, True)
    assert "--" not in refused.progress
    assert "claude" in refused.progress
    assert all(model.label in refused.progress and model.label.startswith("Claude") for model in models)
    assert room.paper.last_card.status == "done"
    assert (record.brief.target_percent, record.brief.given.monthly_spend) == (40.0, 15000.0)
    assert record.brief.given.closed_model == models[0].value


@pytest.mark.parametrize("name", MODEL_NAMES)
async def test_ordinary_model_name_leads_to_a_plan(name: str) -> None:
    """A name without a version proposes models of the same maker only, and naming one of them makes the plan."""
    async with room_at(DEFAULT_LANGUAGE="es") as room:
        await room.say(f"finanzas 40, en {name}, gastamos 15000 usd al mes")
        refused = room.paper.last_card
        models = [choice for choice in refused.choices if choice.button == "model"]
        await room.say(f"usamos {models[0].label}")
        (record,) = await room.services.desk.store.history.of_user("t", "ana")

    maker = next(maker for start, maker in MAKERS.items() if name.startswith(start))
    assert models
    assert all(model.label.startswith(maker) for model in models)
    assert record.brief.given.monthly_spend == 15000.0
    assert room.paper.last_card.status == "done"


async def test_chatgpt_in_the_form_is_asked_back() -> None:
    """The longer form under a plan takes any words for the model, so these are asked back too."""
    async with room_at(DEFAULT_LANGUAGE="es") as room:
        await room.say("finanzas 40")
        place = ConversationRef(platform="console", tenant="t", channel="room", thread="main")
        values = (("industry", "finance"), ("target", "30"), ("closed_model", "ChatGPT"))
        await room.hear(Filled(id="f", place=place, user="ana", at=1_795_500_000_000, values=values))
        refused = room.paper.last_card
        await room.press("model", "gpt-4o")

    assert "ChatGPT" in refused.progress
    assert "gpt-4o" in [choice.value for choice in refused.choices]
    assert (room.paper.last_card.status, room.paper.last_card.version) == ("done", 3)
    assert "30" in room.paper.last_card.understood


async def test_refused_model_is_not_kept() -> None:
    """Written again, the plan is made without the name that has no prices, and with everything else."""
    async with room_at(DEFAULT_LANGUAGE="es") as room:
        await room.say("finanzas 40, en claude, gastamos 15000 usd al mes")
        await room.press("regenerate")
        (record,) = await room.services.desk.store.history.of_user("t", "ana")

    assert record.brief.given.closed_model is None
    assert record.brief.given.monthly_spend == 15000.0
    assert room.paper.last_card.status == "done"


@pytest.mark.parametrize("currency", ["€", "BRL", "MXN"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_currency_without_a_rate_is_asked_for_in_a_known_one(language: Language, currency: str) -> None:
    """The user is asked for the amount in USD, not told to edit a price book; the amount makes the plan."""
    async with room_at(DEFAULT_LANGUAGE=language) as room:
        await room.say(f"lang={language} {FINANCE[language]}, gpt-5, 18000 {currency}/mes")
        refused = room.paper.last_card
        await room.say("19500 USD/mes")
        (record,) = await room.services.desk.store.history.of_user("t", "ana")

    code = "EUR" if currency == "€" else currency
    assert refused.progress == load_texts().say("refused.currency", language, currency=code, known="USD")
    assert [choice.button for choice in refused.choices].count("spend") == 4
    assert room.paper.last_card.status == "done"
    assert (record.brief.target_percent, record.brief.given.closed_model) == (40.0, "gpt-5")
    assert (record.brief.given.monthly_spend, record.brief.given.currency) == (19500.0, "USD")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_model_without_prices_is_asked_back_when_it_is_said(language: Language) -> None:
    """Before there is a plan the same sentence comes with the same buttons, and the model pressed is the plan's."""
    said = {"es": "usamos claude", "en": "we use claude", "pt": "usamos claude"}
    async with room_at(DEFAULT_LANGUAGE=language) as room:
        await room.say(f"lang={language} {said[language]}")
        asked = room.paper.said[0]
        await room.say(said[language])
        press = next(choice for choice in asked.choices if choice.label == "Claude Sonnet 5.5")
        place = ConversationRef(platform="console", tenant="t", channel="room", thread="main")
        pressed = Pressed(id="p", place=place, user="ana", at=1_795_500_000_000, button="model", value=press.value)
        await room.hear(pressed)
        await room.say(FINANCE[language])
        (record,) = await room.services.desk.store.history.of_user("t", "ana")

    nearest = ", ".join(choice.label for choice in asked.choices)
    assert asked.text == load_texts().say("refused.closed_model", language, value="claude", nearest=nearest)
    assert (record.brief.given.closed_model, record.brief.target_percent) == (press.value, 40.0)
    assert room.paper.last_card.version == 1


async def test_absurd_spend_is_refused_by_the_name_of_its_field() -> None:
    """What else cannot be taken is named as in the form, never as an option of a command."""
    async with room_at(DEFAULT_LANGUAGE="es") as room:
        await room.say("finanzas 40, gastamos 5000000000 usd al mes")

    assert room.paper.last_card.progress.startswith("Gasto mensual en modelos:")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_refused_refinement_leaves_the_plan_before_it_at_hand(language: Language) -> None:
    """The sentence names the version that stays, and exporting hands out that one; what follows is compared with it."""
    async with room_at(DEFAULT_LANGUAGE=language) as room:
        await room.say(f"lang={language} {FINANCE[language]}")
        await room.say("18000 EUR/mes")
        kept = load_texts().say("plan.refused.kept", language, version=1)
        asked = next(message for message in room.paper.said if message.text == kept)
        await room.say("export")
        (record,) = await room.services.desk.store.history.of_user("t", "ana")
        exported = room.paper.texts[-1]
        await room.say("19500 USD/mes")

    assert [choice.button for choice in asked.choices] == ["regenerate", "export"]
    assert exported == record.markdown
    assert (room.paper.last_card.version, bool(room.paper.last_card.changes)) == (3, True)
