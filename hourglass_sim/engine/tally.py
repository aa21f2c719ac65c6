"""What a run counts every day, and the hash of everything it did: the same definitions for both engines."""

import hashlib
from typing import NamedTuple

import numpy as np

from hourglass_sim.engine.layout import Layout

FOLD = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


class Count(NamedTuple):
    """One total of a day over the users present: the sum of a column, or how many have `value` in it (None: not 0)."""

    name: str
    column: str
    how: str = "sum"
    value: int = 0
    unit: str = "users"


COUNTS = (
    Count("present", "present"),
    Count("arrivals", "is_new"),
    Count("active", "opened"),
    Count("in_spell", "in_spell"),
    Count("messages", "sent", unit="messages"),
    Count("followed", "followed", "some"),
    Count("opted_out", "opted_out"),
    Count("contracts", "contract"),
    Count("goals", "goals", unit="goals"),
    Count("victories", "victories", unit="goals"),
    Count("perfect_days", "perfect"),
    Count("protected_days", "protected"),
    Count("potential", "potential", unit="centigrains"),
    Count("potential_opened", "potential_opened", unit="centigrains"),
    Count("earned", "earned", unit="centigrains"),
    Count("evaporated", "evaporated", unit="centigrains"),
    Count("topped_up", "topped_up", unit="centigrains"),
    Count("rewarded", "rewarded", unit="centigrains"),
    Count("reserve", "reserve", unit="centigrains"),
    Count("boosts", "boosts_today", unit="acts"),
    Count("comments", "comments_today", unit="acts"),
    Count("transfusions", "transfusions_today", unit="acts"),
    Count("refused", "refused", unit="acts"),
    Count("boost_out", "boost_out", unit="centigrains"),
    Count("boost_subsidy", "boost_subsidy", unit="centigrains"),
    Count("boost_burn", "boost_burn", unit="centigrains"),
    Count("boost_in", "boost_in", unit="centigrains"),
    Count("comment_cost", "comment_cost", unit="centigrains"),
    Count("transfusion_out", "transfusion_out", unit="centigrains"),
    Count("transfusion_in", "transfusion_in", unit="centigrains"),
    Count("proofs", "proofs_today", unit="proofs"),
    Count("proofs_uploaded", "proofs_uploaded", unit="proofs"),
    Count("honest_refused", "honest_refused", unit="proofs"),
    Count("fakes_accepted", "fakes_accepted", unit="proofs"),
    Count("eggs", "found_egg", unit="eggs"),
    Count("took_part", "took_part"),
    Count("xp", "xp_today", unit="XP"),
    Count("levels", "levels_today", unit="levels"),
    Count("achievements", "unlocked_today", unit="achievements"),
    Count("phoenix", "phoenix"),
    Count("phoenix_opened", "phoenix_opened"),
    Count("phoenix_entries", "phoenix_entered", "some"),
    Count("phoenix_exits", "phoenix_exited"),
    Count("winter", "season", "equal", 0),
    Count("spring", "season", "equal", 1),
    Count("summer", "season", "equal", 2),
    Count("autumn", "season", "equal", 3),
    Count("left", "left"),
)


def fold(digest: int, bits: int) -> int:
    """Mix 64 more bits into a user's 64-bit hash (a multiply and a shift, as in Fibonacci hashing; not cryptographic)."""
    digest = ((digest ^ (bits & MASK)) * FOLD) & MASK
    return digest ^ (digest >> 29)


def fold_arrays(digests: np.ndarray, values: np.ndarray) -> np.ndarray:
    """`fold` for many users: uint64[n] hashes and any values [n] (floats by their bits)."""
    bits = values.astype(np.float64).view(np.uint64) if values.dtype.kind == "f" else values.astype(np.int64).view(np.uint64)
    mixed = (digests ^ bits) * np.uint64(FOLD)
    return mixed ^ (mixed >> np.uint64(29))


def run_digest(digests: np.ndarray) -> str:
    """SHA-256 of the users' hashes in user order."""
    return hashlib.sha256(np.ascontiguousarray(digests, dtype="<u8").tobytes()).hexdigest()


def recorded_names(layout: Layout) -> list[str]:
    """Names of a day's record, in the order of the digest: `paid` or, for several slots, `paid_1`, `paid_2`, …"""
    return [name if layout[name].size == 1 else f"{name}_{k + 1}" for name, k in layout.recorded()]
