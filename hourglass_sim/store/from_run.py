"""A run's days, kept in memory, told as events: the log that the product would have written. Both engines' days give the same log.

`engine.telling` says the same in compiled code while a run goes on; a test compares the two, row by row.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.backend.notifications import TEMPLATES
from hourglass_policy.rules.phoenix import REASONS
from hourglass_policy.rules.seasons import SEASONS

from hourglass_sim.engine.achieving import BITS_PER_WORD
from hourglass_sim.engine.state import PARTNERS
from hourglass_sim.store.day_facts import DayFacts
from hourglass_sim.store.event_rows import EventRows, utc_of_hours
from hourglass_sim.store.log import EventLog

if TYPE_CHECKING:
    import pyarrow as pa

    from hourglass_sim.run import Run

NOBODY = -1  # the user of the two rows that mark the run's first and last day
SPREAD = 2_400  # seconds of the hour over which openings are spread
LATE_SYNC = 3_300  # second of the opening's hour at which a contract made after the sync is settled
SENT = (  # act, partners it went to, what all of its kind cost that day
    ("boost_sent", "boosted", "boost_out"), ("comment_posted", "commented", "comment_cost"),
    ("transfusion_sent", "given", "transfusion_out"),
)  # fmt: skip
HIDDEN = 2  # privacy from which victories stay out of the feed
PART_ROWS = 400_000  # user-days in one part


def events_of(run: "Run") -> "pa.Table":
    """Every event of a run with recorded days, in order of time and user, with the columns of `store.schema`.

    Times are UTC; the product's days and hours are local (Europe/Paris). What the user does stands in the hour of opening, results
    at the sync (a contract made later is settled within its hour). XP and grains carry amounts; rewards (of achievements, events and
    challenges) and the Phoenix minimum are `grain.earned` with a `detail`, so that heritage is what was earned and transferred (less
    what evaporated where that counts). Only `user.logged_in` is activity. User -1 marks the first and the last day, so that the log's
    span is the run's.
    """
    import pyarrow as pa

    return pa.concat_tables(event_parts(run))


def event_parts(run: "Run", part_rows: int = PART_ROWS) -> Iterator["pa.Table"]:
    """`events_of` in parts of whole days, about `part_rows` user-days each, in order."""
    facts = DayFacts(run)
    hours = utc_of_hours(run.scenario.start, run.scenario.days)
    ends = np.searchsorted(facts.day, np.arange(run.scenario.days), side="right")
    first_day, done = 0, 0
    while first_day < run.scenario.days:
        last_day = max(first_day, int(np.searchsorted(ends, done + part_rows, side="right")) - 1)
        rows = slice(done, int(ends[last_day]))
        log = EventRows(facts.user[rows], facts.day[rows], hours)
        _fill(log, _Chapter(facts, rows))
        if first_day == 0:
            log.note("analytics.action_tracked", NOBODY, 0, 12, "run_started")
        if last_day == run.scenario.days - 1:
            log.note("analytics.action_tracked", NOBODY, last_day, 12, "run_ended")
        yield log.table()
        first_day, done = last_day + 1, int(ends[last_day])


def write_parts(run: "Run", folder: Path) -> None:
    """Write the events of a run with recorded days into an empty folder, as Parquet parts."""
    with EventLog.create(folder) as log:
        for part in event_parts(run):
            log.append(part)


class _Chapter:
    """Some rows of the day facts: columns by name, their moments of the day."""

    def __init__(self, facts: DayFacts, rows: slice):
        self.facts, self.rows = facts, rows
        rules = facts.policy.rules
        self.opened = self["opened"] != 0
        self.open_second = spread(facts.user[rows], facts.day[rows])
        self.morning = rules.day.morning_hour
        late = self.opened & (self["hour"] >= rules.day.sync_hour)
        self.sync_hour = np.where(late, self["hour"], rules.day.sync_hour)
        self.sync_second = np.where(late, LATE_SYNC, 0)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.facts.days[name][self.rows]

    def slot(self, name: str, k: int) -> np.ndarray:
        return self.facts.column(name, k)[self.rows]

    def yesterday(self, name: str, at_first: int) -> np.ndarray:
        return self.facts.yesterday(name, at_first, self.rows)


def spread(user: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Second of the hour, 1 to 2,400, at which a user opens on a day: fixed by the two numbers; int64."""
    mixed = (user.astype(np.uint64) * np.uint64(0x9E3779B1) + day.astype(np.uint64) * np.uint64(0x85EBCA77)) & np.uint64(
        0xFFFFFFFF
    )
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(0x2C1B3C6D) & np.uint64(0xFFFFFFFF)
    return ((mixed >> np.uint64(8)) % np.uint64(SPREAD)).astype(np.int64) + 1


def _fill(log: EventRows, of: _Chapter) -> None:
    _arriving(log, of)
    _messages(log, of)
    _contract(log, of)
    _goals(log, of)
    _together(log, of)
    _progress(log, of)
    _achievements(log, of)
    log.add("user.deleted", of["left"] != 0, 23, 3_599, 999_000)


def _arriving(log: EventRows, of: _Chapter) -> None:
    """Signing up (before that day's first message), logging in, the rewards of the evening before, how a challenge ended."""
    is_new = of.facts.is_first[of.rows]
    earliest = np.minimum(of["hour"], np.minimum(_or_late(of["hour_1"]), _or_late(of["hour_2"])))
    log.add("user.created", is_new, earliest, 0, 0)
    log.add("user.logged_in", of.opened, of["hour"], of.open_second, 2)
    won = of["challenges_won"] > of.yesterday("challenges_won", 0)
    joined = of["challenges_joined"] > of.yesterday("challenges_joined", 0)
    log.add("challenge.completed", won, of.morning, 0, 12)
    log.add("challenge.progress", joined & ~won, of.morning, 0, 13)
    log.add("grain.earned", of["rewarded"] > 0, of.morning, 0, 10, of["rewarded"] / 100.0, detail="rewards")
    reward = np.where(is_new, 0, of["xp"] - of.yesterday("xp", 0) - of["xp_today"])
    log.add("user.xp_gained", reward > 0, of.morning, 0, 11, reward, detail="rewards")


