"""The search behind every fit: CMA-ES over a few parameters of People, checkpointed after each generation.

Hansen & Ostermeier 2001, by the `cmaes` library. All candidates meet the same luck (one seed), so that the loss is a smooth
function of the parameters; the result must be judged on another seed.
"""

import json
import math
import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hourglass_policy.errors import BadInput

from hourglass_sim.files import replacing
from hourglass_sim.people.people import People

CHECKPOINT = "fit.state"


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


def search(
    people: People,
    knobs: tuple[Knob, ...],
    loss_of: Callable[[People], float],
    *,
    evaluations: int,
    seconds: float | None = None,
    seed: int = 1,
    out: Path | None = None,
    about: Mapping[str, object] | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> Fitted:
    """Minimise `loss_of(people with the knobs' values)`; stops after `evaluations` or `seconds`.

    With `out`, the state is kept there after each generation, and the same call continues it; `about` says what the search
    belongs to, and a state of something else is refused (BadInput).
    """
    from cmaes import CMA

    started = time.perf_counter()
    label = json.dumps({"knobs": [list(k) for k in knobs], "seed": seed, **(about or {})}, sort_keys=True, default=str)
    state = _resumed(out, label)
    if state is None:
        start = np.array([k.position(k.start) for k in knobs])
        optimiser = CMA(mean=start, sigma=0.12, bounds=np.array([[0.0, 1.0]] * len(knobs)), seed=seed)
        state = {"label": label, "cma": optimiser, "best": (math.inf, start), "evaluations": 0}
    while state["evaluations"] < evaluations and (seconds is None or time.perf_counter() - started < seconds):
        told = []
        for _ in range(state["cma"].population_size):
            place = state["cma"].ask()
            loss = loss_of(people.with_values({k.name: k.value(x) for k, x in zip(knobs, place, strict=True)}))
            told.append((place, loss))
            if note:
                note("fitting", min(state["evaluations"] + len(told), evaluations), evaluations)
        state["cma"].tell(told)
        state["evaluations"] += len(told)
        state["best"] = min([state["best"], *((loss, place) for place, loss in told)], key=lambda pair: pair[0])
        _keep(out, state)
        if state["cma"].should_stop():
            break
    loss, place = state["best"]
    values = {k.name: k.value(float(x)) for k, x in zip(knobs, place, strict=True)}
    return Fitted(values, float(loss), state["evaluations"], time.perf_counter() - started)


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
