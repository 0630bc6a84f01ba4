"""A plan that cannot be computed, told in a chat: in words instead of options, with buttons that lead on."""

from dataclasses import dataclass

from bot.domain.brief import Language
from bot.domain.cost.checks import field_name
from bot.domain.errors import UserError
from bot.domain.talk.pressing import SPEND_STEPS
from bot.ports import Choice, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Hold the sentence, the question beside the choices, and the field of what was given that cannot be taken."""

    sentence: str
    question: str = ""
    choices: tuple[Choice, ...] = ()
    field: str = ""


def refuse(error: UserError, language: Language, texts: Texts) -> Refusal:
    """Tell an error of the cost model in a chat; whoever reads it cannot set an option or edit the price book."""
    if error.text == "error.cost.currency":
        return _refuse_currency(error, language, texts)
    field = field_name(str(error.params.get("name", "")))
    if field == "closed_model":
        return _refuse_model(error, language, texts)
    params = dict(error.params)
    if field:
        params["name"] = texts.label(f"form.{field}", "refused.field", language)
    return Refusal(sentence=texts.say(error.text, language, **params), field=field)


def _refuse_model(error: UserError, language: Language, texts: Texts) -> Refusal:
    nearest = error.params.get("nearest")
    names: dict[str, str] = dict(nearest) if isinstance(nearest, dict) else {}
    shown = {"value": error.params["value"], "nearest": ", ".join(names.values())}
    return Refusal(
        sentence=texts.say("refused.closed_model", language, **shown),
        question=texts.say("refused.closed_model.which", language),
        choices=tuple(Choice("model", model, name) for model, name in names.items()),
        field="closed_model",
    )


def _refuse_currency(error: UserError, language: Language, texts: Texts) -> Refusal:
    return Refusal(
        sentence=texts.say("refused.currency", language, **error.params),
        question=texts.say("refused.currency.which", language),
        choices=tuple(Choice("spend", band, texts.say(f"button.spend.{band}", language)) for band in SPEND_STEPS),
        field="currency",
    )
