"""The app's sound: a track for the moment, a pitch that rises with the ratio (RULES 1.18)."""

from ..errors import BadInput

TRACKS = ("morning", "active", "phoenix", "victory", "winter", "summer")
NOON = 12


def sound_track(season: str | None, in_phoenix: bool = False, hour: int | None = None, after_victory: bool = False) -> str:
    """The track of a moment: victory, then Phoenix mode, then morning, then winter or summer, else active.

    Open: the paper names the six tracks, not which wins when several fit; what has just happened goes first, a season last.
    """
    if after_victory:
        return "victory"
    if in_phoenix:
        return "phoenix"
    if hour is not None and hour < NOON:
        return "morning"
    return season if season in ("winter", "summer") else "active"


def sound_pitch(ratio_hundredths: int) -> float:
    """Pitch = 0.8 + ratio / 10 × 0.4, the ratio on a 0 to 10 scale: 10 points of percent are 1, below 0 and above 10 cut (RULES 1.18)."""
    if isinstance(ratio_hundredths, bool) or not isinstance(ratio_hundredths, int):
        raise BadInput("ratio_hundredths is not a whole number", value=ratio_hundredths, allowed="5390 for 53.90 %")
    scaled = min(max(ratio_hundredths / 1000.0, 0.0), 10.0)
    return round(0.8 + scaled / 10.0 * 0.4, 4)
