"""Lists to call: the geometric sums written out, limits, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.backlog.outbound import outbound_work

TIMES = {"aht_s": 240, "attempt_s": 40}


def test_three_attempts_written_out():
    found = outbound_work(1000, contact_rate=0.25, max_attempts=3, **TIMES)
    assert found.attempts == pytest.approx(1000 + 750 + 562.5)
    assert found.contacts == pytest.approx(250 + 187.5 + 140.625)
    seconds = 578.125 * 240 + (2312.5 - 578.125) * 40
    assert found.work_h == pytest.approx(seconds / 3600)


def test_nobody_answers_or_everybody_does():
    found = outbound_work(100, contact_rate=[0, 1], max_attempts=4, **TIMES)
    assert found.contacts.tolist() == [0, 100]
    assert found.attempts.tolist() == [400, 100]
    assert found.work_h == pytest.approx([400 * 40 / 3600, 100 * 240 / 3600])


@given(rate=st.floats(1e-9, 1), attempts=st.integers(1, 50), records=st.floats(0, 1e6))
def test_each_attempt_reaches_its_share(rate, attempts, records):
    found = outbound_work(
        records, contact_rate=rate, max_attempts=[attempts, attempts + 1], **TIMES
    )
    assert found.contacts == pytest.approx(found.attempts * rate, rel=1e-9)
    assert (found.contacts <= records * (1 + 1e-12)).all()
    assert (found.attempts <= records * np.array([attempts, attempts + 1]) * (1 + 1e-9)).all()
    assert found.work_h[1] >= found.work_h[0] * (1 - 1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"records": -1}, "records = -1"),
        ({"contact_rate": 1.2}, r"contact_rate = 1.2; must be a number in \[0, 1\]"),
        ({"max_attempts": 0}, r"max_attempts = 0.0; must be a whole number in \[1, inf\)"),
        ({"max_attempts": 1.5}, "max_attempts = 1.5"),
        ({"attempt_s": np.nan}, "attempt_s = nan"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    good = {"records": 10, "contact_rate": 0.3, "max_attempts": 3} | TIMES
    with pytest.raises(ValueError, match=message):
        outbound_work(**good | change)
