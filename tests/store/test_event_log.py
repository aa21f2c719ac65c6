"""Our own event log: what goes in comes out, in any layout and format, with one digest; bad rows and files are refused."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hourglass_policy.errors import BadInput
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hourglass_sim.metrics.report import log_report
from hourglass_sim.store.importer import read_log
from hourglass_sim.store.log import EventLog
from hourglass_sim.store.schema import ACTIVITY, ACTS, EVENT_TYPES, arrow_schema

DAY, START = 86_400, 1_704_067_200  # 1 January 2024, UTC


def rows(users, days, hours, event="user.logged_in"):
    times = (START + np.asarray(days) * DAY + np.asarray(hours) * 3600 + 17) * 1_000_000
    return pa.table(
        {
            "user": np.asarray(users, np.int64),
            "time": pa.array(times).cast(pa.timestamp("us")),
            "day": np.asarray(days, np.int32),
            "event": pa.array([event] * len(users)),
        }
    )


def play(seed=1, users=40, days=45):
    """Log-ins of a small run, with grains earned and notifications that are no acts."""
    rng = np.random.default_rng(seed)
    active = rng.random((users, days)) < rng.beta(0.8, 1.2, users)[:, None]
    active[:, 0] = True
    user, day = np.nonzero(active)
    logged_in = rows(user, day, rng.integers(6, 23, len(user)))
    earned = rows(user, day, np.full(len(user), 23), "grain.earned")
    earned = earned.append_column("amount", pa.array(rng.integers(0, 1000, len(user)) / 100))
    earned = earned.append_column("goal", pa.array([None, "read_ten_pages", "Café ☕"] * len(user))[: len(user)])
    everyone = np.repeat(np.arange(users), days)
    sent = rows(everyone, np.tile(np.arange(days), users), np.full(users * days, 8), "notification.send")
    return [logged_in, earned, sent]


def written(path, tables):
    log = EventLog.create(path)
    for table in tables:
        log.append(table)
    return log


@pytest.fixture(params=["log.duckdb", "parts"])
def log(request, tmp_path):
    with written(tmp_path / request.param, play()) as made:
        yield made


def test_the_event_names_are_the_products(shared_facts):
    assert set(EVENT_TYPES) == set(shared_facts.read_text().split())


def test_only_logging_in_is_activity_and_receiving_is_no_act():
    assert ACTIVITY == ("user.logged_in",)
    assert "user.logged_in" in ACTS
    assert not ACTS & {"notification.send", "social.boost_received", "social.transfusion_received", "grain.earned"}


def test_only_log_ins_make_a_user_active(log):
    activity = log.activity()
    expected = log.query("SELECT count(DISTINCT (\"user\", day)) AS n FROM events WHERE event = 'user.logged_in'")["n"][0]
    assert activity.matrix().sum() == expected
    assert activity.last_day == 44


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz", "out.parquet"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_an_export_imported_again_gives_the_same_metrics(log, tmp_path, name, zone):
    direct = log_report(log.acts(zone))
    again = log_report(read_log(log.export(tmp_path / name), tz=zone))
    assert again == direct
    assert direct["retention"]["d7"] is not None
    assert direct["warnings"] == []


def test_an_export_holds_every_row_exactly(log, tmp_path):
    with duckdb.connect() as database:
        for name in ("out.csv.gz", "out.parquet"):
            kept = EventLog.create(tmp_path / f"from {name}")
            kept.append(database.sql(f"SELECT * FROM '{log.export(tmp_path / name)}'").to_arrow_table())
            assert kept.digest() == log.digest()


def test_the_digest_does_not_depend_on_layout_or_order(tmp_path):
    tables = play()
    everything = pa.concat_tables(tables, promote_options="default")
    shuffled = everything.take(np.random.default_rng(0).permutation(len(everything)))
    first = written(tmp_path / "a", tables)
    second = written(tmp_path / "b", [shuffled[:7], shuffled[7:1500], shuffled[1500:]])
    third = written(tmp_path / "c.duckdb", [shuffled])
    assert first.digest() == second.digest() == third.digest()


@pytest.mark.parametrize(
    ("column", "value"),
    [("user", 99), ("day", 3), ("event", "goal.failed"), ("amount", 0.01), ("amount", None), ("goal", ""), ("detail", "x")],
)
def test_the_digest_sees_any_change_of_one_cell(tmp_path, column, value):
    base = {"user": [1, 2], "time": [0, 5], "day": [0, 0], "event": ["grain.earned"] * 2}
    base |= {"amount": [0.0, 0.0], "goal": [None, "a"], "detail": [None, None]}
    changed = {name: list(values) for name, values in base.items()}
    changed[column][0] = value
    digests = []
    for k, cells in enumerate((base, changed)):
        columns = [pa.array(cells[field.name], field.type) for field in arrow_schema()]
        digests.append(written(tmp_path / str(k), [pa.table(columns, schema=arrow_schema())]).digest())
    assert digests[0] != digests[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(st.none(), st.text(max_size=4)), min_size=1, max_size=6), cut=st.integers(0, 6))
def test_any_text_survives_and_the_digest_ignores_the_cut(tmp_path_factory, texts, cut):
    texts = [text.encode("utf-8", "ignore").decode().replace("\0", "") if text else text for text in texts]
    table = rows([1] * len(texts), [0] * len(texts), [9] * len(texts)).append_column("detail", pa.array(texts, pa.string()))
    folder = tmp_path_factory.mktemp("texts")
    whole, parts = written(folder / "a.duckdb", [table]), written(folder / "b", [table[:cut], table[cut:]])
    assert whole.digest() == parts.digest()
    got = parts.query("SELECT detail FROM events")["detail"]
    assert sorted("" if v is None or v != v else v for v in got) == sorted(v or "" for v in texts)
    whole.close()


def test_an_empty_log_can_be_queried_exported_and_has_no_acts(tmp_path):
    for name in ("a", "b.duckdb"):
        log = EventLog.create(tmp_path / name)
        assert log.query("SELECT count(*) AS n FROM events")["n"][0] == 0
        assert log.export(tmp_path / "empty.csv").read_text().startswith("user,time,day,event")
        with pytest.raises(BadInput, match="no rows"):
            log.activity()


def test_a_log_is_opened_again_and_appended_to(log):
    log.close()
    with EventLog.open(log.path) as again:
        before = again.digest()
        assert again.append(rows([1], [44], [5])) == 1
        assert again.digest() != before


def test_a_reader_sees_only_whole_parts(tmp_path):
    log = written(tmp_path / "parts", play())
    (tmp_path / "parts" / ".part-000009.parquet.x.part").write_bytes(b"PAR1 cut")
    assert len(log.parts()) == 3
    assert EventLog.open(log.path).digest() == log.digest()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.set_column(3, "event", pa.array(["user.logged_inn"])), "did you mean 'user.logged_in'?"),
        (lambda t: t.rename_columns(["usr", "time", "day", "event"]), "did you mean 'user'?"),
        (lambda t: t.drop_columns(["day"]), "missing column"),
        (lambda t: t.set_column(0, "user", pa.array([None], pa.int64())), "user may not be null"),
        (lambda t: t.set_column(0, "user", pa.array(["ann"])), "user has a wrong type"),
    ],
)
def test_rows_outside_the_schema_are_refused_and_the_log_is_unchanged(log, change, message):
    before = log.digest()
    with pytest.raises(BadInput) as refused:
        log.append(change(rows([1], [1], [9])))
    assert message in str(refused.value)
    assert log.digest() == before


def test_an_existing_log_is_never_overwritten(log):
    with pytest.raises(BadInput, match="nothing was overwritten"):
        EventLog.create(log.path)


def test_a_failed_export_leaves_the_previous_file(log, tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    target.write_text("before")
    monkeypatch.setattr("hourglass_sim.store.log.ORDER", "no_such_column")
    with pytest.raises(BadInput, match="the previous file is unchanged"):
        log.export(target)
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir() if "out" in p.name] == ["out.csv"]
    with pytest.raises(BadInput, match=r"allowed: \.csv, \.csv\.gz, \.parquet"):
        log.export(tmp_path / "out.xlsx")


def test_files_that_are_no_event_log_are_refused(tmp_path):
    (tmp_path / "bad.duckdb").write_bytes(b"nothing of the kind" * 300)
    (tmp_path / "other").mkdir()
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "other" / "part-0.parquet")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "part-0.parquet").write_bytes(b"PAR1 torn")
    (tmp_path / "log.csv").write_text("user,time\n")
    for name, message in (
        ("missing", "no such log"),
        ("bad.duckdb", "cannot read the log"),
        ("other", "a column is missing"),
        ("torn", "cannot read the log"),
        ("log.csv", "not an event log"),
    ):
        with pytest.raises(BadInput) as refused:
            EventLog.open(tmp_path / name)
        assert message in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_wrong_query_is_one_line(log):
    with pytest.raises(BadInput, match="the query failed"):
        log.query("SELECT nothing FROM nowhere")
