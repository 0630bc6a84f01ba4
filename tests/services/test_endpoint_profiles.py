"""Profiles of servers: the file, the guess, the choice."""

from pathlib import Path

import pytest

from bot.domain.errors import DataError, SettingsError
from bot.services.endpoint_profiles import Endpoint, choose_profile, read_profiles

PROFILES = read_profiles()


def endpoint(base_url: str, model: str = "llama3.3", profile: str | None = None) -> Endpoint:
    """Return an endpoint."""
    return Endpoint(name="e", base_url=base_url, model=model, api_key="secret-key", profile=profile)


@pytest.mark.parametrize(
    ("base_url", "model", "expected"),
    [
        ("https://api.openai.com/v1", "gpt-4o", "openai"),
        ("https://eu.api.openai.com/v1", "gpt-6-luna", "openai"),
        ("https://api.openai.com.evil.example/v1", "gpt-4o", "generic"),
        ("https://api.anthropic.com/v1/", "claude-sonnet-5-5", "anthropic"),
        ("http://localhost:11434/v1", "llama3.3", "ollama"),
        ("http://gpu:8080/v1", "tgi", "tgi"),
        ("http://gpu:8080/v1", "/models/mistral-7b.Q4.gguf", "llama_cpp"),
        ("http://gpu:8000/v1", "meta-llama/Llama-3.3-70B-Instruct", "vllm"),
        ("http://gpu:8000/v1", "llama", "generic"),
        ("https://gateway.example/v1", "mistralai/mistral-small", "generic"),
    ],
)
def test_the_kind_of_server_is_guessed(base_url: str, model: str, expected: str) -> None:
    """Host, port and model name give the server away; where they do not, the careful profile is taken."""
    assert choose_profile(endpoint(base_url, model), PROFILES).name == expected


def test_a_named_profile_wins_over_the_guess() -> None:
    """OPENAI_PROFILE is believed."""
    assert choose_profile(endpoint("http://localhost:11434/v1", profile="vllm"), PROFILES).name == "vllm"


def test_an_unknown_profile_is_a_setting_to_correct() -> None:
    """The error names the setting and what it may be."""
    with pytest.raises(SettingsError) as raised:
        choose_profile(endpoint("http://h/v1", profile="olama"), PROFILES)

    assert raised.value.params["setting"] == "OPENAI_PROFILE"
    assert "ollama" in str(raised.value.params["reason"])


@pytest.mark.parametrize("model", ["o3", "o4-mini", "gpt-5", "gpt-6-luna", "gpt-6.1-terra"])
def test_reasoning_models_of_openai_differ(model: str) -> None:
    """They take no temperature, think little and get room for hidden reasoning."""
    profile = choose_profile(endpoint("https://api.openai.com/v1", model), PROFILES)

    assert (profile.temperature, profile.extra["reasoning_effort"]) == (None, "low")
    assert profile.headroom_tokens > 0


def test_gpt_4o_is_an_ordinary_model() -> None:
    """GPT-4o takes a temperature and no reasoning effort."""
    profile = choose_profile(endpoint("https://api.openai.com/v1", "gpt-4o"), PROFILES)

    assert (profile.temperature, profile.headroom_tokens) == (0.3, 0)
    assert "reasoning_effort" not in profile.extra


def test_only_openai_gets_the_users_hash_and_the_store_flag() -> None:
    """No other server is told who asks."""
    assert [name for name, profile in PROFILES.items() if profile.safety_identifier] == ["openai"]
    assert [name for name, profile in PROFILES.items() if "store" in profile.extra] == ["openai"]


def test_each_profile_names_its_source() -> None:
    """A capability without a source is a guess."""
    assert all(profile.source for profile in PROFILES.values())


def test_a_refused_parameter_is_replaced_or_left_out() -> None:
    """What a server refuses goes away; what it never got changes nothing."""
    profile = PROFILES["openai"]

    assert profile.without("max_completion_tokens").token_parameter == "max_tokens"
    assert profile.without("temperature").temperature is None
    assert profile.without("store").extra == {}
    assert profile.without("nonsense") == profile


def test_a_wrong_profile_file_names_file_and_row(tmp_path: Path) -> None:
    """An unknown member, and a missing one, are said with their row."""
    for text in ("profiles: {odd: {colour: red}}", "profiles: {odd: {source: x}}"):
        file = tmp_path / "endpoints.yaml"
        file.write_text(text)
        with pytest.raises(DataError) as raised:
            read_profiles(file)
        assert (raised.value.params["file"], raised.value.params["row"]) == ("endpoints.yaml", "odd")


def test_the_key_is_not_printed() -> None:
    """Neither repr nor str of an endpoint shows its key."""
    assert "secret-key" not in f"{endpoint('http://h/v1')!r} {endpoint('http://h/v1')}"
