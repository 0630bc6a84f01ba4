"""The Chat port in Teams: sentences, the living card and the messages under it, forms."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from adapters.markdown import cut_string
from adapters.safe import bare, unlink
from adapters.teams.cards import message_cards, plan_card
from adapters.teams.closing import closing_activity
from adapters.teams.connector import Connector, Refused
from adapters.teams.forms import form_card, form_elements
from adapters.teams.limits import EDIT_EVERY_S, PAGE_BYTES
from adapters.teams.pages import card_activity, digest_of, lay_out
from adapters.teams.posting import Post, Posting, Spot
from adapters.teams.prose import TextFormat
from adapters.teams.reference import Reference
from adapters.teams.store import Posts, References
from adapters.teams.streaming import Stop, Streaming
from adapters.teams.tags import SLOTS, Tag, coded, tag_of
from bot.domain.brief import Language
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.domain.industries import IndustryBook
from bot.ports import Attempt, Choice, Clock, Message, PlanView, SectionView, Texts

log = logging.getLogger(__name__)

Json = dict[str, Any]

# How long a call may wait for the conversation's pace: somebody waits for words, nobody for a progress line.
WORDS_S, BETWEEN_S, LAST_S = 10.0, 4.0, 30.0
_AT_TAG = re.compile(r"</?at\b[^>]*>", re.IGNORECASE)
_PERSON = re.compile(r"29:[\w-]{10,}")
_MARKUP = re.compile(r"[<>\[\]()*_~`#|\\@]")
_NOT_HERE = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_KEPT_EDITS = 1_000


@dataclass(slots=True, kw_only=True)
class TeamsChat:
    """Talk in Teams; `targeted` shows private words in channels to one person alone, a preview of Teams.

    `text_format` is that of streamed plans, `currencies` are those of a spend.
    """

    connector: Connector
    posts: Posts
    references: References
    texts: Texts
    industries: IndustryBook
    currencies: Callable[[], Sequence[str]]
    clock: Clock
    stop: Stop
    targeted: bool = False
    text_format: TextFormat = "markdown"
    _streaming: Streaming = field(init=False)
    _edited: dict[str, tuple[float, str]] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._streaming = Streaming(
            posting=self._posting, clock=self.clock, stop=self.stop, texts=self.texts, wished=self.text_format
        )

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Post a message once: as plain words, or as a card where it has buttons or lines.

        Raises ChatError or StoreError (`error.lease_lost`).
        """
        spot = await self._spot(to)
        name, choices = f"say/{key}", self._choices(message)
        shown = replace(message, text=await self._with_names(spot.reference, message.text), choices=choices)
        tag = Tag(
            place=to,
            language=message.language,
            plan=message.plan,
            version=message.version,
            only_to=message.only_to or "",
            text=shown.text,
            choices=coded(choices),
        )
        if choices:
            await self._keep_tag(tag_of(name), tag)
        # Plain words may lose their line breaks on the way; on a card each line is one of its own.
        on_card = bool(choices) or "\n" in shown.text.strip()
        activities = message_cards(shown, tag_of(name)) if on_card else _plain_messages(shown.text)
        for number, activity in enumerate(activities):
            await self._tell(spot, name, str(number), activity, only_to=message.only_to, by=by)

    def _choices(self, message: Message) -> Sequence[Choice]:
        """Return the choices of a message; a question for a slot also offers the dialog, which has both."""
        is_question = any(choice.button in SLOTS for choice in message.choices)
        if not is_question or message.language is None:
            return message.choices
        form = Choice("form", "", self.texts.say("button.form", message.language))
        return (*message.choices, form)

    async def tell(self, to: ConversationRef, activity: Json, *, tag: Tag, name: str, only_to: str) -> None:
        """Post a card once, with what its buttons mean. Raises ChatError."""
        await self._keep_tag(tag_of(name), tag)
        await self._tell(await self._spot(to), name, "0", activity, only_to=only_to)

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Post the card of a plan and return `channel/id`. Raises ChatError or StoreError (`error.lease_lost`)."""
        spot, name = await self._spot(to), f"card/{key}"
        tag = tag_of(name)
        await self._keep_tag(tag, _tag_of_view(to, view))
        shown = await self._card(spot, view, tag)
        id_ = await self._posting.post_once(spot, name, "card", shown, patience_s=WORDS_S, by=by)
        card = f"{to.channel}/{id_}"
        await self.posts.keep(_plan_name(to, card), {"tag": tag}, of=to)
        return card

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Make card and messages show `view`; between two sections only as often as Teams likes edits."""
        name = _plan_name(to, card)
        is_last = view.status != "writing"
        if not is_last and not self._due(f"{name}/{view.version}", view):
            return
        spot, known = await self._spot(to), await self.posts.read(name)
        patience = LAST_S if is_last else BETWEEN_S
        await self._show_sections(spot, to, name, view, known, patience)
        tag = known.get("tag") or tag_of(name)
        if view.choices:
            await self._keep_tag(tag, _tag_of_view(to, view))
        before = Post.read(known.get("card")) or Post(card.rpartition("/")[2], "")
        activity = await self._card(spot, view, tag)
        await self._posting.edit(spot, name, "card", before, activity, patience_s=patience)
        self._note(f"{name}/{view.version}", view)

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Post the form as a card; in Teams only a click can open a dialog."""
        del trigger
        name = f"form/{key}"
        fields = form_elements(
            language, values, texts=self.texts, industries=self.industries, currencies=self.currencies()
        )
        elements = form_card(tag_of(name), language, fields, texts=self.texts)
        activity = card_activity(elements, summary=self.texts.say("form.title", language))
        tag = Tag(place=to, language=language, only_to=user)
        await self.tell(to, activity, tag=tag, name=name, only_to=user)

    async def greet(self, to: ConversationRef, language: Language, *, key: str) -> None:
        """Say hello once in a conversation the bot was added to: Teams tells of it twice. Raises ChatError."""
        claim, _ = await self.posts.claim(f"welcome/{key}", "said", of=to)
        if claim == "yours":
            await self.say(to, Message(text=self.texts.say("teams.welcome", language)), key=f"welcome/{key}")

    @property
    def _posting(self) -> Posting:
        return Posting(connector=self.connector, posts=self.posts)

    async def _spot(self, to: ConversationRef) -> Spot:
        reference = Reference.read(await self.references.referred(to.tenant, to.channel))
        if reference is None:
            raise ChatError("error.teams", final=True, call="reference", reason="unknown conversation")
        return Spot(to=to, reference=reference, conversation=reference.conversation(to))

    async def _tell(
        self,
        spot: Spot,
        name: str,
        field_: str,
        activity: Json,
        *,
        only_to: str | None,
        by: Attempt | None = None,
    ) -> None:
        """Post something, to one person alone where that is wished and possible."""
        if only_to and self.targeted and spot.reference.kind != "personal":
            aimed = {**activity, "recipient": {"id": only_to, "isTargeted": True}}
            try:
                await self._posting.post_once(
                    spot, name, field_, aimed, patience_s=WORDS_S, private=True, user=only_to, by=by
                )
            except Refused as error:
                if error.status not in _NOT_HERE:
                    raise
                log.info("a private message goes to the thread: %s", error)
            else:
                return
        await self._posting.post_once(spot, name, field_, activity, patience_s=WORDS_S, user=only_to or "", by=by)

    async def _keep_tag(self, tag: str, meaning: Tag) -> None:
        await self.posts.keep(f"tag/{tag}", meaning.fields(), of=meaning.place, user=meaning.only_to)

    async def _card(self, spot: Spot, view: PlanView, tag: str) -> Json:
        private = spot.reference.kind == "personal"
        name = "" if private else await self._name(spot.reference, view.requester)
        return plan_card(view, tag, self.texts, name=name, private=private)

    async def _show_sections(
        self, spot: Spot, to: ConversationRef, name: str, view: PlanView, known: Mapping[str, str], patience_s: float
    ) -> None:
        """Show the sections: streamed into one message in a personal chat, else in messages under the card."""
        rest: tuple[SectionView, ...] | None = None
        if spot.reference.kind == "personal":
            rest = await self._streaming.show(spot, to, name, view, known, patience_s=patience_s)
        pages = lay_out(view.sections if rest is None else rest)
        await self._posting.show_pages(spot, name, view.version, pages, known, patience_s=patience_s)
        if view.status != "done":
            return
        if rest is None:
            await self._close(spot, to, name, view)
            return
        streamed = Post.read((await self.posts.read(name)).get(f"{view.version}/stream"))
        await self._remember(to, streamed.id if streamed else "", view)

    async def _close(self, spot: Spot, to: ConversationRef, name: str, view: PlanView) -> None:
        """Post the last message."""
        field_ = f"{view.version}/closing"
        id_ = await self._posting.post_once(spot, name, field_, closing_activity(view), patience_s=LAST_S)
        await self._remember(to, id_, view)

    async def _remember(self, to: ConversationRef, id_: str, view: PlanView) -> None:
        """Remember what a judgement of a message is about."""
        about = {"place": to.key(), "plan": str(view.plan), "version": str(view.version)}
        await self.posts.keep(about_name(to, id_), about, of=to)

    def _due(self, name: str, view: PlanView) -> bool:
        """Say whether a view is shown now: a new section always, a progress line only every few seconds."""
        at, sections = self._edited.get(name, (float("-inf"), ""))
        return sections != digest_of([one.id for one in view.sections]) or self.clock.monotonic() - at >= EDIT_EVERY_S

    def _note(self, name: str, view: PlanView) -> None:
        if view.status != "writing" or len(self._edited) >= _KEPT_EDITS:
            self._edited.pop(name if view.status != "writing" else next(iter(self._edited)), None)
        if view.status == "writing":
            self._edited[name] = (self.clock.monotonic(), digest_of([one.id for one in view.sections]))

    async def _with_names(self, reference: Reference, text: str) -> str:
        """Return a text that calls people by their names."""
        for person in sorted(set(_PERSON.findall(text)), key=len, reverse=True):
            text = text.replace(person, await self._name(reference, person) or "—")
        return text

    async def _name(self, reference: Reference, user: str) -> str:
        """Return how somebody is called; empty when Teams does not say."""
        key = (reference.channel, user)
        if key not in self._names:
            try:
                member = await self.connector.member(reference, user)
            except ChatError as error:
                log.info("a name could not be looked up: %s", error)
                return ""
            if len(self._names) >= _KEPT_EDITS:
                self._names.clear()
            self._names[key] = _MARKUP.sub("", bare(str(member.get("name") or ""))).strip()
        return self._names[key]


def about_name(to: ConversationRef, message: str) -> str:
    """Return the name under which the plan of a closing message is kept."""
    return f"about/{to.tenant}/{to.channel}/{message}"


def _plan_name(to: ConversationRef, card: str) -> str:
    return f"plan/{to.tenant}/{card}"


def _tag_of_view(to: ConversationRef, view: PlanView) -> Tag:
    return Tag(place=to, language=view.language, plan=view.plan, version=view.version, choices=coded(view.choices))


def _plain_messages(text: str) -> tuple[Json, ...]:
    """Return plain words as messages: nothing in them is markup, and no address in them becomes a link."""
    # A mention needs its tag and an entity; an @ alone is only a sign.
    pieces = cut_string(_AT_TAG.sub("", unlink(bare(text))), PAGE_BYTES)
    return tuple({"type": "message", "text": piece or "-", "textFormat": "plain"} for piece in pieces)
