"""The cost model gives the figures of the design, and those of published examples."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from bot.domain.brief import Baseline, Given
from bot.domain.cost.horizon import add_months, share_before
from bot.domain.cost.thresholds import mean_price
from bot.domain.errors import UserError
from bot.domain.tco import compute, find_break_even, resolve, usd_per_mtok, with_spans, with_volume
from tests.domain.cost_cases import BOOKS, CASES, LARGE, TODAY, assessed, given_of, inputs_of, slow_saving

NAMES = [case["name"] for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case_gives_the_expected_years(case: dict[str, Any]) -> None:
    """Every average year of the six cases is met within 1 %."""
    costs = compute(inputs_of(given_of(case)))

    told = {option: costs.options[option].year_usd for option in case["year_usd"]}

    assert told == pytest.approx(case["year_usd"], rel=0.01)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case_gives_the_expected_savings(case: dict[str, Any]) -> None:
    """Every saving of the six cases is met within 1 %, and so are replicas and servers."""
    costs = compute(inputs_of(given_of(case)))

    told = {option: costs.options[option].saving_percent for option in case["saving_percent"]}

    assert told == pytest.approx(case["saving_percent"], rel=0.01)
    assert list(costs.options["private_cloud"].replicas_by_year) == case["replicas"]
    assert costs.options["on_premise"].servers == case["servers"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case_gives_the_expected_break_even(case: dict[str, Any]) -> None:
    """The break-even volumes of the six cases are met within 0.1 %, null against a successor that is too cheap."""
    inputs = inputs_of(given_of(case))
    for target, (first, holds) in case["break_even_private_cloud_mtok_out"].items():
        told = find_break_even(inputs, "private_cloud", float(target))

        assert told.first == (None if first is None else pytest.approx(first, rel=0.001))
        assert told.holds_from == (None if holds is None else pytest.approx(holds, rel=0.001))


def test_successor_takes_over_by_days() -> None:
    """A shutdown on 14 January leaves one whole month and 22 of 31 days of the second at today's price."""
    share = share_before(date(2027, 1, 14), as_of=TODAY)

    assert share[0] == 1
    assert share[1] == pytest.approx(22 / 31)
    assert not share[2:].any()


def test_months_end_on_the_last_day() -> None:
    """A month from 31 January ends on the last day of February."""
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2026, 11, 23), 36) == date(2029, 11, 23)


def test_model_that_is_gone_bills_its_successor_at_once() -> None:
    """A closed model retired before the as-of date is compared with its successor from the first month."""
    inputs = inputs_of(replace(LARGE, closed_model="claude-3.5-sonnet", baseline="successor"))

    assert not inputs.plan.today_share.any()
    assert compute(inputs).options["closed"].year_usd == pytest.approx(12 * (50_000 * 2 + 10_000 * 10))


@pytest.mark.parametrize("option", ["private_cloud", "on_premise"])
@pytest.mark.parametrize("growth", [0, 40, -20])
def test_break_even_is_where_the_saving_is_the_target(option: Any, growth: float) -> None:
    """Just before `first` the target is missed, at it it is met, and from `holds_from` on no volume misses it."""
    inputs = inputs_of(replace(LARGE, growth=growth))
    told = find_break_even(inputs, option, 0.4)
    assert told.first is not None
    assert told.holds_from is not None

    assert slow_saving(inputs, option, told.first * 0.9999) < 0.4
    assert slow_saving(inputs, option, told.first * 1.0001) >= 0.4
    assert slow_saving(inputs, option, told.holds_from * 0.9999) < 0.4
    after = np.linspace(told.holds_from * 1.0001, 100_000, 400)
    assert all(slow_saving(inputs, option, volume) >= 0.4 for volume in after)
    before = np.linspace(100, told.first * 0.9999, 200)
    assert all(slow_saving(inputs, option, volume) < 0.4 for volume in before)


