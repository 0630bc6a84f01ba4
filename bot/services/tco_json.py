"""The JSON of an assessment: the documented keys of `tco`, unknown as null and never absent."""

from collections.abc import Mapping
from typing import Any

from bot.domain.brief import Language
from bot.domain.cost.alternatives import Alternative
from bot.domain.cost.inputs import Assumption
from bot.domain.cost.thresholds import Thresholds
from bot.domain.ledger import Ledger
from bot.domain.tco import Costs
from bot.domain.verdict import Assessment, Preset, Standing
from bot.services.labels import load_labels

SCHEMA_VERSION = 1


def tco_object(assessment: Assessment, ledger: Ledger, language: Language) -> dict[str, Any]:
    """Return what `tco --format json` prints."""
    return {
        "schema_version": SCHEMA_VERSION,
        "options": options_object(assessment.costs),
        "break_even_output_mtok": break_even_object(assessment.chosen),
        "target": {
            "percent": assessment.target_percent,
            "outcome": assessment.outcome,
            "thresholds": thresholds_object(assessment.thresholds),
            "best_option": assessment.best_option,
            "saving_percent": assessment.saving_percent,
            "probability": assessment.probability,
        },
        "range": {
            "p10": assessment.low_percent,
            "p50": assessment.p50_percent,
            "p90": assessment.high_percent,
        },
        "baseline": assessment.baseline,
        "other_baseline": other_object(assessment.other_baseline),
        "presets": presets_object(assessment),
        "alternatives": [alternative_object(item, language) for item in assessment.alternatives],
        "infrastructure": infrastructure_object(assessment, language),
        "assumptions": [assumption_object(item, ledger, language) for item in assessment.assumptions],
        "price_book": book_object(assessment),
        "sources": sources_object(assessment),
        "figures": ledger.to_json(language),
    }


def options_object(costs: Costs) -> dict[str, Any]:
    """Return each option by id."""
    return {
        option: {
            "available": cost.available,
            "reason": cost.reason,
            "year_usd": cost.year_usd,
            "horizon_usd": cost.horizon_usd,
            "saving_percent": cost.saving_percent,
            "npv_usd": cost.npv_usd,
            "payback_month": cost.payback_month,
            "replicas": cost.replicas,
            "gpus": cost.gpus,
            "servers": cost.servers,
            "replicas_by_year": list(cost.replicas_by_year) or None,
            "servers_by_year": list(cost.servers_by_year) or None,
            "utilisation_percent": cost.utilisation_percent,
        }
        for option, cost in costs.options.items()
    }


def break_even_object(standing: Standing) -> dict[str, Any]:
    """Return the volumes from which the target holds, for each self-hosted option."""
    return {
        option: {"first": point.first, "holds_from": point.holds_from} for option, point in standing.break_even.items()
    }


def thresholds_object(thresholds: Thresholds) -> dict[str, float | None]:
    """Return the thresholds; null where no value makes the target true."""
    return {
        "output_mtok": thresholds.output_mtok,
        "retained_share_percent": thresholds.retained_share_percent,
        "closed_price_usd": thresholds.closed_price_usd,
    }


def other_object(standing: Standing) -> dict[str, Any]:
    """Return how the target stands against the other baseline."""
    return {
        "baseline": standing.baseline,
        "outcome": standing.outcome,
        "best_option": standing.best_option,
        "saving_percent": standing.saving_percent,
        "thresholds": thresholds_object(standing.thresholds),
        "break_even_output_mtok": break_even_object(standing),
    }


def presets_object(assessment: Assessment) -> list[dict[str, Any]] | None:
    """Return the presets side by side; null when the volume is known."""
    return [_preset(preset) for preset in assessment.presets] or None


def _preset(preset: Preset) -> dict[str, Any]:
    return {
        "id": preset.id,
        "output_mtok": preset.output_mtok,
        "input_mtok": preset.input_mtok,
        "options": _short(preset.costs),
        "other_baseline": _short(preset.other_costs),
    }


def _short(costs: Costs) -> dict[str, Any]:
    return {
        option: {"year_usd": cost.year_usd, "saving_percent": cost.saving_percent}
        for option, cost in costs.options.items()
    }


def alternative_object(item: Alternative, language: Language) -> dict[str, Any]:
    """Return one alternative with its sentence."""
    return {
        "kind": item.kind,
        "option": item.option,
        "label": load_labels().say(f"alternative.{item.kind}", language, name=item.name),
        "year_usd": item.year_usd,
        "horizon_usd": item.horizon_usd,
        "saving_percent": item.saving_percent,
        "reaches": item.reaches,
        "to_prove": item.to_prove,
        "rows": list(item.rows),
    }


def infrastructure_object(assessment: Assessment, language: Language) -> dict[str, Any]:
    """Return model, framework and GPUs with the reason in words."""
    told = assessment.infrastructure
    return {
        "model": told.model.id,
        "framework": told.framework.name,
        "gpu": told.gpu,
        "gpus_per_replica": told.gpus_per_replica,
        "gpus": told.gpus,
        "replicas": told.replicas,
        "servers": told.servers,
        "utilisation_percent": told.utilisation_percent,
        "replicas_last_year": told.replicas_last or told.replicas,
        "why": why_text(assessment, language),
    }


def why_text(assessment: Assessment, language: Language) -> str:
    """Say why this model and these GPUs, and warn when all replicas share one server."""
    told, labels = assessment.infrastructure, load_labels()
    tier = labels.say(f"tier.{told.closed_tier}", language) if told.closed_tier else "-"
    key = f"why.{_reason(assessment)}"
    text = labels.say(key, language, model=told.model.name, gpus=told.gpus_per_replica, gpu=told.gpu, tier=tier)
    return f"{text} {labels.say('note.one_server', language)}" if told.one_server else text


def _reason(assessment: Assessment) -> str:
    """Return why, more exactly: a GPU that was named was not chosen, and one without a server cannot be bought."""
    why, named = assessment.infrastructure.why, assessment.inputs.given.gpu is not None
    if assessment.infrastructure.gpu is None:
        return "hosted_named_gpu" if named else "hosted_only"
    if why == "named" and assessment.inputs.fit is not None and assessment.inputs.fit.weak:
        return "named_weak"
    if why != "tier":
        return why
    if named:
        return "tier_named_gpu"
    return "tier" if assessment.options["on_premise"].available else "tier_rented"


def assumption_object(item: Assumption, ledger: Ledger, language: Language) -> dict[str, Any]:
    """Return one default with its name and its value in words."""
    labels, name = load_labels(), f"assumption.{item.id}"
    text = labels.value(item.value, language) if isinstance(item.value, str) else ledger.text(name, language)
    return {
        "id": item.id,
        "label": labels.assumption(item.id, language),
        "value": item.value,
        "unit": item.unit,
        "text": text,
        "rows": list(item.rows),
    }


def book_object(assessment: Assessment) -> dict[str, Any]:
    """Return the date of the price book, what in it is stale and what is the operator's own."""
    return {
        "date": assessment.book_as_of.isoformat(),
        "as_of": assessment.inputs.as_of.isoformat(),
        "stale_rows": list(assessment.stale),
        "operator_rows": list(assessment.operator_rows),
    }


def sources_object(assessment: Assessment) -> Mapping[str, Mapping[str, str]]:
    """Return source, day, status and owner of every row behind a figure, by row id."""
    return {
        row.id: {
            "source": row.source,
            "seen_on": row.seen_on.isoformat(),
            "status": row.status,
            "owner": row.owner,
        }
        for row in assessment.rows
    }
