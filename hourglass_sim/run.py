"""Running a scenario: `simulate` one, `compare` two with the same luck; results as tidy tables that show themselves."""

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.errors import BadInput, require_between, unknown

from hourglass_sim.extending import own_columns
from hourglass_sim.kpis import KPIS, kpis_of
from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from hourglass_sim.engine.agents import UserAgent
    from hourglass_sim.engine.checkpoints import Checkpoint
    from hourglass_sim.engine.outcome import Outcome
    from hourglass_sim.metrics.activity import Activity
    from hourglass_sim.tables import Table

ENGINES = ("columns", "agents")
RECORDS = ("totals", "days", "events")
DIGEST_UP_TO = 100_000  # users for whom a digest is made unless asked otherwise
THREADS_FROM = 10_000  # users
MOST_RECORDED = 60_000_000  # user-days whose record fits in memory


@dataclass(frozen=True, eq=False)
class Run:
    """What came out of a scenario.

    `kpis`: name -> value (None without a denominator) · `totals`: one row a day · `users`: one row a user at the end ·
    `days`: one row for each day of each user who had not left (record="days", or "events" kept in memory) · `events`: the event log ·
    `digest`: SHA-256 that both engines agree on, None unless made · `activity`: who was active when.
    `events_at`: the folder into which the events were written while the run went on, None when they were kept in memory.
    `seconds` runs from the call to the KPIs (and to the last part of the events on disk), compilation excluded.
    """

    scenario: Scenario
    engine: str
    record: str
    kpis: Mapping[str, float | None]
    digest: str | None
    seconds: float
    compile_seconds: float
    threads: int
    outcome: "Outcome" = field(repr=False)
    events_at: Path | None = None

    @property
    def user_days(self) -> int:
        """Days simulated for users who had not left for good."""
        return int(self.outcome.totals[:, 0].sum())

    @property
    def opened_user_days(self) -> int:
        """Days on which a user opened the app."""
        return int(self.outcome.totals[:, 2].sum())

    @property
    def user_days_per_second(self) -> float:
        """Throughput: user-days of users who had not left, over `seconds`."""
        return self.user_days / self.seconds

    @cached_property
    def activity(self) -> "Activity":
        """Who was active on which day, with personas as groups."""
        return activity_of(self.scenario, self.outcome)

    @cached_property
    def totals(self) -> "pd.DataFrame":
        """Daily totals over all users: date, users present, active, grains (in grains), XP, seasons, Phoenix, messages…"""
        import pandas as pd

        from hourglass_sim.engine.tally import COUNTS

        table = pd.DataFrame({c.name: self.outcome.totals[:, k] for k, c in enumerate(COUNTS)})
        for count in COUNTS:
            if count.unit == "centigrains":
                table[count.name] = table[count.name] / 100.0
        dates = pd.date_range(str(self.scenario.start), periods=len(table), freq="D")
        table.insert(0, "date", dates)
        table.insert(0, "day", np.arange(len(table)))
        return table

    @cached_property
    def users(self) -> "pd.DataFrame":
        """One row a user at the end of the run; amounts in grains; only what stays as it was when a user leaves."""
        import pandas as pd

        s = self.outcome.state
        people = self.scenario.resolved_people
        names = np.array(people.persona_names)
        kept = ["arrival_day", "gone", "opted_out", "level", "xp", "goals_completed", "perfect_days", "longest_streak", "openings",
                "last_open", "phoenix_exits", "comebacks", "proofs", "perks", "pact_size", "privacy", "boosts_sent", "boosts_received",
                "transfusions_sent", "transfusions_received", "comments", "challenges_joined", "challenges_won",
                "seasonal_events", "eggs_found"]  # fmt: skip
        table = pd.DataFrame({"user": np.arange(self.scenario.users), "persona": names[s["persona"]]})
        table["language"] = np.where(s["language"] == 1, "fr", "en")
        for name in kept:
            table[name] = s[name]
        for name in ("heritage", "earned_total"):
            table[name] = s[name] / 100.0
        table["achievements"] = sum(_popcount(s[f"unlocked_{part}"]) for part in ("low", "high", "top"))
        for trait in (
            "openness",
            "ability",
            "sociability",
            "novelty_seeking",
            "irritability",
            "leave_rate",
            "habit_rate",
            "peak_hour",
        ):
            table[trait] = s[trait]
        for column in own_columns(self.scenario.behaviours):
            table[column.name] = s[column.name]
        return table

    @cached_property
    def challenges(self) -> "pd.DataFrame":
        """How each challenge that ended in the run came out: target, total, participants, winners, rewards in all; amounts in its unit."""
        import pandas as pd

        return pd.DataFrame(self.outcome.challenges)

    @cached_property
    def days(self) -> "pd.DataFrame":
        """One row for each day of each user who had not left; amounts in centigrains. Raises BadInput unless recorded."""
        import pandas as pd

        if self.record == "totals":
            raise BadInput("days were not recorded", where="Run.days", value=self.record, allowed='record="days" or "events"')
        if not self.outcome.days:
            raise BadInput("only the events were kept", where="Run.days", value=str(self.events_at), allowed='record="days"')
        return pd.DataFrame(self.outcome.days)

    @cached_property
    def events(self):
        """The event log as an Arrow table (user, time in UTC, day, event, amount, goal, detail). Needs record="events"."""
        from hourglass_sim.store.from_run import events_of
        from hourglass_sim.store.streaming import read_parts

        if self.record != "events":
            raise BadInput("events were not recorded", where="Run.events", value=self.record, allowed='record="events"')
        return events_of(self) if self.events_at is None else read_parts(self.events_at)

    def table(self) -> "pd.DataFrame":
        """The KPIs with unit, target and meaning."""
        import pandas as pd

        rows = [(k.name, self.kpis.get(k.name), k.unit, k.target, k.meaning) for k in KPIS if k.name in self.kpis]
        return pd.DataFrame(rows, columns=["kpi", "value", "unit", "target", "meaning"])

    def tables(self, *, users: bool = False) -> "dict[str, Table]":
        """KPIs, daily totals and the scenario as tables for a spreadsheet; with `users` one row a user too, and recorded days."""
        from hourglass_sim.tables import Table, table_of

        told = self.scenario.describe()
        values = told.pop("values")
        rows = [*told.items(), *values.items(), ("engine", self.engine), ("digest", self.digest)]
        found = {"kpis": table_of(self.table()), "totals": table_of(self.totals), "scenario": Table(["field", "value"], rows)}
        if users:
            found |= {"users": table_of(self.users), **({"days": table_of(self._days_with_units())} if self.outcome.days else {})}
        return found

    def _days_with_units(self) -> "pd.DataFrame":
        """The days with `_centigrains` or `_hundredths` in the names of columns that hold them."""
        from hourglass_sim.engine.state import scratch_columns, state_columns

        units = {c.name: c.unit.split()[0] for c in (*state_columns(5), *scratch_columns(5)) if c.unit}
        of = {label: units.get(label, units.get(label.rstrip("0123456789").rstrip("_"))) for label in self.days.columns}
        return self.days.rename(
            columns={name: f"{name}_{unit}" for name, unit in of.items() if unit in ("centigrains", "hundredths")}
        )

    def to_excel(self, path: str | Path) -> Path:
        """Write one workbook: KPIs, totals, scenario, users, and days when recorded; BadInput for more rows than a sheet holds."""
        from hourglass_sim.tables import write_tables

        target = Path(path)
        if target.suffix.lower() != ".xlsx":
            raise BadInput("not an Excel file's name", where="Run.to_excel", value=str(path), allowed="a name that ends in .xlsx")
        return write_tables(target, self.tables(users=True))[0]

    def to_csv(self, folder: str | Path) -> list[Path]:
        """Write kpis.csv, totals.csv, scenario.csv, users.csv, and days.csv when recorded, into a folder; returns the paths."""
        from hourglass_sim.tables import write_tables

        return [write_tables(Path(folder) / f"{name}.csv", {name: t})[0] for name, t in self.tables(users=True).items()]

    def __repr__(self) -> str:
        s, told = self.scenario, self.scenario.describe()
        head = f"Run of {s.users:,} users × {s.days} days, people {told['people']}, policy {told['policy']}, preset {s.preset}, "
        head += "".join(f"{name} = {value}, " for name, value in s.values.items()) + f"seed {s.seed}"
        shown = [k for k in KPIS if k.headline and k.name in self.kpis]
        width = max(len(k.title) for k in shown) + 2
        lines = [f"  {k.title:<{width}}{k.show(self.kpis[k.name])}" for k in shown]
        return "\n".join([f"{head} ({self.engine}, {self.seconds:.2f} s)", *lines])

    def _repr_html_(self) -> str:
        from hourglass_sim.view.cards import run_card

        return run_card(self)


