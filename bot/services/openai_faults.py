"""What the openai package and its transport raise, turned into the bot's model errors: the one translation point."""

import re
import ssl
from collections.abc import Collection, Mapping
from email.utils import parsedate_to_datetime
from types import MappingProxyType

from bot.domain.errors import (
    ModelBusy,
    ModelError,
    ModelMisconfigured,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)

KINDS: Mapping[str, type[ModelError]] = MappingProxyType(
    {
        "error.model.unreachable": ModelUnavailable,
        "error.model.server_error": ModelUnavailable,
        "error.model.broken_stream": ModelUnavailable,
        "error.model.empty_answer": ModelUnavailable,
        "error.model.busy": ModelBusy,
        "error.model.quota": ModelBusy,
        "error.model.timeout.first_content": ModelTimeout,
        "error.model.timeout.idle": ModelTimeout,
        "error.model.timeout.total": ModelTimeout,
        "error.model.refused": ModelRefused,
        "error.model.unknown_model": ModelMisconfigured,
        "error.model.wrong_address": ModelMisconfigured,
        "error.model.bad_request": ModelMisconfigured,
        "error.model.context_length": ModelMisconfigured,
        "error.model.not_protocol": ModelMisconfigured,
    }
)
"""Each sentence a model error may be, and its class; what to do about it has the key `remedy.model.…`."""

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "openai.APITimeoutError": "error.model.unreachable",
        "openai.APIConnectionError": "error.model.unreachable",
        "openai.AuthenticationError": "error.model.refused",
        "openai.OAuthError": "error.model.refused",
        "openai.PermissionDeniedError": "error.model.refused",
        "openai.NotFoundError": "error.model.wrong_address",
        "openai.BadRequestError": "error.model.bad_request",
        "openai.UnprocessableEntityError": "error.model.bad_request",
        "openai.ConflictError": "error.model.server_error",
        "openai.RateLimitError": "error.model.busy",
        "openai.InternalServerError": "error.model.server_error",
        "openai.APIStatusError": "error.model.server_error",
        "openai.APIResponseValidationError": "error.model.not_protocol",
        "openai.APIError": "error.model.broken_stream",
        "openai.LengthFinishReasonError": "error.model.broken_stream",
        "openai.ContentFilterFinishReasonError": "error.model.broken_stream",
        "openai.OpenAIError": "error.model.not_protocol",
        "httpx2.InvalidURL": "error.model.wrong_address",
        "httpx2.HTTPError": "error.model.broken_stream",
        "aiohttp.InvalidURL": "error.model.wrong_address",
        "aiohttp.ClientConnectionError": "error.model.unreachable",
        "aiohttp.ClientError": "error.model.broken_stream",
        "anyio.EndOfStream": "error.model.broken_stream",
        "bot.ErrorEvent": "error.model.broken_stream",
        "builtins.OSError": "error.model.unreachable",
        "builtins.ValueError": "error.model.not_protocol",
    }
)
"""Exception (package and name; the nearest ancestor counts) → key. The SDK raises ValueError for a bad line."""

_CODES: Mapping[str, str] = MappingProxyType(
    {
        "insufficient_quota": "error.model.quota",
        "rate_limit_exceeded": "error.model.busy",
        "rate_limit_error": "error.model.busy",
        "429": "error.model.busy",
        "overloaded_error": "error.model.server_error",
        "context_length_exceeded": "error.model.context_length",
        "model_not_found": "error.model.unknown_model",
        "invalid_api_key": "error.model.refused",
        "authentication_error": "error.model.refused",
    }
)
"""What `code` or `type` of an error body means, whatever status it came with."""

_LONG_PROMPT = re.compile(r"(?i)context[ _](length|size|window)|maximum context|too many tokens|prompt is too long")
_MODEL_MISSING = re.compile(r"(?i)\bmodels?\b")
_SECRET = re.compile(r"(?i)\b(sk-|bearer\s+|hf_|gsk_|xox)[\w.*+/=-]+|(?<=://)[^/@\s]+(?=@)")
_REDIRECTS = range(300, 400)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
_WINDOW = 24
"""Characters in a row that a server's message may share with the prompt before it counts as an echo of it."""


