"""The whole bot in one process over a fake Slack: its real door, its worker, a store; and what people see of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from bot.commands.process import make_worker, opened_by
from bot.ports import Clock
from bot.settings import Settings, read_settings
from bot.web import Opened, Site, listening
from bot.wiring import Services, open_services
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_town import ANA
from tests.fakes.slack_world import Message
from tests.redis_server import eventually, in_flight


@dataclass(slots=True)
class HurriedClock:
    """Be a clock for the bot and its Slack on which time runs `rate` times as fast, so that nobody waits long."""

    rate: float
    ahead: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def __call__(self) -> float:
        """Return seconds since 1970."""
        return 1_795_413_600.0 + self.ahead + (time.monotonic() - self.began) * self.rate

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self.ahead += seconds

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return int(self() * 1000)

    def monotonic(self) -> float:
        """Return seconds."""
        return self()

    async def sleep(self, seconds: float) -> None:
        """Wait a part of the time."""
        await asyncio.sleep(seconds / self.rate)


@dataclass(slots=True)
class Running:
    """Be the running bot and the Slack it lives in."""

    slack: SlackServer
    services: Services
    url: str

    async def idle(self) -> None:
        """Wait until no job is left but those that were given up."""

        async def no_job() -> bool:
            return not await in_flight(self.services.desk.store)

        await eventually(no_job, within_s=60)

    async def until(self, holds: Callable[[], Awaitable[bool] | bool]) -> None:
        """Wait until something holds."""
        await eventually(holds, within_s=60)

    def last(self, channel: str, *, viewer: str = ANA) -> Message:
        """Return the last message a person sees in a channel."""
        seen = [each for each in self.slack.messages(channel) if each.ephemeral_to in (None, viewer)]
        return seen[-1]

    def cards(self, channel: str) -> list[Message]:
        """Return the bot's root messages in a channel."""
        return [
            each
            for each in self.slack.messages(channel)
            if each.bot_id and each.root == each.ts and not each.ephemeral_to
        ]

    def read(self, channel: str) -> str:
        """Return a channel as people read it."""
        return "\n".join(self.slack.transcript(channel))


def settings_for(slack: SlackServer, redis_url: str | None, **more: str) -> Settings:
    """Return the settings of a bot for this Slack, in a namespace of its own."""
    return read_settings(
        {
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.base_url,
            "REDIS_URL": redis_url or "",
            "REDIS_NAMESPACE": uuid4().hex,
            **more,
        }
    )


@asynccontextmanager
async def run_bot(
    slack: SlackServer,
    redis_url: str | None = None,
    model: OpenAIServer | None = None,
    *,
    working: bool = True,
    port: int = 0,
    clock: Clock | None = None,
    **more: str,
) -> AsyncIterator[Running]:
    """Run web and worker for a fake Slack that is entered already; `clock` is another than the machine's."""
    settings = settings_for(slack, redis_url, **(model.environ if model else {}), **more)
    loaded: asyncio.Future[Services] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        async with open_services(settings, {}, clock=clock) as services, opened_by(services) as opened:
            worker = asyncio.create_task(make_worker(settings, services).run(stop)) if working else None
            try:
                loaded.set_result(services)
                yield opened
            finally:
                stop.set()
                if worker is not None:
                    await worker

    async with listening(Site(opening), host="127.0.0.1", port=port) as taken:
        services = await loaded
        url = f"http://127.0.0.1:{taken}/slack/events"
        if "SLACK_APP_TOKEN" not in more:
            slack.connect(url)
        yield Running(slack, services, url)
