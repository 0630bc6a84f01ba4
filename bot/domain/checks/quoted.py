"""The figures of a ledger as a text may quote them: printed, read back, and with what each is about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.brief import OPTION_IDS, Baseline, Language
from bot.domain.checks.words import Kind, Period
from bot.domain.document.number_reader import Reading, read_numbers, same_amount

OTHER = "other"
INPUTS = frozenset({"row", "assumption", "tornado"})
PRESET = "preset"
COUNTS = frozenset({"replicas", "gpus", "servers"})
MOST_DIGITS = 12
_NOT_OF_CLOSED: frozenset[Kind] = frozenset({"saving", "retained", "one_off", "capex", "residual"})


class Quotable(Protocol):
    """Be a figure of the ledger."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def value(self) -> float | None:
        """Its value, None when it is unknown."""
        ...

    @property
    def unit(self) -> str:
        """Its unit, as `format_value` knows it."""
        ...

    @property
    def option(self) -> str | None:
        """The option it is about."""
        ...


class LedgerTexts(Protocol):
    """Be the ledger as the checks need it."""

    def text(self, figure: str, language: Language, /) -> str:
        """Return a figure as printed."""
        ...

    def __iter__(self) -> Iterator[Quotable]: ...


ABOUT: Mapping[str, tuple[frozenset[Kind], Period | None]] = {
    "year_usd": (frozenset({"cost"}), "year"),
    "year_local": (frozenset({"cost"}), "year"),
    "horizon_usd": (frozenset({"cost"}), "horizon"),
    "horizon_local": (frozenset({"cost"}), "horizon"),
    "saving_percent": (frozenset({"saving"}), None),
    "p50_percent": (frozenset({"saving"}), None),
    "low_percent": (frozenset({"low"}), None),
    "high_percent": (frozenset({"high"}), None),
    "one_off_usd": (frozenset({"one_off"}), None),
    "retained_usd": (frozenset({"retained"}), None),
    "capex_usd": (frozenset({"capex"}), None),
    "residual_usd": (frozenset({"residual"}), None),
    "npv_usd": (frozenset({"npv"}), None),
    "low_multiple": (frozenset({"low"}), None),
    "high_multiple": (frozenset({"high"}), None),
    "payback_month": (frozenset({"payback"}), None),
    "utilisation_percent": (frozenset({"utilisation"}), None),
    "retained_share_percent": (frozenset({"share"}), None),
    "running_1_usd": (frozenset({"cost"}), "year_1"),
    "running_2_usd": (frozenset({"cost"}), "year_2"),
    "running_3_usd": (frozenset({"cost"}), "year_3"),
    "cost_multiple": (frozenset({"cost", "saving"}), None),
    "first": (frozenset({"threshold"}), None),
    "holds_from": (frozenset({"holds"}), None),
}
"""What a figure measures, by the last part of its id; a figure that is not here may stand anywhere."""

