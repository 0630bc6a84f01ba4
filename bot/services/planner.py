"""The planner: every section of a document from templates, the ledger and the industry's profile, without a model."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.domain.brief import LANGUAGES, Language
from bot.domain.case import Case
from bot.domain.document.markers import render_markers
from bot.domain.errors import DataError
from bot.domain.facts import Facts, collect_facts
from bot.domain.figures import Figure
from bot.domain.industries import Pilot, Profile, Risk, Texts
from bot.domain.tco_table import Table, build_table, write_money, write_qualitative
from bot.domain.terms import INFRASTRUCTURE, OPTION_NAMES, WRITTEN, SectionId
from bot.domain.verify import CheckContext, book_of, names_of
from bot.ports import Prompts
from bot.services.bookkeeping import list_assumptions, list_sources, list_stale, list_unknowns, print_assumptions
from bot.services.labels import load_labels
from bot.services.scene import long_date, pick_rules, set_scene
from bot.services.scene_points import Scene
from bot.services.tco_json import why_text
from bot.services.words import PROMPTS, load_words
from bot.services.yaml_files import read_yaml

GENERAL_FILE = PROMPTS / "any_industry.yaml"


class Planner:
    """Compose a document's parts from a case; the same case gives the same text."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts
        self._words = load_words()
        self._labels = load_labels()
        self._general = read_general_profile()

    def section(self, section: SectionId, case: Case) -> str:
        """Return the source of a section, without its heading: code's own or the planner's."""
        kind = "plan" if section in WRITTEN[case.brief.kind] else "document"
        return self._fill(f"{kind}_{section}", case, self._scene(section, case))

    def table(self, case: Case) -> Table:
        """Return the cost comparison."""
        language = case.brief.language
        words = self._words[language]
        return build_table(case.ledger, case.assessment, words, language, profile=case.profile)

    def tables_markdown(self, case: Case) -> str:
        """Return what stands at the [[TCO]] marker: both tables and the recommended infrastructure, with markers."""
        table, language = self.table(case), case.brief.language
        infrastructure = self._fill("document_infrastructure", case, self._scene("tco", case))
        heading = f"### {INFRASTRUCTURE[language]}"
        parts = (write_money(table), write_qualitative(table), heading, infrastructure)
        return "\n\n".join(part.strip() for part in parts)

    def facts(self, case: Case) -> Facts:
        """Return what a model is told, as data."""
        region, language = case.assessment.inputs.given.region, case.brief.language
        assumed = list_assumptions(case, self._words[language], self._labels)
        return collect_facts(
            case,
            case.profile,
            name_figure=lambda figure: self._name(figure, case),
            unknowns=self.unknowns(case),
            defaults=[self._print(f"{item['label']}: {item['value']}", case) for item in assumed],
            rules=pick_rules(case.profile, language, region) if case.profile else (),
        )

    def assumptions(self, case: Case) -> Sequence[Mapping[str, object]]:
        """Return every default that was used, as objects with id, label, value, unit, text and rows."""
        return print_assumptions(case)

    def unknowns(self, case: Case) -> Sequence[str]:
        """Return what is not known, each as a question, figures printed."""
        asked = list_unknowns(case, self._words[case.brief.language], self._labels)
        return [self._print(question, case) for question in asked]

    def infrastructure_why(self, case: Case) -> str:
        """Return why this model and these GPUs."""
        return why_text(case.assessment, case.brief.language)

    def context(self, case: Case, *, canary: str) -> CheckContext:
        """Return what sections of this case are checked against."""
        language, assessment = case.brief.language, case.assessment
        table = self.table(case)
        return CheckContext(
            language=language,
            kind=case.brief.kind,
            target_percent=case.brief.target_percent,
            outcome=assessment.outcome,
            book=book_of(case.ledger, language, baseline=assessment.baseline if assessment.inputs.switches else None),
            names=names_of(case.catalogue),
            canary=canary,
            links=frozenset(rule.url for rule in case.profile.regulations) if case.profile else frozenset(),
            table={
                (row.label, column.label): cell.text
                for row in table.rows
                for column, cell in zip(table.columns, row.cells, strict=True)
            },
            defaults=tuple(self._labels.assumption(item.id, language) for item in assessment.assumptions),
        )

    def _fill(self, template: str, case: Case, scene: Scene) -> str:
        return tidy(self._prompts.render(template, case.brief.language, scene))

    def _scene(self, section: SectionId, case: Case) -> Scene:
        language = case.brief.language
        words = self._words[language]
        scene = set_scene(case, case.profile or self._general, words, self._labels)
        if section == "assumptions":
            scene |= {
                "assumptions": list_assumptions(case, words, self._labels),
                "unknowns": list_unknowns(case, words, self._labels),
                "stale": list_stale(case, words, self._labels),
            }
        elif section == "sources":
            scene |= {
                "sources": list_sources(case, words, self._labels),
                "book_date": long_date(case.assessment.book_as_of, language),
                "as_of": long_date(case.assessment.inputs.as_of, language),
                "operator": bool(case.assessment.operator_rows),
            }
        elif section == "tco":
            scene["why"] = why_text(case.assessment, language)
        return scene

    def _name(self, figure: Figure, case: Case) -> str:
        """Name a figure for the model: what it measures, of which option, against which baseline or at which volume."""
        language = case.brief.language
        name = self._labels.say(figure.label, language)
        about = [OPTION_NAMES[figure.option][language]] if figure.option else []
        head, _, rest = figure.id.partition(".")
        words = self._words[language]
        if head == "other":
            about.append(words[f"baseline.{case.assessment.other_baseline.baseline}"])
        elif head == "preset":
            about.append(case.ledger.text(f"preset.{rest.partition('.')[0]}.output_mtok", language))
        elif head == "alternative":
            item = case.assessment.alternatives[int(rest.partition(".")[0]) - 1]
            about.append(item.name)
        return f"{name} ({', '.join(about)})" if about else name

    def _print(self, source: str, case: Case) -> str:
        return render_markers(source, case.ledger, case.brief.language)


def tidy(markdown: str) -> str:
    """Return Markdown without trailing spaces and with one empty line at most between two blocks."""
    lines = [line.rstrip() for line in markdown.strip().splitlines()]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept) + "\n"


@cache
def read_general_profile(path: Path = GENERAL_FILE) -> Profile:
    """Read what stands in for a profile when the industry was taken as typed; raises DataError with the reason."""
    try:
        data: dict[str, Any] = read_yaml(path)
        return Profile(
            sensitive_data=tuple(_texts(item) for item in data["sensitive_data"]),
            regulations=(),
            use_cases=tuple(_texts(item) for item in data["use_cases"]),
            risks=tuple(
                Risk(id=f"general-{place}", title=_texts(risk["title"]), mitigation=_texts(risk["mitigation"]))
                for place, risk in enumerate(data["risks"], start=1)
            ),
            owners=tuple(_texts(item) for item in data["owners"]),
            pilot=Pilot(idea=_texts(data["pilot"]["idea"]), exit_criterion=_texts(data["pilot"]["exit_criterion"])),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DataError("error.data", file=path.name, row="-", reason=repr(error)) from error


def _texts(item: Mapping[Language, str]) -> Texts:
    return {language: item[language] for language in LANGUAGES}
