"""A day's ledger rows for one user, both sides of each (RULES 1.5, 1.6, 1.9)."""

from ..rules import counts_towards_heritage, devalued_centigrains, grains_of, phase_of, phoenix_centigrains, phoenix_minimum
from ..rules.ledger import EARN, EVAPORATE, PHOENIX_MINIMUM, REWARD, ROW_TYPES, row_source
from ..values import GrainValues, RuleValues
from .state import goal_key, remember_goal


def row(row_type: int, centigrains: int, reason: str, g: GrainValues, goal: str | None = None) -> dict:
    """A ledger row: the amount leaves `from` and enters `to`; `heritage` is what it does to the user's heritage."""
    sign = counts_towards_heritage(row_type, g)
    return {
        "type": ROW_TYPES[row_type].name,
        "goal": goal,
        "centigrains": centigrains,
        "grains": grains_of(centigrains),
        "from": row_source(row_type, g),
        "to": ROW_TYPES[row_type].target,
        "heritage_centigrains": sign * centigrains,
        "reason": reason,
    }


def reward_rows(state: dict, rules: RuleValues) -> list[dict]:
    """The morning's row for rewards of the day before, if any."""
    amount = state["reward_centigrains"]
    return [row(REWARD, amount, "rewards of the day before", rules.grains)] if amount > 0 else []


def goal_rows(state: dict, contract: dict, completed: set[str], rules: RuleValues) -> list[dict]:
    """A row per goal: earned when completed, evaporated when missed; marks the goals as used today."""
    rows = []
    for goal in contract.get("goals", []):
        phase = _use(state, goal["title"], rules)
        worth = devalued_centigrains(goal["share_centigrains"], phase, rules.devaluation)
        why = f"share {goal['share']:.2f}, phase {phase}"
        if goal_key(goal["title"]) not in completed:
            rows.append(row(EVAPORATE, worth, f"missed: {why}", rules.grains, goal["title"]))
            continue
        paid = phoenix_centigrains(worth, int(goal["is_micro_victory"]), int(state["in_phoenix"]), rules.phoenix)
        if paid != worth:
            why += f", micro-victory in Phoenix mode ×{rules.phoenix.micro_multiplier:g}"
        rows.append(row(EARN, paid, f"completed: {why}", rules.grains, goal["title"]))
    return [r for r in rows if r["centigrains"] > 0]


def minimum_rows(state: dict, earned: int, opened: bool, rules: RuleValues) -> list[dict]:
    """The row that makes a Phoenix day up to its minimum, if any."""
    amount = phoenix_minimum(earned, int(opened), int(state["in_phoenix"]), rules.phoenix)
    return [row(PHOENIX_MINIMUM, amount, "Phoenix mode's daily minimum", rules.grains)] if amount > 0 else []


def _use(state: dict, title: str, rules: RuleValues) -> int:
    """Devaluation phase of a goal used today, by its first or last use (RULES 1.5)."""
    day = state["age_days"]
    first, last = remember_goal(state, title)
    return phase_of(day - last if rules.devaluation.clock else day - first, rules.devaluation)


def total(rows: list[dict], row_type: int) -> int:
    """Centigrains of all rows of a type."""
    return sum(r["centigrains"] for r in rows if r["type"] == ROW_TYPES[row_type].name)
