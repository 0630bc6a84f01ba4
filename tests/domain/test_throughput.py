"""The throughput fits reproduce what was published."""

import json
from typing import Any

import pytest

from bot.domain.prices import Fit
from bot.domain.tco import output_rate, seconds_per_request
from tests.domain.cost_cases import BOOKS, DATA

FITS: dict[str, Fit] = {fit.factor.id: fit for fit in BOOKS.book.fits}
PUBLISHED: list[dict[str, Any]] = json.loads((DATA / "throughput_points.json").read_text("utf-8"))["fits"]
MARGIN = 0.005


def test_every_fit_has_published_points() -> None:
    """No fit of the book stands without the points it was made from."""
    assert {item["fit"] for item in PUBLISHED} == set(FITS)


@pytest.mark.parametrize("item", PUBLISHED, ids=[item["fit"] for item in PUBLISHED])
def test_fit_meets_its_points(item: dict[str, Any]) -> None:
    """NVIDIA TensorRT-LLM performance overview: each point within the fit's error + 0.5 points, in seconds."""
    fit = FITS[item["fit"]]
    for isl, osl, rate in item["points"]:
        published = osl / rate

        off = abs(seconds_per_request(fit, isl=isl, osl=osl) / published - 1)

        assert off <= item["max_abs_err"] + MARGIN, (isl, osl)


def test_weak_fits_are_assumptions_with_a_wide_range() -> None:
    """A fit on four or five points, or on two, is an assumption and ranges at least from -30 to +50 %."""
    weak = [fit for fit in FITS.values() if fit.weak]

    assert len(weak) == 5
    for fit in weak:
        assert fit.factor.status == "assumption"
        assert fit.factor.low <= 0.7
        assert fit.factor.high >= 1.5


def test_llama_4_maverick_lies_between_its_published_points() -> None:
    """NVIDIA TensorRT-LLM v1.x: 4,146 and 1,276 tok/s per H200, times eight; a shape between them is interpolated."""
    fit = FITS["fit.llama-4-maverick.h200x8"]

    assert output_rate(fit, isl=1000, osl=1000) == pytest.approx(8 * 4146, rel=0.001)
    assert output_rate(fit, isl=8192, osl=1024) == pytest.approx(8 * 1276, rel=0.001)
    assert 8 * 1276 < output_rate(fit, isl=4000, osl=1000) < 8 * 4146


def test_vllm_serves_slower_than_it_batches() -> None:
    """MLPerf Inference v5.1 closed, vLLM, Llama 3.1 8B: server/offline on H100 and L40S frame eta_slo."""
    row = BOOKS.book.rows["load.eta_slo"]
    h100, l40s = 5104 / 5777, 1207 / 1642

    assert row.low == pytest.approx(l40s, abs=0.01)
    assert l40s < row.value < h100
    assert row.high == pytest.approx(h100, abs=0.02)


def test_vllm_against_the_fit_gives_eta_engine() -> None:
    """MLPerf v5.1 offline against the fit at ISL 778, OSL 128: 0.68 on H100 and 0.63 on L40S, 0.65 between them."""
    ratios = [
        offline / output_rate(FITS[f"fit.llama-3.1-8b.{gpu}x1"], isl=778, osl=128)
        for gpu, offline in (("h100", 5777), ("l40s", 1642))
    ]

    assert ratios == pytest.approx([0.68, 0.63], abs=0.01)
    assert min(ratios) < BOOKS.book.rows["load.eta_engine"].value < max(ratios)
