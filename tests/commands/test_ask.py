"""`ai-strategy ask` from the outside: streams, exit codes, every key of the interface, and what is refused."""

import json
from typing import Any

import pytest

from bot.__main__ import main

LARGE = ("--closed-model", "gpt-4o", "--input-mtok", "50000", "--output-mtok", "10000")
KEYS = {
    "schema_version", "kind", "title", "language", "industry", "target_percent", "verdict", "phases", "tco",
    "infrastructure", "risks", "assumptions", "unknowns", "sources", "figures", "findings", "meta",
}  # fmt: skip
VERDICT_KEYS = {
    "outcome", "best_option", "saving_percent", "low_percent", "high_percent", "baseline", "other_baseline",
    "thresholds", "presets",
}  # fmt: skip


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run `ask` and return exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as ended:
        main(["ask", *words], {})
    told = capsys.readouterr()
    return int(str(ended.value.code or 0)), told.out, told.err


def ask_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Run `ask --format json` and return the object."""
    status, out, err = ask(capsys, *words, "--format", "json")
    assert (status, "Traceback" in err) == (0, False)
    document: dict[str, Any] = json.loads(out)
    return document


def test_json_has_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    """Every key of the interface is there, unknown values are null, and nothing else is on standard output."""
    document = ask_json(capsys, "finance", "40")

    assert set(document) >= KEYS
    assert set(document["verdict"]) >= VERDICT_KEYS
    assert set(document["phases"][0]) == {"title", "months", "activities", "owner", "exit_criterion", "stop_rule"}
    assert set(document["risks"][0]) == {"title", "mitigation"}
    assert {column["id"] for column in document["tco"]["columns"]} == {
        "closed",
        "closed_successor",
        "hosted_open",
        "private_cloud",
        "on_premise",
        "hybrid",
    }
    assert set(document["infrastructure"]) >= {"model", "framework", "gpus", "replicas", "utilisation_percent", "why"}
    assert document["meta"]["written_by"] == "planner"
    assert document["meta"]["fallback_reason"] is None


def test_every_figure_traces_to_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """Each computed figure names rows, and each row stands among the sources with source and date."""
    document = ask_json(capsys, "finance", "40", *LARGE)

    sources = {row["id"]: row for row in document["sources"]}
    for name, figure in document["figures"].items():
        assert [row for row in figure["rows"] if not (sources[row]["source"] and sources[row]["seen_on"])] == [], name
    cells = [cell for row in document["tco"]["rows"] for cell in row["cells"] if cell["figure"]]
    assert len(cells) > 20
    for cell in cells:
        figure = document["figures"][cell["figure"]]
        assert figure["text"] == cell["text"]
        assert figure["rows"], cell
        assert all(sources[row]["source"] and sources[row]["seen_on"] for row in figure["rows"])


def test_unknown_volume_gives_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a volume the outcome depends on it: three presets, no saving, and a volume from which 40 % holds today."""
    verdict = ask_json(capsys, "finance", "40")["verdict"]

    assert verdict["outcome"] == "depends_on_volume"
    assert [preset["output_mtok"] for preset in verdict["presets"]] == [100, 1_000, 10_000]
    assert verdict["saving_percent"] is None
    assert verdict["thresholds"]["output_mtok"] is None
    assert verdict["other_baseline"]["thresholds"]["output_mtok"] == pytest.approx(2_543.1, rel=0.01)


@pytest.mark.parametrize(
    ("baseline", "first", "second"),
    [("successor", "not met", "would be met"), ("today", "is met", "not met")],
)
def test_baselines_turn_around(capsys: pytest.CaptureFixture[str], baseline: str, first: str, second: str) -> None:
    """The first sentence is about the chosen baseline, the second about the other one."""
    _, out, _ = ask(capsys, "finance", "40", "--lang", "en", *LARGE, "--baseline", baseline)
    verdict = out.partition("## Verdict")[2].strip()

    assert first in verdict.split(":")[0]
    assert second in verdict.partition("\n\n")[0].partition(": ")[2]


def test_ninety_percent_is_not_flattered(capsys: pytest.CaptureFixture[str]) -> None:
    """`finance 90` is not reached against any baseline, and no sentence says that it is."""
    document = ask_json(capsys, "finance", "90", *LARGE)

    assert document["verdict"]["outcome"] == "not_reachable"
    assert document["verdict"]["other_baseline"]["outcome"] == "not_reachable"


