"""The planner: every section passes every check, in every shape, language and industry, and plans differ where they should."""

import re
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest

from bot.domain.brief import LANGUAGES, Given, Language
from bot.domain.document.markers import MARKER
from bot.domain.document.phases import find_phases
from bot.domain.strategy import parse_strategy
from bot.domain.terms import SECTIONS
from bot.domain.verdict import assess
from bot.domain.verify import check_document, check_section
from bot.services.planner import tidy
from bot.services.tco_json import why_text
from tests.services.planner_cases import (
    AS_TYPED,
    BOOKS,
    INDUSTRIES,
    PLANNER,
    SITUATIONS,
    TODAY,
    case_for,
    case_of,
    rendered,
    sources,
)

CANARY = "c4n4ry0123456789"
EVERYBODY = (*INDUSTRIES, AS_TYPED)
SIX_PAGES = 3000
"""Words, tables among them, that fit on six pages with a 10-point font."""
ROTATED = [
    (name, language, EVERYBODY[(7 * place + 11 * turn) % len(EVERYBODY)])
    for place, (name, language) in enumerate(product(SITUATIONS, LANGUAGES))
    for turn in range(2)
]
"""Every situation in every language, each with two industries, so that all industries have their turn."""


def findings(name: str, industry: str, language: Language, *, kind: str = "pro") -> list[str]:
    """Return what the checks find in the sections of a plan and in the rendered whole."""
    case = case_of(name, industry, language, kind="basic" if kind == "basic" else "pro")
    context = PLANNER.context(case, canary=CANARY)
    found = [one for section, source in sources(case).items() for one in check_section(section, source, context)]
    found += check_document(rendered(case), context)
    return [f"{one.id} {one.section}:{one.line} {one.quote!r} {dict(one.params).get('context', '')}" for one in found]


@pytest.mark.parametrize(("name", "language", "industry"), ROTATED)
def test_a_plan_has_no_finding(name: str, language: Language, industry: str) -> None:
    """No check finds anything in a planner's document, neither in its source nor as it is read."""
    assert findings(name, industry, language) == []


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_no_industry_has_a_finding(name: str, language: Language) -> None:
    """All industries, and one as typed, pass every check in every situation and language."""
    found = {industry: findings(name, industry, language) for industry in EVERYBODY}
    assert {industry: told for industry, told in found.items() if told} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["unknown volume", "successor", "reached in the cloud", "reached at a host"])
def test_the_overview_has_no_finding(name: str, language: Language) -> None:
    """The Basic document passes the checks with and without a volume."""
    for industry in ("finance", "retail", AS_TYPED):
        assert findings(name, industry, language, kind="basic") == []


def test_every_shape_and_outcome_is_among_the_situations() -> None:
    """The situations of these tests cover every shape of plan, and every outcome a plan can have."""
    cases = [case_of(name) for name in SITUATIONS]
    assert {case.shape for case in cases} == {"measure", "procure", "prove", "host", "hold"}
    assert {case.assessment.outcome for case in cases} == {
        "depends_on_volume",
        "reached",
        "within_reach",
        "not_against_successor",
        "not_at_this_volume",
        "not_reachable",
    }