def test_growth_buys_servers_when_they_are_needed() -> None:
    """Servers are bought at the start of the year that needs them and are worth more at the end the later they came."""
    costs = compute(inputs_of(replace(LARGE, growth=50))).options["on_premise"]
    unit = 310_000 * 1.12

    assert costs.servers_by_year == (4, 5, 8)
    assert costs.capex_usd == pytest.approx(8 * unit)
    residual = 4 * unit * 0.25 + 1 * unit * (1 - 0.75 * 24 / 36) + 3 * unit * (1 - 0.75 * 12 / 36)
    assert costs.residual_usd == pytest.approx(residual)


def test_falling_volume_keeps_the_servers_that_were_bought() -> None:
    """With a shrinking volume fewer replicas run, but a server once bought is still paid for."""
    costs = compute(inputs_of(replace(LARGE, growth=-40))).options["on_premise"]

    assert costs.replicas_by_year == (13, 8, 5)
    assert costs.servers_by_year == (4, 4, 4)


def test_net_present_value_by_hand() -> None:
    """NPV discounts monthly savings at 10 % a year, after the migration in month 0, as worked by hand."""
    cost = compute(inputs_of(replace(LARGE, input_mtok=5000, output_mtok=1000))).options["hosted_open"]
    bill, month = 22_500.0, 22_500 * 0.1 + (0.9 * 6000 * 0.72) + 19_000 / 12
    cash = [-60_000.0, bill - month - 0.9 * bill, *([bill - month] * 35)]

    assert cost.npv_usd == pytest.approx(sum(value / 1.1 ** (at / 12) for at, value in enumerate(cash)))
    balance = np.cumsum(cash)
    assert cost.payback_month == int(np.argmax(balance >= 0))


def test_net_present_value_counts_servers_and_what_they_are_worth_at_the_end() -> None:
    """On-premise pays the servers in month 0 and gets the residual value in month 36."""
    inputs = inputs_of(LARGE)
    cost = compute(inputs).options["on_premise"]
    assert cost.capex_usd is not None
    assert cost.residual_usd is not None
    monthly = 225_000 * 0.9 - cost.running_usd[0] / 12
    cash = [-150_000 - cost.capex_usd, *([monthly - 0.9 * 225_000] * 2), *([monthly] * 34)]
    cash[36] += cost.residual_usd

    assert cost.npv_usd == pytest.approx(sum(value / 1.1 ** (at / 12) for at, value in enumerate(cash)))


def test_what_is_lost_again_has_not_paid_back() -> None:
    """A month in the black before a cheap successor takes over is no payback."""
    cost = compute(inputs_of(replace(LARGE, baseline="successor"))).options["hosted_open"]

    assert cost.payback_month is None


def test_zero_volume_gives_costs_without_ratios() -> None:
    """With nothing used there is a bill of 0 and no saving, but the replicas still cost."""
    costs = compute(inputs_of(replace(LARGE, input_mtok=0, output_mtok=0)))

    assert costs.bill_usd == 0
    assert [cost.saving_percent for cost in costs.options.values()] == [None] * 6
    assert costs.options["private_cloud"].replicas == 2


def test_unknown_volume_gives_no_figures() -> None:
    """Without a volume no option has a cost."""
    costs = compute(inputs_of(Given()))

    assert costs.bill_usd is None
    assert all(cost.year_usd is None and cost.saving_percent is None for cost in costs.options.values())


def test_gpu_without_a_server_cannot_be_bought() -> None:
    """For a GPU with no server row on-premise is not available and everything else goes on."""
    costs = compute(inputs_of(replace(LARGE, gpu="H200")))

    assert costs.options["on_premise"].reason == "no_server"
    assert costs.options["on_premise"].year_usd is None
    assert costs.options["private_cloud"].year_usd is not None


def test_model_without_measurements_can_only_be_bought() -> None:
    """A model nobody measured is costed at its host alone."""
    costs = compute(inputs_of(Given(open_model="Llama 4 Scout", output_mtok=1000)))

    assert costs.options["private_cloud"].reason == "no_throughput"
    assert costs.options["hosted_open"].year_usd is not None


def test_host_that_does_not_sell_the_model() -> None:
    """A host we know that does not sell the chosen model makes hosted and hybrid unavailable, not an error."""
    costs = compute(inputs_of(replace(LARGE, host="mistral")))

    assert costs.options["hosted_open"].reason == "no_host"
    assert costs.options["hybrid"].reason == "no_host"


