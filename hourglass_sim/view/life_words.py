"""A life card in words: insights, periods, categories, sound."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hourglass_sim.life import Life

MARKS = ("·", "░", "▒", "▓", "█")


def insight_lines(life: "Life") -> list[str]:
    """The insights as sentences."""
    found = life.card["insights"]
    p, best, warning = found["prediction"], found["best_moment"], found["warning"]
    told = []
    if p:
        told.append(f"{p['of'].capitalize()}: {100 * p['p']:.0f} % (95 % interval {100 * p['low']:.0f}–{100 * p['high']:.0f} %, "
                    f"confidence {100 * p['confidence']:.0f} %; {p['reason']})")  # fmt: skip
    if best:
        told.append(f"Best moment: the {best['moment']} ({best['reason']})")
    if warning:
        days = "tomorrow" if warning["in_days"] == 1 else f"within {warning['in_days']} days"
        told.append(f"Phoenix mode likely {days} ({warning['cause']}) {warning['reason']}")
    elif life.facts["in_phoenix"]:
        told.append("In Phoenix mode: micro-victories pay a multiple")
    for a in found["within_reach"]:
        missing = ", ".join(f"{name.replace('_', ' ')} {value:g} more" for name, value in a["missing"].items())
        name = a["fr"] if life.facts["language"] == "fr" else a["en"]
        grains = f", {a['grains']:g} grain{'s' * (a['grains'] != 1)}" if a["grains"] else ""
        told.append(f"Within reach: {name} ({a['rarity']}), {100 * a['progress']:.0f} %: {missing}; gives {a['xp']} XP{grains}")
    return told


def period_rows(life: "Life") -> list[tuple[str, str, str, str]]:
    """This period against the last: name, this, last, change."""
    p = life.card["periods"]
    rows = []
    for name, value in p["this"].items():
        last = p["last"][name] if p["last"] else None
        change = p["change"][name] if p["change"] else None
        told = "–" if change is None else f"{'+' if change >= 0 else '−'}{abs(100 * change):.0f} %"
        rows.append((name.replace("_", " "), f"{value:g}", "–" if last is None else f"{last:g}", told))
    return rows


def category_rows(life: "Life") -> list[tuple[str, str, str, str, str]]:
    """Category, success rate, days a week, mean value, longest streak."""
    return [
        (
            name,
            f"{100 * a['success_rate']:.0f} % of {a['goals']}",
            f"{a['days_per_week']:.1f}",
            f"{a['mean_value']:.2f}",
            str(a["longest_streak"]),
        )
        for name, a in life.card["radar"].items()
    ]


def life_lines(life: "Life") -> list[str]:
    """The whole card as lines of text; the calendar with one mark a day, · none to █ more than 10 grains."""
    days = "".join(MARKS[day["bucket"]] for day in life.card["calendar"])
    weeks = [days[k : k + 30] for k in range(0, len(days), 30)]
    lines = ["", "Grains a day (· 0, ░ 1–3, ▒ 4–7, ▓ 8–10, █ more), oldest first", *(f"  {week}" for week in weeks), ""]
    lines += [*insight_lines(life), "", f"The last {life.card['periods']['days']} days against the ones before"]
    lines += [f"  {name:<14}{now:>9}{last:>9}{change:>8}" for name, now, last, change in period_rows(life)]
    lines += ["", "Goals by category: success, days a week, mean value, longest streak"]
    lines += [f"  {name:<12}{rate:>14}{week:>6}{value:>7}{streak:>5}" for name, rate, week, value, streak in category_rows(life)]
    sound = life.card["sound"]
    return [*lines, "", f"Sound: {sound['track']}, pitch {sound['pitch']:.3f}"]
