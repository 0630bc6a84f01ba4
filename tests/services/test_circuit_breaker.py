"""The circuit breaker on a clock of the test's own."""

import pytest

from bot.services.circuit_breaker import CircuitBreaker


class Clock:
    """Stand still until told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time as it stands."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    """Return a breaker that opens after two failures for ten seconds."""
    return CircuitBreaker(clock=clock, threshold=2, cool_down_s=10)


def test_stays_closed_below_the_threshold(breaker: CircuitBreaker) -> None:
    """One failure of two does not open it, and a success forgets it."""
    breaker.fail()
    assert breaker.admit()
    breaker.succeed()
    breaker.fail()

    assert (breaker.state, breaker.opens_in_s) == ("closed", 0.0)


def test_opens_at_the_threshold_and_cools_down(breaker: CircuitBreaker, clock: Clock) -> None:
    """Two failures in a row open it for its cool-down, then one call is let through and no second."""
    breaker.fail()
    breaker.fail()
    assert (breaker.state, breaker.admit(), breaker.opens_in_s) == ("open", False, 10.0)
    clock.now += 10

    assert breaker.state == "half_open"
    assert [breaker.admit(), breaker.admit()] == [True, False]


def test_a_failed_trial_opens_at_once(breaker: CircuitBreaker, clock: Clock) -> None:
    """The one call of the half-open state decides alone."""
    breaker.fail()
    breaker.fail()
    clock.now += 11
    assert breaker.admit()
    breaker.fail()

    assert (breaker.state, breaker.opens_in_s) == ("open", 10.0)


def test_a_good_trial_closes(breaker: CircuitBreaker, clock: Clock) -> None:
    """After a good trial the failures are forgotten: one more does not open it."""
    breaker.fail()
    breaker.fail()
    clock.now += 11
    assert breaker.admit()
    breaker.succeed()
    breaker.fail()

    assert breaker.state == "closed"


def test_an_abandoned_trial_leaves_room_for_the_next(breaker: CircuitBreaker, clock: Clock) -> None:
    """A trial whose caller went away is no verdict and blocks nobody."""
    breaker.fail()
    breaker.fail()
    clock.now += 11
    assert breaker.admit()
    breaker.abandon()

    assert (breaker.state, breaker.admit()) == ("half_open", True)


def test_a_pause_that_was_asked_for_is_kept(breaker: CircuitBreaker) -> None:
    """Retry-After opens it at the first failure, for as long as asked but a quarter of an hour at most."""
    breaker.fail(retry_after_s=300)
    assert breaker.opens_in_s == 300
    breaker.fail(retry_after_s=1e9)

    assert breaker.opens_in_s == 900
