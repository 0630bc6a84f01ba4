"""What each kind of OpenAI-compatible server can do: `bot/data/endpoints.yaml`, chosen by name or guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.domain.errors import DataError, SettingsError
from bot.services.yaml_files import read_yaml

PROFILE_FILE = Path(__file__).parents[1] / "data" / "endpoints.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Say where a model is served; `profile` names its kind of server, None means: guess it."""

    name: str
    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Say what a kind of server takes; the fields are explained at the top of `endpoints.yaml`."""

    name: str
    token_parameter: str
    include_usage: bool
    system_role: str
    json_mode: bool
    temperature: float | None
    temperature_cap: float
    source: str
    safety_identifier: bool = False
    headroom_tokens: int = 0
    extra: Mapping[str, object] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    models: str | None = None
    families: tuple[Mapping[str, Any], ...] = ()

    def without(self, parameter: str) -> "Profile":
        """Return the profile for a server that refused `parameter`; an unknown one changes nothing."""
        changes: Mapping[str, Mapping[str, Any]] = {
            "max_tokens": {"token_parameter": "max_completion_tokens"},
            "max_completion_tokens": {"token_parameter": "max_tokens"},
            "temperature": {"temperature": None},
            "stream_options": {"include_usage": False},
            "response_format": {"json_mode": False},
            "safety_identifier": {"safety_identifier": False},
        }
        kept = {name: value for name, value in self.extra.items() if name != parameter}
        return replace(self, extra=kept, **changes.get(parameter, {}))

    def for_model(self, model: str) -> "Profile":
        """Return the profile with what differs for the model's family."""
        for family in self.families:
            if re.search(family["models"], model):
                return replace(self, **{name: value for name, value in family.items() if name != "models"})
        return self

    def fits(self, base_url: str, model: str) -> bool:
        """Tell whether the address or the model's name gives this kind of server away.

        Where a profile lists ports and models, both must agree: 8000 alone is used by too many servers.
        """
        host, port = _place(base_url)
        if any(re.search(pattern, host) for pattern in self.hosts):
            return True
        tests = []
        if self.ports:
            tests.append(port in self.ports)
        if self.models:
            tests.append(re.search(self.models, model) is not None)
        return bool(tests) and all(tests)


def _place(base_url: str) -> tuple[str, int | None]:
    """Return host and port; an address that is none gives nothing away, and the first call will say so."""
    try:
        address = urlsplit(base_url)
        port = address.port
    except ValueError:
        return "", None
    return address.hostname or "", port


def read_profiles(path: Path = PROFILE_FILE) -> Mapping[str, Profile]:
    """Read the profiles in their order; raises DataError with file, row and reason."""
    rows: Mapping[str, dict[str, Any]] = read_yaml(path)["profiles"]
    known = {item.name for item in fields(Profile)}
    profiles = {}
    for name, row in rows.items():
        if unknown := row.keys() - known:
            raise DataError("error.data", file=path.name, row=name, reason=f"unknown members {sorted(unknown)}")
        lists: dict[str, Any] = {key: tuple(row[key]) for key in ("hosts", "ports", "families") if key in row}
        try:
            profiles[name] = Profile(name=name, **(row | lists))
        except TypeError as error:
            raise DataError("error.data", file=path.name, row=name, reason=str(error)) from None
    return profiles


def choose_profile(endpoint: Endpoint, profiles: Mapping[str, Profile]) -> Profile:
    """Return the profile the endpoint names, or the first that fits, or `generic`; raises SettingsError."""
    if endpoint.profile is not None:
        if endpoint.profile not in profiles:
            reason = f"{endpoint.profile!r} is none of {', '.join(profiles)}"
            raise SettingsError("error.settings", setting="OPENAI_PROFILE", reason=reason)
        return profiles[endpoint.profile].for_model(endpoint.model)
    for profile in profiles.values():
        if profile.fits(endpoint.base_url, endpoint.model):
            return profile.for_model(endpoint.model)
    return profiles["generic"].for_model(endpoint.model)
