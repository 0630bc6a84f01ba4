"""What the planner's templates are filled with: a case put into words and markers of one language."""

from collections.abc import Mapping, Sequence
from datetime import date

from babel.dates import format_date

from bot.domain.brief import OPTION_IDS, Given, Language, OptionId
from bot.domain.case import Case
from bot.domain.cost.alternatives import Alternative
from bot.domain.document.markers import mark
from bot.domain.industries import Profile, Region
from bot.domain.prompt import format_percent
from bot.domain.terms import LABELS, OPTION_NAMES, phase_title
from bot.domain.verdict import Standing
from bot.services.labels import Labels
from bot.services.scene_points import Scene, known_mark, stop_threshold, tell_point
from bot.services.words import lower_first

LOCALES: Mapping[Language, str] = {"es": "es", "en": "en", "pt": "pt_BR"}
SHOWN_RULES = 3
TOLD_LEVERS = 2
OWNERS = 3
HOST_NAMES: Mapping[str, str] = {
    "aws": "AWS",
    "databricks": "Databricks",
    "groq": "Groq",
    "mistral": "Mistral AI",
    "novita": "Novita AI",
    "ovhcloud": "OVHcloud",
    "together": "Together AI",
}
LESSER = ("smaller_model", "mixture_model")
"""Alternatives with another model, whose quality is still to be proven."""
SELF_HOSTED: tuple[OptionId, ...] = ("private_cloud", "on_premise")
NEAR: Mapping[Language, tuple[Region, ...]] = {
    "es": ("EU", "ES", "MX", "CO", "CL", "AR", "LATAM", "INT"),
    "en": ("US", "UK", "EU", "INT"),
    "pt": ("BR", "INT", "EU"),
}
"""Where readers of a language most likely are, when nobody named a region: their rules come first."""


def set_scene(case: Case, profile: Profile, words: Mapping[str, str], labels: Labels) -> Scene:
    """Return every value of every template; `profile` is the industry's or the general one."""
    language = case.brief.language
    return {
        **_case_values(case, words, labels),
        **_industry_values(case, profile, language),
        **_verdict_values(case, words, labels),
        **_infrastructure_values(case, words),
        "n": lambda figure: _marked(case, figure),
    }


def long_date(day: date, language: Language) -> str:
    """Write a day in words."""
    return format_date(day, format="long", locale=LOCALES[language])


def pick_rules(profile: Profile, language: Language, region: str | None) -> tuple[int, ...]:
    """Return the places of the regulations to name: those of the region that was given, else of the likely ones.

    Within a region the profile's own order holds, the most particular of the industry first.
    """
    wanted = (region.upper(),) if region else ()
    order = [*wanted, *NEAR[language]]
    near = [place for place, rule in enumerate(profile.regulations) if rule.region in order]
    if wanted or language != "es":
        near.sort(key=lambda place: order.index(profile.regulations[place].region))
    return tuple(near[:SHOWN_RULES])


def _marked(case: Case, figure: str) -> str:
    """Return the marker of a figure; raises KeyError for one the ledger does not have."""
    return mark(case.ledger.figure(figure).id)


def _case_values(case: Case, words: Mapping[str, str], labels: Labels) -> Scene:
    brief, inputs, language = case.brief, case.assessment.inputs, case.brief.language
    closed = inputs.closed_model.name if inputs.closed_model else inputs.closed
    successor = case.catalogue.closed.get(inputs.successor or "")
    named = successor.name if successor else inputs.successor
    retired = inputs.shutdown is not None and inputs.shutdown > inputs.as_of
    target = "" if brief.target_percent is None else format_percent(brief.target_percent, language)
    gap = "\u00a0" if language == "es" else ""
    heads = [phase_title(place, language, first=first, last=last) for place, (first, last) in enumerate(case.months, 1)]
    return {
        "target": f"{target}{gap}%" if target else "",
        "shape": case.shape,
        "route": case.route,
        "route_name": words[f"option.{case.route}"],
        "route_label": OPTION_NAMES[case.route][language].lower(),
        "outcome": case.assessment.outcome,
        "zero": inputs.zero_volume,
        "volume_known": inputs.volume.known,
        "spend_unused": inputs.given.monthly_spend is not None and _has_tokens(inputs.given),
        "closed": closed,
        "successor": named,
        "closed_then": named if inputs.shutdown and named else closed,
        "shutdown": long_date(inputs.shutdown, language) if inputs.shutdown and retired else None,
        "switches": inputs.switches,
        "region": inputs.given.region,
        "price": labels.value(inputs.price, language),
        "months": case.months,
        "heads": heads,
        "labels": {label: texts[language] for label, texts in LABELS.items()},
    }


