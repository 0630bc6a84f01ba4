"""The document model: sections, phases, risks, the cutter and the marks."""

import random

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.domain.document.blocks import BulletList, NumberedList, Table, parse_blocks, plain, walk
from bot.domain.document.markers import cited, mark, render_markers
from bot.domain.ledger import Ledger
from bot.domain.section_cutter import Cut, SectionCutter
from bot.domain.strategy import compose, make_section, parse_strategy, phases, risks
from tests.domain.model_like import case, write

PLAN = """Un plan en tres fases.

### Fase 1: Evaluación (meses 1-3)

- **Actividades:**
  - Inventariar los casos.
  - Medir el volumen.
- **Responsable:** CTO
- **Criterio de salida:** calidad medida
- **Regla de parada:** si falta volumen, se para

### Fase 2 — Piloto (semanas 13 a 32)

**Actividades:**

1. Servir el modelo.

**Responsable:** CISO. **Criterio de salida:** latencia medida.

### Fase 3: Despliegue

| Actividades | Criterio de salida | Meses |
|---|---|---|
| Migrar | Todo dentro | 9-18 meses |
"""


def test_document_is_parsed_section_by_section() -> None:
    """Sections come out with their ids, sources and lines; unknown headings are kept as `other`."""
    document = parse_strategy(
        "# T: Finanzas\n\nIntro.\n\n## Veredicto\n\nSí.\n\n## Equipo\n\nX.\n\n## Fuentes\n\n- a\n", "es"
    )
    assert document.title == "T: Finanzas"
    assert [(one.id, one.line) for one in document.sections] == [
        ("other", 0),
        ("verdict", 5),
        ("other", 9),
        ("sources", 13),
    ]
    verdict = document.section("verdict")
    assert verdict is not None
    assert verdict.source.strip() == "Sí."
    assert verdict.blocks[0].line == 7


def test_headings_inside_code_are_no_sections() -> None:
    """A `## ` line in a fence belongs to the code."""
    document = parse_strategy("## Veredicto\n\n```\n## Fuentes\n```\n", "es")
    assert [one.id for one in document.sections] == ["verdict"]


def test_phases_are_read_in_several_forms() -> None:
    """Labels as nested lists, paragraphs and tables; months in the heading, in weeks, and in a cell."""
    first, second, third = phases(make_section("plan", PLAN, language="es"))
    assert (first.number, first.name, first.first_month, first.last_month) == (1, "evaluation", 1, 3)
    assert first.activities == ("Inventariar los casos.", "Medir el volumen.")
    assert (first.owner, first.exit_criterion) == ("CTO", "calidad medida")
    assert first.stop_rule == "si falta volumen, se para"
    assert (second.first_month, second.last_month) == (4, 8)
    assert second.activities == ("Servir el modelo.",)
    assert second.exit_criterion == "latencia medida."
    assert (third.first_month, third.last_month, third.exit_criterion) == (9, 18, "Todo dentro")


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("Fase 3: Despliegue (desde el mes 9)", 9, None),
        ("Phase 3: Deployment (from month 7)", 7, None),
        ("Fase 3: Implantação (a partir do mês 9)", 9, None),
        ("Phase 3: Rollout (month 7 onwards)", 7, None),
        ("Phase 3: Rollout (months 9 to 18)", 9, 18),
        ("Fase 3: Despliegue (mes 9)", 9, 9),
        ("Fase 3: Despliegue (6 meses)", 1, 6),
        ("Fase 3: Despliegue", None, None),
    ],
)
def test_months_of_a_phase(title: str, first: int | None, last: int | None) -> None:
    """Months are read in the forms models like to give them."""
    found = phases(make_section("plan", f"### {title}\n\nTexto.", language="es"))
    assert [(one.first_month, one.last_month) for one in found] == [(first, last)]


@pytest.mark.parametrize(
    "source",
    [
        "1. **Fuga.** Datos. **Mitigación:** cifrar.\n2. **Otra.** Datos. **Mitigación:** cifrar.",
        "1. **Fuga.** Datos.\n\n**Mitigación:** cifrar.\n\n2. **Otra.** Datos.\n\n**Mitigación:** cifrar.",
        "### Fuga\n\nDatos.\n\n- **Mitigación:** cifrar.\n\n### Otra\n\nDatos.\n\n- **Mitigación:** cifrar.",
        "- **Fuga:** datos. Se mitiga con cifrado.\n- **Otra:** datos. Se mitiga con cifrado.",
        "| Riesgo | Mitigación |\n|---|---|\n| Fuga | cifrar |\n| Otra | cifrar |",
        "**Fuga.** Datos. **Mitigación:** cifrar.\n\n**Otra.** Datos. **Mitigación:** cifrar.",
    ],
)
def test_risks_are_read_in_several_forms(source: str) -> None:
    """Two risks with a mitigation each, whatever the form."""
    found = risks(make_section("risks", source, language="es"))
    assert [one.title for one in found] == ["Fuga", "Otra"]
    assert all("cifra" in one.mitigation for one in found)


