"""Gross and net agents: exact on ties, each the other's bound."""

import math
from fractions import Fraction

import numpy as np
import pytest

from staffing import gross_agents, net_agents


@pytest.mark.parametrize(("net", "gross"), [(21, 30), (42, 60), (84, 120), (161, 230), (1, 2)])
def test_shrinkage_of_thirty_percent_is_added_exactly(net, gross):
    assert gross_agents(net, 0.3) == gross


def test_ninety_agents_at_thirty_percent_leave_sixty_three():
    assert net_agents(90, 0.3) == 63


def test_every_percentage_agrees_with_exact_fractions():
    agents = np.arange(0, 400)
    for percent in range(95):
        productive = 1 - Fraction(percent, 100)
        gross = [math.ceil(int(n) / productive) for n in agents]
        net = [math.floor(int(n) * productive) for n in agents]
        assert gross_agents(agents, percent / 100).tolist() == gross
        assert net_agents(agents, percent / 100).tolist() == net


def test_the_gross_agents_are_the_fewest_that_leave_the_net_ones():
    net = np.arange(1, 300)
    gross = gross_agents(net, 0.337)
    assert (net_agents(gross, 0.337) >= net).all()
    assert (net_agents(gross - 1, 0.337) < net).all()


@pytest.mark.parametrize("shrinkage", [-0.1, 1.0, np.nan])
def test_shrinkage_outside_its_bounds_is_refused(shrinkage):
    for function in (gross_agents, net_agents):
        with pytest.raises(ValueError, match=rf"shrinkage = {shrinkage}; .* \[0, 1\)"):
            function(10, shrinkage)


def test_scalars_give_integers_and_arrays_broadcast():
    assert isinstance(gross_agents(21, 0.3), np.int64)
    assert gross_agents([[1], [2]], [0.1, 0.2, 0.3]).shape == (2, 3)
    with pytest.raises(ValueError, match="net = nan"):
        gross_agents(np.nan, 0.3)
