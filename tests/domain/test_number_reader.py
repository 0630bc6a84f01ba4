"""Amounts and percentages as people and models write them in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.brief import LANGUAGES, Language
from bot.domain.cost.written import format_value
from bot.domain.document.number_reader import parse_number, read_numbers, same_amount


@pytest.mark.parametrize(
    ("language", "text", "value", "unit", "currency"),
    [
        ("es", "1.234.567,89 USD", 1234567.89, "money", "USD"),
        ("en", "USD 1,234,567.89", 1234567.89, "money", "USD"),
        ("es", "US$ 2,7 millones", 2_700_000, "money", "USD"),
        ("en", "$2.7 million", 2_700_000, "money", "USD"),
        ("pt", "R$ 3.5M", 3_500_000, "money", "BRL"),
        ("pt", "R$ 1,5 milhão", 1_500_000, "money", "BRL"),
        ("es", "12,5 %", 12.5, "percent", ""),
        ("en", "12.5%", 12.5, "percent", ""),
        ("es", "USD 20k", 20_000, "money", "USD"),
        ("es", "20 mil dólares", 20_000, "money", "USD"),
        ("es", "dos millones de dólares", 2_000_000, "money", "USD"),
        ("es", "dos millones y medio de euros", 2_500_000, "money", "EUR"),
        ("es", "medio millón de dólares", 500_000, "money", "USD"),
        ("en", "half a million dollars", 500_000, "money", "USD"),
        ("pt", "meio milhão de reais", 500_000, "money", "BRL"),
        ("en", "two and a half million dollars", 2_500_000, "money", "USD"),
        ("pt", "dois milhões de reais", 2_000_000, "money", "BRL"),
        ("es", "cuarenta por ciento", 40, "percent", ""),
        ("es", "treinta y cinco por ciento", 35, "percent", ""),
        ("en", "forty percent", 40, "percent", ""),
        ("pt", "quarenta por cento", 40, "percent", ""),
        ("es", "40 puntos porcentuales", 40, "percent", ""),
        ("es", "-14,7 %", -14.7, "percent", ""),
        ("es", "−350 %", -350, "percent", ""),
        ("es", "６０ %", 60, "percent", ""),
        ("es", "6 de cada 10 euros", 60, "percent", ""),
        ("en", "3 out of 4", 75, "percent", ""),
        ("es", "250.000 al año", 250_000, "bare", ""),
        ("es", "diez mil millones de tokens", 10e9, "tokens", ""),
        ("es", "3,75 G de tokens", 3.75e9, "tokens", ""),
        ("en", "100 M tokens", 100e6, "tokens", ""),
        ("en", "1,172 Mtok", 1.172e9, "tokens", ""),
        ("en", "nine times the cost", 9, "times", ""),
        ("es", "la mitad del coste", 50, "percent", ""),
        ("pt", "corta o custo pela metade", 50, "percent", ""),
    ],
)
def test_amounts_are_read(language: Language, text: str, value: float, unit: str, currency: str) -> None:
    """The amount, its unit and its currency come out, once, with the place it stands at."""
    readings = read_numbers(f"x {text}, y", language)
    assert [(one.unit, one.currency) for one in readings] == [(unit, currency)]
    values = [readings[0].value, readings[0].other]
    assert any(one is not None and one == pytest.approx(value) for one in values)
    assert f"x {text}, y"[readings[0].start : readings[0].end] == readings[0].text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "en 3 meses, 36 meses, la fase 2, el mes 14 y 4 semanas"),
        ("es", "24/7, el 23 de noviembre de 2026 y las 3 fases con 2 réplicas"),
        ("es", "Llama 3.3 70B en 8xH100 de 80 GB, GPT-4o, gpt-6.1-terra y vLLM 0.10.0"),
        ("es", "ISO 27001, Reglamento (UE) 2024/1689, Ley 1581 de 2012, artículo 22"),
        ("pt", "Lei 13.709/2018, Resolução 4.893 e NIST 800-53"),
        ("en", "once a week, one of the two teams, half a year, port 8080, 200 questions"),
        ("es", "mil gracias a las dos áreas"),
        ("en", "in the first half of the year the second team has twenty people"),
    ],
)
def test_what_is_no_amount_is_left_alone(language: Language, text: str) -> None:
    """Months, counts, dates, norms, models and hardware are free."""
    assert read_numbers(text, language) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("entre 40 y 60 %", [40, 60]),
        ("del 40 al 60 %", [40, 60]),
        ("40-60 %", [40, 60]),
        ("US$ 2-3 millones", [2e6, 3e6]),
        ("US$ 200.000–300.000", [200e3, 300e3]),
    ],
)
def test_ranges_share_their_unit(text: str, values: list[float]) -> None:
    """Both ends of a range are amounts, the unit and the scale stand only once."""
    readings = read_numbers(text, "es")
    assert [one.value for one in readings] == values
    assert len({one.unit for one in readings}) == 1


@pytest.mark.parametrize(
    ("digits", "language", "value", "other"),
    [
        ("1.234", "es", 1234, 1.234),
        ("1.234", "en", 1.234, 1234),
        ("1,234", "pt", 1.234, 1234),
        ("1.234,5", "en", 1234.5, None),
        ("1,234.5", "es", 1234.5, None),
        ("1 234 567", "es", 1234567, None),
        ("0,125", "en", 0.125, None),
    ],
)
def test_marks_of_either_locale(digits: str, language: Language, value: float, other: float | None) -> None:
    """Where the marks leave it open both values are kept, the locale's first."""
    assert parse_number(digits, language)[::2] == (value, other)


UNITS = ("usd", "percent", "mtok_per_month", "usd_per_mtok", "multiple")


@given(
    st.floats(-5e7, 5e9, allow_nan=False).filter(lambda value: abs(value) > 0.01),
    st.sampled_from(UNITS),
    st.sampled_from(LANGUAGES),
)
def test_whatever_the_ledger_prints_is_read_back(value: float, unit: str, language: Language) -> None:
    """Every figure as printed by the one formatter is read as one amount within its rounding."""
    amount = abs(value) if unit != "percent" else value % 1000 - 500
    printed = format_value(amount, unit, language)
    readings = read_numbers(printed, language)
    assert len(readings) == 1
    expected = amount * 1e6 if unit.startswith("mtok") else amount
    found = [one for one in (readings[0].value, readings[0].other) if one is not None]
    assert any(one == pytest.approx(expected, rel=0.06 if unit == "multiple" else 0.006, abs=0.006) for one in found)


def test_same_amount_minds_unit_and_currency() -> None:
    """Equal numbers in other units or currencies are not the same amount."""
    usd, eur, percent = (read_numbers(text, "es")[0] for text in ("40 USD", "40 EUR", "40 %"))
    assert same_amount(usd, read_numbers("US$ 40,00", "es")[0])
    assert not same_amount(usd, eur)
    assert not same_amount(usd, percent)
