"""The life card of a simulated user holds the run's own figures; the command prints, draws and exports it."""

import json
import re

import pandas as pd
import pytest
from hourglass_policy.errors import BadInput

from hourglass_sim import Scenario, cli, simulate
from hourglass_sim.life import life
from hourglass_sim.view.life_pictures import calendar_svg, write_life_page

SMALL = Scenario(users=300, days=45, seed=11)


@pytest.fixture(scope="module")
def run():
    return simulate(SMALL, record="days")


@pytest.fixture(scope="module")
def told(run):
    best = run.users[run.users["gone"] == 0].nlargest(1, "openings")["user"].item()
    return life(SMALL, user=int(best))


def test_a_card_holds_the_runs_own_days(run, told):
    rows = run.days[run.days["user"] == told.user].sort_values("day")
    series = told.card["series"]
    assert [round(100 * d["earned"]) for d in series] == (rows["earned"] + rows["topped_up"]).tolist()
    assert [round(100 * d["evaporated"]) for d in series] == rows["evaporated"].tolist()
    assert [round(100 * d["ratio"]) for d in series] == rows["ratio"].tolist()
    axes = told.card["radar"].values()
    assert sum(axis["goals"] for axis in axes) == rows["goals"].sum()
    assert sum(axis["goals"] * axis["success_rate"] for axis in axes) == pytest.approx(rows["victories"].sum(), abs=0.05)
    assert told.facts["level"] == rows["level"].iloc[-1]
    assert told.card["periods"]["this"]["victories"] == rows["victories"].iloc[-30:].sum()


def test_a_card_on_an_earlier_day_knows_nothing_later(told):
    earlier = life(SMALL, user=told.user, day=19)
    assert earlier.card["series"] == told.card["series"][:20]
    assert earlier.card["days_on_app"] == 20


def test_the_calendar_draws_every_day_once(told):
    picture = calendar_svg(told)
    assert picture.count("<title>") == 45
    counts = [int(n) for n in re.findall(r">(?:0|1–3|4–7|8–10|more): (\d+)<", picture)]
    assert sum(counts) == 45


def test_a_life_shows_itself_as_text_card_and_page(told, tmp_path):
    text = repr(told)
    assert told.verdict in text
    assert "Grains a day" in text
    assert told.verdict in told._repr_html_()
    page = write_life_page(told, tmp_path / "life.html").read_text(encoding="utf-8")
    assert told.verdict in page
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="http', page)


def test_the_command_prints_one_json_object_and_writes_tables(capsys, tmp_path, told):
    arguments = [
        "life",
        "--user",
        told.user,
        "--users",
        300,
        "--days",
        45,
        "--seed",
        11,
        "--json",
        "--table",
        tmp_path / "l.xlsx",
    ]
    assert cli.run([str(a) for a in arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["card"] == json.loads(json.dumps(told.card))
    assert pd.read_excel(tmp_path / "l.xlsx", sheet_name="series")["earned"].tolist() == [
        d["earned"] for d in told.card["series"]
    ]


def test_a_user_outside_the_run_is_refused(capsys):
    with pytest.raises(BadInput, match="0 to 299"):
        life(SMALL, user=300)
    assert cli.run(["life", "--user", "0", "--out", "life.pdf"]) == 2
    assert "FILE.html" in capsys.readouterr().err
