"""Who was active on which day: one packed bit per user and calendar day, the form that every metric reads."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.metrics import kernels

MOST_BYTES = 8 * 2**30


@dataclass(frozen=True, eq=False)
class Activity:
    """Active days of n users over the days 0..last_day of a log or a run.

    users: ids, any type, [n] · first_day: each user's day 0, int32[n] · last_day: the log's last day ·
    bits: uint64[n, words], day d is bit d % 64 of word d // 64 · start: calendar date of day 0 ·
    group: a small code per user (persona, arm), int16[n], or None. Every user has at least one active day.
    Raises BadInput when the arrays do not fit together. Source: DESIGN.md, Definitions.
    """

    users: np.ndarray
    first_day: np.ndarray
    last_day: int
    bits: np.ndarray
    start: date
    group: np.ndarray | None = None

    def __post_init__(self) -> None:
        n = len(self.users)
        if self.last_day < 0:
            raise BadInput(
                "an activity table covers at least one day", where="last_day", value=self.last_day, allowed="0 or more"
            )
        if self.bits.dtype != np.uint64 or self.bits.shape != (n, words_for(self.last_day)):
            shape = f"uint64[{n}, {words_for(self.last_day)}]"
            raise BadInput("wrong activity bits", where="bits", value=f"{self.bits.dtype}{list(self.bits.shape)}", allowed=shape)
        if len(self.first_day) != n or (self.group is not None and len(self.group) != n):
            raise BadInput(
                "first_day and group have one entry per user", where="activity", value=len(self.first_day), allowed=str(n)
            )
        beyond = np.uint64(0xFFFFFFFFFFFFFFFE) << np.uint64(self.last_day & 63)
        if n and bool((self.bits[:, -1] & beyond).any()):
            raise BadInput("activity after the last day", where="bits", value=self.last_day)

    def __len__(self) -> int:
        return len(self.users)

    @classmethod
    def from_days(cls, user_ids: np.ndarray, day_numbers: np.ndarray, *, start: date, last_day: int | None = None) -> "Activity":
        """Pack a log's rows: one user id and one day number (0 = `start`) per row, in any order, repeats allowed.

        `last_day` defaults to the largest day number. Raises BadInput on negative days or days after `last_day`.
        """
        import pandas as pd

        codes, users = pd.factorize(np.asarray(user_ids), sort=True)
        return cls.from_codes(codes, np.asarray(users), day_numbers, start=start, last_day=last_day)

    @classmethod
    def from_codes(
        cls, codes: np.ndarray, users: np.ndarray, day_numbers: np.ndarray, *, start: date, last_day: int | None = None
    ) -> "Activity":
        """As `from_days`, with users already numbered: row k belongs to users[codes[k]]."""
        days = np.asarray(day_numbers, dtype=np.int64)
        if len(codes) != len(days):
            raise BadInput("one day number per user id", where="day_numbers", value=len(days), allowed=str(len(codes)))
        last = int(days.max()) if last_day is None and len(days) else int(last_day or 0)
        if len(days) and (days.min() < 0 or days.max() > last):
            wrong = int(days.min() if days.min() < 0 else days.max())
            raise BadInput("day number out of range", where="day_numbers", value=wrong, allowed=f"0 to {last}")
        if len(users) * words_for(last) * 8 > MOST_BYTES:
            raise BadInput(f"{len(users)} users over {last + 1} days do not fit in memory; are the times right?", where="the log")
        bits = np.zeros((len(users), words_for(last)), np.uint64)
        kernels.set_days(bits, np.asarray(codes, dtype=np.int64), days)
        return cls.from_bits(bits, last_day=last, start=start, users=users)

    @classmethod
    def from_bits(
        cls,
        bits: np.ndarray,
        *,
        last_day: int,
        start: date,
        users: np.ndarray | None = None,
        group: np.ndarray | None = None,
    ) -> "Activity":
        """From bits that a run packed itself; users default to 0..n-1, users without any active day are left out."""
        bits = np.ascontiguousarray(bits)
        first = kernels.first_active_day(bits)
        users = np.arange(len(bits), dtype=np.int64) if users is None else np.asarray(users)
        everyone = cls(users, first, int(last_day), bits, start, group)
        return everyone if not len(first) or first.min() >= 0 else everyone.subset(first >= 0)

    def subset(self, chosen: np.ndarray) -> "Activity":
        """The activity of some users: a bool mask [n] or user positions."""
        group = None if self.group is None else self.group[chosen]
        return replace(self, users=self.users[chosen], first_day=self.first_day[chosen], bits=self.bits[chosen], group=group)

    def by_group(self) -> dict[int, "Activity"]:
        """One Activity per group code, in order; {} when there are no groups."""
        if self.group is None:
            return {}
        return {int(g): self.subset(self.group == g) for g in np.unique(self.group)}

    def date_of(self, day: int) -> date:
        """The calendar date of a day number."""
        return self.start + timedelta(days=int(day))

    def active_between(self, low: int, high: int) -> np.ndarray:
        """Which users are active on any day from low to high (both included, clipped to the log); bool[n]."""
        return kernels.active_between(self.bits, max(int(low), 0), min(int(high), self.last_day))

    def active_in_weeks(self, weeks: int) -> np.ndarray:
        """How many users are active in each of the first `weeks` whole weeks of the log; int64[weeks]."""
        first = 7 * np.arange(weeks)
        return kernels.active_in(self.bits, first, np.minimum(first + 6, self.last_day))

    def churned_on(self, day: int, within_days: int = 7) -> np.ndarray:
        """Which users have no activity in the `within_days` days after `day`; bool[n].

        Raises BadInput when the log ends before those days do: the answer is not known yet.
        """
        if not 0 <= day <= self.last_day - within_days:
            allowed = f"0 to {self.last_day - within_days}"
            raise BadInput("churn on this day is not known in this log", where="day", value=day, allowed=allowed)
        return ~self.active_between(day + 1, day + within_days)

    def matrix(self) -> np.ndarray:
        """Active days unpacked; bool[n, last_day + 1]. For small data and tests."""
        days = np.arange(self.last_day + 1)
        return (self.bits[:, days >> 6] >> (days & 63).astype(np.uint64)) & np.uint64(1) == 1


def words_for(last_day: int) -> int:
    """Number of 64-bit words that hold the days 0..last_day."""
    return int(last_day) // 64 + 1