def simulate(
    scenario: Scenario | None = None,
    *,
    engine: str = "columns",
    record: str = "totals",
    threads: int | None = None,
    digest: bool | None = None,
    agent: "type[UserAgent] | None" = None,
    checkpoint: str | Path | None = None,
    every: int = 30,
    note: Callable[[str, int, int], None] | None = None,
    out: str | Path | None = None,
    **changes: object,
) -> Run:
    """Run a scenario (default: 10,000 users × 90 days) and return its Run; keyword `changes` replace fields of the scenario.

    engine: "columns" (fast) or "agents" (Mesa, readable); both give the same run. record: "totals", "days" or "events".
    threads: default 1 below 10,000 users, else all cores; never changes a result. digest: default up to 100,000 users.
    agent: a subclass of `engine.agents.UserAgent` for engine "agents".
    checkpoint: a folder in which the columns keep the run every `every` days, so that after a kill the same call continues it.
    out: with record="events", a folder into which the events go as Parquet parts, by the columns while the run goes on (with few days
    in memory), by the agents and with a checkpoint at its end; parts of an earlier run are replaced when the new ones, which stand in
    `out`.new until then, are whole. The command line's `--out F` writes them into F/events.
    note(what, done, total) hears of progress. Raises BadInput for unknown names and runs too large to record.
    """
    known = [one.name for one in fields(Scenario)]
    for name in changes:
        if name not in known:
            raise unknown("field of a scenario", name, known, "simulate")
    scenario = replace(scenario or Scenario(), **changes) if changes else (scenario or Scenario())
    if engine not in ENGINES:
        raise unknown("engine", engine, ENGINES)
    if agent is not None and engine != "agents":
        raise BadInput(
            "agents of one's own live in the readable engine", where="simulate", value=engine, allowed='engine="agents"'
        )
    if agent is not None:
        _require_agent(agent)
    if record not in RECORDS:
        raise unknown("record", record, RECORDS)
    if checkpoint is not None and engine != "columns":
        raise BadInput("only the columns keep checkpoints", where="simulate", value=engine, allowed='engine="columns"')
    if out is not None and record != "events":
        raise BadInput("only events are written while a run goes on", where="out", value=record, allowed='record="events"')
    is_streamed = out is not None and engine == "columns" and checkpoint is None
    if record != "totals" and not is_streamed and scenario.users * scenario.days > MOST_RECORDED:
        fewer = f"at most {MOST_RECORDED:,} user-days; fewer users or days"
        allowed = f"{fewer}, record='totals', or record='events' of the columns with an output folder and no checkpoint"
        raise BadInput("too many user-days to record", value=scenario.users * scenario.days, allowed=allowed)
    if threads is not None:
        require_between("threads", threads, 1, 256)
    chosen = threads or (1 if scenario.users < THREADS_FROM else os.cpu_count() or 1)
    has_digest = scenario.users <= DIGEST_UP_TO if digest is None else digest
    kept = None
    if checkpoint is not None:
        from hourglass_sim.engine.checkpoints import Checkpoint

        kept = Checkpoint(checkpoint, scenario, record=record, digest=has_digest, every=every)
    if out is None:
        return _run(scenario, engine, record, chosen, has_digest, note, agent=agent, checkpoint=kept)
    from hourglass_sim.store.places import replacing_parts

    with replacing_parts(Path(out)) as place:
        run = _run(scenario, engine, record, chosen, has_digest, note, agent=agent, checkpoint=kept, events=place)
    return replace(run, events_at=Path(out))


