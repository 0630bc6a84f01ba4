"""The cost model: what was said in, what every option costs out, side by side over 36 months."""

from bot.domain.cost.breakeven import VOLUME_MAX, BreakEven, find_break_even
from bot.domain.cost.capacity import output_rate, seconds_per_request, usd_per_mtok
from bot.domain.cost.costs import Costs, OptionCost, compute
from bot.domain.cost.formulas import evaluate
from bot.domain.cost.inputs import Assumption, Inputs, Volume, with_baseline, with_spans, with_volume
from bot.domain.cost.levers import Span
from bot.domain.cost.resolve import resolve

__all__ = [
    "VOLUME_MAX",
    "Assumption",
    "BreakEven",
    "Costs",
    "Inputs",
    "OptionCost",
    "Span",
    "Volume",
    "compute",
    "evaluate",
    "find_break_even",
    "output_rate",
    "resolve",
    "seconds_per_request",
    "usd_per_mtok",
    "with_baseline",
    "with_spans",
    "with_volume",
]
