"""Hostile inputs: none pings, links, leaks, hides or puts a figure into what is handed on."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.safe import document_for_slack, document_for_teams, for_slack, for_teams
from bot.domain.checks.context import CheckContext
from bot.domain.repair import repair_section
from bot.domain.slots import understand
from bot.domain.verify import check_answer, check_section
from bot.services.industry_book import industry_book
from tests.domain.model_like import WORDS, case_context

CANARY = "kanarie-7f3a91"
_NAMED = {
    "{zwsp}": "\u200b",
    "{rlo}": "\u202e",
    "{soft}": "\u00ad",
    "{canary}": CANARY,
    "{canary_hex}": CANARY.encode().hex(),
    "{canary_spaced}": "kanarie - 7f3 a91",
}
HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]")
# A case whose target is not reached: number 3 is the small volume, on which nothing of one's own saves.
NOT_REACHED = 3


def filled(text: str) -> str:
    """Put the hidden characters in for their names."""
    for name, chars in _NAMED.items():
        text = text.replace(name, chars)
    return re.sub(r"\{tag:([^}]*)\}", lambda found: "".join(chr(0xE0000 + ord(char)) for char in found.group(1)), text)


HOSTILE: list[dict[str, Any]] = [
    {key: filled(value) for key, value in entry.items()}
    for entry in yaml.safe_load((Path(__file__).parent / "hostile.yaml").read_text("utf-8"))
]
OUTPUTS = [entry for entry in HOSTILE if entry["kind"] == "output"]


def context(language: str) -> CheckContext:
    """Return what a section of the small case is checked against."""
    return case_context(NOT_REACHED, language)


def section(entry: dict[str, Any]) -> str:
    """Return a good risks section with the hostile sentence in its second item."""
    words = WORDS[entry["lang"]]
    told = [[title, what, how] for title, what, how in words["risks"][:3]]
    told[1][1] += " " + entry["text"]
    lines = [f"{n}. **{t}** {what} **{words['mitigation']}:** {how}" for n, (t, what, how) in enumerate(told, start=1)]
    return "\n\n".join(lines)


def test_corpus_is_large_and_in_three_languages() -> None:
    """The corpus has at least sixty inputs, every kind of them in every language."""
    assert len(HOSTILE) >= 60
    assert {(entry["kind"], entry["lang"]) for entry in HOSTILE} == {
        (kind, lang) for kind in ("slot", "thread", "followup", "output") for lang in ("es", "en", "pt")
    }


@pytest.mark.parametrize(
    "entry", OUTPUTS, ids=lambda entry: f"{entry['lang']} {entry['finding']} {entry['gone'][:20]!r}"
)
def test_hostile_output_is_found_and_never_handed_on(entry: dict[str, Any]) -> None:
    """A section with the sentence has the named finding; repaired it is clean of it, or it stays rejected."""
    source, checked = section(entry), context(entry["lang"])
    found = check_section("risks", source, checked)
    assert entry["finding"] in {finding.id for finding in found}
    mended = repair_section("risks", source, found, checked).source
    left = check_section("risks", mended, checked)
    assert left or entry["gone"] not in mended


@pytest.mark.parametrize(
    "entry", OUTPUTS, ids=lambda entry: f"{entry['lang']} {entry['finding']} {entry['gone'][:20]!r}"
)
def test_hostile_answer_is_found(entry: dict[str, Any]) -> None:
    """The same sentence as the answer to a follow-up has the same finding."""
    assert entry["finding"] in {finding.id for finding in check_answer(entry["text"], context(entry["lang"]))}


def test_good_section_has_no_finding() -> None:
    """Without the hostile sentence the same sections pass, so the findings above come from it alone."""
    for language in ("es", "en", "pt"):
        assert check_section("risks", section({"lang": language, "text": ""}), context(language)) == ()


@pytest.mark.parametrize("entry", HOSTILE, ids=lambda entry: f"{entry['kind']} {entry['lang']} {entry['text'][:24]!r}")
def test_nothing_pings_links_or_renders_on_a_platform(entry: dict[str, Any]) -> None:
    """Whatever somebody or a model wrote reaches Slack and Teams without mention, link, tag, image or hidden character."""
    for shown in (for_slack(entry["text"]), document_for_slack(entry["text"])):
        assert "<" not in shown
        assert not re.search(r"@(?=\w)|://|\bevil\.example", shown)
        assert not HIDDEN.search(shown)
    for shown in (for_teams(entry["text"]), document_for_teams(entry["text"])):
        assert not re.search(r"<[A-Za-z/!]|@(?=\w)|://|\bevil\.example", shown)
        assert not re.search(r"(?<!\\)!\[", shown)
        assert not HIDDEN.search(shown)


@pytest.mark.parametrize(
    "entry", [entry for entry in HOSTILE if entry["kind"] == "slot"], ids=lambda entry: repr(entry["text"][:32])
)
def test_slots_take_nothing_but_an_industry_and_a_target(entry: dict[str, Any]) -> None:
    """A hostile request yields one of our own industries or none, and a target within its limits or none."""
    book = industry_book()
    found = understand(entry["text"], book)
    assert found.industry is None or found.industry in book
    assert found.target_percent is None or 0 < found.target_percent <= 90