def _has_tokens(given: Given) -> bool:
    """Say whether a volume was given in tokens, of either side: then it counts, and no money is turned into one."""
    return given.input_mtok is not None or given.output_mtok is not None


def _industry_values(case: Case, profile: Profile, language: Language) -> Scene:
    rules = [profile.regulations[place] for place in pick_rules(profile, language, case.assessment.inputs.given.region)]
    owners = [owner[language] for owner in profile.owners]
    return {
        "data": [item[language] for item in profile.sensitive_data[:3]],
        "rules": [{"name": rule.name[language], "demands": rule.demands[language], "url": rule.url} for rule in rules],
        "cases": [item[language] for item in profile.use_cases[:3]],
        "risks": [{"title": risk.title[language], "mitigation": risk.mitigation[language]} for risk in profile.risks],
        "owners": [owners[min(place, len(owners) - 1)] for place in range(OWNERS)],
        "pilot": {
            "idea": profile.pilot.idea[language].rstrip("."),
            "exit_criterion": profile.pilot.exit_criterion[language].rstrip("."),
        },
    }


def _verdict_values(case: Case, words: Mapping[str, str], labels: Labels) -> Scene:
    assessment, language = case.assessment, case.brief.language
    points = [tell_point(case, "", option, words) for option in SELF_HOSTED if assessment.options[option].available]
    best = assessment.best_option
    hosted = assessment.options["hosted_open"].available
    return {
        "chosen": _standing(case, "", assessment.chosen, words, labels),
        "other": _standing(case, "other.", assessment.other_baseline, words, labels),
        "points": points,
        "other_points": [
            tell_point(case, "other.", option, words) for option in SELF_HOSTED if assessment.options[option].available
        ],
        "chosen_point": next((point for point in points if point["id"] == best), None),
        "holds": stop_threshold(case, points),
        "thresholds": {
            "volume": known_mark(case, "threshold.output_mtok"),
            "retained": known_mark(case, "threshold.retained_share_percent"),
            "price": known_mark(case, "threshold.closed_price_usd"),
        },
        "alternatives": [_alternative(case, place, words) for place in range(1, len(assessment.alternatives) + 1)],
        "presets": [
            {
                "volume": mark(f"preset.{preset.id}.output_mtok"),
                "options": _options(case, f"preset.{preset.id}.", (*SELF_HOSTED, "hosted_open"), words),
            }
            for preset in assessment.presets
        ],
        "options": _options(case, "", OPTION_IDS, words),
        "hosted": _result(case, "hosted_open", words["option.hosted_open"]) if hosted else None,
        "hosted_better": _hosted_saves_more(case),
        "owned_better": _owned_saves_more(case),
        "asked": case.assessment.inputs.given.deployment,
        "lesser": any(item.to_prove and _saves(item) for item in assessment.alternatives if item.kind in LESSER),
        "levers": _levers(case, labels, language),
    }


def _hosted_saves_more(case: Case) -> bool:
    """Tell whether the hosted open model saves more than the route of the plan: then owning has to be justified."""
    hosted, route = (case.assessment.costs.saving(option) for option in ("hosted_open", case.route))
    owned = case.shape in ("procure", "prove") and case.route in SELF_HOSTED
    return owned and hosted is not None and route is not None and hosted > route


def _owned_saves_more(case: Case) -> bool:
    """Tell whether some capacity of one's own saves more than the hosted open model."""
    hosted, *owned = (case.assessment.costs.saving(option) for option in ("hosted_open", *SELF_HOSTED))
    return hosted is not None and any(saving is not None and saving > hosted for saving in owned)


def _saves(item: Alternative) -> bool:
    return item.saving_percent is not None and item.saving_percent > 0


