"""The facts a model is told: figures by id, the verdict, the industry, models and tools, what is not known. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.domain.brief import Language
from bot.domain.case import Case
from bot.domain.figures import Figure
from bot.domain.industries import Profile
from bot.domain.terms import OPTION_NAMES
from bot.domain.verdict import Standing

Facts = Mapping[str, object]

LEFT_OUT = ("row", "tornado", "assumption", "horizon")
"""Groups of figures that code prints itself: the model has no use for them in its prose."""

FINE_PRINT = ("retained_usd", "residual_usd", "running_1_usd", "running_2_usd", "running_3_usd", "isl", "osl")
"""Figures that the tables and the workbook have and a board's prose does not need."""

OTHER_KEPT = ("saving_percent", "cost_multiple", "year_usd", "low_percent", "high_percent")
"""Of the other baseline and of typical volumes only these are told, so that the list stays short."""


def collect_facts(
    case: Case,
    profile: Profile | None,
    *,
    name_figure: Callable[[Figure], str],
    unknowns: Sequence[str],
    defaults: Sequence[str],
    rules: Sequence[int],
) -> Facts:
    """Return what a model is told as plain data; figures carry their printed text, so the model need not compute.

    An industry as typed stands in `industry.as_typed` and nowhere else. `rules` are the places of the regulations.
    """
    brief, language = case.brief, case.brief.language
    return {
        "today": case.today.isoformat(),
        "language": language,
        "industry": _industry(case, profile, language, rules),
        "target_percent": brief.target_percent,
        "verdict": _verdict(case),
        "plan": {"shape": case.shape, "route": case.route, "months": [list(span) for span in case.months]},
        "figures": [_figure(case, figure, name_figure, language) for figure in told_figures(case)],
        "options": {option: names[language] for option, names in OPTION_NAMES.items()},
        "infrastructure": {
            "model": case.assessment.infrastructure.model.name,
            "framework": case.assessment.infrastructure.framework.name,
            "gpu": case.assessment.infrastructure.gpu,
            "one_server_is_not_redundant": case.assessment.infrastructure.one_server,
        },
        "closed_model": _closed(case),
        "models": [_model(case, name) for name in case.catalogue.open],
        "tools": [_tool(case, name) for name in case.catalogue.tools],
        "defaults": list(defaults),
        "unknowns": list(unknowns),
    }


def told_figures(case: Case) -> Iterator[Figure]:
    """Yield the figures a model may cite: known ones, not zero, that it has a use for."""
    for figure in case.ledger:
        head, field = figure.id.partition(".")[0], figure.id.rpartition(".")[2]
        if not figure.value or head in LEFT_OUT or field in FINE_PRINT:
            continue
        if head in {"other", "preset"} and field not in (*OTHER_KEPT, "output_mtok", "first", "holds_from"):
            continue
        yield figure


def _figure(
    case: Case, figure: Figure, name_figure: Callable[[Figure], str], language: Language
) -> Mapping[str, object]:
    return {
        "id": figure.id,
        "label": name_figure(figure),
        "text": case.ledger.text(figure.id, language),
        "option": figure.option,
    }


def _industry(case: Case, profile: Profile | None, language: Language, rules: Sequence[int]) -> Mapping[str, object]:
    if profile is None:
        return {"as_typed": case.brief.industry_label}
    return {
        "name": case.brief.industry_label,
        "sensitive_data": [item[language] for item in profile.sensitive_data],
        "regulations": [
            {
                "name": profile.regulations[place].name[language],
                "region": profile.regulations[place].region,
                "demands": profile.regulations[place].demands[language],
            }
            for place in rules
        ],
        "first_use_cases": [item[language] for item in profile.use_cases],
        "risks": [{"title": risk.title[language], "mitigation": risk.mitigation[language]} for risk in profile.risks],
        "owners": [item[language] for item in profile.owners],
        "pilot": {
            "idea": profile.pilot.idea[language],
            "exit_criterion": profile.pilot.exit_criterion[language],
        },
    }


def _verdict(case: Case) -> Mapping[str, object]:
    assessment = case.assessment
    return {
        **_standing(assessment.chosen),
        "other_baseline": _standing(assessment.other_baseline) if assessment.inputs.switches else None,
        "ranked_alternatives": [
            {"kind": item.kind, "option": item.option, "name": item.name, "figures": f"alternative.{place}"}
            for place, item in enumerate(assessment.alternatives, start=1)
        ],
    }


def _standing(standing: Standing) -> Mapping[str, object]:
    return {
        "outcome": standing.outcome,
        "baseline": standing.baseline,
        "best_option": standing.best_option,
        "probability": standing.probability,
    }


def _closed(case: Case) -> Mapping[str, object]:
    inputs = case.assessment.inputs
    successor = case.catalogue.closed.get(inputs.successor or "")
    return {
        "name": inputs.closed_model.name if inputs.closed_model else inputs.closed,
        "end_of_life": inputs.shutdown.isoformat() if inputs.shutdown else None,
        "successor": successor.name if successor else inputs.successor,
    }


def _model(case: Case, name: str) -> Mapping[str, object]:
    model = case.catalogue.open[name]
    return {
        "name": model.name,
        "vendor": model.vendor,
        "licence": model.licence,
        "parameters_billion": model.params_b,
        "active_billion": model.active_b,
        "capability": model.tier,
        "end_of_life": model.until.isoformat() if model.until else None,
        "status": model.status,
    }


def _tool(case: Case, name: str) -> Mapping[str, object]:
    tool = case.catalogue.tools[name]
    replaced = case.catalogue.tools.get(tool.replaced_by or "")
    facts = {
        "name": tool.name,
        "kind": tool.kind,
        "status": tool.maintenance,
        "since": tool.until.isoformat() if tool.until else None,
        "maintained_alternative": replaced.name if replaced else None,
        "note": tool.note,
    }
    # Of a model an empty field says that something is not known; of a tool it says nothing, and costs tokens.
    return {name: fact for name, fact in facts.items() if fact is not None}
