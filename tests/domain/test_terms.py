"""The document's words and how they are recognised."""

import pytest

from bot.domain.brief import LANGUAGES
from bot.domain.terms import (
    HEADINGS,
    LABELS,
    PHASE_IDS,
    PHASE_NAMES,
    SECTIONS,
    heading,
    phase_title,
    recognise_label,
    recognise_phase,
    recognise_section,
    title,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_headings_are_recognised(language: str) -> None:
    """Each heading we write is recognised as its section, in both kinds of document."""
    for kind, sections in SECTIONS.items():
        for section in sections:
            assert recognise_section(heading(section, language), kind) == section  # type: ignore[arg-type]  # a language


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_phases_and_labels_are_recognised(language: str) -> None:
    """Each phase heading and label we write is recognised as what it is."""
    for number, phase in enumerate(PHASE_IDS, start=1):
        words = phase_title(number, language, first=1, last=None)  # type: ignore[arg-type]  # a language
        assert PHASE_NAMES[phase][language] in words  # type: ignore[index]  # a language
        assert recognise_phase(words) == (number, phase)
    for label, words_of in LABELS.items():
        assert recognise_label(words_of[language]) == label  # type: ignore[index]  # a language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fase 1 — Evaluación (meses 1 a 3)", (1, "evaluation")),
        ("Phase 2: Pilot (Months 4–8)", (2, "pilot")),
        ("FASE III: DESPLIEGUE EN PRODUCCIÓN", (3, "deployment")),
        ("**Etapa dos: prueba de concepto**", (2, "pilot")),
        ("Piloto (meses 4-8)", (None, "pilot")),
        ("1. Implementation plan in three phases", None),
        ("Piloto", None),
        ("Presupuesto de la fase", None),
    ],
)
def test_phase_headings_of_others(text: str, expected: object) -> None:
    """Phases are recognised with other dashes, numerals and words, and no other heading is taken for one."""
    assert recognise_phase(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2. ANÁLISIS DE COSTES", "tco"),
        ("Hoja de ruta", "plan"),
        ("Los tres riesgos principales", "risks"),
        ("Assumptions", "assumptions"),
        ("Referências", "sources"),
        ("Resumen ejecutivo", None),
        ("Infraestructura recomendada", None),
    ],
)
def test_section_headings_of_others(text: str, expected: object) -> None:
    """Sections are recognised whatever the accents, the case and the numbering; others are not ours."""
    assert recognise_section(text) == expected


def test_labels_need_to_be_labels() -> None:
    """A sentence that begins like a label is not one."""
    assert recognise_label("Criterio de salida de la fase:") == "exit_criterion"
    assert recognise_label("Responsable del proyecto") == "owner"
    assert recognise_label("Actividades que nadie ha pedido todavía en esta empresa") is None


def test_title_and_headings_are_complete() -> None:
    """Every section has a heading in every language, and the title takes the industry."""
    for section in (*SECTIONS["pro"], *SECTIONS["basic"]):
        assert all(HEADINGS[section][language] for language in LANGUAGES)
    assert title("es", "Finanzas") == "Estrategia de adopción de IA de código abierto: Finanzas"
    assert heading("plan", "pt") == "1. Plano de transição"