def test_hybrid_serves_half_inside_and_half_at_the_host() -> None:
    """The hybrid option is seven replicas for half the load, half the hosted tokens and both teams."""
    cost = compute(inputs_of(LARGE)).options["hybrid"]

    rent = 12 * 7 * 2 * 2.95 * 730 * 1.2
    assert cost.replicas == 7
    assert cost.running_usd[0] == pytest.approx(rent + 12 * 0.45 * 60_000 * 0.72 + 0.6 * 190_000)


def test_hybrid_share_is_the_part_inside() -> None:
    """With 30 % inside, four replicas serve it and 70 % of the tokens are bought from the host."""
    cost = compute(with_spans(inputs_of(LARGE), hybrid_share=0.3)).options["hybrid"]

    rent = 12 * 4 * 2 * 2.95 * 730 * 1.2
    assert cost.running_usd[0] == pytest.approx(rent + 12 * 0.9 * 0.7 * 60_000 * 0.72 + 0.6 * 190_000)


def test_target_met_and_lost_again_does_not_hold() -> None:
    """`holds_from` is null exactly when the target is missed at 100 G though some smaller volume meets it."""
    inputs = inputs_of(LARGE)
    end = slow_saving(inputs, "private_cloud", 100_000)
    told = {
        target: find_break_even(inputs, "private_cloud", target) for target in np.linspace(end - 0.01, end + 0.01, 21)
    }

    for target, point in told.items():
        assert (point.holds_from is None) == (target > end + 1e-12)
    assert any(point.first is not None and point.holds_from is None for point in told.values())


def test_closed_successor_moves_everything_at_once() -> None:
    """The closed successor costs its own prices from now on and 20,000 for the move."""
    cost = compute(inputs_of(LARGE)).options["closed_successor"]

    assert cost.year_usd == pytest.approx(120_000)
    assert cost.horizon_usd == pytest.approx(380_000)


def test_spend_is_turned_into_tokens() -> None:
    """20,000 USD a month on GPT-4o with five input tokens for each output token buy 888.9 Mtok of output."""
    inputs = inputs_of(Given(closed_model="gpt-4o", monthly_spend=20_000))

    assert inputs.volume.output_mtok == pytest.approx(20_000 / (5 * 2.5 + 10))
    assert compute(inputs).options["closed_successor"].available


def test_spend_with_cache_and_batch_buys_more_tokens() -> None:
    """V_out = M / ([q((1-c)p_in + c·p_cache) + p_out](1-0.5b)) as the design says."""
    inputs = inputs_of(Given(closed_model="gpt-4o", monthly_spend=20_000, cache_share=40, batch_share=20))

    expected = 20_000 / ((5 * (0.6 * 2.5 + 0.4 * 1.25) + 10) * (1 - 0.5 * 0.2))
    assert inputs.volume.output_mtok == pytest.approx(expected)


def test_spend_is_the_bill_of_the_first_month() -> None:
    """The tokens bought by a spend cost exactly that spend at today's prices."""
    inputs = inputs_of(Given(monthly_spend=20_000, cache_share=30, batch_share=50, baseline="today"))

    assert compute(inputs).options["closed"].year_usd == pytest.approx(12 * 20_000)


@pytest.mark.parametrize(("baseline", "month_usd"), [("today", 15_000), ("successor", 500 * (5 * 2 + 10))])
def test_spend_on_a_model_that_is_gone_tells_the_volume_at_its_own_price(baseline: Baseline, month_usd: float) -> None:
    """15,000 USD at 3 and 15 a Mtok, five to one, are 500 Mtok of output; at the successor's 2 and 10 they cost 10,000."""
    inputs = inputs_of(Given(closed_model="claude-3-5-sonnet", monthly_spend=15_000, baseline=baseline))

    assert inputs.shutdown is not None
    assert inputs.shutdown < TODAY
    assert inputs.volume.output_mtok == pytest.approx(15_000 / (5 * 3 + 15))
    assert compute(inputs).options["closed"].year_usd == pytest.approx(12 * month_usd)


