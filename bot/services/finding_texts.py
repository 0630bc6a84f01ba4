"""The sentence of every finding in three languages, from `prompts/findings.<language>.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.domain.brief import LANGUAGES, Language
from bot.domain.checks.finding import FINDING_IDS
from bot.domain.errors import DataError
from bot.services.words import PROMPTS, load_words

Sentences = Mapping[Language, Mapping[str, str]]


@cache
def load_findings(folder: Path = PROMPTS) -> Sentences:
    """Read the three files; raises DataError when one cannot be read or does not have exactly our findings."""
    told = load_words("findings", folder)
    for language in LANGUAGES:
        if odd := told[language].keys() ^ set(FINDING_IDS):
            reason = "missing, or not a finding of ours"
            raise DataError("error.data", file=f"findings.{language}.yaml", row=min(odd), reason=reason)
    return told
