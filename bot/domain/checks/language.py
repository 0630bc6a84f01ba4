"""The language of a text by its small words; Spanish and Portuguese are told apart by the ones they do not share."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.domain.brief import LANGUAGES, Language

_WORD = re.compile(r"[^\W\d_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SMALL_WORDS: Mapping[Language, frozenset[str]] = {
    "es": _set(
        """
        el la los las un una y en del al con por para que se su sus es son lo le les más como está están este esta
        pero sin sobre entre hasta desde cuando donde cada también ya hay ser muy ni o u según mientras así cual
        cuyo fue será debe deben puede hacia ante tras unos unas otro otra mes meses año años coste costes datos
        plan
        """
    ),
    "en": _set(
        """
        the a an of and to in for with on by at from is are was were be been it its this that these those as or not
        but if when which who will would can could must should has have had each than then there their our we all
        any no only over under into before after month months year years cost costs data
        """
    ),
    "pt": _set(
        """
        o a os as um uma e em do da dos das no na nos nas ao aos à às com por para que se seu sua seus suas é são
        não mais como está este esta mas sem sobre entre até desde quando onde cada também já há ser muito nem ou
        segundo enquanto assim foi será deve devem pode pelo pela num numa outro outra mês meses ano anos custo
        custos dados plano você
        """
    ),
}
LEAST_WORDS = 12
LEAST_HITS = 4
MARGIN = 1.6


def language_scores(text: str) -> Mapping[Language, float]:
    """Return how many small words of each language a text has; one that two languages share counts half."""
    words = Counter(_WORD.findall(text.casefold()))
    scores: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    for word, count in words.items():
        having = [language for language in LANGUAGES if word in _SMALL_WORDS[language]]
        for language in having:
            scores[language] += count / len(having) ** 2
    return scores


@lru_cache(maxsize=4096)
def other_language(text: str, asked: Language) -> Language | None:
    """Return the language a text is clearly in, when it is not the asked one; None otherwise and for short texts."""
    if len(_WORD.findall(text)) < LEAST_WORDS:
        return None
    scores = language_scores(text)
    best = max(LANGUAGES, key=lambda language: (scores[language], language == asked))
    clear = scores[best] >= LEAST_HITS and scores[best] > MARGIN * scores[asked]
    return best if best != asked and clear else None


def first_in_other(texts: Iterable[str], asked: Language) -> tuple[str, Language] | None:
    """Return the first text that is clearly in another language, with that language."""
    for text in texts:
        found = other_language(text, asked)
        if found:
            return text, found
    return None
