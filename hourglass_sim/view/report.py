"""The report: one HTML file that a product team reads from the top, and that asks the network for nothing."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hourglass_sim.files import write_text
from hourglass_sim.view import charts, evidence, report_parts
from hourglass_sim.view.curves import active_curve, paired_rows, retention_curve
from hourglass_sim.view.document import embedded, page
from hourglass_sim.view.guardrails import guardrails, guardrails_html
from hourglass_sim.view.tiles import suspicions, tiles_html, verdict
from hourglass_sim.view.words import HEADLINES, Words, words

if TYPE_CHECKING:
    from hourglass_sim.compare import Comparison
    from hourglass_sim.run import Run
    from hourglass_sim.view.drawing import Drawing


def write_report(
    path: str | Path,
    *,
    study: Mapping[str, Any],
    calibration: Mapping[str, Any] | None,
    baseline: "Run",
    tuned: "Run",
    comparison: "Comparison | None" = None,
    release: Mapping[str, Any] | None = None,
    language: str = "en",
) -> Path:
    """Write the report of a study (the content of study.json) and return its path; the previous file survives any failure.

    Differences come from the confirmation when there is one, else from `comparison`, else from the two runs, paired by user.
    Raises BadInput for an unknown language or a folder that cannot be written.
    """
    w = words(language)
    rows = _rows(study, baseline, tuned, comparison)
    guards = (study.get("confirmed") or {}).get("guardrails") or guardrails(baseline.kpis, tuned.kpis)
    pictures = _pictures(study, calibration, baseline, tuned, rows, w, comparison)
    body = _body(study, calibration, release, rows, guards, w, {name: f"<!--{name}-->" for name in pictures})
    script, places = embedded(pictures)
    for name, place in places.items():
        body = body.replace(f"<!--{name}-->", place)
    return write_text(path, page(w("report.title"), body, script, w))


def _rows(study: Mapping[str, Any], a: "Run", b: "Run", comparison: "Comparison | None") -> dict[str, dict[str, float | None]]:
    confirmed = (study.get("confirmed") or {}).get("kpis")
    if confirmed:
        return {name: dict(row) for name, row in confirmed.items()}
    if comparison is not None:
        return {name: comparison.row(name) for name in comparison.values}  # type: ignore[misc]
    return paired_rows(a, b, tuple(a.kpis))


def _pictures(
    study: Mapping[str, Any], calibration: Mapping[str, Any] | None, a: "Run", b: "Run", rows: Mapping[str, Any], w: Words,
    comparison: "Comparison | None",
) -> dict[str, "Drawing"]:  # fmt: skip
    tuned = w("tuned")
    kept = [retention_curve(a, w("baseline"), "baseline"), retention_curve(b, tuned, "candidate")]
    active = [active_curve(a, w("baseline"), "baseline"), active_curve(b, tuned, "candidate")]
    seeds = len((study.get("confirmed") or {}).get("seeds") or (comparison.seeds if comparison else ()))
    found = {
        "retention": charts.retention_chart(kept, w, row=rows.get("d30")),
        "actives": charts.actives_chart(active, a.scenario.users, w),
        "flows": charts.flows_chart(b, w, baseline=a),
        "seasons": charts.season_chart(b, w, baseline=a),
        "differences": evidence.differences_chart(rows, w, seeds=seeds),
    }
    if study.get("history"):
        found["history"] = evidence.history_chart(study, w)
    if calibration:
        found["moments"] = evidence.moments_chart(calibration, w)
        if calibration.get("hours"):
            found["hours"] = evidence.hours_chart(calibration, w)
    return found


def _body(
    study: Mapping[str, Any], calibration: Mapping[str, Any] | None, release: Mapping[str, Any] | None, rows: Mapping[str, Any],
    guards: list[dict[str, Any]], w: Words, places: Mapping[str, str],
) -> str:  # fmt: skip
    confirmed = study.get("confirmed")
    lead = w("not_confirmed") + "."
    if confirmed:
        lead = w("report.confirmed_verdict", users=w.number(confirmed.get("users")), seeds=len(confirmed.get("seeds", ())))
    shown = [f"<h1>{w('report.title')}</h1>", f'<p class="verdict">{escape(verdict(rows, guards, w, w("tuned")))}</p>']
    shown += [f'<p class="lead">{lead} {w("report.simulated")}</p>']
    shown += [f'<div class="hg-warn">⚠ {escape(line)}</div>' for line in suspicions(rows, w)]
    shown += [
        tiles_html(rows, w, HEADLINES),
        f"<h2>{w('report.general')}</h2>",
        _grid(places, "retention", "actives", "flows", "seasons"),
    ]
    shown += [f"<h2>{w('report.particular')}</h2>", _grid(places, "differences")]
    shown += [f"<h2>{w('guardrails')}</h2>", f'<div class="panel text">{guardrails_html(guards, w)}</div>']
    shown += [f"<h2>{w('what_changed')}</h2>", f'<div class="panel text">{_changed(study, w)}</div>']
    if calibration:
        shown += [f"<h2>{w('report.calibration')}</h2>", _grid(places, "moments", "hours")]
        shown += [f'<div class="panel text" style="margin-top:14px">{report_parts.calibration_table(calibration, w)}</div>']
    if "history" in places:
        shown += [f"<h2>{w('report.search')}</h2>", _grid(places, "history")]
    made = report_parts.made_of(study, calibration, release, w)
    return "".join([*shown, f"<h2>{w('report.made')}</h2>", f'<div class="panel text">{_optimism(study, w)}{made}</div>'])


def _grid(places: Mapping[str, str], *names: str) -> str:
    cells = "".join(f'<div class="panel">{places[name]}</div>' for name in names if name in places)
    return f'<div class="grid">{cells}</div>'


def _changed(study: Mapping[str, Any], w: Words) -> str:
    rows = report_parts.changed_rows(study, w)
    if not rows:
        return w("report.nothing_changed")
    return report_parts.table([w(k) for k in ("parameter", "unit", "from", "to", "range", "source")], rows, numeric=(2, 3))


def _optimism(study: Mapping[str, Any], w: Words) -> str:
    confirmed = study.get("confirmed")
    if not confirmed or confirmed.get("optimism") is None:
        return ""
    found = study["best"]["objective"] - study["baseline"]["objective"]
    told = {"found": found, "confirmed": confirmed["objective"]["difference"], "optimism": confirmed["optimism"]}
    return f"<p>{w('report.optimism', **{k: w.number(v, 4, signed=True) for k, v in told.items()})}</p>"
