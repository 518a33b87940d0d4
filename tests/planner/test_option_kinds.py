"""Options refuse what they cannot take, and say what they could."""

from argparse import ArgumentTypeError

import pytest

from planner.cli import main
from planner.option_kinds import whole


@pytest.mark.parametrize("value", ["0", "9", "two", "2.5", ""])
def test_a_whole_number_out_of_bounds_is_refused_with_its_bounds(value):
    with pytest.raises(ArgumentTypeError, match=r"\(1 – 8\)"):
        whole(1, 8)(value)


def test_the_bounds_themselves_are_taken():
    assert [whole(1, 8)(value) for value in ("1", "8")] == [1, 8]
    assert whole(2)("1000000") == 1_000_000


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("command", ["verify", "skills"])
def test_a_command_says_which_option_and_its_bound(command, language, capsys):
    with pytest.raises(SystemExit) as left:
        main([command, "plan", "--replications", "1", "--lang", language])
    assert left.value.code == 2
    assert "--replications: '1' (>= 2)" in capsys.readouterr().err
