"""What the tests of the cost model share: our own books, the six worked cases, and a slow second calculation."""

import json
import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bot.domain.brief import Given
from bot.domain.prices import PriceBook
from bot.domain.tco import Inputs, resolve
from bot.domain.verdict import Assessment, assess
from bot.services.price_book import PriceBooks

TODAY = date(2026, 11, 23)
DATA = Path(__file__).parent / "data"
BOOKS = PriceBooks()
CASES: list[dict[str, Any]] = json.loads((DATA / "tco_cases.json").read_text("utf-8"))["cases"]
DEFAULTS: dict[str, Any] = json.loads((DATA / "tco_cases.json").read_text("utf-8"))["defaults"]
LARGE = Given(
    closed_model="gpt-4o",
    input_mtok=50_000,
    output_mtok=10_000,
    open_model="llama-3.3-70b",
    gpu="h100",
    gpus=2,
    price="on-demand",
    baseline="today",
    as_of=TODAY,
)


def given_of(case: dict[str, Any]) -> Given:
    """Return what a person would say for one of the six cases."""
    inputs = {**DEFAULTS, **case["inputs"]}
    return Given(
        closed_model=inputs["closed"],
        input_mtok=inputs["vin"],
        output_mtok=inputs["vout"],
        open_model=inputs["model"],
        gpu=inputs["gpu"],
        gpus=inputs["gpus"],
        host="aws",
        price="on-demand" if inputs["price"] == 2.95 else "reserved",
        baseline=inputs["baseline"],
        as_of=date.fromisoformat(inputs["as_of"]),
        isl=inputs["isl"],
        osl=inputs["osl"],
        retained=100 * inputs["r"],
    )


def inputs_of(given: Given) -> Inputs:
    """Resolve against our own books."""
    return resolve(given, BOOKS.book, BOOKS.catalogue, today=TODAY)


def assessed(given: Given, target: float | None = 40, seed: int = 7, *, book: PriceBook = BOOKS.book) -> Assessment:
    """Assess against our own books, or another price book."""
    return assess(given, target, book, BOOKS.catalogue, today=TODAY, rng=np.random.default_rng(seed))


def slow_saving(inputs: Inputs, option: str, v_out: float) -> float:
    """Compute S once more, month by month in plain Python from the text of the design; an oracle, not the product."""
    v = {name: span.value for name, span in inputs.spans.items()}
    v_in = v_out * inputs.volume.ratio
    bill = []
    for month in range(36):
        growth = (1 + v["growth"]) ** (month // 12)
        served = _days_served(inputs, month)
        prices = [(v["p_in"], v["p_out"], v["p_cache"]), (v["s_in"], v["s_out"], v["s_cache"])]
        both = [
            growth
            * (v_in * ((1 - v["cache"]) * p_in + v["cache"] * p_cache) + v_out * p_out)
            * (1 - v["batch_discount"] * v["batch"])
            for p_in, p_out, p_cache in prices
        ]
        bill.append(served * both[0] + (1 - served) * both[1])
    total, moved = sum(bill), 1 - v["retained"]
    cost = v["retained"] * total
    if option == "hosted_open":
        cost += v["migration_hosted"] + moved * sum(bill[:1])
        for year in range(3):
            growth = (1 + v["growth"]) ** year
            cost += 12 * moved * growth * (v_in * v["h_in"] + v_out * v["h_out"]) + v["fte_hosted"] * v["fte"]
        return 1 - cost / total
    cost += v["migration_self"] + moved * sum(bill[:2])
    servers_before = 0
    for year in range(3):
        requests = moved * (1 + v["growth"]) ** year * v_out * 1e6 / v["osl"]
        load = v["peak"] * requests * v["seconds"]
        load /= 2_628_000 * v["eta_engine"] * v["eta_slo"] * v["utilisation"]
        replicas = max(2, math.ceil(load - 1e-9))
        gpus = replicas * inputs.plan.gpus_per_replica
        if option == "private_cloud":
            cost += 12 * gpus * v["gpu_hour"] * 730 * (1 + v["infra"]) + v["fte_cloud"] * v["fte"]
            continue
        servers = max(servers_before, math.ceil(gpus / 8))
        unit = v["server"] * (1 + v["network"])
        power = v["kw_max"] * v["power_load"] * v["pue"] * 730 * v["kwh"] + v["kw_max"] * v["colocation"]
        cost += 12 * servers * power + servers * unit * v["maintenance"] + v["fte_on_premise"] * v["fte"]
        new = servers - servers_before
        cost += new * unit - new * unit * (1 - (1 - v["residual_36m"]) * (36 - 12 * year) / 36)
        servers_before = servers
    return 1 - cost / total


def _days_served(inputs: Inputs, month: int) -> float:
    """Count, day by day, the part of a month that lies before the shutdown."""
    if inputs.baseline == "today" or inputs.shutdown is None or inputs.successor is None:
        return 1.0
    begin, end = (_later(inputs.as_of, at) for at in (month, month + 1))
    days = [begin + timedelta(days=at) for at in range((end - begin).days)]
    return sum(day < inputs.shutdown for day in days) / len(days)


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)