@pytest.mark.parametrize(
    ("given", "isl", "assumption"),
    [
        (Given(input_mtok=10_000, output_mtok=1000), 3000, "isl"),
        (Given(input_mtok=10_000, output_mtok=1000, isl=1500, osl=300), 3000, "isl_corrected"),
        (Given(input_mtok=5200, output_mtok=1000, isl=1500, osl=300), 1500, None),
    ],
)
def test_request_shape_follows_the_volumes(given: Given, isl: float, assumption: str | None) -> None:
    """A shape more than 5 % off the volumes is corrected and named; a closer one is kept."""
    inputs = inputs_of(given)

    assert inputs.volume.isl == pytest.approx(isl)
    assert assumption is None or assumption in {item.id for item in inputs.assumptions}


def test_every_default_is_named_with_its_rows() -> None:
    """What nobody said stands among the assumptions, and each row of status assumption that is used does too."""
    inputs = inputs_of(Given())
    told = {item.id: item for item in inputs.assumptions}

    named = {"closed_model", "volume", "open_model", "gpu", "host", "price", "baseline", "as_of", "growth", "retained"}
    assert named | {"cache_share", "batch_share", "isl", "osl", "input_per_output"} <= set(told)
    used = {row.id for row in inputs.rows if row.status == "assumption"}
    assert used <= {row for item in inputs.assumptions for row in item.rows}
    assert told["load.peak_to_mean"].rows == ("load.peak_to_mean",)


def test_what_was_said_is_no_assumption() -> None:
    """A value somebody gave does not stand among the assumptions."""
    given = replace(LARGE, isl=1500, osl=300, host="aws", growth=0, cache_share=0, batch_share=0, retained=10)
    told = {item.id for item in inputs_of(given).assumptions}

    assert not told & {"closed_model", "volume", "growth", "retained", "gpu", "isl", "osl", "baseline", "price", "host"}


def test_unknown_region_is_said_to_be_unpriced() -> None:
    """A region without a row costs nothing more and stands among the assumptions."""
    told = {item.id for item in inputs_of(replace(LARGE, region="latam")).assumptions}

    assert "region_unpriced" in told
    assert "region_unpriced" not in {item.id for item in inputs_of(replace(LARGE, region="EU")).assumptions}


@pytest.mark.parametrize(
    ("given", "text", "params"),
    [
        (Given(region="**99 %** [x](http://evil.example)"), "error.cost.unknown", {"name": "--region"}),
        (Given(output_mtok=-1), "error.cost.range", {"name": "--output-mtok", "low": "0"}),
        (Given(output_mtok=1e9), "error.cost.range", {"value": "1000000000"}),
        (Given(monthly_spend=float("nan")), "error.cost.range", {"name": "--monthly-spend"}),
        (Given(isl=0), "error.cost.range", {"name": "--isl", "low": "1"}),
        (Given(gpus=0), "error.cost.range", {"name": "--gpus"}),
        (Given(retained=0.1), "error.cost.fraction", {"name": "--retained", "percent": "10"}),
        (Given(growth=-0.5), "error.cost.fraction", {"percent": "-50"}),
        (Given(cache_share=101), "error.cost.range", {"high": "100"}),
        (Given(price="spot"), "error.cost.spot", {}),
        (Given(as_of=date(9999, 12, 31)), "error.cost.range", {"name": "--as-of", "high": "2100-01-01"}),
        (Given(closed_model="gpt-99"), "error.cost.unknown", {"name": "--closed-model", "value": "gpt-99"}),
        (Given(open_model="Llama 4 8B"), "error.cost.unknown", {"name": "--open-model"}),
        (Given(gpu="tpu"), "error.cost.unknown", {"name": "--gpu"}),
        (Given(host="nowhere"), "error.cost.unknown", {"name": "--host"}),
        (Given(gpu="h200", open_model="mixtral-8x7b"), "error.cost.not_measured", {"value": "--gpu h200"}),
        (Given(open_model="llama-3.3-70b", gpus=3), "error.cost.not_measured", {"value": "--gpus 3"}),
        (Given(input_mtok=5, output_mtok=0), "error.cost.no_output", {"name": "--output-mtok"}),
        (Given(monthly_spend=10, currency="EUR"), "error.cost.currency", {"currency": "EUR", "known": "USD"}),
    ],
)
def test_value_that_cannot_be_taken_is_named(given: Given, text: str, params: dict[str, str]) -> None:
    """A bad value is refused with its name and what is allowed."""
    with pytest.raises(UserError) as caught:
        inputs_of(given)

    assert caught.value.text == text
    assert params.items() <= dict(caught.value.params).items()