def _require_agent(agent: object) -> None:
    from hourglass_sim.engine.agents import UserAgent

    if not (isinstance(agent, type) and issubclass(agent, UserAgent)):
        raise BadInput(
            "not a kind of agent", where="simulate, agent", value=agent, allowed="a subclass of engine.agents.UserAgent"
        )


def observe(
    scenario: Scenario, days: Sequence[int], look: Callable[[int, "Outcome"], None], *, threads: int | None = None
) -> Run:
    """Run a scenario and call `look(day, everything so far)` on the evening of each of `days` (from 0, rising).

    What `look` is given changes as the run goes on: keep copies. Days beyond the run are left out.
    """
    chosen = threads or (1 if scenario.users < THREADS_FROM else os.cpu_count() or 1)
    return _run(scenario, "columns", "totals", chosen, False, None, days, look)


def _run(
    scenario: Scenario, engine: str, record: str, threads: int, has_digest: bool, note, stops: Sequence[int] = (), look=None,
    agent: "type[UserAgent] | None" = None, checkpoint: "Checkpoint | None" = None, events: Path | None = None,
) -> Run:  # fmt: skip
    from hourglass_sim.engine.tally import run_digest
    from hourglass_sim.engine.world import make_world

    started = time.perf_counter()
    world = make_world(scenario)
    record_days, compile_seconds, stream = record != "totals", 0.0, None
    if engine == "agents":
        from hourglass_sim.engine.agents import HourglassModel, UserAgent

        model = HourglassModel(world, agent or UserAgent, digest=has_digest, record_days=record_days)
    else:
        from hourglass_sim.engine.columns import Columns

        if events is not None and checkpoint is None:
            from hourglass_sim.store.streaming import EventStream

            stream, record_days = EventStream(world, events, threads), False
        model = Columns(world, digest=has_digest, record_days=record_days, threads=threads, note=note, listener=stream)
        compile_seconds = model.compile_seconds + (stream.compile_seconds if stream else 0.0)
    reached = 0
    for day in (d for d in stops if d < scenario.days):
        model.advance(day + 1 - reached)
        reached = day + 1
        look(day, model.outcome())
    with stream or contextlib.nullcontext():
        _advance(model, scenario.days, note, checkpoint)
    outcome = model.outcome()
    kpis = kpis_of(scenario, outcome, activity_of(scenario, outcome), threads if engine == "columns" else 1)
    seconds = time.perf_counter() - started - compile_seconds
    digest = run_digest(outcome.digests) if has_digest else None
    run = Run(scenario, engine, record, kpis, digest, seconds, compile_seconds, threads, outcome)
    if events is not None and stream is None:
        from hourglass_sim.store.from_run import write_parts

        write_parts(run, events)
    return run