def test_zero_volume_gives_a_plan_without_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    """Zero usage is no crash: the plan comes, and its savings are null."""
    document = ask_json(capsys, "finance", "40", "--input-mtok", "0", "--output-mtok", "0")

    assert document["verdict"]["saving_percent"] is None
    assert len(document["phases"]) == 3


def test_two_industries_get_two_plans(capsys: pytest.CaptureFixture[str]) -> None:
    """Finance and healthcare share no risk, and at least a third of the activities differ."""
    finance, health = (ask_json(capsys, name, "40", "--lang", "en", *LARGE) for name in ("finance", "healthcare"))

    assert not {one["title"] for one in finance["risks"]} & {one["title"] for one in health["risks"]}
    first, second = ({a for phase in one["phases"] for a in phase["activities"]} for one in (finance, health))
    assert len(first - second) >= len(first) / 3


def test_basic_needs_only_the_industry(capsys: pytest.CaptureFixture[str]) -> None:
    """`ask finance --basic` writes the overview: kind basic, no phases, no target."""
    document = ask_json(capsys, "finance", "--basic")

    assert (document["kind"], document["phases"], document["target_percent"]) == ("basic", [], None)


def test_unknown_industry_is_refused_with_the_nearest_and_taken_as_typed(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown industry exits 2 with the nearest names; `--as-typed` takes it, cleaned."""
    status, out, err = ask(capsys, "alchemy", "40")
    document = ask_json(capsys, "alchemy", "40", "--as-typed", "--lang", "en")

    assert (status, out) == (2, "")
    assert "alchemy" in err
    assert document["industry"] == "alchemy"
    assert len(document["risks"]) == 3


def test_the_words_tell_the_costs_too_and_an_option_counts_more(capsys: pytest.CaptureFixture[str]) -> None:
    """A spend and a model in the words are computed with, as in a chat; what is no one amount is refused."""
    said = "finance 40, we spend 1 250 000 USD a month on gpt-4o"
    words = ask_json(capsys, said)
    options = ask_json(capsys, "finance", "40", "--monthly-spend", "1250000", "--closed-model", "gpt-4o")
    other = ask_json(capsys, said, "--monthly-spend", "20000")
    status, out, err = ask(capsys, "finance 40, we spend 20-30k USD a month")

    assert words["verdict"] == options["verdict"]
    assert words["verdict"]["saving_percent"] is not None
    assert words["verdict"] != other["verdict"]
    assert (status, out) == (2, "")
    assert "one amount" in err


def test_two_industries_are_refused_with_both_names(capsys: pytest.CaptureFixture[str]) -> None:
    """Of two industries in one command none is taken silently: it exits 2 and names both."""
    status, out, err = ask(capsys, "banking and insurance 40")

    assert (status, out) == (2, "")
    assert "Finance, Insurance" in err


@pytest.mark.parametrize(
    "words",
    [
        ("finance", "0"), ("finance", "100"), ("finance", "150%"), ("finance", "0.4"), ("finance 30 to 40 %",),
        ("x" * 10_000,), ("",), ("\x00\x01\x02",), ("🙂",), ("finance",), ("40",),
        ("finance", "40", "--input-mtok", "-1", "--output-mtok", "5"), ("finance", "40", "--monthly-spend", "nan"),
        ("finance", "40", "--closed-model", "gpt-99"), ("finance", "40", "--price", "spot"), ("finance", "40", "--retained", "0.1"),
        ("finance", "40", "--growth", "-500"), ("finance", "40", "--isl", "0"), ("finance", "40", "--gpu", "abacus"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_bad_input_gets_one_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], language: str) -> None:
    """What cannot be taken exits 2 with one clear sentence in the language asked for; no traceback, no output."""
    status, out, err = ask(capsys, *words, "--lang", language)

    assert (status, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_same_seed_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    """The same question and seed give the same figures and text."""
    first, second = (ask_json(capsys, "retail", "30", *LARGE, "--seed", "3") for _ in range(2))

    for document in (first, second):
        del document["meta"]
    assert first == second
