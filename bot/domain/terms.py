"""The document's own words in three languages: titles, headings, labels, phase names, and how each is recognised."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, get_args

from bot.domain.brief import Kind, Language, OptionId

SectionId = Literal[
    "verdict",
    "plan",
    "tco",
    "risks",
    "assumptions",
    "decision",
    "sources",
    "overview",
    "savings",
    "privacy",
    "other",
]
SECTION_IDS: tuple[SectionId, ...] = get_args(SectionId)
PhaseId = Literal["evaluation", "pilot", "deployment"]
PHASE_IDS: tuple[PhaseId, ...] = get_args(PhaseId)
LabelId = Literal["activities", "owner", "exit_criterion", "stop_rule", "mitigation", "months"]

SECTIONS: Mapping[Kind, tuple[SectionId, ...]] = {
    "pro": ("verdict", "plan", "tco", "risks", "assumptions", "decision", "sources"),
    "basic": ("overview", "savings", "privacy"),
}
WRITTEN: Mapping[Kind, tuple[SectionId, ...]] = {
    "pro": ("plan", "tco", "risks", "decision"),
    "basic": ("overview", "savings", "privacy"),
}
NUMBERS: Mapping[SectionId, int] = {"plan": 1, "tco": 2, "risks": 3}

TITLE: Mapping[Language, str] = {
    "es": "Estrategia de adopción de IA de código abierto: {industry}",
    "en": "Open-source AI adoption strategy: {industry}",
    "pt": "Estratégia de adoção de IA de código aberto: {industry}",
}
HEADINGS: Mapping[SectionId, Mapping[Language, str]] = {
    "verdict": {"es": "Veredicto", "en": "Verdict", "pt": "Veredito"},
    "plan": {"es": "Plan de transición", "en": "Transition plan", "pt": "Plano de transição"},
    "tco": {
        "es": "Coste total de propiedad (TCO)",
        "en": "Total cost of ownership (TCO)",
        "pt": "Custo total de propriedade (TCO)",
    },
    "risks": {
        "es": "Riesgos de seguridad y mitigaciones",
        "en": "Security risks and mitigations",
        "pt": "Riscos de segurança e mitigações",
    },
    "assumptions": {
        "es": "Supuestos e incógnitas",
        "en": "Assumptions and unknowns",
        "pt": "Premissas e incógnitas",
    },
    "decision": {
        "es": "Decisión que se pide al consejo",
        "en": "Decision asked of the board",
        "pt": "Decisão pedida ao conselho",
    },
    "sources": {"es": "Fuentes", "en": "Sources", "pt": "Fontes"},
    "overview": {"es": "Visión general", "en": "Overview", "pt": "Visão geral"},
    "savings": {"es": "Cómo se reducen los costes", "en": "How costs go down", "pt": "Como os custos diminuem"},
    "privacy": {"es": "Cómo mejora la privacidad", "en": "How privacy improves", "pt": "Como a privacidade melhora"},
    "other": {"es": "", "en": "", "pt": ""},
}
INFRASTRUCTURE: Mapping[Language, str] = {
    "es": "Infraestructura recomendada",
    "en": "Recommended infrastructure",
    "pt": "Infraestrutura recomendada",
}
PHASE_WORD: Mapping[Language, str] = {"es": "Fase", "en": "Phase", "pt": "Fase"}
PHASE_NAMES: Mapping[PhaseId, Mapping[Language, str]] = {
    "evaluation": {"es": "Evaluación", "en": "Evaluation", "pt": "Avaliação"},
    "pilot": {"es": "Piloto", "en": "Pilot", "pt": "Piloto"},
    "deployment": {"es": "Despliegue", "en": "Deployment", "pt": "Implantação"},
}
MONTHS: Mapping[Language, tuple[str, str]] = {
    "es": ("meses {first}-{last}", "desde el mes {first}"),
    "en": ("months {first}-{last}", "from month {first}"),
    "pt": ("meses {first}-{last}", "a partir do mês {first}"),
}
LABELS: Mapping[LabelId, Mapping[Language, str]] = {
    "activities": {"es": "Actividades", "en": "Activities", "pt": "Atividades"},
    "owner": {"es": "Responsable", "en": "Owner", "pt": "Responsável"},
    "exit_criterion": {"es": "Criterio de salida", "en": "Exit criterion", "pt": "Critério de saída"},
    "stop_rule": {"es": "Regla de parada", "en": "Stop rule", "pt": "Regra de parada"},
    "mitigation": {"es": "Mitigación", "en": "Mitigation", "pt": "Mitigação"},
    "months": {"es": "Meses", "en": "Months", "pt": "Meses"},
}
OPTION_NAMES: Mapping[OptionId, Mapping[Language, str]] = {
    "closed": {"es": "API cerrada", "en": "Closed API", "pt": "API fechada"},
    "closed_successor": {"es": "Sucesor cerrado", "en": "Closed successor", "pt": "Sucessor fechado"},
    "hosted_open": {"es": "Modelo abierto alojado", "en": "Hosted open model", "pt": "Modelo aberto hospedado"},
    "private_cloud": {"es": "Nube privada", "en": "Private cloud", "pt": "Nuvem privada"},
    "on_premise": {"es": "On-premise", "en": "On-premise", "pt": "On-premise"},
    "hybrid": {"es": "Híbrido", "en": "Hybrid", "pt": "Híbrido"},
}
LEGACY: Mapping[Language, str] = {"es": "heredado", "en": "legacy", "pt": "legado"}

# Recognition works on folded text (no accents, lower case); the order matters where one heading names two things.
_TCO_STEMS = (
    r"\btco\b|\bcosto?e? total\b|\bcusto total\b|\btotal cost\b"
    r"|\b(analisis|analise) de (costes?|costos|custos)\b|\bcost (analysis|comparison)\b"
)
_PLAN_STEMS = (
    r"\bplano? (estructurado |estruturado |detallado |detalhado )?de (transic|implement|implant|adopc|adoc|migrac)\w*"
    r"|\b(transition|implementation|adoption|migration) (plan|roadmap)\b|\bhoja de ruta\b|\broadmap\b|\broteiro\b"
)
_OVERVIEW_STEMS = r"\bvision general\b|\bpanorama\b|\boverview\b|\bvisao geral\b|\bresum\w+|\bsummary\b|\bintrodu\w+"
_ASSUMPTION_STEMS = r"\bsupuestos\b|\bincognitas\b|\bassumptions?\b|\bunknowns?\b|\bpremissas\b|\bpressupostos\b"
_SECTION_STEMS: Mapping[Kind, tuple[tuple[SectionId, str], ...]] = {
    "pro": (
        ("verdict", r"\bveredi(c)?to\b|\bverdict\b"),
        ("assumptions", _ASSUMPTION_STEMS),
        ("sources", r"^(fuentes|sources|fontes|referenc\w+)\b"),
        ("decision", r"\bdecision(es)?\b|\bdecisao\b|\bdecisoes\b"),
        ("tco", _TCO_STEMS),
        ("risks", r"\briesgos?\b|\brisks?\b|\briscos?\b"),
        ("plan", _PLAN_STEMS),
    ),
    "basic": (
        ("privacy", r"\bprivaci\w+|\bprivacy\b"),
        ("savings", r"\bahorros?\b|\bsavings?\b|\beconomia\b|\bcostes?\b|\bcosto?s?\b|\bcustos?\b"),
        ("overview", _OVERVIEW_STEMS),
    ),
}
_DEPLOYMENT_STEMS = (
    r"\bdesplieg|\bdespleg|\bimplant|\bdeploy|\bimplement|\broll-?out\b|\bproduc(cion|tion|ao)\b|\bescala|\bscal(e|ing)"
)
_PHASE_STEMS: tuple[tuple[PhaseId, str], ...] = (
    ("evaluation", r"\bevalua|\bavalia|\bassess|\bdiagnos|\bdiscovery\b"),
    ("pilot", r"\bpilot|\bprueba de concepto\b|\bproof of concept\b|\bprova de conceito\b"),
    ("deployment", _DEPLOYMENT_STEMS),
)
_EXIT_STEMS = (
    r"criterios? de (salida|exito|aceptacion|saida|sucesso|aceitacao)|criterios? para (avanzar|avancar)"
    r"|(exit|success|acceptance) criteri(on|a)|exit gate|puerta de salida"
)
_STOP_STEMS = (
    r"regla de (parada|detencion|interrupcion)|regra de (parada|interrupcao)|stop(ping)? rule"
    r"|criterios? de parada|stop criteri\w+"
)
_ACTIVITY_STEMS = (
    r"actividades|activities|atividades|tareas|tasks|tarefas|acciones|actions|acoes|entregables|deliverables"
)
_MITIGATION_STEMS = (
    r"(medidas? de |plan de |estrategia de |plano de )?mitiga\w*|contramedidas?|countermeasures?|controles"
)
_LABEL_STEMS: tuple[tuple[LabelId, str], ...] = (
    ("exit_criterion", _EXIT_STEMS),
    ("stop_rule", _STOP_STEMS),
    ("owner", r"(persona |area )?responsab?(les?|ilidad|le)|responsave(l|is)|owners?|accountable|lider|lead|duen[oa]"),
    ("activities", _ACTIVITY_STEMS),
    ("mitigation", _MITIGATION_STEMS),
    ("months", r"meses|months|duracion|duration|duracao|plazo|prazo|timeline|calendario|cronograma"),
)
_ROMAN: Mapping[str, int] = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_ORDINALS: Mapping[str, int] = {
    "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "one": 1, "two": 2, "three": 3, "four": 4,
    "um": 1, "dois": 2, "quatro": 4,
}  # fmt: skip
_PHASE_HEAD = re.compile(
    r"(?:\W*\d*(?:\.\d+)*[.):]?\s*)(?:fase|phase|etapa|stage)\b\s*(?:n[o.]*\s*)?(\d{1,2}|[ivx]{1,4}\b|[a-z]+)?"
)
_MONTHS_SAID = re.compile(r"\b(?:mes(?:es)?|months?|semanas?|weeks?)\b")
_NUMBERING = re.compile(
    r"^(?:seccion|section|secao|parte|part)?\s*(?:\d+(?:\.\d+)*|[ivx]+)\s*[.):\-–—]\s*", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return `text` in lower case without accents, marks of emphasis and repeated spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.sub(r"[*_`#]+", " ", bare).casefold().split())


def title(language: Language, industry: str) -> str:
    """Return the document's title."""
    return TITLE[language].format(industry=industry)


