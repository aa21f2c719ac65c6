"""Pictures of proof thresholds: both errors over the similarity threshold, and every pair as a table of shades."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hourglass_sim.view.drawing import Drawing
from hourglass_sim.view.palette import palette
from hourglass_sim.view.words import words

if TYPE_CHECKING:
    from hourglass_sim.proof_costs import ProofCosts

SHADES = """
.shades td.cell{text-align:center;font-variant-numeric:tabular-nums;padding:6px 4px;font-size:12.5px;
border-bottom:2px solid var(--hg-surface);border-right:2px solid var(--hg-surface);
background:color-mix(in srgb,var(--hg-tone) calc(var(--s)*55%),var(--hg-surface))}
.shades td.own{outline:2px solid var(--hg-text);outline-offset:-3px;font-weight:650}
.shades th{text-align:center;font-variant-numeric:tabular-nums;padding:4px 3px;white-space:normal}
.shades th[scope=row]{text-align:right;vertical-align:middle}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:14px}
"""


def proof_curves(costs: "ProofCosts", theme: str = "light") -> Drawing:
    """Share of honest proofs refused and of fakes paid over the similarity threshold, at the inappropriate-content threshold in force."""
    p, w = palette(theme), words("en")
    x = np.array(costs.similarity)
    i = costs.inappropriate.index(costs.in_force[0])
    curves = [("Honest refused", "honest_refused", p.phoenix, p.phoenix_text), ("Fakes paid", "fakes_paid", p.mist, p.mist_text)]
    parts = {name: [100 * part[i] for part in costs.interval(name)] for _, name, _, _ in curves}
    top = max(float(high.max()) for _, _, high in parts.values())
    j = costs.similarity.index(costs.in_force[1])
    refused, paid = (float(parts[name][0][j]) for _, name, _, _ in curves)
    title = f"In force: {refused:.1f} % of honest proofs refused, {paid:.1f} % of fakes paid"
    d = Drawing(title, f"Share of each kind of proof, %; inappropriate content refused above {costs.in_force[0]:g}; bands: "
                f"95 % over {len(costs.seeds)} seeds", w, p, x=(float(x[0]), float(x[-1])), y=(-0.05 * top, 1.08 * top), height=380,
                x_label="a proof is accepted when its similarity is above", name="proofs")  # fmt: skip
    d.zero(float(x[0]), float(x[-1]))
    for label, name, colour, _ in curves:
        mean, low, high = parts[name]
        d.band(x, low, high, colour, alpha=0.3)
        d.line(x, mean, colour, [f"{label} above {a:g}: {v:.1f} %" for a, v in zip(x, mean, strict=True)])
    own = costs.in_force[1]
    d.add("line", {"x": [own, own], "y": [0.0, 1.04 * top]}, line_color=p.target, line_dash="dashed", line_width=1.4)
    d.add("note", {"x": [own], "y": [1.04 * top], "text": [f"in force {own:g}"]}, text_color=p.target, text_baseline="middle",
          x_offset=6, text_font_size="12px")  # fmt: skip
    d.end_labels(float(x[-1]), [(label, float(parts[name][0][-1]), text) for label, name, _, text in curves])
    return d


def shaded_table(costs: "ProofCosts", measure: str, title: str, tone: str, scale: float = 100.0, digits: int = 1) -> str:
    """Every pair as an HTML table: rows are limits of inappropriate content, columns of similarity; darker is more."""
    mean = scale * costs.interval(measure)[0]
    most = float(mean.max()) or 1.0
    head = "".join(f"<th scope=col>{b:g}</th>" for b in costs.similarity)
    rows = []
    for i, a in enumerate(costs.inappropriate):
        cells = []
        for j, b in enumerate(costs.similarity):
            own = " own" if (a, b) == costs.in_force else ""
            cells.append(
                f'<td class="cell{own}" style="--s:{mean[i, j] / most:.3f};--hg-tone:var(--hg-{tone})">{mean[i, j]:.{digits}f}</td>'
            )
        rows.append(f"<tr><th scope=row>{a:g}</th>{''.join(cells)}</tr>")
    corner = "content ↓<br>similarity →"
    return (f'<div class="panel text shades"><b>{escape(title)}</b><div class="scroll"><table><thead><tr><th>{corner}</th>{head}</tr>'
            f"</thead><tbody>{''.join(rows)}</tbody></table></div></div>")  # fmt: skip


def proof_card(costs: "ProofCosts") -> str:
    """The costs as a card: verdict, and both errors for every pair."""
    from hourglass_sim.view.style import card_css

    return (f'<div class="hg hg-card"><style>{card_css()}{SHADES}</style><h3>{escape(costs.verdict)}</h3>'
            f'<p class="hg-sub">{escape(_lead(costs))}</p><div class="tables">{_tables(costs)}</div></div>')  # fmt: skip


def write_proof_page(costs: "ProofCosts", path: str | Path) -> Path:
    """One HTML file: verdict, curves, every pair, how it was made."""
    from hourglass_sim.view.document import write_page

    body = f'<div class="panel"><!--curves--></div><h2>Every pair of thresholds</h2><div class="tables">{_tables(costs)}</div>'
    people = costs.scenario.resolved_people
    names = list(people.groups()["people.proofs"]._fields)
    assumed = ", ".join(f"{n} {people.value('proofs.' + n):g}" for n in names)
    made = f"<p>{escape(_lead(costs))}</p><p>Assumed scores: {escape(assumed)}.</p>"
    body += f'<h2>How this was made</h2><div class="panel text">{made}</div>'
    return write_page(path, title="Proof thresholds", verdict=costs.verdict, lead=_lead(costs), body=body,
                      pictures={"curves": proof_curves(costs)}, style=SHADES)  # fmt: skip


def _tables(costs: "ProofCosts") -> str:
    return "".join(
        [
            shaded_table(costs, "honest_refused", "Honest proofs refused, %", "phoenix"),
            shaded_table(costs, "fakes_paid", "Fakes paid, %", "mist"),
            shaded_table(costs, "grains_refused", "Grains refused to the honest, per 1,000 proofs", "phoenix", 1.0, 0),
            shaded_table(costs, "grains_to_fakes", "Grains paid to fakes, per 1,000 proofs", "mist", 1.0, 0),
        ]
    )


def _lead(costs: "ProofCosts") -> str:
    s = costs.scenario
    return (f"{costs.proofs:,} proofs of {s.users:,} simulated users over {s.days} days and {len(costs.seeds)} seeds; the thresholds in "
            "force are framed. How honest and fake photos score is an assumption of the people (proofs.*), not a measurement.")  # fmt: skip
