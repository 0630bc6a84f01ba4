"""The manifest: valid against Slack's own schema, and with exactly the events and scopes the code has a use for."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.inbound import EVENTS
from adapters.slack.manifest import OPTIONAL_SCOPES, SCOPES, build_manifest
from bot.domain.brief import LANGUAGES, Language
from bot.services.texts import load_texts

# slackapi/manifest-schema (MIT), schemas/manifest.schema.1.0.0.json
SCHEMA = json.loads((Path(__file__).parents[2] / "data/slack/manifest.schema.1.0.0.json").read_text("utf-8"))
IGNORED = {
    "$schema",
    "title",
    "description",
    "default",
    "format",
    "_note",
    "definitions",
    "regex",
    "requires",
    "additionalProperties",
}
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


BROKEN: dict[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, rule: not isinstance(value, TYPES[rule]),
    "enum": lambda value, rule: value not in rule,
    "pattern": lambda value, rule: re.search(rule, value) is None,
    "maxLength": lambda value, rule: len(value) > rule,
    "maxItems": lambda value, rule: len(value) > rule,
    "maxProperties": lambda value, rule: len(value) > rule,
    "minLength": lambda value, rule: len(value) < rule,
    "minItems": lambda value, rule: len(value) < rule,
    "minProperties": lambda value, rule: len(value) < rule,
    "uniqueItems": lambda value, _: len({json.dumps(one) for one in value}) != len(value),
    "required": lambda value, rule: not set(rule) <= value.keys(),
    "anyOf": lambda value, rule: all(list(_wrong(value, one)) for one in rule),
}


def _wrong(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield where a value breaks a schema; a keyword this does not know is an error of the test."""
    for name, rule in schema.items():
        if name in BROKEN:
            if BROKEN[name](value, rule):
                yield f"{path}: {name} {rule}"
        elif name == "$ref":
            yield from _wrong(value, SCHEMA["definitions"][rule.removeprefix("#/definitions/")], path)
        elif name == "items":
            for number, one in enumerate(value):
                yield from _wrong(one, rule, f"{path}/{number}")
        elif name == "properties":
            yield from _wrong_fields(value, rule, path, closed=schema.get("additionalProperties") is False)
        elif name not in IGNORED:
            raise NotImplementedError(name)


def _wrong_fields(value: dict[str, Any], rules: dict[str, Any], path: str, *, closed: bool) -> Iterator[str]:
    yield from (f"{path}: unknown {key}" for key in value.keys() - rules.keys() if closed)
    for key in rules.keys() & value.keys():
        yield from _wrong(value[key], rules[key], f"{path}/{key}")


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
