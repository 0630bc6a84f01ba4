"""All settings, read once from the environment into one frozen object; secrets are masked when printed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, ValidationError

from bot.domain.brief import Language
from bot.domain.errors import SettingsError


class Endpoint(BaseModel):
    """Name one more model endpoint that is tried when those before it fail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    model: str
    api_key: SecretStr = SecretStr("")
    profile: str | None = None


class Settings(BaseModel):
    """Hold every setting; the alias of a field is its environment variable and the description its meaning."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    openai_base_url: str | None = Field(
        None,
        alias="OPENAI_BASE_URL",
        description="Address of an OpenAI-compatible endpoint; without it the planner writes.",
    )
    openai_api_key: SecretStr = Field(SecretStr(""), alias="OPENAI_API_KEY", description="Key of that endpoint.")
    openai_model: str | None = Field(None, alias="OPENAI_MODEL", description="Name of the model there.")
    openai_profile: str | None = Field(
        None,
        alias="OPENAI_PROFILE",
        description="Kind of server (openai, anthropic, vllm, ollama, tgi, llama_cpp …); guessed when empty.",
    )
    model_fallbacks: Json[tuple[Endpoint, ...]] | tuple[Endpoint, ...] = Field(
        (),
        alias="MODEL_FALLBACKS",
        description='More endpoints in order, as JSON: [{"base_url": …, "model": …, "api_key": …, "profile": …}].',
    )
    deadline_s: float = Field(
        110.0, alias="DEADLINE_SECONDS", ge=5, le=900, description="Seconds within which a plan is complete."
    )
    first_content_s: float = Field(
        45.0, alias="FIRST_CONTENT_SECONDS", gt=0, le=900, description="Seconds a model may take to its first word."
    )
    idle_s: float = Field(20.0, alias="IDLE_SECONDS", gt=0, le=900, description="Seconds a model may be silent.")
    max_tokens: int = Field(4000, alias="MAX_TOKENS", ge=200, le=32000, description="Tokens a strategy may have.")
    redis_url: str | None = Field(
        None,
        alias="REDIS_URL",
        description="Redis: redis://, rediss:// or redis+sentinel://host:26379,host2/name; empty: embedded.",
    )
    namespace: str = Field(
        "ai-strategy",
        alias="REDIS_NAMESPACE",
        pattern=r"^[A-Za-z0-9._-]{1,40}$",
        description="First part of every Redis key.",
    )
    host: str = Field("127.0.0.1", alias="HOST", description="Address the web process listens on.")
    port: int = Field(8080, alias="PORT", ge=0, le=65535, description="Port the web process listens on.")
    default_language: Language = Field(
        "es", alias="DEFAULT_LANGUAGE", description="Language where a message gives no hint: es, en or pt."
    )
    price_book_overlay: Path | None = Field(
        None, alias="PRICE_BOOK_OVERLAY", description="YAML file with your own prices, salaries and currency rate."
    )
    retention_days: int = Field(
        30, alias="RETENTION_DAYS", ge=1, le=3650, description="Days that finished strategies are kept."
    )
    concurrency: int = Field(8, alias="WORKER_CONCURRENCY", ge=1, le=200, description="Jobs one worker does at a time.")
    user_requests_hour: int = Field(
        20, alias="LIMIT_USER_REQUESTS_HOUR", ge=1, description="Strategies one user may ask for in an hour."
    )
    user_tokens_hour: int = Field(
        60_000, alias="LIMIT_USER_TOKENS_HOUR", ge=0, description="Model tokens one user may use in an hour."
    )
    channel_tokens_hour: int = Field(
        200_000, alias="LIMIT_CHANNEL_TOKENS_HOUR", ge=0, description="Model tokens one channel may use in an hour."
    )
    tenant_tokens_day: int = Field(
        2_000_000,
        alias="LIMIT_TENANT_TOKENS_DAY",
        ge=0,
        description="Model tokens one workspace or tenant may use in a day.",
    )
    total_tokens_day: int = Field(
        10_000_000, alias="LIMIT_TOTAL_TOKENS_DAY", ge=0, description="Model tokens all together may use in a day."
    )
    user_key: SecretStr = Field(
        SecretStr(""),
        alias="USER_HASH_KEY",
        description="Key for the hashed user id sent to OpenAI as safety identifier; empty sends none.",
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), alias="SLACK_SIGNING_SECRET", description="Signing secret of the Slack app; opens its HTTP door."
    )
    slack_bot_token: SecretStr = Field(
        SecretStr(""), alias="SLACK_BOT_TOKEN", description="Bot token (xoxb-…) of the one workspace that installed it."
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""), alias="SLACK_APP_TOKEN", description="App token (xapp-…); with it Socket Mode is used as well."
    )
    slack_client_id: str = Field(
        "", alias="SLACK_CLIENT_ID", description="Client id of the Slack app; lets many workspaces install it by OAuth."
    )
    slack_client_secret: SecretStr = Field(
        SecretStr(""), alias="SLACK_CLIENT_SECRET", description="Client secret of the Slack app, for OAuth."
    )
    slack_token_keys: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_TOKEN_KEYS",
        description="Fernet keys that seal the tokens of OAuth, newest first, separated by spaces.",
    )
    slack_workspaces: str = Field(
        "", alias="SLACK_WORKSPACES", description="Ids of the workspaces that may use the bot, by spaces; empty: all."
    )
    slack_channels: str = Field(
        "",
        alias="SLACK_CHANNELS",
        description="Ids of the channels the bot may be used in, by spaces; empty: all. Direct messages stay open.",
    )
    slack_users: str = Field(
        "", alias="SLACK_USERS", description="Ids of the users who may use the bot, by spaces; empty: all."
    )
    public_url: str = Field(
        "https://example.com", alias="PUBLIC_URL", description="Address at which browsers reach the web process."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", alias="SLACK_API_URL", description="Address of Slack's Web API; a proxy or a fake."
    )
    teams_app_id: str = Field("", alias="TEAMS_APP_ID", description="Id of the Azure Bot's app; opens the Teams door.")
    teams_app_type: Literal["secret", "certificate", "identity"] = Field(
        "secret", alias="TEAMS_APP_TYPE", description="How the app proves itself: secret, certificate or identity."
    )
    teams_tenant_id: str = Field(
        "", alias="TEAMS_TENANT_ID", description="Tenant of a single-tenant app; empty for one of many tenants."
    )
    teams_app_password: SecretStr = Field(SecretStr(""), alias="TEAMS_APP_PASSWORD", description="Client secret.")
    teams_app_certificate: Path | None = Field(
        None, alias="TEAMS_APP_CERTIFICATE", description="PEM file with the certificate and its private key."
    )
    identity_endpoint: str = Field(
        "", alias="IDENTITY_ENDPOINT", description="Set by App Service: where a managed identity gets its token."
    )
    identity_header: SecretStr = Field(
        SecretStr(""), alias="IDENTITY_HEADER", description="Set by App Service: what that address wants to see."
    )
    teams_tenants: str = Field(
        "",
        alias="TEAMS_TENANTS",
        description="Tenants that may use the bot, separated by spaces; empty: TEAMS_TENANT_ID.",
    )
    teams_users: str = Field(
        "", alias="TEAMS_USERS", description="Directory ids of the users who may use the bot, by spaces; empty: all."
    )
    teams_targeted: bool = Field(
        default=False,
        alias="TEAMS_TARGETED",
        description="Show private words in channels to one person (a preview of Teams).",
    )
    teams_text_format: Literal["markdown", "extendedmarkdown"] = Field(
        "markdown",
        alias="TEAMS_TEXT_FORMAT",
        description="Markdown of plans in personal chats: extendedmarkdown has tables and headings (a preview).",
    )
    teams_auth: Literal["token", "none"] = Field(
        "token",
        alias="TEAMS_AUTH",
        description="none turns authentication off, for the Agents Playground; loopback only.",
    )
    teams_loopback: bool = Field(
        default=False,
        alias="TEAMS_LOOPBACK",
        description="Also answer service addresses on this machine: for tests only.",
    )
    teams_keys_url: str = Field(
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        alias="TEAMS_KEYS_URL",
        description="Where the channel's signing keys are described; another cloud's has another address.",
    )
    teams_token_issuer: str = Field(
        "https://api.botframework.com", alias="TEAMS_TOKEN_ISSUER", description="Who issues the channel's tokens."
    )
    teams_authority: str = Field(
        "https://login.microsoftonline.com", alias="TEAMS_AUTHORITY", description="Where the app gets its own token."
    )
    metrics_port: int | None = Field(
        None,
        alias="METRICS_PORT",
        ge=1,
        le=65535,
        description="Port of /metrics for Prometheus, never the public one; each process needs its own; empty: none.",
    )
    metrics_host: str = Field(
        "127.0.0.1", alias="METRICS_HOST", description="Address /metrics listens on; it knows no password."
    )
    log_level: str = Field(
        "INFO", alias="LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="How much is logged."
    )


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `environ`; an empty variable counts as not set. Raises SettingsError."""
    known = {field.alias for field in Settings.model_fields.values()}
    try:
        return Settings.model_validate({name: value for name, value in environ.items() if name in known and value})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsError("error.settings", setting=str(first["loc"][0]), reason=first["msg"]) from None
