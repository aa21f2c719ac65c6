"""The economy report in words: the verdict sentence, notes on what a reader should know, and a short text."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hourglass_sim.economy.report import EconomyReport

NAMED = 3  # broken bands that a verdict names


def verdict(report: "EconomyReport") -> str:
    """One sentence on money, one on bands."""
    minted, burnt = (report.estimate(f"flow.{n}.per_active_day")[0] for n in ("minted", "burnt"))
    if minted is None:
        return "Nobody opened the app: nothing was minted."
    growth = report.estimate("supply.weekly_growth")[0]
    grows = (
        ""
        if growth is None
        else f"; the supply {'grows' if growth >= 0 else 'shrinks'} {abs(100 * growth):.1f} % a week over the last four weeks"
    )
    money = f"{minted:.2f} grains are minted and {burnt:.2f} burnt per active user-day{grows}."
    return f"{money} {bands_sentence(report)}"


def bands_sentence(report: "EconomyReport") -> str:
    """How many bands hold, and which do not."""
    judged = [f for f in report.flags if f.band.kind == "band" and f.ok is not None]
    lone = report.nobody_or_everybody
    broken = [f"{f.band.title.lower()} {f.band.shown(f.value)} ({f.band.show()})" for f in report.broken]
    more = f" and {len(broken) - NAMED} more" if len(broken) > NAMED else ""
    said = (
        f"{len(broken)} of {len(judged)} bands broken: {'; '.join(broken[:NAMED])}{more}"
        if broken
        else f"All {len(judged)} bands hold"
    )
    if lone:
        said += f"; {len(lone)} achievement{'s' if len(lone) > 1 else ''} that nobody or everybody has: {', '.join(lone[:NAMED])}"
        said += f" and {len(lone) - NAMED} more" if len(lone) > NAMED else ""
    return f"{said}."


def notes(report: "EconomyReport") -> list[str]:
    """What is missing from this report and how to get it."""
    found = []
    s, last = report.scenario, report.days[-1]
    if len(s.arrival_counts) > 1:
        found.append("pacing follows one cohort: it is left out, because users sign up on different days")
    elif s.days <= last:
        found.append(f"pacing by day {last} needs a run of {last + 1} days (--days {last + 1}); this one has {s.days}")
    if len(report.seeds) == 1:
        found.append("one seed: no intervals but the Gini's (bootstrap over users); --replicates 4 gives them")
    if s.resolved_policy.rules.grains.evaporation_debits_heritage:
        found.append("evaporation burns golden grains under these rules: a Gini above 1 is possible where heritage is negative")
    elif report.estimate("flow.burnt.total")[0] == 0:
        found.append(
            "nothing burns golden grains under these rules: evaporation takes white grains only, so all heritages together can only grow"
        )
    return [*found, *_large_payout(report)]


LARGE_PAYOUT = 0.2  # of all reward grains of a run, paid by one challenge


def _large_payout(report: "EconomyReport") -> list[str]:
    run = report.measured[0].run
    paid = max(run.outcome.challenges, key=lambda told: told["grains"], default=None)
    rewarded = float(run.totals["rewarded"].sum())
    if paid is None or paid["grains"] <= LARGE_PAYOUT * rewarded:
        return []
    return [
        f"one challenge, {paid['challenge']}, pays {paid['grains']:,.0f} grains after day {paid['last_day']}, "
        f"{100 * paid['grains'] / rewarded:.0f} % of the run's reward grains: another start date or length would tell another story"
    ]


def lines(report: "EconomyReport") -> list[str]:
    """A short text: verdict, flags, notes."""
    head = f"Economy of {report.scenario.users:,} users × {report.scenario.days} days, {len(report.seeds)} seeds"
    return [
        head,
        verdict(report),
        *(f"  {f.line()}" for f in report.flags if f.ok is False),
        *(f"Note: {n}" for n in notes(report)),
    ]
