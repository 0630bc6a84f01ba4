"""How many authenticated turns the door of Teams takes, and how long its loop stalls, beside botbuilder's stock adapter."""

import asyncio
import ipaddress
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
from pathlib import Path

import aiohttp
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bot.services.clock import SystemClock
from tests.bench.harness import Row
from tests.bench.load import flood, http_request
from tests.bench.servers import ROOT, Server, ports, redis_running, started
from tests.bench.stall import worst_stall
from tests.fakes.teams_connector import APP_ID, BOT, ISSUER, SECRET, TENANT
from tests.redis_server import RedisServer

VENV = ROOT / ".bench-venv"
LOCK = Path(__file__).parent / "botbuilder.lock"
INSTALL_S = 240.0
PATH = "/api/messages"
LANES, ROUNDS = 8, 2
# The stock adapter takes some two turns a second: more of them would only take longer.
TURNS, STOCK_TURNS, ANSWERS = 800, 8, 300
CONCURRENCY = 64


async def install() -> Path:
    """Install the stock adapter into an environment of its own; returns its Python. Raises LookupError."""
    python, mark = VENV / "bin" / "python", VENV / ".installed"
    wanted = blake2b(LOCK.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return python
    pip = ("-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "-r", str(LOCK))
    for command in ((sys.executable, "-m", "venv", "--clear", str(VENV)), (str(python), *pip)):
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(INSTALL_S):
                _, said = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            said = f"took longer than {INSTALL_S:.0f} s".encode()
        if process.returncode:
            raise LookupError(f"{LOCK.name} could not be installed: {said.decode().strip().rpartition(chr(10))[2]}")
    mark.write_text(wanted)
    return python


@dataclass(slots=True, kw_only=True)
class Channel:
    """Be Teams' side: keys, a certificate for this machine, and messages nobody sent before."""

    folder: Path
    address: str
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    clock: SystemClock = field(default_factory=SystemClock)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    token: str = ""

    def prepare(self) -> None:
        """Write what the servers need, and sign the token that messages are sent with."""
        described = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        keys = [{**described, "kid": "bench", "use": "sig", "endorsements": ["msteams"]}]
        (self.folder / "jwks.json").write_text(json.dumps({"keys": keys}))
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        private = self.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        (self.folder / "key.pem").write_bytes(private)
        (self.folder / "cert.pem").write_bytes(self._certificate().public_bytes(pem))
        now = self.clock.now_ms() // 1000
        claims = {"iss": ISSUER, "aud": APP_ID, "serviceurl": self.address, "nbf": now - 300, "exp": now + 3600}
        self.token = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "bench"})

    def _certificate(self) -> x509.Certificate:
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        now = datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC)
        made = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(self.key.public_key())
        made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        made = made.serial_number(x509.random_serial_number()).add_extension(here, critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return made.sign(self.key, hashes.SHA256())

    def message(self) -> bytes:
        """Return a message in a personal chat of its own, as Teams sends it."""
        number = next(self.numbers)
        activity = {
            "type": "message", "id": str(1_795_413_600_000 + number), "timestamp": "2026-11-23T06:00:00.000Z",
            "localTimestamp": "2026-11-23T07:00:00.000+01:00", "localTimezone": "Europe/Madrid", "channelId": "msteams",
            "serviceUrl": self.address, "text": "finanzas", "textFormat": "plain", "locale": "es-ES",
            "from": {"id": f"29:user-{number}", "name": "Ana", "aadObjectId": f"aad-{number}"},
            "recipient": {"id": BOT, "name": "AI Strategy"},
            "conversation": {"id": f"a:talk-{number}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "entities": [{"type": "clientInfo", "locale": "es-ES", "country": "ES", "platform": "Web"}],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json; charset=utf-8"}
        return http_request(PATH, json.dumps(activity).encode(), headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Be both bots and the Teams between them; `stalls` are the ports that tell of their loops."""

    ours: Server
    stock: Server
    stalls: tuple[int, int]
    channel: Channel
    environ: Mapping[str, str]
    redis: RedisServer

    async def answered(self, wanted: int) -> dict[str, int]:
        """Wait until so many conversations have an answer; returns what was counted."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.channel.address}/answered", params={"count": str(wanted)}) as response,
        ):
            found: dict[str, int] = await response.json()
            return found

    async def forget(self) -> None:
        """Count answers anew."""
        async with aiohttp.ClientSession() as session, session.post(f"{self.channel.address}/forget"):
            pass


@asynccontextmanager
async def opened(python: Path) -> AsyncIterator[Site]:
    """Open both bots."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = await stack.enter_async_context(redis_running())
        web, stock, api, login, stall, stock_stall = ports(6)
        address, secured = f"http://127.0.0.1:{api}", f"https://127.0.0.1:{login}"
        channel = Channel(folder=folder, address=address)
        channel.prepare()
        trusted = {name: str(folder / "cert.pem") for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")}
        environ = {
            "TEAMS_APP_ID": APP_ID, "TEAMS_APP_PASSWORD": SECRET, "TEAMS_TENANT_ID": TENANT, "TEAMS_LOOPBACK": "true",
            "TEAMS_KEYS_URL": f"{address}/openid", "TEAMS_AUTHORITY": secured, "REDIS_URL": redis.url,
            "PORT": str(web), "WORKER_CONCURRENCY": str(CONCURRENCY), "LOG_LEVEL": "WARNING", **trusted,
        }  # fmt: skip
        fake = ("-m", "tests.bench.teams_api", str(api), str(login), str(folder))
        await stack.enter_async_context(started(*fake, port=api, environ={}))
        ours = await stack.enter_async_context(
            started("-m", "tests.bench.teams_ours", str(stall), port=web, ready="/health/ready", environ=environ)
        )
        theirs = await stack.enter_async_context(
            started(
                *("-m", "tests.bench.teams_stock", str(stock), str(stock_stall), address, secured),
                port=stock,
                environ=trusted,
                python=str(python),
            )
        )
        yield Site(ours=ours, stock=theirs, stalls=(stall, stock_stall), channel=channel, environ=environ, redis=redis)


async def turns(site: Site) -> list[Row]:
    """Measure turns a second and the longest stall; both take turns, and of each the best round counts."""
    best, stalls, refused = [0.0, 0.0], [float("inf"), float("inf")], 0
    for _ in range(ROUNDS):
        for index, (door, many) in enumerate(((site.ours, TURNS), (site.stock, STOCK_TURNS))):
            await worst_stall(site.stalls[index])
            sent = await flood(door.port, [site.channel.message() for _ in range(many)], lanes=LANES)
            stalls[index] = min(stalls[index], await worst_stall(site.stalls[index]))
            good = sent.statuses[200] + sent.statuses[201]
            best[index] = max(best[index], good / sent.seconds)
            refused += many - good
    found = await site.answered(0)
    return [
        {"what": f"turns accepted, ours, {LANES} at a time", "unit": "/s", "value": round(best[0])},
        {"what": f"turns, stock path, {LANES} at a time", "unit": "/s", "value": round(best[1], 1)},
        {"what": "turns: ours to stock", "unit": "ratio", "value": round(best[0] / best[1], 1), "at_least": 20},
        {"what": "longest stall, ours", "unit": "ms", "value": round(1e3 * stalls[0], 1)},
        {"what": "longest stall, stock path", "unit": "ms", "value": round(1e3 * stalls[1], 1)},
        {"what": "stall: ours to stock", "unit": "ratio", "value": round(stalls[0] / stalls[1], 3), "at_most": 0.1},
        {"what": "turns refused", "unit": "", "value": refused, "at_most": 0},
        {"what": f"tokens asked for, stock path, {ROUNDS * STOCK_TURNS} turns", "unit": "", "value": found["tokens"]},
    ]


async def answers(site: Site, stock_per_s: float) -> list[Row]:
    """Measure turns that have their answer in the conversation, a second; the stock path answers within its turn."""
    with site.redis.client() as client:
        # What was accepted before is nobody's work now.
        client.flushall()
    best = 0.0
    async with started("-m", "bot", "worker", environ=site.environ):
        # The first answer comes when the worker has loaded.
        await _answered_per_s(site, 1)
        for _ in range(ROUNDS):
            best = max(best, await _answered_per_s(site, ANSWERS))
    return [
        {"what": "turns answered, ours", "unit": "/s", "value": round(best)},
        {"what": "answered: ours to stock", "unit": "ratio", "value": round(best / stock_per_s, 1)},
    ]


async def _answered_per_s(site: Site, many: int) -> float:
    """Send messages and return how many a second had their answer."""
    clock = site.channel.clock
    await site.forget()
    began = clock.monotonic()
    sent = await flood(site.ours.port, [site.channel.message() for _ in range(many)], lanes=LANES)
    found = await site.answered(sent.statuses[200])
    return found["conversations"] / (clock.monotonic() - began)


async def rows() -> list[Row]:
    """Return this bench's rows."""
    try:
        async with opened(await install()) as site:
            found = await turns(site)
            return found + await answers(site, float(found[1]["value"]))
    except LookupError as error:
        return [{"what": f"NOT RUN: {error}", "unit": "", "value": None, "at_least": 1}]
