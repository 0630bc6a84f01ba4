"""Every sentence the bot says, from `prompts/texts.<language>.yaml`; numbers, percentages and dates by Babel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from bot.domain.brief import LANGUAGES, Language
from bot.domain.errors import DataError
from bot.services.yaml_files import read_yaml

PROMPTS = Path(__file__).parents[2] / "prompts"

# In Spanish and Portuguese the formats of the regions differ little; Brazil's is the one our readers expect.
LOCALES: Mapping[Language, str] = {"es": "es", "en": "en", "pt": "pt_BR"}
SPECS = ("", "number", "percent", "date")


@dataclass(frozen=True, slots=True)
class _Wording(Formatter):
    """Fill `{name}`, `{name:number}`, `{name:percent}` (40 is 40 %) and `{name:date}`; nothing else is a template."""

    locale: str

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """Take a parameter by its plain name; attributes and indexes would let a sentence read what it should not."""
        del args
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a value in the language; text is taken as it is, also where a number could stand."""
        if format_spec == "date" or isinstance(value, date):
            return format_date(date.fromisoformat(value) if isinstance(value, str) else value, "long", self.locale)
        number = None if isinstance(value, bool) else _decimal(value, text_too=bool(format_spec))
        if number is None:
            return str(value)
        return _written(str(number), format_spec, self.locale)


@lru_cache(maxsize=1024)
def _written(number: str, format_spec: str, locale: str) -> str:
    """Write a number; those on buttons come again and again, and Babel reads its pattern for each."""
    if format_spec == "percent":
        return format_percent(Decimal(number) / 100, locale=locale, decimal_quantization=False)
    return format_decimal(Decimal(number), locale=locale, decimal_quantization=False)


def _decimal(value: Any, *, text_too: bool) -> Decimal | None:
    if not isinstance(value, int | float | Decimal) and not (text_too and isinstance(value, str)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@lru_cache(maxsize=1024)
def _label(sentence: str, locale: str, params: tuple[tuple[str, str], ...]) -> str:
    """Fill a label of a button; the same few stand under every question."""
    return _Wording(locale).vformat(sentence, (), dict(params))


@dataclass(frozen=True, slots=True)
class YamlTexts:
    """Say the sentences of the three files."""

    sentences: Mapping[Language, Mapping[str, str]]

    def say(self, key: str, language: Language, /, **params: object) -> str:
        """Return the sentence with this key; raises KeyError for an unknown key or a parameter that is missing."""
        sentence = self.sentences[language][key]
        if "{" not in sentence and "}" not in sentence:
            return sentence
        return _Wording(LOCALES[language]).vformat(sentence, (), params)

    def label(self, key: str, fallback: str, language: Language, /, **params: object) -> str:
        """Return the label with this key, or with the fallback's where there is none; raises KeyError without both."""
        sentences = self.sentences[language]
        sentence = sentences[key if key in sentences else fallback]
        if "{" not in sentence or not all(type(value) is str for value in params.values()):
            return self.say(key if key in sentences else fallback, language, **params)
        return _label(sentence, LOCALES[language], tuple(params.items()))

    def keys(self) -> frozenset[str]:
        """Return all keys, the same in every language."""
        return frozenset(self.sentences[LANGUAGES[0]])


def placeholders(sentence: str) -> frozenset[tuple[str, str]]:
    """Return the (name, format) pairs of a sentence; raises ValueError for one that is no template."""
    return frozenset((name, spec or "") for _, name, spec, _ in Formatter().parse(sentence) if name is not None)


@cache
def load_texts(folder: Path = PROMPTS) -> YamlTexts:
    """Read the three files; raises DataError where one is missing, broken, or not like the others."""
    sentences = {language: _read(folder / f"texts.{language}.yaml") for language in LANGUAGES}
    first = sentences[LANGUAGES[0]]
    for language in LANGUAGES:
        name = f"texts.{language}.yaml"
        if differing := sorted(sentences[language].keys() ^ first.keys()):
            raise DataError("error.data", file=name, row=differing[0], reason="not in all languages")
        for key, sentence in sentences[language].items():
            _check(name, key, sentence, first[key])
    return YamlTexts(sentences)


def _read(path: Path) -> dict[str, str]:
    try:
        found = read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError("error.data", file=path.name, row="-", reason=str(error)) from error
    if not isinstance(found, dict):
        raise DataError("error.data", file=path.name, row="-", reason="is not a table of sentences")
    for key, sentence in found.items():
        if not isinstance(key, str) or not isinstance(sentence, str) or not sentence.strip():
            raise DataError("error.data", file=path.name, row=str(key), reason="is not a sentence")
    return {key: sentence.strip() for key, sentence in found.items()}


def _check(name: str, key: str, sentence: str, original: str) -> None:
    try:
        wanted, found = placeholders(original), placeholders(sentence)
    except ValueError as error:
        raise DataError("error.data", file=name, row=key, reason=str(error)) from error
    if wanted != found:
        raise DataError("error.data", file=name, row=key, reason=f"fills {sorted(found)}, not {sorted(wanted)}")
    if unknown := sorted(spec for _, spec in found if spec not in SPECS):
        raise DataError("error.data", file=name, row=key, reason=f"has the unknown format {unknown[0]!r}")
