import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from planner.store import HistoryStore, is_store
from planner.store_rows import StoredSource
from planner.store_schema import StoreRefused

ZONE = "Europe/Madrid"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def history(first_day="2026-03-02", days=2, *, contacts=20.0, queue="sales", zone=ZONE):
    starts = pd.date_range(first_day, periods=48 * days, freq="30min", tz=zone)
    frame = pd.DataFrame({"queue": queue, "channel": "voice", "interval_start": starts})
    return frame.assign(contacts=contacts, aht_s=300.0)


def accept(store, frame, name="centre", **options):
    return store.accept(name, frame, **({"interval_min": 30, "accepted_at": NOW} | options))


@pytest.fixture
def store(tmp_path):
    return HistoryStore(tmp_path / "centre.aforo")


def refused(call):
    with pytest.raises(StoreRefused) as error:
        call()
    return error.value.code


def test_what_is_accepted_comes_back_equal(store):
    frame = history("2026-10-24", 3).assign(abandoned=1.0)
    frame.loc[3, "contacts"] = np.nan
    source = StoredSource(name="=cmd|x.csv", sha256="0" * 64, mapping='queue = "sales"\n')
    made, _ = accept(store, frame, sources=[source], note="') DROP TABLE version; --")
    read, version = store.read()
    pd.testing.assert_frame_equal(read, frame, check_freq=False)
    assert version == made
    assert (version.number, version.sources, version.zone) == (1, (source,), ZONE)
    assert version.accepted_at == "2026-11-22T10:00:00+00:00"
    assert store.names() == ("centre",)


def test_an_export_extends_and_every_version_stays(store):
    accept(store, history())
    second, extension = accept(store, history("2026-03-03", 2, contacts=21.0))
    assert (second.number, second.added, second.corrected) == (2, 48, 48)
    assert set(extension.corrections["before"]) == {20.0}
    pd.testing.assert_frame_equal(
        store.corrections("centre", 2), extension.corrections, check_freq=False
    )
    assert len(store.read("centre", 1)[0]) == 96
    assert len(store.read("centre")[0]) == 144
    assert [version.rows for version in store.versions("centre")] == [96, 144]
    assert len(store.difference("centre", 1, 2)) == 48 + 2 * 48


def test_an_export_that_says_nothing_new_makes_no_version(store):
    accept(store, history())
    again, extension = accept(store, history())
    assert (again.number, extension.identical) == (1, 96)
    assert len(store.versions("centre")) == 1


def test_two_lengths_or_two_clocks_are_never_mixed(store):
    accept(store, history())
    assert refused(lambda: accept(store, history(), interval_min=15)) == "other_interval"
    assert refused(lambda: accept(store, history(zone="UTC"))) == "other_zone"
    assert len(store.versions("centre")) == 1


def test_what_is_not_there_is_refused_with_a_reason(store):
    assert refused(store.read) == "not_a_store"
    accept(store, history())
    assert refused(lambda: store.read("other")) == "no_history"
    assert refused(lambda: store.read("centre", 2)) == "no_version"
    accept(store, history(), name="other")
    assert refused(store.read) == "several_histories"
    assert refused(lambda: accept(store, history().head(0))) == "nothing_usable"
    for name in ("", " ", "a\x00b", "\u202eevil", "x" * 201):
        assert refused(lambda name=name: accept(store, history(), name=name)) == "name_unusable"


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"queue,contacts\n"])
def test_a_file_of_something_else_is_neither_read_nor_written(tmp_path, content):
    path = tmp_path / "history.csv"
    path.write_bytes(content)
    store = HistoryStore(path)
    assert refused(store.read) == "not_a_store"
    assert refused(lambda: accept(store, history())) == "not_a_store"
    assert path.read_bytes() == content
    assert not is_store(content)


