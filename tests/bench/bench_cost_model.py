"""How long a whole assessment (verdict, both baselines, 2,000 draws) takes, against one bare evaluation of a draw."""

import asyncio
from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from bot.domain.brief import Given
from bot.domain.cost.draws import DRAWS
from bot.domain.cost.formulas import evaluate
from bot.domain.ledger import build_ledger
from bot.domain.tco import compute, resolve
from bot.domain.verdict import assess
from bot.services.price_book import PriceBooks

TODAY = date(2026, 11, 23)
GIVEN = Given(closed_model="gpt-4o", input_mtok=50_000, output_mtok=10_000)
ROUNDS = 9


def seconds(work: Callable[[], object], *, times: int) -> float:
    """Return the median seconds of one call over some rounds of `times` calls."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        begin = perf_counter()
        for _ in range(times):
            work()
        rounds.append((perf_counter() - begin) / times)
    return median(rounds)


async def rows() -> list[dict[str, Any]]:
    """Return one row for each piece of work: name, milliseconds, and the ratio to a bare evaluation of one draw."""
    books = PriceBooks()
    book, catalogue = books.book, books.catalogue
    inputs = resolve(GIVEN, book, catalogue, today=TODAY)
    levers = inputs.levers()

    def judge() -> object:
        return assess(GIVEN, 40, book, catalogue, today=TODAY, rng=np.random.default_rng(7))

    assessment = assess(GIVEN, 40, book, catalogue, today=TODAY, rng=np.random.default_rng(7))
    bare = seconds(lambda: evaluate(levers, inputs.plan), times=50)
    works: tuple[tuple[str, Callable[[], object], int], ...] = (
        ("options at the base values", lambda: compute(inputs), 20),
        (f"assessment with {DRAWS} draws, both baselines", judge, 3),
        ("assessment and ledger", lambda: (judge(), build_ledger(assessment)), 3),
    )
    told = [{"name": "bare evaluation of one draw", "ms": 1e3 * bare, "ratio": 1.0}]
    for name, work, times in works:
        took = seconds(work, times=times)
        told.append({"name": name, "ms": 1e3 * took, "ratio": took / bare})
    return told


def main() -> None:
    """Print the rows as a table."""
    print(f"{'cost model':<50}{'ms':>10}{'ratio':>10}")
    for row in asyncio.run(rows()):
        print(f"{row['name']:<50}{row['ms']:>10.2f}{row['ratio']:>10.1f}")


if __name__ == "__main__":
    main()
