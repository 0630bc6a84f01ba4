"""Check the price book against genai-prices and litellm's lifecycle dates, and mend it on request.

    python -m tools.sync_prices --as-of 2026-11-23 [--litellm model_prices.json] [--write]

Exit 0 when nothing moved by more than 1 %, 1 when something did, 2 for bad input. genai-prices is a dev dependency;
the litellm file is `model_prices_and_context_window_backup.json` of its wheel. Neither is needed at run time.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bot.domain.prices import Lifecycle, PriceBook, Row
from bot.services.price_book import DATA, load_book

TOLERANCE = 0.01
LIFECYCLE = "lifecycle "
PER_CALL = 10_000
"""Tokens priced in one look-up: few enough to stay in the base tier."""

CLOSED_PROVIDERS: tuple[tuple[str, str], ...] = (
    ("gpt-", "openai"),
    ("o3", "openai"),
    ("claude-", "anthropic"),
    ("gemini-", "google"),
)
HOSTED_NAMES: Mapping[tuple[str, str], str] = {
    ("llama-3.3-70b", "aws"): "meta.llama3-3-70b-instruct-v1:0",
    ("llama-3.3-70b", "groq"): "llama-3.3-70b-versatile",
    ("llama-3.3-70b", "together"): "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    ("llama-3.3-70b", "novita"): "meta-llama/llama-3.3-70b-instruct",
    ("llama-3.3-70b", "databricks"): "databricks-meta-llama-3-3-70b-instruct",
    ("llama-3.1-8b", "aws"): "meta.llama3-1-8b-instruct-v1:0",
    ("llama-3.1-8b", "groq"): "llama-3.1-8b-instant",
    ("llama-3.1-8b", "together"): "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo",
    ("llama-3.1-8b", "ovhcloud"): "Llama-3.1-8B-Instruct",
    ("llama-4-maverick", "aws"): "meta.llama4-maverick-17b-instruct-v1:0",
    ("llama-4-maverick", "together"): "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
    ("llama-4-maverick", "groq"): "meta-llama/llama-4-maverick-17b-128e-instruct",
    ("llama-4-maverick", "databricks"): "databricks-llama-4-maverick",
    ("llama-4-scout", "aws"): "meta.llama4-scout-17b-instruct-v1:0",
    ("llama-4-scout", "together"): "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    ("llama-4-scout", "groq"): "meta-llama/llama-4-scout-17b-16e-instruct",
    ("gpt-oss-120b", "aws"): "openai.gpt-oss-120b-1:0",
    ("gpt-oss-120b", "together"): "openai/gpt-oss-120b",
    ("gpt-oss-120b", "ovhcloud"): "gpt-oss-120b",
    ("gpt-oss-120b", "novita"): "openai/gpt-oss-120b",
    ("gpt-oss-20b", "aws"): "openai.gpt-oss-20b-1:0",
    ("gpt-oss-20b", "ovhcloud"): "gpt-oss-20b",
    ("mixtral-8x7b", "aws"): "mistral.mixtral-8x7b-instruct-v0:1",
    ("mixtral-8x7b", "ovhcloud"): "Mixtral-8x7B-Instruct-v0.1",
    ("mistral-large-4", "mistral"): "mistral-large-4",
    ("mistral-small-2603", "mistral"): "mistral-small-2603",
}
"""What each host calls the open models of our book."""

Quote = Callable[[str, str, str], float | None]
"""(model, provider, leaf in|out|cached) -> USD per Mtok, None when it is not known."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Hold one difference: what we have and what the source has now."""

    name: str
    ours: object
    theirs: object

    def __str__(self) -> str:
        return f"{self.name}: ours {self.ours}, now {self.theirs}"


