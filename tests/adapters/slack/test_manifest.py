"""The manifest: valid against Slack's own schema, and with exactly the events and scopes the code has a use for."""

import json

import pytest

from adapters.slack.inbound import EVENTS
from adapters.slack.manifest import OPTIONAL_SCOPES, SCOPES, build_manifest
from bot.domain.brief import LANGUAGES, Language
from bot.services.texts import load_texts
from tests.adapters.schemas import violations

SCHEMA = "slack_manifest.schema.1.0.0.json"
CASES = [
    pytest.param({}, id="http"),
    pytest.param({"socket": True}, id="socket"),
    pytest.param({"thread_replies": True, "many": True}, id="threads-oauth"),
]


@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_manifests_are_valid(options: dict[str, bool], language: Language) -> None:
    """Each manifest, in each language, is valid against Slack's schema."""
    manifest = build_manifest(load_texts(), language, url="https://bot.example.com", **options)

    assert violations(manifest, SCHEMA) == []


def test_the_schema_is_really_checked() -> None:
    """An unknown field and a text that is too long are found."""
    manifest = build_manifest(load_texts(), "en", url="https://bot.example.com")
    manifest["extra"] = 1
    manifest["display_information"]["description"] = "x" * 1000

    assert len(violations(manifest, SCHEMA)) == 2


def test_events_are_those_the_code_reads() -> None:
    """The subscribed events are those the bot has a use for, and messages only where it was asked for."""
    plain = build_manifest(load_texts(), "en", url="https://a.example")
    threads = build_manifest(load_texts(), "en", url="https://a.example", thread_replies=True)

    events = plain["settings"]["event_subscriptions"]["bot_events"]
    assert events == sorted({*EVENTS, "message.im"})
    more = set(threads["settings"]["event_subscriptions"]["bot_events"]) - set(events)
    assert more == {"message.channels", "message.groups"}
    assert {"channels:history", "groups:history"} <= set(threads["oauth_config"]["scopes"]["bot"])


def test_reading_channels_is_left_to_the_administrator() -> None:
    """Without opting in, no scope that reads a channel's messages is required."""
    scopes = build_manifest(load_texts(), "en", url="https://a.example")["oauth_config"]["scopes"]

    assert scopes["bot"] == sorted(SCOPES)
    assert scopes["bot_optional"] == sorted(OPTIONAL_SCOPES)
    assert not any(scope.endswith("s:history") for scope in scopes["bot"])


def test_a_socket_needs_no_address() -> None:
    """The manifest for Socket Mode holds no address and turns it on; the one for HTTP holds the address three times."""
    over_socket = json.dumps(build_manifest(load_texts(), "en", url="https://a.example", socket=True))
    over_http = json.dumps(build_manifest(load_texts(), "en", url="https://a.example"))

    assert "a.example" not in over_socket
    assert over_http.count("https://a.example/slack/events") == 3