def test_a_database_of_another_program_is_not_ours_to_write(tmp_path):
    path = tmp_path / "browser.sqlite"
    with sqlite3.connect(path) as link:
        link.execute("CREATE TABLE bookmarks (address TEXT)")
    link.close()
    before = path.read_bytes()
    assert refused(lambda: accept(HistoryStore(path), history())) == "not_a_store"
    assert path.read_bytes() == before


def test_the_database_itself_refuses_to_change_what_was_accepted(store):
    accept(store, history(), sources=[StoredSource(name="a.csv", sha256="0")])
    link = sqlite3.connect(store.path)
    for statement in ("DELETE FROM version", "UPDATE version SET note = 'x'", "DELETE FROM source"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed"):
            link.execute(statement)
    link.close()


def test_a_frame_that_was_tampered_with_is_not_read(store):
    accept(store, history())
    link = sqlite3.connect(store.path)
    link.execute("DROP TRIGGER version_is_never_updated")
    link.execute("UPDATE version SET frame = zeroblob(100)")
    link.commit()
    link.close()
    assert refused(store.read) == "store_damaged"


def test_a_store_of_a_newer_program_is_left_alone(store):
    accept(store, history())
    link = sqlite3.connect(store.path)
    link.execute("PRAGMA user_version = 99")
    link.close()
    assert refused(store.read) == "store_newer"
    assert refused(lambda: accept(store, history("2026-04-01"))) == "store_newer"


def test_the_store_can_be_handed_on_as_one_file(store, tmp_path):
    accept(store, history())
    data = store.file()
    assert is_store(data)
    copy = HistoryStore(tmp_path / "copy.aforo")
    copy.path.write_bytes(data)
    assert accept(copy, history("2026-03-10"))[0].number == 2
    assert {path.name for path in tmp_path.iterdir()} == {"centre.aforo", "copy.aforo"}


def test_a_full_disk_leaves_the_last_version_whole(store, monkeypatch):
    accept(store, history())
    from planner import store as module

    def cramped(path):
        link = original(path)
        (pages,) = link.execute("PRAGMA page_count").fetchone()
        link.execute(f"PRAGMA max_page_count = {pages}")
        return link

    original = module.prepared
    monkeypatch.setattr(module, "prepared", cramped)
    noise = np.random.default_rng(1).random(48 * 60)
    more = history("2026-04-01", 60).assign(contacts=noise)
    assert refused(lambda: accept(store, more)) == "store_full"
    assert store.read()[1].number == 1


WRITER = """
import sys
from datetime import datetime, UTC
import pandas as pd
from pathlib import Path
from planner.store import HistoryStore

path, queue, count = sys.argv[1:]
for day in range(int(count)):
    starts = pd.date_range(
        pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=day), periods=48, freq="30min"
    )
    frame = pd.DataFrame({"queue": queue, "channel": "voice", "interval_start": starts})
    version, _ = HistoryStore(Path(path)).accept(
        "centre", frame.assign(contacts=float(day), aht_s=300.0),
        interval_min=30, accepted_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    print(version.number, flush=True)
"""


def start_writer(store, queue, count):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store.path), queue, str(count)], stdout=subprocess.PIPE
    )


def test_two_writers_at_once_lose_nothing(store):
    writers = [start_writer(store, queue, 8) for queue in ("a", "b")]
    numbers = [
        int(line) for writer in writers for line in writer.communicate(timeout=60)[0].split()
    ]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(numbers) == list(range(1, 17))
    frame, version = store.read()
    assert version.number == 16
    assert frame.groupby("queue").size().to_dict() == {"a": 8 * 48, "b": 8 * 48}


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(store):
    for attempt, moment_s in enumerate((0.0, 0.01, 0.037)):
        writer = start_writer(store, f"queue {attempt}", 500)
        acknowledged = [int(writer.stdout.readline()) for _ in range(3)][-1]
        time.sleep(moment_s)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        writer.stdout.close()
        writer.wait(timeout=10)
        frame, version = store.read()
        assert version.number in {acknowledged, acknowledged + 1}
        assert len(frame) == version.rows
        link = sqlite3.connect(store.path)
        assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        link.close()
