"""The toy day as scalar functions and stages for the columns, declared exactly as the product's own day is."""

from typing import NamedTuple

from hourglass_policy.numeric import exp_, happens

from hourglass_sim.bench.toy.specification import GOALS, LOW_WINDOW, RING, ToyDay, ring_slots, thresholds
from hourglass_sim.engine.declaring import OPENED, Stage, draws, each, stage
from hourglass_sim.engine.layout import Column, Layout


class Today(NamedTuple):
    """What a day is for everyone: seed words, slots of the ring, days that the season's mean covers, the Phoenix threshold."""

    day: int
    seed_low: int
    seed_high: int
    slot: int
    slot_low: int
    season_days: int
    phoenix_below: int


class Levels(NamedTuple):
    """XP at which each level ends."""

    thresholds: tuple[int, ...]


def todays(days: int, seed: int) -> list[Today]:
    """Every day's facts."""
    found = []
    for day in range(days):
        phoenix_below = LOW_WINDOW * ToyDay().phoenix_below if day >= LOW_WINDOW - 1 else 0
        found.append(Today(day, seed & 0xFFFFFFFF, seed >> 32, *ring_slots(day), min(day + 1, RING), phoenix_below))
    return found


def groups() -> dict[str, NamedTuple]:
    """What stages read beside a user's own."""
    return {"toy": ToyDay(), "levels": Levels(thresholds())}


def here(gone: int) -> int:
    """Whether the user has not left."""
    return 1 - gone


def opens(present: int, motivation: float, app_habit: float, u: float, toy: ToyDay) -> int:
    """Whether the app is opened."""
    return present & happens(u, toy.open_base + toy.open_motivation * motivation + toy.open_habit * app_habit)


def completes(goal: int, motivation: float, habit: float, u: float, toy: ToyDay) -> int:
    """Whether a goal is done."""
    return happens(u, motivation + habit - toy.difficulty[goal])


def paid(goal: int, done: int, age: int, phoenix: int, toy: ToyDay) -> int:
    """Centigrains of a goal, devalued by its age, three times as much for a micro-victory in Phoenix mode."""
    first, second, third = toy.age_limit[0], toy.age_limit[1], toy.age_limit[2]
    fresh, older, old, oldest = toy.age_factor[0], toy.age_factor[1], toy.age_factor[2], toy.age_factor[3]
    devalued = older if age <= second else (old if age <= third else oldest)
    grains = int(toy.share[goal] * (fresh if age <= first else devalued) + 0.5)
    grains = grains * toy.micro_factor if (goal == GOALS - 1) & (phoenix != 0) else grains
    return grains if done else 0


def goal_after(done: int, habit: float, age: int, toy: ToyDay) -> tuple[float, int]:
    """A goal's habit and age after a day that was opened."""
    gained, lost = habit + toy.goal_habit_gain * (1.0 - habit), habit * (1.0 - toy.goal_habit_loss)
    return gained if done else lost, age + 1


def sums(done_0: int, done_1: int, done_2: int, paid_0: int, paid_1: int, paid_2: int) -> tuple[int, int]:
    """Victories and centigrains of the day."""
    return done_0 + done_1 + done_2, paid_0 + paid_1 + paid_2


def rolled(total: int, gained: int, leaving: int) -> int:
    """A sum over a window, a day later."""
    return total + gained - leaving


def grown(total: int, gained: int) -> int:
    """A sum a day later; also what the ring keeps, with a total of 0."""
    return total + gained


def progress(xp: int, level: int, victories: int, toy: ToyDay, needed: tuple[int, ...]) -> tuple[int, int]:
    """XP and level: a day's victories never reach two thresholds."""
    xp = xp + toy.xp_per_victory * victories
    return xp, level + (1 if xp >= needed[level] else 0)


def streak_after(streak: int, victories: int) -> int:
    """Days in a row with a victory."""
    return streak + 1 if victories else 0


def season_and_phoenix(sum_30: int, sum_14: int, days: int, phoenix_below: int, toy: ToyDay) -> tuple[int, int]:
    """Season of life (0 winter, 1 spring, 2 summer, 3 autumn) and whether in Phoenix mode."""
    season = 2 if sum_30 > toy.summer_above * days else 3
    season = 1 if sum_30 < toy.spring_below * days else season
    season = 0 if sum_30 < toy.winter_below * days else season
    return season, 1 if sum_14 < phoenix_below else 0


