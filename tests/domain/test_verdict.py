"""The verdict never flatters: outcomes in their order, both baselines, thresholds that hold, alternatives costed."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.brief import Given
from bot.domain.cost.inputs import with_baseline
from bot.domain.cost.thresholds import mean_price
from bot.domain.tco import compute, with_spans, with_volume
from bot.domain.verdict import Assessment
from tests.domain.cost_cases import LARGE, assessed, inputs_of

ASKED = Given(closed_model="gpt-4o", input_mtok=50_000, output_mtok=10_000)


def test_unknown_volume_gives_no_verdict_but_presets() -> None:
    """`finance 40` without a volume: it depends on the volume, three presets stand side by side, nothing is made up."""
    told = assessed(Given())

    assert told.outcome == told.other_baseline.outcome == "depends_on_volume"
    assert (told.saving_percent, told.low_percent, told.best_option) == (None, None, None)
    assert [(preset.id, preset.output_mtok, preset.input_mtok) for preset in told.presets] == [
        ("100m", 100, 500),
        ("1g", 1000, 5000),
        ("10g", 10_000, 50_000),
    ]
    assert all(cost.saving_percent is not None for preset in told.presets for cost in preset.costs.options.values())


def test_unknown_volume_says_from_which_volume_the_target_holds() -> None:
    """At today's prices 40 % holds from 2.54 G reserved; against the successor no volume does."""
    told = assessed(Given())

    assert told.thresholds.output_mtok is None
    assert told.other_baseline.thresholds.output_mtok == pytest.approx(2543.1, rel=0.001)


def test_successor_first_then_today() -> None:
    """50 G / 10 G on GPT-4o: not reached against the successor (several times the cost), reached at today's prices."""
    told = assessed(ASKED)

    assert told.baseline == "successor"
    assert told.outcome == "not_against_successor"
    assert told.saving_percent is not None
    assert told.saving_percent < -100
    assert told.other_baseline.outcome == "reached"
    assert told.other_baseline.saving_percent == pytest.approx(59.89, rel=0.01)


def test_baseline_today_turns_the_two_around() -> None:
    """With `--baseline today` the first sentence is about today's prices, with the same figures."""
    told, turned = assessed(ASKED), assessed(replace(ASKED, baseline="today"))

    assert turned.outcome == "reached"
    assert turned.other_baseline.outcome == "not_against_successor"
    assert turned.saving_percent == told.other_baseline.saving_percent
    assert turned.other_baseline.low_percent == told.low_percent


def test_90_percent_is_not_reachable() -> None:
    """90 % is out of reach at any volume, for either baseline, and the verdict says so."""
    told = assessed(ASKED, 90)

    assert told.outcome == told.other_baseline.outcome == "not_reachable"
    assert told.thresholds.output_mtok is told.other_baseline.thresholds.output_mtok is None


def test_too_small_a_volume_is_said_to_be_the_reason() -> None:
    """1 G a month misses 40 % where 3 G would reach it."""
    told = assessed(replace(ASKED, input_mtok=5000, output_mtok=1000, baseline="today"))

    assert told.outcome == "not_at_this_volume"
    assert told.other_baseline.outcome == "not_reachable"


@pytest.mark.parametrize("target", range(5, 91, 5))
@pytest.mark.parametrize("baseline", ["successor", "today"])
def test_verdict_is_never_better_than_the_figures(target: int, baseline: Any) -> None:
    """`reached` and `within_reach` only ever stand where base or range reach the target."""
    told = assessed(replace(ASKED, baseline=baseline), target)
    for side in (told.chosen, told.other_baseline):
        assert side.saving_percent is not None
        assert side.low_percent is not None
        assert side.high_percent is not None
        if side.outcome == "reached":
            assert side.saving_percent >= target
        elif side.outcome == "within_reach":
            assert max(side.saving_percent, side.high_percent) >= target
        else:
            assert side.saving_percent < target
            assert not side.low_percent <= target <= side.high_percent


def test_within_reach_is_told_apart_from_reached() -> None:
    """A target the base reaches but fewer than half of the draws do is within reach, not reached."""
    told = assessed(replace(ASKED, baseline="today"), 59)

    assert told.saving_percent is not None
    assert told.saving_percent >= 59
    assert told.p50_percent is not None
    assert told.p50_percent < 59
    assert told.outcome == "within_reach"
    assert told.probability in {"low", "medium"}


def test_best_option_is_the_better_of_the_self_hosted() -> None:
    """On demand on-premise wins, reserved the private cloud does."""
    assert assessed(LARGE).best_option == "on_premise"
    assert assessed(replace(LARGE, price="reserved")).best_option == "private_cloud"


def test_deployment_narrows_the_verdict() -> None:
    """Who can only run in their own rooms is judged on on-premise alone."""
    told = assessed(replace(LARGE, price="reserved", deployment="on_premise"))

    assert told.best_option == "on_premise"
    assert told.saving_percent == pytest.approx(54.09, rel=0.01)