def quote_genai(as_of: date) -> Quote:
    """Return a look-up in genai-prices for one day."""
    from genai_prices import Usage, calc_price

    moment = datetime.combine(as_of, time(12), UTC)

    def quote(model: str, provider: str, leaf: str) -> float | None:
        usage = {
            "in": Usage(input_tokens=PER_CALL),
            "out": Usage(output_tokens=PER_CALL),
            "cached": Usage(input_tokens=PER_CALL, cache_read_tokens=PER_CALL),
        }[leaf]
        try:
            price = calc_price(usage, model, provider_id=provider, genai_request_timestamp=moment).total_price
        except LookupError:
            return None
        return round(float(price) * 1e6 / PER_CALL, 6)

    return quote


def check_prices(book: PriceBook, quote: Quote) -> list[Drift]:
    """List every token price that moved by more than 1 % or is no longer known."""
    drifts: list[Drift] = []
    for model, price in book.closed.items():
        provider = next(name for prefix, name in CLOSED_PROVIDERS if model.startswith(prefix))
        for leaf, row in (("in", price.price_in), ("out", price.price_out), ("cached", price.cached)):
            drifts += _compare(row, quote(model, provider, leaf))
    for (model, host), sold in book.hosted.items():
        name = HOSTED_NAMES[model, host]
        for leaf, row in (("in", sold.price_in), ("out", sold.price_out)):
            drifts += _compare(row, quote(name, host, leaf))
    return drifts


def check_lifecycles(lifecycles: Iterable[Lifecycle], litellm: Mapping[str, Any]) -> list[Drift]:
    """List every shutdown date that litellm tells otherwise or no longer tells."""
    drifts: list[Drift] = []
    for item in lifecycles:
        if item.litellm is None:
            continue
        told = litellm.get(item.litellm, {}).get("deprecation_date")
        if told != item.shutdown.isoformat():
            drifts.append(Drift(f"{LIFECYCLE}{item.model}", item.shutdown.isoformat(), told))
    return drifts


def rewrite(text: str, drifts: Iterable[Drift], as_of: date) -> str:
    """Return the text of the book with drifted prices and shutdown dates as they are now; other lines stay."""
    for drift in drifts:
        if isinstance(drift.theirs, float):
            row = re.compile(rf"(\{{id: {re.escape(drift.name)}, value: )[^,]+(,.*seen_on: )[0-9-]+")
            text = row.sub(rf"\g<1>{drift.theirs:g}\g<2>{as_of.isoformat()}", text)
        elif isinstance(drift.theirs, str):
            model = re.escape(drift.name.removeprefix(LIFECYCLE))
            row = re.compile(rf"(\{{model: {model}, shutdown: )[0-9-]+(,.*seen_on: )[0-9-]+")
            text = row.sub(rf"\g<1>{drift.theirs}\g<2>{as_of.isoformat()}", text)
    return text


def _compare(row: Row, now: float | None) -> list[Drift]:
    moved = now is None or abs(now - row.value) > TOLERANCE * max(abs(row.value), 1e-12)
    return [Drift(row.id, row.value, now)] if moved else []


def main(argv: list[str] | None = None) -> int:
    """Run the check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--litellm", type=Path, help="litellm's price JSON, for the shutdown dates")
    parser.add_argument("--book", type=Path, default=DATA / "price_book.yaml")
    parser.add_argument("--write", action="store_true", help="write drifted prices and dates into the book")
    args = parser.parse_args(argv)
    book = load_book(args.book, DATA / "throughput.yaml")
    prices = check_prices(book, quote_genai(args.as_of))
    lifecycles: list[Drift] = []
    if args.litellm is not None:
        lifecycles = check_lifecycles(book.lifecycles.values(), json.loads(args.litellm.read_text("utf-8")))
    for drift in (*prices, *lifecycles):
        print(drift)
    if args.write:
        args.book.write_text(rewrite(args.book.read_text("utf-8"), (*prices, *lifecycles), args.as_of), "utf-8")
    print(f"{len(book.closed)} closed models, {len(book.hosted)} hosted: {len(prices) + len(lifecycles)} drifts")
    return 1 if prices or lifecycles else 0


if __name__ == "__main__":
    sys.exit(main())
