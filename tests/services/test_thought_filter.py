"""Thoughts of reasoning models are dropped wherever the pieces are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.thought_filter import ThoughtFilter


def run(pieces: list[str]) -> str:
    """Feed all pieces and return what comes out."""
    kept = ThoughtFilter()
    return "".join([*map(kept.feed, pieces), kept.rest()])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>a plan?</think>\n\n## Plan", "## Plan"),
        ("\n<think></think>Plan", "Plan"),
        ("## Plan <think>stays</think>", "## Plan <think>stays</think>"),
        ("<thinking> is a word", "<thinking> is a word"),
        ("<th", "<th"),
        ("  \n", "  \n"),
        ("<think>never ends", ""),
        ("", ""),
    ],
)
def test_only_a_thought_at_the_start_is_dropped(text: str, answer: str) -> None:
    """The answer is what follows one leading thought; everything else stays as it is."""
    assert run([text]) == answer
    assert run(list(text)) == answer


@given(st.text(alphabet="ab<>/think \n", max_size=60), st.data())
def test_cuts_change_nothing(text: str, data: st.DataObject) -> None:
    """However a text is cut into pieces, the same answer comes out."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edges = [0, *cuts, len(text)]

    assert run([text[a:b] for a, b in pairwise(edges)]) == run([text])
