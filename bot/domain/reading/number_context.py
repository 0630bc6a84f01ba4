"""What a number of a sentence is about: the savings target, or a year, a price, a count or a name. Pure."""

from collections.abc import Sequence

from bot.domain.reading.answers import ANSWER_WORDS, is_plain_answer
from bot.domain.reading.industry_cues import CORRECTION_WORDS
from bot.domain.reading.number_cues import (
    AFTER_NUMBER,
    COST_WORDS,
    COUNT_OF,
    GROWTH_STEMS,
    GROWTH_WORDS,
    MODEL_NAMES,
    NOT_SAVING,
    NUMBER_FILLERS,
    POLITE,
    SAVING_STEMS,
    SPEAKING,
    THINGS,
)
from bot.domain.reading.number_prices import has_money, is_price, number_at
from bot.domain.reading.numerals import Numeral
from bot.domain.reading.remaining import share_left
from bot.domain.reading.typed import Token, word_set
from bot.domain.reading.vocabulary import LANGUAGE_NAMES, is_known

_SENTENCE_ENDS = frozenset({";", ".", "!", "?", "…"})
_CLAUSE_JOINTS = word_set(", and y e but pero mas while mientras enquanto")
_BIG = word_set("k m mil thousand million millions millon millones milhao milhoes billion bn mm mn b")
_YEARS = range(1900, 2101)
_QUARTER_TIME = word_set("per every each in this last next within once ago por cada en el este")
_PORTION_OF_OTHER = word_set(
    "hour hours hora horas year years ano anos day days dia dias million millon party parties ago past way"
)
_NUMBERED = frozenset((word, value) for word in ("industria", "industry") for value in (4.0, 5.0))
_CORRECTING = CORRECTION_WORDS - NUMBER_FILLERS  # "en realidad 35" corrects, "vuelvo en 35" does not
_FOR_ME = word_set("a para por")
_CUE_REACH = 7
WHOLE = 100
_PLAIN = 4  # nothing else is a number there, so nothing is weighed against it
_HALF = 50
_SPENDING = word_set("spend spending pay paying gastar gastando pagar pagando gaste pague")


