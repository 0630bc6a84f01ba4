"""Calls of the model service that several tests make, with deadlines small enough for tests."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from bot.ports import Ended, ModelRequest, Piece
from bot.ports import PromptMessage as Said
from bot.services.endpoint_profiles import Endpoint
from bot.services.openai_endpoint import Timeouts
from bot.services.openai_model import OpenAIModel
from tests.fakes.openai_server import DEFAULT_KEY, OpenAIServer

QUICK = Timeouts(first_content_s=1.0, idle_s=0.2, tail_s=0.1, retry_pause_s=0.001, longest_pause_s=0.05)
PROMPT = (Said("system", "You write plans and answer as json."), Said("user", "Plan for finance, 40 percent."))


@dataclass(frozen=True, slots=True)
class Written:
    """Hold what came out of one call."""

    text: str
    pieces: int
    ended: Ended


def ask(**changes: Any) -> ModelRequest:
    """Return a request with ordinary values, changed where the test says so."""
    values: dict[str, Any] = {"messages": PROMPT, "max_tokens": 200, "deadline_s": 10.0}
    return ModelRequest(**(values | changes))


def at(server: OpenAIServer, model: str = "gpt-4o", *, profile: str | None = None, name: str = "first") -> Endpoint:
    """Return the endpoint of a fake server."""
    return Endpoint(name=name, base_url=server.base_url, model=model, api_key=server.key, profile=profile)


def nowhere(name: str = "nowhere") -> Endpoint:
    """Return an endpoint that nobody serves: port 9 on the loopback is closed."""
    return Endpoint(name=name, base_url="http://127.0.0.1:9/v1", model="gpt-4o", api_key=DEFAULT_KEY)


async def collect(model: OpenAIModel, request: ModelRequest | None = None) -> Written:
    """Read one stream to its end."""
    pieces: list[str] = []
    ended: Ended | None = None
    async with aclosing(model.stream(request or ask())) as events:
        async for event in events:
            assert ended is None, "nothing comes after Ended"
            if isinstance(event, Piece):
                pieces.append(event.text)
            else:
                ended = event
    assert ended is not None
    return Written("".join(pieces), len(pieces), ended)


async def collect_from(*endpoints: Endpoint, request: ModelRequest | None = None, **options: Any) -> Written:
    """Make a model, read one stream, close the model."""
    model = OpenAIModel(endpoints, timeouts=options.pop("timeouts", QUICK), **options)
    try:
        return await collect(model, request)
    finally:
        await model.close()
