"""The sentences of the bot: complete in three languages, filled strictly, with numbers as each language writes them."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.domain.brief import LANGUAGES, Deployment, Language
from bot.domain.errors import DataError, SettingsError, StoreError
from bot.domain.talk.cues import Topic
from bot.domain.verdict import Verdict
from bot.services.openai_faults import KINDS
from bot.services.texts import PROMPTS, load_texts, placeholders
from bot.store_ports import LimitScope

ROOT = Path(__file__).parents[2]
NBSP = "\u00a0"
# Methods and errors whose first argument, and named arguments whose value, is a key of the sentences.
SAYING = ("say", "label", "_own", "tell", "fault", "UserError", "DataError", "SettingsError", "StoreError", "ChatError")
NAMED = ("text", "problem", "remedy")


def test_languages_hold_the_same_keys_and_placeholders() -> None:
    """Each sentence exists in the three languages and fills in the same values in the same formats."""
    files = {
        language: yaml.safe_load((PROMPTS / f"texts.{language}.yaml").read_text("utf-8")) for language in LANGUAGES
    }

    for language in LANGUAGES:
        assert files[language].keys() == files["es"].keys()
        for key, sentence in files[language].items():
            assert placeholders(sentence) == placeholders(files["es"][key]), (language, key)


def test_languages_are_not_copies() -> None:
    """Sentences of four words and more differ between the languages."""
    texts = load_texts().sentences
    long = [key for key, sentence in texts["es"].items() if len(sentence.split()) > 3]

    copies = [key for key in long if len({texts[language][key] for language in LANGUAGES}) < len(LANGUAGES)]

    assert long
    assert copies == []


def test_no_key_stands_twice() -> None:
    """A key that stands twice in a file would silently hide a sentence."""
    for language in LANGUAGES:
        keys = re.findall(r"(?m)^([\w.]+): ", (PROMPTS / f"texts.{language}.yaml").read_text("utf-8"))
        assert len(keys) == len(set(keys))


def test_every_key_in_the_code_exists() -> None:
    """Each literal key that the code says, or raises an error with, has its sentence."""
    known = load_texts().keys()

    missing = {f"{place}: {key}" for place, key in _keys_in_code() if key not in known}

    assert missing == set()


def test_the_keys_in_the_code_are_found() -> None:
    """The search of the test above sees sentences, labels, errors and named texts alike."""
    found = {key for _, key in _keys_in_code()}

    assert {"say.help", "plan.running", "error.settings", "console.form", "say.expired"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_that_are_put_together_exist(language: Language) -> None:
    """Keys made of a stem and a name from a table exist for each name."""
    texts = load_texts()
    made = [f"digression.{topic}" for topic in get_args(Topic)]
    made += [f"noted.deployment.{deployment}" for deployment in get_args(Deployment)]
    made += [f"understood.deployment.{deployment}" for deployment in get_args(Deployment) if deployment != "any"]
    made += [f"error.limit.{scope}" for scope in get_args(LimitScope)]
    made += [f"change.outcome.{outcome}" for outcome in get_args(Verdict)]
    made += [text for name in KINDS for text in (name, name.replace("error.", "remedy.", 1))]
    made += [f"remedy.{error.code}" for error in (StoreError, SettingsError, DataError)]
    made += [
        "noted.shorter_pilot",
        "noted.longer_pilot",
        "unclear.industry",
        "unclear.target",
        "say.thanks",
        "say.hello",
    ]

    assert [key for key in made if key not in texts.sentences[language]] == []


@pytest.mark.parametrize(
    ("language", "percent", "money", "day"),
    [
        ("es", f"12,5{NBSP}%", "20.000,5 USD", "23 de noviembre de 2026"),
        ("en", "12.5%", "20,000.5 USD", "November 23, 2026"),
        ("pt", "12,5%", "20.000,5 USD", "23 de novembro de 2026"),
    ],
)
def test_numbers_and_dates_as_the_language_writes_them(language: Language, percent: str, money: str, day: str) -> None:
    """Percentages, amounts and dates are written by the rules of the language, with all their decimals."""
    texts = load_texts()

    assert percent in texts.say("ask.industry_for", language, target=12.5)
    assert money in texts.say("noted.spend", language, amount=20000.5, currency="USD")
    assert day in texts.say("warning.model.retired", language, model="gpt-4o", shutdown=date(2026, 11, 23))


def test_a_missing_value_is_an_error() -> None:
    """A sentence is never said with a gap: a value that is missing, and a key that does not exist, are KeyErrors."""
    texts = load_texts()

    with pytest.raises(KeyError, match="industry"):
        texts.say("ask.target_for", "es")
    with pytest.raises(KeyError):
        texts.say("no.such.key", "es")


def test_a_value_is_never_a_template() -> None:
    """What somebody typed is filled in as it is, braces and all."""
    assert "{target.__class__}" in load_texts().say("ask.nearest", "en", typed="{target.__class__}")


def test_label_falls_back() -> None:
    """A button without a label of its own gets the general one, with its value as the language writes it."""
    texts = load_texts()

    assert texts.label("button.target.12.5", "button.target", "es", value="12.5") == f"12,5{NBSP}%"
    assert texts.label("button.spend.unknown", "button.spend", "en", value="unknown") == "I don't know"
    with pytest.raises(KeyError):
        texts.label("button.none.1", "button.none", "en", value="1")


@pytest.mark.parametrize(
    ("broken", "row"),
    [
        ("a: 'uno {x}'\nb: dos", "-"),
        ("a: uno {y}\nb: dos", "a"),
        ("a: uno {x:money}\nb: dos", "a"),
        ("a: uno {x\nb: dos", "a"),
        ("a: uno {x}", "b"),
        ("a: uno {x}\nb: 2", "b"),
        ("a: ''\nb: dos", "a"),
        ("- uno", "-"),
        ("a: [", "-"),
    ],
)
def test_a_broken_file_names_its_row(tmp_path: Path, broken: str, row: str) -> None:
    """A file that is broken, or not like the others, is refused with its name and the key."""
    good = "a: 'uno {x}'\nb: dos"
    for language in LANGUAGES:
        (tmp_path / f"texts.{language}.yaml").write_text(good, "utf-8")
    if broken == good:
        (tmp_path / "texts.pt.yaml").unlink()
    else:
        (tmp_path / "texts.pt.yaml").write_text(broken, "utf-8")

    with pytest.raises(DataError) as caught:
        load_texts(tmp_path)

    assert (caught.value.params["file"], caught.value.params["row"]) == ("texts.pt.yaml", row)


def _keys_in_code() -> Iterator[tuple[str, str]]:
    """Yield (file, key) for each literal key in `bot` and `adapters`; `Labels` has sentences of its own."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                yield from ((str(path.relative_to(ROOT)), key) for key in _keys_of(node))


def _keys_of(call: ast.Call) -> Iterator[str]:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if isinstance(function, ast.Attribute) and "labels" in ast.unparse(function.value):
        return
    arguments = call.args[:2] if name in SAYING or name.startswith("Model") else []
    for argument in (*arguments, *(one.value for one in call.keywords if one.arg in NAMED)):
        for found in () if isinstance(argument, ast.JoinedStr) else ast.walk(argument):
            if isinstance(found, ast.Constant) and re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", str(found.value)):
                yield str(found.value)
