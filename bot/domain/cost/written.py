"""How a figure is written: three significant digits, one way for table, prose, chart, deck and sheet, by language."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from bot.domain.brief import Language

LOCALES: dict[Language, str] = {"es": "es", "en": "en_US", "pt": "pt_BR"}
DIGITS = 3
MONEY: dict[Language, str] = {"es": "{} USD", "en": "USD {}", "pt": "US$ {}"}
UNKNOWN = "—"
NBSP = "\u00a0"

WORDS: dict[str, dict[Language, tuple[str, str]]] = {
    "months": {"es": ("mes", "meses"), "en": ("month", "months"), "pt": ("mês", "meses")},
    "replicas": {"es": ("réplica", "réplicas"), "en": ("replica", "replicas"), "pt": ("réplica", "réplicas")},
    "gpus": {"es": ("GPU", "GPU"), "en": ("GPU", "GPUs"), "pt": ("GPU", "GPUs")},
    "servers": {"es": ("servidor", "servidores"), "en": ("server", "servers"), "pt": ("servidor", "servidores")},
    "tokens": {"es": ("token", "tokens"), "en": ("token", "tokens"), "pt": ("token", "tokens")},
    "fte": {"es": ("FTE", "FTE"), "en": ("FTE", "FTEs"), "pt": ("FTE", "FTEs")},
}
PER: dict[str, dict[Language, str]] = {
    "usd_per_mtok": {"es": "por millón de tokens", "en": "per million tokens", "pt": "por milhão de tokens"},
    "usd_per_gpu_hour": {"es": "por GPU y hora", "en": "per GPU-hour", "pt": "por GPU e hora"},
    "usd_per_kwh": {"es": "por kWh", "en": "per kWh", "pt": "por kWh"},
    "usd_per_kw_month": {"es": "por kW y mes", "en": "per kW and month", "pt": "por kW e mês"},
}
A_YEAR: dict[Language, str] = {"es": "al año", "en": "a year", "pt": "ao ano"}
A_MONTH: dict[Language, str] = {"es": "al mes", "en": "a month", "pt": "por mês"}
SCALES: dict[Language, tuple[tuple[float, str, str], ...]] = {
    "es": ((1.0, "millón de", "millones de"), (1e-3, "mil", "mil")),
    "en": (
        (1e6, "trillion", "trillion"),
        (1e3, "billion", "billion"),
        (1.0, "million", "million"),
        (1e-3, "thousand", "thousand"),
    ),
    "pt": (
        (1e6, "trilhão de", "trilhões de"),
        (1e3, "bilhão de", "bilhões de"),
        (1.0, "milhão de", "milhões de"),
        (1e-3, "mil", "mil"),
    ),
}
"""Sizes of a volume in Mtok, the largest first. A Spanish billón is 1e12: Spanish stays with millions."""
PLURAL_FROM: dict[Language, float] = {"es": 1.01, "en": 1.01, "pt": 2.0}
"""The least of a size that is told in the plural, at three digits: Portuguese says 1,8 bilhão, Spanish 1,8 millones."""
TIMES: dict[Language, str] = {
    "es": "unas {} veces el coste",
    "en": "about {} times the cost",
    "pt": "cerca de {} vezes o custo",
}


def round_digits(value: float, digits: int = DIGITS) -> float:
    """Round to three (or so many) significant digits, halves away from zero as spreadsheets do."""
    if value == 0 or not math.isfinite(value):
        return value
    step = Decimal(1).scaleb(math.floor(math.log10(abs(value))) - digits + 1)
    return float((Decimal(repr(float(value))) / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


# A plan writes the same few hundred figures again and again: in tables, in prose, and to check what prose quotes.
@lru_cache(maxsize=16384)
def write_number(value: float, language: Language, *, decimals: int = 0, digits: int = DIGITS) -> str:
    """Write a number rounded to significant digits, groups always separated, at least `decimals` decimals if any."""
    rounded = round_digits(value, digits) + 0.0
    places = max(0, digits - 1 - math.floor(math.log10(abs(rounded)))) if rounded else 0
    shown = f"{rounded:.{places}f}"
    fraction = len(shown.partition(".")[2].rstrip("0"))
    least = decimals if fraction else 0
    pattern = "#,##0" + ("." + "0" * least + "#" * max(0, fraction - least) if fraction else "")
    return str(format_decimal(rounded, format=pattern, locale=LOCALES[language]))


def format_value(value: float | None, unit: str, language: Language) -> str:
    """Write a value with its unit, rounded to three significant digits; an unknown one is a dash.

    `money.EUR` is an amount in that currency.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit in WORDS:
        one, many = WORDS[unit][language]
        number = write_number(value, language)
        return f"{number}{NBSP}{one if number == '1' else many}"
    if unit in PER:
        return f"{_write_usd(value, language)} {PER[unit][language]}"
    if unit.startswith("money."):
        return _write_money(value, unit.removeprefix("money."), language)
    return WRITERS.get(unit, write_number)(value, language)


def _write_usd(value: float, language: Language) -> str:
    number = write_number(value, language, decimals=2)
    return MONEY[language].format(number).replace(" ", NBSP)


def _write_money(value: float, currency: str, language: Language) -> str:
    pattern = "{1} {0}" if language == "en" else "{0} {1}"
    return pattern.format(write_number(value, language, decimals=2), currency).replace(" ", NBSP)


def _write_percent(value: float, language: Language) -> str:
    gap = NBSP if language == "es" else ""
    return f"{write_number(value, language)}{gap}%"


def _write_volume(value: float, language: Language) -> str:
    """Write Mtok as thousands, millions, billions … of tokens, in the words of the language."""
    if value == 0:
        return f"0{NBSP}tokens"
    steps = SCALES[language]
    size, one, many = next((step for step in steps if abs(round_digits(value)) >= step[0]), steps[-1])
    many = many if abs(round_digits(value / size)) >= PLURAL_FROM[language] else one
    return f"{write_number(value / size, language)}{NBSP}{many}{NBSP}tokens".replace(" ", NBSP)


WRITERS: dict[str, Callable[[float, Language], str]] = {
    "usd": _write_usd,
    "percent": _write_percent,
    "percent_per_year": lambda value, language: f"{_write_percent(value, language)} {A_YEAR[language]}",
    "share": lambda value, language: _write_percent(100 * value, language),
    "share_per_year": lambda value, language: f"{_write_percent(100 * value, language)} {A_YEAR[language]}",
    "mtok": _write_volume,
    "mtok_per_month": lambda value, language: f"{_write_volume(value, language)} {A_MONTH[language]}",
    "usd_per_month": lambda value, language: f"{_write_usd(value, language)} {A_MONTH[language]}",
    "tok_s": lambda value, language: f"{write_number(value, language)}{NBSP}tokens/s",
    "kw": lambda value, language: f"{write_number(value, language)}{NBSP}kW",
    "multiple": lambda value, language: TIMES[language].format(write_number(value, language, digits=2)),
}
"""Units with a form of their own; every other one (factor, count …) is a bare number."""
