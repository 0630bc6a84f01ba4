"""The language of what somebody typed, and the language they ask to be answered in. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.brief import LANGUAGES, Language
from bot.domain.industries import Mention
from bot.domain.reading.number_cues import POLITE
from bot.domain.reading.typed import Token, word_set
from bot.domain.reading.vocabulary import FUNCTION_WORDS, GRAMMAR_WORDS, LANGUAGE_NAMES, TRADES

DEFAULT_LANGUAGE: Language = "es"
"""Spanish is the original (strategy.md); it is taken when nothing else speaks for a language."""

_SETTING = re.compile(
    r"(?<![\w-])(?:--?)?(?:lang|language|idioma|lengua|locale)(?:\s*[=:]\s*|\s+)"
    r"(?P<to>[a-z]{2}(?:[-_][a-z]{2})?|english|ingl[eéê]s|spanish|espa[nñ]ol|espanhol|castellano|portuguese|portugu[eéê]s)\b",
    re.IGNORECASE,
)
_INTO = word_set("in en em to al a into")
_NOUN_AFTER = word_set(
    "bank company market markets retailer firm hospital insurer government telco customers clients users data"
)
_SHAPES: Mapping[Language, tuple[tuple[re.Pattern[str], float], ...]] = MappingProxyType(
    {
        "es": (
            (re.compile(r"[¿¡ñ]"), 2.0),
            (re.compile(r"(?:ción|ciones|ería|ría|logía|ía|ísimo|miento|dades)\b"), 0.8),
            (re.compile(r"(?:dad|ero|era|illo|illa|aje)\b"), 0.3),
            (re.compile(r"\w*ll\w+[aeo]s?\b|\w*ie\w+[oa]s?\b|\w*ue\w+[oa]s?\b"), 0.3),
        ),
        "en": (
            (re.compile(r"\b(?:i|we|you|they|he|she|it)['’](?:re|m|d|ve|ll|s)\b"), 2.0),
            (
                re.compile(r"(?:ing|tion|logy|ness|ship|ment|ery|ty|ies|ck|sh|ght|th|gh|ry|ps?hy|ists?|er|ers|ly)\b"),
                0.6,
            ),
            (re.compile(r"\w*(?:oo|ee|wh|kn|w)\w*\b|\b[a-z]{3,}y\b"), 0.4),
        ),
        "pt": (
            (re.compile(r"[ãõçâêô]"), 1.6),
            (re.compile(r"(?:ção|ções|ão|ões|agem|ário|ária|eiro|eira|dade|ância|ência|inho|inha|aria|ais)\b"), 0.8),
            (re.compile(r"[áéóú][^\W\d_]{1,3}i[oa]s?\b"), 0.8),
            (re.compile(r"\w*(?:nh|lh)\w+\b|(?:logia|grafia)\b"), 0.7),
        ),
    }
)
_SHARED_WORDS = word_set("a as o os e de da do me no um se ver va vai ser sea gente quer igual mas menos")
"""Words that two of the languages write alike, or nearly: they say nothing against the language of a dialogue."""

_CLEAR_LEAD = 1.5
"""How much more must speak for another language than for that of a dialogue: more than one word of the other."""

_ALIAS_WEIGHT = 1.2
_SPELLING_WEIGHT = 0.2
_ONLY_WEIGHT = 1.0
_SHARED_WEIGHT = 0.35
_GRAMMAR_WEIGHT = 1.2
_TRADE_WEIGHT = 0.9
_GREETINGS: Mapping[Language, frozenset[str]] = MappingProxyType(
    {
        "en": word_set("please thanks hello hi hey help savings percent"),
        "es": word_set("gracias hola ayuda ciento oye orale che"),
        "pt": word_set("obrigado obrigada oi ajuda ola bom tchau"),
    }
)


def _weigh(word: str) -> tuple[tuple[Language, float], ...]:
    """Return what a word of our tables says for each language; a word of several counts less, or not at all."""
    knowing = [language for language in LANGUAGES if word in FUNCTION_WORDS[language]]
    grammar = [language for language in LANGUAGES if word in GRAMMAR_WORDS[language]]
    found = [(language, _ONLY_WEIGHT if len(knowing) == 1 else _SHARED_WEIGHT) for language in knowing]
    found += [(language, _GRAMMAR_WEIGHT) for language in grammar if len(grammar) == 1]
    found += [(language, _TRADE_WEIGHT) for language in LANGUAGES if word in TRADES[language]]
    found += [(language, _ONLY_WEIGHT) for language in LANGUAGES if word in _GREETINGS[language]]
    return tuple(found)


_WORD_WEIGHTS: Mapping[str, tuple[tuple[Language, float], ...]] = MappingProxyType(
    {
        word: _weigh(word)
        for table in (FUNCTION_WORDS, GRAMMAR_WORDS, TRADES, _GREETINGS)
        for words in table.values()
        for word in words
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFound:
    """Hold the language to answer in; `evident` when the text shows it, `asked` when it asks for it.

    `clear` when the text shows it so well that a dialogue held in another language goes on in it.
    """

    language: Language
    evident: bool
    clear: bool
    asked: bool
    heard: Language


def without_setting(text: str) -> tuple[str, Language | None]:
    """Take `lang=pt`, `--lang es`, "idioma: inglés" out of a text and return the language they set."""
    asked: Language | None = None
    for match in _SETTING.finditer(text):
        asked = _language_named(match.group("to")) or asked
    return (_SETTING.sub(" ", text) if asked else text), asked


def asked_language(tokens: Sequence[Token]) -> tuple[Language | None, tuple[int, int]]:
    """Return the language a sentence asks for ("in English", "en español", a lone "português") and where it says so."""
    for place in range(len(tokens) - 1, -1, -1):
        named = LANGUAGE_NAMES.get(tokens[place].fold)
        if named is None:
            continue
        before = tokens[place - 1].fold if place else ""
        after = tokens[place + 1].fold if place + 1 < len(tokens) else ""
        if before in _INTO and after not in _NOUN_AFTER:
            return named, (place - 1, place + 1)
        if all(token.kind == "mark" or token.fold in POLITE for at, token in enumerate(tokens) if at != place):
            return named, (place, place + 1)
    return None, (0, 0)


def language_of(
    text: str,
    tokens: Sequence[Token],
    mentions: Iterable[Mention],
    *,
    asked: Language | None,
    hint: Language | None,
) -> LanguageFound:
    """Return the language of a text: what it asks for, else what its words show, else `hint`, else Spanish."""
    mentions = tuple(mentions)
    scores = _scores(text.casefold(), tokens, mentions)
    best = max(scores.values())
    leaders = [language for language in LANGUAGES if best > 0 and scores[language] >= best - 1e-9]
    fallback = hint or DEFAULT_LANGUAGE
    heard = leaders[0] if len(leaders) == 1 else (fallback if not leaders or fallback in leaders else leaders[0])
    evident = len(leaders) == 1 or asked is not None
    clear = evident and (
        asked is not None or hint in (None, heard) or _leads(text, tokens, mentions, scores, heard, hint)
    )
    return LanguageFound(language=asked or heard, evident=evident, clear=clear, asked=asked is not None, heard=heard)


def _leads(
    text: str,
    tokens: Sequence[Token],
    mentions: Iterable[Mention],
    scores: Mapping[Language, float],
    heard: Language,
    spoken: Language | None,
) -> bool:
    """Say whether the words that only one language has speak clearly more for `heard` than for `spoken`."""
    telling = [token for token in tokens if token.text.casefold() not in _SHARED_WORDS]
    if len(telling) < len(tokens):
        scores = _scores(text.casefold(), telling, mentions)
    return spoken is None or scores[heard] - scores[spoken] >= _CLEAR_LEAD


def _scores(text: str, tokens: Sequence[Token], mentions: Iterable[Mention]) -> dict[Language, float]:
    scores: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    for place, token in enumerate(tokens):
        if token.kind != "word" or _is_prefix(tokens, place):
            continue
        for language, weight in _WORD_WEIGHTS.get(token.fold, ()):
            scores[language] += weight
    for mention in mentions:
        for language in mention.languages:
            scores[language] += _ALIAS_WEIGHT if len(mention.languages) == 1 else _SHARED_WEIGHT
            scores[language] += _SPELLING_WEIGHT if language in mention.spelled else 0.0
    words = " ".join(token.text.casefold() for token in tokens if token.kind == "word")
    shown = f"{''.join(char for char in text if char in '¿¡')} {words}"
    for language, shapes in _SHAPES.items():
        for pattern, weight in shapes:
            scores[language] += weight * min(len(pattern.findall(shown)), 3)
    return scores


def _is_prefix(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a token is the letter before a hyphen, as in "e-commerce", and no word of its own."""
    after = tokens[place + 1 : place + 3]
    return len(tokens[place].text) == 1 and len(after) == 2 and after[0].text == "-" and after[1].glued  # noqa: PLR2004


def _language_named(text: str) -> Language | None:
    short = text.casefold()[:2]
    if len(text) == 2 or text[2:3] in {"-", "_"}:  # noqa: PLR2004 - a two-letter code
        return next((language for language in LANGUAGES if language == short), None)
    return {"en": "en", "in": "en", "sp": "es", "es": "es", "ca": "es", "po": "pt"}.get(short)  # type: ignore[return-value]
