"""What a release's card says: sentences and tables from the study, in order, without a format."""

from collections.abc import Mapping
from dataclasses import dataclass

from hourglass_policy import Policy

from hourglass_sim.ship.differences import Difference, differences
from hourglass_sim.ship.study import Study

PUBLISHED_LIFT = 0.03  # about the largest published lift on daily actives or retention (see the design's section 5)


@dataclass(frozen=True)
class Table:
    """Column names and rows of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs, bullet points and perhaps a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Card:
    """A title, the verdict in one sentence, then sections."""

    title: str
    verdict: str
    sections: tuple[Section, ...]


def make_card(study: Study, policy: Policy, baseline: Policy, signed: bool) -> Card:
    """The card of a release: what it is, what changed, what was confirmed, and what is not known."""
    return Card(
        f"Release {policy.name} {policy.version}",
        verdict(study),
        (
            _what_it_is(study, policy, signed),
            _changes(differences(baseline, policy)),
            _confirmation(study),
            _guardrails(study),
            _limits(study),
            _how(study),
        ),
    )


def verdict(study: Study) -> str:
    """One sentence: the confirmed lift with its interval, or that there is none."""
    if study.confirmed is None:
        return "UNCONFIRMED: no run on fresh seeds and unseen people stands behind this release; do not expect the search's lift."
    lift = study.confirmed["objective"]
    span = f"{_signed(lift['difference'])} ({_interval(study)})"
    broken = [_text(g.get("name", "?")) for g in _rows(study.confirmed.get("guardrails")) if _holds(g) is False]
    if broken:
        return f"CONFIRMED WITH A BROKEN GUARDRAIL ({', '.join(broken)}): {_objective(study)} {span}."
    if lift["low"] <= 0:
        return f"NO LIFT SHOWN: {_objective(study)} {span}; the interval holds zero."
    return f"Confirmed on seeds and people the search never saw: {_objective(study)} {span}."


def _what_it_is(study: Study, policy: Policy, signed: bool) -> Section:
    told = study.scenario
    people = (
        f"{told.get('users', '?')} synthetic users of people {_text(told.get('people', '?'))!r} over {told.get('days', '?')} days"
    )
    signature = "signed with HMAC-SHA256" if signed else "not signed: the digest shows damage, it does not prove who made it"
    return Section(
        "What it is",
        (
            f"Parameters and a notification policy for the {study.economy} economy, preset {policy.preset}, tuned in simulation "
            f"on {people}. Production installs the wheel and calls hourglass_policy.load().",
            f"Notifications: policy {policy.notification.name}. The release is {signature}.",
        ),
    )


def _changes(found: list[Difference]) -> Section:
    if not found:
        return Section("What changed from the baseline", ("Nothing.",))
    rows = tuple((d.name, _text(d.a), _text(d.b), d.unit, d.range, d.source) for d in found)
    columns = ("Parameter", "Baseline", "Release", "Unit", "Range", "Source")
    return Section("What changed from the baseline", table=Table(columns, rows))


def _confirmation(study: Study) -> Section:
    if study.confirmed is None:
        return Section("Confirmed lift", ("None. The search's own figures favour what it picked and are left out here.",))
    lift, points = study.confirmed["objective"], []
    points.append(f"Lift of {_objective(study)}: {_signed(lift['difference'])}, {_interval(study)}.")
    optimism = study.confirmed.get("optimism")
    if isinstance(optimism, (int, float)):
        points.append(f"Optimism of the search: {_signed(optimism)} (what the search promised beyond what was confirmed).")
    start = study.table["baseline"].get("objective")
    if isinstance(start, (int, float)) and start and abs(lift["difference"] / start) > PUBLISHED_LIFT:
        share = f"{100 * lift['difference'] / abs(start):+.1f} %"
        points.append(
            f"Suspicious: {share} of the baseline is more than any published lift (about 3 %). Look for the reason first."
        )
    return Section("Confirmed lift", points=tuple(points))


def _guardrails(study: Study) -> Section:
    rows = _rows((study.confirmed or {}).get("guardrails"))
    if not rows:
        return Section("Guardrails", ("None were checked on fresh people.",))
    shown = ("name", "text", "ok", "holds", "passed")
    extra = list(dict.fromkeys(key for row in rows for key, value in row.items() if key not in shown and value not in ("", None)))
    words = {True: "holds", False: "BROKEN", None: "not said"}
    lines = tuple(
        (_text(r.get("text") or r.get("name", "?")), words[_holds(r)], *(_text(r.get(key)) for key in extra)) for r in rows
    )
    return Section("Guardrails", table=Table(("Guardrail", "Verdict", *extra), lines))


def _limits(study: Study) -> Section:
    return Section(
        "Known limits",
        points=(
            "The people are synthetic. The interval covers their luck and the draw of new people, not an error of the model.",
            "A lift in simulation is a reason for a live experiment, not its result: roll out behind one, with these guardrails.",
            f"Nothing beyond day {study.scenario.get('days', '?')} was looked at; what wears off later is not seen.",
            "Parameters that the search did not move keep the baseline's values; they were not shown to be best.",
        ),
    )


def _how(study: Study) -> Section:
    seeds = (study.confirmed or {}).get("seeds")
    points = [
        f"Trials: {study.table.get('trials', 'not said')}.",
        f"Seed of the search: {study.scenario.get('seed', 'not said')}.",
    ]
    if isinstance(seeds, list) and seeds:
        shown = ", ".join(map(str, seeds[:10])) + (", …" if len(seeds) > 10 else "")
        points.append(f"Seeds of the confirmation ({len(seeds)}): {shown}.")
    points.append(f"SHA-256 of the study: {study.digest}.")
    return Section("How it was made", points=tuple(points))


def _objective(study: Study) -> str:
    told = study.table.get("objective") or study.table["best"].get("objective_name")
    if isinstance(told, dict):
        told = told.get("title") or told.get("name")
    return told if isinstance(told, str) else "the objective"


def _interval(study: Study) -> str:
    told = study.confirmed or {}
    level, lift = told.get("level", 0.95), told["objective"]
    return f"{100 * level:g} % interval {_signed(lift['low'])} to {_signed(lift['high'])}"


def _rows(value: object) -> list[Mapping]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _holds(row: Mapping) -> bool | None:
    return next((bool(row[key]) for key in ("holds", "ok", "passed") if row.get(key) is not None), None)


def _signed(value: float) -> str:
    return f"{value:+.4g}".replace("-", "−")


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