@pytest.mark.parametrize(
    "given", [replace(LARGE, gpu="b200", gpus=None), replace(LARGE, open_model="llama-4-scout", gpus=None)]
)
def test_what_nobody_measured_is_not_available_and_the_rest_goes_on(given: Given) -> None:
    """A GPU or a model without measurements takes the self-hosted options away, not the hosted and closed ones."""
    options = compute(inputs_of(given)).options

    assert {option: options[option].reason for option in ("private_cloud", "on_premise", "hybrid")} == dict.fromkeys(
        ("private_cloud", "on_premise", "hybrid"), "no_throughput"
    )
    assert options["hosted_open"].saving_percent is not None
    assert options["closed"].year_usd == pytest.approx(2_700_000)


@pytest.mark.parametrize("name", ["GPT-4o", "gpt 4o", " gpt4o ", "ChatGPT-4o", "ＧＰＴ-4o"])
def test_model_names_are_found_however_typed(name: str) -> None:
    """Case, spaces, width and common short forms do not matter."""
    assert inputs_of(Given(closed_model=name)).closed == "gpt-4o"


@pytest.mark.parametrize("name", ["H100", "h100", "NVIDIA H100", "H100-80GB-SXM"])
def test_gpu_names_are_found_however_typed(name: str) -> None:
    """A longer name that begins with ours is ours."""
    fit = inputs_of(replace(LARGE, gpu=name)).fit

    assert fit is not None
    assert fit.gpu == "h100"


def test_measured_fit_goes_before_a_weak_one() -> None:
    """Llama 3.3 70B on two H200 stands on the nine points of 3.1, not on the four of its own."""
    fits = BOOKS.book.fits_for(("llama-3.1-70b", "llama-3.3-70b"))

    assert next(fit for fit in fits if (fit.gpu, fit.gpus) == ("h200", 2)).weak is False


def test_mean_price_is_the_bill_over_the_tokens() -> None:
    """50 Mtok at 2.50 and 10 at 10 mix to 3.75 USD per Mtok."""
    assert mean_price(inputs_of(LARGE)) == pytest.approx(3.75)
    assert mean_price(inputs_of(replace(LARGE, growth=30))) == pytest.approx(3.75)


def test_other_region_makes_rent_and_hosting_dearer() -> None:
    """A regional surcharge raises rented GPUs and hosted tokens, not the servers of one's own."""
    inputs = inputs_of(LARGE)
    plain, dear = compute(inputs), compute(with_spans(inputs, region_uplift=0.2))

    assert dear.options["on_premise"].year_usd == plain.options["on_premise"].year_usd
    for option in ("private_cloud", "hosted_open"):
        assert (dear.options[option].year_usd or 0) > (plain.options[option].year_usd or 0)


