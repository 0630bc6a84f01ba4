"""Reads the industries' data files into the industry book and names each entry that is wrong."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import yaml

from bot.domain.brief import LANGUAGES, Language
from bot.domain.errors import DataError
from bot.domain.industries import Industry, IndustryBook, Pilot, Profile, Region, Regulation, Risk, Texts
from bot.services.yaml_files import read_yaml

REGIONS: tuple[Region, ...] = get_args(Region)
DATA = Path(__file__).resolve().parents[1] / "data"
RISKS = 3
"""A strategy names the three main risks (strategy.md), so a profile has exactly three."""


@cache
def industry_book(data: Path = DATA) -> IndustryBook:
    """Return the book of the industries in `data`, read once per process. Raises DataError."""
    return read_industries(data)


def read_industries(data: Path) -> IndustryBook:
    """Read industries.yaml, regulations.yaml and industries/<id>.yaml. Raises DataError with file, row and reason."""
    regulations = _regulations(data / "regulations.yaml")
    index = data / "industries.yaml"
    industries = [
        _industry(str(key), entry, index, regulations)
        for key, entry in _mapping(_load(index), index, "top level").items()
    ]
    try:
        return IndustryBook.of(industries)
    except ValueError as error:
        raise _wrong(index, "aliases", str(error)) from error


def _industry(key: str, entry: object, index: Path, regulations: Mapping[str, Regulation]) -> Industry:
    fields = _mapping(entry, index, key)
    aliases = _mapping(fields.get("aliases"), index, f"{key}.aliases")
    return Industry(
        id=key,
        name=_texts(fields.get("name"), index, f"{key}.name"),
        aliases={
            language: tuple(_strings(aliases.get(language), index, f"{key}.aliases.{language}"))
            for language in LANGUAGES
        },
        weak=frozenset(_strings(fields.get("weak"), index, f"{key}.weak")),
        profile=_profile(index.with_name("industries") / f"{key}.yaml", regulations),
    )


def _profile(file: Path, regulations: Mapping[str, Regulation]) -> Profile:
    fields = _mapping(_load(file), file, "top level")
    pilot = _mapping(fields.get("pilot"), file, "pilot")
    risks = _mapping(fields.get("risks"), file, "risks")
    if len(risks) != RISKS:
        raise _wrong(file, "risks", f"must be {RISKS}, are {len(risks)}")
    return Profile(
        sensitive_data=_many_texts(fields.get("sensitive_data"), file, "sensitive_data"),
        regulations=tuple(
            _known(name, regulations, file) for name in _strings(fields.get("regulations"), file, "regulations")
        ),
        use_cases=_many_texts(fields.get("use_cases"), file, "use_cases"),
        risks=tuple(_risk(str(key), risk, file) for key, risk in risks.items()),
        owners=_many_texts(fields.get("owners"), file, "owners"),
        pilot=Pilot(
            idea=_texts(pilot.get("idea"), file, "pilot.idea"),
            exit_criterion=_texts(pilot.get("exit_criterion"), file, "pilot.exit_criterion"),
        ),
    )


def _risk(key: str, entry: object, file: Path) -> Risk:
    fields = _mapping(entry, file, f"risks.{key}")
    return Risk(
        id=key,
        title=_texts(fields.get("title"), file, f"risks.{key}.title"),
        mitigation=_texts(fields.get("mitigation"), file, f"risks.{key}.mitigation"),
    )


def _regulations(file: Path) -> dict[str, Regulation]:
    return {
        str(key): _regulation(str(key), entry, file) for key, entry in _mapping(_load(file), file, "top level").items()
    }


def _regulation(key: str, entry: object, file: Path) -> Regulation:
    fields = _mapping(entry, file, key)
    url = fields.get("url")
    region = next((known for known in REGIONS if known == fields.get("region")), None)
    if region is None:
        raise _wrong(file, f"{key}.region", f"is none of {', '.join(REGIONS)}")
    if not isinstance(url, str) or urlsplit(url).scheme != "https":
        raise _wrong(file, f"{key}.url", "is no https address")
    name = fields.get("name")
    names = dict.fromkeys(LANGUAGES, name) if isinstance(name, str) else name
    return Regulation(
        id=key,
        region=region,
        name=_texts(names, file, f"{key}.name"),
        url=url,
        demands=_texts(fields.get("demands"), file, f"{key}.demands"),
    )


def _known(name: str, regulations: Mapping[str, Regulation], file: Path) -> Regulation:
    if name not in regulations:
        raise _wrong(file, "regulations", f"{name} is not in regulations.yaml")
    return regulations[name]


def _load(file: Path) -> object:
    try:
        return read_yaml(file)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _wrong(file, "file", str(error)) from error


def _mapping(value: object, file: Path, row: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not value:
        raise _wrong(file, row, "must be a mapping with entries")
    return value


def _texts(value: object, file: Path, row: str) -> Texts:
    fields = _mapping(value, file, row)
    texts: dict[Language, str] = {}
    for language in LANGUAGES:
        text = fields.get(language)
        if not isinstance(text, str) or not text.strip():
            raise _wrong(file, f"{row}.{language}", "is missing")
        texts[language] = text.strip()
    if set(fields) - set(LANGUAGES):
        raise _wrong(file, row, f"has other keys than {', '.join(LANGUAGES)}")
    return texts


def _many_texts(value: object, file: Path, row: str) -> tuple[Texts, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong(file, row, "must be a list with entries")
    return tuple(_texts(entry, file, f"{row}.{place}") for place, entry in enumerate(value, 1))


def _strings(value: object, file: Path, row: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(entry, str) and entry for entry in value):
        raise _wrong(file, row, "must be a list of texts")
    return value


def _wrong(file: Path, row: str, reason: str) -> DataError:
    return DataError("data.wrong", file=file.name, row=row, reason=reason)
