"""Industries and how to find them in words: exact alias first, then small typos. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal, Self

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.domain.brief import LANGUAGES, Language
from bot.domain.reading.industry_cues import NOT_AN_INDUSTRY
from bot.domain.reading.typed import Token, fold, plain, tokenise
from bot.domain.reading.vocabulary import is_known, may_be_slip

Texts = Mapping[Language, str]
Region = Literal["EU", "ES", "UK", "US", "LATAM", "BR", "MX", "AR", "CO", "CL", "INT"]
Strength = Literal["strong", "weak", "typo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """Hold a regulation: where it applies, its official source, and one clause of what it demands."""

    id: str
    region: Region
    name: Texts
    url: str
    demands: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Hold a security risk of moving to self-hosted open models, with what to do against it."""

    id: str
    title: Texts
    mitigation: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """Hold one idea for a pilot and when it counts as passed; neither names a figure."""

    idea: Texts
    exit_criterion: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Hold what makes an industry's plan its own; each text stands in every language."""

    sensitive_data: tuple[Texts, ...]
    regulations: tuple[Regulation, ...]
    use_cases: tuple[Texts, ...]
    risks: tuple[Risk, ...]
    owners: tuple[Texts, ...]
    pilot: Pilot


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """Hold an industry: `aliases` per language, `weak` those that are everyday words too."""

    id: str
    name: Texts
    aliases: Mapping[Language, tuple[str, ...]]
    weak: frozenset[str]
    profile: Profile