ABOUT_WHOLE: Mapping[str, tuple[frozenset[Kind], Period | None]] = {
    "threshold.output_mtok": (frozenset({"threshold"}), None),
    "volume.output_mtok": (frozenset({"volume_out"}), None),
    "volume.input_mtok": (frozenset({"volume_in"}), None),
    "target.percent": (frozenset({"target", "saving"}), None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Be a figure as printed in one language; `readings` are the amounts its text holds.

    `kinds` is empty for a figure that may stand in any sentence, `baseline` None for one that has only one meaning.
    """

    id: str
    value: float | None
    unit: str
    option: str | None
    text: str
    readings: tuple[Reading, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    period: Period | None = None
    baseline: Baseline | None = None
    preset: str | None = None

    @property
    def is_input(self) -> bool:
        """Tell whether it is a row of the price book, a default or a test of one, and no result."""
        return self.id.split(".")[0] in INPUTS

    @property
    def is_variant(self) -> bool:
        """Tell whether it belongs to an alternative that differs from the option's own column in the table."""
        return self.id.startswith("alternative.") and self.option in {"private_cloud", "on_premise", "closed"}

    @property
    def is_trivial(self) -> bool:
        """Tell whether it is a nothing of the closed API: what it saves on itself, its migration, its servers."""
        return self.option == "closed" and bool(self.kinds & _NOT_OF_CLOSED) and not self.is_variant

    @property
    def worth(self) -> str:
        """Tell the group a figure's measure belongs to: volumes are told by other words than money and percent."""
        return "volume" if self.unit.startswith("mtok") else "money"


@dataclass(frozen=True, slots=True)
class FigureBook:
    """Hold the figures of one plan by id, and find those a text may mean."""

    figures: Mapping[str, Quoted]
    language: Language
    presets: Mapping[str, Reading] = field(default_factory=dict)
    by_value: Mapping[str, tuple[Quoted, ...]] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.figures

    def get(self, name: str) -> Quoted | None:
        """Return the figure with this id, or None."""
        return self.figures.get(name)

    def equal_to(self, reading: Reading) -> tuple[Quoted, ...]:
        """Return the figures that are printed as this amount, or are this amount rounded to three digits or more."""
        keys = {_key(value) for value in (reading.value, reading.other) if value is not None}
        near = {figure.id: figure for key in keys for figure in self.by_value.get(key, ())}
        return tuple(figure for figure in near.values() if _means(figure, reading))

    def counts(self, unit: str) -> tuple[Quoted, ...]:
        """Return the counts of replicas, GPUs, servers, or months until something has paid for itself."""
        known = (figure for figure in self.figures.values() if figure.unit == unit and figure.value is not None)
        return tuple(figure for figure in known if unit != "months" or "payback" in figure.kinds)

    @property
    def horizon(self) -> float | None:
        """Return the months the comparison covers."""
        figure = self.figures.get("horizon.months")
        return figure.value if figure else None


def book_of(ledger: LedgerTexts, language: Language, *, baseline: Baseline | None = None) -> FigureBook:
    """Return the figures of a ledger; `baseline` is the chosen one, so that figures of the other are told apart."""
    figures = {figure.id: _quoted(figure, ledger.text(figure.id, language), language, baseline) for figure in ledger}
    presets = {
        name.split(".")[1]: figure.readings[0]
        for name, figure in figures.items()
        if name.startswith(f"{PRESET}.") and name.endswith(".output_mtok") and figure.readings
    }
    by_value: dict[str, dict[str, Quoted]] = {}
    for figure in figures.values():
        for value in _values(figure):
            by_value.setdefault(_key(value), {})[figure.id] = figure
    index = {key: tuple(found.values()) for key, found in by_value.items()}
    return FigureBook(figures, language, presets, index)


def _quoted(figure: Quotable, text: str, language: Language, chosen: Baseline | None) -> Quoted:
    parts = figure.id.split(".")
    option = figure.option or next((part for part in parts if part in OPTION_IDS), None)
    kinds, period = _about(parts)
    is_cost = bool(kinds) and option is not None and "assumption" not in parts and "row" not in parts
    return Quoted(
        id=figure.id,
        value=figure.value,
        unit=figure.unit,
        option=option if parts[0] not in {"row", "assumption"} else None,
        text=text,
        readings=() if figure.value is None else read_numbers(text, language),
        kinds=kinds,
        period=period,
        baseline=_baseline(parts, chosen) if is_cost else None,
        preset=parts[1] if parts[0] == PRESET and option else None,
    )


def _about(parts: list[str]) -> tuple[frozenset[Kind], Period | None]:
    nothing: tuple[frozenset[Kind], Period | None] = (frozenset(), None)
    if parts[0] in INPUTS:
        return nothing
    return ABOUT_WHOLE.get(".".join(parts[-2:])) or ABOUT.get(parts[-1]) or nothing


def _baseline(parts: Iterable[str], chosen: Baseline | None) -> Baseline | None:
    if chosen is None:
        return None
    other: Baseline = "today" if chosen == "successor" else "successor"
    return other if OTHER in parts else chosen


def _means(figure: Quoted, reading: Reading) -> bool:
    if any(same_amount(printed, reading) for printed in figure.readings):
        return True
    return any(_rounds_to(figure, printed, reading) for printed in figure.readings[:1])


def _rounds_to(figure: Quoted, printed: Reading, reading: Reading) -> bool:
    """Say whether the reading is the figure's own value rounded to three significant digits or more."""
    if reading.unit not in {printed.unit, "bare"} or (reading.currency or printed.currency) != printed.currency:
        return False
    return _key(reading.value) in {_key(value) for value in _roundings(figure)}


def _values(figure: Quoted) -> Iterator[float]:
    """Yield every value the figure may be quoted as."""
    for printed in figure.readings:
        yield printed.value
        if printed.other is not None:
            yield printed.other
    if figure.readings:
        yield from _roundings(figure)


def _roundings(figure: Quoted) -> Iterator[float]:
    exact = figure.value or 0.0
    if figure.unit.startswith("mtok"):
        exact *= 1e6
    elif figure.unit.startswith("share"):
        exact *= 100
    return (float(f"{exact:.{digits}g}") for digits in range(3, MOST_DIGITS) if exact)


def _key(value: float) -> str:
    """Return a value as a key that small differences of floating point do not move."""
    return f"{value:.10g}"
