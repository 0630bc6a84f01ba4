"""The manifest: valid against Slack's own schema, and with exactly the events and scopes the code has a use for."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.inbound import EVENTS
from adapters.slack.manifest import OPTIONAL_SCOPES, SCOPES, build_manifest
from bot.domain.brief import LANGUAGES, Language
from bot.services.texts import load_texts

# slackapi/manifest-schema (MIT), schemas/manifest.schema.1.0.0.json
SCHEMA = json.loads((Path(__file__).parents[2] / "data/slack/manifest.schema.1.0.0.json").read_text("utf-8"))
IGNORED = {"$schema", "title", "description", "default", "format", "_note", "definitions", "regex", "requires"}
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
CASES = [
    pytest.param({}, id="http"),
    pytest.param({"socket": True}, id="socket"),
    pytest.param({"thread_replies": True, "many": True}, id="threads-oauth"),
]


def _wrong(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield where a value breaks a schema; a keyword this does not know is an error of the test."""
    for name, rule in schema.items():
        if name in IGNORED:
            continue
        match name:
            case "$ref":
                yield from _wrong(value, SCHEMA["definitions"][rule.removeprefix("#/definitions/")], path)
            case "type" if not isinstance(value, TYPES[rule]):
                yield f"{path}: not {rule}"
            case "enum" if value not in rule:
                yield f"{path}: not one of {rule}"
            case "pattern" if not re.search(rule, value):
                yield f"{path}: does not match {rule}"
            case "maxLength" | "maxItems" | "maxProperties" if len(value) > rule:
                yield f"{path}: longer than {rule}"
            case "minLength" | "minItems" | "minProperties" if len(value) < rule:
                yield f"{path}: shorter than {rule}"
            case "uniqueItems" if len({json.dumps(one) for one in value}) != len(value):
                yield f"{path}: twice the same"
            case "required":
                yield from (f"{path}: no {one}" for one in rule if one not in value)
            case "items":
                for number, one in enumerate(value):
                    yield from _wrong(one, rule, f"{path}/{number}")
            case "anyOf":
                if all(list(_wrong(value, one, path)) for one in rule):
                    yield f"{path}: none of the alternatives"
            case "properties":
                for key in rule.keys() & value.keys():
                    yield from _wrong(value[key], rule[key], f"{path}/{key}")
            case "additionalProperties" if rule is False:
                yield from (f"{path}: unknown {key}" for key in value.keys() - schema.get("properties", {}).keys())
            case "type" | "enum" | "pattern" | "maxLength" | "maxItems" | "maxProperties" | "minLength" | "minItems":
                continue
            case "minProperties" | "uniqueItems" | "additionalProperties":
                continue
            case _:
                raise NotImplementedError(name)


@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_manifests_are_valid(options: dict[str, bool], language: Language) -> None:
    """Each manifest, in each language, is valid against Slack's schema."""
    manifest = build_manifest(load_texts(), language, url="https://bot.example.com", **options)

    assert list(_wrong(manifest, SCHEMA)) == []


def test_the_schema_is_really_checked() -> None:
    """An unknown field and a text that is too long are found."""
    manifest = build_manifest(load_texts(), "en", url="https://bot.example.com")
    manifest["extra"] = 1
    manifest["display_information"]["description"] = "x" * 1000

    assert len(list(_wrong(manifest, SCHEMA))) == 2


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
    """The manifest for Socket Mode holds no address and turns it on; the one for HTTP holds the address four times."""
    over_socket = json.dumps(build_manifest(load_texts(), "en", url="https://a.example", socket=True))
    over_http = json.dumps(build_manifest(load_texts(), "en", url="https://a.example"))

    assert "a.example" not in over_socket
    assert over_http.count("https://a.example/slack/events") == 3
