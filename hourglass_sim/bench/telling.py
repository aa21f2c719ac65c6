"""The benchmark in words: values with their units, goals, the lines under the table."""

from statistics import median

from hourglass_sim.bench.figures import Figure
from hourglass_sim.bench.report import Report


def shown(value: float | None, unit: str) -> str:
    """A value with its unit: millions where it is large, three digits otherwise."""
    if value is None:
        return "–"
    if unit.endswith("/s") and abs(value) >= 1e5:
        return f"{value / 1e6:,.2f} M {unit}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit.removesuffix(' at most')}"


def goal(figure: Figure) -> str:
    """The goal in words."""
    if figure.goal is None:
        return "–"
    return f"{'≤' if figure.goal.at_most else '≥'} {shown(figure.goal.value, figure.unit)}"


def row(figure: Figure) -> tuple[str, str, str, str, str]:
    """Figure, value, goal, verdict, what it was measured against."""
    against = "" if figure.peer is None else f"{figure.peer} {_number(figure.peer_value)}"
    return figure.name, shown(figure.value, figure.unit), goal(figure), figure.verdict, against


def whole_row(figure: Figure) -> tuple[str, ...]:
    """The same with the extremes of the repetitions and how it was made or why not."""
    extremes = "–"
    if figure.low is not None and figure.repetitions > 1:
        extremes = f"{shown(figure.low, figure.unit)} to {shown(figure.high, figure.unit)}"
    return *row(figure), extremes, figure.note


def _number(value: float | None) -> str:
    return shown(value, "").replace(" M /s", " M").strip() if value is None or value < 1e5 else f"{value / 1e6:,.2f} M"


def closing(report: Report) -> list[str]:
    """The lines under the table: the roofline, who was skipped, how busy the machine was."""
    lines = []
    if roof := report.roofline:
        caches = (
            f"{roof.first_bytes_per_second / 1e9:,.0f} and {roof.second_bytes_per_second / 1e9:,.0f} GB/s in its first two caches"
        )
        lines += [
            f"Roofline, a user-day of the full rules: stages load and store {roof.stage_bytes:,.0f} bytes, touch "
            f"{roof.state_bytes:,.0f} bytes of state, make {roof.draws:.1f} draws.",
            f"This machine copies {caches}, {roof.memory_bytes_per_second / 1e9:,.0f} GB/s in memory, and makes "
            f"{roof.draws_per_second / 1e6:,.0f} M draws/s. So at most {roof.bound_stages / 1e6:,.0f} M user-days/s for loads and stores, "
            f"{roof.bound_state / 1e6:,.0f} M for state, {roof.bound_draws / 1e6:,.0f} M for draws: {roof.bound / 1e6:,.0f} M. "
            f"An engine that brings all state from memory every day could reach {roof.bound_memory / 1e6:,.0f} M.",
        ]
        if report.speeds:
            lines.append(f"The full rules reach {report.figures[0].value / roof.bound:.0%} of the bound; the rest is arithmetic.")
    if report.speeds:
        each = (f"{name} {_number(median(values))}" for name, values in report.speeds.processors.items())
        lines.append(f"User-days per second of one processor: {' · '.join(each)}.")
        lines += [f"Skipped {name}: {reason}." for name, reason in report.speeds.skipped.items()]
    busy, processors = report.machine["load_at_start"], report.machine["processors"]
    if busy is not None and busy > 0.5 * processors:
        lines.append(f"{busy:.1f} processes wanted the {processors} processors at the start: figures of time are lower bounds.")
    return lines


def verdict(report: Report) -> str:
    """One sentence: how many goals are reached."""
    if report.sizes.is_quick:
        return "A quick run proves no goal"
    wanted = [figure for figure in report.figures if figure.goal is not None and figure.value is not None]
    reached = sum(figure.verdict == "reached" for figure in wanted)
    above = sum(figure.verdict == "above half" for figure in wanted)
    return f"{reached} of {len(wanted)} goals reached, {above} more than half way"
