"""What short answers mean where a dialogue stands: words, emoji and numbers as people really type them."""

import pytest

from bot.domain.brief import Language
from bot.domain.dialogue import step
from bot.domain.effects import Say
from bot.domain.events import ConversationRef, Said
from bot.domain.slots import understand
from bot.domain.talk.cues import small_word
from bot.domain.talk.heard import Heard
from bot.domain.talk.hearing import hear_said, language_shown
from bot.domain.talk.state import Stage, State
from bot.services.industry_book import industry_book

BOOK = industry_book()


@pytest.mark.parametrize(
    ("text", "small"), [("gracias :+1:", "thanks"), (":thumbsup: ok", "yes"), ("no sé :man-shrugging:", "dont_know"), (":100:", None)]
)  # fmt: skip
def test_an_emoji_beside_a_small_word_changes_nothing(text: str, small: str | None) -> None:
    """A small word stays what it is when an emoji stands beside it."""
    assert small_word(text) == small


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        ("es", "35 más o menos"), ("es", "a ver... 35"), ("es", "o sea 35"), ("es", "me da igual"), ("es", "de 30 a 40"),
        ("es", "va a ser 35"), ("es", "35 o así"), ("es", "me da lo mismo"), ("es", "da igual, 35"), ("es", "no más de 35"),
        ("en", "um, 35 or so"), ("en", "as is, 35"), ("en", "35 or so"), ("en", "um maybe 35"), ("en", "no, do 35"),
        ("pt", "a gente quer 35"), ("pt", "sei lá, 35"), ("pt", "pode ser 35"), ("pt", "vai ser 35"), ("pt", "por mim 35"),
    ],
)  # fmt: skip
def test_a_short_answer_leaves_the_language_of_the_dialogue(spoken: Language, text: str) -> None:
    """Small words that two languages share take no dialogue into another language."""
    assert language_shown(text, understand(text, BOOK, hint=spoken)) in (None, spoken)


