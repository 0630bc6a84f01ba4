"""Plays the dialogue's transcripts as people would in Teams: through the signed door, over Redis, on the fake's cards."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.teams.tags import FORM_CODE, Tag, code_of
from bot.domain.brief import LANGUAGES, Language
from bot.ports import Choice
from bot.services.redis_teams import RedisTeams
from bot.services.texts import load_texts
from tests.adapters.teams.running import ANA, BEA, LOCALES, PEOPLE, Running, buttons_of, lines_of
from tests.fakes.teams_connector import Talk

SENTENCES = load_texts().sentences
HOUR_S = 3600.0
PERSON = re.compile(r"<@(\w+)>")
USERS = {"ana": ANA, "bob": BEA}
_BUSY = ("Show", "Forget", "Share", "Export", "Keep", "Answer")

Turn = Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Play:
    """Hold one transcript while it is played in a conversation of its own; `faults` says where it went another way."""

    bot: Running
    talk: Talk
    language: Language
    thread: str = ""
    tongues: tuple[Language, ...] = LANGUAGES
    ids: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    played: int = 0

    async def run(self, turns: Sequence[Turn]) -> None:
        """Play the turns in order, up to one that Teams has no way for; drop what is left to be done at the end."""
        for number, turn in enumerate(turns, start=1):
            await self.bot.teams.clock.sleep(30 + turn.get("after_hours", 0) * HOUR_S)
            before, done = dict(self.talk.messages), "✅" in self.bot.read(self.talk)
            if not await self._do(turn, number):
                break
            self.played += 1
            # A plan is written where the transcript says so; until then its job waits.
            await self.bot.work(writing=4 if "written" in turn else 0)
            self._compare(turn, before)
            if turn.get("written") == "done" and not done and "✅" not in self.bot.read(self.talk):
                self.faults.append(f"{number}: no plan")
        desk = self.bot.services.desk.store.desk
        for report in [one async for one in desk.reports()]:
            await desk.drop(report.job.id)

    async def _do(self, turn: Turn, number: int) -> bool:
        if "written" in turn:
            return str(turn["written"]) != "failed"
        if "pressed" in turn:
            return await self._press(turn)
        if "filled" in turn:
            return await self._fill(turn)
        await self._write(turn, number)
        return True

    async def _write(self, turn: Turn, number: int) -> None:
        """Write, edit or delete a message."""
        teams, name = self.bot.teams, str(turn.get("message", f"m{number}"))
        self.ids.setdefault(name, str(10**12 + len(teams.log) * 100 + number))
        text = self._text(turn)
        said = _with_people(teams.mention(text) if self.talk.kind != "personal" else {"text": text})
        said["attachments"] = [{"contentType": "image/png", "contentUrl": "x"}] * turn.get("files", 0)
        more: dict[str, Any] = {"id": self.ids[name], **said}
        if "edited" in turn:
            more |= {"type": "messageUpdate", "timestamp": f"t{number}"}
        if "deleted" in turn:
            more = {"type": "messageDelete", "id": self.ids.get(str(turn["deleted"]), "other")}
        activity = teams.activity(self.talk, self._user(turn), thread=self.thread, locale=self._locale, **more)
        if self.talk.kind == "channel" and not self.thread:
            self.thread = self.ids[name]
        response = await self.bot.send(activity)
        if response.status != 200:
            self.faults.append(f"{number}: {response.status}")

    async def _press(self, turn: Turn) -> bool:
        """Press the button of a card, or judge its plan by Teams' own buttons; False when there is no such button."""
        button, _, value = str(turn["pressed"]).partition("=")
        where: dict[str, Any] = {"user": self._user(turn), "thread": self.thread, "locale": self._locale}
        if button in ("good", "bad"):
            reaction = {"good": "like", "bad": "dislike"}[button]
            judged = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": ""}}
            await self.bot.invoke(self.talk, "message/submitAction", judged, writing=0, **where)
            return True
        action = await self._button(code_of(Choice(button, value, "")), int(turn.get("plan", 0)))
        if action is None:
            return False
        if action["type"] == "Action.Submit":
            await self.bot.invoke(self.talk, "task/fetch", {"data": action["data"]}, writing=0, **where)
            return True
        pressed = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": action["data"]}}
        await self.bot.invoke(self.talk, "adaptiveCard/action", pressed, writing=0, **where)
        return True

    async def _fill(self, turn: Turn) -> bool:
        """Fill in the form that is open: a card of its own, or the dialog behind a question's or a plan's button."""
        where: dict[str, Any] = {"user": self._user(turn), "thread": self.thread, "locale": self._locale}
        inputs = {name: str(value) for name, value in turn["filled"].items()}
        card = await self._button(FORM_CODE, 0)
        if card is not None:
            pressed = {"action": {"type": "Action.Execute", "verb": "form", "data": {**card["data"], **inputs}}}
            await self.bot.invoke(self.talk, "adaptiveCard/action", pressed, writing=0, **where)
            return True
        for button in ("form", "refine"):
            opening = await self._button(code_of(Choice(button, "", "")), 0)
            if opening is not None:
                dialog = await self.bot.invoke(self.talk, "task/fetch", {"data": opening["data"]}, writing=0, **where)
                sent = dialog["task"]["value"]["card"]["content"]["actions"][0]["data"] | inputs
                await self.bot.invoke(self.talk, "task/submit", {"data": sent}, writing=0, **where)
                return True
        return False

    async def _button(self, code: str, plan: int) -> dict[str, Any] | None:
        """Return the newest button with this meaning, of this plan where one is named."""
        store = self.bot.services.desk
        posts = RedisTeams(store.store.scripts, store.clock)
        for message in reversed(self.talk.messages.values()):
            for action in buttons_of(message):
                if action["data"]["c"] == code:
                    tag = Tag.read(await posts.read(f"tag/{action['data']['ai']}"))
                    if tag is not None and plan in (0, tag.plan):
                        return action
        return None

    def _compare(self, turn: Turn, before: Mapping[str, Any]) -> None:
        """Compare what was said with what the transcript expects, each as the whole sentence."""
        got = ["\n".join(lines_of(one)) for id_, one in self.talk.messages.items() if id_ not in before]
        lines = [str(line) for line in turn.get("bot") or []]
        expected = [line for line in lines if line[0].islower() or (line.startswith("OpenForm") and self._posts(turn))]
        if any(line.startswith("Write ") for line in lines):
            # Said by the job that writes, so it waits with it.
            self.owed, expected = [*self.owed, *expected], []
        if "written" in turn:
            expected, self.owed = [*self.owed, *expected], []
            # Card and document are there too now; the sentences are among them.
            missing = [line for line in expected if not any(self._fits(line, one) for one in got)]
            self.faults += [f"{turn}: nothing like {line} in {got}" for line in missing]
            return
        self.faults += [
            f"{turn}: {shown!r} is not {line}"
            for line, shown in zip(expected, got, strict=False)
            if not self._fits(line, shown)
        ]
        if len(got) != len(expected) and not any(line.startswith(_BUSY) for line in lines):
            self.faults.append(f"{turn}: said {got}")
        if any(line.startswith(_BUSY) for line in lines) and not got:
            self.faults.append(f"{turn}: silence")

    def _posts(self, turn: Turn) -> bool:
        """Say whether a form that opens is a message here: behind a button it is a dialog."""
        return "pressed" not in turn

    def _fits(self, line: str, shown: str) -> bool:
        key = re.split(r" [\[@]", line, maxsplit=1)[0]
        for sentences in (SENTENCES[tongue] for tongue in self.tongues):
            if key.startswith("OpenForm"):
                # Teams opens a form with a click only: a command alone gets the question, which has such a button.
                sentence = sentences["form.title" if sentences["form.title"] in shown else "ask.industry"]
            else:
                sentence = sentences[key]
            pattern = re.sub(r"\\\{.*?\\\}", ".+", re.escape(sentence))
            if re.match(pattern, shown, re.DOTALL):
                return True
        return False

    def _text(self, turn: Turn) -> str:
        said = turn.get("said", turn.get("edited", ""))
        text = str(said if isinstance(said, str) else said[self.language]) * int(turn.get("times", 1))
        return f"/ai-strategy {text}" if turn.get("door") == "command" else text

    def _user(self, turn: Turn) -> str:
        return USERS[turn.get("by", "ana")]

    @property
    def _locale(self) -> str:
        return LOCALES[self.language]


def _with_people(said: dict[str, Any]) -> dict[str, Any]:
    """Return a message that names people as Teams does."""
    entities = list(said.get("entities") or [])
    for name in PERSON.findall(said["text"]):
        tag = f"<at>{PEOPLE[USERS[name]]}</at>"
        said["text"] = said["text"].replace(f"<@{name}>", tag)
        entities.append({"type": "mention", "text": tag, "mentioned": {"id": USERS[name], "name": PEOPLE[USERS[name]]}})
    return {**said, "entities": entities}
