"""Whole strategies in a model's manner: hand-written sentences, tables and lists in many combinations, with markers."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.domain.brief import LANGUAGES, Given, Language, OptionId
from bot.domain.checks.context import CheckContext, names_of
from bot.domain.checks.quoted import book_of
from bot.domain.document.markers import MARKER, mark
from bot.domain.ledger import Ledger, build_ledger
from bot.domain.terms import OPTION_NAMES, SectionId
from bot.domain.verdict import Assessment
from tests.domain.cost_cases import BOOKS, LARGE, assessed

WORDS: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "model_like.yaml").read_text("utf-8"))
CASES: tuple[Given, ...] = (
    LARGE,
    replace(LARGE, baseline="successor"),
    replace(LARGE, input_mtok=5_000, output_mtok=1_000),
    replace(LARGE, input_mtok=500, output_mtok=100),
    replace(LARGE, price="reserved"),
    replace(LARGE, input_mtok=20_000, output_mtok=4_000),
    replace(LARGE, input_mtok=120_000, output_mtok=30_000, price="reserved"),
    replace(LARGE, closed_model="gpt-6.1-terra", baseline="today"),
)
SECTIONS: tuple[SectionId, ...] = ("verdict", "plan", "tco", "risks", "assumptions", "decision", "sources")
_SLOT = re.compile(r"\{([a-z_0-9.]+)\}")
_OPTIONS: tuple[OptionId, ...] = ("closed", "hosted_open", "private_cloud", "on_premise")


@dataclass(frozen=True)
class Doc:
    """Be one document: sections of source by heading line, and what they are checked against."""

    number: int
    language: Language
    title: str
    parts: tuple[tuple[SectionId, str, str], ...]
    ledger: Ledger
    context: CheckContext

    def source(self) -> str:
        """Return the whole document with markers."""
        return "\n\n".join([self.title, *(f"{heading}\n\n{source}" for _, heading, source in self.parts)]) + "\n"


@cache
def case(number: int) -> tuple[Assessment, Ledger]:
    """Return one of the costed cases."""
    assessment = assessed(CASES[number])
    return assessment, build_ledger(assessment)


@cache
def case_context(number: int, language: Language) -> CheckContext:
    """Return what the documents of a case are checked against."""
    assessment, ledger = case(number)
    return CheckContext(
        language=language,
        target_percent=assessment.target_percent,
        outcome=assessment.outcome,
        book=book_of(ledger, language, baseline=assessment.baseline),
        names=names_of(BOOKS.catalogue),
        canary="kanarie-7f3a91",
    )


def write(number: int) -> Doc:
    """Write document `number`; the same number, the same document."""
    language = LANGUAGES[number % 3]
    which = (number // 3) % len(CASES)
    assessment, ledger = case(which)
    author = Author(random.Random(number), WORDS[language], language, assessment, ledger)
    parts = tuple(
        (section, author.pick(author.words["headings"][section]), author.section(section)) for section in SECTIONS
    )
    title = author.pick(author.words["titles"])
    return Doc(number, language, title, parts, ledger, case_context(which, language))


@dataclass
class Author:
    """Write sections by drawing sentences; `chance` is seeded by the document's number."""

    chance: random.Random
    words: Mapping[str, Any]
    language: Language
    assessment: Assessment
    ledger: Ledger

    def pick(self, of: Sequence[Any]) -> Any:
        """Draw one."""
        return self.chance.choice(list(of))

    def section(self, section: SectionId) -> str:
        """Write one section."""
        match section:
            case "plan":
                return self._plan()
            case "tco":
                return self._tco()
            case "risks":
                return self._risks()
            case "verdict":
                return self._say(self._usable(self.words["verdict"]), 1, 2)
            case "decision":
                return self._decision()
            case "sources":
                return "\n".join(f"- {line}" for line in self.words["sources"])
            case _:
                return "\n".join(f"- {line}" for line in self.words["assumptions"])

    def filled(self, sentence: str) -> str:
        """Put markers where the figures stand."""
        best = self.assessment.best_option or "private_cloud"
        other = self.assessment.other_baseline.baseline
        told = sentence.lstrip("+").replace("{best}", self.words["best"].get(best, ""))
        told = told.replace("{other_words}", self.words["other_words"][other])
        return _SLOT.sub(lambda found: mark(found.group(1)), told)

    def _usable(self, sentences: Sequence[str]) -> list[str]:
        return [sentence for sentence in sentences if self._fits(sentence)]

    def _fits(self, sentence: str) -> bool:
        ids = [name for name in _SLOT.findall(sentence) if "." in name]
        known = all(name in self.ledger and self.ledger.value(name) is not None for name in ids)
        if not known or (sentence.startswith("+") and any(self._value(i) <= 0 for i in ids if "saving" in i)):
            return False
        differs = self.assessment.inputs.switches
        if "{best}" in sentence and self.assessment.best_option not in self.words["best"]:
            return False
        return differs or "{other_words}" not in sentence

    def _value(self, name: str) -> float:
        return self.ledger.value(name) or 0.0

    def _say(self, sentences: Sequence[str], least: int, most: int) -> str:
        count = min(len(sentences), self.chance.randint(least, most))
        return " ".join(self.filled(sentence) for sentence in self.chance.sample(list(sentences), count))

    def _tco(self) -> str:
        parts = [self._say(self._usable(self.words["tco"]), 2, 4), self._table()]
        if self.chance.random() < 0.6:
            parts.insert(1, self._say(self._usable(self.words["range"]), 1, 1))
        if self.chance.random() < 0.6:
            lead, *items = self.pick(self.words["lists"])
            parts.insert(1, "\n".join([lead, "", *(f"- {self.filled(item)}" for item in items)]))
        if self.chance.random() < 0.7:
            parts.append(self._say(self._usable(self.words["tco"]) + self._usable(self.words["threshold"]), 1, 3))
        return "\n\n".join(part for part in parts if part)

    def _table(self) -> str:
        measures = [
            name for name in ("year_usd", "horizon_usd", "saving_percent", "one_off_usd") if self.chance.random() < 0.8
        ]
        measures = measures or ["year_usd"]
        labels = {name: self.pick(self.words["measures"][name]) for name in measures}
        names = {option: OPTION_NAMES[option][self.language] for option in _OPTIONS}
        corner = self.pick(self.words["corner"])
        across = self.chance.random() < 0.7
        heads = [corner, *(names.values() if across else labels.values())]
        rows = (
            [[labels[name], *(self._cell(option, name) for option in _OPTIONS)] for name in measures]
            if across
            else [[names[option], *(self._cell(option, name) for name in measures)] for option in _OPTIONS]
        )
        rule = self.pick(["---", ":---", "---:"])
        lines = [heads, [rule] * len(heads), *rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def _cell(self, option: OptionId, measure: str) -> str:
        name = f"{option}.{measure}"
        if (option == "closed" and measure in {"saving_percent", "one_off_usd"}) or self.ledger.value(name) is None:
            return "–"
        return f"**{mark(name)}**" if self.chance.random() < 0.2 else mark(name)

    def _plan(self) -> str:
        heads = self.pick(self.words["phases"])
        activities = self.chance.sample(list(self.words["activities"]), 6)
        nested = self.chance.random() < 0.5
        parts = []
        for index, head in enumerate(heads):
            acts, owner, leave, stop = self.words["labels"]
            mine = activities[2 * index : 2 * index + 2]
            told = [self.words["owners"][index], self.words["exits"][index], self.words["stops"][index]]
            if nested:
                lines = [f"- **{acts}:**", *(f"  - {one}" for one in mine)]
                lines += [f"- **{label}:** {text}" for label, text in zip((owner, leave, stop), told, strict=True)]
            else:
                lines = [f"**{acts}:**", "", *(f"- {one}" for one in mine), ""]
                for label, text in zip((owner, leave, stop), told, strict=True):
                    lines += [f"**{label}:** {text}", ""]
            parts.append("\n".join([head, "", *lines]).rstrip())
        return "\n\n".join(parts)

    def _risks(self) -> str:
        chosen = self.chance.sample(list(self.words["risks"]), 3)
        label, style = self.words["mitigation"], self.chance.randint(0, 2)
        lines = []
        for number, (title, what, how) in enumerate(chosen, start=1):
            if style == 0:
                lines.append(f"{number}. **{title}** {what} **{label}:** {how}")
            elif style == 1:
                lines.append(f"### {number}. {title.rstrip('.')}\n\n{what}\n\n**{label}:** {how}")
            else:
                lines.append(f"{number}. **{title}** {what}\n\n   - **{label}:** {how}")
        return "\n\n".join(lines)

    def _decision(self) -> str:
        sentences = self._usable(self.words["decision"])
        if self.chance.random() < 0.5:
            return self._say(sentences, 2, 3)
        count = min(3, len(sentences))
        return "\n".join(
            f"{n}. {self.filled(one)}" for n, one in enumerate(self.chance.sample(sentences, count), start=1)
        )


def figures_of(source: str) -> list[str]:
    """Return the ids cited in a source, in order."""
    return [found.group(1) for found in MARKER.finditer(source)]
