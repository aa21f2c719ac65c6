"""The report's tables: what changed, calibrated moments, how it was made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import hourglass_policy as hp
from hourglass_policy.decisions import NAMES, policy_named

from hourglass_sim.view.words import Words


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """An HTML table; cells are HTML, columns in `numeric` are aligned right."""

    def line(cells: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{' class=hg-num' if k in numeric else ''}>{cell}</{tag}>" for k, cell in enumerate(cells))

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{line(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'


def changed_rows(study: Mapping[str, Any], w: Words) -> list[tuple[str, str, str, str, str, str]]:
    """Parameter, unit, from, to, range, source of everything the study changed, the notification policy first."""
    scenario, best = study["scenario"], study["best"]
    start = hp.load(preset=scenario.get("preset", "documented")).parameters
    before = dict(scenario.get("values") or {})
    rows = []
    policy = best.get("policy") or scenario.get("policy")
    if policy != scenario.get("policy"):
        where = "RULES 1.16"
        rows.append(
            (w("report.notification"), "", escape(str(scenario.get("policy"))), f"<b>{escape(str(policy))}</b>", "", where)
        )
    for name, value in best["values"].items():
        parameter = _parameter(name, start)
        if parameter is None:
            rows.append((f"<code>{escape(name)}</code>", "", "", escape(str(value)), "", ""))
            continue
        old = before.get(name, parameter.value)
        if old == value:
            continue
        span = " | ".join(parameter.choices) or (
            f"{parameter.low:g}\u00a0–\u00a0{parameter.high:g}" if parameter.low is not None else ""
        )
        title = f'<span title="{escape(parameter.description)}"><code>{escape(name)}</code></span>'
        source = f"{escape(parameter.source)}<br><span class=hg-muted>{escape(parameter.description)}</span>"
        rows.append((title, w.unit(parameter.unit), shown(old, w), f"<b>{shown(value, w)}</b>", span, source))
    return rows


def _parameter(name: str, economy: Mapping[str, Any]) -> Any:
    if name in economy:
        return economy[name]
    head, _, rest = name.partition(".")
    return policy_named(head).parameters.get(rest) if head in NAMES else None


def shown(value: Any, w: Words) -> str:
    """A parameter's value in the reader's words and separators."""
    if isinstance(value, bool):
        return w("yes" if value else "no")
    if isinstance(value, int):
        return w.number(value)
    return w.number(value, 3).rstrip("0").rstrip(".,") if isinstance(value, float) else escape(str(value))


def calibration_table(calibration: Mapping[str, Any], w: Words) -> str:
    """Every moment: observed, its interval, simulated, inside or outside."""
    rows = []
    for m in calibration["moments"]:
        is_share = (m["observed"] or 0) <= 1
        o, low, high, s = ((w.percent(m[k]) if is_share else w.number(m[k], 2)) for k in ("observed", "low", "high", "simulated"))
        state = f"✓ {w('inside')}" if m["inside"] else f"✕ {w('outside')}"
        rows.append((escape(w.moment(m["name"])), o, f"{low} – {high}", s, state))
    return table((w("measure"), w("observed"), "95 %", w("simulated"), ""), rows, numeric=(1, 2, 3))


def made_of(study: Mapping[str, Any], calibration: Mapping[str, Any] | None, release: Mapping[str, Any] | None, w: Words) -> str:
    """How it was made, as a list of terms: scenario, people, trials, seeds, versions, locked parameters, release."""
    s, confirmed = study["scenario"], study.get("confirmed") or {}
    told = (
        f"{w.number(s.get('users'))} × {w.number(s.get('days'))} {w('unit.days')}, {w('seed')} {s.get('seed')}, {s.get('preset')}"
    )
    items = [
        (w("report.scenario"), told),
        (w("report.people"), _people(s, calibration, w)),
        (w("report.trials"), w.number(study["trials"])),
    ]
    locked = [row["name"] for row in study.get("space", ()) if row.get("locked")]
    if locked:
        items.append((w("report.locked"), ", ".join(locked)))
    if confirmed.get("seeds"):
        seeds = [str(seed) for seed in confirmed["seeds"]]
        items.append((w("report.seeds"), f"{len(seeds)}: {', '.join(seeds[:8])}{' …' if len(seeds) > 8 else ''}"))
    items.append((w("report.versions"), _versions(study)))
    if release:
        digest = str(release.get("digest", ""))[:16]
        items.append(
            (w("report.release"), f"{release.get('name')} {release.get('version')} ({digest}…; {release.get('signature', '')})")
        )
    return "<dl>" + "".join(f"<dt>{term}</dt><dd>{escape(text)}</dd>" for term, text in items) + "</dl>"


def _people(scenario: Mapping[str, Any], calibration: Mapping[str, Any] | None, w: Words) -> str:
    name = str(scenario.get("people"))
    if not calibration:
        return name
    effort = w("report.evaluations", n=w.number(calibration.get("evaluations")), seconds=w.number(calibration.get("seconds")))
    told = w("calibration_of", log=calibration["log"])
    return f"{name} ({effort})" if str(calibration["log"]) in name else f"{name} · {told} ({effort})"


def _versions(study: Mapping[str, Any]) -> str:
    found = study.get("versions")
    if not found:
        from importlib.metadata import version

        found = {name: version(name) for name in ("hourglass-sim", "hourglass-policy", "numpy", "numba", "mesa", "bokeh")}
    return ", ".join(f"{k} {v}" for k, v in found.items()) if isinstance(found, dict) else json.dumps(found)
