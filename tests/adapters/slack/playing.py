"""Play a transcript: people of its own in a channel of their own, what they do turn by turn, and what they then read."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.brief import Language
from bot.domain.terms import HEADINGS, SectionId
from bot.services.industry_book import industry_book
from bot.services.texts import load_texts
from tests.adapters.slack.running import Running
from tests.fakes.slack_delivery import Delivery
from tests.fakes.slack_forms import chosen, find_elements
from tests.fakes.slack_town import BOT, TEAM
from tests.fakes.slack_transcript import show_blocks, show_message
from tests.fakes.slack_world import Channel, Message, Person

TEXTS = load_texts()
TALKS = Path(__file__).parent / "talks"
BETWEEN_S = 120.0
"""Each transcript begins two minutes after the last one, so that the calls of one are no burden for the next."""
READABLE = 1_500
PLAN: tuple[SectionId, ...] = ("verdict", "plan", "tco", "risks", "decision", "sources")
Line = Mapping[str, Any]


def talks() -> dict[str, Line]:
    """Read all transcripts by their name."""
    found = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(TALKS.glob("*.yaml"))]
    return {name: talk for talks in found for name, talk in talks.items()}


@dataclass(slots=True)
class Play:
    """Hold one transcript while it is played: `said` is each person's last message, `clicked` the last click."""

    bot: Running
    language: Language
    here: str = ""
    other: str = ""
    people: dict[str, str] = field(default_factory=dict)
    said: dict[str, Message] = field(default_factory=dict)
    clicked: Delivery | None = None
    thread: str = ""

    def __post_init__(self) -> None:
        world = self.bot.slack.world
        world.clock.advance(BETWEEN_S)
        for name in ("ana", "bob"):
            person = Person(id=world.next_id("U0"), name=name.title(), team_id=TEAM)
            self.people[name] = person.id
            world.people[person.id] = person
        both = {*self.people.values(), BOT}
        for name in ("here", "other"):
            channel = Channel(id=world.next_id("C0"), name=name, team_id=TEAM, members=set(both))
            world.channels[channel.id] = channel
            setattr(self, name, channel.id)

    async def take(self, line: Line) -> None:
        """Play one turn and hold what everybody reads against what the transcript says."""
        before = self._shown()
        deed = next(name for name in DEEDS if name in line)
        await DEEDS[deed](self, self.people[str(line.get("by", "ana"))], self._words(line[deed]), line)
        if "see" not in line:
            return
        if deed != "until":
            await self.bot.idle()
        now = self._shown()
        fresh = {name: text for name, text in now.items() if before.get(name) != text}
        read = "\n".join(fresh.values())
        for wanted in self._words(line["see"]):
            self._expect(wanted, read)
        if "alone" in line:
            told = {message.ephemeral_to for message in self._messages() if self._name(message) in fresh}
            _hold(told == {self.people[line["alone"]]}, f"{told} see it", read)

    def _expect(self, wanted: str, read: str) -> None:
        if wanted == "nothing":
            _hold(read == "", "something was said", read)
        elif wanted == "plan":
            for section in PLAN:
                heading = re.escape(HEADINGS[section][self.language])
                found = len(re.findall(rf"# (?:\d\. )?{heading}", read))
                _hold(found == 1, f"{found} times {heading}", read)
        else:
            _hold(self._sentence(wanted) in read, f"{wanted} is missing: {self._sentence(wanted)}", read)

    def _sentence(self, wanted: str) -> str:
        """Return the sentence `key name=value …` stands for, in the language of the talk."""
        key, *pairs = wanted.split(" ")
        params = {name: self._value(name, value) for name, value in (pair.split("=", 1) for pair in pairs)}
        language: Any = params.pop("language", self.language)
        return TEXTS.say(key, language, **params).replace("\u00a0", " ").replace("\u202f", " ")

    def _value(self, name: str, value: str) -> object:
        if name == "industry":
            return industry_book().name(value, self.language)
        if name == "user":
            return self.people[value]
        return float(value) if re.fullmatch(r"[\d.]+", value) else value

    def _words(self, words: Any) -> Any:
        found = words[self.language] if isinstance(words, Mapping) and self.language in words else words
        if isinstance(found, str):
            found = re.sub(r"<@(\w+)>", lambda name: f"<@{self.people[name[1]]}>", found)
        return found

    def _messages(self) -> Iterator[Message]:
        world = self.bot.slack.world
        mine = set(self.people.values())
        for channel in world.channels.values():
            if mine & channel.members:
                yield from (each for each in channel.messages if not each.deleted and each.user not in mine)

    def _name(self, message: Message) -> str:
        return f"{message.channel}/{message.ts}"

    def _shown(self) -> dict[str, str]:
        """Return everything the bot shows these people: messages, forms and homes."""
        world = self.bot.slack.world
        shown = {self._name(each): "\n".join(show_message(world, each)) for each in self._messages()}
        for user in self.people.values():
            for view_id in world.stacks.get(user, []):
                body = world.views[view_id].body
                shown[view_id] = "\n".join([f"({body['title']['text']})", *show_blocks(body["blocks"])])
            if user in world.homes:
                shown[f"home/{user}"] = "\n".join(show_blocks(world.homes[user].body["blocks"]))
        return {name: text.replace("\u00a0", " ").replace("\u202f", " ") for name, text in shown.items()}

    # what people do

    async def command(self, user: str, text: str, line: Line) -> None:
        """Type the command; it is answered within Slack's three seconds."""
        outcome = await self.bot.slack.people.send_command(user, self.here, text)
        assert outcome.status == 200

    async def mention(self, user: str, text: str, line: Line) -> None:
        """Mention the bot in the channel, or in the thread of the talk."""
        self.said[user] = await self.bot.slack.people.say(user, self.here, f"<@{BOT}> {text}", self.thread or None)
        self.thread = self.thread or self.said[user].ts

    async def dm(self, user: str, text: str, line: Line) -> None:
        """Write to the bot directly."""
        text = text * int(line.get("times", 1))
        message, events = self.bot.slack.people.type(user, BOT, text, self.thread if line.get("threaded") else None)
        if "file" in line:
            events[0].payload["event"] |= {"subtype": "file_share", "files": [{"id": "F1", "name": line["file"]}]}
        for event in events:
            await self.bot.slack.people.courier.bring_until_taken(event)
        self.said[user] = message

    async def burst(self, user: str, texts: list[str], line: Line) -> None:
        """Write several direct messages without waiting for an answer."""
        for text in texts:
            await self.bot.slack.people.say(user, BOT, text)

    async def press(self, user: str, button: str, line: Line) -> None:
        """Press the newest button of this name and value that they see, or one of the oldest message that has it."""
        people = self.bot.slack.people
        if button == "again":
            assert self.clicked is not None
            await people.courier.bring(self.clicked)
            return
        name, _, value = button.partition("=")
        value = self.other if value == "other" else value
        message, action = self._find(user, name, value or None, oldest=bool(line.get("oldest")))
        self.clicked = people.click(user, message, action, value or None)
        await people.courier.bring(self.clicked)

    def _find(self, user: str, name: str, value: str | None, *, oldest: bool) -> tuple[Message, str]:
        found = [
            (message, element["action_id"])
            for message in self._messages()
            if message.ephemeral_to in (None, user) and user in self.bot.slack.world.channels[message.channel].members
            for block in message.blocks
            for element in block.get("elements", [])
            if str(element.get("action_id")).startswith(f"say/{name}/") and chosen(element, value) is not None
        ]
        assert found, f"nobody sees {name}={value}"
        return min(found, key=lambda one: one[0].ts) if oldest else max(found, key=lambda one: one[0].ts)

    async def home(self, user: str, button: str, line: Line) -> None:
        """Open the home tab, or press something there."""
        people, homes = self.bot.slack.people, self.bot.slack.world.homes
        if not button:
            homes.pop(user, None)
            await people.open_home(user)
            await self.bot.until(lambda: user in homes)
            return
        name, _, value = button.partition("=")
        elements = [element for block in homes[user].body["blocks"] for element in block.get("elements", [])]
        action = next(one["action_id"] for one in elements if str(one.get("action_id")).startswith(f"say/{name}/"))
        assert next(find_elements(homes[user].body["blocks"], action))
        await people.press_in_view(user, action, value or None, home=True)

    async def form(self, user: str, values: Mapping[str, Any], line: Line) -> None:
        """Wait for the form and send it, filled in."""
        await self.bot.until(lambda: bool(self.bot.slack.world.stacks.get(user)))
        filled = {name: str(self._words(value)) for name, value in values.items()}
        outcome = await self.bot.slack.people.submit_view(user, filled)
        errors = {name: self._sentence(key) for name, key in line.get("errors", {}).items()}
        assert outcome.json().get("errors", {}) == errors

    async def shortcut(self, user: str, name: str, line: Line) -> None:
        """Use the global shortcut, or the one on somebody's message."""
        people = self.bot.slack.people
        if name == "new":
            await people.shortcut(user, "new_strategy")
            return
        message, _ = people.type(self.people["bob"], self.here, name)
        await people.message_shortcut(user, message, "strategy_from_message")

    async def edit(self, user: str, text: str, line: Line) -> None:
        """Edit their last message."""
        await self.bot.slack.people.edit(self.said[user], text)

    async def delete(self, user: str, _: Any, line: Line) -> None:
        """Delete their last message."""
        await self.bot.slack.people.delete(self.said[user])

    async def wait(self, user: str, hours: float, line: Line) -> None:
        """Let time go by, for everybody."""
        self.bot.slack.clock.advance(hours * 3600)

    async def hold(self, user: str, method: str, line: Line) -> None:
        """Keep Slack from answering a method, or with `end` let all go on."""
        if method == "end":
            for hold in self.bot.slack.gate.holds.values():
                hold.release()
            self.bot.slack.gate.holds.clear()
            return
        self.bot.slack.hold(method)

    async def until(self, user: str, sentence: str, line: Line) -> None:
        """Wait until a sentence stands somewhere."""
        await self.bot.until(lambda: self._sentence(sentence) in "\n".join(self._shown().values()))

    async def in_thread(self, user: str, text: str, line: Line) -> None:
        """Go on in the thread of the card: mention the bot there."""
        card = max((each for each in self.bot.cards(self.here)), key=lambda each: each.ts)
        await self.bot.slack.people.say(user, self.here, f"<@{BOT}> {text}", card.ts)


def _hold(holds: bool, claim: str, read: str) -> None:
    """Fail with a claim and the end of what was read; pytest's own comparison takes minutes for a whole plan."""
    if not holds:
        pytest.fail(f"{claim}\n… {read[-READABLE:]}", pytrace=False)


DEEDS: Mapping[str, Callable[..., Any]] = {
    name: getattr(Play, name)
    for name in (
        "command", "mention", "dm", "burst", "press", "home", "form", "shortcut", "edit", "delete", "wait", "hold",
        "until", "in_thread",
    )
}  # fmt: skip