def _advance(model, days: int, note: Callable[[str, int, int], None] | None, checkpoint: "Checkpoint | None") -> None:
    """Simulate the days that are left, with progress and checkpoints; a checkpoint that is there already is taken up."""
    found = checkpoint.read() if checkpoint else None
    if found is not None:
        model.take_up(found)
    try:
        while model.day < days:
            model.advance(min(_STEP if note else days, checkpoint.until(model.day) if checkpoint else days))
            if note:
                note("simulating", model.day, days)
            if checkpoint and checkpoint.is_due(model.day) and model.day < days:
                checkpoint.write(model.kept())
    except KeyboardInterrupt as error:
        if checkpoint is None:
            raise
        raise checkpoint.interrupted(model.day) from error
    if checkpoint:
        checkpoint.finish()


_STEP = 8  # days between two notes of progress


def activity_of(scenario: Scenario, outcome: "Outcome") -> "Activity":
    """Who was active when, with personas as groups."""
    from hourglass_sim.metrics.activity import Activity

    group = outcome.state["persona"].astype(np.int16)
    return Activity.from_bits(outcome.bits, last_day=scenario.days - 1, start=scenario.start, group=group)


def _popcount(words: np.ndarray) -> np.ndarray:
    return np.bitwise_count(words.view(np.uint64)).astype(np.int64)
