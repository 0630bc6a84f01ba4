"""Understanding: the industry, the savings target and the language in what people really type. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from bot.domain.brief import LANGUAGES, TARGET_MAX, TARGET_MIN_EXCLUSIVE, Kind, Language
from bot.domain.industries import IndustryBook, Mention
from bot.domain.industry_slot import IndustrySlot, read_industry
from bot.domain.language_of import DEFAULT_LANGUAGE, asked_language, language_of, without_setting
from bot.domain.reading.command_words import Command, command_of
from bot.domain.reading.corrections import without_orders
from bot.domain.reading.money import plain_amounts
from bot.domain.reading.spending import find_spending
from bot.domain.reading.typed import Token, plain, tokenise
from bot.domain.targets import find_target

TEXT_MAX = 2000
"""Characters of a message; a longer one is not read for slots, so that nothing hides in it."""

_READ_MAX = 4 * TEXT_MAX  # room for mentions and invisible characters, which do not count

Problem = Literal["empty", "unknown_industry", "out_of_range", "fraction", "range", "too_long"]

_BASIC = frozenset({"basic", "basico", "basica"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Hold what a text says; None means not said.

    `industry_typed` are the cleaned words of an unknown industry, or of `industry_several` named in one breath. `said`
    is the number as typed (also one that cannot be taken), `low` and `high` the ends of a range, `suggestion` what a
    fraction probably means in percent. `language_asked` says that the text asks for `language`, `language_evident` that
    its words show it, and `language_clear` that they show it well enough to leave the language of the hint.
    """

    language: Language = DEFAULT_LANGUAGE
    language_evident: bool = False
    language_clear: bool = False
    language_asked: bool = False
    industry: str | None = None
    industry_typed: str | None = None
    industry_several: bool = False
    target_percent: float | None = None
    kind: Kind = "pro"
    problem: Problem | None = None
    said: float | None = None
    low: float | None = None
    high: float | None = None
    suggestion: float | None = None
    monthly_spend: float | None = None
    currency: str | None = None
    closed_model: str | None = None
    spend_unread: bool = False
    command: Command | None = None


def understand(text: str, book: IndustryBook, *, hint: Language | None = None) -> Understood:
    """Return what a text says about the slots; never raises, whatever the text is.

    `hint` is the language of the person's client, taken when the text itself shows none.
    """
    seen = plain_amounts(plain(text[:_READ_MAX]))
    shown, setting = without_setting(seen)
    tokens = tokenise(shown[:TEXT_MAX])
    asked, asked_at = asked_language(tokens)
    asked = setting or asked
    mentions = book.mentions(tokens)
    spoken = tuple(token for place, token in enumerate(tokens) if not asked_at[0] <= place < asked_at[1])
    found = language_of(shown, spoken, mentions, asked=asked, hint=hint)
    spoken_in = partial(
        Understood,
        language=found.language,
        language_evident=found.evident,
        language_clear=found.clear,
        language_asked=found.asked,
    )
    if len(seen) > TEXT_MAX or len(text) > _READ_MAX:
        return spoken_in(problem="too_long")
    if not any(token.kind != "mark" for token in tokens):
        return spoken_in(problem=None if asked else "empty")
    meant = without_orders(spoken)
    mentioned = mentions if len(meant) == len(tokens) else book.mentions(meant)
    return _read(spoken_in, shown, meant, mentioned, found.heard)


def validate_extraction(raw: str, book: IndustryBook) -> Understood | None:
    """Return what a model extracted, or None when any part of it is not what was asked for.

    The answer must be one JSON object with `industry` (an id of ours or null), `target_percent` (a number in range with
    one decimal at most, or null) and `language`; nothing else is read, and an answer without any slot is none.
    """
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or not {"industry", "target_percent", "language"} <= answer.keys():
        return None
    industry, target, language = answer["industry"], answer["target_percent"], answer["language"]
    if not (industry is None or (isinstance(industry, str) and industry in book.industries)):
        return None
    if not (target is None or _is_target(target)) or language not in LANGUAGES or (industry is None and target is None):
        return None
    return Understood(
        language=language,
        industry=industry,
        target_percent=None if target is None else float(target),
    )


def _read(
    spoken_in: Callable[..., Understood],
    shown: str,
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    language: Language,
) -> Understood:
    target = find_target(tokens, language, mentions)
    command = command_of(tokens)
    slot = IndustrySlot() if command else read_industry(tokens, mentions, language, target.places)
    spending = find_spending(shown)
    return spoken_in(
        industry=slot.industry,
        industry_typed=slot.as_typed,
        industry_several=slot.several,
        target_percent=target.percent,
        kind="basic" if any(token.fold in _BASIC for token in tokens) else "pro",
        problem=target.problem or ("unknown_industry" if slot.as_typed else None),
        said=target.said,
        low=target.low,
        high=target.high,
        suggestion=target.suggestion,
        monthly_spend=spending.monthly_spend,
        currency=spending.currency,
        closed_model=spending.closed_model,
        spend_unread=spending.unread,
        command=command,
    )


def _is_target(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return TARGET_MIN_EXCLUSIVE < value <= TARGET_MAX and round(value, 1) == value
