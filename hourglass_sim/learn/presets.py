"""How the bundled people were made: published or wanted figures as targets, a few knobs, the same search as for a log.

`python -m hourglass_sim.learn.presets habit median_app` fits them anew and prints the file; `learner` is the calibration to the Stepik log.
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from hourglass_policy.errors import unknown

from hourglass_sim.learn.fit import Fitted, Knob, search
from hourglass_sim.people.people import People, load_people
from hourglass_sim.run import simulate
from hourglass_sim.scenario import Scenario

USERS, DAYS, SEED = 6_000, 91, 11


class Target(NamedTuple):
    """A figure that a preset stays near: KPI, value, the distance that counts as one, where it is from."""

    kpi: str
    value: float
    unit: float
    source: str


WANTED = {
    "habit": (
        Target("d1", 0.55, 0.01, "people for economy work (assumption of the product team)"),
        Target("d30", 0.35, 0.01, "people for economy work (assumption of the product team)"),
        Target("d7", 0.44, 0.02, "between the two (assumption)"),
        Target("week_one_active_d90", 0.43, 0.01, "above 40 %: people who stay (assumption of the product team)"),
        Target("completion", 0.62, 0.01, "55 to 70 % (assumption of the product team)"),
    ),
    "median_app": (
        Target("d1", 0.25, 0.005, "median of apps, Adjust 2022"),
        Target("d14", 0.09, 0.004, "median of apps, Adjust 2022"),
        Target("d30", 0.06, 0.004, "median of apps, Adjust 2022"),
        Target("completion", 0.50, 0.01, "assumption"),
    ),
}
KNOBS = (
    Knob("shift.openness", 0.0, -3.5, 2.5),
    Knob("shift.spread", 1.0, 0.3, 4.0, log=True),
    Knob("shift.leave", 1.0, 0.02, 30.0, log=True),
    Knob("feeling.fade", 0.05, 0.005, 0.5, log=True),
    Knob("opening.run_weight", 0.4, 0.0, 1.5),
    Knob("opening.recency_weight", 0.5, 0.0, 2.0),
    Knob("absence.p_begins", 0.04, 0.002, 0.3, log=True),
    Knob("absence.p_ends", 0.1, 0.003, 0.6, log=True),
    Knob("completing.base", 0.4, -2.0, 2.5),
)


def fit_preset(
    name: str, *, evaluations: int = 200, out: Path | None = None, note: Callable[[str, int, int], None] | None = None
) -> tuple[People, Fitted]:
    """The bundled people of that name fitted anew to WANTED under the deployed policy; BadInput for another name."""
    if name not in WANTED:
        raise unknown("preset with targets", name, WANTED)
    start = load_people(name)
    scenario = Scenario(users=USERS, days=DAYS, seed=SEED)

    def residuals_of(people: People) -> list[float]:
        return misfits(simulate(scenario.with_people(people), digest=False, threads=1).kpis, WANTED[name])

    knobs = tuple(k._replace(start=min(max(start.value(k.name), k.value(0.02)), k.value(0.98))) for k in KNOBS)
    fitted = search(
        start,
        knobs,
        residuals_of,
        evaluations=evaluations,
        threads=os.cpu_count() or 1,
        out=out,
        about={"preset": name},
        note=note,
    )
    return start.with_values({k: round(v, 4) for k, v in fitted.values.items()}), fitted


def misfits(kpis: Mapping[str, float | None], targets: tuple[Target, ...]) -> list[float]:
    """Distances from the targets in their units; a missing figure counts as 10 units."""
    found = [(kpis.get(t.kpi), t) for t in targets]
    return [10.0 if value is None else (value - t.value) / t.unit for value, t in found]


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        people, fitted = fit_preset(wanted)
        sys.stdout.write(f"# {wanted}: loss {fitted.loss:.2f} after {fitted.evaluations} simulations\n{people.to_toml()}\n")