def test_threshold_volume_makes_the_target_true() -> None:
    """At the threshold volume the same question is answered with the target met."""
    told = assessed(replace(LARGE, input_mtok=5000, output_mtok=1000))
    assert told.thresholds.output_mtok is not None

    inputs = inputs_of(replace(LARGE, input_mtok=5000, output_mtok=1000))
    costs = compute(with_volume(inputs, told.thresholds.output_mtok * 1.0001))

    assert max(costs.saving("private_cloud") or 0, costs.saving("on_premise") or 0) >= 40


def test_threshold_share_makes_the_target_true() -> None:
    """With the retained share lowered to the threshold the target is met, with 0.1 points more it is not."""
    given = replace(LARGE, retained=45)
    told = assessed(given)
    share = told.thresholds.retained_share_percent
    assert share is not None
    assert told.outcome != "reached"

    def best(percent: float) -> float:
        costs = compute(inputs_of(replace(given, retained=percent)))
        return max(costs.saving("private_cloud") or -1e9, costs.saving("on_premise") or -1e9)

    assert best(share) >= 40
    assert best(share + 0.1) < 40


@pytest.mark.parametrize("baseline", ["successor", "today"])
def test_threshold_price_makes_the_target_true(baseline: Any) -> None:
    """At a closed price of the threshold in every month the best option saves exactly the target."""
    given = replace(LARGE, input_mtok=5000, output_mtok=1000, baseline=baseline)
    told = assessed(given)
    price = told.thresholds.closed_price_usd
    inputs = inputs_of(given)
    assert price is not None

    factor = price / mean_price(with_baseline(inputs, "today"))
    flat = {name: factor * inputs.spans[f"p_{name}"].value for name in ("in", "out", "cache")}
    spans = {f"{side}_{name}": value for name, value in flat.items() for side in "ps"}
    costs = compute(with_spans(inputs, **spans))

    assert max(costs.saving("private_cloud") or -1e9, costs.saving("on_premise") or -1e9) == pytest.approx(40)


def test_todays_price_is_enough_where_the_target_is_met_at_it() -> None:
    """Against a cheaper successor the price asked for is not more than today's, at which the target is met."""
    told = assessed(Given(monthly_spend=200_000, closed_model="gpt-4o"), target=35)
    assert told.outcome == "not_against_successor"
    price = told.thresholds.closed_price_usd
    assert price is not None
    assert price <= mean_price(with_baseline(told.inputs, "today"))


def test_the_range_holds_the_central_case() -> None:
    """Whole replicas can put the central case beyond what is drawn: the range that is told reaches to it."""
    for spend in range(10_000, 400_001, 30_000):
        told = assessed(Given(monthly_spend=spend, baseline="today"))
        assert told.low_percent is not None
        assert told.high_percent is not None
        assert told.low_percent <= (told.saving_percent or 0) <= told.high_percent


def test_alternatives_are_ranked_and_costed() -> None:
    """Hosted, smaller, mixture, successor, caching and hybrid are all there, the largest saving first."""
    told = assessed(ASKED).alternatives
    savings = [item.saving_percent for item in told]

    assert {item.kind for item in told} == {
        *("hosted_open", "smaller_model", "mixture_model", "closed_successor", "caching_and_batch", "hybrid"),
    }
    assert savings == sorted(savings, key=lambda value: -(value or 0))
    assert all(item.year_usd > 0 and item.horizon_usd > 0 and item.rows for item in told)


def test_alternatives_say_honestly_whether_they_reach_the_target() -> None:
    """Against the successor only moving to the successor itself reaches 40 %."""
    reaching = {item.kind for item in assessed(ASKED).alternatives if item.reaches}

    assert reaching == {"closed_successor"}


def test_smaller_model_is_to_be_proven() -> None:
    """A model of a lower tier is an alternative to be proven, never the recommendation."""
    told = assessed(ASKED)
    by_kind = {item.kind: item for item in told.alternatives}

    assert by_kind["smaller_model"].to_prove
    assert "Llama 3.1 8B" in by_kind["smaller_model"].name
    assert told.infrastructure.model.tier == "general"


def test_caching_and_batch_is_worked_by_hand() -> None:
    """Half the input cached and 30 % in batches on GPT-4o save 26.8 % at today's prices."""
    told = {item.kind: item for item in assessed(LARGE).alternatives}["caching_and_batch"]

    expected = 1 - (50 * (0.5 * 2.5 + 0.5 * 1.25) + 10 * 10) * 0.85 / (50 * 2.5 + 10 * 10)
    assert told.saving_percent == pytest.approx(100 * expected)


