"""What a figure is called says what it is: the mean of 36 months, part of them at the successor's price, is not today's."""

import pytest

from bot.domain.brief import LANGUAGES, Language
from bot.services.texts import load_texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["share.figure.today", "change.closed.year_usd"])
def test_the_mean_of_the_horizon_is_not_called_todays_cost(key: str, language: Language) -> None:
    """16 million a year today and 1.4 million on average after the shutdown are two figures."""
    told = load_texts().say(key, language, before="1", after="2").casefold()

    assert not any(word in told for word in ("today", "actual", "atual", "hoy", "hoje"))
    assert any(word in told for word in ("average", "medio", "médio"))
