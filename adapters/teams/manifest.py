"""The app package for Teams: manifest, icons and languages in one zip, the same bytes for the same settings. Pure."""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.teams.icons import color_icon, outline_icon
from adapters.teams.inbound import COMMAND
from bot.domain.brief import LANGUAGES, Language
from bot.domain.errors import UserError
from bot.ports import Texts

Json = dict[str, Any]

VERSION = "1.30"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
# Slash commands came with 1.29, and an organisation's own apps may use them; the Store was not tried.
_TAGS: dict[Language, str] = {"en": "en", "es": "es", "pt": "pt"}
_FIRST: Language = "en"
_COMMANDS = ("start", "help", "history", "privacy")
_NAME = 32
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SCOPES = ("personal", "team", "groupChat")
_SHARED_SCOPES = ("team", "groupChat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Say who runs the bot: `url` is their site, with a page each on privacy and terms under it."""

    app_id: str
    name: str
    url: str
    version: str = "1.0.0"


def build_package(publisher: Publisher, texts: Texts) -> bytes:
    """Return the app package as a zip. Raises UserError for what Teams would not take."""
    _check(publisher)
    files = {
        "manifest.json": _json(build_manifest(publisher, texts)),
        "color.png": color_icon(),
        "outline.png": outline_icon(),
    }
    files |= {f"{_TAGS[one]}.json": _json(localisation(one, texts)) for one in LANGUAGES if one != _FIRST}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items()):
            # A fixed date and no system of its own: the same package has the same bytes everywhere.
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 0, 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def build_manifest(publisher: Publisher, texts: Texts) -> Json:
    """Return the manifest in its first language."""
    site = publisher.url.rstrip("/")
    commands = _commands(_FIRST, texts)
    lists = [
        {"scopes": list(_SHARED_SCOPES), "triggers": ["mention", "slash"], "commands": commands},
        {"scopes": ["personal"], "commands": commands},
    ]
    extension = [
        {
            "id": "start",
            "type": "action",
            "context": ["compose", "commandBox"],
            "fetchTask": True,
            **_texts_of("manifest.teams.start", _FIRST, texts),
        },
        {
            "id": "find",
            "type": "query",
            "context": ["compose", "commandBox"],
            "initialRun": True,
            **_texts_of("manifest.teams.find", _FIRST, texts),
            "parameters": [{"name": "query", "inputType": "text", **_texts_of("manifest.teams.query", _FIRST, texts)}],
        },
    ]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": publisher.version,
        "id": publisher.app_id,
        "developer": {
            "name": publisher.name,
            "websiteUrl": site,
            "privacyUrl": f"{site}/privacy",
            "termsOfUseUrl": f"{site}/terms",
        },
        "name": {"short": texts.say("manifest.name", _FIRST), "full": texts.say("manifest.name", _FIRST)},
        "description": {
            "short": texts.say("manifest.teams.short", _FIRST),
            "full": texts.say("manifest.long", _FIRST),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#0F6CBD",
        "localizationInfo": {
            "defaultLanguageTag": _TAGS[_FIRST],
            "additionalLanguages": [
                {"languageTag": _TAGS[one], "file": f"{_TAGS[one]}.json"} for one in LANGUAGES if one != _FIRST
            ],
        },
        "bots": [
            {
                "botId": publisher.app_id,
                "scopes": list(_SCOPES),
                "supportsTargetedMessages": True,
                "commandLists": lists,
            }
        ],
        "composeExtensions": [{"botId": publisher.app_id, "commands": extension}],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [],
    }


def localisation(language: Language, texts: Texts) -> Json:
    """Return the strings of the manifest in another language, by their paths."""
    name = texts.say("manifest.name", language)
    found: Json = {
        "$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"),
        "name.short": name,
        "name.full": name,
        "description.short": texts.say("manifest.teams.short", language),
        "description.full": texts.say("manifest.long", language),
    }
    for number in range(2):
        for at, command in enumerate(_commands(language, texts)):
            path = f"bots[0].commandLists[{number}].commands[{at}]"
            found |= {f"{path}.{part}": text for part, text in command.items()}
    for at, key in enumerate(("manifest.teams.start", "manifest.teams.find")):
        found |= {
            f"composeExtensions[0].commands[{at}].{part}": text
            for part, text in _texts_of(key, language, texts).items()
        }
    found |= {
        f"composeExtensions[0].commands[1].parameters[0].{part}": text
        for part, text in _texts_of("manifest.teams.query", language, texts).items()
    }
    return found


def _commands(language: Language, texts: Texts) -> list[dict[str, str]]:
    """Return the commands people see; the title is what arrives as the message."""
    return [
        {
            "title": COMMAND if name == "start" else texts.say(f"manifest.teams.command.{name}", language),
            "description": texts.say(f"manifest.teams.command.{name}.description", language),
        }
        for name in _COMMANDS
    ]


def _texts_of(key: str, language: Language, texts: Texts) -> dict[str, str]:
    return {"title": texts.say(key, language), "description": texts.say(f"{key}.description", language)}


def _check(publisher: Publisher) -> None:
    try:
        UUID(publisher.app_id)
    except ValueError as error:
        raise UserError("error.manifest.app_id", app_id=publisher.app_id) from error
    if not publisher.url.startswith("https://"):
        raise UserError("error.manifest.url", url=publisher.url)
    if not 0 < len(publisher.name) <= _NAME:
        raise UserError("error.manifest.publisher", most=_NAME)
    if not re.fullmatch(r"\d+\.\d+\.\d+", publisher.version, re.ASCII):
        raise UserError("error.manifest.version", version=publisher.version)


def _json(data: Json) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
