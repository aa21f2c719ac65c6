"""A function of one's own takes part in both engines with equal results; what cannot be compiled names the line."""

import inspect

import numpy as np
import pytest
from hourglass_policy.errors import BadInput
from hourglass_policy.numeric import exp_

import hourglass_sim as hg
from hourglass_sim.engine import steps
from hourglass_sim.engine.agents import UserAgent
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

SMALL = Scenario(users=60, days=20, seed=5)
GRACE = 2.0


def eased(motivation, by):
    """A helper of one's own, compiled with whoever calls it."""
    return motivation * (1.0 - by) + by * exp_(-0.5) * GRACE


def steady(motivation, opened, joy, pain, f):
    """Motivation that a bad day hardly moves."""
    return eased(motivation, 0.1) + 0.2 * joy * opened


def both(scenario, **changes):
    """The run in both engines, which must agree on every day."""
    columns, agents = (simulate(scenario, engine=e, record="days", threads=1, **changes) for e in ("columns", "agents"))
    assert columns.digest == agents.digest
    for name, values in columns.outcome.days.items():
        np.testing.assert_array_equal(values, agents.outcome.days[name], err_msg=name)
    assert columns.kpis == agents.kpis
    return columns


def test_a_function_replaces_one_of_the_day_by_its_own_name_or_the_stages():
    plain = simulate(SMALL, threads=1)
    by_function = both(SMALL, behaviours={"motivation_next": steady})
    assert by_function.digest != plain.digest
    assert simulate(SMALL.with_behaviours({"motivation": steady}), threads=1).digest == by_function.digest


def test_a_function_may_replace_several_stages_at_once():
    def always(picked, *others):
        return picked

    assert both(SMALL, behaviours={"completes": always}).kpis["completion"] > 0.9


def test_an_added_stage_with_a_memory_of_its_own():
    def tired(energy, opened, motivation, weekday):
        left = 0.8 * energy + 0.2 * opened
        return left, motivation - 0.5 * left if weekday == 6 else motivation, 3 if left > 0.5 else 0

    stage = hg.added(tired, after="motivation", reads="energy opened motivation today.weekday", writes="energy motivation dips",
                     columns={"energy": float, "dips": int})  # fmt: skip
    run = both(SMALL, behaviours={"tiring": stage})
    assert run.digest != simulate(SMALL, threads=1).digest
    assert 0.0 < run.users["energy"].max() < 1.0
    assert set(run.users["dips"]) <= {0, 3}
    assert run.scenario.describe()["behaviours"] == ["tiring"]


def test_a_function_of_ones_own_changes_nothing_of_those_who_are_not_here_yet_or_have_left():
    def count(days, flag, heritage, earned):
        return days + 1, 1, heritage + 1, earned + 1

    def count_flagged(marked, flagged):
        return marked + 1, flagged + 2

    counting = hg.added(count, after="spell", reads="days flag heritage rewarded", writes="days flag heritage rewarded",
                        columns={"days": int, "flag": int})  # fmt: skip
    flagged = {  # four in a row, as many as could be packed together
        f"flagged_{k}": hg.added(count_flagged, after="counting" if k == 0 else f"flagged_{k - 1}", when="flag",
                                 reads=f"marked_{k} goals_completed", writes=f"marked_{k} goals_completed",
                                 columns={f"marked_{k}": int})
        for k in range(4)
    }  # fmt: skip
    leaving = {"shift.leave": 12.0, "leaving.habit_protection": 0.0}
    scenario = Scenario(users=90, days=75, seed=6, values=leaving, arrivals=(60, *[0] * 30, 20, *[0] * 34, 10))
    run = both(scenario, behaviours={"counting": counting, **flagged, "motivation": steady})
    agents = simulate(run.scenario, engine="agents")
    np.testing.assert_array_equal(run.outcome.totals, agents.outcome.totals)
    days = run.days.groupby("user").size()
    assert 0 < days.min() < days.max() == 75
    for name in ("days", "flag", "marked_0", "marked_3", "heritage", "goals_completed"):
        np.testing.assert_array_equal(run.outcome.state[name], agents.outcome.state[name], err_msg=name)
    np.testing.assert_array_equal(run.outcome.state["days"], days)
    np.testing.assert_array_equal(run.outcome.state["marked_3"], days)


