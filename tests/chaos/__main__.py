"""`python -m tests.chaos`: kill workers while they write; exits 1 when a strategy is lost or doubled."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import Plan, run_chaos
from tests.redis_server import find_server


def main() -> int:
    """Run the chaos and print its report."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=plan.jobs)
    parser.add_argument("--seconds", type=float, default=plan.kill_for_s, help="how long workers are killed")
    parser.add_argument("--every", type=float, default=plan.kill_every_s, help="seconds between two kills")
    parser.add_argument("--lease", type=float, default=plan.lease_s, help="seconds of a lease")
    args = parser.parse_args()
    binary = find_server()
    if binary is None:
        sys.stderr.write("NOT RUN: the chaos run needs a redis-server (tools/install_redis.sh)\n")
        return 1
    chosen = Plan(jobs=args.jobs, kill_for_s=args.seconds, kill_every_s=args.every, lease_s=args.lease)
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(run_chaos(chosen, binary, Path(folder)))
    sys.stdout.write("\n".join(outcome.lines()) + "\n")
    return 0 if outcome.passed else 1


if __name__ == "__main__":
    sys.exit(main())
