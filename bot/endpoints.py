"""The model endpoints that the settings name, in the order they are tried."""

from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.services.endpoint_profiles import Endpoint
from bot.settings import Settings


def read_endpoints(settings: Settings) -> tuple[Endpoint, ...]:
    """Return the model endpoints in the order they are tried; none when no model is connected."""
    found: list[Endpoint] = []
    if settings.openai_base_url and settings.openai_model:
        key = settings.openai_api_key.get_secret_value()
        found.append(_endpoint(settings.openai_base_url, settings.openai_model, key, settings.openai_profile, found))
    for one in settings.model_fallbacks:
        found.append(_endpoint(one.base_url, one.model, one.api_key.get_secret_value(), one.profile, found))
    return tuple(found)


def each_endpoint(settings: Settings) -> tuple[Settings, ...]:
    """Return the settings once for each model endpoint, with that one alone and the embedded store."""
    return tuple(
        settings.model_copy(
            update={
                "openai_base_url": one.base_url,
                "openai_model": one.model,
                "openai_api_key": SecretStr(one.api_key),
                "openai_profile": one.profile,
                "model_fallbacks": (),
                "redis_url": None,
            }
        )
        for one in read_endpoints(settings)
    )


def _endpoint(base_url: str, model: str, key: str, profile: str | None, before: list[Endpoint]) -> Endpoint:
    """Name an endpoint by host and model; the second of the same name gets a number."""
    name = f"{urlsplit(base_url).hostname or base_url}/{model}"
    again = sum(other.name.split(" #")[0] == name for other in before)
    return Endpoint(
        name=f"{name} #{again + 1}" if again else name, base_url=base_url, model=model, api_key=key, profile=profile
    )