def _standing(case: Case, prefix: str, standing: Standing, words: Mapping[str, str], labels: Labels) -> Scene:
    """Return a standing's best option with result and range; a range of multiples begins at the cheaper end."""
    name = words[f"option.{standing.best_option}"] if standing.best_option else ""
    told = _result(case, f"{prefix}verdict", name, saving="saving_percent", times="cost_multiple")
    ends = [f"{prefix}verdict.{end}_percent" for end in ("low", "high")]
    if told["kind"] == "times":
        multiples = [f"{prefix}verdict.{end}_multiple" for end in ("low", "high")]
        ends = [many if known_mark(case, many) else one for many, one in zip(multiples, ends, strict=True)][::-1]
    low, high = (known_mark(case, end) for end in ends)
    if low and high and len({case.ledger.text(end, case.brief.language) for end in ends}) == 1:
        # Written with their digits, both ends are the same: that is no range.
        low = high = None
    chance = labels.say(f"probability.{standing.probability}", case.brief.language) if standing.probability else ""
    return {
        **told,
        "baseline": standing.baseline,
        "outcome": standing.outcome,
        "option": standing.best_option,
        "low": low,
        "high": high,
        "probability": chance,
    }


def _result(case: Case, head: str, name: str, *, saving: str = "saving_percent", times: str = "cost_multiple") -> Scene:
    """Return how a result is told: as a saving, as dearer, as so many times the cost, or not at all."""
    value = case.ledger.value(f"{head}.{saving}") if f"{head}.{saving}" in case.ledger else None
    multiple = known_mark(case, f"{head}.{times}")
    if value is None:
        kind = "none"
    elif multiple:
        kind = "times"
    else:
        kind = "saves" if value > 0 else "dearer"
    return {"kind": kind, "name": name, "saving": known_mark(case, f"{head}.{saving}"), "times": multiple}


def _options(case: Case, prefix: str, wanted: Sequence[OptionId], words: Mapping[str, str]) -> list[Scene]:
    return [
        {
            **_result(case, f"{prefix}{option}", words[f"option.{option}"]),
            "id": option,
            "year": known_mark(case, f"{prefix}{option}.year_usd"),
        }
        for option in wanted
        if case.assessment.options[option].available
    ]


def _alternative(case: Case, place: int, words: Mapping[str, str]) -> Scene:
    item, head = case.assessment.alternatives[place - 1], f"alternative.{place}"
    told = {"name": _alternative_name(case, item, words), "place": words.get(f"place.{item.option}", "")}
    return {
        **_result(case, head, words[f"option.{item.option}"]),
        "title": words[f"alternative.{item.kind}"].format(**told),
        "horizon": mark(f"{head}.horizon_usd"),
        "reaches": bool(item.reaches),
        "to_prove": item.to_prove,
    }


def _alternative_name(case: Case, item: Alternative, words: Mapping[str, str]) -> str:
    """Name the model of an alternative and what it runs on, without parentheses."""
    if item.kind == "closed_successor":
        successor = case.catalogue.closed.get(item.name)
        return successor.name if successor else item.name
    name, _, place = item.name.removesuffix(")").partition(" (")
    return words["alternative.on"].format(name=name, place=HOST_NAMES.get(place, place)) if place else name


def _levers(case: Case, labels: Labels, language: Language) -> list[str]:
    """Name the inputs that move the result most, each once."""
    names = (labels.row(bar.rows[0], language).partition(" (")[0] for bar in case.assessment.tornado if bar.rows)
    return [lower_first(name) for name in dict.fromkeys(names)][:TOLD_LEVERS]


def _infrastructure_values(case: Case, words: Mapping[str, str]) -> Scene:
    told = case.assessment.infrastructure
    return {
        "model": told.model.name,
        "licence": told.model.licence,
        "framework": told.framework.name,
        "framework_status": words[f"maintenance.{told.framework.maintenance}"],
        "infrastructure_name": words[f"option.{told.option}"] if told.option else "",
        "hosts": told.option == "hosted_open",
        "gpu": told.gpu,
        "replicas": told.replicas,
        "replicas_last": told.replicas_last,
        "one_server": told.one_server,
    }
