"""The cost table: every cell is a figure of the ledger or says that there is none, and words beside it."""

from dataclasses import replace

import pytest

from bot.domain.brief import LANGUAGES, OPTION_IDS, Language
from bot.domain.case import Case
from bot.domain.document.blocks import Table as TableBlock
from bot.domain.document.blocks import parse_blocks, plain
from bot.domain.tco_table import NOTHING, QUALITIES, Table, build_table, escape, write_money, write_qualitative
from bot.domain.terms import OPTION_NAMES
from bot.services.words import load_words
from tests.services.planner_cases import SITUATIONS, case_of


def table_of(case: Case) -> Table:
    """Build the table of a case."""
    language = case.brief.language
    return build_table(case.ledger, case.assessment, load_words()[language], language, profile=case.profile)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_cell_prints_its_figure(name: str, language: Language) -> None:
    """A cell with a figure prints that figure of the ledger, of its column's option and its row's measure."""
    case = case_of(name, "finance", language)
    table = table_of(case)
    for row in table.rows:
        head, _, field = row.id.rpartition(".")
        for column, cell in zip(table.columns, row.cells, strict=True):
            if cell.figure is None:
                assert cell.text in {NOTHING, load_words()[language]["table.unavailable"]}
                continue
            assert cell.figure == ".".join(part for part in (head, column.id, field) if part)
            assert cell.text == case.ledger.text(cell.figure, language)
            assert case.ledger.figure(cell.figure).option == column.id


def test_the_columns_are_all_options_in_order() -> None:
    """Each option has its column, named as everywhere."""
    table = table_of(case_of("successor", "finance", "pt"))
    assert [(column.id, column.label) for column in table.columns] == [(o, OPTION_NAMES[o]["pt"]) for o in OPTION_IDS]


def test_an_option_that_cannot_be_had_says_so() -> None:
    """Without a server for the GPU the on-premise column says "not available" in every row."""
    table = table_of(case_of("no server for the GPU", "finance", "en"))
    place = OPTION_IDS.index("on_premise")
    assert {row.cells[place].text for row in (*table.rows, *table.qualitative)} == {"not available"}


def test_without_a_volume_there_is_a_block_for_each_typical_one() -> None:
    """Three volumes with year, saving and the saving against the other baseline, each named in its row."""
    case = case_of("unknown volume", "finance", "en")
    rows = table_of(case).rows
    assert [row.id for row in rows] == [
        f"preset.{preset}.{field}"
        for preset in ("100m", "1g", "10g")
        for field in ("year_usd", "saving_percent", "other.saving_percent")
    ]
    assert "100\u00a0million\u00a0tokens" in rows[0].label
    assert len({row.label for row in rows}) == len(rows)


def test_the_other_baseline_has_a_row_of_its_own() -> None:
    """Against both baselines the savings stand one below the other, and only where the two differ."""
    labels = [row.label for row in table_of(case_of("successor", "finance", "es")).rows]
    assert "Ahorro en 36 meses frente al modelo sucesor" in labels
    assert "Ahorro en 36 meses a precios de hoy" in labels
    assert case_of("dear closed model").assessment.inputs.switches is False
    same = [row.label for row in table_of(case_of("dear closed model", "finance", "es")).rows]
    assert "Ahorro en 36 meses frente a la API cerrada" in same
    assert "Ahorro en 36 meses a precios de hoy" not in same


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_markdown_is_the_table(language: Language) -> None:
    """Parsed again, the Markdown has the same columns, rows and cells."""
    table = table_of(case_of("successor", "finance", language))
    (block,) = parse_blocks(write_money(table))
    assert isinstance(block, TableBlock)
    assert [plain(column) for column in block.columns[1:]] == [column.label for column in table.columns]
    assert [[plain(cell) for cell in row] for row in block.rows] == [
        [row.label, *(cell.text for cell in row.cells)] for row in table.rows
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_qualitative_table_has_every_option_and_quality(language: Language) -> None:
    """Options down, qualities across; the industry's data and rule, the retired model and the licence are named."""
    case = case_of("successor", "healthcare", language)
    table = table_of(case)
    (block,) = parse_blocks(write_qualitative(table))
    assert isinstance(block, TableBlock)
    assert len(block.columns) == 1 + len(QUALITIES)
    assert [plain(row[0]) for row in block.rows] == [column.label for column in table.columns]
    cells = " ".join(plain(cell) for row in block.rows for cell in row)
    assert case.profile is not None
    assert case.profile.sensitive_data[0][language] in cells
    assert "GPT-4o" in cells
    assert "Llama 3.3 Community License" in cells


def test_two_industries_have_different_qualities() -> None:
    """The words beside the figures follow the industry's profile, and an industry as typed has general ones."""
    told = {table_of(case_of("successor", industry)).qualitative for industry in ("finance", "healthcare", "Umbrellas")}
    assert len(told) == 3


def test_the_json_has_ids_labels_texts_and_figures() -> None:
    """The machine interface gets columns, rows with cells, and the qualitative rows."""
    told = table_of(case_of("successor", "finance", "en")).as_json()
    assert told["columns"][0] == {"id": "closed", "label": "Closed API"}
    first = told["rows"][0]
    assert first["id"] == "year_usd"
    assert first["cells"][0] == {"text": "USD\u00a0243,000", "figure": "closed.year_usd"}
    assert [row["id"] for row in told["qualitative"]] == list(QUALITIES)


def test_a_text_cannot_end_its_cell() -> None:
    """A bar or a line break inside a text does not break the table."""
    assert escape("a|b\nc ") == "a/b c"
    table = table_of(case_of("successor"))
    broken = replace(table, corner="a|b\n| c |")
    assert write_money(broken).splitlines()[0].startswith("| a/b / c / |")
