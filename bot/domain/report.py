"""The document of a finished plan as data: the JSON of `ask`, of history and of everything that exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.brief import Brief
from bot.domain.ledger import Ledger
from bot.domain.prices import Row
from bot.domain.strategy import Strategy, phases, risks
from bot.domain.tco_table import Table
from bot.domain.verdict import Assessment, Thresholds

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Hold how a document came about; unknown is None."""

    written_by: str
    fallback_reason: str | None
    model: str | None
    endpoint: str | None
    prompt_version: str
    price_book_date: str
    tokens_in: int
    tokens_out: int
    tokens_estimated: bool
    cost_usd: float | None
    seconds: float
    plan: str
    outcome: str

    def as_json(self) -> dict[str, Any]:
        """Return the `meta` object."""
        return {
            "written_by": self.written_by,
            "fallback_reason": self.fallback_reason,
            "model": self.model,
            "endpoint": self.endpoint,
            "prompt_version": self.prompt_version,
            "price_book_date": self.price_book_date,
            "tokens": self.tokens_in + self.tokens_out,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "tokens_estimated": self.tokens_estimated,
            "cost_usd": self.cost_usd,
            "seconds": round(self.seconds, 3),
            "plan": self.plan,
            "outcome": self.outcome,
        }


def report(
    *,
    brief: Brief,
    document: Strategy,
    assessment: Assessment,
    ledger: Ledger,
    table: Table,
    assumptions: Sequence[Mapping[str, Any]],
    unknowns: Sequence[str],
    infrastructure_why: str,
    findings: Sequence[Mapping[str, Any]],
    meta: Meta,
) -> dict[str, Any]:
    """Return the document as plain data; every key is there, and what is unknown is None."""
    plan, risk = document.section("plan"), document.section("risks")
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": brief.kind,
        "title": document.title,
        "language": brief.language,
        "industry": brief.industry or brief.industry_label,
        "industry_name": brief.industry_label,
        "target_percent": brief.target_percent,
        "verdict": verdict_json(assessment),
        "phases": [
            {
                "title": phase.title,
                "months": [phase.first_month, phase.last_month],
                "activities": list(phase.activities),
                "owner": phase.owner,
                "exit_criterion": phase.exit_criterion,
                "stop_rule": phase.stop_rule,
            }
            for phase in (phases(plan) if plan else ())
        ],
        "tco": table.as_json(),
        "infrastructure": infrastructure_json(assessment, infrastructure_why),
        "risks": [{"title": one.title, "mitigation": one.mitigation} for one in (risks(risk) if risk else ())],
        "assumptions": list(assumptions),
        "unknowns": list(unknowns),
        "sources": [source_json(row) for row in assessment.rows],
        "figures": ledger.to_json(brief.language),
        "findings": list(findings),
        "meta": meta.as_json(),
    }


def verdict_json(assessment: Assessment) -> dict[str, Any]:
    """Return the `verdict` object: the chosen baseline, the other one beside it, thresholds and presets."""
    other = assessment.other_baseline
    return {
        "outcome": assessment.outcome,
        "best_option": assessment.best_option,
        "saving_percent": assessment.saving_percent,
        "low_percent": assessment.low_percent,
        "high_percent": assessment.high_percent,
        "probability": assessment.probability,
        "baseline": assessment.baseline,
        "other_baseline": {
            "baseline": other.baseline,
            "outcome": other.outcome,
            "best_option": other.best_option,
            "saving_percent": other.saving_percent,
            "thresholds": thresholds_json(other.thresholds),
        },
        "thresholds": thresholds_json(assessment.thresholds),
        "presets": [
            {
                "id": preset.id,
                "output_mtok": preset.output_mtok,
                "input_mtok": preset.input_mtok,
                "year_usd": {option: cost.year_usd for option, cost in preset.costs.options.items()},
                "saving_percent": {option: cost.saving_percent for option, cost in preset.costs.options.items()},
            }
            for preset in assessment.presets
        ],
        "alternatives": [
            {
                "kind": one.kind,
                "option": one.option,
                "name": one.name,
                "year_usd": one.year_usd,
                "saving_percent": one.saving_percent,
                "reaches": one.reaches,
                "to_prove": one.to_prove,
            }
            for one in assessment.alternatives
        ],
    }


def thresholds_json(thresholds: Thresholds) -> dict[str, Any]:
    """Return what would make the target true, each lever alone; None where no value does."""
    return {
        "output_mtok": thresholds.output_mtok,
        "retained_share_percent": thresholds.retained_share_percent,
        "closed_price_usd": thresholds.closed_price_usd,
    }


def infrastructure_json(assessment: Assessment, why: str) -> dict[str, Any]:
    """Return the `infrastructure` object; counts are None while the volume is unknown."""
    advised = assessment.infrastructure
    return {
        "model": advised.model.name,
        "framework": advised.framework.name,
        "gpu": advised.gpu,
        "gpus": advised.gpus,
        "gpus_per_replica": advised.gpus_per_replica,
        "replicas": advised.replicas,
        "utilisation_percent": advised.utilisation_percent,
        "replicas_last_year": advised.replicas_last or advised.replicas,
        "why": why,
    }


def source_json(row: Row) -> dict[str, Any]:
    """Return one row of the price book as a source, with its date and whose it is."""
    return {
        "id": row.id,
        "value": row.value,
        "unit": row.unit,
        "source": row.source,
        "seen_on": row.seen_on.isoformat() if row.seen_on else None,
        "status": row.status,
        "owner": row.owner,
    }