def heading(section: SectionId, language: Language) -> str:
    """Return a section's heading with its number, if it has one."""
    number = NUMBERS.get(section)
    words = HEADINGS[section][language]
    return f"{number}. {words}" if number else words


def phase_title(number: int, language: Language, *, first: int, last: int | None) -> str:
    """Return the heading of phase 1, 2 or 3 with its months; `last` None means open-ended."""
    closed, opened = MONTHS[language]
    months = opened.format(first=first) if last is None else closed.format(first=first, last=last)
    return f"{PHASE_WORD[language]} {number}: {PHASE_NAMES[PHASE_IDS[number - 1]][language]} ({months})"


@lru_cache(maxsize=1024)
def recognise_section(text: str, kind: Kind = "pro") -> SectionId | None:
    """Return the section a heading names in any of the three languages, or None."""
    folded = _NUMBERING.sub("", fold(text))
    for section, stems in _SECTION_STEMS[kind]:
        if re.search(stems, folded):
            return section
    return None


def recognise_phase(text: str) -> tuple[int | None, PhaseId | None] | None:
    """Return (number, name) of a phase heading; None when the heading is not one of a phase."""
    folded = fold(text)
    head = _PHASE_HEAD.match(folded)
    if head is None:
        name = next((phase for phase, stems in _PHASE_STEMS if re.match(rf"(?:{stems})", folded)), None)
        return (None, name) if name and _MONTHS_SAID.search(folded) else None
    mark = head.group(1) or ""
    number = int(mark) if mark.isdigit() else _ROMAN.get(mark, _ORDINALS.get(mark))
    named = re.sub(r"\(.*?\)", " ", folded[head.end() :] if number else folded)
    name = next((phase for phase, stems in _PHASE_STEMS if re.search(stems, named)), None)
    return (number, name) if number or name else None


@lru_cache(maxsize=4096)
def recognise_label(text: str) -> LabelId | None:
    """Return the label a short text is ("Criterio de salida:"), or None."""
    folded = _NUMBERING.sub("", fold(text)).strip(" :.-–—")
    folded = re.sub(r"\s*\(.*\)$", "", folded)
    for label, stems in _LABEL_STEMS:
        if re.fullmatch(rf"(?:{stems})(?: (?:de|del|of|da|do|the|y|and|e|clave|key|principal\w*)\b.{{0,40}})?", folded):
            return label
    return None
