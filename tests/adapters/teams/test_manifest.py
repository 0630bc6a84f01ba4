"""The app package: valid against Teams' own schema, in three languages, the same bytes every time, icons as asked."""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.teams.manifest import Publisher, build_manifest, build_package, localisation
from bot.domain.brief import LANGUAGES, Language
from bot.domain.errors import UserError
from bot.domain.reading.command_words import COMMANDS
from bot.services.texts import load_texts
from tests.adapters.schemas import violations

SCHEMA = "MicrosoftTeams.schema.json"
"""From the npm package @microsoft/app-manifest 1.1.2, json-schemas/teams/v1.30."""
TEXTS = load_texts()
RULES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("manifest_rules.yaml").read_text("utf-8"))
OURS = Publisher(app_id="00000000-aaaa-bbbb-cccc-000000000001", name="Acme", url="https://acme.example")


def test_the_manifest_is_valid_against_the_official_schema() -> None:
    """Teams' own schema 1.30 finds nothing wrong, and the check itself finds what is."""
    manifest = build_manifest(OURS, TEXTS)

    assert violations(manifest, SCHEMA) == []
    assert len(violations({**manifest, "name": {"short": "x" * 31}}, SCHEMA)) == 1


def walk(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field and each list of a manifest with its path, in which `[]` stands for the places of a list."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from walk(value, f"{path}.{name}".lstrip("."))
        return
    yield path, part
    if isinstance(part, list):
        for value in part:
            yield from walk(value, f"{path}[]")


def breaches(manifest: Any) -> list[str]:
    """Return what Teams would not take, by our own table of its rules."""
    fields = list(walk(manifest))
    found = [f"{path} is missing" for path, rule in RULES.items() if rule.get("must") and path not in dict(fields)]
    for path, value in fields:
        rule = RULES.get(path)
        if rule is None:
            if isinstance(value, list) and all(isinstance(one, dict) for one in value):
                continue
            found.append(f"{path} is not known")
            continue
        if "most" in rule and len(value) > rule["most"]:
            found.append(f"{path} is too long")
        if "one_of" in rule and value not in rule["one_of"]:
            found.append(f"{path} is {value}")
        if "like" in rule and not re.fullmatch(rule["like"], value):
            found.append(f"{path} is {value}")
    return found


def test_the_manifest_keeps_the_rules() -> None:
    """By our own table of Teams' rules, which is always at hand, nothing is wrong; and each kind of fault is found."""
    manifest = build_manifest(OURS, TEXTS)
    spoilt = [
        {**manifest, "name": {"short": "x" * 31}},
        {**manifest, "colour": "#ffffff"},
        {**manifest, "accentColor": "blue"},
        {name: value for name, value in manifest.items() if name != "icons"},
        {**manifest, "permissions": ["identity", "camera"]},
        {**manifest, "bots": manifest["bots"] * 2},
    ]

    assert breaches(manifest) == []
    assert [bool(breaches(one)) for one in spoilt] == [True] * len(spoilt)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_keeps_the_rules(language: Language) -> None:
    """A translated text is no longer than the field it stands in takes."""
    for path, text in localisation(language, TEXTS).items():
        rule = RULES.get(re.sub(r"\[\d+\]", "[]", path), {})
        if path != "$schema":
            assert len(text) <= rule["most"], path


def test_the_command_is_a_native_slash_command() -> None:
    """`ai-strategy` is offered as a slash command in teams and groups, and by mention."""
    (bot,) = build_manifest(OURS, TEXTS)["bots"]
    shared = bot["commandLists"][0]

    assert bot["supportsTargetedMessages"]
    assert shared["triggers"] == ["mention", "slash"]
    assert shared["commands"][0]["title"] == "ai-strategy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_valid_against_the_official_schema(language: Language) -> None:
    """Teams' own schema of language files finds nothing wrong."""
    assert violations(localisation(language, TEXTS), "MicrosoftTeams.Localization.schema.json") == []


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
    """Each path of a language file is a text of the manifest."""
    manifest = build_manifest(OURS, TEXTS)
    for path, text in localisation(language, TEXTS).items():
        if path == "$schema":
            continue
        found: Any = manifest
        for part in re.findall(r"[A-Za-z]+|\d+", path):
            found = found[int(part)] if part.isdecimal() else found[part]
        assert isinstance(found, str), path
        assert text, path


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
        (Publisher(app_id=OURS.app_id, name="x" * 33, url=OURS.url), "error.manifest.publisher"),
        (Publisher(app_id=OURS.app_id, name="", url=OURS.url), "error.manifest.publisher"),
        (Publisher(app_id=OURS.app_id, name="A", url=OURS.url, version="1.0"), "error.manifest.version"),
    ],
)
def test_what_teams_would_not_take_is_refused(wrong: Publisher, text: str) -> None:
    """An id that is no GUID, an address without https, a long name, an odd version: each is refused with a sentence."""
    with pytest.raises(UserError) as caught:
        build_package(wrong, TEXTS)
    assert caught.value.text == text
