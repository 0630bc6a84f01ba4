"""The data files of the industries: complete, without figures, and with a clear error for each wrong entry."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.brief import LANGUAGES
from bot.domain.errors import DataError
from bot.domain.industries import Profile, Texts
from bot.services.industry_book import DATA, industry_book, read_industries

BOOK = industry_book()


def _texts(profile: Profile) -> Iterator[Texts]:
    yield from profile.sensitive_data
    yield from profile.use_cases
    yield from profile.owners
    for risk in profile.risks:
        yield from (risk.title, risk.mitigation)
    yield from (profile.pilot.idea, profile.pilot.exit_criterion)
    for regulation in profile.regulations:
        yield regulation.demands


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data files that a test may break."""
    for name in ("industries.yaml", "regulations.yaml"):
        shutil.copy(DATA / name, tmp_path / name)
    shutil.copytree(DATA / "industries", tmp_path / "industries")
    return tmp_path


@pytest.mark.parametrize("industry", sorted(BOOK.industries))
def test_a_profile_is_complete(industry: str) -> None:
    """Each industry has sensitive data, use cases, three risks, owners, a pilot and regulations of two regions."""
    profile = BOOK.industries[industry].profile

    assert 3 <= len(profile.sensitive_data) <= 5
    assert len(profile.use_cases) == len(profile.risks) == 3
    assert profile.owners
    assert len({regulation.region for regulation in profile.regulations}) >= 2
    assert {"EU", "BR"} & {regulation.region for regulation in profile.regulations}


@pytest.mark.parametrize("industry", sorted(BOOK.industries))
def test_a_profile_holds_no_figures(industry: str) -> None:
    """No text of a profile has an amount or a percentage: figures come from the ledger only."""
    for texts in _texts(BOOK.industries[industry].profile):
        for language in LANGUAGES:
            assert not re.search(r"[0-9%$€£]", texts[language])


def test_two_industries_never_share_a_risk_or_use_case() -> None:
    """Profiles differ, so that two industries give visibly different plans."""
    for pick in ("risks", "use_cases"):
        seen = [
            entry.title["es"] if pick == "risks" else entry["es"]
            for industry in BOOK.industries.values()
            for entry in getattr(industry.profile, pick)
        ]
        assert len(seen) == len(set(seen))


def test_the_three_languages_are_not_copies() -> None:
    """Each sentence differs between English and the other two languages."""
    for industry in BOOK.industries.values():
        for texts in _texts(industry.profile):
            assert texts["en"] not in {texts["es"], texts["pt"]}


def test_each_regulation_is_used_and_cites_an_official_source() -> None:
    """No regulation lies unused, and each has an https source."""
    used = {regulation.id for industry in BOOK.industries.values() for regulation in industry.profile.regulations}
    written = set(re.findall(r"^([a-z0-9-]+):$", (DATA / "regulations.yaml").read_text(encoding="utf-8"), re.MULTILINE))

    assert used == written


@pytest.mark.parametrize(
    ("file", "old", "new", "row"),
    [
        ("industries.yaml", "name: {es: Finanzas, en: Finance, pt: Finanças}", "name: {es: Finanzas, en: Finance}", "finance.name.pt"),
        ("industries.yaml", "[payments, trading firm, finances, lending]", "payments", "finance.weak"),
        ("industries.yaml", "reinsurance, reinsurer", "reinsurance, banking", "aliases"),
        ("regulations.yaml", "https://eur-lex.europa.eu/eli/reg/2016/679/oj", "ftp://example", "gdpr.url"),
        ("regulations.yaml", "region: EU", "region: MARS", "gdpr.region"),
        ("industries/finance.yaml", "- gdpr\n", "- unheard-of\n", "regulations"),
        ("industries/finance.yaml", "pilot:", "pilots:", "pilot"),
        ("industries/finance.yaml", "risks:", "risks: [", "file"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named(data: Path, file: str, old: str, new: str, row: str) -> None:
    """A wrong entry gives an error with the file, the row and the reason."""
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError) as caught:
        read_industries(data)

    assert caught.value.params["file"] == path.name
    assert caught.value.params["row"] == row
    assert caught.value.params["reason"]


def test_a_missing_profile_is_named(data: Path) -> None:
    """An industry without its profile file is an error that names the file."""
    (data / "industries" / "legal.yaml").unlink()

    with pytest.raises(DataError) as caught:
        read_industries(data)

    assert caught.value.params["file"] == "legal.yaml"
