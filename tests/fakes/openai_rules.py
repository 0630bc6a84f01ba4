"""What a strict OpenAI-compatible server refuses of a chat completion request, by dialect."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_COMMON = frozenset({"model", "messages", "stream", "stream_options", "temperature"})
_REASONING = re.compile(r"^(o\d|gpt-[5-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Say what one kind of server takes and does."""

    takes: frozenset[str]
    counts: bool = True
    temperature_cap: float = 2.0
    extra: frozenset[str] = field(default_factory=frozenset)


DIALECTS: Mapping[str, Dialect] = {
    "openai": Dialect(
        takes=_COMMON
        | {"max_completion_tokens", "max_tokens", "response_format", "store", "safety_identifier", "reasoning_effort"}
    ),
    "anthropic": Dialect(takes=_COMMON | {"max_tokens", "max_completion_tokens"}, temperature_cap=1.0),
    "vllm": Dialect(takes=_COMMON | {"max_tokens", "max_completion_tokens", "response_format"}),
    "ollama": Dialect(takes=_COMMON | {"max_tokens", "response_format"}),
    "tgi": Dialect(takes=_COMMON | {"max_tokens"}),
    "llama_cpp": Dialect(takes=_COMMON | {"max_tokens", "max_completion_tokens", "response_format"}),
    "llama_cpp_python": Dialect(takes=(_COMMON | {"max_tokens", "response_format"}) - {"stream_options"}, counts=False),
    "bare": Dialect(takes=frozenset({"model", "messages", "stream", "max_tokens"}), counts=False),
}
"""`bare` knows the least a server can; the others know what their documentation lists."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Be an error answer in OpenAI's form."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


def check(
    body: object, authorization: str | None, *, key: str, models: frozenset[str], dialect: Dialect
) -> Refusal | None:
    """Return why the request is refused, or None."""
    if authorization != f"Bearer {key}":
        given = (authorization or "").removeprefix("Bearer ")
        return Refusal(401, f"Incorrect API key provided: {given}.", "invalid_api_key")
    if not isinstance(body, dict):
        return Refusal(400, "We could not parse the JSON body of your request.")
    return (
        _check_known(body, dialect)
        or _check_messages(body.get("messages"))
        or _check_model(body.get("model"), models)
        or _check_numbers(body, dialect)
        or _check_stream(body)
        or _check_format(body)
    )


def limit_of(body: Mapping[str, Any]) -> int | None:
    """Return the limit of tokens the request asks for."""
    limit: int | None = body.get("max_completion_tokens", body.get("max_tokens"))
    return limit


def _check_known(body: Mapping[str, Any], dialect: Dialect) -> Refusal | None:
    for name in body:
        if name not in dialect.takes:
            return Refusal(400, f"Unrecognized request argument supplied: {name}", "unknown_parameter", name)
    return None


def _check_messages(messages: object) -> Refusal | None:
    if not isinstance(messages, list) or not messages:
        return Refusal(400, "[] is too short - 'messages'", "invalid_value", "messages")
    for at, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("system", "developer", "user", "assistant"):
            return Refusal(400, "Invalid role.", "invalid_value", f"messages[{at}].role")
        if not isinstance(message.get("content"), str) or not message["content"]:
            return Refusal(400, "Invalid content.", "invalid_type", f"messages[{at}].content")
    return None


def _check_model(model: object, models: frozenset[str]) -> Refusal | None:
    if not isinstance(model, str) or not model:
        return Refusal(400, "you must provide a model parameter", None, "model")
    if model not in models:
        return Refusal(404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found")
    return None


def _check_numbers(body: Mapping[str, Any], dialect: Dialect) -> Refusal | None:
    reasoning = _REASONING.match(body["model"])
    if reasoning and "max_tokens" in body:
        text = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return Refusal(400, text, "unsupported_parameter", "max_tokens")
    if {"max_tokens", "max_completion_tokens"} <= body.keys():
        return Refusal(400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    limit = limit_of(body)
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        return Refusal(400, "Invalid limit of tokens.", "integer_below_min_value", "max_tokens")
    temperature = body.get("temperature")
    if temperature is not None and reasoning and temperature != 1:
        text = "Unsupported value: 'temperature' does not support this value with this model."
        return Refusal(400, text, "unsupported_value", "temperature")
    if temperature is not None and not 0 <= temperature <= dialect.temperature_cap:
        return Refusal(400, "temperature: out of range", None, "temperature")
    if "reasoning_effort" in body and not reasoning:
        return Refusal(400, "Unrecognized request argument supplied: reasoning_effort", None, "reasoning_effort")
    return None


def _check_stream(body: Mapping[str, Any]) -> Refusal | None:
    options = body.get("stream_options")
    if options is not None and not body.get("stream"):
        return Refusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.")
    if options is not None and (not isinstance(options, dict) or options.keys() - {"include_usage"}):
        return Refusal(400, "Unknown stream option.", None, "stream_options")
    return None


def _check_format(body: Mapping[str, Any]) -> Refusal | None:
    wanted = body.get("response_format")
    if wanted is None:
        return None
    if wanted != {"type": "json_object"}:
        return Refusal(400, "Invalid response_format.", None, "response_format")
    if "json" not in json.dumps(body["messages"]).lower():
        return Refusal(400, "'messages' must contain the word 'json' in some form.", None, "messages")
    return None