def test_what_the_day_makes_later_cannot_be_read_before():
    early = hg.added(lambda motivation, earned: motivation, after="spell", reads="motivation earned", writes="motivation")
    with pytest.raises(
        BadInput, match=r"not made yet; in stage 'early'; got 'earned'; .*made by 'sums', so after='sums' or later"
    ):
        simulate(SMALL, behaviours={"early": early}, threads=1)


BY_ALL = Scenario(
    users=60,
    days=40,
    seed=3,
    values={"shift.leave": 12.0, "leaving.habit_protection": 0.0},
    arrivals=(30, *[0] * 9, 20, *[0] * 9, 10),
)


@pytest.mark.parametrize(
    ("function", "after", "reads", "writes"),
    [
        (lambda perks: 0, "perks", "perks", "perks"),
        (lambda level: 1, "level", "level", "level"),
        (lambda longest: 0, "streaks", "longest_streak", "longest_streak"),
        (steps.same, "spell", "today.day", "goals_completed"),
    ],
    ids=["perks", "level", "longest_streak", "a function of the workbench"],
)
def test_those_who_left_stay_as_they_were_on_their_last_evening(function, after, reads, writes):
    own = {"own": hg.added(function, after=after, reads=reads, writes=writes)}
    columns, agents = (simulate(BY_ALL, engine=engine, behaviours=own, threads=1) for engine in ("columns", "agents"))
    assert columns.digest == agents.digest
    assert columns.kpis == agents.kpis
    assert 0 < columns.kpis["left"] < 1
    for name in columns.users.columns.intersection(agents.outcome.state):
        np.testing.assert_array_equal(columns.outcome.state[name], agents.outcome.state[name], err_msg=name)


def test_functions_of_the_workbench_and_numbers_serve_in_a_stage_of_ones_own():
    own = {
        "felt": hg.added(exp_, after="spell", reads="motivation", writes="felt", columns={"felt": float}),
        "part": hg.added(lambda felt, by: felt * by, after="felt", reads="felt 0.5", writes="part", columns={"part": float}),
    }
    run = both(BY_ALL, behaviours=own)
    np.testing.assert_array_equal(run.users["part"], 0.5 * run.users["felt"])
    assert len(set(run.users["felt"])) > 10


def test_what_was_not_made_of_somebody_reads_the_same_in_both_engines():
    def total(kept, u):
        return kept + u

    def more(earned):
        return earned + 1

    own = {
        "drawn": hg.added(total, after="sums", reads="drawn u_pick[0]", writes="drawn", columns={"drawn": float}),
        "more": hg.added(more, after="settlement", reads="earned", writes="earned", when="opened"),
        "nothing": hg.added(lambda k: -0.0, after="spell", reads="k", writes="k", columns={"k": float}),
        "never": hg.added(lambda n: n + 1, after="nothing", reads="n", writes="n", when="k", columns={"n": int}),
    }
    run = both(SMALL, behaviours=own)
    assert run.users["drawn"].min() > 0
    assert (run.users["n"] == 0).all()


def test_what_is_made_of_an_opening_later_changes_no_history():
    def always(opened):
        return 1

    scenario = Scenario(users=40, days=70, seed=5)
    for after in ("open", "history", "sums"):
        own = {"always": hg.added(always, after=after, reads="opened", writes="opened")}
        columns, agents = (simulate(scenario, engine=engine, behaviours=own, threads=1) for engine in ("columns", "agents"))
        assert columns.digest == agents.digest
        assert columns.kpis == agents.kpis
        np.testing.assert_array_equal(columns.outcome.bits, agents.outcome.bits)
        assert (columns.kpis["d30"] > 0.8) == (after == "open")


