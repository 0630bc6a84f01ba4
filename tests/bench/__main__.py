"""`python -m tests.bench [NAME …]`: measure; exits 1 when a row misses its limit."""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.bench.harness import all_kept, run, write_json


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--json", type=Path, help="write the rows here too")
    args = parser.parse_args()
    rows = asyncio.run(run(args.names))
    if args.json:
        write_json(rows, args.json)
    return 0 if all_kept(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
