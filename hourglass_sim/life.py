"""The life card of a simulated user: their days out of a run, told by the package's own functions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from hourglass_policy.life import life_card
from hourglass_policy.rules.seasons import SEASONS

from hourglass_sim.scenario import Scenario

if TYPE_CHECKING:
    from hourglass_sim.run import Run


@dataclass(frozen=True, eq=False)
class Life:
    """A user's life card at the end of a day: `card` as the backend would give it, `history` the days that it was made from."""

    scenario: Scenario
    user: int
    day: int
    facts: dict[str, Any]
    history: list[dict[str, Any]]
    card: dict[str, Any]

    @property
    def first_date(self) -> date:
        """The day of sign-up."""
        return self.scenario.start + timedelta(days=self.day + 1 - len(self.history))  # type: ignore[operator]

    @property
    def title(self) -> str:
        """Who, and when."""
        night = self.scenario.start + timedelta(days=self.day)  # type: ignore[operator]
        return f"User {self.user} ({self.facts['persona']}), {self.card['days_on_app']} days on the app on {night:%A} {night}"

    @property
    def verdict(self) -> str:
        """The card in one sentence."""
        p, f = self.card["periods"], self.facts
        change = p["change"]["earned"] if p["change"] else None
        moved = "" if change is None else f", {abs(100 * change):.0f} % {'more' if change >= 0 else 'less'} than in the 30 before"
        days = min(p["days"], self.card["days_on_app"])
        mode = "in Phoenix mode" if f["in_phoenix"] else f["season"] or "no season yet"
        return f"{p['this']['earned']:.0f} grains in the last {days} days{moved}; level {f['level']}, heritage {f['heritage']:.2f}, {mode}"

    def describe(self) -> dict[str, Any]:
        """Everything as plain values."""
        told = {"user": self.user, "day": self.day, "signed_up": str(self.first_date), "scenario": self.scenario.describe()}
        return told | {"verdict": self.verdict} | self.facts | {"card": self.card}

    def __repr__(self) -> str:
        from hourglass_sim.view.life_words import life_lines

        return "\n".join([self.title, self.verdict, *life_lines(self)])

    def _repr_html_(self) -> str:
        from hourglass_sim.view.life_pictures import life_html

        return life_html(self)


def life(
    scenario: Scenario | None = None, *, user: int, day: int | None = None, threads: int | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> Life:  # fmt: skip
    """What `user` would see of themselves at the end of `day` (from 0; default: the last) in a scenario (RULES 1.18).

    Raises BadInput for a user or day outside the run, a day before sign-up or after leaving, and runs too large to record.
    """
    from hourglass_sim.engine.stages import COUNTERS
    from hourglass_sim.explain.progress import names_of
    from hourglass_sim.explain.replay import at_place, replay
    from hourglass_sim.run import simulate

    scenario = scenario or Scenario()
    day = scenario.days - 1 if day is None else day
    lived = replay(scenario, user, day, threads=threads, note=note, where="life")
    run = simulate(scenario, record="days", threads=threads, digest=False, note=note)
    history = user_history(run, user, day)
    night, policy = lived.night, scenario.resolved_policy
    season = SEASONS[night["season"]] if night["season"] >= 0 else None
    words = [night[f"unlocked_{part}"] for part in ("low", "high", "top")]
    unlocked = names_of(policy, words)
    facts = {
        "persona": scenario.resolved_people.persona_names[night["persona"]], "language": ("en", "fr")[night["language"]],
        "heritage": night["heritage"] / 100, "level": night["level"], "xp": night["xp"], "season": season,
        "in_phoenix": bool(night["phoenix"]), "streak": night["streak"], "achievements": unlocked,
    }  # fmt: skip
    card = life_card(
        history, counters={name: int(at_place(night, column)) for name, column in COUNTERS.items()}, unlocked=unlocked,
        in_phoenix=facts["in_phoenix"], days_since_exit=int(night["days_since_exit"]), season=season, policy=policy,
    )  # fmt: skip
    return Life(scenario, user, day, facts, history, card)


def user_history(run: "Run", user: int, day: int) -> list[dict[str, Any]]:
    """A user's days up to `day` out of a run with recorded days, as `hourglass_policy.life` reads them."""
    from hourglass_sim.store.day_facts import DayFacts

    facts = DayFacts(run)
    d, goals = facts.days, run.scenario.resolved_policy.catalogue.goals
    rows = np.flatnonzero((facts.user == user) & (facts.day <= day))
    rows = rows[np.argsort(facts.day[rows])]
    language = ("en", "fr")[int(run.outcome.state["language"][user])]
    known = goals.facts(language, run.scenario.resolved_policy.rules)
    titles = [facts.title(k)[rows] for k in range(facts.slots)]
    history = []
    for at, row in enumerate(rows):
        picked = [k for k in range(facts.slots) if d[f"picked_{k + 1}"][row]]
        history.append(
            {
                "earned_centigrains": int(d["earned"][row]) + int(d["topped_up"][row]),
                "evaporated_centigrains": int(d["evaporated"][row]),
                "ratio_hundredths": int(d["ratio"][row]),
                "opened": bool(d["opened"][row]),
                "hour": int(d["hour"][row]) if d["opened"][row] else None,
                "goals": [
                    {"category": goals.goals[titles[k][at]].category, "value": known[titles[k][at]].value,
                     "done": bool(d[f"done_{k + 1}"][row])}
                    for k in picked
                ],
            }
        )  # fmt: skip
    return history
