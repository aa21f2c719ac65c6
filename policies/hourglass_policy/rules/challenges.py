"""What a challenge asks and whom it pays (RULES 1.14)."""

from ..values import ChallengeValues


def challenge_target(target: int, population: int, active_users: int, scales: int, c: ChallengeValues) -> int:
    """The shared total for so many active users: that for `population` in proportion, rounded up, at least 1 (RULES 1.14)."""
    if (scales == 0) | (c.targets_scale == 0) | (population < 1):
        return target
    scaled = (target * active_users + population - 1) // population
    return scaled if scaled > 1 else 1


def target_reached(reached: int, target: int, share_hundredths: int) -> bool:
    """Whether a shared total has reached so many hundredths of its target (100: the whole) (RULES 1.14)."""
    return reached * 100 >= target * share_hundredths


def is_ranked_among(place: int, places: int) -> bool:
    """Whether a participant's place (1 = first) is among the first `places` (RULES 1.14)."""
    return (place >= 1) & (place <= places)
