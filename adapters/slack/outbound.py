"""The Chat port in Slack: sentences, the card and its thread, forms."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import aiohttp

from adapters.form_values import values_of
from adapters.slack.calls import Caller, reason_of
from adapters.slack.cards import message_blocks, message_text
from adapters.slack.forms import build_form, build_reason
from adapters.slack.limits import ANSWERS, ELSEWHERE
from adapters.slack.posting import SILENT, Content, Posting, Spot
from adapters.slack.rhythm import Rhythms
from adapters.slack.showing import Showing
from adapters.slack.store import Answers, Posts
from adapters.slack.streaming import Stop, Streaming
from adapters.slack.tags import SLOTS, FormTag
from adapters.slack.taken import OPENED, Form
from bot.domain.brief import Language
from bot.domain.errors import ChatError
from bot.domain.events import ConversationRef
from bot.domain.industries import IndustryBook
from bot.domain.talk.state import State
from bot.ports import Attempt, Choice, Message, PlanView, Texts

log = logging.getLogger(__name__)

WORDS_S = 10.0
"""How long a call may wait for the workspace's pace: somebody waits for words."""
_DIRECT = ("D", "U", "W")
_USERS = ("U", "W")
_NOT_FOR_THEM = ELSEWHERE | {"user_not_in_channel"}


