"""Calls of the Bot Connector: tokens, retries, paces, addresses; and what a crash may and may not lead to."""

import asyncio
from dataclasses import replace

import pytest

from adapters.teams.connector import Refused
from adapters.teams.limits import EDIT_EVERY_S
from adapters.teams.outbound import TeamsChat
from adapters.teams.reference import Reference, is_trusted
from adapters.teams.tokens import CertificateGrant, IdentityGrant
from bot.conversation import Performing, Talking
from bot.domain.effects import Offer, Say
from bot.domain.errors import ChatError, StoreError
from bot.domain.events import ConversationRef
from bot.ports import Attempt, Choice, Message
from bot.services.redis_store import Store
from bot.services.redis_teams import RedisTeams
from bot.worker import LEASE_LOST
from tests.adapters.teams.running import ANA, lines_of
from tests.adapters.teams.test_streaming import (
    BOOK,
    ROOM,
    SECTIONS,
    TEXTS,
    TO,
    VIEW,
    another_chat,
    chat,
    store,
    with_sections,
)
from tests.contracts.store_cases import claim, going_on, let_pass
from tests.fakes.teams_connector import BOT, TENANT, FakeTeams, Fault

__all__ = ["chat", "store"]


def shown(teams: FakeTeams, channel: str = TO.channel) -> list[str]:
    """Return the messages of a conversation, each as its lines."""
    return ["\n".join(lines_of(one)) for one in teams.talks[channel].messages.values()]


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_a_busy_teams_is_tried_again_in_its_own_time(chat: TeamsChat, teams: FakeTeams, status: int) -> None:
    """What Teams says is to be tried again is tried again, not before the time it names, and comes once."""
    teams.faults.append(Fault("POST", "activities", status, times=2, retry_after="3"))
    before = teams.clock.seconds
    await chat.say(TO, Message(text="hello"), key="k")

    assert shown(teams) == ["hello"]
    assert teams.clock.seconds - before >= 6


async def test_a_teams_that_stays_busy_leaves_it_to_the_job(chat: TeamsChat, teams: FakeTeams) -> None:
    """After its patience a call says when to come again; the next attempt posts once."""
    teams.faults.append(Fault("POST", "activities", 429, times=9, retry_after="30"))
    with pytest.raises(ChatError) as caught:
        await chat.say(TO, Message(text="hello"), key="k")
    assert (caught.value.final, caught.value.retry_after_s) == (False, 30.0)

    teams.faults.clear()
    await teams.clock.sleep(31)
    await chat.say(TO, Message(text="hello"), key="k")
    await chat.say(TO, Message(text="hello"), key="k")
    assert shown(teams) == ["hello"]


@pytest.mark.parametrize("status", [400, 403, 404, 413])
async def test_a_refusal_for_good_is_final(chat: TeamsChat, teams: FakeTeams, status: int) -> None:
    """What no retry helps against is said so at once, with one call."""
    teams.faults.append(Fault("POST", "activities", status, times=9))
    with pytest.raises(Refused) as caught:
        await chat.say(TO, Message(text="hello"), key="k")

    assert caught.value.final
    assert len([one for one in teams.log if one[0] == "POST"]) == 1


async def test_one_token_serves_many_calls_until_it_ends(chat: TeamsChat, teams: FakeTeams) -> None:
    """Many calls at once share one token; it is asked for again before its end, and when Teams refuses it."""
    await asyncio.gather(*(chat.connector.member(_reference(teams), "29:x") for _ in range(20)), return_exceptions=True)
    assert teams.fetches["token"] == 1
    await teams.clock.sleep(3_400)
    await chat.say(TO, Message(text="a"), key="a")
    assert teams.fetches["token"] == 2
    teams.tokens.clear()
    await chat.say(TO, Message(text="b"), key="b")
    assert teams.fetches["token"] == 3
    assert shown(teams) == ["a", "b"]


def _reference(teams: FakeTeams) -> Reference:
    return Reference(service_url=teams.address, kind="personal", tenant=TENANT, channel=TO.channel, bot=BOT)


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://eu.botframework.com/x", True),
        ("https://smba.trafficmanager.net:443/emea/", True),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("https://evil.example/smba.trafficmanager.net", False),
        ("https://user@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://evilbotframework.com/", False),
        ("http://127.0.0.1/", False),
        ("http://169.254.169.254/", False),
        ("nonsense", False),
        ("https://[", False),
    ],
)
def test_tokens_go_to_microsoft_only(address: str, trusted: bool) -> None:
    """A service address that is not one of Microsoft's gets nothing, whatever it looks like."""
    assert is_trusted(address) is trusted