def test_blocks_keep_styles_tables_and_lines() -> None:
    """Bold, links, tables and nested lists survive as neutral blocks with their lines; HTML is text."""
    blocks = parse_blocks("a **b** [c](d) <i>x</i>\n\n- e\n  1. f\n\n| g |\n|---|\n| h |\n", first_line=10)
    spans = blocks[0].text  # type: ignore[union-attr]  # the first block is a paragraph
    assert [(span.text, span.strong, span.href) for span in spans][:4] == [
        ("a ", False, ""), ("b", True, ""), (" ", False, ""), ("c", False, "d"),
    ]  # fmt: skip
    assert plain(spans).endswith("<i>x</i>")
    kinds = {type(block): block.line for block in walk(blocks)}
    assert (kinds[BulletList], kinds[NumberedList], kinds[Table]) == (12, 13, 15)


@pytest.mark.parametrize("number", range(6))
def test_cutter_gives_the_same_sections_however_the_stream_is_cut(number: int) -> None:
    """Fed in random pieces, the cutter yields each section once, whole, and only when the next heading has come."""
    doc, chance = write(number), random.Random(number)
    text = doc.source()
    cutter, at = SectionCutter(), 0
    cuts: list[Cut] = []
    while at < len(text):
        size = chance.randint(1, 90)
        cuts.extend(cutter.feed(text[at : at + size]))
        at += size
        assert all(cut.section != cutter.current for cut in cuts)
    cuts.extend(cutter.close(finished=True))
    assert [(cut.section, cut.source) for cut in cuts] == [(one, source) for one, _, source in doc.parts]
    assert all(cut.whole and not cut.repeated for cut in cuts)


def test_cutter_marks_what_is_not_whole_or_comes_twice() -> None:
    """A stream that breaks off yields its last section as not whole; a repeated heading is marked; preamble is dropped."""
    cutter = SectionCutter()
    cuts = cutter.feed("Claro, aquí está:\n## Veredicto\nA\n## Riesgos\nB\n## Veredicto\nC")
    assert cuts == (Cut("verdict", "A"), Cut("risks", "B"))
    assert cutter.current == "verdict"
    assert cutter.close(finished=False) == (Cut("verdict", "C", repeated=True, whole=False),)
    assert cutter.close(finished=True) == ()


def test_marks_are_rendered_from_the_ledger() -> None:
    """Figures and the table's mark are replaced, figures in the table too; an unknown id is an error, never a text."""
    _, ledger = case(0)
    source = f"Cuesta {mark('private_cloud.year_usd')}.\n\n[[TCO]]\n"
    assert [found.group(1) for found in cited(source)] == ["private_cloud.year_usd"]
    printed = render_markers(source, ledger, "es", f"| {mark('closed.year_usd')} |")
    assert (
        printed
        == f"Cuesta {ledger.text('private_cloud.year_usd', 'es')}.\n\n| {ledger.text('closed.year_usd', 'es')} |\n"
    )
    with pytest.raises(KeyError):
        render_markers(mark("no.such"), Ledger(), "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_is_printed_once(language: Language) -> None:
    """A percent sign or currency that the writer put beside a marker does not stand there twice."""
    _, ledger = case(0)
    saving, cost = ledger.text("private_cloud.saving_percent", language), ledger.text("closed.year_usd", language)
    saved, paid = mark("private_cloud.saving_percent"), mark("closed.year_usd")

    for source in (f"{saved}%", f"{saved} %", f"{saved}\u00a0%", saved):
        assert render_markers(f"({source})", ledger, language) == f"({saving})"
    for source in (f"{paid} USD", f"USD {paid}", f"US$ {paid}", f"${paid}", paid):
        assert render_markers(f"({source})", ledger, language) == f"({cost})"
    assert render_markers(f"{paid} % USDA", ledger, language) == f"{cost} % USDA"


def test_composed_document_is_parsed_back() -> None:
    """What `compose` writes has our title and headings and comes back section by section."""
    text = compose("Finanzas", {"verdict": "Sí.", "sources": "- a"}, "es")
    document = parse_strategy(text, "es")
    assert document.title == "Estrategia de adopción de IA de código abierto: Finanzas"
    assert [(one.id, one.source.strip()) for one in document.sections] == [("verdict", "Sí."), ("sources", "- a")]
