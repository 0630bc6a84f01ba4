"""The form in Teams: as a card and as a dialog, two fields or the longer one under a plan, and reading it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from adapters.form_values import is_spend, is_target, spend_to_fill_in
from adapters.teams.inbound import CODE, TAG
from adapters.teams.limits import CARD_VERSION
from adapters.teams.pages import CARD_TYPE
from adapters.teams.render import heading, line
from adapters.teams.tags import FORM_CODE
from bot.domain.brief import LANGUAGES, Deployment, Language
from bot.domain.industries import IndustryBook
from bot.ports import Texts

_TYPED = 60

Json = dict[str, Any]


def form_elements(
    language: Language,
    values: Mapping[str, str],
    *,
    texts: Texts,
    industries: IndustryBook,
    currencies: Sequence[str],
    refine: bool = False,
    errors: Sequence[str] = (),
) -> tuple[Json, ...]:
    """Return the fields, filled with what is known, under the sentences with the keys `errors`."""
    make = _Fields(language, texts)
    names = sorted((industries.name(one, language), one) for one in industries.industries)
    known = values.get("industry", "")
    fields = [
        *(_warning(texts.say(key, language)) for key in errors),
        make.select("industry", [(one, name) for name, one in names], known if known in industries else ""),
        make.text("industry_typed", "" if known in industries else known),
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
    return tuple(fields)


def form_card(tag: str, language: Language, fields: Sequence[Json], *, texts: Texts) -> tuple[Json, ...]:
    """Return the form as elements of a card in the conversation."""
    send = {
        "type": "Action.Execute",
        "title": texts.say("form.submit", language),
        "verb": FORM_CODE,
        "data": {TAG: tag, CODE: FORM_CODE},
    }
    return (heading(texts.say("form.title", language)), *fields, {"type": "ActionSet", "actions": [send]})


def form_dialog(tag: str, language: Language, fields: Sequence[Json], *, texts: Texts) -> Json:
    """Return the form as the answer to a dialog's invoke."""
    send = {
        "type": "Action.Submit",
        "title": texts.say("form.submit", language),
        "data": {TAG: tag, CODE: FORM_CODE},
    }
    card = {"type": "AdaptiveCard", "version": CARD_VERSION, "body": list(fields), "actions": [send]}
    value = {
        "title": texts.say("form.title", language),
        "height": "medium",
        "width": "medium",
        "card": {"contentType": CARD_TYPE, "content": card},
    }
    return {"task": {"type": "continue", "value": value}}


def read_form(
    values: Mapping[str, str], *, target_needed: bool = True
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the (field, value) pairs that were filled in, and the keys of the sentences about what is wrong."""
    found = {name: value for name, value in values.items() if name in _NAMES and value}
    typed = found.pop("industry_typed", "")
    if typed:
        # What somebody took the trouble to type counts more than what the list offered.
        found["industry"] = typed[:_TYPED]
    errors = []
    if "industry" not in found:
        errors.append("form.industry.missing")
    if not is_target(found.get("target", "")) and (target_needed or "target" in found):
        errors.append("form.target.range")
    if "monthly_spend" in found and not is_spend(found["monthly_spend"]):
        errors.append("form.monthly_spend.unread")
    return tuple(found.items()), tuple(errors)


_NAMES = (
    "industry",
    "industry_typed",
    "target",
    "monthly_spend",
    "currency",
    "closed_model",
    "deployment",
    "language",
)


class _Fields:
    """Make the inputs of a form in one language."""

    def __init__(self, language: Language, texts: Texts) -> None:
        self._language = language
        self._texts = texts

    def select(self, name: str, options: Sequence[tuple[str, str]], chosen: str) -> Json:
        choices = [{"title": label, "value": value} for value, label in options]
        made = self._input(name, "Input.ChoiceSet") | {"style": "compact", "choices": choices}
        return made | ({"value": chosen} if chosen in dict(options) else {})

    def text(self, name: str, value: str) -> Json:
        return self._input(name, "Input.Text") | {"maxLength": _TYPED} | ({"value": value} if value else {})

    def number(self, name: str, value: str) -> Json:
        # A text field: a number field refuses "12,5" and shows no word about it.
        return self.text(name, value)

    def _input(self, name: str, kind: str) -> Json:
        hint = self._texts.label(f"form.{name}.hint", "form.choose", self._language)
        label = self._texts.say(f"form.{name}", self._language)
        return {"type": kind, "id": name, "label": label, "placeholder": hint}


def _warning(text: str) -> Json:
    made = line(text)
    made["inlines"][0]["color"] = "Attention"
    return made
