"""The `Model` port with a watcher: every request is told to those who count and log, once it has ended."""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.domain.errors import ModelError
from bot.ports import Clock, Ended, Model, ModelRequest, Piece

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """Tell how a request ended: the model's reason, a fault, or `closed` by us; `first_text_s` None without any."""

    endpoint: str = ""
    outcome: str = "closed"
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    first_text_s: float | None = None


Watcher = Callable[[ModelCall], None]


@dataclass(frozen=True, slots=True)
class WatchedModel:
    """Write with a model, and tell the watchers how each request went."""

    model: Model
    clock: Clock
    watchers: Sequence[Watcher]

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Piece | Ended, None]:
        """Yield pieces and at last one `Ended`; closing the generator closes the connection at once."""
        began, call = self.clock.monotonic(), ModelCall()
        try:
            async with aclosing(self.model.stream(request)) as events:
                async for event in events:
                    call = self._heard(call, event, began)
                    yield event
        except ModelError as error:
            call = replace(call, endpoint=error.endpoint, outcome=error.code.removeprefix("model."))
            raise
        finally:
            call = replace(call, seconds=self.clock.monotonic() - began)
            for watch in self.watchers:
                watch(call)

    def _heard(self, call: ModelCall, event: Piece | Ended, began: float) -> ModelCall:
        if isinstance(event, Ended):
            return replace(
                call,
                endpoint=event.endpoint,
                outcome=event.reason,
                tokens_in=event.tokens_in,
                tokens_out=event.tokens_out,
            )
        if call.first_text_s is None:
            return replace(call, endpoint=event.endpoint, first_text_s=self.clock.monotonic() - began)
        return call


def log_call(call: ModelCall) -> None:
    """Log one line; the trace of the job stands before it."""
    log.info(
        "model call to %s: %s, tokens %d in, %d out, %.1f s",
        call.endpoint or "no endpoint",
        call.outcome,
        call.tokens_in,
        call.tokens_out,
        call.seconds,
    )
