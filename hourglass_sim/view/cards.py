"""Cards: a run, a comparison, a study, a release or a calibration as compact HTML with numbers and one small picture."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from hourglass_sim.kpis import BY_NAME
from hourglass_sim.view import svg
from hourglass_sim.view.curves import retention_curve
from hourglass_sim.view.guardrails import guardrails_html
from hourglass_sim.view.style import card_css
from hourglass_sim.view.words import HEADLINES, Words, words

if TYPE_CHECKING:
    from hourglass_sim.compare import Comparison
    from hourglass_sim.run import Run

COMPARED = (*HEADLINES, "d1", "dau", "curr", "messages")


def run_card(run: "Run", language: str = "en") -> str:
    """A run: its KPIs with targets, and its retention curve with the Wilson band."""
    w, s = words(language), run.scenario
    told = s.describe()
    head = w("run_of", users=w.number(s.users), days=w.number(s.days))
    sub = f"{w('people')} {told['people']} · {w('policy')} {told['policy']} · {w('seed')} {s.seed}"
    sub += "" if s.preset == "documented" else f" · {escape(w.choice('preset', s.preset))}"
    sub += "".join(f" · {escape(f'{name} = {value}')}" for name, value in s.values.items())
    sub += f" · {run.engine}, {w.number(run.seconds, 2)} s"
    names = [*HEADLINES, *[n for n in ("d1", "dau") if n in run.kpis]]
    rows = [(_titled(n, w), w.kpi(n, run.kpis.get(n)), _target(n, w)) for n in names]
    table = _table((w("measure"), w("value"), w("target_word")), rows)
    curve = retention_curve(run, w.kpi("d30", run.kpis.get("d30")) if s.days > 30 else "", "candidate")
    label = _last(curve.value, w)
    picture = svg.curves_picture([_relabelled(curve, label)], (w("unit.days"), ""), w("retention_subtitle")) if s.days > 1 else ""
    return _card(head, sub, table, picture, caption=w("retention_subtitle"))


def comparison_card(comparison: "Comparison", language: str = "en") -> str:
    """A comparison: both values, the paired difference and its interval per KPI, and both retention curves."""
    w = words(language)
    head = w("comparison_of", a=_named(comparison.a, comparison.b)[0], b=_named(comparison.a, comparison.b)[1])
    known = [n for n in COMPARED if n in comparison.values]
    rows = [_difference_row(n, comparison.row(n), w) for n in known]
    table = _table((w("measure"), "a", "b", w("change")), rows)
    curves = [retention_curve(r, w(role), role) for r, role in zip(comparison.runs, ("baseline", "candidate"), strict=True)]
    picture = svg.curves_picture(curves, (w("unit.days"), ""), w("retention_subtitle")) if len(curves[0].days) else ""
    sub = (
        f"{w('seeds', n=len(comparison.seeds))} · {w.number(comparison.a.users)} × {w.number(comparison.a.days)} {w('unit.days')}"
    )
    return _card(head, sub, table, picture, caption=w("retention_subtitle"), warnings=comparison.warnings)


def study_card(study: Mapping[str, Any], language: str = "en") -> str:
    """A study (the content of study.json): best values, objective, the confirmed lift and guardrails, and its history."""
    w = words(language)
    confirmed = study.get("confirmed")
    base, best = study["baseline"]["objective"], study["best"]["objective"]
    rows = [(w("baseline"), w.number(base, 4), ""), (w("best"), w.number(best, 4), w.number(best - base, 4, signed=True))]
    if confirmed:
        o = confirmed["objective"]
        bounds = {"low": w.number(o["low"], 4, signed=True), "high": w.number(o["high"], 4, signed=True)}
        change = f"{w.number(o['difference'], 4, signed=True)}{_under(w('interval_short', **bounds))}"
        rows.append((w("confirmed"), w.number(o.get("b"), 4), change))
        rows.append((w("optimism"), w.number(confirmed["optimism"], 4, signed=True), ""))
    table = _table((w("objective"), w("value"), w("change")), rows)
    values = [(f"<code>{escape(n)}</code>", escape(str(_rounded(v)))) for n, v in study["best"]["values"].items()]
    below = _table((w("changed_parameters"), w("value")), values) if values else ""
    below += guardrails_html(confirmed["guardrails"], w) if confirmed and confirmed.get("guardrails") else ""
    picture = svg.history_picture(study.get("history", ()), base, w("history_subtitle"))
    sub = f"{w('policy')} {escape(str(study['best'].get('policy', '')))}" + ("" if confirmed else f" · {w('not_confirmed')}")
    return _card(w("study_of", trials=study["trials"]), sub, table, picture, caption=w("history_subtitle"), below=below)


def release_card(release: Mapping[str, Any], language: str = "en") -> str:
    """A release: {"name", "version", "digest", "signature", "changed": {name: value}, "confirmed"?, "wheel"?}."""
    w = words(language)
    rows = [(w("digest"), f"<code>{escape(str(release.get('digest', '–'))[:16])}…</code>")]
    rows.append((w("signature"), escape(str(release.get("signature", "–"))[:60])))
    rows += [(key, escape(str(release[key]))) for key in ("wheel",) if release.get(key)]
    rows += [(f"<code>{escape(n)}</code>", escape(str(_rounded(v)))) for n, v in (release.get("changed") or {}).items()]
    confirmed = release.get("confirmed") or {}
    kpis = {n: r for n, r in (confirmed.get("kpis") or {}).items() if n in BY_NAME and r.get("low") is not None and r.get("a")}
    shown = [(w.kpi_title(n), *(100 * r[k] / r["a"] for k in ("difference", "low", "high"))) for n, r in list(kpis.items())[:5]]
    picture = svg.whiskers_picture(shown, w("differences_subtitle_plain")) if shown else ""
    sub = w("confirmed") if confirmed else w("not_confirmed")
    head = w("release_of", name=escape(str(release["name"])), version=escape(str(release["version"])))
    return _card(head, sub, _table((w("parameter"), w("value")), rows), picture, caption=w("differences_subtitle_plain"))


def calibration_card(calibration: Mapping[str, Any], language: str = "en") -> str:
    """A calibration: every moment observed and simulated, whether inside its interval, and the picture of both."""
    w = words(language)
    moments = calibration["moments"]
    rows = []
    for m in moments:
        state = f"✓ {w('inside')}" if m["inside"] else f"✕ {w('outside')}"
        bounds = _under(f"{_moment(m['low'], m, w)} – {_moment(m['high'], m, w)}")
        rows.append((escape(m["name"]), _moment(m["observed"], m, w) + bounds, _moment(m["simulated"], m, w), state))
    shares = [m for m in moments if m["observed"] is not None and m["observed"] <= 1 and m["low"] is not None]
    shown = [(m["name"], *(100 * ((m[k] or 0) - m["observed"]) for k in ("simulated", "low", "high"))) for m in shares]
    alt = w("moments_card")
    inside = w("moments_inside", inside=sum(bool(m["inside"]) for m in moments), all=len(moments))
    head = w("calibration_of", log=escape(str(calibration["log"])))
    table = _table((w("measure"), w("observed"), w("simulated"), ""), rows)
    return _card(head, inside, table, _moments_picture(shown, alt, [bool(m["inside"]) for m in shares]), caption=alt)


def _moments_picture(rows: Sequence[tuple[str, float, float, float]], alt: str, filled: Sequence[bool]) -> str:
    return svg.whiskers_picture(rows, alt, filled) if rows else ""


def _moment(value: float | None, moment: Mapping[str, Any], w: Words) -> str:
    return w.percent(value) if (moment["observed"] or 0) <= 1 else w.number(value, 2)


def _difference_row(name: str, row: Mapping[str, Any], w: Words) -> tuple[str, str, str, str]:
    change = w.kpi_change(name, row["difference"]) + (" *" if row.get("clear") else "")
    interval = w.interval(name, row["low"], row["high"], short=True)
    return _titled(name, w), w.kpi(name, row["a"]), w.kpi(name, row["b"]), change + (_under(interval) if interval else "")


def _named(a: Any, b: Any) -> tuple[str, str]:
    """What tells two scenarios apart, in a few words each."""
    one, two = a.describe(), b.describe()
    keys = [k for k in one if one[k] != two[k] and k != "values"]
    changed = [k for k in {**one["values"], **two["values"]} if one["values"].get(k) != two["values"].get(k)]

    def told(d: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
        values = {k: p.value for k, p in parameters.items()} | d["values"]
        parts = [f"{k} {d[k]}" for k in keys] + [f"{k} = {values[k]}" for k in changed if k in values]
        return escape(", ".join(parts[:3]) + (" …" if len(parts) > 3 else "")) or "a"

    first, second = told(one, a.resolved_policy.parameters), told(two, b.resolved_policy.parameters)
    return (first if first != "a" else f"policy {one['policy']}"), (second if second != "a" else "b")


def _titled(name: str, w: Words) -> str:
    return f'<span title="{escape(w.kpi_meaning(name))}">{escape(w.kpi_title(name))}</span>'


def _target(name: str, w: Words) -> str:
    target = BY_NAME[name].target
    return "" if target is None else w.percent(target, 0)


def _last(values: Any, w: Words) -> str:
    return w.percent(float(values[-1]), 0) if len(values) else ""


def _relabelled(curve: Any, label: str) -> Any:
    from dataclasses import replace

    return replace(curve, label=label)


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _under(text: str) -> str:
    return f'<span class="hg-under hg-muted">{text}</span>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{'' if k == 0 else ' class=hg-num'}>{cell}</{tag}>" for k, cell in enumerate(row))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f"<table><thead><tr>{cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def _card(
    head: str, sub: str, main: str, picture: str, *, caption: str = "", below: str = "", warnings: Sequence[str] = ()
) -> str:
    side = f'<div class="hg-side">{picture}<div class="hg-sub">{caption}</div></div>' if picture else ""
    warned = "".join(f'<div class="hg-warn">⚠ {escape(line)}</div>' for line in warnings)
    return (
        f'<div class="hg hg-card"><style>{card_css()}</style><h3>{head}</h3><div class="hg-sub">{sub}</div>'
        f'<div class="hg-row"><div class="hg-main">{main}</div>{side}</div>{below}{warned}</div>'
    )
