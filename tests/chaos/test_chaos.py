"""The short chaos run: a few kills, every strategy once."""

from pathlib import Path

import pytest

from tests.chaos.run import Plan, run_chaos
from tests.chaos.worker import POISONED


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_strategy_is_lost_or_doubled_while_workers_are_killed(redis_binary: str, tmp_path: Path) -> None:
    """Workers die while they write and posts are cut off: each strategy is there once, and nothing else is left."""
    plan = Plan(jobs=8, kill_for_s=4.5, kill_every_s=1.5, lease_s=2.0, patience_s=200.0, poisoned=(POISONED,))
    outcome = await run_chaos(plan, redis_binary, tmp_path)
    assert outcome.passed, "\n".join(outcome.lines())
    assert outcome.kills >= 1
    assert outcome.recoveries