@pytest.mark.parametrize("name", ["totals", "section_30 bring", "draws_0"])
def test_a_stage_may_have_any_name_that_no_other_stage_has(name):
    stage = hg.added(lambda m: m + 1, after="spell", reads="m", writes="m", columns={"m": int})
    if name == "draws_0":
        with pytest.raises(BadInput, match="a stage of that name exists"):
            simulate(SMALL, behaviours={name: stage}, threads=1)
    else:
        assert (both(SMALL, behaviours={name: stage}).users["m"] > 0).all()


def test_functions_on_one_line_are_not_taken_for_each_other():
    both(SMALL, behaviours={"pain": lambda e, r, b, f: 0.25, "grain_joy": lambda e, p, f: 0.25})


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"writes": "present"}, "writes a column that the engines keep; in behaviours; got 'present'"),
        ({"reads": "partner[0]"}, r"reads what each engine keeps in its own way; in behaviours; got 'partner\[0\]'"),
        ({"when": "1"}, "column that says whom odd concerns; in behaviours, when; got '1'"),
        ({"when": ""}, "column that says whom odd concerns; in behaviours, when; got ''"),
        ({"when": "today.weekday"}, "did you mean 'own_weekday'"),
        ({"when": "u_open"}, "column that says whom odd concerns"),
        ({"when": "in_spell", "writes": "in_spell"}, "odd writes the column that says whom it concerns"),
        ({"reads": "u_spare[0]"}, "made on the day of sign-up alone; in stage 'odd'"),
    ],
)
def test_what_a_stage_may_not_read_or_write_is_told_in_one_line(how, told):
    stage = hg.added(lambda x: x, **{"after": "spell", "reads": "streak", "writes": "streak"} | how)
    for engine in ("columns", "agents"):
        with pytest.raises(BadInput, match=told) as refused:
            simulate(SMALL, behaviours={"odd": stage}, engine=engine, threads=1)
        assert "\n" not in str(refused.value)


def test_what_is_no_stage_of_ones_own_is_refused_at_once():
    with pytest.raises(BadInput, match="not a function written in Python; in stage 'odd'; got 'max"):
        simulate(SMALL, behaviours={"odd": hg.added(max, after="sums", reads="goals victories", writes="goals")}, threads=1)
    with pytest.raises(BadInput, match="not a name for a column; in columns; got 'm@x'"):
        hg.added(lambda x: x, after="sums", reads="m@x", writes="m@x", columns={"m@x": int})
    with pytest.raises(BadInput, match=r"keeps the run's books cannot be replaced.*'presence' keeps present, is_new"):
        simulate(SMALL, behaviours={"presence": lambda *_: (1, 1, 1, 1)}, threads=1)


