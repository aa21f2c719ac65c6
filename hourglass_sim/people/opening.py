"""Opening the app: absence, notifications, the decision, the hour. Functions of state, parameters and `u` in (0, 1)."""

from hourglass_policy.decisions.memory import usual_hour_next
from hourglass_policy.numeric import exp_, happens, log_of_whole

from hourglass_sim.people.groups import Absence, Hours, Opening, Prompting

HOUR_STEPS = 256  # resolution of the inverse distribution of opening hours


def in_spell_next(in_spell: int, age_days: int, u: float, a: Absence) -> int:
    """Whether a spell of absence (exams, holidays, forgetting) holds today; nobody acts inside one (PEOPLE, Stepik log)."""
    stays = 1 if u >= a.p_ends else 0
    begins = 1 if (u < a.p_begins) & (age_days > 0) else 0
    return stays if in_spell else begins


def relevance(hour: int, peak_hour: float, p: Prompting) -> float:
    """How well an hour suits a person: 1 at their usual hour, falling in a straight line to a floor."""
    distance = hour - peak_hour
    distance = -distance if distance < 0.0 else distance
    distance = 24.0 - distance if distance > 12.0 else distance
    near = 1.0 - distance * (1.0 / p.relevance_hours)
    return p.relevance_floor + (1.0 - p.relevance_floor) * (near if near > 0.0 else 0.0)


def push(hour: int, novelty: float, peak_hour: float, opted_out: int, p: Prompting) -> float:
    """Log-odds that one notification adds to opening today; 0 when none is sent (hour -1) or the person opted out.

    Bell et al. 2023 (risk ratio 3.5 within the hour); Klasnja et al. 2019 (+66 % at first, +14 % on average).
    """
    strength = p.effect * novelty * relevance(hour, peak_hour, p)
    return strength if (hour >= 0) & (opted_out == 0) else 0.0


def opens(
    present: int, in_spell: int, age_days: int, openness: float, motivation: float, habit: float, streak: int, run: int,
    absent_days: int, is_own_weekday: int, irritation: float, push_1: float, push_2: float, rhythm: float, u: float,
    o: Opening,
) -> int:  # fmt: skip
    """Whether the app is opened today; the day of sign-up always counts.

    The odds fall as a power of the days since the last opening (the power law of forgetting: Wickelgren 1974, Anderson &
    Schooler 1991; in the Stepik log the odds of a first return after g days fall as g ** -1.5 from 2 to 60 days).
    A run of days in a row ends with the first day away, so only one of the two counts. Summed in pairs, so that a processor can work
    on several at once.
    """
    away = absent_days if absent_days > 1 else 1
    lately = (o.run_weight if run > 0 else -o.recency_weight) * log_of_whole(1 + run if run > 0 else away, openness)
    keeps = o.habit_weight * habit + o.streak_weight * log_of_whole(1 + streak, openness)
    inclined = (openness + o.motivation_weight * motivation) + keeps
    recent = lately + (o.own_weekday * is_own_weekday + rhythm)
    logit = (inclined + recent) + ((push_1 + push_2) - o.irritation_weight * irritation)
    willing = (happens(u, logit) == 1) & (in_spell == 0)
    return 1 if (present == 1) & (willing | (age_days == 0)) else 0


def followed(push_1: float, push_2: float, u: float) -> int:
    """Which notification brought the person here: 0 none, 1 or 2. The share grows with the push (1 - e**-push)."""
    by_first = exp_(-push_1) < 1.0 - u
    by_either = exp_(-push_1 - push_2) < 1.0 - u
    return 1 if by_first else (2 if by_either else 0)


def opening_hour(follows: int, hour_1: int, hour_2: int, chronotype: int, u: float, h: Hours) -> int:
    """The hour of opening, 0 to 23: a followed notification's, else drawn from the chronotype's hours."""
    own = h.hour_at[chronotype * HOUR_STEPS + int(u * HOUR_STEPS)]
    if follows == 1:
        return hour_1
    return hour_2 if follows == 2 else own


CORES = (in_spell_next, relevance, push, opens, followed, opening_hour, usual_hour_next)
