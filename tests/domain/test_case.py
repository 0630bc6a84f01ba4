"""What follows from a case: the shape of its plan, the option it leads to, its months."""

import pytest

from bot.domain.case import Shape, plan_months
from tests.services.planner_cases import case_of


@pytest.mark.parametrize(
    ("name", "shape", "route"),
    [
        ("unknown volume", "measure", "private_cloud"),
        ("no usage", "measure", "private_cloud"),
        ("reached in the cloud", "procure", "private_cloud"),
        ("reached on premise", "procure", "on_premise"),
        ("reached at a host", "procure", "hosted_open"),
        ("within reach", "prove", "private_cloud"),
        ("too small", "host", "hosted_open"),
        ("successor", "hold", "closed_successor"),
    ],
)
def test_shape_and_route_follow_from_the_verdict(name: str, shape: Shape, route: str) -> None:
    """A plan never leads to an option the verdict does not carry."""
    case = case_of(name)
    assert (case.shape, case.route) == (shape, route)


def test_months_follow_from_shape_route_industry_and_wish() -> None:
    """A supervised industry evaluates a month longer, servers take three months more, a wish moves the pilot."""
    base = plan_months("procure", "private_cloud", industry="retail", wish="")
    assert base == ((1, 3), (4, 7), (8, 15))
    assert plan_months("procure", "private_cloud", industry="finance", wish="") == ((1, 4), (5, 8), (9, 16))
    assert plan_months("procure", "on_premise", industry="retail", wish="") == ((1, 3), (4, 7), (8, 18))
    assert plan_months("procure", "private_cloud", industry="retail", wish="longer_pilot")[1] == (4, 10)
    assert plan_months("procure", "private_cloud", industry=None, wish="shorter_pilot")[1] == (4, 5)


@pytest.mark.parametrize("shape", ["measure", "procure", "prove", "host", "hold"])
def test_phases_follow_each_other_without_gaps(shape: Shape) -> None:
    """Each phase begins the month after the one before ends, the first in month 1."""
    (first, end), *others = plan_months(shape, "private_cloud", industry=None, wish="shorter_pilot")
    assert first == 1
    for begin, last in others:
        assert begin == end + 1
        assert last > begin
        end = last
