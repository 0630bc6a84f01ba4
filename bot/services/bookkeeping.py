"""Assumptions, unknowns and sources of a plan in words: what was taken, what is missing, and where it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from bot.domain.brief import Language
from bot.domain.case import Case
from bot.domain.cost.inputs import Assumption
from bot.domain.document.markers import mark
from bot.domain.prices import Row
from bot.services.labels import Labels
from bot.services.scene import HOST_NAMES, long_date
from bot.services.tco_json import assumption_object
from bot.services.words import load_words, lower_first

__all__ = ["list_assumptions", "list_sources", "list_stale", "list_unknowns", "print_assumptions"]

UNKNOWN_IF_DEFAULT = ("closed_model", "growth", "retained", "cache_share", "batch_share")
"""Defaults that only the company can replace, each with its question."""
SHOWN_NAMES = 3
STATUS_ORDER = ("operator", "seen", "derived", "assumption")


def list_assumptions(case: Case, words: Mapping[str, str], labels: Labels) -> list[Mapping[str, object]]:
    """Return every default with its name, its value (a marker where it is a figure) and whose it is.

    `booked` tells what is a row of the price book from what is about this case, `ours` what is our own assumption.
    """
    language = case.brief.language
    rows = {row.id: row for row in case.assessment.rows}
    return [
        {
            "label": labels.assumption(item.id, language),
            "value": _value(case, item, labels),
            "origin": _origin([rows[row] for row in item.rows if row in rows], words),
            "booked": item.id in rows,
            "ours": all(rows[row].owner != "operator" and rows[row].status == "assumption" for row in item.rows),
        }
        for item in case.assessment.assumptions
    ]


def print_assumptions(case: Case) -> list[Mapping[str, object]]:
    """Return every default as `ask --format json` shows it."""
    return [assumption_object(item, case.ledger, case.brief.language) for item in case.assessment.assumptions]


def list_unknowns(case: Case, words: Mapping[str, str], labels: Labels) -> list[str]:
    """Return what is not known, each as a question whose answer recomputes the plan; figures are markers."""
    given, defaults = case.assessment.inputs.given, {item.id: item for item in case.assessment.assumptions}
    asked: list[str] = []
    if not case.assessment.inputs.volume.known:
        asked.append(words["unknown.volume"])
    asked += [
        words[f"unknown.{name}"].format(value=_value(case, defaults[name], labels))
        for name in UNKNOWN_IF_DEFAULT
        if name in defaults
    ]
    if "isl" in defaults and "osl" in defaults:
        shape = {name: _value(case, defaults[name], labels) for name in ("isl", "osl")}
        asked.append(words["unknown.shape"].format(**shape))
    if given.region is None:
        asked.append(words["unknown.region"])
    if given.deployment is None:
        asked.append(words["unknown.deployment"])
    if case.profile is None:
        asked.append(words["unknown.rules"])
    return [*asked, words["unknown.infrastructure"]]


def list_sources(case: Case, words: Mapping[str, str], labels: Labels) -> list[Mapping[str, object]]:
    """Return the sources by status and day, each with the names of what was taken from it."""
    language = case.brief.language
    rows = sorted(case.assessment.rows, key=_source_key)
    return [
        {
            "status": words[f"status.{STATUS_ORDER[status]}"],
            "date": long_date(day, language),
            "sources": [
                {"text": _plain(_source_in(source, language)), "what": _names(list(taken), words, labels, language)}
                for source, taken in groupby(group, key=lambda row: row.source)
            ],
        }
        for (status, day), group in groupby(rows, key=lambda row: _source_key(row)[:2])
    ]


def list_stale(case: Case, words: Mapping[str, str], labels: Labels) -> str:
    """Name the first of the rows that are too old, and how many more there are; empty when none is."""
    old = set(case.assessment.stale)
    return _names([row for row in case.assessment.rows if row.id in old], words, labels, case.brief.language)


def _source_key(row: Row) -> tuple[int, date, str]:
    return STATUS_ORDER.index("operator" if row.owner == "operator" else row.status), row.seen_on, row.source


def _source_in(source: str, language: Language) -> str:
    """Return a source of ours in the language of the plan; one of the operator's stays as they wrote it."""
    texts = load_words("sources")
    key = next((key for key, text in texts["en"].items() if text == source), None)
    return texts[language][key] if key else source


def _plain(source: str) -> str:
    """Return the words of a source without what Markdown would read as markup."""
    return source.replace("|", "/").replace("*", "×").replace("<", "‹").replace(">", "›")


def _names(rows: Sequence[Row], words: Mapping[str, str], labels: Labels, language: Language) -> str:
    named = (labels.row(row.id, language).partition(" (")[0] for row in rows)
    names = [lower_first(name) for name in dict.fromkeys(named)]
    more = len(names) - SHOWN_NAMES
    shown = ", ".join(names[:SHOWN_NAMES])
    return words["sources.more"].format(names=shown, count=more) if more > 0 else shown


def _value(case: Case, item: Assumption, labels: Labels) -> str:
    language = case.brief.language
    if item.value is None:
        return ""
    if not isinstance(item.value, str):
        return mark(f"assumption.{item.id}")
    if item.unit == "date":
        return long_date(date.fromisoformat(item.value), language)
    if item.id == "host":
        return HOST_NAMES.get(item.value, item.value)
    return next(_catalogue_names(case, item.value), None) or labels.value(item.value, language)


def _catalogue_names(case: Case, name: str) -> Iterator[str]:
    for models in (case.catalogue.closed, case.catalogue.open):
        if name in models:
            yield models[name].name


def _origin(rows: Sequence[Row], words: Mapping[str, str]) -> str:
    """Say whose a value is: that of its row, or derived where several rows make it up."""
    if not rows:
        return ""
    if len(rows) > 1:
        return words["status.derived"]
    row = rows[0]
    return words[f"status.{'operator' if row.owner == 'operator' else row.status}"]
