"""What tuning may not harm: five guardrails on a candidate's KPIs against its baseline's (issue 2, point 7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt

Kpis = Mapping[str, float | None]

MINTED_WITHIN, PERSONA_LOSS, PAST_LEVEL = 0.10, 0.01, 0.05
ROUNDING = 1e-12
PAIRED_ERROR = 0.5  # error of a paired difference in users' shares, of what unpaired runs would have; measured near 0.2


@dataclass(frozen=True)
class Guardrail:
    """One guardrail judged: `value` should lie in `low` to `high` (None: open); `violation` > 0 says by how much it does not.

    `bound` is the limit that counts; `passed` is None when there is no value to judge. `value_low` and `value_high` are the
    value's 95 % interval where it was measured on several seeds.
    """

    name: str
    text: str
    value: float | None
    bound: float | None
    low: float | None
    high: float | None
    passed: bool | None
    violation: float
    unit: str = "share"
    value_low: float | None = None
    value_high: float | None = None

    def as_dict(self) -> dict[str, object]:
        """The guardrail as in study.json."""
        return dict(self.__dict__)


def _between(name: str, text: str, value: float | None, low: float | None, high: float | None, strict: bool = False) -> Guardrail:
    bound = high if high is not None else low
    if value is None or bound is None:
        return Guardrail(name, text, value, bound, low, high, None, 0.0)
    excess = max(value - high if high is not None else -1.0, low - value if low is not None else -1.0)
    is_broken = excess > ROUNDING or (strict and excess >= 0.0)
    violation = max(excess, ROUNDING) if is_broken else min(excess, 0.0)
    return Guardrail(name, text, value, bound, low, high, not is_broken, violation)


def minted(a: Kpis, b: Kpis) -> Guardrail:
    """Grains minted per active user-day, relative to the baseline."""
    value = _relative(a.get("minted"), b.get("minted"))
    return _between(
        "minted", "Grains minted per active user-day within 10 % of the baseline", value, -MINTED_WITHIN, MINTED_WITHIN
    )


def opt_outs(a: Kpis, b: Kpis) -> Guardrail:
    """Share of users who switched notifications off."""
    return _between("opt_outs", "Opt-outs not above the baseline", b.get("opt_outs"), None, a.get("opt_outs"))


def heritage(a: Kpis, b: Kpis) -> Guardrail:
    """Share of users whose heritage is below zero."""
    return _between("heritage", "Nobody's heritage below zero", b.get("negative_heritage"), None, 0.0)


def personas(a: Kpis, b: Kpis) -> Guardrail:
    """The largest loss of D30 retention among personas."""
    worst = worst_persona(a, b)
    value = None if worst is None else b[worst] - a[worst]
    whom = "" if worst is None else f" (worst: {worst.removeprefix('d30.')})"
    return _between("personas", f"No persona's D30 more than one point below its baseline{whom}", value, -PERSONA_LOSS, None)


def level(a: Kpis, b: Kpis) -> Guardrail:
    """Share of users past level 25 at the end."""
    return _between("level", "Users past level 25 by day 90 under 5 %", b.get("past_level_25"), None, PAST_LEVEL, strict=True)


GUARDRAILS: tuple[Callable[[Kpis, Kpis], Guardrail], ...] = (minted, opt_outs, heritage, personas, level)


def check_guardrails(baseline: Kpis, candidate: Kpis) -> tuple[Guardrail, ...]:
    """Every guardrail, judged on KPIs (of one run each, or means over the same seeds)."""
    return tuple(guardrail(baseline, candidate) for guardrail in GUARDRAILS)


def worst_persona(baseline: Kpis, candidate: Kpis) -> str | None:
    """The KPI `d30.<persona>` that falls most; None when none is known on both sides."""
    known = [n for n in baseline if n.startswith("d30.") and baseline[n] is not None and candidate.get(n) is not None]
    return min(known, key=lambda n: candidate[n] - baseline[n]) if known else None


def allowance(guardrail: Guardrail, baseline: Kpis, users: int) -> float:
    """What luck alone may do to a guardrail in a small run: about one standard error of the paired difference, in its unit.

    Used below the highest fidelity only, so that a cheap run does not condemn a good candidate; `users` counts all seeds.
    """
    if guardrail.name == "personas":
        kinds = [v for n, v in baseline.items() if n.startswith("d30.") and v is not None]
        share, units = (max(kinds, default=0.5), users / max(len(kinds), 1))
    elif guardrail.name == "opt_outs":
        share, units = baseline.get("opt_outs") or 0.0, users
    else:
        return 0.0
    return PAIRED_ERROR * sqrt(2.0 * max(share * (1.0 - share), 1.0 / units) / units)


def holds(guardrails: tuple[Guardrail, ...]) -> bool:
    """Whether no guardrail is broken; one without a value is not."""
    return all(g.passed is not False for g in guardrails)


def _relative(a: float | None, b: float | None) -> float | None:
    return None if not a or b is None else b / a - 1.0
