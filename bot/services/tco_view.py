"""An assessment for the terminal: tables and sentences in one language."""

from collections.abc import Iterator

from rich.table import Table

from bot.domain.brief import Language
from bot.domain.cost.inputs import Assumption
from bot.domain.figures import multiple
from bot.domain.ledger import Ledger, build_ledger, format_value
from bot.domain.verdict import Assessment, Standing
from bot.services.labels import Labels, load_labels
from bot.services.tco_json import why_text


def view_costs(assessment: Assessment, language: Language) -> Iterator[str | Table]:
    """Yield the verdict, the money table or the presets, alternatives, infrastructure, assumptions and warnings."""
    labels, ledger = load_labels(), build_ledger(assessment)
    yield from _verdict(assessment, labels, language)
    yield _presets(assessment, ledger, labels, language) if assessment.presets else _money(ledger, labels, language)
    for option, cost in assessment.options.items():
        if cost.reason:
            name = labels.say(f"option.{option}", language)
            yield f"{name}: {labels.say(f'unavailable.{cost.reason}', language)}"
    yield why_text(assessment, language)
    yield _alternatives(assessment, ledger, labels, language)
    yield _assumptions(assessment.assumptions, ledger, labels, language)
    yield from _notes(assessment, labels, language)


def _verdict(assessment: Assessment, labels: Labels, language: Language) -> Iterator[str]:
    for standing in (assessment.chosen, assessment.other_baseline):
        yield _stand(standing, assessment, labels, language)
    low, high = (_told(value, language) for value in (assessment.low_percent, assessment.high_percent))
    if assessment.probability is not None:
        told = labels.say(f"probability.{assessment.probability}", language)
        yield labels.say("note.range", language, low=low, high=high, probability=told)


def _stand(standing: Standing, assessment: Assessment, labels: Labels, language: Language) -> str:
    outcome = labels.say(f"outcome.{standing.outcome}", language) if standing.outcome else ""
    saving = ""
    if standing.best_option and standing.saving_percent is not None:
        option = labels.say(f"option.{standing.best_option}", language)
        saving = f"{option}: {_told(standing.saving_percent, language)}."
    baseline = labels.value(standing.baseline, language)
    line = labels.say("cli.baseline", language, baseline=baseline, outcome=outcome, saving=saving).strip()
    if assessment.target_percent is None:
        return line
    volume = standing.thresholds.output_mtok
    if volume is None:
        return f"{line} {labels.say('note.no_volume_reaches', language)}"
    told = format_value(volume, "mtok_per_month", language)
    return f"{line} {labels.say('note.holds_from', language, volume=told)}"


def _told(saving_percent: float | None, language: Language) -> str:
    """Write a saving as a sentence does: far below zero as so many times the cost."""
    times = multiple(saving_percent)
    if times is None:
        return format_value(saving_percent, "percent", language)
    return format_value(times, "multiple", language)


def _money(ledger: Ledger, labels: Labels, language: Language) -> Table:
    table = Table()
    table.add_column(labels.say("cli.option", language))
    for key in ("year", "horizon", "saving", "replicas", "gpus"):
        table.add_column(labels.say(f"cli.{key}", language), justify="right")
    for option in ("closed", "closed_successor", "hosted_open", "private_cloud", "on_premise", "hybrid"):
        names = [f"{option}.{field}" for field in ("year_usd", "horizon_usd", "saving_percent", "replicas", "gpus")]
        cells = [ledger.text(name, language) if name in ledger else "—" for name in names]
        table.add_row(labels.say(f"option.{option}", language), *cells)
    return table


def _presets(assessment: Assessment, ledger: Ledger, labels: Labels, language: Language) -> Table:
    """Show the presets side by side: year and saving of each option."""
    table = Table()
    table.add_column(labels.say("cli.option", language))
    for preset in assessment.presets:
        table.add_column(ledger.text(f"preset.{preset.id}.output_mtok", language), justify="right")
    for option in assessment.options:
        cells = [
            f"{ledger.text(f'preset.{preset.id}.{option}.year_usd', language)}\n"
            f"{ledger.text(f'preset.{preset.id}.{option}.saving_percent', language)}"
            for preset in assessment.presets
        ]
        table.add_row(labels.say(f"option.{option}", language), *cells)
    return table


def _alternatives(assessment: Assessment, ledger: Ledger, labels: Labels, language: Language) -> Table:
    table = Table(title=_at(ledger, labels, language))
    table.add_column(labels.say("cli.option", language))
    for key in ("year", "saving"):
        table.add_column(labels.say(f"cli.{key}", language), justify="right")
    for number, item in enumerate(assessment.alternatives, start=1):
        cells = [
            ledger.text(f"alternative.{number}.{name}", language) if f"alternative.{number}.{name}" in ledger else "—"
            for name in ("year_usd", "saving_percent")
        ]
        table.add_row(labels.say(f"alternative.{item.kind}", language, name=item.name), *cells)
    return table


def _at(ledger: Ledger, labels: Labels, language: Language) -> str:
    name = "alternatives.output_mtok"
    title = labels.say("cli.alternatives", language)
    return f"{title} ({ledger.text(name, language)})" if name in ledger else title


def _assumptions(items: tuple[Assumption, ...], ledger: Ledger, labels: Labels, language: Language) -> Table:
    table = Table(title=labels.say("cli.assumptions", language))
    table.add_column(labels.say("cli.row", language))
    table.add_column(labels.say("cli.value", language), justify="right")
    for item in items:
        told = labels.value(item.value, language) if isinstance(item.value, str) else ""
        text = told or ledger.text(f"assumption.{item.id}", language)
        table.add_row(labels.assumption(item.id, language), text)
    return table


def _notes(assessment: Assessment, labels: Labels, language: Language) -> Iterator[str]:
    yield labels.say("note.book_date", language, date=assessment.book_as_of.isoformat())
    if assessment.stale:
        yield labels.say("note.stale", language, rows=", ".join(assessment.stale))
    if assessment.operator_rows:
        yield labels.say("note.operator_rows", language, rows=", ".join(assessment.operator_rows))