async def test_an_address_from_the_store_is_checked_too(chat: TeamsChat, teams: FakeTeams) -> None:
    """A reference that somebody changed in Redis sends no token anywhere."""
    bad = replace(_reference(teams), service_url="http://169.254.169.254/x")
    await chat.references.refer(TENANT, TO.channel, bad.write())
    with pytest.raises(Refused) as caught:
        await chat.say(TO, Message(text="hello"), key="k")

    assert caught.value.reason == "untrusted_address"
    assert teams.fetches["token"] == 0


async def test_many_words_keep_the_pace(chat: TeamsChat, teams: FakeTeams) -> None:
    """Fifty messages at once in one conversation all arrive, in time, without one refusal."""
    for number in range(50):
        await chat.say(TO, Message(text=f"m{number}"), key=f"k{number}")

    assert shown(teams) == [f"m{number}" for number in range(50)]
    assert teams.clock.seconds - 1_795_413_600 >= 24


async def test_two_processes_share_the_pace(chat: TeamsChat, teams: FakeTeams, store: Store) -> None:
    """The pace of a conversation is one for all processes."""
    async with another_chat(store, teams) as other:
        for number in range(12):
            await (chat if number % 2 else other).say(TO, Message(text=f"m{number}"), key=f"k{number}")
    assert len(shown(teams)) == 12


@pytest.mark.parametrize("offers", [(), (Offer("yes"), Offer("no"))], ids=["words", "a card"])
async def test_a_worker_that_stood_still_says_nothing(
    chat: TeamsChat, teams: FakeTeams, store: Store, offers: tuple[Offer, ...]
) -> None:
    """Its lease ran out and the next worker is about to say it; who goes on then is told so before it speaks."""
    talking = Talking(chats={"teams": chat}, texts=TEXTS, industries=BOOK)
    performing = Performing(effects=store.effects, performers={Say: talking.say})
    ours = await going_on(store, TO, Say(text="say.help", offers=offers), user=ANA)
    await let_pass(store, 60)
    (theirs,) = await claim(store, "w2")
    with pytest.raises(StoreError) as lost:
        await performing.perform(ours)
    assert lost.value.text == LEASE_LOST
    assert shown(teams) == []
    await performing.perform(theirs)
    assert await store.jobs.done(theirs)
    await performing.perform(ours)
    assert len(shown(teams)) == 1


async def test_who_lost_the_job_takes_no_call(store: Store, teams: FakeTeams) -> None:
    """An attempt whose job another worker has, or that is done, gets no call and uses none up."""
    kept = RedisTeams(store.scripts, teams.clock)
    ours = await going_on(store, TO, Say(text="say.help"), user=ANA)
    await let_pass(store, 60)
    (theirs,) = await claim(store, "w2")
    lost, held = (Attempt(one.job.id, one.attempt) for one in (ours, theirs))
    paces = ((1000, 1), (60_000, 2))
    with pytest.raises(StoreError, match=r"error\.lease_lost"):
        await kept.take("talk", paces, by=lost)
    assert await kept.take("talk", paces, by=held) == 0
    assert await kept.take("talk", paces, by=held) == pytest.approx(1.0)
    await store.jobs.done(theirs)
    with pytest.raises(StoreError, match=r"error\.lease_lost"):
        await kept.take("another", paces, by=held)


async def test_a_thread_shows_each_section_once_and_follows_changes(chat: TeamsChat, teams: FakeTeams) -> None:
    """In a channel sections come in messages under the card; the same view again changes nothing, fewer take away."""
    card = await chat.post_card(ROOM, VIEW, key="k")
    big = tuple(replace(one, markdown=one.markdown + " word" * 3_000) for one in SECTIONS)
    await chat.update_card(ROOM, card, replace(VIEW, sections=big))
    assert len(shown(teams, ROOM.channel)) > 3
    await teams.clock.sleep(20)
    done = with_sections(3, status="done")
    await chat.update_card(ROOM, card, done)
    calls = len(teams.log)
    await teams.clock.sleep(20)
    await chat.update_card(ROOM, card, done)

    assert len(teams.log) == calls
    texts = "\n".join(shown(teams, ROOM.channel))
    assert [texts.count(f"Section {one.id}") for one in SECTIONS] == [1, 1, 1]
    assert "word word" not in texts
    places = {one["conversation"] for one in teams.talks[ROOM.channel].messages.values()}
    assert places == {f"{ROOM.channel};messageid={ROOM.thread}"}


