"""Months of the horizon: the part of each month the current closed model is still served at today's price."""

import calendar
from datetime import date
from functools import lru_cache

import numpy as np

from bot.domain.cost.levers import MONTHS, Column


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=256)
def share_before(shutdown: date | None, *, as_of: date) -> Column:
    """Return for each month from `as_of` the share of its days before `shutdown`; all of them without one.

    A month runs from a day to the same day of the next month: from 23 December to 23 January are 31 days, of which
    22 lie before 14 January. Both baselines of every comparison ask for it; nobody can write into what they share.
    """
    served = np.ones(MONTHS) if shutdown is None else _served(shutdown, as_of)
    served.flags.writeable = False
    return served


def _served(shutdown: date, as_of: date) -> Column:
    borders = [add_months(as_of, month) for month in range(MONTHS + 1)]
    days = np.array([(border - as_of).days for border in borders], dtype=np.float64)
    served = np.clip((shutdown - as_of).days, days[:-1], days[1:]) - days[:-1]
    return np.asarray(served / np.diff(days))
