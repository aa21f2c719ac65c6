"""Logs from elsewhere: every format, unit, separator and time zone gives the same acts; doubts are raised when they must be."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hourglass_sim.store.importer import read_log
from hourglass_sim.store.times import guess_unit, local_days_and_hours

TIMES = [1_719_792_000, 1_719_878_400 + 3_600 * 13, 1_722_470_399]  # 1 July 2024 00:00, 2 July 13:00, 31 July 23:59:59
TABLE = pd.DataFrame({"player_id": ["zoe", "ann", "zoe"], "ts": TIMES})


def facts(log):
    return log.users.tolist(), log.codes.tolist(), log.day.tolist(), log.hour.tolist(), log.start, log.last_day


EXPECTED = (["ann", "zoe"], [1, 0, 1], [0, 1, 30], [0, 13, 23], date(2024, 7, 1), 30)


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.parquet", "log.tsv", "log.duckdb", "folder"])
def test_every_format_gives_the_same_acts(tmp_path, name):
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
        TABLE[:2].to_parquet(path / "part-0.parquet")
        TABLE[2:].to_parquet(path / "part-1.parquet")
        (path / ".part-2.parquet.part").write_bytes(b"unfinished")
    elif name.endswith("parquet"):
        TABLE.to_parquet(path)
    elif name.endswith("duckdb"):
        import duckdb

        with duckdb.connect(str(path)) as database:
            database.from_df(TABLE).create("plays")
    else:
        TABLE.to_csv(path, index=False, sep="\t" if name.endswith("tsv") else ",")
    assert facts(read_log(path)) == EXPECTED


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        ("s", TIMES),
        ("s", [t + 0.75 for t in TIMES]),
        ("ms", [t * 1_000 + 999 for t in TIMES]),
        ("us", [t * 1_000_000 + 999_999 for t in TIMES]),
        ("iso", [datetime.fromtimestamp(t, UTC).isoformat() for t in TIMES]),
        ("iso", ["2024-07-01", "2024-07-02 13:00", "2024-08-01T05:29:59+05:30"]),
    ],
)
def test_every_unit_is_read_and_guessed(tmp_path, unit, values):
    pd.DataFrame({"player_id": ["zoe", "ann", "zoe"], "ts": values}).to_csv(tmp_path / "log.csv", index=False)
    assert facts(read_log(tmp_path / "log.csv", time_unit=unit)) == EXPECTED
    guessed = read_log(tmp_path / "log.csv")
    assert facts(guessed) == EXPECTED
    assert f"time unit not given: read as {unit} (--time-unit)" in guessed.warnings


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_typed_parquet_times_keep_their_instant(tmp_path, zone):
    stamps = pd.to_datetime(pd.Series(TIMES), unit="s")
    times = stamps if zone is None else stamps.dt.tz_localize("UTC").dt.tz_convert(zone)
    TABLE.assign(ts=times).to_parquet(tmp_path / "log.parquet")
    assert facts(read_log(tmp_path / "log.parquet")) == EXPECTED


def test_compact_dates_are_dates_and_not_seconds():
    assert guess_unit(pd.Series([19970101, 19980630])) == "iso"
    assert guess_unit(pd.Series([1434349275])) == "s"


@pytest.mark.parametrize(
    "text",
    [
        "player_id;ts\nzoe;{}\nann;{}\nzoe;{}\n",
        "\ufeff player_id , ts\nzoe,{}\n\nann,{}\nzoe,{}\n",
        '"player_id","ts"\n"zoe",{}\n"ann",{}\n"zoe",{}\n',
    ],
)
def test_separators_marks_and_quotes_do_not_matter(tmp_path, text):
    (tmp_path / "log.csv").write_text(text.format(*TIMES), encoding="utf-8")
    assert facts(read_log(tmp_path / "log.csv")) == EXPECTED


def test_days_and_hours_follow_the_clock_change():
    at = [
        datetime(2024, 3, 31, 0, 30),
        datetime(2024, 3, 31, 1, 30),
        datetime(2024, 10, 27, 0, 30),
        datetime(2024, 10, 27, 1, 30),
    ]
    at += [datetime(2024, 7, 1, 22, 30), datetime(1969, 12, 31, 22, 59, 59)]
    days, hours = local_days_and_hours(np.array([int(t.replace(tzinfo=UTC).timestamp()) for t in at]), "Europe/Paris")
    assert hours.tolist() == [1, 3, 2, 2, 0, 23]
    assert (days[4], days[5]) == ((date(2024, 7, 2) - date(1970, 1, 1)).days, -1)


@settings(max_examples=200, deadline=None)
@given(
    seconds=st.lists(st.integers(-(10**9), 4 * 10**9), min_size=1, max_size=20),
    zone=st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_local_days_and_hours_equal_the_standard_librarys(seconds, zone):
    days, hours = local_days_and_hours(np.array(seconds), zone)
    for second, day, hour in zip(seconds, days, hours, strict=True):
        local = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone))
        assert (local.date().toordinal() - date(1970, 1, 1).toordinal(), local.hour) == (day, hour)


def test_whole_number_ids_survive_a_missing_one(tmp_path):
    (tmp_path / "log.csv").write_text("user,time\n7,2024-01-01\n,2024-01-01\n7,2024-01-02\n")
    log = read_log(tmp_path / "log.csv")
    assert log.users.tolist() == [7]
    assert "1 rows without a user id in column user were left out" in log.warnings


def lines(tmp_path, rows):
    (tmp_path / "log.csv").write_text("user,time\n" + "".join(f"{user},{time}\n" for user, time in rows))
    return " | ".join(read_log(tmp_path / "log.csv", "user", "time", "s").warnings)


DAY = 86_400
STEADY = [(user, (20_000 + day) * DAY + user) for day in range(60) for user in range(60)]


def test_a_steady_log_raises_no_doubt(tmp_path):
    assert lines(tmp_path, STEADY) == ""


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        (STEADY[:1200], "the log covers 20 days: retention from d20 on is null"),
        (STEADY[:60], "every row is on one day"),
        ([(1, 20_000 * DAY), (2, 20_040 * DAY)], ""),  # two users: too few to doubt the user column
        (STEADY + STEADY[:600], "600 rows (14.3%) repeat a user and second"),
        ([*STEADY, (1, 5)], "1 rows up to 1970-01-01 stand 19999 days apart"),
        (STEADY[:1800] + STEADY[2100:], "no row on 5 days between"),
        ([(user, time // DAY * DAY + 3600 + k) for k, (user, time) in enumerate(STEADY)] + STEADY[:1], ""),
        ([(user + 60 * (time // DAY), time) for user, time in STEADY], "100% of users have a single row"),
        (STEADY + [(1, (20_000 + k % 60) * DAY + k) for k in range(2000)], "one user makes 37% of the rows"),
        ([*STEADY, (1, 20_060 * DAY)], "has 1 rows, the week before it 60 a day: cut off early?"),
        ([(user, time - 19_990 * DAY) for user, time in STEADY], "every time is before 1990"),
    ],
)
def test_each_doubt_is_raised_by_its_log(tmp_path, rows, doubt):
    found = lines(tmp_path, rows)
    assert doubt in found if doubt else found == ""


def test_rows_of_a_day_do_not_change_activity_but_hours(tmp_path):
    once, twice = STEADY, STEADY + [(user, time + 3600 * 5) for user, time in STEADY]
    lines(tmp_path, once)
    first = read_log(tmp_path / "log.csv")
    lines(tmp_path, twice)
    second = read_log(tmp_path / "log.csv")
    assert np.array_equal(first.activity().bits, second.activity().bits)
    assert (first.hours()[0], second.hours()[0], second.hours()[5]) == (1.0, 0.5, 0.5)
