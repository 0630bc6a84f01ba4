"""What somebody else wrote, made harmless for Slack and Teams, and left readable."""

import pytest

from adapters.safe import bare, document_for_slack, document_for_teams, for_slack, for_teams, unlink, unping


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel> hola", "!channel hola"),
        ("<!here|here>", "!here"),
        ("<@U012AB3CD>", "\uff20U012AB3CD"),
        ("<#C012AB3CD|general>", "#general"),
        ("<at>Ana Ruiz</at>, hola", "\uff20Ana Ruiz, hola"),
        ("@everyone y ana@empresa", "\uff20everyone y ana\uff20empresa"),
        ("5 < 6 y 7 > 3", "5 < 6 y 7 > 3"),
    ],
)
def test_mentions_lose_their_effect(text: str, expected: str) -> None:
    """The name stays, the mention goes."""
    assert unping(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://evil.example/x", "https[:]//evil[.]example/x"),
        ("<https://evil.example|pulse>", "pulse https[:]//evil[.]example"),
        ("www.evil.com", "www[.]evil[.]com"),
        ("mailto:a", "mailto[:]a"),
        ("vLLM 0.10.0 y llama.cpp, S.A. de C.V., 1.234,56", "vLLM 0.10.0 y llama.cpp, S.A. de C.V., 1.234,56"),
    ],
)
def test_addresses_stay_readable_and_are_no_links(text: str, expected: str) -> None:
    """Schemes and hosts are broken visibly; versions, abbreviations and numbers are left alone."""
    assert unlink(text) == expected


def test_hidden_characters_go_and_line_breaks_stay() -> None:
    """Zero-width, direction, tag and control characters go; accents, line breaks and tabs stay."""
    assert bare("a\u200bb\u202ec\U000e0041d\x07\r\ne\tñ") == "abcd\ne\tñ"


def test_marks_of_the_platforms_are_shown_as_they_stand() -> None:
    """Slack's marks become look-alikes and its entities are escaped; Markdown is escaped for Teams."""
    assert for_slack("*a* _b_ ~c~ `d` <e> & f") == "∗a∗ ＿b＿ ∼c∼ ˋdˋ &lt;e&gt; &amp; f"
    assert for_teams("*a* [b](c) <d> # e") == "\\*a\\* \\[b\\]\\(c\\) &lt;d&gt; \\# e"


def test_documents_keep_their_form_and_the_links_of_their_sources() -> None:
    """Bold, tables and our own source addresses stay; foreign links, images, tags and mentions do not."""
    own = "https://eur-lex.europa.eu/eli/reg/2024/1689"
    text = f"**a** | b | {own} ![x](https://evil.example/y.png) <script> @here\n"
    slack = document_for_slack(text, links=frozenset({own}))
    teams = document_for_teams(text, links=frozenset({own}))
    for shown in (slack, teams):
        assert shown.startswith(f"**a** | b | {own} [x](https[:]//evil[.]example/y.png) &lt;script")
        assert "\uff20here" in shown
    assert "<" not in slack
