"""Numbers in digits and words of three languages."""

import pytest

from bot.domain.reading.numerals import find_numerals, number_of
from bot.domain.reading.typed import plain, tokenise


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("forty-two percent", [42]), ("cuarenta y dos por ciento", [42]), ("quarenta e dois por cento", [42]),
        ("veinticinco", [25]), ("ciento cincuenta", [150]), ("a hundred percent", [100]), ("cento e vinte", [120]),
        ("twelve and a half percent", [12.5]), ("doce y medio por ciento", [12.5]), ("doze e meio por cento", [12.5]),
        ("forty-five point five", [45.5]), ("cuarenta y cinco coma cinco", [45.5]), ("three-quarters", [75]),
        ("un tercio", [33]), ("dos tercios", [67]), ("a quarta parte", [25]), ("pela metade", [50]), ("1/3", [33]),
        ("between thirty and forty", [30, 40]), ("20,000 USD", [20000]), ("12,5 %", [12.5]), ("-5", [5]),
        ("once upon a time", []), ("dos clientes", []), ("gpt4o and b2b", []), ("por ciento", []),
    ],
)  # fmt: skip
def test_numbers_have_their_value(text: str, values: list[float]) -> None:
    """Digits, words, portions and decimals have the value a reader gives them."""
    assert [numeral.value for numeral in find_numerals(tokenise(plain(text)))] == values


@pytest.mark.parametrize(
    ("digits", "value", "decimals"),
    [("1.234,56", 1234.56, 2), ("1,234.5", 1234.5, 1), ("20.000", 20000.0, 0), ("0.400", 0.4, 3), ("12,55", 12.55, 2), (".4", 0.4, 1)],
)  # fmt: skip
def test_marks_group_or_divide(digits: str, value: float, decimals: int) -> None:
    """A mark before three digits groups thousands, else it divides; the last of two kinds divides."""
    assert number_of(digits) == (value, decimals)


def test_a_minus_is_a_sign_only_before_a_number_alone() -> None:
    """In "finance -5" the minus is a sign; in "30-40" it joins a range."""
    assert [numeral.negative for numeral in find_numerals(tokenise("finance -5 %"))] == [True]
    assert [numeral.negative for numeral in find_numerals(tokenise("30-40"))] == [False, False]