async def test_progress_in_a_channel_is_an_edit_every_few_seconds(chat: TeamsChat, teams: FakeTeams) -> None:
    """A hundred progress lines in fifty seconds are some twenty edits of the card, a section is shown at once."""
    card = await chat.post_card(ROOM, VIEW, key="k")
    for number in range(100):
        await teams.clock.sleep(0.5)
        await chat.update_card(ROOM, card, replace(VIEW, progress=f"line {number}"))
    edits = [one for one in teams.log if one[0] == "PUT"]
    assert 10 <= len(edits) <= 50 / EDIT_EVERY_S + 2
    await teams.clock.sleep(0.5)
    await chat.update_card(ROOM, card, with_sections(1))

    assert any("Section verdict" in one for one in shown(teams, ROOM.channel))
    assert not [one for one in teams.log if one[2].get("type") == "typing"]


async def test_a_card_somebody_deleted_comes_again(chat: TeamsChat, teams: FakeTeams) -> None:
    """The buttons are needed: a deleted card is posted again, once."""
    card = await chat.post_card(ROOM, VIEW, key="k")
    teams.talks[ROOM.channel].messages.clear()
    for count in (1, 2):
        await teams.clock.sleep(10)
        await chat.update_card(ROOM, card, with_sections(count))

    cards = [one for one in shown(teams, ROOM.channel) if "[Stop]" in one]
    assert len(cards) == 1


@pytest.mark.parametrize("place", [TO, ROOM])
@pytest.mark.parametrize("point", range(1, 21))
async def test_a_worker_that_dies_at_any_point_leaves_one_strategy(
    chat: TeamsChat, teams: FakeTeams, store: Store, point: int, place: ConversationRef
) -> None:
    """Cut off after its n-th call, which was done, the next worker finishes: the plan stands there once, whole."""
    died = False

    async def show(talker: TeamsChat) -> None:
        card = await talker.post_card(place, VIEW, key="k")
        for count in (1, 2, 3):
            await teams.clock.sleep(10)
            await talker.update_card(place, card, with_sections(count))
        await talker.update_card(place, card, with_sections(3, status="done"))

    teams.dies_after = point
    async with another_chat(store, teams) as first:
        try:
            await show(first)
        except ChatError:
            died = True
    teams.dies_after = 0
    await teams.clock.sleep(60)
    await show(chat)

    messages = [one for one in shown(teams, place.channel) if "Section" in one]
    finished = [one for one in messages if all(f"Section {section.id}" in one for section in SECTIONS)]
    assert len(finished) == 1
    # Teams cannot be asked what was posted: a message whose answer was lost comes again, and stays as it was.
    assert len(messages) <= (2 if died else 1)


async def test_buttons_mean_nothing_outside(chat: TeamsChat, teams: FakeTeams) -> None:
    """What a button carries are ids of ours: no plan, person, value or place stands in a card."""
    await chat.say(ROOM, Message(text="Which?", choices=(Choice("industry", "finance", "Finance"),)), key="k")
    (message,) = teams.talks[ROOM.channel].messages.values()
    (action,) = message["attachments"][0]["content"]["body"][-1]["actions"]

    assert action["data"].keys() == {"ai", "c"}
    assert "finance" not in str(action["data"])


def test_an_identity_is_asked_for_as_app_service_and_machines_want_it() -> None:
    """With App Service's address its own header is sent, else the machine's metadata service is asked."""
    service = IdentityGrant(app_id="id", address="http://127.0.0.1:1/msi", header="h").request(0)
    machine = IdentityGrant(app_id="id").request(0)

    assert dict(service.headers) == {"X-IDENTITY-HEADER": "h"}
    assert dict(machine.headers) == {"Metadata": "true"}
    assert "resource=https%3A%2F%2Fapi.botframework.com" in machine.address
    assert not service.form


def test_a_certificate_signs_its_own_request() -> None:
    """The assertion is signed with the certificate's key and names its thumbprint, app and authority."""
    from datetime import UTC, datetime

    import jwt
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import NameOID

    from tests.fakes.teams_connector import signing_key

    key = signing_key(1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bot")])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2027))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = private + certificate.public_bytes(serialization.Encoding.PEM)
    asked = CertificateGrant(app_id="app", tenant="t", pem=pem, authority="https://login.example").request(1000.0)
    claims = jwt.decode(
        asked.form["client_assertion"],
        key.public_key(),
        algorithms=["PS256"],
        audience="https://login.example/t/oauth2/v2.0/token",
        options={"verify_exp": False, "verify_nbf": False},
    )

    assert (claims["iss"], claims["sub"]) == ("app", "app")
    assert jwt.get_unverified_header(asked.form["client_assertion"])["x5t#S256"]
    assert asked.address == "https://login.example/t/oauth2/v2.0/token"