@pytest.mark.parametrize(
    ("spoken", "text", "shown"),
    [
        ("es", "I want to save 30 percent", "en"), ("es", "what about security?", "en"), ("es", "we work in finance", "en"),
        ("es", "quero economizar 30% por favor", "pt"), ("es", "nossa meta é 40", "pt"), ("en", "queremos ahorrar 30", "es"),
        ("en", "somos un banco", "es"), ("en", "o que é isso?", "pt"), ("pt", "yo quiero 35", "es"), ("pt", "our goal is 40", "en"),
        ("pt", "¿cuánto cuesta esto?", "es"), ("es", "finanzas 40 em português", "pt"),
    ],
)  # fmt: skip
def test_a_sentence_in_another_language_changes_it(spoken: Language, text: str, shown: Language) -> None:
    """Somebody who goes on in another language, or asks for it, is answered in it."""
    assert language_shown(text, understand(text, BOOK, hint=spoken)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "ok 35", "bueno 35", "un 35 estaría bien", "me gustaría 35", "35 creo", "35 o así", "pues 35", "sobre 35", "vale, 35",
        "a ver... 35", "o sea 35", "va a ser 35", "yo creo que 35", "well 35", "let's say 35", "I think 35", "I'd like 35",
        "35ish", "35 sounds good", "go with 35", "35 would be great", "uns 35", "bota 35", "então 35", "35 mesmo", "pode ser 35",
        "a gente quer 35", "acho que 35", "tipo 35", "eu diria 35", "sei lá, 35", "we want 35", "¿igual un 35?", "ok treinta y cinco", "let's say thirty-five",
    ],
)  # fmt: skip
def test_a_number_among_small_words_is_the_target(text: str) -> None:
    """A short text that names one number and nothing else answers the question for the target."""
    found = understand(text, BOOK)

    assert (found.target_percent, found.problem, found.industry_typed) == (35.0, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "a mí me parece bien 35", "treinta y cinco me parece bien", "con 35 me conformo", "con un 35 nos alcanza", "apuntemos a 35",
        "nos gustaría llegar a 35", "mi jefe quiere 35", "35 estaría genial", "lo ideal sería 35", "me quedo con 35", "para mí 35",
        "35 nos va bien", "debería ser 35", "estábamos pensando en 35", "el CFO pide 35", "we were thinking about 35",
        "something like 35", "35 should do", "my boss wants 35", "the board expects 35", "we'd be happy with 35", "35, I suppose",
        "let's shoot for 35", "I'd pick 35", "35 would make us happy", "could be 35", "we could live with 35", "me parece bom 35",
        "35 está ótimo", "queremos chegar a 35", "por mim 35", "pra mim 35 está ótimo", "meu chefe quer 35", "bora de 35",
        "com 35 já ficamos felizes", "acredito que 35", "fico com 35", "35 tá de bom tamanho", "deveria ser 35", "a diretoria quer 35",
        "yo pondría 35", "35 no está mal", "35 como mucho", "¿qué te parece 35?", "35 feels right", "I'm happy with 35", "call it 35",
        "put me down for 35", "we're looking at 35", "how does 35 sound?", "eu colocaria 35", "35 no máximo", "estou pensando em 35",
        "a gente pensou em 35", "seria legal 35", "35 tá legal", "o que você acha de 35?",
    ],
)  # fmt: skip
def test_a_whole_sentence_around_one_number_is_the_target(text: str) -> None:
    """Somebody who hands one number over in a sentence of their own is understood, and names no industry by it."""
    found = understand(text, BOOK)

    assert (found.target_percent, found.problem, found.industry_typed, found.industry) == (35.0, None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "we have 35 employees", "35 models", "em 2035", "mi jefe tiene 35", "my boss is 35", "the board has 35", "MI 300", "sala 35",
        "mi jefe quiere 35 mil", "basta con 35 palabras", "llegar a 35 países", "chegar a 35 cidades", "parece que son 35 euros",
        "reunión 35", "planilha 35", "ticket 35", "en el piso 35", "ok, no andar 35", "bora 35 km", "digamos 35 usuarios",
        "the meeting is at 35", "I imagine 35 people", "vuelvo en 35", "back in 35", "volto em 35", "40 nós", "we are looking at 35 vendors",
        "is 35 realistic?", "¿35 es razonable?", "35 é razoável?", "we should have 35 nodes",
    ],
)  # fmt: skip
def test_a_sentence_around_another_number_names_no_target(text: str) -> None:
    """What counts, dates or numbers a thing stays no target among the words of an answer."""
    assert understand(text, BOOK).target_percent is None


@pytest.mark.parametrize(
    ("text", "industry"),
    [("finanzas, me gustaría 35", "finance"), ("retail, I think 35", "retail"), ("saúde, acho que 35", "healthcare")],
)
def test_an_answer_may_name_the_industry_too(text: str, industry: str) -> None:
    """The industry beside the number takes nothing away from it."""
    found = understand(text, BOOK)

    assert (found.industry, found.target_percent) == (industry, 35.0)


@pytest.mark.parametrize(
    "text",
    [
        "ok gpt-4", "ok windows 11", "vale 24/7", "ok 2027", "creo que hace 3 años", "I think 3 years", "ok 35 dólares", "ok $35",
        "ok 35k", "I think llama 4", "uns 35 funcionários", "ok, 40 stores", "say 35", "is 40 good?", "¿40 está bien?",
        "tengo 35", "we are 35", "somos 35", "me levanto a las 7", "vale, opción 2", "35 zebras", "creo que fase 2", "pode ser 35 mil",
    ],
)  # fmt: skip
def test_other_numbers_among_small_words_are_no_target(text: str) -> None:
    """Years, prices, counts, names, orders and questions about a number stay what they are."""
    assert understand(text, BOOK).target_percent is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "y si 30?"), ("es", "¿y si ponemos 30?"), ("es", "prueba con 30"), ("es", "¿y con 30?"),
        ("es", "¿qué tal 30?"), ("es", "súbelo a 30"), ("es", "¿y 30?"), ("en", "what about 30?"), ("en", "how about 30"),
        ("en", "try 30"), ("en", "raise it to 30"), ("en", "what if it's 30?"), ("en", "and 30?"), ("pt", "aumenta pra 30"),
        ("pt", "e se for 30?"), ("pt", "tenta com 30"), ("pt", "sobe para 30"), ("pt", "e com 30?"), ("pt", "que tal 30?"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stage", ["writing", "done"])
def test_a_new_number_after_a_plan_is_a_new_target(stage: Stage, language: Language, text: str) -> None:
    """Somebody who asks for another number after a plan wants the plan for it."""
    heard = _hear(stage, language, text)

    assert (heard.kind, heard.slots.target, heard.language or language) == ("slots", 30.0, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "¿y si el tráfico sube a 30?"), ("en", "is 30 good?"), ("en", "what about 2027?"), ("en", "what about gpt-4?"),
        ("es", "¿y en 3 meses?"), ("pt", "e se forem 30 lojas?"), ("en", "what about 24/7 support?"), ("en", "what about 30 stores?"),
    ],
)  # fmt: skip
def test_other_numbers_after_a_plan_change_no_target(language: Language, text: str) -> None:
    """A question about something else with a number in it leaves the target alone."""
    assert _hear("done", language, text).slots.target is None