def _messages(log: EventRows, of: _Chapter) -> None:
    for k, template in enumerate(TEMPLATES, start=1):
        hour = of[f"hour_{k}"]
        log.add("notification.send", hour >= 0, hour, 0, 100 + k, detail=template)
        log.add("notification.delivered", hour >= 0, hour, 0, 200 + k, detail=template)
        log.add("notification.opened", of.opened & (of["followed"] == k), of["hour"], of.open_second, 1, detail=template)


def _contract(log: EventRows, of: _Chapter) -> None:
    made = of["goals"] > 0
    log.add("contract.created", made, of["hour"], of.open_second + 20, 0, of["potential"] / 100.0)
    log.add("contract.synced", made, of.sync_hour, of.sync_second, 300, of["earned"] / 100.0)


def _goals(log: EventRows, of: _Chapter) -> None:
    """Victories as they happen; what they pay and what evaporates at the sync."""
    names = [goal.id for goal in of.facts.policy.catalogue.goals.goals]
    for k in range(of.facts.slots):
        goal = (names, of.facts.title(k, of.rows))
        done, paid, lost = of.slot("done", k) != 0, of.slot("paid", k) / 100.0, of.facts.lost[k][of.rows] / 100.0
        missed = (of.slot("picked", k) != 0) & ~done
        log.add("goal.completed", done, of["hour"], of.open_second + 120 * (k + 1), 0, paid, goal)
        log.add("grain.earned", paid > 0, of.sync_hour, of.sync_second, 310 + k, paid, goal)
        log.add("goal.failed", missed, of.sync_hour, of.sync_second, 320 + k, lost, goal)
        log.add("grain.evaporated", lost > 0, of.sync_hour, of.sync_second, 330 + k, lost, goal)


def _together(log: EventRows, of: _Chapter) -> None:
    """Gifts arrive in the morning; boosts, comments and transfusions are sent while the app is open; victories enter the feed at the sync.

    `grain.transferred` carries what moves a heritage: positive for what arrives, negative for a transfusion sent.
    """
    for k, (kind, column) in enumerate((("boost", "boost_in"), ("transfusion", "transfusion_in"))):
        some = of[column] > 0
        log.add(f"social.{kind}_received", some, of.morning, 0, 20 + k, of[column] / 100.0)
        log.add("grain.transferred", some, of.morning, 0, 22 + k, of[column] / 100.0, detail=column)
    log.add("social.comment_received", of["comments_in"] > 0, of.morning, 0, 24, of["comments_in"])
    for k in range(PARTNERS):
        for place, (kind, bits, cost) in enumerate(SENT):
            some = (of[bits] >> k) & 1 != 0
            each = of[cost] / np.maximum(_bits(of[bits]), 1) / 100.0
            log.add(f"social.{kind}", some, of["hour"], of.open_second + 60 + k, 30 + place, each)
    sent = of["transfusion_out"] > 0
    log.add(
        "grain.transferred", sent, of["hour"], of.open_second + 60, 40, -of["transfusion_out"] / 100.0, detail="transfusion_out"
    )
    shown = (of["victories"] > 0) & (of["left"] == 0) & (of.facts.privacy(of.rows) < HIDDEN)
    log.add("feed.item_created", shown, of.sync_hour, of.sync_second, 360, of["victories"])


def _bits(words: np.ndarray) -> np.ndarray:
    return np.bitwise_count(words.astype(np.uint8)).astype(np.int64)


def _progress(log: EventRows, of: _Chapter) -> None:
    """Phoenix minimum, XP, levels, seasons and Phoenix mode, all at the sync."""
    at = (of.sync_hour, of.sync_second)
    log.add("grain.earned", of["topped_up"] > 0, *at, 340, of["topped_up"] / 100.0, detail="phoenix_minimum")
    log.add("user.xp_gained", of["xp_today"] > 0, *at, 350, of["xp_today"])
    level, season = of["level"].astype(np.int64), of["season"].astype(np.int64)
    numbers = [str(n) for n in range(int(level.max(initial=0)) + 1)]
    log.add("user.level_up", level > of.yesterday("level", 1), *at, 351, detail=(numbers, level))
    log.add("season.changed", (season >= 0) & (season != of.yesterday("season", -1)), *at, 352, detail=(SEASONS, season))
    reason = of["phoenix_entered"].astype(np.int64)
    log.add("phoenix.exited", of["phoenix_exited"] != 0, *at, 353)
    log.add("phoenix.entered", reason > 0, *at, 354, detail=([str(r) for r in REASONS], reason))


def _achievements(log: EventRows, of: _Chapter) -> None:
    """Achievements whose bit is new, by id, after the sync."""
    some = np.flatnonzero(of["unlocked_today"] > 0)
    where = np.zeros(len(of["user"]), dtype=bool)
    for number, achievement in enumerate(of.facts.policy.catalogue.achievements):
        word = f"unlocked_{('low', 'high', 'top')[number // BITS_PER_WORD]}"
        new = of[word][some] & ~of.yesterday(word, 0)[some]
        where[:] = False
        where[some] = (new >> (number % BITS_PER_WORD)) & 1
        log.add("achievement.unlocked", where, of.sync_hour, of.sync_second, 400 + number, detail=achievement.id)


def _or_late(hour: np.ndarray) -> np.ndarray:
    return np.where(hour >= 0, hour, 23)
