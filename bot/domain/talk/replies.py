"""What the bot says in the dialogue: the questions with their offers, and what it understood. Pure."""

from functools import lru_cache

from bot.domain.brief import TARGET_MAX, Brief, Language
from bot.domain.effects import Effect, Offer, OpenForm, Say
from bot.domain.industries import IndustryBook
from bot.domain.talk.state import ASKING, State
from bot.domain.talk.turn import Turn

Params = tuple[tuple[str, str | float | int], ...]

COMMON_INDUSTRIES = ("finance", "healthcare", "retail", "manufacturing", "public-sector", "technology")
COMMON_TARGETS = (20, 30, 40, 50)
MOST_COMMON = 3
"""Choices offered to somebody who does not know (product.md, Dialogue repair)."""
SPEND_OFFERS = tuple(Offer("spend", step) for step in ("under_1k", "1k_10k", "10k_100k", "over_100k", "unknown"))
EXPORT_OFFERS = (Offer("export", "md"),)
YES_NO = (Offer("yes"), Offer("no"))


def number(value: float) -> str:
    """Return a number as the value of a button or field, with all its digits: "40", "12.5", "1234567.89"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def say(state: State, text: str, params: Params = (), offers: tuple[Offer, ...] = ()) -> Say:
    """Say a sentence to all who see the conversation, or to its owner only while it is quiet."""
    return Say(text=text, params=params, offers=offers, only_to=state.owner if state.quiet else None)


def industry_name(state: State, book: IndustryBook) -> str:
    """Return the industry's name in the language of the conversation, or the words as typed."""
    return (
        book.name(state.industry, state.language) if state.industry and state.industry in book else state.industry_typed
    )


def question(state: State, book: IndustryBook) -> Say | None:
    """Return the question that waits for an answer, always the same for the same state; None when none waits."""
    match state.asked:
        case "industry":
            offers = tuple(Offer("industry", industry) for industry in COMMON_INDUSTRIES)
            if state.target is None:
                return say(state, "ask.industry", (), offers)
            return say(state, "ask.industry_for", (("target", state.target),), offers)
        case "nearest":
            return say(state, "ask.nearest", (("typed", state.typed),), nearest_offers(state, book))
        case "target":
            name = industry_name(state, book)
            text = "ask.target_for" if name else "ask.target"
            return say(state, text, (("industry", name),) if name else (), target_offers(state, COMMON_TARGETS))
        case "fraction" if state.low is not None:
            return say(state, "ask.fraction", (("suggestion", state.low),), YES_NO)
        case "range" if state.low is not None and state.high is not None:
            ends = (("low", state.low), ("high", state.high))
            return say(state, "ask.range", ends, target_offers(state, (state.low, state.high)))
    return None


def ask_again(state: State, book: IndustryBook) -> tuple[Effect, ...]:
    """Return the waiting question once more, as effects."""
    waiting = question(state, book)
    return () if waiting is None else (waiting,)


def target_offers(state: State, values: tuple[float, ...]) -> tuple[Offer, ...]:
    """Offer targets: as answers while the target is asked, as changes of the plan later."""
    return _targets("target" if state.stage in ASKING else "change_target", values)


@lru_cache(maxsize=256)
def _targets(button: str, values: tuple[float, ...]) -> tuple[Offer, ...]:
    return tuple(Offer(button, number(value)) for value in values if 0 < value <= TARGET_MAX)


def nearest_offers(state: State, book: IndustryBook) -> tuple[Offer, ...]:
    """Offer the three industries nearest to what was typed, and what was typed itself."""
    button = "industry" if state.stage in ASKING else "change_industry"
    as_typed = "as_typed" if state.stage in ASKING else "change_industry"
    near = tuple(Offer(button, industry) for industry in book.nearest(state.typed, MOST_COMMON))
    return (*near, Offer(as_typed, state.typed))


def form(turn: Turn, state: State, *, refine: bool = False) -> OpenForm:
    """Open the form with what is known so far."""
    target = "" if state.target is None else number(state.target)
    industry = state.industry or state.industry_typed
    only_to = state.owner if state.quiet else None
    return OpenForm(industry=industry, target=target, trigger=turn.trigger, refine=refine, only_to=only_to)


def describe_understood(brief: Brief) -> tuple[tuple[str, Params], ...]:
    """Return what was understood as (text key, params), one for each thing, for the root card."""
    given = brief.given
    lines: list[tuple[str, Params]] = [_wanted(brief)]
    if given.monthly_spend is not None:
        currency = given.currency or "USD"
        lines.append(("understood.spend", (("amount", given.monthly_spend), ("currency", currency))))
    if given.input_mtok is not None or given.output_mtok is not None:
        volume: Params = (("input", given.input_mtok or 0.0), ("output", given.output_mtok or 0.0))
        lines.append(("understood.volume", volume))
    if given.closed_model is not None:
        lines.append(("understood.model", (("model", given.closed_model),)))
    if given.deployment not in (None, "any"):
        lines.append((f"understood.deployment.{given.deployment}", ()))
    if given.region is not None:
        lines.append(("understood.region", (("region", given.region),)))
    return tuple(lines)


def _wanted(brief: Brief) -> tuple[str, Params]:
    if brief.kind == "basic" or brief.target_percent is None:
        return "understood.basic", (("industry", brief.industry_label),)
    return "understood.pro", (("industry", brief.industry_label), ("target", brief.target_percent))


def label_in(brief: Brief, language: Language, book: IndustryBook) -> str:
    """Return the label of a brief's industry in a language; words as typed stay as they are."""
    return book.name(brief.industry, language) if brief.industry and brief.industry in book else brief.industry_label
