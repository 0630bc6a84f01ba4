"""What a model extracts is taken only where the person wrote it."""

import pytest

from bot.domain.slots import Understood
from bot.services.slot_extraction import without_invented_target


@pytest.mark.parametrize("text", ["algo así como 40, digamos", "40%, please", "around 12,5 then", "objetivo:40."])
def test_a_target_that_was_written_is_kept(text: str) -> None:
    """With a comma or a point, a sign or a mark beside it."""
    target = 12.5 if "12,5" in text else 40.0
    found = Understood(language="es", industry="finance", target_percent=target)

    assert without_invented_target(found, text) == found


@pytest.mark.parametrize("text", ["a plan for 2040 maybe", "we spend 40k on it", "4000 tokens", "40.5 or so", "Q40"])
def test_a_target_in_the_digits_of_another_number_is_none(text: str) -> None:
    """The industry beside it stays; alone it was nothing."""
    found = Understood(language="es", industry="finance", target_percent=40.0)

    kept = without_invented_target(found, text)
    assert kept is not None
    assert (kept.industry, kept.target_percent) == ("finance", None)
    assert without_invented_target(Understood(language="es", target_percent=40.0), text) is None
