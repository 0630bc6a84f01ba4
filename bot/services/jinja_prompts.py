"""Fill the templates in `prompts/`: a sandbox in which a missing value is an error."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from jinja2 import DictLoader, StrictUndefined, TemplateNotFound, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.domain.brief import Language
from bot.domain.errors import DataError
from bot.services.words import FILTERS

PROMPT_FOLDER = Path(__file__).parents[2] / "prompts"
_VERSION_DIGITS = 12


class JinjaPrompts:
    """Fill templates that are read once, when this is made; two of these never disagree within a process."""

    def __init__(self, folder: Path = PROMPT_FOLDER) -> None:
        self._sources = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.j2"))}
        self._folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=DictLoader(self._sources),
            undefined=StrictUndefined,
            autoescape=False,  # Markdown, never HTML; what people typed comes in as JSON data only
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(FILTERS)
        self._environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}

    def render(self, template: str, language: Language, values: Mapping[str, object]) -> str:
        """Return the filled template `<template>.<language>.md.j2`; a value the template misses is an error.

        Raises DataError when there is no such template and `jinja2.UndefinedError` when a value is missing.
        """
        name = self._name(template, language)
        return self._environment.get_template(name).render(values).strip() + "\n"

    def version(self, template: str, language: Language) -> str:
        """Return the first 12 hex digits of the SHA-256 of the template and of all it includes."""
        digest = hashlib.sha256()
        for name in self._with_included(self._name(template, language)):
            digest.update(f"{name}\0{self._sources[name]}\0".encode())
        return digest.hexdigest()[:_VERSION_DIGITS]

    def _name(self, template: str, language: Language) -> str:
        """Return the file name of a template; raises DataError when it does not exist."""
        name = f"{template}.{language}.md.j2"
        if name not in self._sources:
            raise DataError("error.data", file=str(self._folder / name), row=template, reason="no such template")
        return name

    def _with_included(self, name: str) -> list[str]:
        """Return the template's name and the names of all it includes or imports, each once, itself first."""
        found, waiting = [], [name]
        while waiting:
            current = waiting.pop(0)
            if current in found:
                continue
            if current not in self._sources:
                raise TemplateNotFound(current)
            found.append(current)
            referenced = meta.find_referenced_templates(self._environment.parse(self._sources[current]))
            waiting.extend(sorted(item for item in referenced if item is not None))
        return found
