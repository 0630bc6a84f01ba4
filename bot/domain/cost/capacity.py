"""Capacity of a replica: seconds per request from the three-term fit, and what a GPU hour buys."""

from bot.domain.prices import Fit


def seconds_per_request(fit: Fit, *, isl: float, osl: float) -> float:
    """Return the seconds one replica needs per request at full batch: t = ISL/P + OSL/D + kv·OSL·(ISL + OSL/2)."""
    return isl / fit.prefill + osl / fit.decode + fit.kv * osl * (isl + osl / 2)


def output_rate(fit: Fit, *, isl: float, osl: float) -> float:
    """Return output tokens a second of one replica at full batch."""
    return osl / seconds_per_request(fit, isl=isl, osl=osl)


def usd_per_mtok(usd_per_hour: float, tokens_per_second: float) -> float:
    """Return what a million tokens cost on a machine that is always busy."""
    return usd_per_hour / (tokens_per_second * 3600 / 1e6)
