"""The one translation point: exhaustive over the SDK's errors, silent about secrets and prompts."""

from collections.abc import Iterator

import httpx2
import openai
import pytest

from bot.domain.errors import ModelError
from bot.services.openai_faults import FAULTS, KINDS, caught, redact, refused_parameter, retry_after, translate

KEY = "sk-test-0123456789abcdef"
PROMPT = "You are the chief architect of a bank with 2,700 employees and a secret merger plan."


def descendants(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    """Yield the class and all its subclasses."""
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def status_error(status: int, body: object, headers: dict[str, str] | None = None) -> openai.APIStatusError:
    """Return the error the SDK makes of an answer."""
    request = httpx2.Request("POST", "http://h/v1/chat/completions")
    response = httpx2.Response(status, request=request, headers=headers or {}, json=body)
    client = openai.AsyncOpenAI(base_url="http://h/v1", api_key=KEY)
    return client._make_status_error_from_response(response)


# Of these the SDK raises none for chat completions: web sockets, Azure's and workload logins, the old API, misuse.
ELSEWHERE = {
    "SubjectTokenProviderError",
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "StreamAlreadyConsumed",
    "MutuallyExclusiveAuthError",
    "APIRemovedInV1",
    "_AmbiguousModuleClientUsageError",
}


def test_every_error_of_the_sdk_has_its_own_row() -> None:
    """A class the SDK adds in a later version makes this test fail until it is mapped."""
    found = {f"openai.{kind.__name__}" for kind in descendants(openai.OpenAIError) if kind.__module__[:6] == "openai"}
    mapped = {name for name in FAULTS if name.startswith("openai.")}

    assert found - mapped - {f"openai.{name}" for name in ELSEWHERE} == set()
    assert mapped - found == set()


def test_every_transport_error_is_caught_and_translated() -> None:
    """All of httpx2's errors, known or not, end in one of our keys."""
    for kind in descendants(httpx2.HTTPError):
        error = kind.__new__(kind)
        assert isinstance(error, caught())
        assert translate(error, endpoint="e", streaming=False).text in KINDS


def test_every_row_leads_to_a_known_sentence() -> None:
    """No row names a key that has no class."""
    assert set(FAULTS.values()) <= KINDS.keys()


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (400, {"error": {"message": "Invalid value"}}, "error.model.bad_request"),
        (400, {"error": {"message": "This model's maximum context length is 4096"}}, "error.model.context_length"),
        (400, {"error": {"message": "x", "code": "context_length_exceeded"}}, "error.model.context_length"),
        (401, {"error": {"message": "no", "code": "invalid_api_key"}}, "error.model.refused"),
        (403, {"error": {"message": "no"}}, "error.model.refused"),
        (404, {"error": {"message": "no", "code": "model_not_found"}}, "error.model.unknown_model"),
        (404, {"error": {"message": 'model "llama9" not found, try pulling it first'}}, "error.model.unknown_model"),
        (404, {"detail": "Not Found"}, "error.model.wrong_address"),
        (408, {}, "error.model.server_error"),
        (409, {}, "error.model.server_error"),
        (422, {"detail": "no"}, "error.model.bad_request"),
        (429, {"error": {"message": "slow down"}}, "error.model.busy"),
        (429, {"error": {"message": "pay", "code": "insufficient_quota"}}, "error.model.quota"),
        (500, {"error": {"message": "the request exceeds the available context size"}}, "error.model.context_length"),
        (503, {"error": {"message": "loading"}}, "error.model.server_error"),
        (529, {"error": {"type": "overloaded_error", "message": "Overloaded"}}, "error.model.server_error"),
        (307, {}, "error.model.wrong_address"),
    ],
)
def test_status_and_body_become_a_sentence(status: int, body: object, text: str) -> None:
    """What the body says counts before what the status says."""
    error = translate(status_error(status, body), endpoint="first", streaming=False)

    assert error.text == text
    assert isinstance(error, KINDS[text])
    assert error.endpoint == "first"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:00 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "-1"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_data(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds and dates are read; a date against the server's own clock; nonsense is no wish."""
    assert retry_after(status_error(429, {}, headers)) == seconds


def test_a_key_never_reaches_the_detail() -> None:
    """Servers like to repeat the key they refuse."""
    said = f"Incorrect API key provided: {KEY}. See http://user:pw@proxy/ or Bearer abc.def"
    error = translate(status_error(401, {"error": {"message": said}}), endpoint="e", streaming=False, secrets=(KEY,))

    assert KEY not in f"{error.detail} {error} {error!r}"
    assert "pw@" not in error.detail
    assert "abc.def" not in error.detail


def test_another_key_is_masked_by_its_form() -> None:
    """A key that is not ours but looks like one is masked as well."""
    assert "hf_AbC" not in redact("token hf_AbC123 expired")


def test_an_echo_of_the_prompt_is_cut_off() -> None:
    """A server that quotes the request in its refusal does not get the prompt into our log."""
    said = f"1 validation error: input was '{PROMPT}'"
    error = translate(status_error(400, {"message": said}), endpoint="e", streaming=False, prompt=PROMPT)

    assert error.detail.startswith("BadRequestError 400 1 validation error")
    assert "architect" not in error.detail
    assert "merger" not in error.detail


def test_a_page_of_html_is_not_quoted() -> None:
    """The status of a proxy's error page says enough."""
    request = httpx2.Request("POST", "http://h/")
    response = httpx2.Response(502, request=request, text="<html>internal-host-17</html>")
    error = openai.InternalServerError("502", response=response, body="<html>internal-host-17</html>")

    assert translate(error, endpoint="e", streaming=False).detail == "InternalServerError 502"


def test_a_line_that_is_no_json_is_not_quoted() -> None:
    """The text of a decoding error holds the server's line, and that may hold anything."""
    with pytest.raises(ValueError, match="merger") as raised:
        int("a secret merger plan")

    assert "merger" not in translate(raised.value, endpoint="e", streaming=True).detail


def test_a_timeout_says_its_stage() -> None:
    """Three sentences, one per deadline."""
    assert {text.rsplit(".", 1)[1] for text in KINDS if ".timeout." in text} == {"first_content", "idle", "total"}
    assert issubclass(KINDS["error.model.timeout.idle"], ModelError)


@pytest.mark.parametrize(
    ("message", "param", "refused"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", "max_tokens", "max_tokens"),
        ("Unrecognized request argument supplied: stream_options", None, "stream_options"),
        ("Unknown field max_completion_tokens", None, None),
        ("max_tokens is too large", "max_tokens", None),
        ("Extra inputs are not permitted: temperature", None, "temperature"),
    ],
)
def test_only_a_parameter_we_sent_can_be_refused(message: str, param: str | None, refused: str | None) -> None:
    """The server must call it unknown; too large is not unknown, and what was not sent was not meant."""
    error = status_error(400, {"error": {"message": message, "param": param}})

    assert refused_parameter(error, {"max_tokens", "stream_options", "temperature"}) == refused
