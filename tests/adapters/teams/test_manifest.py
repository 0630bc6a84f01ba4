"""The app package: valid against Teams' own schema, in three languages, the same bytes every time, icons as asked."""

import io
import re
import struct
import zipfile
from typing import Any

import pytest

from adapters.teams.manifest import Publisher, build_manifest, build_package, localisation
from bot.domain.brief import LANGUAGES
from bot.domain.errors import UserError
from bot.domain.reading.command_words import COMMANDS
from bot.services.texts import load_texts
from tests.adapters.schemas import violations

SCHEMA = "MicrosoftTeams.schema.json"
"""From the npm package @microsoft/app-manifest 1.1.2, json-schemas/teams/v1.30."""
TEXTS = load_texts()
OURS = Publisher(app_id="00000000-aaaa-bbbb-cccc-000000000001", name="Acme", url="https://acme.example")


def test_the_manifest_is_valid_against_the_official_schema() -> None:
    """Teams' own schema 1.30 finds nothing wrong, and the check itself finds what is."""
    manifest = build_manifest(OURS, TEXTS)

    assert violations(manifest, SCHEMA) == []
    assert len(violations({**manifest, "name": {"short": "x" * 31}}, SCHEMA)) == 1


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
