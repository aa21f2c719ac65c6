"""Who belongs together: pacts of consecutive user numbers inside aligned groups of 256, and each member's partners.

A group's pacts depend on the seed and the group's number alone, so neither the number of users nor anything that happens moves them.
Members stand in a ring; partners k = 0 to 5 are those 1, 2 and 3 places ahead (even k) and behind (odd k), nobody twice.
A pact that would leave its group is cut short at the group's end, so shares and sizes hold up to that cut.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hourglass_sim.engine import lift
from hourglass_sim.engine.compiling import kept_on_disk
from hourglass_sim.engine.draws import four_draws

GROUP = 256  # consecutive user numbers; a block holds whole groups
PACTS = 110  # purpose of the draws that cut a group into pacts
COUPLE, FRIENDS, LEGION = 2, (3, 12), (13, 200)  # members (RULES 1.10)

assert lift  # registers the draws for compiled code


class PactMap(NamedTuple):
    """The pact of each user: number of its first member, members (1 = alone); int32[users], int16[users]."""

    first: np.ndarray
    size: np.ndarray


@njit(nogil=True, error_model="numpy")
def _cut(first, size, up_to, seed_low, seed_high):
    users = len(first)
    for group in range((users + GROUP - 1) // GROUP):
        start, end, drawn = group * GROUP, (group + 1) * GROUP, 0
        while start < end:
            u_kind, u_size, _, _ = four_draws(group, drawn, PACTS, seed_low, seed_high)
            drawn += 1
            members = 1
            if u_kind < up_to[0]:
                members = 2
            elif u_kind < up_to[1]:
                members = 3 + int(u_size * 10)
            elif u_kind < up_to[2]:
                members = 13 + int(u_size * u_size * 188)
            members = min(members, end - start)
            for user in range(start, min(start + members, users)):
                first[user] = start
                size[user] = members
            start += members


kept_on_disk(_cut)


def pact_map(users: int, seed: int, shares: tuple[float, float, float]) -> PactMap:
    """The pacts of users 0 .. `users` - 1; `shares` are those of people in couples, among friends and in legions."""
    first, size = np.zeros(users, dtype=np.int32), np.ones(users, dtype=np.int16)
    whole = max(1.0, sum(shares))
    members = (COUPLE, sum(FRIENDS) / 2, LEGION[0] + (LEGION[1] - LEGION[0]) / 3)  # means
    weights = [share / whole / mean for share, mean in zip(shares, members, strict=True)]
    total = sum(weights) + 1.0 - sum(shares) / whole
    _cut(first, size, np.cumsum(weights) / total, np.int64(seed & 0xFFFFFFFF), np.int64(seed >> 32))
    return PactMap(first, size)


def partner_of(user, first, size, k):
    """Number of a user's partner `k`, -1 for none; `first`, `size`: the first member of the user's pact, and its members.

    Where both ways round the ring lead to the same person, the lower half looks ahead and the upper half behind, so that every
    pair of partners knows each other in exactly one way: A's partner k ahead is B exactly when B's partner k behind is A.
    """
    place, step = user - first, k // 2 + 1
    ahead = k % 2 == 0
    if 2 * step > size or (2 * step == size and (place < step) != ahead):
        return -1
    other = place + step if ahead else place - step
    return first + (other - size if other >= size else other + size if other < 0 else other)


def partners(pacts: PactMap, users: np.ndarray, k: int) -> np.ndarray:
    """Number of partner `k` of some users, -1 for none; int64[len(users)]. Numbers beyond the run's users are people who never came."""
    facts = zip(users.tolist(), pacts.first[users].tolist(), pacts.size[users].tolist(), strict=True)
    return np.array([partner_of(user, first, size, k) for user, first, size in facts], dtype=np.int64)


_partner_of = njit(nogil=True, error_model="numpy")(partner_of)


@njit(nogil=True, error_model="numpy")
def partner_rows(first, size, users, row_of, block, found):
    """Fill int16[partners, len(users)] with the partners' rows in their block, -1 for none and for those who are not in any.

    `first`, `size`: the run's pacts by user number; `row_of`: int32 by user number, -1 for nobody; `block`: rows of a block.
    """
    for n in range(len(users)):
        user = users[n]
        for k in range(len(found)):
            other = _partner_of(user, np.int64(first[user]), np.int64(size[user]), k)
            row = row_of[other] if other >= 0 else -1
            found[k, n] = row % block if row >= 0 else -1


kept_on_disk(partner_rows)


def ready() -> None:
    """Have the compiled functions of this file taken from disk, or compiled."""
    alone = pact_map(1, 0, (0.0, 0.0, 0.0))
    partner_rows(alone.first, alone.size, alone.first, alone.first, GROUP, np.empty((1, 1), dtype=np.int16))


def rows_together(pact: np.ndarray, block: int) -> np.ndarray:
    """Rows for users who stand in order of their pact, so that no pact straddles two blocks; int64[len(pact)].

    `pact`: any number that names each user's pact, ascending; `block`: rows of a block, at least a group.
    """
    starts = np.flatnonzero(np.diff(pact, prepend=pact[:1] - 1))
    ends = np.append(starts[1:], len(pact))
    rows, done, number = np.arange(len(pact)), 0, 0
    while done < len(starts):
        first = starts[done]
        reach = int(np.searchsorted(ends, first + block, side="right"))
        rows[first : ends[reach - 1]] += number * block - first
        done, number = reach, number + 1
    return rows
