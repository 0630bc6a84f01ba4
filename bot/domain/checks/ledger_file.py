"""The JSON of `ask` as something to check a document against: figures, verdict, table and assumptions."""

from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from bot.domain.brief import Baseline, Kind, Language
from bot.domain.checks.context import CheckContext, Names
from bot.domain.checks.quoted import book_of
from bot.domain.errors import UserError
from bot.domain.ledger import read_ledger

KINDS: tuple[Kind, ...] = get_args(Kind)
BASELINES: tuple[Baseline, ...] = get_args(Baseline)


def context_of(
    data: Mapping[str, Any],
    *,
    language: Language,
    kind: Kind | None = None,
    target_percent: float | None = None,
    names: Names,
    industry: Sequence[str] = (),
) -> CheckContext:
    """Return what a document is checked against; `data` is empty without a ledger.

    What was asked for goes before what the ledger says. Raises UserError when `data` is not the JSON of `ask`.
    """
    book = book_of(read_ledger(data), language, baseline=_baseline(data)) if data else None
    asked = target_percent if target_percent is not None else data.get("target_percent")
    told = kind or data.get("kind", "pro")
    if told not in KINDS or not isinstance(asked, int | float | None):
        raise UserError("error.ledger.format", figure="kind, target_percent")
    return CheckContext(
        language=language,
        kind=cast("Kind", told),
        target_percent=asked,
        outcome=_object(data, "verdict").get("outcome"),
        book=book,
        names=names,
        table=_table(_object(data, "tco")),
        default_texts=_defaults(data),
        questions=tuple(str(question) for question in data.get("unknowns") or ()),
        industry=tuple(industry),
    )


def _object(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise UserError("error.ledger.format", figure=key)
    return found


def _baseline(data: Mapping[str, Any]) -> Baseline | None:
    """Return the chosen baseline, where the other one has another result."""
    verdict = _object(data, "verdict")
    other = verdict.get("other_baseline")
    chosen = verdict.get("baseline")
    differs = isinstance(other, Mapping) and other.get("saving_percent") != verdict.get("saving_percent")
    return (
        cast("Baseline", chosen) if chosen in BASELINES and (differs or verdict.get("saving_percent") is None) else None
    )


def _table(tco: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the expected cells by (row label, column label)."""
    try:
        columns = [str(column["label"]) for column in tco.get("columns", ())]
        return {
            (str(row["label"]), column): str(cell["text"])
            for row in tco.get("rows", ())
            for column, cell in zip(columns, row["cells"], strict=True)
        }
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("error.ledger.format", figure="tco") from error


def _defaults(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the printed values of the defaults, by their names; a value in words may be told in other words."""
    told = data.get("assumptions") or ()
    items = [item for item in told if isinstance(item, Mapping) and item.get("label")]
    return {str(item["label"]): str(item.get("text") or "") if _counts(item) else "" for item in items}


def _counts(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("value"), int | float)
