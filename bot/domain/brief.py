"""What somebody wants a strategy for: the filled slots and whatever they said about their costs."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Language = Literal["es", "en", "pt"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Kind = Literal["pro", "basic"]
OptionId = Literal["closed", "closed_successor", "hosted_open", "private_cloud", "on_premise", "hybrid"]
OPTION_IDS: tuple[OptionId, ...] = get_args(OptionId)
PriceKind = Literal["reserved", "on-demand", "spot"]
Baseline = Literal["successor", "today"]
Deployment = Literal["any", "private_cloud", "on_premise", "hosted_open"]

TARGET_MIN_EXCLUSIVE = 0.0
TARGET_MAX = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Hold what was said about costs; None means not said, so a named default is used.

    Volumes are Mtok (millions of tokens) a month, money is in `currency` a month, shares and growth are percent 0-100.
    """

    closed_model: str | None = None
    input_mtok: float | None = None
    output_mtok: float | None = None
    monthly_spend: float | None = None
    currency: str | None = None
    open_model: str | None = None
    host: str | None = None
    gpu: str | None = None
    gpus: int | None = None
    price: PriceKind | None = None
    baseline: Baseline | None = None
    as_of: date | None = None
    isl: int | None = None
    osl: int | None = None
    growth: float | None = None
    cache_share: float | None = None
    batch_share: float | None = None
    retained: float | None = None
    deployment: Deployment | None = None
    region: str | None = None


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Hold the filled slots of one strategy; `industry` is None when the industry is taken as typed.

    `industry_label` is the canonical name in `language`, or the cleaned words as typed (60 characters at most).
    `target_percent` is None for the basic kind only. `seed` is the seed of the draws.
    """

    kind: Kind
    industry: str | None
    industry_label: str
    target_percent: float | None
    language: Language
    given: Given = NOTHING_GIVEN
    seed: int = 7
