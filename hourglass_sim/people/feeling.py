"""What the day does to a person: motivation, habit, novelty, irritation, leaving. Functions of state, parameters and `u`."""

from hourglass_policy.numeric import exp_, log_of_whole

from hourglass_sim.people.groups import Feeling, Habits, Leaving, Prompting


def grain_joy(earned_centigrains: int, in_phoenix: int, f: Feeling) -> float:
    """Joy in golden grains, with diminishing returns (half of the most at 5 grains); Phoenix adds relief."""
    relief = 1.0 + f.phoenix_relief if in_phoenix == 1 else 1.0
    return f.grain_joy * relief * earned_centigrains / (earned_centigrains + 500)


def xp_joy(xp_today: int, usual_xp: float, levels: int, achievements: int, joy: float, f: Feeling) -> float:
    """Joy so far and joy in progress: XP above what one is used to, levels and achievements (prediction error: Rescorla & Wagner 1972)."""
    surprise = (xp_today - usual_xp) / (xp_today + usual_xp + 100.0)
    return joy + f.xp_joy * surprise + f.level_joy * levels + f.achievement_joy * achievements


def loss_pain(evaporated_centigrains: int, debits_heritage: int, broken_streak: int, f: Feeling) -> float:
    """Pain of missed goals and of a broken streak; losses weigh about twice gains (Kahneman & Tversky 1979)."""
    owned = 2.0 if debits_heritage == 1 else 1.0
    missed = f.grain_joy * f.loss_aversion * owned * evaporated_centigrains / (evaporated_centigrains + 1_000)
    return missed + f.streak_pain * log_of_whole(1 + broken_streak, f.streak_pain)


def gift_joy(opened: int, unseen: int, joy: float, f: Feeling) -> tuple[float, int]:
    """Joy so far with that in boosts, transfusions and comments found on opening (half of the most at two), and what stays unseen."""
    found = f.gift_joy * unseen / (unseen + 2)
    return joy + found if opened == 1 else joy, 0 if opened == 1 else unseen


def faded(x: float) -> float:
    """x, or 0 when so little is left of it that single precision would hold it badly (and processors slowly)."""
    return x if (x > 1e-30) | (x < -1e-30) else 0.0


def motivation_next(motivation: float, opened: int, joy: float, pain: float, f: Feeling) -> float:
    """Motivation tomorrow: it fades by itself; joy and pain are felt only by those who came."""
    felt = joy - pain if opened == 1 else 0.0
    moved = faded(motivation - f.fade * motivation + felt)
    return 4.0 if moved > 4.0 else (-4.0 if moved < -4.0 else moved)


def usual_xp_next(usual_xp: float, xp_today: int, opened: int) -> float:
    """The XP one is used to: a running mean over days of use (weight 0.1); this is how XP satiates."""
    return usual_xp + 0.1 * (xp_today - usual_xp) if opened == 1 else usual_xp


def app_habit_next(habit: float, opened: int, h: Habits) -> float:
    """Automaticity of opening: towards 1 with each day of use, towards 0 without (Lally et al. 2010)."""
    return habit + h.app_gain * (1.0 - habit) if opened == 1 else faded(habit - h.app_loss * habit)


def goal_habit_next(habit: float, picked: int, done: int, rate: float, h: Habits) -> float:
    """Automaticity of one goal: grows when done, shrinks a little when missed (Lally et al. 2010: one miss hardly matters)."""
    grown = habit + rate * (1.0 - habit)
    return grown if done == 1 else (habit - h.goal_loss * habit if picked == 1 else habit)


def novelty_next(novelty: float, hour: int, p: Prompting) -> float:
    """Novelty of a template: spent when sent (hour -1: not sent), recovering with a half-life (Yancey & Settles, KDD 2020)."""
    left = novelty - p.novelty_used * novelty if hour >= 0 else novelty
    return left + p.novelty_recovery * (1.0 - left)


def irritation_next(irritation: float, sent: int, opened: int, irritability: float, p: Prompting) -> float:
    """Irritation by unopened notifications, forgiven slowly; tolerant people mind less (`irritability` is e ** -tolerance)."""
    ignored = 0 if opened == 1 else sent
    return faded(irritation - p.irritation_recovery * irritation + p.irritation_per_ignored * ignored * irritability)


def opts_out(opted_out: int, sent: int, irritation: float, u: float, p: Prompting) -> int:
    """Whether notifications are switched off; it lasts. The hazard grows with irritation."""
    hazard = p.p_opt_out * exp_(p.opt_out_slope * irritation)
    return 1 if (opted_out == 1) | ((sent > 0) & (u < hazard)) else 0


def leaves(present: int, leave_rate: float, habit: float, motivation: float, u: float, l: Leaving) -> int:  # noqa: E741
    """Whether a person leaves for good after today."""
    hazard = leave_rate * exp_(-l.habit_protection * habit - l.motivation_protection * motivation)
    return 1 if (present == 1) & (u < hazard) else 0


CORES = (
    grain_joy, xp_joy, loss_pain, gift_joy, faded, motivation_next, usual_xp_next, app_habit_next, goal_habit_next, novelty_next,
    irritation_next, opts_out, leaves,
)  # fmt: skip
