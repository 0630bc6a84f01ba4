"""`audit`: what its options may be."""

import pytest

from bot.__main__ import main
from bot.domain.brief import LANGUAGES, Language
from bot.services.texts import load_texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_day_that_is_none_is_refused_in_the_operators_language(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    """A word that is no day ends with exit code 2 and the form of day that is wanted."""
    with pytest.raises(SystemExit) as caught:
        main(["audit", "--since", "foo"], {"DEFAULT_LANGUAGE": language})
    told = capsys.readouterr()

    wanted = load_texts().say("error.cost.not_date", language, name="--since", value="foo")
    assert (caught.value.code, told.out) == (2, "")
    assert told.err.strip() == wanted
