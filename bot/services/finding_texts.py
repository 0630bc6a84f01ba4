"""The sentence of every finding in three languages, from `prompts/findings.<language>.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from bot.domain.brief import LANGUAGES, Language
from bot.domain.checks.finding import FINDING_IDS
from bot.domain.errors import DataError

PROMPTS = Path(__file__).parents[2] / "prompts"
Sentences = Mapping[Language, Mapping[str, str]]


@cache
def load_findings(folder: Path = PROMPTS) -> Sentences:
    """Read the three files; raises DataError when one cannot be read or does not have exactly our findings."""
    return {language: _read(folder / f"findings.{language}.yaml") for language in LANGUAGES}


def _read(path: Path) -> Mapping[str, str]:
    try:
        told = {str(key): str(text) for key, text in yaml.safe_load(path.read_text("utf-8")).items()}
    except (OSError, yaml.YAMLError, AttributeError) as error:
        raise DataError("error.price_row", file=path.name, row="-", reason=str(error)) from error
    odd = set(told) ^ set(FINDING_IDS)
    if odd:
        raise DataError("error.price_row", file=path.name, row=min(odd), reason="missing, or not a finding of ours")
    return told
