"""The app package: valid against Teams' own schema, in three languages, the same bytes every time, icons as asked."""

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.manifest import Publisher, build_manifest, build_package, localisation
from bot.domain.brief import LANGUAGES
from bot.domain.command_words import COMMANDS
from bot.domain.errors import UserError
from bot.services.texts import load_texts

# microsoft/app-manifest 1.1.2 (MIT), build/json-schemas/teams/v1.30/MicrosoftTeams.schema.json
SCHEMA = json.loads((Path(__file__).parents[2] / "data/teams/MicrosoftTeams.schema.json").read_text("utf-8"))
IGNORED = {"description", "default", "format", "$schema", "title", "definitions", "$id", "id", "examples"}
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
TEXTS = load_texts()
OURS = Publisher(app_id="00000000-aaaa-bbbb-cccc-000000000001", name="Acme", url="https://acme.example")


def _wrong(value: Any, schema: dict[str, Any], path: str = "") -> Iterator[str]:  # noqa: C901, PLR0912  # a table of keywords
    """Yield where a value breaks a schema; a keyword this does not know is an error of the test."""
    for name, rule in schema.items():
        match name:
            case "$ref":
                found: Any = SCHEMA
                for part in rule.removeprefix("#/").split("/"):
                    found = found[part]
                yield from _wrong(value, found, path)
            case "type":
                kinds = [rule] if isinstance(rule, str) else rule
                if not any(isinstance(value, TYPES[kind]) for kind in kinds):
                    yield f"{path}: not {rule}"
            case "enum" if value not in rule:
                yield f"{path}: not one of {rule}"
            case "const" if value != rule:
                yield f"{path}: not {rule}"
            case "pattern" if not re.search(rule, value):
                yield f"{path}: does not match {rule}"
            case "maxLength" | "maxItems" if len(value) > rule:
                yield f"{path}: longer than {rule}"
            case "minLength" | "minItems" if len(value) < rule:
                yield f"{path}: shorter than {rule}"
            case "uniqueItems" if len({json.dumps(one) for one in value}) != len(value):
                yield f"{path}: twice the same"
            case "required":
                yield from (f"{path}: no {one}" for one in rule if one not in value)
            case "items":
                for number, one in enumerate(value):
                    yield from _wrong(one, rule, f"{path}/{number}")
            case "properties":
                for key, one in rule.items():
                    if key in value:
                        yield from _wrong(value[key], one, f"{path}/{key}")
            case "additionalProperties" if rule is False:
                yield from (f"{path}: {key} is unknown" for key in value.keys() - schema["properties"].keys())
            case _:
                known = {"enum", "const", "pattern", "maxLength", "maxItems", "minLength", "minItems", "uniqueItems"}
                assert name in IGNORED | known | {"additionalProperties"}, f"{path}: unknown keyword {name}"


def test_the_manifest_is_valid_against_the_official_schema() -> None:
    """Teams' own schema 1.30 finds nothing wrong, and the check itself finds what is."""
    manifest = build_manifest(OURS, TEXTS)
    known = {name: rule for name, rule in SCHEMA.items() if name in ("type", "required", "additionalProperties")}
    used = {"properties": {name: SCHEMA["properties"][name] for name in manifest}}

    assert list(_wrong(manifest, {**known, "additionalProperties": True, **used})) == []
    assert not manifest.keys() - SCHEMA["properties"].keys()
    spoiled = {**manifest, "name": {"short": "x" * 31}}
    assert list(_wrong(spoiled, used)) == ["/name/short: longer than 30"]


def test_the_command_is_a_native_slash_command() -> None:
    """`ai-strategy` is offered as a slash command in teams and groups, and by mention."""
    (bot,) = build_manifest(OURS, TEXTS)["bots"]
    shared = bot["commandLists"][0]

    assert bot["supportsTargetedMessages"]
    assert shared["triggers"] == ["mention", "slash"]
    assert shared["commands"][0]["title"] == "ai-strategy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_a_word_the_bot_knows(language: Any) -> None:
    """What a command sends as a message is understood in its language."""
    phrases = {" ".join(one) for said in COMMANDS.values() for one in said}
    folded = {"ai-strategy", *(phrases)}
    titles = [text for key, text in localisation(language, TEXTS).items() if "commandLists" in key and "title" in key]

    assert titles
    for title in titles:
        plain = title.replace("ó", "o")
        assert plain in folded, title


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_translate_every_text_of_the_manifest(language: Any) -> None:
    """Each path of a language file is a text of the manifest, within the manifest's own limits."""
    manifest = build_manifest(OURS, TEXTS)
    for path, text in localisation(language, TEXTS).items():
        if path == "$schema":
            continue
        found: Any = manifest
        for part in re.findall(r"[A-Za-z]+|\d+", path):
            found = found[int(part)] if part.isdecimal() else found[part]
        assert isinstance(found, str), path
        assert text, path
        if path.startswith("composeExtensions"):
            assert len(text) <= (32 if path.endswith("title") else 128), path
        assert len(text) <= {"name.short": 30, "description.short": 80}.get(path, 4000), path


def test_the_package_is_the_same_every_time() -> None:
    """Two packages have the same bytes; they hold the manifest, two icons of the sizes asked for and the languages."""
    package = build_package(OURS, TEXTS)
    assert package == build_package(OURS, TEXTS)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["color.png", "es.json", "manifest.json", "outline.png", "pt.json"]
        sizes = {name: struct.unpack(">II", archive.read(name)[16:24]) for name in ("color.png", "outline.png")}
    assert sizes == {"color.png": (192, 192), "outline.png": (32, 32)}


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (Publisher(app_id="nope", name="A", url="https://a.example"), "error.manifest.app_id"),
        (Publisher(app_id=OURS.app_id, name="A", url="http://a.example"), "error.manifest.url"),
    ],
)
def test_what_teams_would_not_take_is_refused(wrong: Publisher, text: str) -> None:
    """An id that is no GUID and an address without https are refused with a sentence."""
    with pytest.raises(UserError) as caught:
        build_package(wrong, TEXTS)
    assert caught.value.text == text
