"""Guardrails of a candidate against its baseline: each as name, text, value, bound and whether it holds; and as a picture.

A guardrail is a plain dict, the one in study.json: {"name", "text", "value", "bound", "passed", "low", "high"}; `value` and
`bound` share a unit (`unit`: "share", or none). `low` and `high` bound the allowed range; either may be None.
`value_low` and `value_high`, when there, are the value's 95 % interval.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from hourglass_sim.view.words import Words

NEAR = 0.002  # a value so close to its bound is told with one digit more
WIDTH, LEFT, RIGHT = 220, 6, 6


def guardrails(baseline: Mapping[str, float | None], candidate: Mapping[str, float | None]) -> list[dict[str, Any]]:
    """The guardrails of tuning as plain dicts, judged on the KPIs of one run each, or on means over the same seeds."""
    from hourglass_sim.tune.guardrails import check_guardrails

    return [guardrail.as_dict() for guardrail in check_guardrails(baseline, candidate)]


def guardrail_text(row: Mapping[str, Any], w: Words) -> str:
    """The guardrail in the reader's words: the product's five are translated, others bring their own text."""
    name = _short(row["name"])
    return w(f"guard.{name}") if name else str(row.get("text") or row["name"])


def _short(name: str) -> str | None:
    """The product's guardrail that a name means, however the study spells it."""
    for known, marks in (("minted", ("mint",)), ("opt_outs", ("opt",)), ("heritage", ("heritage",)), ("personas", ("persona",)),
                         ("level", ("level",))):  # fmt: skip
        if any(mark in name for mark in marks):
            return known
    return None


def guardrails_html(rows: list[dict[str, Any]], w: Words) -> str:
    """One row a guardrail: a shape and a word for the state, the text, a bullet of value against bound, both numbers."""
    return f'<div class="hg-guards" role="list">{"".join(_html_row(row, w) for row in rows)}</div>'


def _html_row(row: Mapping[str, Any], w: Words) -> str:
    state = "unknown" if row.get("passed") is None else "pass" if row["passed"] else "fail"
    sign, word = {"pass": ("✓", "passes"), "fail": ("✕", "fails"), "unknown": ("?", "unknown_yet")}[state]
    value = f"{_shown(row.get('value'), row, w)}{_interval(row, w)}"
    numbers = f"{value} <span class='hg-muted'>({w('bound', value=_bound(row, w))})</span>"
    return (
        f'<div class="hg-guard hg-{state}" role="listitem"><span class="hg-state"><b>{sign}</b> {w(word)}</span>'
        f'<span class="hg-guard-text">{escape(guardrail_text(row, w))}</span>{_bullet(row)}'
        f'<span class="hg-num">{numbers}</span></div>'
    )


def _interval(row: Mapping[str, Any], w: Words) -> str:
    """The value's 95 % interval, where it was measured on several seeds."""
    low, high = row.get("value_low"), row.get("value_high")
    if low is None or high is None:
        return ""
    bounds = [_shown(v, row, w).removesuffix(f" {w('points')}") for v in (low, high)]
    return f" [{bounds[0]}, {bounds[1]}]"


def _bound(row: Mapping[str, Any], w: Words) -> str:
    low, high = row.get("low"), row.get("high")
    if low is not None and high is not None and low == -high:
        return f"± {_shown(high, row, w).lstrip('+')}"
    return _shown(row.get("bound"), row, w)


def _shown(value: float | None, row: Mapping[str, Any], w: Words) -> str:
    if value is None:
        return "–"
    if row.get("unit", "share") != "share":
        return w.number(value, 2)
    name = _short(row["name"])
    if name == "personas":
        return w.points(value)
    near = row.get("value") is not None and row.get("bound") is not None and 0 < abs(row["value"] - row["bound"]) < NEAR
    return f"{'+' if name == 'minted' and value > 0 else ''}{w.percent(value, 2 if near else 1)}"


def _bullet(row: Mapping[str, Any]) -> str:
    """Value as a bar from zero, allowed range as a lighter band, bound as a tick; a line marks zero."""
    value, low, high = row.get("value"), row.get("low"), row.get("high")
    if low is None and high is None:
        high = row.get("bound")
    wide = [v for v in (row.get("value_low"), row.get("value_high")) if v is not None]
    known = [v for v in (value, low, high, 0.0, *wide) if v is not None]
    span = max(abs(v) for v in known) or 1.0
    start = -1.35 * span if min(known) < 0 else 0.0
    end = 1.35 * span

    def x(v: float) -> float:
        return LEFT + (v - start) / (end - start) * (WIDTH - LEFT - RIGHT)

    band_low, band_high = x(start if low is None else low), x(end if high is None else high)
    bar = ""
    if value is not None:
        first, last = sorted((x(0.0), x(value)))
        bar = f'<rect x="{first:.1f}" y="8" width="{max(last - first, 1.5):.1f}" height="6" class="hg-bar"/>'
        bar += f'<circle cx="{x(value):.1f}" cy="11" r="4" class="hg-bar"/>'
    if len(wide) == 2:
        bar += f'<path d="M{x(wide[0]):.1f} 6V16M{x(wide[1]):.1f} 6V16M{x(wide[0]):.1f} 11H{x(wide[1]):.1f}" class="hg-whisker"/>'
    ticks = "".join(f'<path d="M{x(v):.1f} 2V20" class="hg-tick"/>' for v in (low, high) if v is not None)
    return (
        f'<svg class="hg-bullet" viewBox="0 0 {WIDTH} 22" width="{WIDTH}" height="22" aria-hidden="true">'
        f'<rect x="{band_low:.1f}" y="5" width="{max(band_high - band_low, 0):.1f}" height="12" class="hg-band"/>'
        f'<path d="M{x(0.0):.1f} 4V18" class="hg-zero"/>{bar}{ticks}</svg>'
    )