class ErrorEvent(ValueError):
    """Be a server's error that came as a chunk of the stream (`event: error`), which the SDK takes for an answer."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.body = {"message": message}


def caught() -> tuple[type[BaseException], ...]:
    """Return what may come out of the openai package: its own tree, its transports' and two built-in ones.

    AttributeError and TypeError are not among them: reading a chunk guards its shape itself.
    """
    import aiohttp
    import anyio
    import httpx2
    import openai

    return (
        openai.OpenAIError,
        httpx2.HTTPError,
        httpx2.InvalidURL,
        aiohttp.ClientError,
        anyio.EndOfStream,
        ssl.SSLError,
        OSError,
        ValueError,
    )


def fault(text: str, *, endpoint: str, detail: str = "", retry_after_s: float | None = None) -> ModelError:
    """Make the error for a key of `KINDS`; a timeout carries its stage."""
    kind = KINDS[text]
    stage = {"stage": text.rsplit(".", 1)[1]} if kind is ModelTimeout else {}
    return kind(text, endpoint=endpoint, detail=detail, retry_after_s=retry_after_s, **stage)


def translate(
    error: BaseException, *, endpoint: str, streaming: bool, secrets: Collection[str] = (), prompt: str = ""
) -> ModelError:
    """Return the bot's error for one the openai package raised; `streaming`: the answer had begun.

    The detail never holds a secret nor an echo of the prompt.
    """
    text = _key(error, streaming=streaming)
    status = getattr(error, "status_code", None)
    said = " ".join(str(part) for part in (type(error).__name__, status, _said(error)) if part)
    detail = redact(said, secrets=secrets, prompt=prompt)
    return fault(text, endpoint=endpoint, detail=detail, retry_after_s=retry_after(error))


def refused_parameter(error: BaseException, sent: Collection[str]) -> str | None:
    """Return which of the parameters we sent a 400 or 422 calls unknown or unsupported."""
    if getattr(error, "status_code", None) not in (400, 422):
        return None
    message = _said(error)
    if not re.search(r"(?i)unsupported|not supported|unrecognized|unknown|unexpected|not permitted|extra", message):
        return None
    named = getattr(error, "param", None)
    if named in sent:
        return str(named)
    return next((name for name in sorted(sent, key=len, reverse=True) if re.search(rf"\b{name}\b", message)), None)


def redact(detail: str, *, secrets: Collection[str] = (), prompt: str = "") -> str:
    """Return at most 200 characters of a server's message, on one line, without secrets or an echo of the prompt."""
    for secret in secrets:
        if secret:
            detail = detail.replace(secret, "***")
    detail = _UNPRINTABLE.sub(" ", _SECRET.sub("***", detail))
    for start in range(len(detail) - _WINDOW + 1):
        if detail[start : start + _WINDOW] in prompt:
            detail = detail[:start] + "…"
            break
    return " ".join(detail.split())[:200]


def retry_after(error: BaseException) -> float | None:
    """Return the seconds a server asks to wait; a date is read against the server's own `Date`, not our clock."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        return seconds if 0 <= seconds < float("inf") else None
    try:
        then, now = (parsedate_to_datetime(headers.get(name, "")) for name in ("retry-after", "date"))
    except (TypeError, ValueError):
        return None
    return max(0.0, (then - now).total_seconds())


def _key(error: BaseException, *, streaming: bool) -> str:
    """Return the key of the sentence: what the body says counts before what the status says."""
    text = next(FAULTS[name] for name in map(_name, type(error).__mro__) if name in FAULTS)
    if streaming and text in ("error.model.unreachable", "error.model.not_protocol"):
        text = "error.model.broken_stream"
    for mark in (getattr(error, "code", None), getattr(error, "type", None)):
        if isinstance(mark, str) and mark in _CODES:
            return _CODES[mark]
    said = _said(error)
    if text == "error.model.wrong_address" and _MODEL_MISSING.search(said):
        return "error.model.unknown_model"
    if text in ("error.model.bad_request", "error.model.server_error") and _LONG_PROMPT.search(said):
        return "error.model.context_length"
    redirected = getattr(error, "status_code", None) in _REDIRECTS
    return "error.model.wrong_address" if redirected else text


def _name(kind: type) -> str:
    """Return the top package and the name of an exception class."""
    return f"{kind.__module__.split('.', 1)[0]}.{kind.__name__}"


def _said(error: BaseException) -> str:
    """Return what the server said, or what the transport said of it; never a whole body, which may hold the prompt."""
    body = getattr(error, "body", None)
    if isinstance(body, Mapping):
        return str(body.get("message") or body.get("detail") or "")
    if body is not None:
        return ""  # an HTML page of some proxy: the status says enough
    root: BaseException = error
    while root.__cause__ is not None:
        root = root.__cause__
    if isinstance(root, ValueError):
        return ""  # its text quotes the line that could not be read
    return str(root)
