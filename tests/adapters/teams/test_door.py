"""Who comes through the door of Teams: the token matrix, rotation, malformed bodies, guests, and an unprotected door."""

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from adapters.teams.assembly import TeamsOptions, refuse_open_door
from bot.domain.errors import SettingsError
from tests.adapters.teams.running import ANA, Running, run_bot
from tests.fakes.teams_connector import APP_ID, FakeTeams, signing_key
from tests.redis_server import RedisServer

Make = Callable[[FakeTeams], str]


def _now(teams: FakeTeams) -> int:
    return int(teams.clock.seconds)


def _symmetric(teams: FakeTeams) -> str:
    claims = {"iss": "https://api.botframework.com", "aud": APP_ID, "serviceurl": teams.address}
    return jwt.encode({**claims, "exp": _now(teams) + 600}, "x" * 64, algorithm="HS256", headers={"kid": "key-1"})


def _unsigned(teams: FakeTeams) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "key-1", "typ": "JWT"}).encode()).rstrip(b"=")
    return f"{head.decode()}.{teams.sign().split('.')[1]}."


def _longer_hash(teams: FakeTeams) -> str:
    claims = jwt.decode(teams.sign(), options={"verify_signature": False})
    return jwt.encode(claims, signing_key(1), algorithm="RS512", headers={"kid": "key-1"})


def _spoiled(teams: FakeTeams) -> str:
    head, claims, signature = teams.sign().split(".")
    return f"{head}.{claims}.{signature[:-8]}AAAAAAAA"


REFUSED: dict[str, Make] = {
    "no token": lambda _: "",
    "garbage": lambda _: "not.a.token",
    "three empty parts": lambda _: "..",
    "no exp": lambda teams: teams.sign(exp=None),
    "expired": lambda teams: teams.sign(exp=_now(teams) - 301),
    "exp is a text": lambda teams: teams.sign(exp="never"),
    "not valid yet": lambda teams: teams.sign(nbf=_now(teams) + 301),
    "wrong audience": lambda teams: teams.sign(aud="somebody-else"),
    "no audience": lambda teams: teams.sign(aud=None),
    "wrong issuer": lambda teams: teams.sign(iss="https://sts.windows.net/x/"),
    "no issuer": lambda teams: teams.sign(iss=None),
    "wrong service address": lambda teams: teams.sign(serviceurl="https://evil.example"),
    "no service address": lambda teams: teams.sign(serviceurl=None),
    "service address is a list": lambda teams: teams.sign(serviceurl=["a"]),
    "alg none": _unsigned,
    "HS256": _symmetric,
    "RS512": _longer_hash,
    "bad signature": _spoiled,
    "key of another": lambda teams: teams.sign(key=2, headers={"kid": "key-1"}),
    "unknown kid": lambda teams: teams.sign(headers={"kid": "key-77"}),
    "no kid": lambda teams: teams.sign(headers={"kid": None}),
    "key not endorsed for Teams": lambda teams: teams.sign(key=99),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bad_token_is_refused_with_401(bot: Running, name: str) -> None:
    """Every bad token gets 401, never 500, and nothing it brought is kept."""
    activity = bot.teams.activity(bot.personal, ANA, text="finanzas 40")
    response = await bot.send(activity, token=REFUSED[name](bot.teams))

    assert response.status == 401
    assert await anext(bot.services.desk.store.desk.reports(), None) is None


@pytest.mark.parametrize("seconds", [0, -240])
async def test_a_good_token_comes_in(bot: Running, seconds: int) -> None:
    """A good token is let in, also one that expired within the five minutes clocks may differ."""
    activity = bot.teams.activity(bot.personal, ANA, text="hola")
    token = bot.teams.sign(exp=int(bot.teams.clock.seconds) + (seconds or 600))

    assert (await bot.send(activity, token=token)).status == 200


async def test_a_scheme_other_than_bearer_is_refused(bot: Running) -> None:
    """A Basic header gets 401."""
    activity = bot.teams.activity(bot.personal, ANA, text="hola")
    async with bot.session.post(bot.url, json=activity, headers={"Authorization": "Basic YTpi"}) as response:
        assert response.status == 401


async def test_a_body_without_service_address_is_refused(bot: Running) -> None:
    """A body that leaves its service address out does not get round the check of it."""
    activity = bot.teams.activity(bot.personal, ANA, text="hola")
    del activity["serviceUrl"]

    assert (await bot.send(activity)).status == 401


async def test_a_rotated_key_is_fetched_once_a_minute(bot: Running) -> None:
    """A new signing key is taken at once; unknown ones lead to one fetch a minute, however many come."""
    activity = bot.teams.activity(bot.personal, ANA, text="hola")
    assert (await bot.send(activity)).status == 200
    await bot.teams.clock.sleep(61)
    bot.teams.key_number = 2

    assert (await bot.send({**activity, "id": "2"})).status == 200
    for _ in range(5):
        assert (await bot.send(activity, token=bot.teams.sign(headers={"kid": "key-55"}))).status == 401
    assert bot.teams.fetches["openid"] == 2
    assert (await bot.send(activity, token=bot.teams.sign(key=1))).status == 401


async def test_keys_that_cannot_be_fetched_delay_nobody_who_is_known(bot: Running) -> None:
    """With the key service down, known keys go on working; without any key the platform is asked to come again."""
    bot.teams.keys_down = True
    activity = bot.teams.activity(bot.personal, ANA, text="hola")
    first = await bot.send(activity)
    assert (first.status, first.headers["Retry-After"]) == (503, "5")

    bot.teams.keys_down = False
    await bot.teams.clock.sleep(61)
    assert (await bot.send(activity)).status == 200
    bot.teams.keys_down = True
    await bot.teams.clock.sleep(25 * 3600)
    assert (await bot.send({**activity, "id": "2"})).status == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 3000])
