"""Why a user got what they got on a day: every act with the rule and the parameter that did it, in the run's own numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hourglass_sim.explain.lines import Line, Odds, Teller, Term
from hourglass_sim.explain.replay import Replay, replay
from hourglass_sim.explain.told_parameters import Told, told_parameter

if TYPE_CHECKING:
    import pandas as pd

    from hourglass_sim.scenario import Scenario

__all__ = ["Explanation", "Line", "Odds", "Term", "Told", "explain", "replay", "told_parameter"]
CHAPTERS = {
    "arrive": "Morning", "notify": "Messages", "open_app": "Opening", "commit": "Contract", "act": "Goals", "meet": "With others",
    "settle": "Evening sync",
    "seasons": "Season and Phoenix", "progress": "XP and level", "achieve": "Achievements and challenges",
    "feel": "What it does to the person",
    "leave": "Staying",
}  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """A user's day told line by line. `lines` in the order of the day; `replay` holds every stage's reads and writes."""

    replay: Replay
    lines: tuple[Line, ...]

    def value(self, column: str) -> Any:
        """What an explained column of the run came to; KeyError when no line tells it."""
        found = [line.value for line in self.lines if line.column == column]
        if not found:
            raise KeyError(column)
        return found[0]

    def describe(self) -> dict[str, Any]:
        """The explanation as plain values."""
        r = self.replay
        return {
            "user": r.user, "day": r.day, "date": str(r.date), "scenario": r.scenario.describe(),
            "verdict": self.verdict, "persona": r.scenario.resolved_people.persona_names[r.night["persona"]],
            "lines": [described(line) for line in self.lines],
            "stages": [{"stage": s.name, "function": s.function.__name__, "reads": _plain(s.reads), "writes": _plain(s.writes)}
                       for s in r.stages.values()],
        }  # fmt: skip

    @property
    def table(self) -> "pd.DataFrame":
        """One row a line: chapter, what happened, column, value, rule, source, parameters."""
        import pandas as pd

        rows = [(CHAPTERS.get(n.chapter, n.chapter), n.text, n.column, n.value, n.rule, n.source, "; ".join(map(str, n.parameters)))
                for n in self.lines]  # fmt: skip
        return pd.DataFrame(rows, columns=["chapter", "what", "column", "value", "rule", "source", "parameters"])

    @property
    def title(self) -> str:
        """Who and when."""
        r = self.replay
        name = r.scenario.resolved_people.persona_names[r.night["persona"]]
        return f"User {r.user} ({name}) on day {r.day}, {r.date:%A} {r.date}: {r.night['age_days']} days after sign-up"

    @property
    def verdict(self) -> str:
        """What the day came to, in one sentence."""
        n, dawn = self.replay.night, self.replay.dawn
        did = f"completed {n['victories']} of {n['goals']} goals" if n["goals"] else "opened, without a contract"
        did = did if n["opened"] else "did not open"
        moved = (n["heritage"] - dawn["heritage"]) / 100
        text = f"{did}; heritage {n['heritage'] / 100:.2f} ({moved:+.2f}), ratio {n['ratio'] / 100:.2f} %, "
        text += f"{n['xp_today']} XP today, level {n['level']}"
        text += ", in Phoenix mode" if n["phoenix"] else ""
        return text + (f", {n['unlocked_today']} achievements unlocked" if n["unlocked_today"] else "")

    def __repr__(self) -> str:
        shown, chapter = [self.title, self.verdict], ""
        for line in self.lines:
            if line.chapter != chapter:
                chapter = line.chapter
                shown += ["", CHAPTERS.get(chapter, chapter)]
            shown.append(f"  {line.text}")
            by = " · ".join(part for part in (line.rule, line.source, "; ".join(map(str, line.parameters))) if part)
            shown += [f"      {by}"] if by else []
        return "\n".join(shown)

    def _repr_html_(self) -> str:
        from hourglass_sim.view.explained import explanation_card

        return explanation_card(self)


def explain(
    scenario: "Scenario", *, user: int, day: int, threads: int | None = None,
    note: Callable[[str, int, int], None] | None = None,
) -> Explanation:  # fmt: skip
    """Why `user` got what they got on `day` (both from 0) in a scenario; BadInput for a user or day outside the run.

    The run is made up to that day, the day lived again stage by stage, and the outcome compared with the run's in every column.
    """
    from hourglass_sim.explain import after, coming, doing, evening, festive, progress, proving, together

    t = Teller(replay(scenario, user, day, threads=threads, note=note))
    for tell in (
        coming.tell_morning, festive.tell_rewards_due, together.tell_gifts, coming.tell_messages, coming.tell_opening,
        festive.tell_event, together.tell_reserve, doing.tell_contract, doing.tell_doing, proving.tell_proofs, together.tell_meeting,
        evening.tell_heritage, evening.tell_ratio, evening.tell_streaks, evening.tell_season, evening.tell_phoenix,
        progress.tell_xp, festive.tell_event_xp, progress.tell_level, progress.tell_achievements,
        progress.tell_running_challenges, progress.tell_challenges,
        after.tell_mood, after.tell_opt_out, after.tell_goals,
        after.tell_leaving,
    ):  # fmt: skip
        tell(t)
    _tell_others(t)
    order = list(CHAPTERS)
    return Explanation(
        t.replay, tuple(sorted(t.lines, key=lambda n: order.index(n.chapter) if n.chapter in order else len(order)))
    )


def _tell_others(t: Teller) -> None:
    """Stages that no chapter tells in words of its own: what they wrote, when it is something."""
    quiet = ("draws_", "kind", "peak_hour", "temperament", "staying", "walk", "settling_in")
    for stage in t.replay.stages.values():
        if stage.name in t.told_stages or stage.name.startswith(quiet):
            continue
        wrote = {name: value for name, value in stage.writes.items() if value}
        if wrote:
            told = ", ".join(f"{name} = {value:g}" for name, value in wrote.items())
            t.say(stage.chapter, f"{stage.name.replace('_', ' ')}: {told}", rule=stage.function)


def described(line: Line) -> dict[str, Any]:
    """A line as plain values."""
    odds = line.odds and {**line.odds._asdict(), "terms": [term._asdict() for term in line.odds.terms]}
    return {
        "chapter": line.chapter, "text": line.text, "column": line.column, "value": line.value, "rule": line.rule,
        "source": line.source, "parameters": [p._asdict() for p in line.parameters],
        "terms": [term._asdict() for term in line.terms], "odds": odds,
    }  # fmt: skip


def _plain(values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if isinstance(value, (int, float))}
