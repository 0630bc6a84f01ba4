"""Reading what somebody spends: amounts as people write them in three languages, and those that are no one amount."""

import pytest

from bot.domain.reading.money import CURRENCIES, plain_amounts
from bot.domain.reading.spending import Spending, find_spending, read_amount
from bot.domain.slots import understand
from bot.services.industry_book import industry_book

BOOK = industry_book()
LONG = 16_000
"""Characters, eight times as many as a message may have."""


@pytest.mark.parametrize(
    ("text", "target", "spend", "currency"),
    [
        ("finanzas 40, gastamos 12 000 USD al mes", 40, 12_000, "USD"),
        ("finanzas, gastamos 12\u00a0500 € al mes", None, 12_500, "EUR"),
        ("finance 40, we spend 12 500 USD a month", 40, 12_500, "USD"),
        ("finance 40 12 000 USD a month", 40, 12_000, "USD"),
        ("finance 40, 1 234 567.89 USD monthly", 40, 1_234_567.89, "USD"),
        ("12 500 dólares al mes, finanzas 40%", 40, 12_500, "USD"),
        ("finance 40, we spend 5 000 000 USD a year on GPT 5", 40, 416_666.67, "USD"),
        ("banca 40 R$ 12 000,50 por mês", 40, 12_000.5, "BRL"),
        ("finance 40 $20,000 a month", 40, 20_000, "USD"),
        ("finance 40 $20k/month", 40, 20_000, "USD"),
        ("finance 40.5 €500 a month", 40.5, 500, "EUR"),
        ("finance 40 usd 500 a month", 40, 500, "USD"),
        ("finance 40, 500 USD a month", 40, 500, "USD"),
        ("finance 40 - 500 USD a month", 40, 500, "USD"),
        ("monthly spend 20000 USD 40% target finance", 40, 20_000, "USD"),
        ("finanzas 40, gastamos 1'5 millones de euros al año", 40, 125_000, "EUR"),
        ("finanzas 40, 2 millones y medio de dólares al año", 40, 208_333.33, "USD"),
        ("finanças 40, 5 mil reais por mês", 40, 5_000, "BRL"),
        ("finance 40, $5000 a week", 40, 21_666.67, "USD"),
        ("finance 40, we spend 300 USD a day", 40, 9_125, "USD"),
        ("finanzas 40, 50.000 USD por trimestre", 40, 16_666.67, "USD"),
        ("finanças 40, 60.000 BRL por semestre", 40, 10_000, "BRL"),
        ("finance 40, our yearly bill is 240,000 USD", 40, 20_000, "USD"),
        ("finanzas 40, $350,000 MXN al mes", 40, 350_000, "MXN"),
        ("finanzas 40, mensual $350,000 MXN", 40, 350_000, "MXN"),
        ("finanzas 40, MXN $350,000 mensuales", 40, 350_000, "MXN"),
        ("finanzas 40, $350,000 al mes (MXN)", 40, 350_000, "MXN"),
        ("finanzas 40, 350 mil pesos mexicanos al mes", 40, 350_000, "MXN"),
        ("finance 40, $20k USD a month", 40, 20_000, "USD"),
        ("finance 40, USD$20,000 a month", 40, 20_000, "USD"),
        ("finance 40, 20kUSD/month", 40, 20_000, "USD"),
        ("finance 40, 20k US dollars monthly", 40, 20_000, "USD"),
        ("finance 40, £12,000pm", 40, 12_000, "GBP"),
        ("finance 40, £12k pcm", 40, 12_000, "GBP"),
        ("finance 40, £2.4m per annum", 40, 200_000, "GBP"),
        ("finanzas 40, 20.000,- € al mes", 40, 20_000, "EUR"),
        ("finanzas 40, 20.000 €, al mes", 40, 20_000, "EUR"),
        ("finanzas 40, unos 8.000 al mes en euros", 40, 8_000, "EUR"),
        ("finanças 40, R$ 1,2 mi por ano", 40, 100_000, "BRL"),
        ("finanças 40, gastamos 20 mil reais todo mês", 40, 20_000, "BRL"),
        ("finanzas 40, pagamos 3 mil euros de OpenAI cada mes", 40, 3_000, "EUR"),
        ("finance 40, we spend $20k on GPT-4o and Claude every month", 40, 20_000, "USD"),
        ("finance 40 gpt 4o 20k USD a month", 40, 20_000, "USD"),
        ("finance 40, gasto mensual en gpt 4o de 20.000 €", 40, 20_000, "EUR"),
        ("finance 40, $20k per month ($240k per year)", 40, 20_000, "USD"),
        ("finance 40, 20,000 USD a month (about 18,000 EUR)", 40, 20_000, "USD"),
        ("finance 40, 20,000 USD (18,000 EUR) a month", 40, 20_000, "USD"),
        ("finance 40, we spend $20k a month and want to save $8k a month", 40, 20_000, "USD"),
        ("facturamos 5 M€ al año y gastamos 20.000 € al mes, banca 40", 40, 20_000, "EUR"),
        ("finance 40, we get 2000 calls per day and pay $5k a month", 40, 5_000, "USD"),
        ("ahorrar el 40% de 20.000 € al mes en finanzas", 40, 20_000, "EUR"),
        ("economizar 40% dos R$ 20 mil por mês, banco", 40, 20_000, "BRL"),
        ("save 40% of our $1.2M/yr, finance", 40, 100_000, "USD"),
        ("finance 40 1 000 users and $20k a month", 40, 20_000, "USD"),
        ("what if it were 30 000 € a month?", None, 30_000, "EUR"),
        ("no, it's $25k a month", None, 25_000, "USD"),
        ("finanças 40, gastamos no total 20 mil euros por mês", 40, 20_000, "EUR"),
        ("finance 40, our vendor is OpenAI at $20k a month", 40, 20_000, "USD"),
        ("finance 40, 20k a month in dollars", 40, 20_000, "USD"),
        ("finanzas 40, 20 mil al mes USD", 40, 20_000, "USD"),
        ("finance 40, monthly $20k", 40, 20_000, "USD"),
        ("finance 40 8k usd month", 40, 8_000, "USD"),
        ("finance 40 gpt-4o 20k usd/month", 40, 20_000, "USD"),
        ("finance 40 claude 3.5 500 usd/month", 40, 500, "USD"),
        ("finanzas 40, gastamos 20000 USD en GPT-4o al mes", 40, 20_000, "USD"),
        ("finance 40, 20,000 US dollars a month", 40, 20_000, "USD"),
        ("finanzas 40, 20.000 dólares estadounidenses al mes", 40, 20_000, "USD"),
        ("finanzas 40, MXN $350,000 al mes", 40, 350_000, "MXN"),
        ("finanzas 40, $12.000.000 pesos colombianos al mes", 40, 12_000_000, "COP"),
        ("finance 40, 180k GBP per annum", 40, 15_000, "GBP"),
        ("reduce our 20k USD monthly bill by 40% in banking", 40, 20_000, "USD"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, target: float | None, spend: float, currency: str) -> None:
    """Thousands with spaces are one number, a target before it stays one, and every period is put into months."""
    found = understand(text, BOOK)

    assert (found.target_percent, found.monthly_spend, found.currency) == (target, spend, currency)
    assert not found.spend_unread


@pytest.mark.parametrize(
    "text",
    [
        "finance 40 500 USD a month",
        "finance 40, 20-30k USD a month",
        "finance 40, between 20 and 30 thousand dollars a month",
        "finanzas 40, de 20.000 a 30.000 € al mes",
        "finance 40, $20,000–$30,000 a month",
        "finance 40, monthly $20k-$30k",
        "finance 40, 1.5e6 USD a month",
        "finance 40, 12 00 USD a month",
        "finance 40; -500 USD a month",
        "finanzas 40, gastamos veinte mil dólares al mes",
        "finanzas 40, gastamos millón y medio de dólares al año",
        "finance 40, we spend 20k a month on GPT-4o",
        "finanzas 40, nos cuesta 20.000 al mes",
        "finanzas 40, gastamos 20000 pesos al mes",
        "finance 40, we spend 190000 SEK a month",
        "finanzas 40, gastamos 20000 USD en GPT-4o",
        "finance 40, GPT 4 500 USD a month",
        "finance 40, $20k a month to OpenAI and $5k a month to Anthropic",
        "finance 40, $20k a month, sorry, $25k a month",
        "finance 40, we pay $20k for GPT-4o and $500 a day on Claude",
        "finance 40, reduce our bill from $20k to $12k a month",
        "finance 40, bring our spend down to $12k a month",
        "finance 40, our budget is $100k a year",
        "finance 40, we don't spend $20k a month",
        "finanzas 40, 500 € al mes y usuario",
        "finanzas 40, este mes 5.000 €",
        "finanzas 40, el mes pasado gastamos 8.000 €",
        "finanzas 40, quita 5.000 € al mes",
        "finance 40, we pay $30 a month per user",
        "finance 40, $20k a month for each of 3 teams",
        "finance 40, with 2000 calls per day we pay $5k",
        "ahorrar 40% al año en finanzas, pagamos 5.000 €",
        "finance 40, our yearly spend, billed monthly, is $240k",
        "finance 40, we spend $1.2 mil a year",
        "finance 40, $1.200M a year",
        "finance 40, $20,0000 a month",
        "finance 40, 12,34,567 USD a year",
        "finance 40, $20, 000 a month",
        "finanzas 40, 100 mil 500 euros al mes",
        "finanças 40, 20 mil e 500 reais por mês",
        "finanzas 40, 1 millón 200 mil euros al año",
        "finanzas 40, $350,000 pesos al mes",
        "finanzas 40, $350,000 al mes en pesos",
        "finance 40, C$20k a month",
        "finance 40, $20k AUD a month",
        "finance 40, $20-30k/month",
        "finance 40, $20k~$30k monthly",
        "finance 40, $20k every two months",
        "finanzas 40, gasto real 20.000 al mes",
        "finanzas 40, gastamos 20 lucas al mes",
        "finanzas 40 20k/mes",
        "finance 40, our bill is 20,000",
        "finance 40, spend: 20000",
        "finanzas 40, dos mil quinientos euros al mes",
        "finance 40, OpenAI: $18,400 per month, Anthropic: $3,000 per month",
        "finanzas 40, 12.000 USD en OpenAI y 3.000 USD en Anthropic al mes",
        "finance 40, we pay 10k USD to OpenAI and 5k EUR to Mistral a month",
        "finance 40 (20-30k USD a month)",
        "finance 40, go from $20k to $12k a month",
        "finance 40, 500 seats at 60 USD per month",
        "finance 40, 60 USD/user/month",
        "finance 40, $20,000 AUD a month",
        "finance 40 8k/month",
    ],
)
def test_what_is_no_one_amount_is_not_taken_for_one(text: str) -> None:
    """Rather no spend than a wrong one; that one was told is known, and the target is read all the same."""
    found = understand(text, BOOK)

    assert (found.target_percent, found.monthly_spend, found.currency) == (40, None, None)
    assert found.spend_unread


@pytest.mark.parametrize(
    "text",
    [
        "finance, 20-30k USD a month",
        "finance, 20 to 30k USD a month",
        "finance, between 20 and 30 thousand dollars a month",
        "finanzas, entre 20 y 30 mil dólares al mes",
        "finanças, de 20 a 30 mil reais por mês",
    ],
)
def test_a_range_of_money_is_no_target(text: str) -> None:
    """Its lower end is not how much somebody wants to save."""
    found = understand(text, BOOK)

    assert (found.industry, found.target_percent, found.problem, found.spend_unread) == ("finance", None, None, True)


@pytest.mark.parametrize(
    "text",
    [
        "finance 40",
        "save 40 % a year in retail",
        "ahorrar un 30 % al mes en logística",
        "healthcare 35, 20000 patients a month",
        "banca 40, 2 millones de tokens al mes",
        "a hospital with 1 200 beds, 30 %",
        "what does an H100 at 3 USD an hour cost?",
        "call me at 600 111 222",
        "save 20,000 USD a month in finance",
        "queremos economizar R$ 20 mil por mês, banco",
        "facturamos 50 millones de euros al año, retail 30%",
        "our annual revenue is $50M, retail 30%",
        "an engineer earns $150k a year, retail 30%",
        "why does the plan say $12,345 a month?",
        "finance 40, we pay 2000 people monthly",
        "finance 40, we pay OpenAI since 2023",
        "two and a half euros 40",
        "forty euros 20",
        "we want to save 20,000 USD a month in retail",
        "ahorrar unos 20000 USD al mes en finanzas",
        "finance 40, our revenue is 5 million USD a year",
        "finanzas 40, facturamos 5 millones de euros al año",
        "finance 40, our customers pay 3 USD a month",
    ],
)
def test_other_numbers_are_no_spend(text: str) -> None:
    """Nobody is told about a spend who has not spoken of one."""
    found = understand(text, BOOK)

    assert found.monthly_spend is None
    assert not found.spend_unread


@pytest.mark.parametrize("piece", ["1", "1 ", "1,1", "$1 ", "1-1 $", "12 500 USD ", "thousand dollars ", "1 mil y "])
def test_a_long_message_is_read_at_once(piece: str) -> None:
    """Each number is looked at once: where many were looked at again for each, this took longer than a test may."""
    assert find_spending(plain_amounts((piece * LONG)[:LONG])).monthly_spend is None


def test_a_bare_number_that_names_a_spend_is_no_target_or_industry() -> None:
    """The "20" of "20 000 a month" is no target, and "30k" no industry that we do not know."""
    assert understand("we spend 20 000 a month on OpenAI", BOOK).target_percent is None
    assert understand("the spend is 30k", BOOK).problem is None
    assert understand("we spend 20% of revenue on AI, retail", BOOK).target_percent is None


@pytest.mark.parametrize("money", CURRENCIES)
def test_every_currency_is_heard(money: str) -> None:
    """As a word or as a sign, behind the amount."""
    assert find_spending(plain_amounts(f"20000 {money} a month")).currency == CURRENCIES[money]


@pytest.mark.parametrize(
    ("period", "spend"),
    [
        *(
            (period, 1_000)
            for period in ("a month", "/mo", "al mes", "cada mes", "por mês", "p.m.", "pcm", "mensuales")
        ),
        *(
            (period, 83.33)
            for period in ("a year", "/yr", "al año", "por ano", "p.a.", "annually", "anuales", "anuais")
        ),
        *((period, 333.33) for period in ("a quarter", "por trimestre", "trimestrales", "quarterly")),
        *((period, 166.67) for period in ("every half-year", "por semestre", "semestrais")),
        *((period, 4_333.33) for period in ("a week", "a la semana", "por semana", "weekly", "semanales")),
        *((period, 30_416.67) for period in ("a day", "al día", "por dia", "daily")),
    ],
)
def test_every_period_is_put_into_months(period: str, spend: float) -> None:
    """Also where nothing else in the sentence speaks of money."""
    assert find_spending(f"1000 USD {period}").monthly_spend == spend


@pytest.mark.parametrize(
    ("typed", "spend", "currency"),
    [
        ("20000", 20_000, "MXN"),
        ("1234567.89", 1_234_567.89, "MXN"),
        ("12\u202f500", 12_500, "MXN"),
        ("about 20 thousand", 20_000, "MXN"),
        ("20.000 EUR", 20_000, "EUR"),
        ("240000 a year", 20_000, "MXN"),
        ("0.5", 0.5, "MXN"),
        ("lots", None, None),
        ("1.5e6", None, None),
        ("1.23457e+06", None, None),
        ("-5", None, None),
        ("20-30k", None, None),
        ("20k USD, 5k EUR", None, None),
        ("350,000 MXN al mes", 350_000, "MXN"),
    ],
)
def test_a_field_takes_one_amount(typed: str, spend: float | None, currency: str | None) -> None:
    """The field's own words count before the currency beside it; what is no one amount is none."""
    assert read_amount(typed, "MXN") == Spending(monthly_spend=spend, currency=currency)