@dataclass(slots=True, kw_only=True)
class SlackChat:
    """Talk in Slack; `language` is the one where nothing is known of the conversation.

    `currencies` are those of a spend, as the price book has them now.
    `stop` ends a plan whose stream somebody stopped in Slack; with `streams` plans are streamed.
    """

    caller: Caller
    posts: Posts
    answers: Answers
    texts: Texts
    industries: IndustryBook
    currencies: Callable[[], Sequence[str]]
    session: aiohttp.ClientSession
    rhythms: Rhythms
    language: Language
    stop: Stop
    streams: bool
    _direct: dict[tuple[str, str], str] = field(default_factory=dict)

    async def say(self, to: ConversationRef, message: Message, *, key: str, by: Attempt | None = None) -> None:
        """Post a message once, or show it to one user alone. Raises ChatError or StoreError (`error.lease_lost`)."""
        shown, text = replace(message, choices=self._choices(message)), message_text(message)
        pages = [Content(text=text, blocks=blocks, plain=text) for blocks in message_blocks(shown, to)]
        if message.only_to and not to.channel.startswith(_DIRECT):
            for content in pages:
                await self._whisper(to, message.only_to, content, by=by)
            return
        spot, name = await self._spot(to), f"say/{key}"
        if len(pages) == 1:
            # Nothing is kept of it: right after it the job itself keeps that this was said.
            since_ms = by.since_ms if by else 0
            if (by and by.first) or not await self._posting.find(spot, f"{name}/0", since_ms=since_ms):
                await self._posting.post(spot, pages[0], key=f"{name}/0", patience_s=WORDS_S, by=by)
            return
        for page, content in enumerate(pages):
            await self._posting.post_once(spot, name, str(page), content, patience_s=WORDS_S, is_edited=False, by=by)

    def _choices(self, message: Message) -> Sequence[Choice]:
        """Return the choices of a message; a question for a slot also offers the form, which has both."""
        if message.language is None or not any(choice.button in SLOTS for choice in message.choices):
            return message.choices
        return (*message.choices, Choice("form", "", self.texts.say("button.form", message.language)))

    async def tell(self, to: ConversationRef, content: Content, *, user: str, key: str) -> None:
        """Show something to one user alone: in their direct messages as a post, elsewhere as a private one."""
        if not to.channel.startswith(_DIRECT):
            await self._whisper(to, user, content)
        elif key:
            await self._posting.post_once(await self._spot(to), f"say/{key}", "0", content, patience_s=WORDS_S)
        else:
            await self._posting.post(await self._spot(to), content, key="", patience_s=WORDS_S)

    async def post_card(self, to: ConversationRef, view: PlanView, *, key: str, by: Attempt | None = None) -> str:
        """Post the card of a plan and return `channel/ts`; where the bot may not post, with the requester alone.

        Raises ChatError or StoreError (`error.lease_lost`).
        """
        content = self._showing.card(to, view)
        spot = await self._spot(to)
        try:
            ts = await self._posting.post_once(spot, f"card/{key}", "card", content, patience_s=WORDS_S, by=by)
        except ChatError as error:
            if reason_of(error) not in ELSEWHERE or to.channel.startswith(_DIRECT):
                raise
            log.info("the card goes to the requester: %s", error)
            return await self._move(to, view, f"card/{key}")
        return f"{spot.channel}/{ts}"

    async def update_card(self, to: ConversationRef, card: str, view: PlanView) -> None:
        """Make card and thread show `view`; between two sections only as often as the pace of calls allows."""
        await self._showing.show(to, card, view)

    async def open_form(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, key: str, user: str
    ) -> None:
        """Open the form, or offer a button that does; the door has opened it already where it could."""
        # A permit opens one form, and a second offer in the thread loses nothing.
        del key
        if trigger == OPENED:
            return
        if trigger:
            try:
                await self._open(to, language, values, trigger=trigger, refine=False)
            except ChatError as error:
                log.info("a trigger had expired: %s", error)
            else:
                return
        await self._offer(to, language, user=user)

    async def show_form(self, form: Form, state: State | None, language: Language | None) -> None:
        """Open a form at once, filled with what a conversation knows, in the user's language. Raises ChatError."""
        values = values_of(state)
        language = language or (state.language if state else self.language)
        if form.reason:
            tag = FormTag(place=form.place, language=language, plan=form.plan, version=form.version)
            view = build_reason(language, tag=tag, texts=self.texts)
            await self.caller.call(form.place.tenant, "views.open", trigger_id=form.trigger, view=view)
            return
        await self._open(form.place, language, values, trigger=form.trigger, refine=form.refine)

    async def offer_form(self, place: ConversationRef, user: str) -> None:
        """Offer a button that opens the form. Raises ChatError."""
        await self._offer(place, self.language, user=user)

    @property
    def _posting(self) -> Posting:
        return Posting(caller=self.caller, posts=self.posts)

    @property
    def _showing(self) -> Showing:
        return Showing(
            posting=self._posting,
            streaming=Streaming(
                posting=self._posting, clock=self.caller.clock, texts=self.texts, stop=self.stop, enabled=self.streams
            ),
            rhythms=self.rhythms,
            texts=self.texts,
            move=self._move,
        )

    async def _move(self, to: ConversationRef, view: PlanView, name: str) -> str:
        """Post the card in the requester's direct messages, with a hint why it stands there."""
        channel = await self._direct_channel(to.tenant, view.requester)
        spot = Spot(of=to, channel=channel)
        ts = await self._posting.post_once(spot, name, "moved", self._showing.card(to, view), patience_s=WORDS_S)
        hint = Message(text=self.texts.say("say.not_in_channel", view.language), only_to=view.requester)
        thread = ConversationRef(platform="slack", tenant=to.tenant, channel=channel, thread=ts)
        await self.say(thread, hint, key=f"{name}/hint")
        return f"{channel}/{ts}"

    async def _whisper(self, to: ConversationRef, user: str, content: Content, *, by: Attempt | None = None) -> None:
        """Show something to one user: as the command's own answer, in the channel, or in direct messages."""
        if to.command and await self._answer(to.command, content, by=by):
            return
        try:
            await self.caller.call(
                to.tenant,
                "chat.postEphemeral",
                patience_s=WORDS_S,
                by=by,
                channel=to.channel,
                user=user,
                thread_ts=to.thread or None,
                **SILENT_THERE,
                **content.body(),
            )
        except ChatError as error:
            if reason_of(error) not in _NOT_FOR_THEM:
                raise
            spot = Spot(of=to, channel=await self._direct_channel(to.tenant, user))
            await self._posting.post(spot, content, key="", patience_s=WORDS_S, by=by)

    async def _answer(self, command: str, content: Content, *, by: Attempt | None = None) -> bool:
        """Answer a command privately; False when its address is unknown, used up or too old."""
        url = await self.answers.take_answer(command, most=ANSWERS, by=by)
        if not url:
            return False
        body = {"response_type": "ephemeral", "replace_original": False, **content.body()}
        try:
            async with self.session.post(url, json=body) as response:
                return response.status == HTTPStatus.OK
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("a command could not be answered at its address: %s", type(error).__name__)
            return False

    async def _open(
        self, to: ConversationRef, language: Language, values: Mapping[str, str], *, trigger: str, refine: bool
    ) -> None:
        tag = FormTag(place=to, language=language)
        view = build_form(
            language,
            values,
            tag=tag,
            texts=self.texts,
            industries=self.industries,
            currencies=self.currencies(),
            refine=refine,
        )
        await self.caller.call(to.tenant, "views.open", trigger_id=trigger, view=view)

    async def _offer(self, to: ConversationRef, language: Language, *, user: str) -> None:
        button = Choice("form", "", self.texts.say("button.form", language))
        message = Message(text=self.texts.say("form.offer", language), choices=(button,), only_to=user or None)
        content = Content(text=message_text(message), blocks=message_blocks(message, to)[0])
        if to.command and await self._answer(to.command, content):
            return
        if user and not to.channel.startswith(_DIRECT):
            await self._whisper(to, user, content)
            return
        await self._posting.post(await self._spot(to), content, key="", patience_s=WORDS_S)

    async def _spot(self, to: ConversationRef) -> Spot:
        channel = to.channel
        if channel.startswith(_USERS):
            channel = await self._direct_channel(to.tenant, channel)
        return Spot(of=to, channel=channel, thread=to.thread)

    async def _direct_channel(self, tenant: str, user: str) -> str:
        known = self._direct.get((tenant, user))
        if known is None:
            opened = await self.caller.call(tenant, "conversations.open", patience_s=WORDS_S, users=user)
            known = self._direct[tenant, user] = str(opened["channel"]["id"])
        return known


SILENT_THERE = {name: value for name, value in SILENT.items() if not name.startswith("unfurl")}
"""What keeps a private message literal; it has no previews that could be turned off."""