def weigh(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> int:
    """Return how much speaks for a number being the target; 0 or less means that it is another number."""
    if taken & set(range(numeral.start, numeral.end)) or _is_other(tokens, numeral, taken):
        return 0
    if is_plain_answer(tokens, numeral, taken):
        return _PLAIN
    saving, other = _cues(tokens, numeral)
    if other and (not saving or other < saving):
        return 0
    marked = numeral.percent or numeral.portion
    saving = saving or int(_means_saving(tokens, numeral) or share_left(tokens, numeral) == "yes")
    if numeral.portion and not saving and not _alone(tokens, numeral, taken):
        return 0
    if marked:
        return 4 + (2 if saving else 0) + (1 if numeral.percent else 0)
    if _is_beside(tokens, numeral, taken):
        return 2
    if not _free(tokens, numeral.end, 1, taken) or not (saving or _free(tokens, numeral.start - 1, -1, taken)):
        return 0
    return 2 if saving else 1


def _is_other(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> bool:
    """Tell money, years, counts of things, and the numbers of models, norms and dates."""
    before = tokens[numeral.start - 1] if numeral.start else None
    after = tokens[numeral.end] if numeral.end < len(tokens) else None
    if before is not None and (before.fold, numeral.value) in _NUMBERED:
        return True
    if is_price(tokens, numeral):
        return True
    if before is not None and _is_name(tokens, numeral, taken) and numeral.start - 1 not in taken:
        return True
    if after is not None and (after.fold in _BIG or (after.text == "/" and not numeral.percent)):
        return not (after.text == "/" and numeral.value > 24 and number_at(tokens, numeral.end + 1))  # noqa: PLR2004 - 24/7
    if numeral.portion:
        return _is_portion_of_time(tokens, numeral) or _is_share(tokens, numeral)
    if numeral.percent:
        return _is_share(tokens, numeral) or (numeral.value == WHOLE and _is_wholly(tokens, numeral, taken))
    if int(numeral.value) in _YEARS and not numeral.decimals:
        return True
    return _counts_a_thing(tokens, numeral)


def _is_name(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> bool:
    """Tell the number of a name: Llama 4, GPT-4, ISO 27001, 24/7, COVID-19, #3; "finance/40" is none."""
    place = numeral.start - 1
    glued = tokens[numeral.start].glued
    if glued and tokens[place].text in {"-", "/", "#"} and place > 0:
        if tokens[place].glued and tokens[place - 1].kind == "word":
            return place - 1 not in taken
        if tokens[place].text == "/" and tokens[place - 1].kind == "number":
            return _is_below(tokens[place - 1], 25)
    if tokens[place].fold == "mi" and place > 0 and tokens[place - 1].fold in _FOR_ME:
        return False  # "para mí 35" is no "MI 300"
    return not numeral.percent and tokens[place].fold in MODEL_NAMES


def _is_below(token: Token, limit: int) -> bool:
    """Say whether a token of digits is a whole number below `limit`."""
    return token.text.isdigit() and len(token.text) <= 2 and int(token.text) < limit  # noqa: PLR2004


def _counts_a_thing(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Tell "40 stores": a word that is no filler, no cue and no industry follows the number at once."""
    if numeral.end >= len(tokens) or tokens[numeral.end].kind == "mark":
        return False
    word = tokens[numeral.end].fold
    if word == "nos" and _is_small(tokens, numeral.end + 1):
        return False  # "35 nos va bien" speaks of us, "35 nós" of machines
    return tokens[numeral.end].kind != "number" and word in THINGS


def _is_small(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].fold in ANSWER_WORDS


def _is_wholly(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> bool:
    """Tell "100 % open source": how much of something, not how much less."""
    place = numeral.end
    if place >= len(tokens) or place in taken or tokens[place].kind != "word":
        return False
    word = tokens[place].fold
    return word not in NUMBER_FILLERS | POLITE | AFTER_NUMBER and not _is_saving(word)


def _is_portion_of_time(tokens: Sequence[Token], numeral: Numeral) -> bool:
    before = tokens[numeral.start - 1].fold if numeral.start else ""
    after = tokens[numeral.end].fold if numeral.end < len(tokens) else ""
    return before in _QUARTER_TIME or after in _PORTION_OF_OTHER


def _is_share(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Tell "half of our employees" and "20 % of our traffic": a share of something that is no cost."""
    place = numeral.end
    while place < len(tokens) and tokens[place].fold in COUNT_OF:
        place += 1
    window = tokens[place : place + 3]
    if place == numeral.end or any(token.fold in COST_WORDS for token in window[:2]):
        return False
    if has_money(tokens, place) and not numeral.portion:
        return False  # "save 40 % of $20k" says of how much money
    if any(token.fold in THINGS or token.kind == "number" for token in window):
        return True
    return numeral.portion and not any(_is_saving(word) for _, word, _, _ in _around(tokens, numeral))


def _cues(tokens: Sequence[Token], numeral: Numeral) -> tuple[int, int]:
    """Return how far the nearest word of saving and the nearest word of something else stand; 0 when none."""
    saving = other = 0
    for distance, word, is_before, same_clause in _around(tokens, numeral):
        if not saving and _is_saving(word):
            saving = distance
        speaks = is_before and word in SPEAKING
        grows = same_clause and (word in GROWTH_WORDS or word.startswith(GROWTH_STEMS))
        if not other and (speaks or grows):
            other = distance
    return saving, other


def _around(tokens: Sequence[Token], numeral: Numeral) -> list[tuple[int, str, bool, bool]]:
    """Return the words around with distance, whether they stand before, and in the same clause; nearest first."""
    words = []
    for step in (-1, 1):
        place = numeral.start - 1 if step < 0 else numeral.end
        same_clause = True
        for distance in range(1, _CUE_REACH + 1):
            if not 0 <= place < len(tokens) or _breaks(tokens, place, step):
                break
            same_clause = same_clause and tokens[place].fold not in _CLAUSE_JOINTS
            words.append((distance, tokens[place].fold, step < 0, same_clause))
            place += step
    return sorted(words)


def _breaks(tokens: Sequence[Token], place: int, step: int) -> bool:
    return tokens[place].fold in _SENTENCE_ENDS or (tokens[place].fold in {",", ":", "("} and step > 0)


def _is_saving(word: str) -> bool:
    return word not in NOT_SAVING and word.startswith(SAVING_STEMS)


def _alone(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> bool:
    """Say whether nothing stands beside a number but edges, marks, the industry and fillers."""
    return _free(tokens, numeral.start - 1, -1, taken) and _free(tokens, numeral.end, 1, taken)


def _means_saving(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Tell "halve the bill" and "spend half", which save without a word of saving.

    To spend a third would save two, so no other share than a half is read that way.
    """
    if not numeral.portion:
        return False
    if tokens[numeral.start].fold.startswith("halv"):
        return True
    before = {token.fold for token in tokens[max(0, numeral.start - 3) : numeral.start]}
    return numeral.value == _HALF and bool(before & _SPENDING)


def _is_beside(tokens: Sequence[Token], numeral: Numeral, taken: set[int]) -> bool:
    """Say whether a number follows the industry at once and counts nothing we know: "finance 40 now"."""
    before = numeral.start - 1
    if before > 0 and tokens[before].text in {",", ":", "="}:
        before -= 1
    if before not in taken:
        return False
    after = tokens[numeral.end] if numeral.end < len(tokens) else None
    return after is None or numeral.end in taken or after.kind != "word" or is_known(after.fold)


def _free(tokens: Sequence[Token], place: int, step: int, taken: set[int]) -> bool:
    """Say whether one side of a number is free of what it could count or belong to.

    A word we do not know may stand before it ("zoology 40"), never after it ("40 zebras"), and never a verb.
    """
    while 0 <= place < len(tokens) and place not in taken:
        token = tokens[place]
        if token.kind != "word" or token.fold in POLITE or _is_saving(token.fold):
            return True
        if step > 0 and token.fold in AFTER_NUMBER:
            return True
        if token.fold in LANGUAGE_NAMES or (step < 0 and token.fold in _CORRECTING):
            return True
        if token.fold not in NUMBER_FILLERS:
            return step < 0 and not is_known(token.fold)
        place += step
    return True