@pytest.mark.parametrize("engine", ["columns", "agents"])
@pytest.mark.parametrize(
    ("writes", "result", "allowed"),
    [
        ("level", 1_000_000, "-32768 to 32767"), ("heritage", float("nan"), "to 9223372036854775807"),
        ("motivation", float("nan"), "finite numbers"), ("motivation", 1e300 * 1e300, "finite numbers"),
        ("opened", 2, "0 to 1"), ("hour_1", 24, "-1 to 23"), ("hour_2", -2, "-1 to 23"), ("level", -1e30, "-32768 to 32767"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("when", [None, "opened"])
def test_what_a_column_does_not_hold_is_refused_by_both_engines_and_never_wrapped(engine, writes, result, allowed, when):
    def beyond(motivation):
        return result

    own = {
        "odd": hg.added(beyond, after="contract", reads="motivation", writes=writes, when=None if writes == "opened" else when)
    }
    with pytest.raises(BadInput, match=rf"beyond\(\) .* in stage 'odd'.*{allowed}"):
        simulate(SMALL, behaviours=own, engine=engine, threads=1)


def test_the_largest_numbers_that_columns_hold_are_kept_by_both_engines():
    def most(motivation):
        return 32_767, -1, 23, 3e38

    own = {"most": hg.added(most, after="gift_joy", reads="motivation", writes="early_bird opened_last hour_2 novelty_1",
                            columns={"opened_last": int})}  # fmt: skip
    run = both(SMALL, behaviours=own)
    assert (run.outcome.state["early_bird"] == 32_767).all()
    assert (run.users["opened_last"] == -1).all()


@pytest.mark.parametrize("engine", ["columns", "agents"])
@pytest.mark.parametrize("hour", [24, 100, -2, 1000])
def test_hours_that_no_day_has_are_refused(engine, hour):
    def hours(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, values):
        return hour, -1

    with pytest.raises(BadInput, match=r"hours\(\) writes what 'hour_1' does not hold; in stage 'policy'.*-1 to 23"):
        simulate(SMALL, policy=hg.notification_policy("odd", hours), engine=engine, threads=1)


def undefined(motivation):
    more = motivation + 1.0
    return more * NOT_THERE  # noqa: F821 — what is tested


def importing(motivation):
    import math

    return math.exp(motivation)


@pytest.mark.parametrize(
    ("function", "text", "reason"),
    [(undefined, "more * NOT_THERE", "name 'NOT_THERE' is not defined"), (importing, "import math", "IMPORT_NAME")],
)
def test_a_misspelled_name_and_an_import_are_told_with_their_line(function, text, reason):
    lines, first = inspect.getsourcelines(function)
    line = next(k for k, source in enumerate(lines, start=first) if text in source)
    own = {"odd": hg.added(function, after="sums", reads="motivation", writes="motivation")}
    with pytest.raises(BadInput, match=f"line {line}: .*{reason}"):
        simulate(SMALL, behaviours=own, threads=1)


def test_what_fails_in_the_readable_engine_is_told_in_one_line():
    own = {"odd": hg.added(undefined, after="sums", reads="motivation", writes="motivation")}
    with pytest.raises(BadInput, match=r"undefined\(\) fails with NameError: name 'NOT_THERE' is not defined; in stage 'odd'"):
        simulate(SMALL, behaviours=own, engine="agents")


def lucky(motivation):
    return motivation + np.random.random()


def calls_lucky(motivation):
    return lucky(motivation) * 0.5


@pytest.mark.parametrize("function", [lucky, calls_lucky])
def test_luck_that_no_seed_repeats_is_refused(function):
    own = {"odd": hg.added(function, after="sums", reads="motivation", writes="motivation")}
    with pytest.raises(BadInput, match=r"draws luck of its own, which no seed repeats; in stage 'odd'; got '.*random"):
        simulate(SMALL, behaviours=own, threads=1)


def test_stages_may_be_named_in_any_order():
    later = {
        "second": hg.added(lambda m: m * 0.9, after="first", reads="motivation", writes="motivation"),
        "first": hg.added(lambda m: m + 0.1, after="motivation", reads="motivation", writes="motivation"),
    }
    assert both(SMALL, behaviours=later).digest == both(SMALL, behaviours=dict(reversed(later.items()))).digest


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"reads": ["motivation"]}, r"reads is no text; in added; got \['motivation'\]"),
        ({"when": True}, "when is no text; in added; got True"),
        ({"writes": "motivation motivation"}, "a stage writes a column twice"),
        ({"columns": ["x"]}, "columns are not names with types"),
        ({"columns": {"day": int}}, "not a name for a column; in columns; got 'day'"),
    ],
)
def test_what_added_cannot_use_is_told_at_once(how, told):
    with pytest.raises(BadInput, match=told):
        hg.added(lambda m: m, **{"after": "sums", "reads": "motivation", "writes": "motivation"} | how)


