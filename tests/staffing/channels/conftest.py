"""A queue's rows of demand, half-hourly from nine, for the tests of every channel."""

import numpy as np
import pandas as pd
import pytest


def _demand_of(queue, channel, contacts, aht_s=300.0, *, minutes=30, at=None, **columns):
    contacts = np.asarray(contacts, dtype=float)
    steps = np.arange(contacts.size) if at is None else np.asarray(at)
    start = pd.Timestamp("2026-03-02 09:00", tz="Europe/Madrid")
    rows = {
        "queue": queue,
        "channel": channel,
        "interval_start": start + pd.to_timedelta(steps * minutes, unit="min"),
        "contacts": contacts,
        "aht_s": aht_s,
    }
    return pd.DataFrame(rows | columns)


@pytest.fixture(scope="session")
def demand_of():
    return _demand_of
