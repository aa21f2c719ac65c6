"""Whether two versions of the toy day tell the same story, within the noise of their draws."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

TOLERATED = 4.5  # standard errors; ten comparisons of two honest versions go beyond once in 15,000 benchmarks


class Difference(NamedTuple):
    """One aggregate of two versions, and how many standard errors lie between them."""

    what: str
    one: float
    other: float
    standard_errors: float


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Difference]:
    """Retention, openings, victories, Phoenix, seasons, heritage and XP of two outcomes as `told` gives them, of equal days."""
    last, middle = one["days"] - 1, one["days"] // 2
    shares = [("opened", 0), ("opened", middle), ("opened", last), ("present", last), ("phoenix", last), ("winter", last)]
    found = [_difference(f"share {name} on day {day}", *(_share(o, name, day) for o in (one, other))) for name, day in shares]
    for name in ("heritage", "xp"):
        means = [(o[name][0], o[name][1] / math.sqrt(o["users"])) for o in (one, other)]
        found.append(_difference(f"mean {name}", *means))
    return found


def _share(outcome: Mapping[str, Any], name: str, day: int) -> tuple[float, float]:
    """A share of all users and its standard error, never 0: one user more or less is noise."""
    users = outcome["users"]
    share = outcome["daily"][name][day] / users
    return share, math.sqrt(max(share * (1.0 - share), 1.0 / users) / users)


def _difference(what: str, one: tuple[float, float], other: tuple[float, float]) -> Difference:
    return Difference(what, one[0], other[0], abs(one[0] - other[0]) / (math.hypot(one[1], other[1]) or math.inf))


def disagreement(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The worst difference in words when it is beyond what draws explain, else None."""
    worst = max(differences(one, other), key=lambda d: d.standard_errors)
    if worst.standard_errors <= TOLERATED:
        return None
    return f"{worst.what}: {worst.one:.4g} against {worst.other:.4g}, {worst.standard_errors:.0f} standard errors apart"
