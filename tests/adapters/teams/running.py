"""The whole bot in one process over a fake Teams: its real door, its jobs, a store; and what people see of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web

from adapters.teams.pages import words_of
from bot.domain.errors import BotError
from bot.settings import Settings, read_settings
from bot.wiring import Services, open_services
from tests.fakes.teams_connector import APP_ID, SECRET, TENANT, FakeTeams, Talk

ANA, BEA = "29:1ana-xxxxxxxxxxxxxxxxxxx", "29:1bea-yyyyyyyyyyyyyyyyyyy"
PEOPLE = {ANA: "Ana García", BEA: "Bea Sousa"}
LOCALES = {"es": "es-ES", "en": "en-GB", "pt": "pt-BR"}
SENT = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Running:
    """Be the running bot and the Teams it lives in."""

    teams: FakeTeams
    services: Services
    url: str
    session: aiohttp.ClientSession
    personal: Talk = field(init=False)
    group: Talk = field(init=False)
    channel: Talk = field(init=False)

    def __post_init__(self) -> None:
        self.personal = self.teams.add(Talk(id="a:1ana_chat", kind="personal", members={ANA: PEOPLE[ANA]}))
        self.group = self.teams.add(Talk(id="19:group@thread.v2", kind="groupChat", members=dict(PEOPLE)))
        self.channel = self.teams.add(
            Talk(id="19:general@thread.tacv2", kind="channel", team="19:team@thread.tacv2", members=dict(PEOPLE))
        )

    async def send(self, activity: Mapping[str, Any], *, token: str | None = None) -> aiohttp.ClientResponse:
        """Send an activity to the door, signed by the channel unless told otherwise."""
        headers = {"Authorization": f"Bearer {self.teams.sign() if token is None else token}"}
        response = await self.session.post(self.url, json=activity, headers=headers if token != "" else {})
        await response.read()
        return response

    async def say(self, talk: Talk, text: str, *, user: str = ANA, thread: str = "", **more: Any) -> str:
        """Write a message (mentioning the bot outside a personal chat) and have all jobs done; returns its id."""
        said = {"text": text, "textFormat": "plain"}
        locale = more.pop("locale", "es-ES")
        if talk.kind != "personal":
            said = self.teams.mention(text)
        activity = self.teams.activity(talk, user, thread=thread, locale=locale, **said, **more)
        response = await self.send(activity)
        assert response.status == 200, response.status
        await self.work()
        return str(activity["id"])

    async def invoke(
        self,
        talk: Talk,
        name: str,
        value: Mapping[str, Any],
        *,
        user: str = ANA,
        thread: str = "",
        writing: int = 4,
        **more: Any,
    ) -> dict[str, Any]:
        """Send an invoke and return its answer; the jobs it leads to are done."""
        activity = self.teams.activity(talk, user, thread=thread, type="invoke", name=name, value=dict(value), **more)
        response = await self.send(activity)
        assert response.status == 200, response.status
        found: dict[str, Any] = await response.json()
        await self.work(writing=writing)
        return found

    async def press(
        self, talk: Talk, label: str, *, user: str = ANA, thread: str = "", **inputs: str
    ) -> dict[str, Any]:
        """Press the last button with this label, with what is filled in beside it."""
        action = self.button(talk, label)
        data = {**action.get("data", {}), **inputs}
        if action["type"] == "Action.Submit":
            return await self.invoke(talk, "task/fetch", {"data": data}, user=user, thread=thread)
        value = {"action": {"type": "Action.Execute", "verb": action["verb"], "data": data}, "trigger": "manual"}
        return await self.invoke(talk, "adaptiveCard/action", value, user=user, thread=thread)

    def button(self, talk: Talk, label: str) -> dict[str, Any]:
        """Return the last button with this label."""
        for message in reversed(talk.messages.values()):
            for action in buttons_of(message):
                if action["title"] == label:
                    return action
        raise AssertionError(
            f"no button {label!r}: {[a['title'] for m in talk.messages.values() for a in buttons_of(m)]}"
        )

    async def work(self, *, writing: int = 4) -> None:
        """Do all jobs, and those that were put off; without `writing`, plans wait to be written."""
        jobs = self.services.desk.store.jobs
        while True:
            claimed = await jobs.claim("w1", free=4, writing=writing, reclaim=False)
            for one in claimed:
                try:
                    ours = await self.services.drain(one) if one.job.kind == "drain" else one
                    if ours:
                        await self.services.perform(ours)
                except BotError as error:
                    await jobs.retry(one, after_s=5.0, reason=str(error))
                else:
                    await jobs.done(one)
            if not claimed:
                if not await self._has_waiting(writing):
                    return
                await self.teams.clock.sleep(1.0)

    async def _has_waiting(self, writing: int) -> bool:
        """Say whether there is a job that `work` does."""
        return any([writing > 0 or one.lane != "write" async for one in self.services.desk.store.desk.reports()])

    def read(self, talk: Talk, *, thread: str = "") -> str:
        """Return a conversation as people read it."""
        ending = f";messageid={thread}" if thread else ""
        shown = [one for one in talk.messages.values() if one["conversation"].endswith(ending)]
        return "\n".join("\n".join(lines_of(one)) for one in shown)


def buttons_of(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    found: list[dict[str, Any]] = []
    for attachment in message.get("attachments") or []:
        for element in attachment["content"]["body"]:
            found += element.get("actions", [])
    return found


def lines_of(message: Mapping[str, Any]) -> list[str]:
    """Return a message as lines."""
    lines = [message["text"]] if message.get("text") else []
    for attachment in message.get("attachments") or []:
        for element in attachment["content"]["body"]:
            lines.append("".join(words_of(element)))
            lines += [f"[{action['title']}]" for action in element.get("actions", [])]
    return lines


def settings_for(teams: FakeTeams, redis_url: str | None, **more: str) -> Settings:
    """Return the settings of a bot for this Teams, in a namespace of its own."""
    return read_settings(
        {
            "TEAMS_APP_ID": APP_ID,
            "TEAMS_APP_PASSWORD": SECRET,
            "TEAMS_TENANT_ID": TENANT,
            "TEAMS_KEYS_URL": f"{teams.address}/openid",
            "TEAMS_AUTHORITY": teams.address,
            "TEAMS_LOOPBACK": "true",
            "REDIS_URL": redis_url or "",
            "REDIS_NAMESPACE": uuid4().hex,
            **more,
        }
    )


@asynccontextmanager
async def run_bot(teams: FakeTeams, redis_url: str | None = None, **more: str) -> AsyncIterator[Running]:
    """Run the door of the bot for a fake Teams; its jobs are done by `Running.work`."""
    settings = settings_for(teams, redis_url, **more)
    async with open_services(settings, {}, clock=teams.clock) as services, aiohttp.ClientSession() as session:
        app = web.Application()
        for (method, path), door in services.doors.items():
            app.router.add_route(method, path, door)
        runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
            yield Running(teams, services, url, session)
        finally:
            await runner.cleanup()
