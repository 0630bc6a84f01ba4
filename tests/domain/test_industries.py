"""Finding industries by alias, typo and nearness."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.brief import LANGUAGES
from bot.domain.industries import Industry, IndustryBook, words_of
from bot.domain.slots import understand
from bot.services.industry_book import industry_book

BOOK = industry_book()
ALIASES = sorted(
    (phrase, industry.id)
    for industry in BOOK.industries.values()
    for language in LANGUAGES
    for phrase in (industry.name[language], *industry.aliases[language])
)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def test_all_industries_of_the_product_are_there() -> None:
    """The book holds exactly the ids that product.md names."""
    expected = (
        "finance insurance healthcare pharma retail manufacturing energy telecom public-sector education logistics "
        "legal media technology automotive agriculture hospitality real-estate construction nonprofit "
        "professional-services aerospace-defense"
    )

    assert set(BOOK.industries) == set(expected.split())


@given(st.sampled_from(ALIASES), st.sampled_from([str.upper, str.title, str.lower, _wide]))
@settings(max_examples=300, deadline=None)
def test_any_alias_in_any_case_and_width_finds_its_industry(entry: tuple[str, str], form: object) -> None:
    """Case and width never matter for an alias."""
    alias, industry = entry
    assert callable(form)

    assert BOOK.find(form(alias)).industry == industry


@pytest.mark.parametrize(
    ("typed", "industry"),
    [
        ("finanace", "finance"), ("finacne", "finance"), ("helthcare", "healthcare"), ("segurros", "insurance"),
        ("telecomunicasiones", "telecom"), ("real estte", "real-estate"), ("realestate", "real-estate"),
        ("public_sector", "public-sector"), ("manufaturing", "manufacturing"), ("seguradroa", "insurance"),
        ("varjeo", "retail"), ("inmobilaria", "real-estate"), ("bank's", "finance"), ("e-commerce", "retail"),
    ],
)  # fmt: skip
def test_small_typos_are_forgiven(typed: str, industry: str) -> None:
    """One letter wrong in a short word, two in a long one, still name the industry."""
    assert BOOK.find(typed).industry == industry


@pytest.mark.parametrize(
    "typed",
    ["detail", "retain", "banana", "banho", "manera", "minor", "wealth", "level", "saludos", "medio ambiente",
     "cemetery", "zoo", "circus", "asdfgh", "median", "reduction", "strategy", "social media", "foundation model"],
)  # fmt: skip
def test_words_that_look_alike_are_no_industry(typed: str) -> None:
    """A stray word near an alias names no industry."""
    assert BOOK.find(typed).industry is None


def test_nearest_gives_three_different_ones() -> None:
    """The nearest industries are as many as asked for, the likeliest first, even for nonsense."""
    assert BOOK.nearest("finanzaz y bancos")[0] == "finance"
    assert BOOK.nearest("winery and vineyards")[0] == "agriculture"
    for text in ("", "zoology", "🤖", "x" * 500):
        assert len(set(BOOK.nearest(text))) == 3


def test_an_alias_of_two_industries_is_refused() -> None:
    """Two industries that claim the same alias are an error that names it."""
    finance = BOOK.industries["finance"]
    twin = Industry(id="twin", name=finance.name, aliases=finance.aliases, weak=frozenset(), profile=finance.profile)

    with pytest.raises(ValueError, match="already taken"):
        IndustryBook.of([finance, twin])


def test_the_name_is_in_the_language() -> None:
    """An industry has its canonical name in each language."""
    assert [BOOK.name("healthcare", language) for language in LANGUAGES] == ["Salud", "Healthcare", "Saúde"]


def test_every_alias_has_words() -> None:
    """No alias vanishes when it is cut into words."""
    assert all(words_of(phrase) for phrase, _ in ALIASES)


@pytest.mark.parametrize(
    "text",
    [
        "PowerPoint", "PowerPoints", "una presentación en PowerPoint", "uma apresentação em PowerPoint", "report", "weekly reports",
        "reporte", "correo", "correio", "mi teléfono es nuevo", "telefones", "entrega", "calidad", "folha de pagamento", "consultar",
        "machine learning", "automation", "comercial", "payment", "stories", "tracking", "escala", "frente", "directores",
        "formas", "directo", "especial", "leaders", "former", "fazendo", "motorista", "impressão", "medidas", "blanco", "presentación",
        "hoja de cálculo", "deck", "reunión", "planilha", "reunião", "relatório", "slides", "spreadsheet", "meeting", "dashboard",
    ],
)  # fmt: skip
def test_an_everyday_word_is_no_slip_of_an_industry(text: str) -> None:
    """A word of the office or of its own names no industry, however near it lies to one."""
    assert understand(text, BOOK).industry is None


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("correos", "logistics"), ("entregas a domicilio", "logistics"), ("e-learning", "education"), ("resort", "hospitality"),
        ("telefonía", "telecom"), ("bancos", "finance"), ("automotive", "automotive"), ("energía", "energy"), ("finanace", "finance"),
        ("helth care", "healthcare"), ("escuela", "education"), ("farmas", "pharma"), ("bankng", "finance"),
    ],
)  # fmt: skip
def test_industries_beside_such_words_are_still_found(text: str, industry: str) -> None:
    """The names themselves and their slips are found as before."""
    assert understand(text, BOOK).industry == industry