def test_what_simulate_cannot_use_is_told_at_once():
    one = {"after": "sums", "reads": "x", "writes": "x"}
    two = {"a": hg.added(lambda x: x, columns={"x": float}, **one), "b": hg.added(lambda x: x, columns={"x": int}, **one)}
    with pytest.raises(BadInput, match="two stages declare a column of different types; in behaviours, 'b'; got 'x'"):
        simulate(SMALL, behaviours=two, threads=1)
    with pytest.raises(BadInput, match="behaviours are not functions by name"):
        SMALL.with_behaviours([lucky])
    with pytest.raises(BadInput, match=r"unknown field of a scenario; in simulate; got 'user'.*did you mean 'users'"):
        simulate(SMALL, user=5)
    with pytest.raises(BadInput, match="not a kind of agent; in simulate, agent"):
        simulate(SMALL, engine="agents", agent=int)
    with pytest.raises(BadInput, match="not a number; in notification policy 'mine', patience; got 'a'"):
        hg.notification_policy("mine", weekend_mornings, patience="a")


def weekend_mornings(weekday, usual_hour, openings, days_since_open, streak, ignored, in_phoenix, age_days, u, values):
    """At the own hour; on weekends only."""
    hour = int(usual_hour) if openings > values.known_after else 9
    return (hour if weekday >= 5 else -1), -1


def test_a_notification_policy_from_one_function_and_its_parameters():
    policy = hg.notification_policy("weekends", weekend_mornings, known_after=3)
    run = both(SMALL, policy=policy)
    assert set(run.days[run.days["sent"] > 0]["day"] % 7) == {5, 6}  # the run starts on a Monday
    later = run.scenario.with_values({"weekends.known_after": 500})
    assert later.digest() != run.scenario.digest()
    assert set(both(later).days["hour_1"]) == {-1, 9}
    with pytest.raises(BadInput, match=r"did you mean 'weekends\.known_after'"):
        run.scenario.with_values({"wekends.known_after": 5})
    with pytest.raises(BadInput, match="unknown parameter of notification policy weekends"):
        run.scenario.with_values({"weekends.patience": 5})


def test_a_number_that_a_function_refers_to_counts_as_it_is_when_the_run_begins(monkeypatch):
    runs = []
    for grace in (2.0, 3.0):
        monkeypatch.setitem(globals(), "GRACE", grace)
        runs.append(both(SMALL, behaviours={"motivation": steady}))
    assert runs[0].digest != runs[1].digest
    assert runs[0].scenario.digest() != SMALL.digest()


def test_a_subclass_of_the_agent_is_run_by_simulate():
    class Undaunted(UserAgent):
        def feel(self):
            super().feel()
            self.motivation = max(self.motivation, 1.0)

    plain, own = (simulate(SMALL, engine="agents", agent=kind, record="days") for kind in (None, Undaunted))
    assert own.digest != plain.digest
    assert own.days["motivation"].min() >= 1.0
    assert own.kpis["stickiness"] > plain.kpis["stickiness"]
    with pytest.raises(BadInput, match='allowed: engine="agents"'):
        simulate(SMALL, agent=Undaunted)


def reads_a_dict(motivation, opened, joy, pain, f):
    """Cannot be compiled: the third line of its body."""
    kept = motivation
    kept += {"joy": joy}.get("joy", 0.0).real + len(str(opened)) + float(str(pain) or 0)
    return kept


def calls_nothing(motivation, opened, joy, pain, f):
    """Refers to a name that is no number or function."""
    return motivation + NOWHERE.weight(joy)


NOWHERE = object()


def reads_text(motivation, opened, joy, pain, f):
    """Trips the compiler itself, which then names no line."""
    return float(str(motivation))


