"""Every number a plan prints comes from the ledger, or is a date, a month, a phase, a count, a name or the target."""

import re
from collections.abc import Iterator

import pytest
from babel.dates import format_date

from bot.domain.brief import LANGUAGES, Language
from bot.domain.case import Case
from bot.domain.document.markers import MARKER
from bot.domain.prompt import format_percent
from bot.domain.strategy import compose
from bot.domain.terms import SectionId
from bot.services.scene import LOCALES
from tests.services.planner_cases import PLANNER, SITUATIONS, case_of, sources

SAID: tuple[str, ...] = ("target.percent", "horizon.months", "volume.", "alternatives.output_mtok", "preset.")
"""Figures that somebody said, or that name a typical volume: they have no row behind them."""
FREE = re.compile(
    r"^#{2,3} .*$"  # headings: numbers of sections and phases, months
    r"|^\d\. |\((?:meses|months) \d+-\d+\)"  # numbered lists, spans of months
    r"|\b(?:fase|phase) \d\b|\b(?:fin|término|final|end|fim) (?:del|of|do) (?:mes|month|mês) \d+"
    r"|\b36 (?:meses|months)|\b90 (?:días|days|dias)|\b\d datos más\b|\band \d+ more\b|\be mais \d+\b|\by \d+ datos más\b"
    r"|\b8 H100\b|\b\d×(?:H100|H200|A100|L40S)\b|\b[HAL]\d{2,3}S?\b",
    re.MULTILINE,
)


def left_over(section: SectionId, source: str, case: Case) -> Iterator[str]:
    """Yield each line of a section's source that holds a digit which nothing accounts for."""
    language = case.brief.language
    named = [model.name for models in (case.catalogue.closed, case.catalogue.open) for model in models.values()]
    named += [model.licence for model in case.catalogue.open.values() if model.licence]
    if case.profile:
        for rule in case.profile.regulations:
            named += [rule.url, rule.name[language], rule.demands[language]]
    days = {case.today, case.assessment.book_as_of, case.assessment.inputs.as_of, case.assessment.inputs.shutdown}
    days |= {row.seen_on for row in case.assessment.rows}
    named += [format_date(day, format="long", locale=LOCALES[language]) for day in days if day]
    if case.brief.target_percent is not None:
        named.append(format_percent(case.brief.target_percent, language))
    if section == "other":  # the tables: their cells are looked at in a test of their own
        shown = [f"preset.{preset.id}.output_mtok" for preset in case.assessment.presets]
        shown += [str(cell.figure) for row in PLANNER.table(case).rows for cell in row.cells if cell.figure]
        named += [case.ledger.text(figure, language) for figure in shown]
    text = MARKER.sub("", source)
    for name in sorted({name for name in named if re.search(r"\d", name)}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
    text = FREE.sub("", text)
    yield from (line for line in text.splitlines() if re.search(r"\d", line))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("industry", ["finance", "healthcare"])
@pytest.mark.parametrize("name", SITUATIONS)
def test_no_number_stands_outside_the_ledger(name: str, industry: str, language: Language) -> None:
    """What is written around the markers holds no figure, in no section of any situation."""
    case = case_of(name, industry, language)

    parts = {**sources(case), "other": PLANNER.tables_markdown(case)}
    del parts["sources"]  # titles of publications, as they are
    assert [(section, line) for section, text in parts.items() for line in left_over(section, text, case)] == []


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_printed_figure_has_rows_with_source_and_date(name: str) -> None:
    """Each marker is a figure of the ledger, and each row behind it stands among the plan's sources, dated."""
    case = case_of(name, "finance", "es")
    known = {row.id: row for row in case.assessment.rows}

    text = compose("", sources(case), "es") + PLANNER.tables_markdown(case)
    cited = {found.group(1) for found in MARKER.finditer(text)}
    assert len(cited) > 20
    for figure in map(case.ledger.figure, cited):
        assert figure.rows or figure.id.startswith(SAID), figure.id
        assert all(known[row].source and known[row].seen_on for row in figure.rows), figure.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_each_cell_prints_its_figure(name: str, language: Language) -> None:
    """A cell of the cost table is the text of its figure, as prose and JSON print it: one figure, one spelling."""
    case = case_of(name, "finance", language)

    cells = [cell for row in PLANNER.table(case).rows for cell in row.cells if cell.figure]
    assert [cell for cell in cells if cell.text != case.ledger.text(str(cell.figure), language)] == []
    texts = {cell.text for cell in cells if "%" in cell.text}
    assert all(("\u00a0%" in text) == (language == "es") for text in texts)
