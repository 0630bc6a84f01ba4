"""Labels: three languages say the same, and every name has one."""

import re
from pathlib import Path

import pytest
import yaml

from bot.domain.brief import LANGUAGES, OPTION_IDS, Given, Language
from bot.domain.errors import DataError
from bot.services.labels import load_labels
from bot.services.words import PROMPTS, load_words
from tests.domain.cost_cases import BOOKS, assessed

DATA = PROMPTS.parent / "bot" / "data"
FIELD = re.compile(r"\{(\w+)\}")


def test_languages_have_the_same_keys_and_fields() -> None:
    """Every label stands in the three languages with the same fields to fill."""
    labels = load_labels()
    for key, text in labels.texts["es"].items():
        for language in LANGUAGES:
            assert sorted(FIELD.findall(labels.texts[language][key])) == sorted(FIELD.findall(text)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_and_assumption_has_a_name(language: Language) -> None:
    """No price-book row and no assumption is shown by its bare id."""
    labels = load_labels()

    assert [row for row in BOOKS.book.rows if labels.row(row, language) == row] == []
    for given in (Given(), Given(monthly_spend=5, isl=10, region="br"), Given(closed_model="o3", output_mtok=5)):
        for item in assessed(given).assumptions:
            assert labels.assumption(item.id, language) != item.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_outcome_and_reason_has_a_name(language: Language) -> None:
    """Options, outcomes, reasons, tiers and alternatives can be said in each language."""
    labels = load_labels()
    keys = [f"option.{option}" for option in OPTION_IDS]
    keys += [f"outcome.{name}" for name in ("reached", "within_reach", "not_reachable", "depends_on_volume")]
    keys += [f"outcome.{name}" for name in ("not_against_successor", "not_at_this_volume")]
    keys += [f"why.{name}" for name in ("named", "tier", "tier_weak", "lower_tier")]
    keys += [f"unavailable.no_{name}" for name in ("server", "host", "throughput", "gpu_price", "successor")]
    keys += [f"tier.{tier}" for tier in BOOKS.catalogue.tiers]

    assert [key for key in keys if not labels.has(key, language)] == []


def test_price_row_is_named_with_its_model() -> None:
    """A row without a name of its own is named by its group, with the id behind it."""
    assert load_labels().row("closed.gpt-4o.in", "en") == "Price of the closed model (gpt-4o.in)"


def test_language_with_a_missing_key_is_refused(tmp_path: Path) -> None:
    """A key that is not in every language is an error at the start, not a hole in a plan."""
    for language in LANGUAGES:
        text = (PROMPTS / f"ledger.{language}.yaml").read_text("utf-8")
        (tmp_path / f"ledger.{language}.yaml").write_text(text, "utf-8")
    with (tmp_path / "ledger.pt.yaml").open("a", encoding="utf-8") as file:
        file.write('extra: "só aqui"\n')

    with pytest.raises(DataError, match="extra"):
        load_labels(tmp_path)


def test_every_source_of_the_price_book_is_told_in_every_language() -> None:
    """The sources have words in three languages, and the English ones are those of the price book itself."""
    told = load_words("sources")
    booked = yaml.safe_load((DATA / "price_book.yaml").read_text("utf-8"))["sources"]

    assert dict(told["en"]) == booked
    assert all(told[language].keys() == booked.keys() for language in LANGUAGES)
    assert not any(told["es"][key] == told["en"][key] for key in ("ours", "onprem-guides", "vendor-batch"))
