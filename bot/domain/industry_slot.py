"""Which industry a sentence means, and the words that seem to name one we do not know. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.brief import Language
from bot.domain.industries import Mention
from bot.domain.reading.corrections import is_correction, is_left_out, is_replaced
from bot.domain.reading.industry_cues import BELONGS_TO, CLIENT_CUES, CONNECTORS, INDUSTRY_CUES, NAMED_AFTER, SELF_CUES
from bot.domain.reading.number_cues import NUMBER_FILLERS
from bot.domain.reading.number_prices import is_scaled
from bot.domain.reading.numerals import starts_with
from bot.domain.reading.typed import Token, by_first_word, clean_as_typed, word_set
from bot.domain.reading.vocabulary import is_known

_NAMED_AFTER = by_first_word(NAMED_AFTER)
_BRIEF = 6
"""Words up to which a message is read as slots and not as a sentence."""
_UNKNOWN_WORDS = 4


_JOINTS = word_set("y e and & + / , o u or ou tambien tambem also plus ademas alem ambos both asi como well")
"""Words and marks that set two industries side by side: "banca pero también seguros"."""
_BETWEEN = _JOINTS | word_set(
    "a an the un una uno um uma el la los las o os as de del do da dos das en em in of at our nuestra nuestro nossa "
    "nosso pero mas but somos soy sou we are industry industria sector setor company empresa que"
)


@dataclass(frozen=True, slots=True)
class IndustrySlot:
    """Hold the industry meant, or the cleaned words that name an unknown one, or several when `several`."""

    industry: str | None = None
    as_typed: str | None = None
    several: bool = False


def read_industry(
    tokens: Sequence[Token], mentions: Sequence[Mention], language: Language, target: Sequence[tuple[int, int]]
) -> IndustrySlot:
    """Return which industry a sentence means; of several side by side none is taken silently."""
    chosen = choose_industry(tokens, mentions, language)
    if chosen is None:
        unknown = None if mentions else unknown_industry(tokens, target, has_target=bool(target))
        return IndustrySlot(as_typed=unknown)
    group = _side_by_side(tokens, mentions, chosen, language)
    if len({mention.industry for mention in group}) == 1:
        return IndustrySlot(chosen.industry)
    words = (token.text for token in tokens[group[0].start : group[-1].end])
    return IndustrySlot(as_typed=clean_as_typed(" ".join(words)), several=True)


def choose_industry(tokens: Sequence[Token], mentions: Sequence[Mention], language: Language) -> Mention | None:
    """Return the mention that is meant: what is left out goes, a correction wins, else what speaks most for itself."""
    kept = _kept(tokens, mentions, language)
    if not kept:
        return None
    chosen = kept[0]
    for mention in kept[1:]:
        corrected = is_correction(tokens, chosen.end, mention.start, language) or is_replaced(
            tokens, (chosen.start, chosen.end), (mention.start, mention.end)
        )
        if corrected or _weight(tokens, mention) > _weight(tokens, chosen):
            chosen = mention
    return chosen


def unknown_industry(tokens: Sequence[Token], taken: Sequence[tuple[int, int]], *, has_target: bool) -> str | None:
    """Return the words that name an industry we do not know, or None when nothing looks like one."""
    used = {place for start, end in taken for place in range(start, end)}
    words = _named(tokens, used) or _left_over(tokens, used, has_target=has_target)
    typed = clean_as_typed(" ".join(words)) if words else ""
    return typed or None


def _kept(tokens: Sequence[Token], mentions: Sequence[Mention], language: Language) -> list[Mention]:
    return [
        mention for mention in mentions if not is_left_out(tokens, mention.start, language) and _counts(tokens, mention)
    ]


def _side_by_side(
    tokens: Sequence[Token], mentions: Sequence[Mention], chosen: Mention, language: Language
) -> list[Mention]:
    """Return the industries named in one breath with the chosen one, in order; customers are none of ours."""
    kept = _kept(tokens, mentions, language)
    first = last = kept.index(chosen)
    while last + 1 < len(kept) and _joined(tokens, kept[last], kept[last + 1], language):
        last += 1
    while first and _joined(tokens, kept[first - 1], kept[first], language):
        first -= 1
    before = {token.fold for token in tokens[max(0, kept[first].start - 4) : kept[first].start]}
    return [chosen] if before & CLIENT_CUES else kept[first : last + 1]


def _joined(tokens: Sequence[Token], left: Mention, right: Mention, language: Language) -> bool:
    between = {token.fold for token in tokens[left.end : right.start]}
    # A comma alone may begin an aside, "bank, IT department", where one of the two is an everyday word.
    surely = between != {","} or left.strength == right.strength == "strong"
    beside = surely and bool(between & _JOINTS) and between <= _BETWEEN
    return beside and not is_correction(tokens, left.end, right.start, language)


def _counts(tokens: Sequence[Token], mention: Mention) -> bool:
    """Say whether an everyday word or a typo stands where an industry would."""
    if mention.strength == "strong":
        return True
    words = sum(token.kind != "mark" for token in tokens)
    length = mention.end - mention.start
    if mention.strength == "typo":
        letters = sum(len(token.text) for token in tokens[mention.start : mention.end])
        return words <= _BRIEF + length or letters > _BRIEF or bool(_near_cues(tokens, mention))
    if words <= _BRIEF - 2 + length or _is_clause(tokens, mention) or _near_cues(tokens, mention):
        return True
    before = tokens[mention.start - 1].fold if mention.start else ""
    return (mention.start == 0 or before in BELONGS_TO) and _ends_well(tokens, mention.end)


def _near_cues(tokens: Sequence[Token], mention: Mention) -> set[str]:
    window = (*tokens[max(0, mention.start - 3) : mention.start], *tokens[mention.end : mention.end + 1])
    return {token.fold for token in window} & INDUSTRY_CUES


def _is_clause(tokens: Sequence[Token], mention: Mention) -> bool:
    left = mention.start == 0 or tokens[mention.start - 1].kind == "mark"
    right = mention.end == len(tokens) or tokens[mention.end].kind != "word"
    return left and right


def _ends_well(tokens: Sequence[Token], place: int) -> bool:
    """Say whether a word is followed by an end, a mark, a number or an everyday word, so it stands for itself."""
    return place >= len(tokens) or tokens[place].kind != "word" or is_known(tokens[place].fold)


def _weight(tokens: Sequence[Token], mention: Mention) -> int:
    weight = {"strong": 4, "typo": 3, "weak": 2}[mention.strength]
    before = [token.fold for token in tokens[max(0, mention.start - 4) : mention.start]]
    if _near_cues(tokens, mention) or set(before) & SELF_CUES:
        weight += 3
    if set(before) & CLIENT_CUES:
        weight -= 5
    return weight


def _named(tokens: Sequence[Token], used: set[int]) -> list[str]:
    """Find the name after "we run a", "somos un", "sector" and the like, or before "industry"."""
    folds = [token.fold for token in tokens]
    for place in range(len(tokens)):
        for phrase in _NAMED_AFTER.get(folds[place], ()):
            if starts_with(tokens, place, phrase):
                words = _run(tokens, place + len(phrase), used)
                if words:
                    return words
        if folds[place] in {"industry", "sector", "company", "business", "firm"} and place:
            words = _run_back(tokens, place - 1, used)
            if words:
                return words
    return []


def _run(tokens: Sequence[Token], place: int, used: set[int]) -> list[str]:
    """Return unknown words from a place on, with the small words that join them."""
    words: list[str] = []
    unknown = 0
    while place < len(tokens) and place not in used and unknown < _UNKNOWN_WORDS:
        token = tokens[place]
        if token.kind in {"word", "mixed"} and not is_known(token.fold):
            unknown += 1
        elif not words or token.fold not in CONNECTORS:
            break
        words.append(token.text)
        place += 1
    while words and (words[-1].casefold() in CONNECTORS):
        words.pop()
    return words


def _run_back(tokens: Sequence[Token], place: int, used: set[int]) -> list[str]:
    words: list[str] = []
    while place >= 0 and place not in used and len(words) < _UNKNOWN_WORDS:
        token = tokens[place]
        if token.kind != "word" or is_known(token.fold):
            break
        words.insert(0, token.text)
        place -= 1
    return words


def _left_over(tokens: Sequence[Token], used: set[int], *, has_target: bool) -> list[str]:
    """Take what is left of a brief message beside its number: "zoology 40", "estúdio de tatuagem 30%"."""
    words = [
        place
        for place, token in enumerate(tokens)
        if token.kind in {"word", "mixed"} and place not in used and not is_scaled(token)
    ]
    unknown = [place for place in words if not is_known(tokens[place].fold)]
    if not unknown or len(unknown) > _UNKNOWN_WORDS or len(words) > _BRIEF:
        return []
    between = [place for place in words if unknown[0] <= place <= unknown[-1]]
    beside = [
        place for place in words if place not in between and tokens[place].fold not in NUMBER_FILLERS | CONNECTORS
    ]
    if any(tokens[place].fold not in CONNECTORS for place in between if place not in unknown):
        return []
    if beside and not has_target:
        return []
    return [tokens[place].text for place in range(unknown[0], unknown[-1] + 1) if place not in used]
