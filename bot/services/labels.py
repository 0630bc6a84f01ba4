"""Names of options, figures, assumptions and rows in three languages, and the sentences of the cost model."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.domain.brief import Language
from bot.services.words import PROMPTS, load_words


class Labels:
    """Hold the labels by language and key."""

    def __init__(self, texts: Mapping[Language, Mapping[str, str]]) -> None:
        self.texts = texts

    def say(self, key: str, language: Language, **values: object) -> str:
        """Return a sentence or a name, its `{…}` filled; raises KeyError for a key that does not exist."""
        return self.texts[language][key].format(**values)

    def has(self, key: str, language: Language) -> bool:
        """Tell whether there is such a key."""
        return key in self.texts[language]

    def row(self, name: str, language: Language) -> str:
        """Name a price-book row: its own name, else that of its group with the id behind it."""
        key = f"row.{name}"
        if key in self.texts[language]:
            return self.texts[language][key]
        while "." in key:
            key = key.rpartition(".")[0]
            if key in self.texts[language]:
                return f"{self.texts[language][key]} ({name.partition('.')[2]})"
        return name

    def assumption(self, name: str, language: Language) -> str:
        """Name an assumption: one of our own, else the row it stands for."""
        key = f"assumption.{name}"
        return self.texts[language][key] if key in self.texts[language] else self.row(name, language)

    def value(self, name: str, language: Language) -> str:
        """Name a value such as `reserved`; what has no name of its own (a model) stays as it is."""
        return self.texts[language].get(f"value.{name}", name)


@cache
def load_labels(folder: Path = PROMPTS) -> Labels:
    """Read `ledger.*.yaml`; raises DataError when a file cannot be read or the languages differ in their keys."""
    return Labels(load_words("ledger", folder))