def test_tornado_moves_one_row_at_a_time() -> None:
    """The widest bar is the peak factor, and its ends are what the model gives with that row alone changed."""
    told = assessed(LARGE)
    bar = told.tornado[0]
    inputs = inputs_of(LARGE)

    assert bar.lever == "peak"
    for end, percent in ((bar.low, bar.at_low_percent), (bar.high, bar.at_high_percent)):
        assert compute(with_spans(inputs, peak=end)).saving("on_premise") == pytest.approx(percent)
    assert [item.spread for item in told.tornado] == sorted((item.spread for item in told.tornado), reverse=True)


def test_same_seed_same_range() -> None:
    """The range is the same for the same seed and differs for another one."""
    first, second, third = assessed(ASKED), assessed(ASKED), assessed(ASKED, seed=8)

    assert (first.low_percent, first.high_percent) == (second.low_percent, second.high_percent)
    assert first.low_percent != third.low_percent


def test_range_holds_the_base_together() -> None:
    """P10 ≤ P50 ≤ P90."""
    told = assessed(ASKED)
    assert told.low_percent is not None
    assert told.p50_percent is not None
    assert told.high_percent is not None

    assert told.low_percent <= told.p50_percent <= told.high_percent


def test_zero_volume_has_a_plan_without_ratios() -> None:
    """Zero volume gives costs and alternatives, no saving, no range and no crash."""
    told = assessed(replace(LARGE, input_mtok=0, output_mtok=0))

    assert (told.saving_percent, told.low_percent, told.probability) == (None, None, None)
    assert told.outcome == "not_at_this_volume"
    assert told.options["private_cloud"].year_usd is not None
    assert told.tornado == ()


def _chosen(told: Assessment) -> tuple[str, str | None, int | None, str]:
    where = told.infrastructure
    return where.model.id, where.gpu, where.gpus_per_replica, where.why


def test_choice_is_the_cheapest_of_the_tier_that_can_be_rented_and_bought() -> None:
    """GPT-4o is answered with Llama 3.3 70B on two H100, from published measurements; not with a reasoning model."""
    assert _chosen(assessed(ASKED)) == ("llama-3.3-70b", "H100", 2, "tier")


def test_choice_is_really_the_cheapest() -> None:
    """No other replica of H100 for that model costs less."""
    best = assessed(ASKED).options["private_cloud"].year_usd
    assert best is not None

    for gpus in (4, 8):
        other = compute(inputs_of(replace(ASKED, open_model="llama-3.3-70b", gpu="h100", gpus=gpus)))
        assert (other.options["private_cloud"].year_usd or 0) >= best


def test_gpu_that_cannot_be_bought_is_not_chosen_though_cheaper() -> None:
    """At a small volume A100s would be cheaper to rent; H100 is chosen, which can be bought as well."""
    given = Given(closed_model="gpt-4o", output_mtok=100)
    told = assessed(given)
    rented = assessed(replace(given, deployment="private_cloud"))

    assert told.infrastructure.gpu == "H100"
    assert (rented.options["private_cloud"].year_usd or 0) < (told.options["private_cloud"].year_usd or 0)


def test_smallest_tier_has_no_smaller_model() -> None:
    """Below a compact model there is nothing smaller to offer."""
    told = assessed(Given(closed_model="gpt-4o-mini", output_mtok=1000))

    assert told.infrastructure.model.tier == "compact"
    assert "smaller_model" not in {item.kind for item in told.alternatives}

    same_tier = assessed(Given(open_model="mistral-7b", output_mtok=1000))
    assert "smaller_model" not in {item.kind for item in same_tier.alternatives}


def test_private_cloud_alone_may_use_any_gpu() -> None:
    """Who never buys may rent what has no server row, when it is cheaper."""
    told = assessed(Given(closed_model="gpt-4o", output_mtok=100, deployment="private_cloud"))

    assert told.infrastructure.gpu in {"A100", "L40S"}


def test_frontier_model_is_answered_within_its_tier() -> None:
    """A frontier model is answered with a frontier open model, though weakly measured, and that is said."""
    assert _chosen(assessed(Given(closed_model="gpt-6.1-sol", output_mtok=2000)))[0::3] == ("gpt-oss-120b", "tier_weak")


def test_frontier_model_that_does_not_reason() -> None:
    """A closed model that does not reason is not answered with one that does."""
    told = assessed(Given(closed_model="gpt-4.1", output_mtok=2000))

    assert not told.infrastructure.model.reasoning
    assert told.infrastructure.model.tier == "frontier"


def test_framework_is_the_one_behind_the_figures() -> None:
    """The recommended framework is vLLM: the derating factors were measured with it."""
    assert assessed(ASKED).infrastructure.framework.name == "vLLM"


def test_costs_without_a_target_have_no_outcome() -> None:
    """Without a target nothing is judged, and break-even is cost parity."""
    told = assessed(LARGE, None)

    assert told.outcome is None
    assert told.chosen.break_even["private_cloud"].first == pytest.approx(1172.3, rel=0.001)
