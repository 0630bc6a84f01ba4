"""The golden cases: what the bot does in Teams, each a few calls whose payloads are kept as JSON, in three languages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from adapters.teams.assembly import Teams
from bot.domain.brief import Language
from bot.domain.events import ConversationRef
from bot.ports import Choice, Message, PlanView, Texts
from tests.adapters.teams.golden_plan import first_view, last_buttons, sections_in, summary_in
from tests.adapters.teams.running import ANA
from tests.adapters.teams.test_streaming import ROOM, TO
from tests.fakes.teams_connector import FakeTeams


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Be where a case is played."""

    teams: FakeTeams
    platform: Teams
    texts: Texts
    language: Language

    def say(self, key: str, **params: object) -> str:
        """Return a sentence in the language of the scene."""
        return self.texts.say(key, self.language, **params)

    @property
    def view(self) -> PlanView:
        """Return the view a plan begins with."""
        return first_view(self.language, self.texts)

    async def show(self, place: ConversationRef, views: tuple[PlanView, ...], *, every_s: float = 5.0) -> None:
        """Post a card and show views one after the other."""
        chat = self.platform.chat
        card = await chat.post_card(place, self.view, key="job/0")
        for view in views:
            await self.teams.clock.sleep(every_s)
            await chat.update_card(place, card, view)

    def growing(self) -> tuple[PlanView, ...]:
        """Return the views of a plan that is written to its end."""
        sections = sections_in(self.language, self.texts)
        writing = [
            replace(self.view, sections=sections[:count], progress=self.say("progress.writing", section=one.heading))
            for count, one in enumerate(sections)
        ]
        return (*writing, self.done())

    def done(self) -> PlanView:
        """Return the view of the finished plan."""
        footer = " · ".join((self.say("footer.by_planner"), self.say("footer.checked", findings=0)))
        return replace(
            self.view,
            status="done",
            progress=self.say("card.status.done"),
            question="",
            sections=sections_in(self.language, self.texts),
            choices=last_buttons(self.language, self.texts),
            footer=footer,
        )


Case = Callable[[Scene], Awaitable[None]]


async def words(scene: Scene) -> None:
    """Say plain words, and call a person by name in a channel."""
    await scene.platform.chat.say(TO, Message(text=scene.say("say.thanks")), key="k1")
    await scene.platform.chat.say(ROOM, Message(text=scene.say("hand_over.done", user=ANA)), key="k2")


async def question(scene: Scene) -> None:
    """Ask for the savings target with buttons."""
    choices = tuple(Choice("target", str(one), scene.say("button.target", value=one)) for one in (20, 30, 40, 50))
    asked = Message(
        text=scene.say("ask.target"),
        choices=(*choices, Choice("dont_know", "", scene.say("button.dont_know"))),
        language=scene.language,
    )
    await scene.platform.chat.say(TO, asked, key="k")


async def private_question(scene: Scene) -> None:
    """Ask one person alone in a channel."""
    choice = Choice("target", "40", scene.say("button.target", value=40))
    asked = Message(text=scene.say("ask.target"), choices=(choice,), only_to=ANA, language=scene.language)
    await scene.platform.chat.say(ROOM, asked, key="k")


async def personal(scene: Scene) -> None:
    """Stream a plan into a personal chat to its end."""
    await scene.show(TO, scene.growing())


async def personal_late(scene: Scene) -> None:
    """Stream a plan that takes longer than a stream may: it goes on by update."""
    await scene.show(TO, scene.growing(), every_s=52.0)


async def personal_refused(scene: Scene) -> None:
    """Show a plan in a personal chat that takes no streams."""
    scene.teams.refuses_streams = True
    await scene.show(TO, (scene.done(),))


async def personal_stopped(scene: Scene) -> None:
    """Stop a plan after its first section."""
    stopped = replace(
        scene.growing()[1],
        status="stopped",
        progress=scene.say("card.status.stopped"),
        question="",
        choices=last_buttons(scene.language, scene.texts)[:1],
    )
    await scene.show(TO, (*scene.growing()[:2], stopped))


async def channel(scene: Scene) -> None:
    """Show a plan in the thread of a channel to its end."""
    await scene.show(ROOM, scene.growing())


async def version_two(scene: Scene) -> None:
    """Show a second version, with what has changed, and one that failed."""
    changed = replace(scene.done(), version=2, changes=(scene.say("change.target", before=40, after=30),), sections=())
    failed = replace(scene.view, version=3, status="failed", progress=scene.say("error.limit.halted"), choices=())
    superseded = replace(scene.view, status="superseded", progress="", question="", choices=())
    await scene.show(ROOM, (changed, failed, superseded))


async def form(scene: Scene) -> None:
    """Post the form as a card, one field filled."""
    await scene.platform.chat.open_form(TO, scene.language, {"industry": "finance"}, trigger="", key="f", user="")


async def welcome(scene: Scene) -> None:
    """Greet."""
    await scene.platform.chat.greet(TO, scene.language, key="k")


async def sharing(scene: Scene) -> None:
    """Offer to share a plan, and share it."""
    summary = summary_in(scene.language, scene.texts)
    await scene.platform.sharing.offer(TO, summary, user=ANA, key="k")
    await scene.platform.sharing.share(ROOM, summary, channel=ROOM.channel, user=ANA, key="k")


CASES: dict[str, tuple[Case, dict[str, Any]]] = {
    "words": (words, {}),
    "question": (question, {}),
    "private_question": (private_question, {"targeted": True}),
    "personal": (personal, {}),
    "personal_extended": (personal, {"text_format": "extendedmarkdown"}),
    "personal_late": (personal_late, {}),
    "personal_refused": (personal_refused, {}),
    "personal_stopped": (personal_stopped, {}),
    "channel": (channel, {}),
    "version_two": (version_two, {}),
    "form": (form, {}),
    "welcome": (welcome, {}),
    "sharing": (sharing, {}),
}
"""Each case with the options of Teams it needs."""
