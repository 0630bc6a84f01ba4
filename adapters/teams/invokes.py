"""Answers to invokes of Teams: clicks on cards, dialogs, the message extension, feedback; each within five seconds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from adapters.form_values import values_of
from adapters.teams.cards import answered_card
from adapters.teams.connector import Connector, Refused
from adapters.teams.finding import find_strategies, nothing_found
from adapters.teams.forms import form_card, form_dialog, form_elements, read_form
from adapters.teams.inbound import press, read_click, read_feedback
from adapters.teams.listening import Listening, is_stranger
from adapters.teams.outbound import about_name
from adapters.teams.pages import CARD_TYPE, card_activity
from adapters.teams.tags import FORM_CODE, PICK_CODE, SLOTS, Tag, chosen
from adapters.teams.taken import Click, Sender
from bot.domain.brief import Language
from bot.domain.events import ConversationRef
from bot.domain.industries import IndustryBook
from bot.ports import History, Texts

Json = dict[str, Any]
Body = Mapping[str, Any]

_ANSWERS = SLOTS | {"yes", "no"}
_WORDS = "application/vnd.microsoft.activity.message"
_START = "start"
_CALL_S = 3.0
_NOT_THERE = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""How Teams says that somebody has not added the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invokes:
    """Answer invokes by their names; `currencies` are those of a spend."""

    listening: Listening
    connector: Connector
    history: History
    texts: Texts
    industries: IndustryBook
    currencies: Callable[[], Sequence[str]]
    language: Language

    async def answer(self, name: str, body: Body, sender: Sender) -> Json | None:
        """Return the answer to an invoke; None for one the bot has no use for. Raises StoreError or ChatError."""
        known: Mapping[str, Callable[[Body, Sender], Awaitable[Json]]] = {
            "adaptiveCard/action": self._act,
            "task/fetch": self._open,
            "task/submit": self._submit,
            "composeExtension/fetchTask": self._start,
            "composeExtension/submitAction": self._started,
            "composeExtension/query": self._find,
            "message/submitAction": self._judge,
        }
        answerer = known.get(name)
        return await answerer(body, sender) if answerer else None

    def sorry(self, name: str, sender: Sender, key: str) -> Json:
        """Return a sentence as the answer to an invoke."""
        sentence = self.texts.say(key, sender.hint or self.language)
        if name.startswith("task/"):
            return _task_words(sentence)
        return nothing_found(sentence) if name.startswith("composeExtension/") else _words(sentence)

    async def _act(self, body: Body, sender: Sender) -> Json:
        """Answer a click on a card: a question turns into its answer, a plan's card says that it was heard."""
        action = _part(_part(body, "value"), "action")
        click = read_click(_part(action, "data"))
        tag = await self.listening.look_up(sender, click) if click else None
        if click is None or tag is None:
            return self.sorry("", sender, "say.button_old")
        state = await self.listening.state(tag.place)
        language = (state.language if state else tag.language) or sender.hint or self.language
        if click.code == FORM_CODE:
            if is_stranger(state, sender.user):
                return _words(self.texts.say("teams.not_yours", language))
            return await self._send_form(click, tag, sender, language)
        choice = chosen(tag, click.code, click.values)
        if choice is None:
            return self.sorry("", sender, "share.choose" if click.code == PICK_CODE else "say.button_old")
        await self.listening.use(sender, click, tag)
        if click.code == PICK_CODE:
            return _card(answered_card(tag.text, choice.label))
        if choice.button in _ANSWERS and not tag.plan and not is_stranger(state, sender.user):
            return _card(answered_card(tag.text, choice.label))
        return _words(self.texts.say("teams.received", language))

    async def _send_form(self, click: Click, tag: Tag, sender: Sender, language: Language) -> Json:
        """Take in the form of a card; a wrong field keeps it open."""
        values, errors = read_form(click.values, target_needed=not tag.plan)
        if errors:
            fields = self._fields(language, dict(click.values), refine=False, errors=errors)
            elements = form_card(click.tag, language, fields, texts=self.texts)
            return _card(card_activity(elements, summary="")["attachments"][0]["content"])
        await self.listening.fill(sender, click, tag.place, values)
        return _card(answered_card(self.texts.say("form.title", language), self.texts.say("teams.received", language)))

    async def _open(self, body: Body, sender: Sender) -> Json:
        """Open the dialog, filled with what the conversation knows."""
        click = read_click(_part(_part(body, "value"), "data"))
        tag = await self.listening.look_up(sender, click) if click else None
        if click is None or tag is None:
            return self.sorry("task/", sender, "say.button_old")
        state = await self.listening.state(tag.place)
        language = (state.language if state else tag.language) or sender.hint or self.language
        if is_stranger(state, sender.user):
            return _task_words(self.texts.say("teams.not_yours", language))
        choice = tag.choices.get(click.code)
        refine = choice is not None and choice.button == "refine"
        return self._dialog(click.tag, language, values_of(state), refine=refine)

    async def _submit(self, body: Body, sender: Sender) -> Json:
        """Take in the dialog; a wrong field keeps it open."""
        click = read_click(_part(_part(body, "value"), "data"))
        tag = await self.listening.look_up(sender, click) if click else None
        if click is None or tag is None:
            return self.sorry("task/", sender, "say.button_old")
        state = await self.listening.state(tag.place)
        language = (state.language if state else tag.language) or sender.hint or self.language
        if is_stranger(state, sender.user):
            return _task_words(self.texts.say("teams.not_yours", language))
        values, errors = read_form(click.values, target_needed=not tag.plan)
        if errors:
            return self._dialog(click.tag, language, dict(click.values), refine=bool(tag.plan), errors=errors)
        await self.listening.fill(sender, click, tag.place, values)
        return _task_words(self.texts.say("teams.received", language))

    async def _start(self, body: Body, sender: Sender) -> Json:
        """Open the form from the message extension."""
        del body
        return self._dialog(_START, sender.hint or self.language, {}, refine=False)

    async def _started(self, body: Body, sender: Sender) -> Json:
        """Take in a form of the message extension: the strategy is written in the personal chat."""
        click = read_click(_part(_part(body, "value"), "data")) or Click(tag=_START, code=FORM_CODE)
        language = sender.hint or self.language
        values, errors = read_form(click.values)
        if errors:
            return self._dialog(_START, language, dict(click.values), refine=False, errors=errors)
        try:
            channel = await self.connector.chat_with(sender.reference, sender.user, patience_s=_CALL_S)
        except Refused as error:
            if error.status not in _NOT_THERE:
                raise
            return _task_words(self.texts.say("teams.add_me", language))
        tenant = sender.place.tenant
        chat = replace(sender.reference, kind="personal", channel=channel, team="")
        place = ConversationRef(platform="teams", tenant=tenant, channel=channel)
        await self.listening.fill(replace(sender, reference=chat), click, place, values)
        return _task_words(self.texts.say("teams.started", language))

    async def _find(self, body: Body, sender: Sender) -> Json:
        """Find one's own strategies."""
        records = await self.history.of_user(sender.place.tenant, sender.user)
        if not records:
            return nothing_found(self.texts.say("say.history_empty", sender.hint or self.language))
        return find_strategies(records, _wanted(_part(body, "value")))

    async def _judge(self, body: Body, sender: Sender) -> Json:
        """Take in a judgement of a message of a plan; one we know nothing of is about the newest plan there."""
        judged = read_feedback(body)
        if judged is None:
            return {}
        about = await self.listening.posts.read(about_name(sender.place, judged.message))
        taken = press(
            sender,
            name=f"{judged.message}/{judged.verdict}",
            place=ConversationRef.parse(about["place"]) if about else sender.place,
            button=judged.verdict,
            value=judged.comment,
            plan=int(about.get("plan", 0)),
            version=int(about.get("version", 0)),
        )
        if taken.event and (about or await self.listening.state(sender.place)):
            await self.listening.hear(taken.event, taken.keys, sender.reference)
        return {}

    def _dialog(
        self, tag: str, language: Language, values: Mapping[str, str], *, refine: bool, errors: tuple[str, ...] = ()
    ) -> Json:
        fields = self._fields(language, values, refine=refine, errors=errors)
        return form_dialog(tag, language, fields, texts=self.texts)

    def _fields(
        self, language: Language, values: Mapping[str, str], *, refine: bool, errors: tuple[str, ...]
    ) -> tuple[Json, ...]:
        return form_elements(
            language,
            values,
            texts=self.texts,
            industries=self.industries,
            currencies=self.currencies(),
            refine=refine,
            errors=errors,
        )


def _wanted(value: Body) -> str:
    given = value.get("parameters") or ()
    texts = [str(one.get("value") or "") for one in given if isinstance(one, Mapping) and one.get("name") == "query"]
    return " ".join(texts)


def _words(sentence: str) -> Json:
    return {"statusCode": 200, "type": _WORDS, "value": sentence}


def _card(card: Json) -> Json:
    return {"statusCode": 200, "type": CARD_TYPE, "value": card}


def _task_words(sentence: str) -> Json:
    return {"task": {"type": "message", "value": sentence}}


def _part(body: Body, name: str) -> Body:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}
