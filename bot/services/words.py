"""The words of the document's code-written parts, and the small changes of form that templates need."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from bot.domain.brief import LANGUAGES, Language
from bot.domain.errors import DataError
from bot.services.yaml_files import read_yaml

PROMPTS = Path(__file__).parents[2] / "prompts"
_FIRST_WORD = re.compile(r"\S+")


@cache
def load_words(family: str = "document", folder: Path = PROMPTS) -> Mapping[Language, Mapping[str, str]]:
    """Read `<family>.*.yaml`; raises DataError when a file cannot be read or the languages differ in their keys."""
    words: dict[Language, Mapping[str, str]] = {}
    for language in LANGUAGES:
        path = folder / f"{family}.{language}.yaml"
        try:
            words[language] = {str(key): str(text) for key, text in read_yaml(path).items()}
        except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError) as error:
            raise DataError("error.data", file=path.name, row="-", reason=str(error)) from error
        if missing := words[LANGUAGES[0]].keys() ^ words[language].keys():
            raise DataError("error.data", file=path.name, row=min(missing), reason="not in every language")
    return words


def join_and(items: Sequence[str], conjunction: str) -> str:
    """Join a list as people write it: "a, b y c"; Spanish says "e" before a word that begins with the sound i.

    Where an item is a list itself a comma stands before the last one, so that the borders can be seen.
    """
    *head, last = list(items)
    if conjunction == "y" and re.match(r"h?[ií](?![aeoáéó])", last, re.IGNORECASE):
        conjunction = "e"
    if not head:
        return last
    comma = "," if any("," in item or f" {conjunction} " in item for item in items) else ""
    return f"{', '.join(head)}{comma} {conjunction} {last}"


def lower_first(text: str) -> str:
    """Return the text as the middle of a sentence: its first letter small, unless its first word is an acronym."""
    word = _FIRST_WORD.match(text)
    if word is None or any(char.isupper() or char.isdigit() for char in word.group()[1:]):
        return text
    return text[0].lower() + text[1:]


def capitalize_first(text: str) -> str:
    """Return the text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def end_sentence(text: str) -> str:
    """Return the text with a full stop, unless it ends in a mark of its own."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


FILTERS = {
    "join_and": join_and,
    "lower_first": lower_first,
    "capitalize_first": capitalize_first,
    "end_sentence": end_sentence,
}
"""What templates may do to a text besides Jinja's own filters."""