def feelings(motivation: float, app_habit: float, opened: int, victories: int, toy: ToyDay) -> tuple[float, float]:
    """Motivation and habit after the day."""
    gain = toy.motivation_gain * (victories - toy.motivation_expected) if opened else 0.0
    return (motivation + gain) * (1.0 - toy.motivation_loss), app_habit + toy.app_habit_rate * (opened - app_habit)


def leaves(present: int, motivation: float, u: float, toy: ToyDay) -> int:
    """Whether the user leaves for good."""
    return present & (1 if u < toy.leave_rate * exp_(-motivation) else 0)


def departed(gone: int, left: int) -> int:
    """Whether the user has left, from now on."""
    return gone | left


CORES = (
    here, opens, completes, paid, goal_after, sums, rolled, grown, progress, streak_after, season_and_phoenix, feelings, leaves,
    departed,
)  # fmt: skip


def the_toy_day() -> tuple[Stage, ...]:
    """Every stage in order."""
    listed = [
        stage("arrive", "present", here, "gone", "present"),
        draws("arrive", 0, "u_open u_leave u_spare[0] u_spare[1]"),
        stage("open_app", "open", opens, "present motivation app_habit u_open toy", "opened"),
        draws("act", 1, "u_done[0] u_done[1] u_done[2] u_spare[0]", when=OPENED),
    ]
    for g in range(GOALS):
        listed += [
            stage("act", f"done_{g}", completes, f"{g} motivation goal_habit[{g}] u_done[{g}] toy", f"done[{g}]", OPENED),
            stage("act", f"paid_{g}", paid, f"{g} done[{g}] age[{g}] phoenix toy", f"paid[{g}]", OPENED),
            stage("act", f"goal_{g}", goal_after, f"done[{g}] goal_habit[{g}] age[{g}] toy", f"goal_habit[{g}] age[{g}]", OPENED),
        ]
    return (
        *listed,
        stage("act", "sums", sums, f"{each('done', GOALS)} {each('paid', GOALS)}", "victories earned", OPENED),
        stage("progress", "level", progress, "xp level victories toy levels.thresholds", "xp level", OPENED),
        stage("settle", "sum_30", rolled, "sum_30 earned ring[today.slot]", "sum_30"),
        stage("settle", "sum_14", rolled, "sum_14 earned ring[today.slot_low]", "sum_14"),
        stage("settle", "ring", grown, "0 earned", "ring[today.slot]"),
        stage("settle", "heritage", grown, "heritage earned", "heritage"),
        stage("progress", "streak", streak_after, "streak victories", "streak"),
        stage("seasons", "season", season_and_phoenix, "sum_30 sum_14 today.season_days today.phoenix_below toy", "season phoenix"),
        stage("feel", "feelings", feelings, "motivation app_habit opened victories toy", "motivation app_habit"),
        stage("leave", "leaves", leaves, "present motivation u_leave toy", "left"),
        stage("leave", "departure", departed, "gone left", "gone"),
    )  # fmt: skip


def toy_layout() -> Layout:
    """Every column of a user."""
    state = [
        ("user", "i4", 1), ("motivation", "f8", 1), ("app_habit", "f8", 1), ("goal_habit", "f8", GOALS), ("age", "i2", GOALS),
        ("ring", "i2", RING), ("sum_30", "i4", 1), ("sum_14", "i4", 1), ("heritage", "i8", 1), ("xp", "i4", 1), ("level", "i2", 1),
        ("streak", "i2", 1), ("season", "i1", 1), ("phoenix", "i1", 1), ("gone", "i1", 1),
    ]  # fmt: skip
    made = [
        ("chosen", "i2", 1), ("u_open", "draw", 1), ("u_leave", "draw", 1), ("u_spare", "draw", 2), ("u_done", "draw", GOALS),
        ("done", "i1", GOALS), ("paid", "i2", GOALS),
    ]  # fmt: skip
    counted = [("present", "i1"), ("opened", "i1"), ("victories", "i1"), ("earned", "i2"), ("left", "i1")]
    columns = [Column(name, dtype, "see the specification", size=size) for name, dtype, size in state]
    columns += [Column(n, d, "made anew each day", kind="scratch", size=size) for n, d, size in made]
    return Layout([*columns, *(Column(n, d, "counted each day", kind="scratch", recorded=True) for n, d in counted)])
