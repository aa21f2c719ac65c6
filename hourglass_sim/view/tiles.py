"""The five KPI cards and the verdict sentence: value, change, interval, target."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from hourglass_sim.compare import SUSPICIOUS_LIFT, WATCHED
from hourglass_sim.kpis import BY_NAME
from hourglass_sim.view.guardrails import guardrail_text
from hourglass_sim.view.words import HEADLINES, KEPT, Words

NAMED = 2  # broken guardrails that a verdict names

Row = Mapping[str, float | None]


def tiles_html(rows: Mapping[str, Row], w: Words, names: Sequence[str] = HEADLINES, waiting: str = "") -> str:
    """One tile per KPI of `rows` (a, b, difference, low, high). `waiting` stands where an interval is still to come."""
    return f'<div class="hg-tiles">{"".join(_tile(n, rows.get(n, {}), w, waiting) for n in names)}</div>'


def _tile(name: str, row: Row, w: Words, waiting: str) -> str:
    value = row.get("b") if row.get("b") is not None else row.get("a")
    number, _, unit = w.kpi(name, value).rpartition(" ") if value is not None else ("–", "", "")
    shown = f"{number} <small>{unit}</small>" if number and unit != "%" else w.kpi(name, value)
    change, interval = "&nbsp;", "&nbsp;"
    difference, low, high = row.get("difference"), row.get("low"), row.get("high")
    if difference is not None and difference == 0 and not (low or high):
        change, interval = w("unchanged"), w("against_baseline")
    elif difference is not None:
        change = w.kpi_change(name, difference)
        change = {"+": "▲ ", "−": "▼ "}.get(change[0], "≈ ") + change
        interval = w.interval(name, low, high) or waiting or w("against_baseline")
    return (
        f'<div class="hg-tile" data-kpi="{name}">'
        f'<div class="hg-name" title="{escape(w.kpi_meaning(name))}">{w.kpi_title(name)}</div>'
        f'<div class="hg-value">{shown}</div><div class="hg-change">{change}</div>'
        f'<span class="hg-under">{interval}</span><span class="hg-under">{_target(name, value, w)}</span></div>'
    )


def _target(name: str, value: float | None, w: Words) -> str:
    target = BY_NAME[name].target if name in BY_NAME else None
    if target is None:
        return w("no_target")
    met = value is not None and BY_NAME[name].meets_target(value)
    state = w("target_met") if met else w("target_missed")
    return w("target_state", target=w("target", value=w.percent(target, 0)), state=state)


def verdict(rows: Mapping[str, Row], guards: Sequence[Mapping[str, Any]], w: Words, label: str = "") -> str:
    """One sentence: what happens to day-30 retention, how sure that is, and whether the guardrails hold."""
    row = rows.get("d30", {})
    difference, low, high = row.get("difference"), row.get("low"), row.get("high")
    if difference is None:
        return f"{w('verdict_no_d30')} {guardrail_sentence(guards, w)}"
    kind = "unclear"
    if low is not None and high is not None:
        kind = "better" if low > 0 else "worse" if high < 0 else "unclear"
    change = w.kpi_change("d30", difference)
    interval = w.interval("d30", low, high) or w("seeds", n=1)
    return w(f"verdict_{kind}", label=label or w("candidate"), change=change, interval=interval,
             guardrails=guardrail_sentence(guards, w))  # fmt: skip


def guardrail_sentence(guards: Sequence[Mapping[str, Any]], w: Words) -> str:
    """`All 5 guardrails hold.` or which are broken; empty without guardrails."""
    judged = [g for g in guards if g.get("passed") is not None]
    broken = [g for g in judged if not g["passed"]]
    if not judged:
        return ""
    if not broken:
        return w("all_guardrails", n=len(judged))
    names = "; ".join(guardrail_text(g, w).lower() for g in broken[:NAMED])
    if len(broken) > NAMED:
        names += w("and_more", n=len(broken) - NAMED)
    return w("broken_guardrails", broken=len(broken), n=len(judged), names=names)


def suspicions(rows: Mapping[str, Row], w: Words) -> list[str]:
    """One sentence that names every watched measure that moves by more than anything published; none when none does."""
    found = []
    for name in WATCHED:
        row = rows.get(name, {})
        if row.get("a") and row.get("difference") is not None and abs(row["difference"] / row["a"]) > SUSPICIOUS_LIFT:
            moved = w.number(100 * row["difference"] / row["a"], 1, signed=True)
            found.append(f"{w.kpi_title(name)} {moved}{KEPT[w.language]}%")
    return [w("suspicious", effects="; ".join(found))] if found else []
