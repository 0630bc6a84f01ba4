"""Start the installed program: the wheel keeps `bot`, `adapters` and `prompts` in a private folder beside this file."""

import sys
from pathlib import Path


def main() -> None:
    """Put our own folder first, so that a foreign package called `adapters` cannot get in its way, and run."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "app"))
    from bot.__main__ import main as run

    run()
