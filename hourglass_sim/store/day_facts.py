"""What the record of days leaves implicit: yesterday's row, the title in each slot during the day, what each missed goal lost."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.catalogue import LANGUAGES
from hourglass_policy.rules import devalued_centigrains, hundredths, phase_of

from hourglass_sim.engine.steps import contract_shares

if TYPE_CHECKING:
    from hourglass_sim.run import Run

MOST_SLOTS = 5
NEVER = np.iinfo(np.int32).max


class DayFacts:
    """The recorded days of a run as columns, with what follows from them; arrays have one entry per recorded user-day.

    `slots` is the number of goals in a repertoire. Amounts in centigrains.
    """

    def __init__(self, run: "Run"):
        self.days: Mapping[str, np.ndarray] = run.outcome.days
        self.policy = run.scenario.resolved_policy
        self._state = run.outcome.state
        self.user, self.day = self.days["user"], self.days["day"]
        self.slots = sum(1 for name in self.days if name.startswith("title_"))
        self._order = np.lexsort((self.day, self.user))

    @cached_property
    def before(self) -> np.ndarray:
        """Row of the same user's day before, -1 on the day of sign-up; int64[rows]."""
        order = self._order
        row = np.full(len(order), -1, dtype=np.int64)
        same = self.user[order[1:]] == self.user[order[:-1]]
        row[order[1:][same]] = order[:-1][same]
        return row

    @cached_property
    def is_first(self) -> np.ndarray:
        """Whether a row is the user's day of sign-up; bool[rows]."""
        return self.before < 0

    def column(self, name: str, slot: int) -> np.ndarray:
        """A column that has one value per goal, in one slot (0-based)."""
        return self.days[f"{name}_{slot + 1}"]

    def yesterday(self, name: str, at_first: int, rows: slice = slice(None)) -> np.ndarray:
        """A column at the end of the day before, for some rows; `at_first` on the day of sign-up."""
        return np.where(self.is_first[rows], at_first, self.days[name][self.before[rows]])

    def title(self, slot: int, rows: slice = slice(None)) -> np.ndarray:
        """Number of the title in a slot during the day, for some rows (the record holds the evening's, after a replacement)."""
        count = len(self.policy.catalogue.goals.goals)
        start, step = self._state["title_start"].astype(np.int64), self._state["title_step"].astype(np.int64)
        first = (start + step * slot) % count
        return np.where(self.is_first[rows], first[self.user[rows]], self.column("title", slot)[self.before[rows]])

    def privacy(self, rows: slice = slice(None)) -> np.ndarray:
        """0 seen by name, 1 anonymous, 2 hidden, of each row's user."""
        return self._state["privacy"][self.user[rows]]

    @cached_property
    def lost(self) -> list[np.ndarray]:
        """Centigrains that evaporated of each slot's missed goal, 0 elsewhere; a list of int64[rows], one per slot."""
        rules = self.policy.rules
        facts = [fact for language in LANGUAGES for fact in self.policy.catalogue.goals.facts(language, rules)]
        value = np.array([hundredths(fact.value) for fact in facts], dtype=np.int64)
        missed = [(self.column("picked", k) != 0) & (self.column("done", k) == 0) for k in range(self.slots)]
        rows = np.flatnonzero(np.logical_or.reduce(missed))
        language = self._state["language"].astype(np.int64)[self.user[rows]] * (len(value) // len(LANGUAGES))
        stakes = np.zeros((len(rows), MOST_SLOTS + 1), dtype=np.int64)
        for k in range(self.slots):
            stakes[:, k] = value[language + self.title(k)[rows]] * self.column("picked", k)[rows]
        stakes[:, -1] = self.days["potential"][rows] - self.days["reserve"][rows]
        shares = _shares(stakes)
        lost = []
        for k in range(self.slots):
            amounts = np.zeros(len(self.user), dtype=np.int64)
            worth = _devalued(shares[:, k], self._age(k)[rows], rules.devaluation)
            amounts[rows] = np.where(missed[k][rows], worth, 0)
            lost.append(amounts)
        return lost

    def _age(self, slot: int) -> np.ndarray:
        """Days since the first (or, by the clock, the last) use of the slot's goal before today; 0 on the first use."""
        order, day = self._order, self.day[self._order].astype(np.int64)
        title, picked = self.title(slot)[order], self.column("picked", slot)[order] != 0
        begins = np.ones(len(order), dtype=bool)
        begins[1:] = (title[1:] != title[:-1]) | self.is_first[order][1:]
        tenure = np.cumsum(begins) - 1
        used = np.where(picked, day, NEVER)
        since = np.minimum.reduceat(used, np.flatnonzero(begins))[tenure]
        if self.policy.rules.devaluation.clock == 1:
            since = _last_before(picked, day, begins)
        age = np.empty(len(order), dtype=np.int64)
        age[order] = np.where(since < day, day - since, 0)
        return age


def _last_before(picked: np.ndarray, day: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Day of the last pick before each row within its tenure, NEVER without one; rows in order of user and day."""
    at = np.arange(len(day))
    last = np.maximum.accumulate(np.where(picked, at, -1))
    last = np.concatenate([[-1], last[:-1]])
    start = np.maximum.accumulate(np.where(begins, at, 0))
    return np.where(last >= start, day[last], NEVER)


def _shares(stakes: np.ndarray) -> np.ndarray:
    """Shares of five slots, int64[rows, 5], of stakes (five values and what is shared): the rule once per distinct row."""
    distinct, back = np.unique(stakes, axis=0, return_inverse=True)
    rows = [contract_shares(*(1 if v else 0 for v in row[:-1]), *row[:-1], row[-1], 0) for row in distinct.tolist()]
    return np.array(rows, dtype=np.int64).reshape(-1, MOST_SLOTS)[back.reshape(-1)]


def _devalued(shares: np.ndarray, ages: np.ndarray, values) -> np.ndarray:
    """Devalued shares, by the rule once per distinct share and phase."""
    known, back = np.unique(ages, return_inverse=True)
    phases = np.array([phase_of(int(age), values) for age in known], dtype=np.int64)[back.reshape(-1)]
    distinct, back = np.unique(shares * 4 + phases - 1, return_inverse=True)
    return np.array([devalued_centigrains(k // 4, k % 4 + 1, values) for k in distinct.tolist()], dtype=np.int64)[
        back.reshape(-1)
    ]
