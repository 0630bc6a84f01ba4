"""How many signed commands and mentions the door of Slack takes and answers, beside a door by hand and Bolt as documented."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

import aiohttp

from bot.services.clock import SystemClock
from tests.bench.harness import Row
from tests.bench.load import Sent, flood, http_request, pace
from tests.bench.servers import Server, ports, redis_running, started
from tests.bench.slack_rivals import SECRET, TOKEN
from tests.fakes.slack_delivery import signed_headers
from tests.redis_server import RedisServer

PATH = "/slack/events"
# Requests under way at once: Slack sends each by itself and waits for its answer, a few milliseconds.
LANES = 16
ROUNDS, COMMANDS = 15, 2000
# Long enough that the first and the last answer, which wait for nobody, do not count for much.
ANSWER_ROUNDS, MENTIONS = 7, 1000
PER_S, PACED = 400.0, 1600
# A call of Slack's takes about so long; for the acknowledgements each one takes far longer than they may.
USUAL_S, SLOW_S = 0.05, 2.0
# Jobs at a time: with Slack's usual time for a call, the default of 8 could not do more than 160 in a second.
CONCURRENCY = 64


@dataclass(slots=True)
class People:
    """Be people who type: each command and mention is one nobody sent before."""

    numbers: "count[int]" = field(default_factory=lambda: count(1))
    clock: SystemClock = field(default_factory=SystemClock)

    def command(self) -> bytes:
        """Return a signed command with the fields that Slack sends."""
        number = next(self.numbers)
        form = {
            "token": "legacy-verification-token", "team_id": "T0000001", "team_domain": "acme",
            "enterprise_id": "", "enterprise_name": "", "channel_id": f"C{number:08d}", "channel_name": "general",
            "user_id": f"U{number % 500:08d}", "user_name": "ana", "command": "/ai-strategy", "text": "finance 40",
            "api_app_id": "A0000001", "is_enterprise_install": "false",
            "response_url": f"https://hooks.example/commands/T0000001/{number}/xxxxxxxxxxxxxxxxxxxxxxxx",
            "trigger_id": f"{number}.1111111111.0123456789abcdef0123456789abcdef",
        }  # fmt: skip
        return self._signed(urlencode(form).encode(), "application/x-www-form-urlencoded")

    def mention(self) -> bytes:
        """Return a signed mention that starts a dialogue in a channel of its own."""
        number = next(self.numbers)
        stamp, bot = f"1795413600.{number:06d}", "U0000BOT"
        event = {
            "type": "app_mention", "user": f"U{number % 500:08d}", "text": f"<@{bot}> finanzas", "ts": stamp,
            "event_ts": stamp, "team": "T0000001", "channel": f"C{number:08d}", "client_msg_id": f"cmid-{number}",
        }  # fmt: skip
        allowed = {"enterprise_id": None, "team_id": "T0000001", "user_id": bot, "is_bot": True}
        payload = {
            "token": "legacy-verification-token", "team_id": "T0000001", "api_app_id": "A0000001", "event": event,
            "type": "event_callback", "event_id": f"Ev{number:08d}", "event_time": 1795413600,
            "authorizations": [allowed | {"is_enterprise_install": False}], "is_ext_shared_channel": False,
        }  # fmt: skip
        return self._signed(json.dumps(payload).encode(), "application/json")

    def _signed(self, body: bytes, content_type: str) -> bytes:
        stamp = str(self.clock.now_ms() // 1000)
        return http_request(PATH, body, signed_headers(SECRET, body, stamp, content_type))


@dataclass(frozen=True, slots=True)
class Street:
    """Be three doors on one street, and what stands behind them."""

    ours: Server
    by_hand: Server
    bolt: Server
    api: Server
    redis: RedisServer
    environ: Mapping[str, str]
    people: People

    def doors(self) -> Mapping[str, Server]:
        """Return the doors by name."""
        return {"ours": self.ours, "by hand": self.by_hand, "Bolt": self.bolt}

    def empty(self) -> None:
        """Empty Redis, so that every round finds it alike."""
        with self.redis.client() as client:
            client.flushall()


@asynccontextmanager
async def opened(delay_s: float) -> AsyncIterator[Street]:
    """Open the doors over a Slack whose calls take so long."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(redis_running())
        web, hand, bolt, api = ports(4)
        address = f"http://127.0.0.1:{api}/api/"
        environ = {
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": address, "PORT": str(web),
            "REDIS_URL": redis.url, "WORKER_CONCURRENCY": str(CONCURRENCY), "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        rival, slack = ("-m", "tests.bench.slack_rivals"), ("-m", "tests.bench.slack_api")
        commands: Sequence[tuple[tuple[str, ...], int, str]] = (
            (("-m", "bot", "web"), web, "/health/ready"),
            ((*rival, "by_hand", "--port", str(hand), "--redis", redis.url), hand, "/"),
            ((*rival, "bolt", "--port", str(bolt), "--api", address), bolt, "/"),
            ((*slack, "--port", str(api), "--delay", str(delay_s)), api, "/"),
        )
        ours, by_hand, theirs, late = [
            await stack.enter_async_context(started(*command, port=port, ready=ready, environ=environ))
            for command, port, ready in commands
        ]
        yield Street(ours, by_hand, theirs, late, redis=redis, environ=environ, people=People())


async def commands(street: Street) -> list[Row]:
    """Measure commands accepted a second; the doors take turns, and of each the best round counts.

    Processor time is told too: neighbours on the machine change it less than the rates.
    """
    best, spent = dict.fromkeys(street.doors(), 0.0), dict.fromkeys(street.doors(), float("inf"))
    lost = 0
    for _ in range(ROUNDS):
        for name, door in street.doors().items():
            before = door.cpu_s
            sent = await flood(door.port, [street.people.command() for _ in range(COMMANDS)], lanes=LANES)
            best[name] = max(best[name], sent.per_s)
            spent[name] = min(spent[name], (door.cpu_s - before) / COMMANDS)
            if name == "ours":
                lost += COMMANDS - _kept(street.redis)
            street.empty()
    rows: list[Row] = [
        *(_rate(f"commands accepted, {LANES} at a time, {name}", rate) for name, rate in best.items()),
        *(
            {"what": f"processor time of a command, {name}", "unit": "us", "value": round(1e6 * seconds)}
            for name, seconds in spent.items()
        ),
    ]
    return [
        *rows,
        _ratio("commands: ours to by hand", best["ours"] / best["by hand"], 0.75),
        _ratio("commands: ours to Bolt", best["ours"] / best["Bolt"], 1.5),
        {"what": "commands acknowledged and not in Redis", "unit": "", "value": lost, "at_most": 0},
    ]


def _kept(redis: RedisServer) -> int:
    """Return how many events wait in Redis to be drained."""
    with redis.client() as client:
        return int(client.xlen("{ai-strategy}:jobs:talk"))


async def mentions(street: Street) -> list[Row]:
    """Measure mentions that have their answer in the thread, a second, with one worker and with one for each core.

    Bolt answers in the process that takes the mention in: it forgets what it had not answered when that process ends.
    """
    # Each number of workers has rounds of Bolt of its own: the best of twice as many would be luckier than ours.
    ours, theirs, wrong = {1: 0.0, 2: 0.0}, {1: 0.0, 2: 0.0}, 0
    for workers in (1, 2):
        async with _working(street, workers):
            for _ in range(ANSWER_ROUNDS):
                seconds, missing = await _answer(street, street.ours)
                ours[workers] = max(ours[workers], MENTIONS / seconds)
                seconds, never = await _answer(street, street.bolt)
                theirs[workers] = max(theirs[workers], MENTIONS / seconds)
                wrong += missing + never
    return [
        *(_rate(f"mentions answered, ours, workers: {workers}", rate) for workers, rate in ours.items()),
        *(_rate(f"mentions answered, Bolt, beside workers: {workers}", rate) for workers, rate in theirs.items()),
        {"what": "mentions: ours with one worker to Bolt", "unit": "ratio", "value": round(ours[1] / theirs[1], 2)},
        _ratio("mentions: ours with two workers to Bolt", ours[2] / theirs[2], 1.0),
        {"what": "mentions answered never or twice", "unit": "", "value": wrong, "at_most": 0},
    ]


async def _answer(street: Street, door: Server, *, number: int = MENTIONS) -> tuple[float, int]:
    """Send mentions; returns seconds until the last has its answer, and how many have none or two."""
    api = f"http://127.0.0.1:{street.api.port}"
    requests = [street.people.mention() for _ in range(number)]
    clock = street.people.clock
    async with aiohttp.ClientSession() as session:
        await (await session.post(f"{api}/forget")).read()
        began = clock.monotonic()
        await flood(door.port, requests, lanes=LANES)
        async with session.get(f"{api}/answered", params={"count": str(number)}) as response:
            found = await response.json()
    return clock.monotonic() - began, number - int(found["threads"]) + int(found["twice"])


async def acknowledgements(street: Street) -> list[Row]:
    """Measure how long an acknowledgement takes at a steady pace, while each call of Slack's takes longer than it may."""
    found: list[Row] = []
    async with _working(street):
        for name in ("by hand", "Bolt", "ours"):
            door = street.doors()[name]
            # Bolt asks once who it is before it listens.
            await flood(door.port, [street.people.mention()], lanes=1)
            sent = await pace(door.port, [street.people.mention() for _ in range(PACED)], per_s=PER_S)
            found += _waits(name, sent)
    return found


def _waits(name: str, sent: Sent) -> list[Row]:
    what = f"acknowledged at {PER_S:.0f}/s, calls of {SLOW_S:.0f} s, {name}"
    last: Row = {"what": f"{what}, p99", "unit": "ms", "value": round(sent.percentile(99), 1)}
    if name == "ours":
        # Slack waits for three seconds, and a user sees a fault after that.
        last["at_most"] = 3000
    refused: Row = {"what": f"refused at {PER_S:.0f}/s, {name}", "unit": "", "value": PACED - sent.statuses[200]}
    return [
        {"what": f"{what}, p50", "unit": "ms", "value": round(sent.percentile(50), 1)},
        last,
        *([refused | {"at_most": 0}] if name == "ours" else []),
    ]


@asynccontextmanager
async def _working(street: Street, workers: int = 1) -> AsyncIterator[None]:
    """Have workers do what the doors took in, and wait until they do."""
    street.empty()
    async with AsyncExitStack() as stack:
        for _ in range(workers):
            await stack.enter_async_context(started("-m", "bot", "worker", environ=street.environ))
        # The first answers come when a worker has loaded; the next ones are shared.
        await _answer(street, street.ours, number=1)
        await _answer(street, street.ours, number=LANES)
        yield


def _rate(what: str, per_s: float) -> Row:
    return {"what": what, "unit": "/s", "value": round(per_s)}


def _ratio(what: str, value: float, least: float) -> Row:
    return {"what": what, "unit": "ratio", "value": round(value, 2), "at_least": least}


async def rows() -> list[Row]:
    """Return this bench's rows."""
    found: list[Row] = []
    try:
        async with opened(USUAL_S) as street:
            found += await commands(street)
            found += await mentions(street)
        async with opened(SLOW_S) as street:
            found += await acknowledgements(street)
    except LookupError as error:
        return [{"what": f"NOT RUN: {error}", "unit": "", "value": None, "at_least": 1}]
    return found
