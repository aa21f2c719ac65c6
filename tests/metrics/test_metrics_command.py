"""`hourglass metrics`: the numbers on real logs, the shape of its JSON, and one clear line for every bad input."""

import gzip
import json

import pytest


def log_file(folder, text, name="log.csv"):
    path = folder / name
    path.write_text(text)
    return path


def same(found, expected):
    """Every number of `expected`, at any depth, is in `found` to 1e-9."""
    if isinstance(expected, dict):
        return all(same(found[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(same(f, e) for f, e in zip(found, expected, strict=True))
    return abs(found - expected) < 1e-9


def test_stepik_is_reproduced_to_the_last_number(command, shared):
    expected = json.loads((shared / "stepik" / "expected.json").read_text())
    options = ("--user", "user_id", "--time", "timestamp", "--time-unit", "s", "--tz", "UTC", "--json")
    code, out, _ = command("metrics", shared / "stepik" / "submissions.csv.gz", *options)
    found = json.loads(out)
    assert code == 0
    assert same(found, expected)
    assert set(expected["retention"]) == set(found["retention"])
    low, high = found["intervals"]["retention"]["d7"]
    assert low < expected["retention"]["d7"] < high
    assert found["counts"]["retention"]["d1"] == [1945, 7061]
    assert found["warnings"] == []


def test_cdnow_purchases_in_a_file_laid_out_with_spaces(command, shared):
    path = shared / "cdnow" / "CDNOW_master.txt.gz"
    found = json.loads(command("metrics", path, "--user", "customer_id", "--time", "date", "--time-unit", "iso", "--json")[1])
    # Fader, Hardie & Lee: 23,570 customers, all first bought in the first quarter of 1997; log until June 1998.
    assert (found["users"], found["rows"], found["start"], found["end"]) == (23570, 69659, "1997-01-01", "1998-06-30")
    assert sum(month["new"] for month in found["monthly"][:3]) == 23570


def test_the_json_has_the_promised_keys_and_nothing_beside_it(command, tmp_path):
    path = log_file(tmp_path, "user,time\na,2024-03-30T23:30:00Z\na,2024-03-31T22:30:00Z\nb,2024-03-31T00:30:00Z\n")
    code, out, _ = command("metrics", path, "--tz", "Europe/Paris", "--json")
    found = json.loads(out)
    assert code == 0
    assert out.count("\n") == 1
    promised = {"users", "retention", "retention_unbounded", "next_day", "monthly", "streaks", "hours", "warnings", "intervals"}
    assert promised <= set(found)
    # Paris: a on 31 March (00:30) and, the clock having moved, 1 April (00:30); b on 31 March at 01:30.
    assert found["retention"] | {} == {"d1": 0.5} | {f"d{n}": None for n in (2, 3, 7, 14, 30, 60, 90)}
    assert found["next_day"]["new"] == {"n": 2, "rate": 0.5}
    assert found["hours"][:2] == pytest.approx([2 / 3, 1 / 3])
    assert [month["month"] for month in found["monthly"]] == ["2024-03", "2024-04"]


def test_the_printed_page_shows_nulls_as_dashes_and_every_warning(command, tmp_path):
    code, out, _ = command("metrics", log_file(tmp_path, "user,time\n1,2024-01-01\n2,2024-01-02\n"))
    assert code == 0
    assert "d30  " in out
    assert "–" in out
    assert "Warning: the log covers 2 days: retention from d2 on is null" in out


def test_a_log_of_one_day_has_no_retention_to_tell(command, tmp_path):
    code, out, err = command("metrics", log_file(tmp_path, "user,time\n1,2024-01-01\n2,2024-01-01\n"))
    assert (code, out) == (2, "")
    assert err.strip().count("\n") == 0
    assert "all times fall on one day" in err


def test_event_keeps_some_rows_but_not_the_span_of_the_log(command, tmp_path):
    rows = (
        "user,time,kind,ok\n1,2024-01-01,play,y\n1,2024-01-02,ad,y\n1,2024-01-02,play,n\n2,2024-01-01,play,y\n2,2024-01-09,ad,y\n"
    )
    path = log_file(tmp_path, rows)
    found = json.loads(command("metrics", path, "--event", "kind=play", "--json")[1])
    assert (found["rows"], found["end"], found["retention"]["d1"], found["retention"]["d7"]) == (3, "2024-01-09", 0.5, 0.0)
    both = json.loads(command("metrics", path, "--event", "kind=play", "--event", "kind=ad", "--event", "ok=y", "--json")[1])
    assert (both["rows"], both["retention"]["d1"]) == (4, 0.5)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("user,time\n1,5\n", ("--user", "usr"), "unknown column; in --user in"),
        ("user,time\n1,5\n", ("--user", "usr"), "did you mean 'user'?"),
        ("user,time\n1,5\n", ("--time", "tme"), "did you mean 'time'?"),
        ("user,time\n1,5\n", ("--event", "evnt=x"), "in --event in"),
        ("user,time\n1,5\n", ("--event", "x"), "allowed: COLUMN=VALUE"),
        ("user,time,e\n1,5,won\n", ("--event", "e=wom"), "did you mean 'won'?"),
        ("user,time,e,f\n1,5,a,b\n1,5,c,d\n", ("--event", "e=a", "--event", "f=d"), "no row passes the filter"),
        ("user,time\n1,5\n", ("--time-unit", "sec"), "allowed: iso, ms, s, us"),
        ("user,time\n1,5\n", ("--tz", "Europe/Pari"), "did you mean 'Europe/Paris'?"),
        ("user,time\n1,5\n", ("--user", "time", "--time", "time"), "cannot be both user and time"),
        ("user,time\n1,5\n\n2,noon\n", ("--time-unit", "s"), "line 4 column time; got 'noon'; allowed: a number (s since 1970)"),
        ("user,time\n1,2024-01-01\n2,\n", (), "line 3 column time; got ''; allowed: an ISO 8601 date or time"),
        ("user,time\n1,1700000000123\n", ("--time-unit", "s"), "years 1900 to 2199; as ms it would fit"),
        ("user,time\n1,inf\n", ("--time-unit", "s"), "line 2 column time"),
        ("user,time\n,5\n", (), "no row names a user"),
        ("name,time\n1,5\n", (), "no column looks like the user; name it with --user"),
        ("user\n1\n", (), "no column looks like the time"),
        ("", (), "the log is empty"),
        ("\n\n", (), "the log is empty"),
        ("user,time\n", (), "a header and no rows"),
        ('user,time\n"1,5\n', (), "not a regular CSV file"),
    ],
)
def test_bad_logs_get_one_line_and_nothing_on_standard_output(command, tmp_path, text, options, message):
    code, out, error = command("metrics", log_file(tmp_path, text), *options, "--json")
    assert (code, out) == (2, "")
    assert message in error
    assert "\n" not in error


def test_a_gzip_cut_short_is_named(command, tmp_path):
    whole = gzip.compress(b"user,time\n" + b"".join(b"%d,17%08d\n" % (i, i * 7919 % 10**8) for i in range(20_000)))
    for length in (5, 30, len(whole) // 2, len(whole) - 4):
        path = tmp_path / "log.csv.gz"
        path.write_bytes(whole[:length])
        code, _, error = command("metrics", path)
        assert code == 2
        assert "cut short or damaged" in error


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PAR1" + bytes(20), "cannot read the log"),
        (bytes(8) + b"DUCK" + bytes(40), "cannot read the log"),
        (b"PK\x03\x04" + bytes(20), "cannot read zip files"),
        (b"user,time\n\xff\xfe1,5\n", "not a text file in UTF-8"),
        (b"\x00\x01\x02\x03" * 10, "not a text file"),
    ],
)
def test_files_that_are_no_log_are_named(command, tmp_path, content, message):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    code, _, error = command("metrics", path)
    assert code == 2
    assert message in error
    assert "\n" not in error


def test_a_missing_log_names_the_nearest_file_and_a_folder_without_logs_is_refused(command, tmp_path):
    log_file(tmp_path, "user,time\n1,5\n", "submissions.csv")
    assert "submissions.csv'?" in command("metrics", tmp_path / "submission.csv")[2]
    assert "no log in this folder" in command("metrics", tmp_path)[2]