async def test_a_malformed_body_gets_400(bot: Running, body: bytes) -> None:
    """A body that is no activity gets 400, never 500."""
    headers = {"Authorization": f"Bearer {bot.teams.sign()}", "Content-Type": "application/json"}
    async with bot.session.post(bot.url, data=body, headers=headers) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    "spoiled",
    [
        {"type": 7},
        {"type": None},
        {"from": None},
        {"from": "x"},
        {"conversation": []},
        {"recipient": {}},
        {"channelId": "webchat"},
        {"entities": "x", "text": 5, "attachments": 3, "value": []},
        {"membersAdded": "x", "type": "conversationUpdate"},
        {"channelData": "x", "conversation": {"id": "a:1"}},
    ],
)
async def test_an_activity_in_an_odd_shape_never_gets_500(bot: Running, spoiled: dict[str, Any]) -> None:
    """An activity whose parts are of the wrong kind gets 400 or 200."""
    activity = {**bot.teams.activity(bot.personal, ANA, text="hola"), **spoiled}

    assert (await bot.send(activity)).status in (200, 400)


async def test_a_body_beyond_the_limit_gets_413(bot: Running) -> None:
    """More than Teams sends is not read to its end."""
    activity = bot.teams.activity(bot.personal, ANA, text="x" * 600_000)

    assert (await bot.send(activity)).status == 413


async def test_only_guests_are_heard(teams: FakeTeams, redis_server: RedisServer) -> None:
    """Another tenant, or a user who is not on the list, gets 403; those on the list are heard."""
    async with run_bot(teams, redis_server.url, TEAMS_USERS="aad-xxxx") as bot:
        activity = teams.activity(bot.personal, ANA, text="hola")
        strange = {**activity, "channelData": {"tenant": {"id": "another"}}}
        other = {**activity, "from": {"id": "29:x", "name": "X", "aadObjectId": "aad-zzzz"}}

        assert [(await bot.send(one)).status for one in (strange, other, activity)] == [403, 403, 200]


async def test_a_message_is_accepted_in_one_call_of_redis(bot: Running) -> None:
    """Ids, inbox, job and the way back are one script: nothing else stands between a message and its answer."""
    client = bot.services.desk.store.scripts.client

    async def calls() -> int:
        stats = await client.info("commandstats")
        return sum(one["calls"] for name, one in stats.items() if name.startswith("cmdstat_eval"))

    # The first one also loads the script.
    await bot.send(bot.teams.activity(bot.personal, ANA, text="hola"))
    before = await calls()
    for number in range(5):
        await bot.send(bot.teams.activity(bot.personal, ANA, text=f"finanzas {number}"))

    assert await calls() - before == 5


async def test_a_redelivered_message_counts_once(bot: Running) -> None:
    """Teams sends an unanswered message again after 15 seconds: it makes one card and one plan."""
    activity = bot.teams.activity(bot.personal, ANA, text="finanzas 40 %")
    for _ in range(3):
        assert (await bot.send(activity)).status == 200
        await bot.teams.clock.sleep(15)
    await bot.work()

    assert bot.read(bot.personal).count("✅") == 1


@pytest.mark.parametrize(("host", "fine"), [("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False)])
def test_an_unchecked_door_opens_on_this_machine_only(host: str, fine: bool) -> None:
    """Without authentication the bot starts on a loopback address and refuses any other."""
    options = TeamsOptions(app_id="", host=host, unchecked=True)
    if fine:
        refuse_open_door(options)
        return
    with pytest.raises(SettingsError) as caught:
        refuse_open_door(options)
    assert caught.value.text == "error.teams.open_door"


def test_no_app_id_is_no_way_to_turn_checks_off() -> None:
    """An empty app id refuses to start, it does not let everybody in."""
    with pytest.raises(SettingsError) as caught:
        refuse_open_door(TeamsOptions(app_id="", host="127.0.0.1"))
    assert caught.value.text == "error.teams.no_app"


async def test_the_unchecked_door_works_for_the_playground(teams: FakeTeams, redis_server: RedisServer) -> None:
    """With TEAMS_AUTH=none on loopback an activity without a token is heard, and answered without one."""
    async with run_bot(teams, redis_server.url, TEAMS_AUTH="none", TEAMS_APP_ID="") as bot:
        teams.tokens[""] = float("inf")
        activity = teams.activity(bot.personal, ANA, text="finanzas 40 %")
        assert (await bot.send(activity, token="")).status == 200
        await bot.work()

        assert "✅" in bot.read(bot.personal)
        assert teams.fetches["token"] == 0
