"""What somebody typed, made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reading.typed import AS_TYPED_MAX, clean_as_typed, plain


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<@U123ABC> finance 40", "finance 40"), ("<at>AI Strategy</at>&nbsp;saúde", "saúde"), ("<p>a &amp; b</p>", "a & b"),
        ("<https://x.org|our bank> 30", "our bank 30"), (":rocket: retail", "retail"), ("~finance~ retail", "retail"),
        ("ＦＩＮＡＮＣＥ　４０", "FINANCE 40"), ("4️⃣0️⃣", "40"), ("a\x00b", "a b"), ("/ai-strategy finance", "finance"),
        ("write to ana@bank.example now", "write to now"), ("½", "1/2"),
        (":+1:", ""), ("gracias :-1:", "gracias"), ("gracias:+1:", "gracias"), (":100::1234:", ""), (":8ball:", ""),
        (":man-woman-boy: :thumbsup::skin-tone-2:", ""), (":+1::skin-tone-3:", ""), (":corazón: 30", "30"),
        ("10:30", "10:30"), ("10:30:45", "10:30:45"), ("1:100:2", "1:100:2"), ("3:1", "3:1"), ("meta :35:", "meta :35:"),
    ],
)  # fmt: skip
def test_markup_and_invisible_characters_go(raw: str, shown: str) -> None:
    """Mentions, links, markup and invisible characters vanish; what a person sees stays."""
    assert plain(raw) == shown


@given(st.text(max_size=200))
def test_an_industry_as_typed_is_harmless(text: str) -> None:
    """At most 60 characters, only letters, digits, space and & - / . are left, and cleaning again changes nothing."""
    cleaned = clean_as_typed(text)

    assert len(cleaned) <= AS_TYPED_MAX
    assert all(char.isalnum() or char in " &-/." or char.isalpha() or ord(char) > 127 for char in cleaned)
    assert not set(cleaned) & set("<>@|`*_~[]()\"'\n")


def test_a_long_industry_is_cut_at_a_word() -> None:
    """A long name ends with a whole word."""
    assert clean_as_typed("fabricación artesanal de instrumentos musicales de cuerda y viento") == (
        "fabricación artesanal de instrumentos musicales de cuerda y"
    )
