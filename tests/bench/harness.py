"""Runs every `bench_*` module: bounded, on loopback only, each beside its own named floor; a table and JSON come out."""

import asyncio
import importlib
import ipaddress
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
BOUND_S = 420.0
ROUNDS = 9

# What a row may say beside its own facts: `at_least` and `at_most` are limits its value or ratio must keep.
Row = dict[str, Any]


def stay_on_loopback() -> None:
    """Refuse, for the rest of the process, every connection that leaves this machine."""

    def guard(event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(args[1], tuple):
            host = str(args[1][0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise PermissionError(f"a benchmark may not reach {host}")

    sys.addaudithook(guard)


@dataclass(frozen=True, slots=True)
class Contest:
    """Be two works measured in turns, so that whatever slows the machine slows both."""

    floor: float
    ours: float

    @property
    def ratio(self) -> float:
        """Return how fast ours is beside the floor; 1 is as fast."""
        return self.floor / self.ours


async def contest(
    floor: Callable[[], Awaitable[object]],
    ours: Callable[[], Awaitable[object]],
    *,
    times: int,
    at_once: int = 1,
    rounds: int = ROUNDS,
) -> Contest:
    """Return the seconds each call takes, `at_once` of them under way, in the best of some rounds that alternate.

    The best round and not the median: neighbours on the machine only ever make a round slower.
    """

    async def lane(work: Callable[[], Awaitable[object]]) -> None:
        for _ in range(times // at_once):
            await work()

    await floor()
    await ours()
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, seconds in zip((floor, ours), found, strict=True):
            began = time.perf_counter()
            await asyncio.gather(*(lane(work) for _ in range(at_once)))
            seconds.append((time.perf_counter() - began) / (times // at_once * at_once))
    return Contest(min(found[0]), min(found[1]))


def kept(row: Row) -> bool | None:
    """Say whether a row keeps its limit; None when it has none."""
    measured = row.get("value")
    if "at_least" in row:
        return measured is not None and bool(measured >= row["at_least"])
    if "at_most" in row:
        return measured is not None and bool(measured <= row["at_most"])
    return None


def modules(chosen: Sequence[str]) -> list[str]:
    """Return the names of the bench modules, or of those chosen."""
    found = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    return [name for name in found if not chosen or name in chosen]


async def measure(name: str) -> list[Row]:
    """Run one module within its bound; a module that cannot run here says so in its rows."""
    module = importlib.import_module(f"tests.bench.bench_{name}")
    async with asyncio.timeout(BOUND_S):
        return [{"bench": name, **row} for row in await module.rows()]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as text, one line each."""
    lines = []
    for row in rows:
        what = row.get("what") or row.get("name") or ""
        facts = {
            key: value for key, value in row.items() if key not in ("bench", "what", "name", "at_least", "at_most")
        }
        told = "  ".join(
            f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in facts.items()
        )
        verdict = {True: "kept", False: "MISSED", None: ""}[kept(row)]
        limit = f">= {row['at_least']}" if "at_least" in row else f"<= {row['at_most']}" if "at_most" in row else ""
        lines.append(f"{row['bench']:<12} {what:<58} {told:<48} {limit:<8} {verdict}".rstrip())
    return "\n".join(lines)


async def run(chosen: Sequence[str]) -> list[Row]:
    """Measure, print each module's table as it comes, and return all rows."""
    stay_on_loopback()
    rows: list[Row] = []
    for name in modules(chosen):
        fresh = await measure(name)
        sys.stdout.write(table(fresh) + "\n")
        sys.stdout.flush()
        rows += fresh
    return rows


def write_json(rows: Sequence[Row], output: Path) -> None:
    """Write the rows to a file."""
    output.write_text(json.dumps({"schema_version": 1, "rows": rows}, indent=1) + "\n")


def all_kept(rows: Sequence[Row]) -> bool:
    """Say whether no row missed its limit."""
    return all(kept(row) is not False for row in rows)
