"""The `Model` port over OpenAI-compatible endpoints: several in order, each with a circuit breaker of its own."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from bot.domain.errors import ModelBusy, ModelError, ModelMisconfigured, ModelTimeout, ModelUnavailable
from bot.ports import Ended, ModelRequest, Piece, PromptMessage
from bot.services.circuit_breaker import CircuitBreaker
from bot.services.endpoint_profiles import Endpoint, Profile, choose_profile, read_profiles
from bot.services.openai_endpoint import OpenAIEndpoint, Timeouts
from bot.services.openai_faults import fault

_PROBE = (PromptMessage("user", "Answer with the word ok."),)
_BREAKER_FAILURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Say whether an endpoint answers: `problem` and `remedy` are keys of sentences, None when it is well."""

    endpoint: str
    model: str
    profile: str
    ok: bool
    problem: str | None = None
    remedy: str | None = None
    params: Mapping[str, object] | None = None
    detail: str = ""


class Circuit:
    """Be an endpoint with its circuit breaker, and remember why it was left alone."""

    def __init__(self, target: OpenAIEndpoint, breaker: CircuitBreaker) -> None:
        self.target = target
        self.breaker = breaker
        self._last_text = "error.model.broken_stream"
        self._last_detail = ""

    async def stream(self, request: ModelRequest, total_at: float) -> AsyncGenerator[Piece | Ended, None]:
        """Stream and tell the breaker how it went; a caller that goes away is no verdict."""
        verdict: Callable[[], None] = self.breaker.abandon
        try:
            async with aclosing(self.target.stream(request, total_at=total_at)) as events:
                async for event in events:
                    if isinstance(event, Ended):
                        verdict = self.breaker.fail if event.reason == "truncated" else self.breaker.succeed
                    yield event
        except ModelMisconfigured:
            raise  # no verdict: it answered, and may take the next request
        except ModelError as error:
            self._last_text, self._last_detail = error.text, error.detail
            verdict = partial(self.breaker.fail, error.retry_after_s)
            raise
        finally:
            verdict()

    def left_alone(self) -> ModelError:
        """Return the error that stands for all calls until the breaker lets one through again."""
        return fault(
            self._last_text,
            endpoint=self.target.endpoint.name,
            detail=f"not asked again yet: {self._last_detail}",
            retry_after_s=self.breaker.opens_in_s,
        )


class OpenAIModel:
    """Write with the first endpoint that answers; another one steps in only while no text has come."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        timeouts: Timeouts | None = None,
        profiles: Mapping[str, Profile] | None = None,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        cool_down_s: float = 30.0,
        retries: int = 1,
    ) -> None:
        known = profiles or read_profiles()
        self._timeouts = timeouts or Timeouts()
        self._pause = pause
        self._attempts = 1 + retries
        self._circuits = [
            Circuit(
                OpenAIEndpoint(endpoint, choose_profile(endpoint, known), self._timeouts, clock),
                CircuitBreaker(clock=clock, threshold=_BREAKER_FAILURES, cool_down_s=cool_down_s),
            )
            for endpoint in endpoints
        ]

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the endpoints in their order."""
        return tuple(circuit.target.endpoint for circuit in self._circuits)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Piece | Ended, None]:
        """Yield pieces and at last one `Ended`; closing the generator closes the connection at once.

        Raises the ModelError of the first endpoint when none delivers, or, once text has come, the error that broke it.
        """
        total_at = asyncio.get_running_loop().time() + request.deadline_s
        failures: list[ModelError] = []
        for circuit in self._circuits:
            for attempt in range(self._attempts):
                if not circuit.breaker.admit():
                    failures.append(circuit.left_alone())
                    break
                told = False
                try:
                    async with aclosing(circuit.stream(request, total_at)) as events:
                        async for event in events:
                            told = True
                            yield event
                except ModelError as error:
                    if told or _out_of_time(error):
                        raise
                    failures.append(error)
                else:
                    return
                if attempt + 1 == self._attempts or not await self._rested(failures[-1]):
                    break
        raise _first(failures)

    async def probe(self, endpoint: str) -> Probe:
        """Ask the endpoint of this name for one token, past its circuit breaker, and say what is wrong with it."""
        target = next(circuit.target for circuit in self._circuits if circuit.target.endpoint.name == endpoint)
        request = ModelRequest(messages=_PROBE, max_tokens=1, deadline_s=self._timeouts.first_content_s)
        total_at = asyncio.get_running_loop().time() + request.deadline_s
        about = (endpoint, target.endpoint.model, target.profile.name)
        try:
            async for _ in target.stream(request, total_at=total_at):
                pass
        except ModelError as error:
            return _ill(about, error)
        return Probe(endpoint=about[0], model=about[1], profile=about[2], ok=True)

    async def close(self) -> None:
        """Close all connections."""
        for circuit in self._circuits:
            await circuit.target.close()

    async def _rested(self, error: ModelError) -> bool:
        """Pause before the same endpoint is asked again; False where that makes no sense or takes too long."""
        if not isinstance(error, ModelUnavailable | ModelBusy) or error.text == "error.model.quota":
            return False
        pause = self._timeouts.retry_pause_s if error.retry_after_s is None else error.retry_after_s
        if pause > self._timeouts.longest_pause_s:
            return False
        await self._pause(pause)
        return True


def _first(failures: Sequence[ModelError]) -> ModelError:
    """Return the error of the first endpoint, with those of the others as notes for the log."""
    for other in failures[1:]:
        if other.endpoint != failures[0].endpoint:
            failures[0].add_note(f"{other.endpoint}: {other.text} {other.detail}")
    return failures[0]


def _out_of_time(error: ModelError) -> bool:
    """Tell whether there is no time left to ask anybody else."""
    return isinstance(error, ModelTimeout) and error.params["stage"] == "total"


def _ill(about: tuple[str, str, str], error: ModelError) -> Probe:
    """Return the probe of an endpoint that failed."""
    return Probe(
        endpoint=about[0],
        model=about[1],
        profile=about[2],
        ok=False,
        problem=error.text,
        remedy=error.text.replace("error.", "remedy.", 1),
        params=error.params,
        detail=error.detail,
    )