@dataclass(frozen=True, slots=True)
class Mention:
    """Hold a place of a sentence that names an industry, how surely, and in which languages that word exists.

    `spelled` are those in which it is written exactly as typed, accents included. A `plural` counts things when a
    number stands before it: "12 clinics".
    """

    industry: str
    start: int
    end: int
    strength: Strength
    languages: frozenset[Language]
    spelled: frozenset[Language] = frozenset()
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Hold what a short text names: an industry or None, and the nearest ones, best first."""

    industry: str | None
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Alias:
    industry: str | None
    weak: bool
    languages: frozenset[Language]
    spellings: frozenset[tuple[str, Language]] = frozenset()
    plural: bool = False


_SHORT = 5
"""Letters below which a typo is never forgiven: too many short words lie one letter apart."""
_LONG = 8
_LONGEST_TYPO = 40
_NEAREST_SCORE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryBook:
    """Know all industries; build it with `of`, which makes the matchers once."""

    industries: Mapping[str, Industry]
    _aliases: Mapping[tuple[str, ...], _Alias] = field(repr=False)
    _joined: Mapping[str, _Alias] = field(repr=False)
    _by_letter: Mapping[str, tuple[str, ...]] = field(repr=False)
    _longest: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, industries: Sequence[Industry]) -> Self:
        """Build the book; raises ValueError when two industries claim the same alias."""
        aliases: dict[tuple[str, ...], _Alias] = {
            phrase: _Alias(None, weak=True, languages=frozenset()) for phrase in NOT_AN_INDUSTRY
        }
        for industry in industries:
            for words, alias in _aliases_of(industry).items():
                if aliases.setdefault(words, alias).industry != industry.id:
                    raise ValueError(f"{industry.id}: alias {' '.join(words)!r} is already taken")
        for words, alias in list(aliases.items()):
            for plural in _plurals(words):
                aliases[plural] = _merged(aliases.get(plural, alias), alias)
        joined = {"".join(words): alias for words, alias in aliases.items() if alias.industry}
        by_letter: dict[str, list[str]] = {}
        longest: dict[str, int] = {}
        for name in joined:
            for letter in {name[0], name[1:2]}:
                by_letter.setdefault(letter, []).append(name)
        for words in aliases:
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
        return cls(
            industries={industry.id: industry for industry in industries},
            _aliases=aliases,
            _joined=joined,
            _by_letter={letter: tuple(names) for letter, names in by_letter.items()},
            _longest=longest,
        )

    def __contains__(self, industry: object) -> bool:
        return industry in self.industries

    def name(self, industry: str, language: Language) -> str:
        """Return the canonical name; raises KeyError for an id we do not know."""
        return self.industries[industry].name[language]

    def find(self, text: str) -> Match:
        """Return the industry a short text (a slot, not a sentence) names, and the nearest ones."""
        mentions = self.mentions(tokenise(plain(text)))
        found = mentions[0].industry if mentions else None
        return Match(found, self.nearest(text))

    def nearest(self, text: str, n: int = 3) -> tuple[str, ...]:
        """Return the `n` industries nearest to a text, those it names first, then the most alike; always `n`."""
        query = " ".join(words_of(plain(text)))
        scores = dict.fromkeys(self.industries, 0.0)
        if query:
            found = process.extract(
                query, {words: " ".join(words) for words in self._aliases}, scorer=fuzz.WRatio, limit=200
            )
            for _, score, words in found:
                industry = self._aliases[words].industry
                if industry is not None:
                    scores[industry] = max(scores[industry], score)
        named = [mention.industry for mention in self.mentions(tokenise(plain(text)))]
        return tuple(dict.fromkeys([*named, *sorted(scores, key=lambda industry: -scores[industry])]))[:n]

    def mentions(self, tokens: Sequence[Token]) -> tuple[Mention, ...]:
        """Return every place of a sentence that names an industry, the longest alias first at each place."""
        words = [
            (place, _without_owner(token.fold)) for place, token in enumerate(tokens) if token.kind in {"word", "mixed"}
        ]
        found: list[Mention] = []
        at = 0
        while at < len(words):
            length, alias, strength = self._at(tokens, words, at)
            if alias is not None and alias.industry is not None:
                place, last = words[at][0], words[at + length - 1][0]
                typed = " ".join(token.text.casefold() for token in tokens[place : last + 1])
                spelled = frozenset(language for text, language in alias.spellings if text == typed)
                # An accent tells "telefonía" from "telefonia": then only the languages that write it so have that word.
                known = alias.languages if typed == fold(typed) or strength == "typo" else spelled
                found.append(Mention(alias.industry, place, last + 1, strength, known, spelled, alias.plural))
            at += length
        return tuple(found)

    def _at(
        self, tokens: Sequence[Token], words: Sequence[tuple[int, str]], at: int
    ) -> tuple[int, _Alias | None, Strength]:
        for length in range(min(self._longest.get(words[at][1], 0), len(words) - at), 0, -1):
            if not _together(tokens, words[at : at + length]):
                continue
            alias = self._aliases.get(tuple(word for _, word in words[at : at + length]))
            if alias is not None:
                return length, alias, "weak" if alias.weak else "strong"
        return self._near(tokens, words, at)

    def _near(
        self, tokens: Sequence[Token], words: Sequence[tuple[int, str]], at: int
    ) -> tuple[int, _Alias | None, Strength]:
        """Find an alias written together (realestate) or with a small typo (helth care, finanace)."""
        for length in (2, 1):
            part = words[at : at + length]
            if len(part) < length or not _together(tokens, part) or not may_be_slip([word for _, word in part]):
                continue
            if length > 1 and any((word,) in self._aliases and not is_known(word) for _, word in part):
                continue
            text = "".join(word for _, word in part)
            alias = self._joined.get(text) or self._typo(text, exact_only=length > 1 and len(text) < _LONG)
            if alias is not None:
                return length, alias, "typo"
        return 1, None, "typo"

    def _typo(self, text: str, *, exact_only: bool) -> _Alias | None:
        if exact_only or not _SHORT <= len(text) <= _LONGEST_TYPO:
            return None
        allowed = 2 if len(text) > _LONG else 1
        hits = process.extract(
            text, self._by_letter.get(text[0], ()), scorer=OSA.distance, score_cutoff=allowed, limit=6
        )
        fit = [hit for hit in hits if _alike(text, hit[0], int(hit[1]), weak=self._joined[hit[0]].weak)]
        best = {self._joined[name].industry for name, score, _ in fit if score == fit[0][1]}
        return self._joined[fit[0][0]] if len(best) == 1 else None


def words_of(phrase: str) -> tuple[str, ...]:
    """Return the words of an alias the way `mentions` compares them."""
    return tuple(token.fold for token in tokenise(phrase) if token.kind in {"word", "mixed"})


def _aliases_of(industry: Industry) -> dict[tuple[str, ...], _Alias]:
    known: dict[tuple[str, ...], set[tuple[str, Language]]] = {words_of(industry.id): {(industry.id, "en")}}
    for language in LANGUAGES:
        for phrase in (industry.name[language], *industry.aliases[language]):
            known.setdefault(words_of(phrase), set()).add((phrase.casefold(), language))
    weak = {words_of(phrase) for phrase in industry.weak}
    return {
        words: _Alias(
            industry.id,
            weak=words in weak,
            languages=frozenset(language for _, language in spellings),
            spellings=frozenset(spellings),
        )
        for words, spellings in known.items()
    }


def _without_owner(word: str) -> str:
    """Return "bank" for "bank's"; words such as "it's" are everyday words and stay."""
    return word if is_known(word) else word.removesuffix("'s").rstrip("'")


def _merged(known: _Alias, new: _Alias) -> _Alias:
    """Return an alias that is known in the languages of both, when both mean the same industry."""
    if known.industry != new.industry:
        return known
    return replace(known, languages=known.languages | new.languages, plural=not new.weak)


def _plurals(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    *head, last = words
    if len(last) < _SHORT - 1 or last.endswith("s"):
        return ()
    forms = (f"{last}s", f"{last[:-1]}ies") if last.endswith("y") else (f"{last}s", f"{last}es")
    return tuple((*head, form) for form in forms)


def _together(tokens: Sequence[Token], part: Sequence[tuple[int, str]]) -> bool:
    """Say whether only joining marks stand between the words: "oil & gas", "e-commerce", "public_sector"."""
    return all(
        tokens[place].text in {"-", "&", "_", "/", "‑", "–"}
        for (left, _), (right, _) in pairwise(part)
        for place in range(left + 1, right)
    )


def _alike(text: str, alias: str, distance: int, *, weak: bool) -> bool:
    """Forgive a typo when the words begin alike and are long enough for it."""
    if distance == 0 or len(alias) < _SHORT or abs(len(text) - len(alias)) > distance:
        return distance == 0
    same_start = text[0] == alias[0] or text[:2] == alias[1::-1]
    same_end = text[-2:] == alias[-2:] or text[-2:] == alias[:-3:-1]
    short = len(alias) == _SHORT and len(text) == _SHORT
    if (short or (weak and len(alias) <= _SHORT + 1)) and sorted(text) != sorted(alias):
        return False  # "banho" is not "banco", "median" not "media": so short, another letter makes another word
    if distance == 1:
        return same_start or (len(text) >= _LONG and text[1:] == alias) or text == alias[1:]
    return len(alias) > _LONG and same_start and (text[:3] == alias[:3] or same_end)
