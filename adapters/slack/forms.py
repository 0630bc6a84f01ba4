"""The form in Slack: the two fields, the longer one under a plan, and reading what was filled in. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from adapters.form_values import is_spend, is_target, spend_to_fill_in
from adapters.slack.limits import OPTION_TEXT, PLACEHOLDER, VIEW_TITLE
from adapters.slack.tags import FormTag
from bot.domain.brief import LANGUAGES, Deployment, Language
from bot.domain.industries import IndustryBook
from bot.ports import Texts

FORM = "ai_strategy_form"
REASON = "ai_strategy_reason"
REASON_CHARACTERS = 500

Json = dict[str, Any]


def build_form(
    language: Language,
    values: Mapping[str, str],
    *,
    tag: FormTag,
    texts: Texts,
    industries: IndustryBook,
    currencies: Sequence[str],
    refine: bool = False,
) -> Json:
    """Return the form as a view, filled with what is known; `refine` adds spend, model, place and language."""
    make = _Fields(language, texts)
    names = sorted((industries.name(one, language), one) for one in industries.industries)
    known = values.get("industry", "")
    typed = "" if known in industries else known
    fields = [
        make.select("industry", [(one, name) for name, one in names], known if known in industries else ""),
        make.text("industry_typed", typed),
        make.number("target", values.get("target", "")),
    ]
    if refine:
        places = [(one, texts.say(f"form.deployment.{one}", language)) for one in get_args(Deployment)]
        fields += [
            make.number("monthly_spend", spend_to_fill_in(values, currencies)),
            make.select("currency", [(one, one) for one in currencies], values.get("currency", "")),
            make.text("closed_model", values.get("closed_model", "")),
            make.select("deployment", places, values.get("deployment", "")),
            make.select("language", [(one, texts.say(f"button.language.{one}", language)) for one in LANGUAGES], ""),
        ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": tag.write(),
        "title": _plain(texts.say("form.title", language)[:VIEW_TITLE]),
        "submit": _plain(texts.say("form.submit", language)[:VIEW_TITLE]),
        "close": _plain(texts.say("button.cancel", language)[:VIEW_TITLE]),
        "blocks": fields,
    }


def build_reason(language: Language, *, tag: FormTag, texts: Texts) -> Json:
    """Return the form that asks why a plan did not help: one field, and it may stay empty."""
    words = {"type": "plain_text_input", "multiline": True, "max_length": REASON_CHARACTERS}
    hint = _plain(texts.say("reason.hint", language)[:PLACEHOLDER])
    return {
        "type": "modal",
        "callback_id": REASON,
        "private_metadata": tag.write(),
        "title": _plain(texts.say("reason.title", language)[:VIEW_TITLE]),
        "submit": _plain(texts.say("reason.submit", language)[:VIEW_TITLE]),
        "close": _plain(texts.say("reason.close", language)[:VIEW_TITLE]),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "optional": True,
                "label": _plain(texts.say("reason.question", language)),
                "element": words | {"action_id": "reason", "placeholder": hint},
            }
        ],
    }


def read_reason(state: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what was written into the form that asks why."""
    return _value(state.get("reason", {}).get("reason") or {})


class _Fields:
    """Make the input blocks of a form in one language."""

    def __init__(self, language: Language, texts: Texts) -> None:
        self._language = language
        self._texts = texts

    def select(self, name: str, options: Sequence[tuple[str, str]], chosen: str) -> Json:
        made = {value: {"text": _plain(label[:OPTION_TEXT]), "value": value} for value, label in options}
        element: Json = {"type": "static_select", "options": list(made.values())}
        if chosen in made:
            element["initial_option"] = made[chosen]
        return self._input(name, element)

    def text(self, name: str, value: str) -> Json:
        return self._input(name, {"type": "plain_text_input", "max_length": 60} | _initial(value))

    def number(self, name: str, value: str) -> Json:
        element = {"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}
        return self._input(name, element | _initial(value))

    def _input(self, name: str, element: Json) -> Json:
        hint = self._texts.label(f"form.{name}.hint", "form.choose", self._language)[:PLACEHOLDER]
        return {
            "type": "input",
            "block_id": name,
            "optional": True,
            "label": _plain(self._texts.say(f"form.{name}", self._language)),
            "element": element | {"action_id": name, "placeholder": _plain(hint)},
        }


def _initial(value: str) -> Json:
    return {"initial_value": value} if value else {}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def read_form(
    state: Mapping[str, Mapping[str, Any]],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return the (field, value) pairs that were filled in, and the (field, text key) pairs of what is wrong."""
    values = {name: value for name, block in state.items() if (value := _value(block.get(name) or {}))}
    typed = values.pop("industry_typed", "")
    if typed:
        # What somebody took the trouble to type counts more than what the list offered.
        values["industry"] = typed
    errors = []
    if "industry" not in values:
        errors.append(("industry", "form.industry.missing"))
    if not is_target(values.get("target", "")):
        errors.append(("target", "form.target.range"))
    if "monthly_spend" in values and not is_spend(values["monthly_spend"]):
        errors.append(("monthly_spend", "form.monthly_spend.unread"))
    return tuple(values.items()), tuple(errors)


def _value(element: Mapping[str, Any]) -> str:
    option = element.get("selected_option")
    found = option.get("value") if isinstance(option, Mapping) else element.get("value")
    return str(found).strip() if found is not None else ""
