"""Whether the bot's token is good: the one question to Slack that changes nothing there."""

from adapters.http_session import new_session
from adapters.slack.calls import Caller, reason_of
from adapters.slack.store import Budget
from adapters.slack.tokens import OneToken
from bot.domain.errors import ChatError
from bot.ports import Clock

CONNECT_S, TOTAL_S = 3.0, 6.0
_NOT_SLACK = "http_"
"""Begins the reason where something answered, but not in Slack's words: a proxy, or another server."""


async def prove_token(token: str, *, base_url: str, budget: Budget, clock: Clock) -> None:
    """Ask Slack, once and for a few seconds at most, whether it takes a token.

    Raises ChatError: `final` where Slack refuses the token, else Slack could not be asked.
    """
    async with new_session(total_s=TOTAL_S, connect_s=CONNECT_S) as session:
        caller = Caller(session=session, tokens=OneToken(token), budget=budget, clock=clock, base_url=base_url)
        try:
            await caller.call("", "auth.test")
        except ChatError as error:
            reason = reason_of(error)
            if reason.startswith(_NOT_SLACK):
                raise ChatError(error.text, retry_after_s=1.0, method="auth.test", reason=reason) from error
            raise