def _hear(stage: Stage, language: Language, text: str) -> Heard:
    return hear_said(*_at(stage, language, text), understand(text, BOOK, hint=language))


def _at(stage: Stage, language: Language, text: str) -> tuple[State, Said]:
    place = ConversationRef(platform="slack", tenant="T1", channel="C1")
    said = Said(id="e1", place=place, user="ana", at=1, text=text, message="m1")
    return State(stage=stage, language=language, owner="ana", industry="finance", target=40.0, plan=1, version=1), said


SEVERAL = [
    ("es", "banca pero también seguros", "banca pero también seguros"), ("en", "banking and also insurance", "banking and also insurance"),
    ("pt", "bancos e seguros", "bancos e seguros"), ("es", "somos un banco y una aseguradora", "banco y una aseguradora"),
    ("en", "banking as well as insurance", "banking as well as insurance"), ("pt", "banco mas também seguradora", "banco mas também seguradora"),
    ("es", "banca/seguros", "banca / seguros"), ("es", "¿sirve para banca y seguros?", "banca y seguros"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "typed"), SEVERAL)
@pytest.mark.parametrize(("stage", "button"), [("new", "industry"), ("industry", "industry"), ("target", "industry")])
def test_of_two_industries_named_both_are_offered(
    stage: Stage, button: str, language: Language, text: str, typed: str
) -> None:
    """Somebody who names two industries in one breath chooses among them, or has the words used as typed."""
    state, said = _at(stage, language, text)

    done = step(state, said, understand(text, BOOK, hint=language), BOOK, default_language=language)

    (asked,) = [effect for effect in done.effects if isinstance(effect, Say)]
    offers = [(offer.button, offer.value) for offer in asked.offers]
    assert (asked.text, dict(asked.params)) == ("ask.nearest", {"typed": typed})
    assert offers[:2] == [(button, "finance"), (button, "insurance")]
    assert offers[-1] == ("as_typed", typed)


def test_two_industries_under_a_plan_are_offered_as_changes() -> None:
    """Under a finished plan nothing is changed before one of the two is chosen."""
    heard = _hear("done", "es", "banca y seguros")

    assert (heard.kind, heard.typed, heard.slots.industry) == ("unknown_industry", "banca y seguros", None)


@pytest.mark.parametrize(
    ("text", "industry", "target"),
    [
        ("banca, no seguros, 30", "finance", 30.0), ("telecom e não varejo, 30", "telecom", 30.0), ("banca y finanzas 30", "finance", 30.0),
        ("vendemos a bancos y aseguradoras 20", "finance", 20.0), ("banca y retail, mejor retail, 30", "retail", 30.0),
        ("bank, technology department, 30", "finance", 30.0), ("hoteles y restaurantes 30", "hospitality", 30.0),
    ],
)  # fmt: skip
def test_one_industry_with_others_beside_it_is_taken(text: str, industry: str, target: float) -> None:
    """What is left out, corrected, sold to or the same industry twice leaves one that is meant."""
    found = understand(text, BOOK)

    assert (found.industry, found.target_percent, found.problem) == (industry, target, None)


def test_a_target_beside_two_industries_is_kept() -> None:
    """The number said with two industries counts, whichever of them is chosen."""
    assert understand("banca y seguros 40", BOOK).target_percent == 40.0