@pytest.mark.parametrize(("function", "text"), [(reads_a_dict, "float(str(pain)"), (calls_nothing, "NOWHERE.weight")])
def test_what_cannot_be_compiled_names_the_function_and_the_line(function, text):
    lines, first = inspect.getsourcelines(function)
    line = next(k for k, source in enumerate(lines, start=first) if text in source)
    with pytest.raises(BadInput) as told:
        simulate(SMALL, behaviours={"motivation": function}, threads=1)
    assert f"{function.__name__}() cannot be compiled for the columns engine, line {line}: " in str(told.value)
    assert text in str(told.value)
    assert "test_extending.py" in str(told.value)
    assert "engine='agents' runs any Python" in str(told.value)
    assert "\n" not in str(told.value)


def test_what_trips_the_compiler_is_refused_in_one_line_too():
    with pytest.raises(BadInput, match=r"reads_text\(\) cannot be compiled for the columns engine, line \d+: def reads_text"):
        simulate(SMALL, behaviours={"motivation": reads_text}, threads=1)


def test_the_readable_engine_runs_what_cannot_be_compiled():
    assert simulate(SMALL, engine="agents", behaviours={"motivation": reads_a_dict}).digest is not None


def two_values(motivation, opened, joy, pain, f):
    """One too many."""
    return motivation, joy


def no_value(motivation, opened, joy, pain, f):
    """Forgets to return."""


@pytest.mark.parametrize("engine", ["columns", "agents"])
def test_another_number_of_values_is_refused_by_both_engines(engine):
    with pytest.raises(BadInput, match="returns 2 values"):
        simulate(SMALL, engine=engine, behaviours={"motivation": two_values}, threads=1)
    with pytest.raises(BadInput, match="no_value"):
        simulate(SMALL, engine=engine, behaviours={"motivation": no_value}, threads=1)


@pytest.mark.parametrize(
    ("behaviours", "line"),
    [
        ({"opns": steady}, "did you mean 'opens'?"),
        ({"open": steady}, "steady() takes other arguments than it is given; in stage 'open'"),
        ({"motivation": 3}, "a behaviour is no function"),
        ({"motivation": hg.added(steady, after="pain", reads="", writes="")}, "a stage of that name exists"),
        ({"mine": hg.added(steady, after="payn", reads="", writes="")}, "did you mean 'pain'?"),
        ({"mine": hg.added(eased, after="pain", reads="motivation u_spare[0]", writes="motivatoin")}, "did you mean 'motivation'?"),
        ({"mine": hg.added(eased, after="pain", reads="motivation joyy", writes="motivation")}, "did you mean 'joy'?"),
        ({"mine": hg.added(eased, after="pain", reads="motivation joy", writes="joy", columns={"joy": int})}, "a column of that name"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine", ["columns", "agents"])
def test_behaviours_that_do_not_fit_are_one_clear_line(behaviours, line, engine):
    with pytest.raises(BadInput) as told:
        simulate(SMALL, engine=engine, behaviours=behaviours, threads=1)
    assert line in str(told.value)


def test_policies_and_columns_that_do_not_fit_are_one_clear_line():
    with pytest.raises(BadInput, match="takes other arguments"):
        hg.notification_policy("mine", eased)
    with pytest.raises(BadInput, match="not a name for a notification policy"):
        hg.notification_policy("silent", weekend_mornings)
    with pytest.raises(BadInput, match="int or float"):
        hg.added(eased, after="pain", reads="joy pain", writes="joy", columns={"note": str})
    with pytest.raises(BadInput, match="no functions"):
        SMALL.with_behaviours({"motivation": steady}).to_toml()


def test_the_day_is_listed_for_who_wants_to_change_it():
    table = hg.stages()
    row = table.set_index("stage").loc["motivation"]
    assert (row["function"], row["writes"]) == ("motivation_next", "motivation")
    assert hg.stages(SMALL.with_behaviours({"motivation": steady})).set_index("stage").loc["motivation", "function"] == "steady"
