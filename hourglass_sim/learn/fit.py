"""The search behind every fit: damped least squares over a few parameters of People, checkpointed after each step.

All candidates meet the same luck (one seed), so that simulated moments move smoothly with the parameters and finite differences of
a few hundredths of a parameter's range give a useful slope; the steps shrink from round to round. Levenberg 1944, Marquardt
1963, by `scipy.optimize.least_squares`. The result must be judged on another seed.
"""

import json
import math
import pickle
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.files import replacing
from hourglass_sim.people.people import People

CHECKPOINT = "fit.state"
STEPS = (0.02, 0.01, 0.03, 0.005)  # of a knob's range, for slopes; one round each
TRIES_WITHOUT_GAIN = 1  # rounds without a better point after which a start is given up
NEAR = 0.08  # of a knob's range: how far a further start lies from the best point


class Knob(NamedTuple):
    """A parameter that a fit may turn: name, start, low, high, and whether it is searched on a logarithmic scale."""

    name: str
    start: float
    low: float
    high: float
    log: bool = False

    def position(self, value: float) -> float:
        """A value as a place in 0..1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value(self, position: float) -> float:
        """A place in 0..1 as a value."""
        place = min(max(position, 0.0), 1.0)
        if self.log:
            return self.low * (self.high / self.low) ** place
        return self.low + place * (self.high - self.low)


@dataclass(frozen=True)
class Fitted:
    """Where a search ended: values by name, the loss, evaluations made (over all sessions) and seconds of this session."""

    values: dict[str, float]
    loss: float
    evaluations: int
    seconds: float


class _Enough(Exception):
    """The budget is used up; the best point so far stands."""


class _Search:
    """The state of one search: best point and loss, evaluations, which round comes next."""

    def __init__(self, people, knobs, residuals_of, evaluations, seconds, out, label, note):
        self.people, self.knobs, self.residuals_of = people, knobs, residuals_of
        self.limit, self.out, self.note = evaluations, out, note
        self.ends = math.inf if seconds is None else time.perf_counter() + seconds
        kept = _resumed(out, label)
        start = np.array([k.position(k.start) for k in knobs])
        self.kept = kept or {"label": label, "best": (math.inf, start), "evaluations": 0, "round": 0}

    def values(self, place: np.ndarray) -> dict[str, float]:
        return {k.name: k.value(float(x)) for k, x in zip(self.knobs, place, strict=True)}

    def residuals(self, shifted: np.ndarray) -> np.ndarray:
        if self.kept["evaluations"] >= self.limit or time.perf_counter() > self.ends:
            raise _Enough
        place = np.clip(shifted - 1.0, 0.0, 1.0)
        residuals = np.asarray(self.residuals_of(self.people.with_values(self.values(place))))
        self.kept["evaluations"] += 1
        loss = float(residuals @ residuals)
        if loss < self.kept["best"][0]:
            self.kept["best"] = (loss, place)
        if self.note:
            self.note("fitting", min(self.kept["evaluations"], self.limit), self.limit)
        return residuals

    def rounds(self, seed: int, threads: int) -> None:
        """Rounds of least squares with shrinking steps, then from points near the best, until the budget is used up."""
        from scipy.optimize import least_squares

        rng = np.random.default_rng(seed)
        shifts = rng.normal(0.0, NEAR, size=(10_000, len(self.knobs)))
        with ThreadPoolExecutor(threads) as pool:
            while self.kept["round"] < 10_000:
                turn, step = divmod(self.kept["round"], len(STEPS))
                before, place = self.kept["best"]
                start = np.clip(place + (shifts[turn] if turn and step == 0 else 0.0), 0.02, 0.98)
                try:
                    # places run from 1 to 2, because scipy's steps are relative to the value
                    least_squares(self.residuals, start + 1.0, bounds=(1.0, 2.0), diff_step=STEPS[step], max_nfev=8,
                                  workers=pool.map)  # fmt: skip
                finally:
                    _keep(self.out, self.kept)
                self.kept["round"] += 1
                if turn >= TRIES_WITHOUT_GAIN and step == len(STEPS) - 1 and self.kept["best"][0] > 0.98 * before:
                    return


def search(
    people: People,
    knobs: tuple[Knob, ...],
    residuals_of: Callable[[People], "np.ndarray | list[float]"],
    *,
    evaluations: int,
    seconds: float | None = None,
    seed: int = 1,
    threads: int = 1,
    out: Path | None = None,
    about: Mapping[str, object] | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> Fitted:
    """Minimise the sum of squares of `residuals_of(people with the knobs' values)`; stops after `evaluations` or `seconds`.

    With `out`, the best point is kept there after each round (and on an interrupt), and the same call goes on from it; `about`
    says what the search belongs to, and a state of something else is refused (BadInput). `threads` slopes are found at once.
    """
    started = time.perf_counter()
    label = json.dumps({"knobs": [list(k) for k in knobs], "seed": seed, **(about or {})}, sort_keys=True, default=str)
    state = _Search(people, knobs, residuals_of, evaluations, seconds, out, label, note)
    try:
        state.rounds(seed, threads)
    except _Enough:
        _keep(out, state.kept)
    loss, place = state.kept["best"]
    return Fitted(state.values(place), float(loss), state.kept["evaluations"], time.perf_counter() - started)


def _keep(out: Path | None, state: dict) -> None:
    if out is not None:
        with replacing(out / CHECKPOINT) as temporary:
            temporary.write_bytes(pickle.dumps(state))


def _resumed(out: Path | None, label: str) -> dict | None:
    path = None if out is None else out / CHECKPOINT
    if path is None or not path.is_file():
        return None
    try:
        state = pickle.loads(path.read_bytes())
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError) as error:
        raise BadInput("a damaged state of a fit; delete it to start anew", where=str(path)) from error
    if state["label"] != label:
        raise BadInput("the folder holds a fit of something else; choose another --out", where=str(path))
    return state
