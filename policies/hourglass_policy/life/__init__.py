"""What a person sees of themselves (RULES 1.18): plain dicts in, one plain dict out. Standard library only.

    card = life_card(days, counters=counters, unlocked=["first_steps"], in_phoenix=False, season="spring")

`days` hold one dict for each day on the app, oldest first, with the keys of `DAY_KEYS`; only the last 90 are shown.
"""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from ..errors import unknown
from ..policy import Policy
from .days import DAY_KEYS, GOAL_KEYS, checked_days, victories
from .insights import best_moment, phoenix_warning, prediction, ratios_ahead, within_reach
from .pictures import BUCKETS, bucket_of, calendar, periods, radar, series
from .sound import TRACKS, sound_pitch, sound_track

__all__ = [
    "BUCKETS",
    "DAY_KEYS",
    "GOAL_KEYS",
    "TRACKS",
    "best_moment",
    "bucket_of",
    "calendar",
    "life_card",
    "periods",
    "phoenix_warning",
    "prediction",
    "radar",
    "ratios_ahead",
    "series",
    "sound_pitch",
    "sound_track",
    "within_reach",
]


def life_card(
    days: Sequence[Mapping], *, counters: Mapping[str, int] | None = None, unlocked: Sequence[str] = (), in_phoenix: bool = False,
    days_since_exit: int = -1, season: str | None = None, hour: int | None = None, policy: Policy | None = None,
) -> dict:  # fmt: skip
    """Series, calendar, radar, insights, this period against the last, and sound of one user (RULES 1.18).

    `counters`: values that achievements test, in stored units (`backend.progress.counters(state)`); without them none is within
    reach. `days_since_exit`: days since Phoenix mode last ended, -1 when never. `hour`: the local hour at which the card is
    looked at. BadInput for days that cannot be, or an unknown season.
    """
    from ..backend.contracts import in_force

    policy, known = in_force(policy), checked_days(days)
    if season is not None and season not in ("winter", "spring", "summer", "autumn"):
        raise unknown("season", season, ("winter", "spring", "summer", "autumn"))
    without = sum(1 for _ in takewhile(lambda day: victories(day) == 0, reversed(known)))
    ratio = known[-1]["ratio_hundredths"] if known else 0
    won = bool(known) and victories(known[-1]) > 0
    return {
        "days_on_app": len(known),
        "series": series(known),
        "calendar": calendar(known),
        "radar": radar(known),
        "insights": {
            "prediction": prediction(known),
            "best_moment": best_moment(known[-90:]),
            "warning": phoenix_warning(
                known, in_phoenix, without, policy.rules.phoenix, days_since_exit, ratios_ahead(known, policy.rules)
            ),
            "within_reach": within_reach(policy.catalogue.achievements, counters or {}, unlocked),
        },
        "periods": periods(known),
        "sound": {"track": sound_track(season, in_phoenix, hour, won), "pitch": sound_pitch(ratio)},
    }