def words_of(text: str) -> set[str]:
    """Return the longer words of a text."""
    return {word.casefold() for word in re.findall(r"\w{6,}", text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_industries_give_different_plans(language: Language) -> None:
    """Plans of two industries with the same figures share less than four fifths of their words."""
    one, other = (sources(case_of("successor", industry, language)) for industry in ("finance", "agriculture"))
    for section in ("plan", "risks"):
        mine, theirs = words_of(one[section]), words_of(other[section])
        assert len(mine & theirs) / len(mine | theirs) < 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shape_gives_a_different_plan(language: Language) -> None:
    """Each shape has its own transition plan and its own decision for the board."""
    names = ("unknown volume", "successor", "reached in the cloud", "within reach", "too small", "reached on premise")
    told = [sources(case_of(name, "finance", language)) for name in names]
    assert len({text["plan"] for text in told}) == len(names)
    assert len({text["decision"] for text in told}) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_names_what_is_particular_to_the_industry(language: Language) -> None:
    """Sensitive data, a regulation, use cases, owners, pilot and risks of the profile stand in the plan."""
    case = case_of("reached in the cloud", "healthcare", language)
    text = rendered(case)
    profile = case.profile
    assert profile is not None
    assert profile.sensitive_data[0][language] in text
    assert any(rule.name[language] in text for rule in profile.regulations)
    for told in (*profile.use_cases[:3], *profile.owners[:3], *(risk.title for risk in profile.risks)):
        assert told[language].rstrip(".") in text
    assert profile.pilot.idea[language].rstrip(".")[1:] in text
    assert profile.pilot.exit_criterion[language].rstrip(".")[1:] in text


@pytest.mark.parametrize(("language", "first", "second"), [
    ("es", r"no se alcanza\*\* con el precio de GPT-6 Luna.*veces el coste", r"precio de hoy de GPT-4o, en cambio, sí se alcanzaría"),
    ("en", r"is not met\*\* at the price of GPT-6 Luna.*times the cost", r"today's price of GPT-4o, however, it would be met"),
    ("pt", r"não é atingida\*\* com o preço do GPT-6 Luna.*vezes o custo", r"preço de hoje do GPT-4o, por outro lado, seria atingida"),
])  # fmt: skip
def test_the_verdict_speaks_of_the_chosen_baseline_first(language: Language, first: str, second: str) -> None:
    """The first sentence is about the successor with the multiple of the cost, the second about today's prices."""
    paragraph = rendered(case_of("successor", "finance", language)).split("\n\n")[2]
    sentences = re.split(r"(?<=\))\.\s", paragraph)
    assert re.search(first, sentences[0])
    assert re.search(second, sentences[1].casefold().replace("gpt-4o", "GPT-4o"))


def test_baseline_today_turns_the_two_around() -> None:
    """With today's prices chosen the first sentence is about them and the second about the successor."""
    paragraph = rendered(case_of("reached in the cloud", "finance", "es")).split("\n\n")[2]
    first, second = re.split(r"\. (?=Con el precio)", paragraph)
    assert "se alcanza** con el precio de hoy" in first
    assert "GPT-6 Luna" in second
    assert "no se alcanza" in second


def test_a_volume_between_two_steps_does_not_stop_itself() -> None:
    """Met at the volume given, but not for good: the plan says so, and its stop rule is one this volume comes up to."""
    case = case_of("between two steps", language="en")
    text = rendered(case)
    first, holds = (case.ledger.text(f"break_even.private_cloud.{one}", "en") for one in ("first", "holds_from"))
    assert f"for good at {holds} or more of output; at the volume given it is met as well" in text
    assert "no longer hold" not in text
    rules = [line for line in text.splitlines() if "top rule" in line and "private cloud needs" in line]
    assert len(rules) == 2
    assert all(first in rule and holds not in rule for rule in rules)


@pytest.mark.parametrize(("language", "said"), [("es", "también se alcanzaría"), ("en", "it would be met as well")])
def test_what_both_baselines_say_is_not_called_a_difference(language: Language, said: str) -> None:
    """Where the target is met against both, the second sentence does not begin with however."""
    assert said in rendered(case_of("met at both", language=language))


def test_a_host_does_not_win_over_what_is_not_there() -> None:
    """Where no capacity of one's own can be computed, the hosted model is neither asked for nor said to win over it."""
    text = rendered(case_of("no capacity of one's own", language="en"))
    assert "the only open option that can be computed, the hosted open model" in text
    assert "option asked for" not in text
    assert "whether it is used or not, and" not in text


def test_a_basic_plan_with_a_target_tells_the_volumes_of_the_target() -> None:
    """The volume from which the target is met is not called the one of equal cost."""
    case = case_of("reached in the cloud", language="en")
    told = PLANNER.section("savings", replace(case, brief=replace(case.brief, kind="basic")))
    assert "The private cloud would meet the target for good at" in told
    assert "costs less than the closed API for good" not in told


def test_a_spend_that_a_volume_overrides_is_named() -> None:
    """Nothing that was given is dropped without a word."""
    assert "The monthly spend given was not used" in rendered(case_of("a spend beside a volume", language="en"))
    assert "was not used" not in rendered(case_of("dear closed model", language="en"))


def test_a_spend_that_the_input_overrides_is_named() -> None:
    """The input alone is a volume too: nothing is computed from the money, and it is said."""
    given = Given(monthly_spend=20_000.0, input_mtok=500.0)

    assert "The monthly spend given was not used" in rendered(case_for(given, language="en"))


def test_a_model_that_is_gone_by_the_day_of_the_figures_does_not_retire_later() -> None:
    """What is still to come counts from the day the figures are for, not from the day of the clock."""
    gone = rendered(case_for(Given(monthly_spend=20_000.0, as_of=date(2027, 6, 1)), language="en"))
    before = rendered(case_for(Given(monthly_spend=20_000.0, as_of=date(2026, 12, 1)), language="en"))

    assert "January 14, 2027" not in gone
    assert "the model that replaces GPT-4o" in gone
    assert "January 14, 2027" in before


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_volume_no_verdict(language: Language) -> None:
    """Without a volume the three typical ones stand side by side with the volume from which the target holds."""
    case = case_of("unknown volume", "finance", language)
    verdict = sources(case)["verdict"]
    for preset in ("100m", "1g", "10g"):
        assert f"[[n:preset.{preset}.output_mtok]]" in verdict
    assert "[[n:other.break_even.private_cloud.holds_from]]" in verdict
    assert "verdict.saving_percent" not in verdict


def test_when_not_reached_the_order_is_fixed() -> None:
    """Verdict, thresholds, ranked alternatives, other reasons and stop rule stand in the order of the design."""
    verdict = sources(case_of("out of reach", "finance", "es"))["verdict"]
    heads = ("no se alcanza", "Qué lo haría posible", "Otras vías", "Razones que no son de coste", "Regla de parada")
    places = [verdict.index(head) for head in heads]
    assert places == sorted(places)
    numbers = re.findall(r"^(\d)\. .*?\[\[n:alternative\.(\d)\.horizon_usd\]\]", verdict, re.MULTILINE)
    assert len(numbers) == len(case_of("out of reach").assessment.alternatives)
    assert all(place == figure for place, figure in numbers)


def test_a_better_host_is_said_where_owning_is_proposed() -> None:
    """Where the hosted model saves more than the proposed capacity, text and plan say so."""
    told = sources(case_of("reached in the cloud", "finance", "es"))
    assert "El modelo abierto alojado ahorra más" in told["tco"]
    assert "dos anfitriones" in told["plan"]
    assert "dos anfitriones" not in sources(case_of("too small", "finance", "es"))["plan"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_assumption_and_every_unknown_is_told(name: str) -> None:
    """Each default stands among the assumptions, each unknown as a question, and the JSON has them too."""
    case = case_of(name, "finance", "es")
    text = rendered(case)
    for item in PLANNER.assumptions(case):
        assert str(item["label"]).casefold() in text.casefold()
    questions = PLANNER.unknowns(case)
    assert all(question.startswith("¿") and question in text for question in questions)
    asked = any("tokens de entrada y de salida se consumen" in question for question in questions)
    assert asked is not case.assessment.inputs.volume.known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_written_sections_is_a_marker(language: Language) -> None:
    """Every marker names a figure of the ledger, and no section but the sources has money outside a marker."""
    case = case_of("within reach", "retail", language)
    for section, source in sources(case).items():
        assert all(found.group(1) in case.ledger for found in MARKER.finditer(source))
        if section != "sources":
            assert not re.search(r"USD|US\$|\$\d", source)


def test_old_prices_are_announced_without_listing_them_all() -> None:
    """When every row is too old the notice names three kinds of them and counts the rest."""
    case = case_of("successor", "finance", "en")
    aged = replace(case, assessment=replace(case.assessment, stale=tuple(row.id for row in case.assessment.rows)))

    notice = PLANNER.section("assumptions", aged).partition("**Assumptions.**")[0]
    assert "more than 90 days old (price of the closed model, batch discount, " in notice
    assert "more)" in notice
    assert len(notice) < 300


def test_a_model_named_with_few_measurements_is_called_an_assumption() -> None:
    """Llama 4 stands on published points interpolated: the reason says so, also when somebody named the model."""
    given = Given(open_model="llama-4-maverick", closed_model="claude-opus-5-5", input_mtok=50_000, output_mtok=10_000)
    found = assess(given, 40, BOOKS.book, BOOKS.catalogue, today=TODAY, rng=np.random.default_rng(7))

    assert "assumption with a wide range" in why_text(found, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_a_document_fits_on_six_pages(name: str, language: Language) -> None:
    """No document has more words than six pages hold."""
    assert len(re.findall(r"\w+", rendered(case_of(name, "finance", language)))) < SIX_PAGES


@pytest.mark.parametrize(("wish", "length"), [("", 4), ("shorter_pilot", 2), ("longer_pilot", 7)])
def test_a_wish_changes_the_length_of_the_pilot(wish: str, length: int) -> None:
    """A shorter or longer pilot moves its months and those after it."""
    case = case_of("reached in the cloud", "retail", "es", wish=wish)  # type: ignore[arg-type]  # from the table
    plan = parse_strategy(rendered(case), "es").section("plan")
    assert plan is not None
    phases = find_phases(plan.blocks)
    spans = [(phase.first_month, phase.last_month) for phase in phases]
    assert spans == list(case.months)
    first, last = spans[1]
    assert last is not None
    assert first is not None
    assert last - first + 1 == length


def test_sections_come_in_the_order_of_the_document() -> None:
    """The whole document has the sections of its kind in order, and no other."""
    assert [section.id for section in parse_strategy(rendered(case_of("successor")), "es").sections] == list(
        SECTIONS["pro"]
    )


def test_the_tables_carry_the_recommended_infrastructure() -> None:
    """At the [[TCO]] marker stand the money table, the qualitative table and the infrastructure."""
    text = PLANNER.tables_markdown(case_of("reached on premise", "finance", "es"))
    assert text.index("| Comparación de costes |") < text.index("| Opción |") < text.index("### Infraestructura")
    assert "vLLM" in text
    assert "[[n:infrastructure.replicas]]" in text


def test_two_replicas_in_one_server_are_not_called_redundant() -> None:
    """Where all replicas share one server, the infrastructure says that this is not redundancy."""
    case = case_of("too small", "finance", "es")
    assert case.assessment.infrastructure.one_server
    assert "no son redundantes" in PLANNER.tables_markdown(case)


def test_tidy_leaves_one_empty_line_between_blocks() -> None:
    """Trailing spaces and repeated empty lines go, everything else stays."""
    assert tidy("a  \n\n\n\nb\n  - c\n\n") == "a\n\nb\n  - c\n"
