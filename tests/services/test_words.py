"""The small changes of form that templates need, and the words that all languages must have."""

from pathlib import Path

import pytest

from bot.domain.brief import LANGUAGES
from bot.domain.errors import DataError
from bot.services.words import capitalize_first, end_sentence, join_and, load_words, lower_first


@pytest.mark.parametrize(
    ("items", "conjunction", "text"),
    [
        (["uno"], "y", "uno"),
        (["uno", "dos"], "y", "uno y dos"),
        (["uno", "dos", "tres"], "y", "uno, dos y tres"),
        (["padres", "hijos"], "y", "padres e hijos"),
        (["agua", "hielo"], "y", "agua y hielo"),
        (["a and b", "c"], "and", "a and b, and c"),
        (["saldos, movimientos y datos", "expedientes"], "y", "saldos, movimientos y datos, y expedientes"),
        (["dados", "imagens"], "e", "dados e imagens"),
    ],
)
def test_a_list_is_joined_as_people_write_it(items: list[str], conjunction: str, text: str) -> None:
    """Commas, the conjunction, its Spanish form before the sound i, and a comma where items are lists themselves."""
    assert join_and(items, conjunction) == text


@pytest.mark.parametrize(
    ("text", "lower"),
    [
        ("Resumir expedientes", "resumir expedientes"),
        ("RGPD y DORA", "RGPD y DORA"),
        ("H100 propias", "H100 propias"),
        ("", ""),
    ],
)
def test_the_middle_of_a_sentence_begins_small(text: str, lower: str) -> None:
    """The first letter becomes small, an acronym stays."""
    assert lower_first(text) == lower


def test_the_beginning_of_a_sentence_and_its_end() -> None:
    """A sentence begins with a capital and ends with one full stop."""
    assert capitalize_first("la nube privada") == "La nube privada"
    assert end_sentence("hecho") == "hecho."
    assert end_sentence("hecho.") == "hecho."
    assert end_sentence("¿hecho?") == "¿hecho?"


@pytest.mark.parametrize("family", ["document", "ledger", "texts"])
def test_every_language_has_the_same_words(family: str) -> None:
    """A family of words has the same keys in each language, none of them empty."""
    words = load_words(family)
    assert all(text.strip() for language in LANGUAGES for text in words[language].values())
    assert len({frozenset(words[language]) for language in LANGUAGES}) == 1


def test_a_missing_word_is_named(tmp_path: Path) -> None:
    """A key that one language lacks is an error that names file and key."""
    for language in LANGUAGES:
        (tmp_path / f"w.{language}.yaml").write_text("a: x\n" + ("b: y\n" if language != "pt" else ""), "utf-8")
    with pytest.raises(DataError) as caught:
        load_words("w", tmp_path)
    assert (caught.value.params["file"], caught.value.params["row"]) == ("w.pt.yaml", "b")
