"""The options that say something about costs, shared by `tco` and `ask`, and how a value of an option is read."""

import argparse
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, get_args

from bot.domain.brief import LANGUAGES, Baseline, Deployment, Given, PriceKind
from bot.domain.cost.checks import refuse_text, refuse_unknown
from bot.domain.errors import UserError

_GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3}")

OPTIONS: tuple[tuple[str, type, str], ...] = (
    ("--closed-model", str, "closed model in use today, such as gpt-4o"),
    ("--input-mtok", float, "million input tokens a month"),
    ("--output-mtok", float, "million output tokens a month"),
    ("--monthly-spend", float, "money spent on the closed model a month, instead of tokens"),
    ("--currency", str, "currency of the spend and of converted figures (USD; others need the operator's rate)"),
    ("--open-model", str, "open model to move to, such as llama-3.3-70b"),
    ("--host", str, "host of the open model, such as aws"),
    ("--gpu", str, "kind of GPU, such as h100"),
    ("--gpus", int, "GPUs of one replica"),
    ("--isl", int, "input tokens of one request"),
    ("--osl", int, "output tokens of one request"),
    ("--growth", float, "growth of the volume in percent a year (10 for 10 %%)"),
    ("--cache-share", float, "share of the input served from cache in percent"),
    ("--batch-share", float, "share processed in batches in percent"),
    ("--retained", float, "share that stays with the closed model in percent"),
    ("--region", str, "data-residency region, such as eu"),
)
CHOICES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("--price", get_args(PriceKind), "how GPUs are rented"),
    ("--baseline", get_args(Baseline), "compare with the closed model's successor or with today's prices"),
    ("--deployment", get_args(Deployment), "where to run"),
)


def add_cost_options(parser: argparse.ArgumentParser) -> None:
    """Add every option of the cost model to a command; what is left out is a named default."""
    group = parser.add_argument_group("costs")
    for name, kind, text in OPTIONS:
        group.add_argument(name, type=READS.get(name) or (str if kind is str else read_as(kind, name)), help=text)
    for name, choices, text in CHOICES:
        add_choice(group, name, choices=choices, text=text)
    group.add_argument("--as-of", type=read_as(date, "--as-of"), metavar="YYYY-MM-DD", help="day the figures are for")
    group.add_argument("--seed", type=_read_seed, default=7, help="seed of the draws (default 7)")


def add_language_option(parser: argparse.ArgumentParser) -> None:
    """Add `--lang`, also called `--language`."""
    add_choice(parser, "--lang", "--language", choices=LANGUAGES, text="language of the output")


def add_choice(
    parser: "argparse.ArgumentParser | argparse._ArgumentGroup",
    *names: str,
    choices: tuple[str, ...],
    text: str,
    default: str | None = None,
) -> None:
    """Add an option with a few allowed words; another one is refused in the language asked for, with those words."""

    def pick(word: str) -> str:
        if word not in choices:
            raise refuse_unknown(names[0].removeprefix("--"), word, choices)
        return word

    shown = f"{{{','.join(choices)}}}"
    parser.add_argument(
        *names, dest=names[0][2:].replace("-", "_"), type=pick, default=default, metavar=shown, help=text
    )


def read_as(kind: type, name: str) -> Callable[[str], Any]:
    """Return what reads a number, a whole number or a day for an option; raises UserError that names the option."""
    reads: dict[type, Callable[[str], Any]] = {float: float, int: int, date: date.fromisoformat}

    def read(text: str) -> Any:
        try:
            return reads[kind](text)
        except ValueError:
            raise refuse_text(name, text, kind.__name__) from None

    return read


def _read_money(text: str) -> float:
    """Read an amount; "20.000" is 20,000 in a chat and would be 20 here, so it is neither."""
    if _GROUPED.fullmatch(text.strip()):
        raise refuse_text("--monthly-spend", text, "money")
    amount: float = read_as(float, "--monthly-spend")(text)
    return amount


READS: Mapping[str, Callable[[str], Any]] = MappingProxyType({"--monthly-spend": _read_money})
"""Options that are read in a way of their own."""


def _read_seed(text: str) -> int:
    seed: int = read_as(int, "--seed")(text)
    if seed < 0:
        raise UserError("error.cost.seed", value=seed)
    return seed


def given_from(args: argparse.Namespace) -> Given:
    """Return what the options say about costs; the values are checked by the cost model."""
    names = [name for name, *_ in (*OPTIONS, *CHOICES)] + ["--as-of"]
    return Given(**{key: getattr(args, key) for key in (name[2:].replace("-", "_") for name in names)})
