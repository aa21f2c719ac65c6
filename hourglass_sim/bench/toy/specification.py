"""The toy day: state, order, formulas and parameters, written once; standard library only, so that every peer can import it.

Each user keeps: `motivation`, `app_habit`, and for each of three goals its `habit` (0 to 1) and `age` (days offered); a ring of the
centigrains of the last 30 days with their sums over 30 and 14 days; `heritage`, `xp`, `level` (1 to 50), `streak`, `season`,
`phoenix`, `gone`. At the start motivation is normal(0.3, 0.5), level 1, and everything else 0. On day d, every user who has not gone:

1. opens when u < logistic(a + b motivation + c app_habit);
2. if opened, for each goal g: done when u < logistic(motivation + habit − difficulty[g]); it pays floor(share[g] × m(age) + 1/2)
   centigrains, where m is 1, 0.8, 0.6, 0.5 up to an age of 30, 90, 180 days and beyond, and three times that when g is the last (a
   micro-victory) and the user is in Phoenix mode; habit gains 0.02 (1 − habit) when done and loses 1 % when not; age grows by 1.
   Nothing of this changes on a day that was not opened;
3. ring, heritage: both sums gain today's centigrains and lose those of 30 and 14 days ago; heritage gains today's;
4. XP: 100 a victory; the level rises by one when xp reaches the next threshold, the sum of floor(100 n^1.5) up to the level;
   streak: one more with a victory, else 0;
5. season by the mean of the last min(d + 1, 30) days: below 4 grains winter (0), below 5 spring (1), above 7 summer (2), else
   autumn (3); Phoenix mode from day 13 on while the last 14 days bring less than 3 grains a day;
6. motivation gains 0.04 (victories − 1.7) on an opened day and loses 1 % of itself; app_habit moves 3 % towards 1 or 0;
7. leaves for good when u < 0.002 exp(−motivation).

Daily aggregates, over users present at the start of the day: present, opened, victories, centigrains, levels (sum), phoenix, winter,
spring, summer, autumn, left. At the end, over all users (those gone as they left): mean and standard deviation of heritage and xp.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

AGGREGATES = (
    "present", "opened", "victories", "centigrains", "levels", "phoenix", "winter", "spring", "summer", "autumn", "left",
)  # fmt: skip
GOALS = 3
RING = 30
LOW_WINDOW = 14
LEVELS = 50


class ToyDay(NamedTuple):
    """Parameters of the toy day; money in centigrains, ages in days, hazards per day."""

    motivation_mean: float = 0.3
    motivation_sd: float = 0.5
    open_base: float = -0.6
    open_motivation: float = 1.0
    open_habit: float = 0.9
    difficulty: tuple[float, ...] = (0.5, 0.3, 0.1)
    share: tuple[int, ...] = (400, 350, 250)
    age_limit: tuple[int, ...] = (30, 90, 180)
    age_factor: tuple[float, ...] = (1.0, 0.8, 0.6, 0.5)
    micro_factor: int = 3
    goal_habit_gain: float = 0.02
    goal_habit_loss: float = 0.01
    xp_per_victory: int = 100
    winter_below: int = 400
    spring_below: int = 500
    summer_above: int = 700
    phoenix_below: int = 300
    motivation_gain: float = 0.04
    motivation_expected: float = 1.7
    motivation_loss: float = 0.01
    app_habit_rate: float = 0.03
    leave_rate: float = 0.002


def thresholds() -> tuple[int, ...]:
    """XP at which each level ends, by level: entry n is what level n needs to become n + 1; level 50 never ends."""
    needed, reached = [0], 0
    for level in range(1, LEVELS):
        reached += int(100 * level**1.5)
        needed.append(reached)
    return (*needed, 2**31 - 1)


def ring_slots(day: int) -> tuple[int, int]:
    """Where the ring keeps today and the day 14 days ago."""
    return day % RING, (day - LOW_WINDOW) % RING


class Outcome(NamedTuple):
    """What a version returns: one row of AGGREGATES a day, and heritage and xp of all users as (mean, standard deviation)."""

    daily: list[list[int]]
    heritage: tuple[float, float]
    xp: tuple[float, float]


def told(
    peer: str,
    versions: dict[str, str],
    outcome: Outcome,
    users: int,
    days: int,
    seed: int,
    seconds: float,
    processor_seconds: float,
) -> dict[str, Any]:
    """One run as the JSON object that every version prints; user_days counts users not gone at the start of a day.

    `seconds` are of the clock, `processor_seconds` those of all threads together.
    """
    columns = {name: [int(row[k]) for row in outcome.daily] for k, name in enumerate(AGGREGATES)}
    return {
        "peer": peer, "versions": versions, "users": users, "days": days, "seed": seed, "seconds": seconds,
        "processor_seconds": processor_seconds,
        "user_days": sum(columns["present"]), "opened_user_days": sum(columns["opened"]), "daily": columns,
        "heritage": [float(v) for v in outcome.heritage], "xp": [float(v) for v in outcome.xp],
    }  # fmt: skip


def run_as_script(peer: str, versions: dict[str, str], simulate: Callable[[int, int, int], Outcome]) -> None:
    """Parse --users, --days and --seed, run `simulate(users, days, seed)` and print the JSON as the last line; the clock covers all of it.

    A run of a few users comes first, so that what a library compiles or loads on first use is not counted.
    """
    parser = argparse.ArgumentParser(description=f"The toy day with {peer}; prints one JSON object.")
    for name, usual in (("users", 10_000), ("days", 90), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    simulate(100, 3, asked.seed)
    outcome, seconds, processor_seconds = timed(lambda: simulate(asked.users, asked.days, asked.seed))
    print(json.dumps(told(peer, versions, outcome, asked.users, asked.days, asked.seed, seconds, processor_seconds)))


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What `work` returns, the seconds of the clock that it took, and those of the processors."""
    clock, processors = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - clock, time.process_time() - processors