class TestPublishedExamples:
    """Worked examples of others, each with its source."""

    def test_llmtco_token_bill(self) -> None:
        """llmtco.com/methodology: 1 Mtok at 3 and 0.5 Mtok at 15 make 10.50."""
        inputs = inputs_of(Given(closed_model="claude-3-5-sonnet", input_mtok=1, output_mtok=0.5, baseline="today"))

        assert (compute(inputs).options["closed"].year_usd or 0) / 12 == pytest.approx(10.50)

    def test_llmtco_rent(self) -> None:
        """llmtco.com/methodology: 1.50 an hour, 730 hours, 30 % utilisation make 328.50 a month."""
        inputs = with_spans(inputs_of(LARGE), gpu_hour=1.50 * 0.30, infra=0, fte_cloud=0)
        cost = compute(inputs).options["private_cloud"]

        assert cost.gpus is not None
        assert cost.running_usd[0] / 12 / cost.gpus == pytest.approx(328.50)

    def test_llmtco_depreciation(self) -> None:
        """llmtco.com/methodology: 15,000 over 36 months are 416.67 a month."""
        inputs = with_spans(inputs_of(with_small()), server=15_000, network=0, residual_36m=0)
        cost = compute(inputs).options["on_premise"]

        assert cost.capex_usd is not None
        assert cost.capex_usd / 36 == pytest.approx(416.67, abs=0.01)

    def test_llmtco_break_even(self) -> None:
        """llmtco.com/methodology: 320 a month fixed against 3 per Mtok break even at 106.7 Mtok."""
        free = dict.fromkeys(("gpu_hour", "retained", "s_in", "s_out", "s_cache", "p_cache", "p_in"), 0.0)
        inputs = inputs_of(replace(LARGE, growth=0))
        plan = replace(inputs.plan, parallel_self=0)
        fixed = with_spans(inputs, **free, p_out=3, fte=320 * 12, fte_cloud=1, migration_self=0)

        told = find_break_even(replace(fixed, plan=plan), "private_cloud", 0)

        assert told.first == pytest.approx(106.7, abs=0.05)

    def test_llmtco_cost_per_million(self) -> None:
        """llmtco.com/methodology: 1.50 an hour at 2,000 tok/s are 0.21 per Mtok."""
        assert usd_per_mtok(1.50, 2000) == pytest.approx(0.21, abs=0.005)

    def test_gridstackhub_reservation(self) -> None:
        """gridstackhub.ai: from 2.23 to 1.79 per GPU-hour saves 3,854 a year (8,760 hours)."""
        inputs = with_spans(inputs_of(LARGE), infra=0, fte_cloud=0)
        years = [
            compute(with_spans(inputs, gpu_hour=price)).options["private_cloud"].running_usd[0] / 26
            for price in (2.23, 1.79)
        ]

        assert years[0] - years[1] == pytest.approx(3854, abs=1)

    def test_published_but_wrong_is_not_copied(self) -> None:
        """An L40S at 0.79/h and 9,500 tok/s costs 0.023 per Mtok, not the published 0.11."""
        told = usd_per_mtok(0.79, 9500)

        assert told == pytest.approx(0.023, abs=0.0005)
        assert told != pytest.approx(0.11, rel=0.5)


def with_small() -> Given:
    """Return a volume that fits in one server."""
    return replace(LARGE, input_mtok=500, output_mtok=100)


def test_two_replicas_in_one_server_are_not_called_redundant() -> None:
    """Both replicas in one server are flagged; four servers are not."""
    assert assessed(with_small()).infrastructure.one_server
    assert not assessed(LARGE).infrastructure.one_server


def test_volume_can_be_moved_with_its_proportion() -> None:
    """Another volume keeps five input tokens for each output token and doubles the bill."""
    inputs = inputs_of(LARGE)

    assert compute(with_volume(inputs, 20_000)).bill_usd == pytest.approx(2 * (compute(inputs).bill_usd or 0))


def test_enormous_requests_do_not_exhaust_the_machine() -> None:
    """Requests so large that each Mtok needs many replicas still give an answer, and it holds."""
    given = replace(LARGE, input_mtok=1_000_000, output_mtok=10, isl=200_000, osl=2)
    told = find_break_even(inputs_of(given), "private_cloud", 0)

    assert told.first is None or slow_saving(inputs_of(given), "private_cloud", told.first * 1.001) >= 0


def test_free_closed_model_has_no_break_even() -> None:
    """Against a closed model that costs nothing no volume ever saves, and nothing divides by zero."""
    free = dict.fromkeys(("p_in", "p_out", "p_cache", "s_in", "s_out", "s_cache"), 0.0)
    inputs = with_spans(inputs_of(LARGE), **free)

    assert find_break_even(inputs, "private_cloud", 0).first is None
    assert compute(inputs).options["private_cloud"].saving_percent is None


@pytest.mark.parametrize("spend", [123.45, 20_000.0, 21_739.13, 777_777.7])
def test_closed_option_neither_saves_nor_loses(spend: float) -> None:
    """The closed API compared with itself is exactly zero, whatever the order of the sums."""
    inputs = resolve(Given(monthly_spend=spend), BOOKS.book, BOOKS.catalogue, today=date(2026, 11, 23))

    assert compute(inputs).options["closed"].saving_percent == 0.0
