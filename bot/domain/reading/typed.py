"""What somebody typed, made plain: invisible characters and platform markup gone, then cut into tokens. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

AS_TYPED_MAX = 60
"""Characters of an industry taken as typed (product.md, Slots)."""

TokenKind = Literal["word", "number", "mixed", "mark"]

_KEYCAP = "\u20e3"
_FRACTION_SLASH = "\u2044"
# Without the sign in front, which none of its matches lacks, a pattern is not even tried: most texts have no markup.
_MARKUP: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("<", re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL), " "),  # Teams mention
    ("<", re.compile(r"<[@#!][^<>]*>"), " "),  # Slack mention, channel, group, special
    ("<", re.compile(r"<(?:https?:|mailto:|tel:)[^<>|]*\|([^<>]*)>", re.IGNORECASE), r" \1 "),  # Slack link: its label
    ("<", re.compile(r"<(?:https?:|mailto:|tel:)[^<>]*>", re.IGNORECASE), " "),
    ("<", re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE), " "),  # HTML of a Teams message
    ("~", re.compile(r"(?<![\w~])~(?!\s)[^~\n]+(?<!\s)~(?![\w~])"), " "),  # Slack strike: the person took it back
    # Slack's emoji: no other number than these stands between colons there; 10:30:45 is a time.
    (":", re.compile(r"(?<!\d):(?:[+-]1|100|1234):(?!\d)"), " "),
    (":", re.compile(r"(?<!\w):(?=[\d_+'’-]*[^\W\d_])[\w+'’-]+:(?!\w)"), " "),  # :rocket:, :8ball:, :skin-tone-2:
    (":", re.compile(r"\bhttps?://\S+", re.IGNORECASE), " "),
    ("@", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), " "),  # mail address
    ("@", re.compile(r"(?<!\w)@(?:ai[ _-]?strategy|[\w.-]+)", re.IGNORECASE), " "),  # mention as plain text
    ("/", re.compile(r"^\s*/[a-z][\w-]*", re.IGNORECASE), " "),  # the command itself
)
_TOKEN = re.compile(
    r"""
    (?P<mixed>(?!\d+[^\W\d_]{5,}(?!\w))\d+[^\W\d_]\w*                # 70b, 10k; 40retail is two
        |(?![^\W\d_]{5,}\d{1,3}(?!\w))[^\W\d_]+\d\w*)             # gpt4o, q4; finance40 is two
    |(?P<number>\d{1,3}(?:[.,'’]\d{3})+(?!\d)(?:[.,]\d+)?        # 20,000 or 1.234,5
        |\d+[.,]\d+|(?<![\w.,])[.,]\d+|\d+)
    |(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)
    |(?P<mark>[^\w\s]|_)
    """,
    re.VERBOSE,
)
_NOT_AS_TYPED = re.compile(r"[^\w &\-/.]|_")


@dataclass(frozen=True, slots=True)
class Token:
    """Hold one token: `text` as typed, `fold` for comparing, `glued` when no space stands before it."""

    kind: TokenKind
    text: str
    fold: str
    glued: bool


def fold(text: str) -> str:
    """Return the text in the form used for comparing: casefolded, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("’", "'")


def word_set(text: str) -> frozenset[str]:
    """Return the words of a table that is written as one text."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases of a table that is written as one text with bars between."""
    return tuple(tuple(phrase.split()) for phrase in text.split("|"))


def by_first_word(table: Iterable[tuple[str, ...]]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return the phrases of a table by their first word, the longest first, so that looking one up stays cheap."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(table, key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(some) for first, some in found.items()}


def plain(raw: str) -> str:
    """Return what a person sees: NFKC, no invisible characters, no mentions, links or markup, one line."""
    text = unicodedata.normalize("NFKC", _without_hidden(unicodedata.normalize("NFKC", raw)))
    text = html.unescape(text) if "&" in text else text
    for sign, pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text) if sign in text else text
    return " ".join(_without_hidden(text).split())


def tokenise(text: str) -> tuple[Token, ...]:
    """Cut a plain text into words, numbers, words with digits inside, and single marks."""
    found = []
    for match in _TOKEN.finditer(text):
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]  # the groups are named like the kinds
        glued = match.start() > 0 and not text[match.start() - 1].isspace()
        found.append(Token(kind, match.group(), fold(match.group()), glued))
    return tuple(found)


def clean_as_typed(text: str) -> str:
    """Return an industry as typed: letters, digits, space and `& - / .`, at most 60 characters, cut at a word."""
    kept = " ".join(_NOT_AS_TYPED.sub(" ", plain(text)).split()).strip(" -/.&")
    if len(kept) <= AS_TYPED_MAX:
        return kept
    cut = kept[: AS_TYPED_MAX + 1].rpartition(" ")[0] or kept[:AS_TYPED_MAX]
    return cut[:AS_TYPED_MAX].strip(" -/.&")


def _without_hidden(text: str) -> str:
    # Most of what people type is plain, and then there is nothing to look for.
    return text if text.isascii() and text.isprintable() else "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff" or char == _KEYCAP:
        return ""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in {"Cf", "Cs", "Co", "Cn"} or char in "\u034f\u115f\u1160\u3164\uffa0":
        return ""
    if category == "Cc":
        return " "
    return "/" if char == _FRACTION_SLASH else char
