"""The sync: Phoenix minimum, heritage, ratio, streaks, season, Phoenix mode."""

from hourglass_policy.rules import (
    heritage_after_day,
    is_perfect_day,
    is_protected_day,
    phoenix_ends,
    phoenix_minimum,
    phoenix_reason,
    ratio_hundredths,
    season_of,
    streak_next,
)
from hourglass_policy.rules.phoenix import REASONS
from hourglass_policy.rules.seasons import SEASONS

from hourglass_sim.explain.lines import Teller, days, grains

REASON_PARAMETERS = {
    1: ["phoenix.low_grains", "phoenix.low_grains_days"],
    2: ["phoenix.ratio_drop", "phoenix.ratio_drop_days"],
    3: ["phoenix.no_victory_days"],
}


def tell_heritage(t: Teller) -> None:
    """The Phoenix minimum, and heritage from last night's to tonight's, row by row."""
    settled = t.stage("settlement")
    if settled is None:
        return
    debits = t.rules.grains.evaporation_debits_heritage == 1
    if t["topped_up"]:
        text = f"Phoenix mode makes the day up to its minimum with {grains(t['topped_up'])} grains"
        t.say("settle", text, "topped_up", rule=phoenix_minimum, parameters=["phoenix.daily_minimum"])
    terms = [("last night", float(t.dawn("heritage"))), ("rewards", float(t["rewarded"])), ("earned", float(t["earned"]))]
    terms += [("Phoenix minimum", float(t["topped_up"]))]
    if debits:
        terms.append(("evaporated", -float(t["evaporated"])))
    terms += [("boosts received", float(t["boost_in"])), ("transfusions received", float(t["transfusion_in"]))]
    terms += [("transfusions given", -float(t["transfusion_out"]))]
    parts = " ".join(f"{'+' if v >= 0 else '−'} {grains(abs(v))} {name}" for name, v in terms if v or name == "last night")
    text = f"heritage {grains(t['heritage'])} = {parts.removeprefix('+ ')}"
    if t["evaporated"] and not debits:
        text += f"; the {grains(t['evaporated'])} evaporated were white and take nothing away"
    names = ["grains.evaporation_debits_heritage"]
    t.say("settle", text, "heritage", rule=heritage_after_day, parameters=names, terms=terms)


def tell_ratio(t: Teller) -> None:
    """The life ratio and the days it divides by."""
    told = t.stage("ratio")
    for name in ("grains_season", "grains_low", "grains_exit", "grains_kept", "ratio_kept"):
        t.stage(name)
    if told is None:
        return
    r = t.rules.ratio
    n = t["age_days"] + 1 if r.counts_calendar_days else t["counted_days"]
    counted = "days since sign-up" if r.counts_calendar_days else "days with a ledger row that counts"
    potential = t.policy.parameters["grains.daily_potential" if r.follows_potential else "ratio.potential_grains"].value
    text = f"life ratio {t['ratio'] / 100:.2f} % = {grains(t['heritage'])} / ({n} {counted} × {potential:g}) × 100"
    if n == 0:
        text = "life ratio 0 %: no day counts yet"
    names = ["ratio.ratio_days", "ratio.potential_grains", "ratio.follows_potential"]
    t.say("settle", text, "ratio", rule=ratio_hundredths, parameters=names)


def tell_streaks(t: Teller) -> None:
    """Streak, protection, perfect day."""
    if t.stage("streaks") is None:
        return
    t.stage("perfection")
    before, now = t.dawn("streak"), t["streak"]
    if t["protected"]:
        t.say("settle", f"the missed day is protected: the streak stays at {days(now)}", "protected", rule=is_protected_day,
              parameters=["perks.phoenix_protection_per_week"])  # fmt: skip
    how = (
        "grows with a victory"
        if now > before
        else "is kept"
        if now == before and now
        else "breaks"
        if before
        else "stays at none"
    )
    t.say("settle", f"streak {how}: {before} → {now} days (longest {t['longest_streak']})", "streak", rule=streak_next)
    if t["goals"]:
        text = (
            f"a perfect day: all {t['goals']} goals completed"
            if t["perfect"]
            else f"no perfect day: {t['victories']} of {t['goals']} goals"
        )
        t.say("settle", text, "perfect", rule=is_perfect_day)
    t.say(
        "settle",
        f"perfect days in a row: {t.dawn('perfect_streak')} → {t['perfect_streak']}",
        "perfect_streak",
        rule=is_perfect_day,
    )


def tell_season(t: Teller) -> None:
    """The season tonight and the mean it follows from."""
    told = t.stage("season")
    if told is None:
        return
    s = t.rules.seasons
    n = min(t["age_days"] + 1, s.window_days)
    mean = f"mean {t['grains_30'] / 100 / n:.2f} grains a day over {days(n)}"
    names = ["seasons.winter_below", "seasons.spring_below", "seasons.summer_above", "seasons.window_days"]
    if t["season"] < 0:
        text, names = f"no season yet: {mean}; none is set up to day {s.first_xp_day}", ["seasons.first_xp_day"]
    else:
        now = SEASONS[t["season"]]
        before = t.dawn("season") if not t["is_new"] else -1
        limits = f"winter below {grains(s.winter_below_centigrains)}, spring below {grains(s.spring_below_centigrains)}, "
        limits += f"summer above {grains(s.summer_above_centigrains)}"
        change = "stays" if before == t["season"] else "begins" if before < 0 else f"follows {SEASONS[before]}"
        text = f"{now} {change}: {mean} ({limits})"
    t.say("seasons", text, "season", rule=season_of, parameters=names)


def tell_phoenix(t: Teller) -> None:
    """Phoenix mode: entry with its reason, exit, or why nothing changed."""
    told = t.stage("phoenix")
    t.stage("opened_days")  # only what a run counts
    if told is None:
        return
    ph = t.rules.phoenix
    low = f"{t['grains_low'] / 100 / ph.low_grains_days:.2f} grains a day over {ph.low_grains_days} days"
    facts = f"mean {low}, {days(t['days_without_victory'])} without a victory"
    if t["phoenix_entered"]:
        code = t["phoenix_entered"]
        change = (told.reads["ratio"] - told.reads["ratio_ring[today.slot_ratio]"]) / 100
        why = f"ratio moved {change:+.2f} points" if code == 2 else facts
        t.say("seasons", f"Phoenix mode begins ({REASONS[code]}): {why}", "phoenix_entered", rule=phoenix_reason,
              parameters=REASON_PARAMETERS[code])  # fmt: skip
    elif t["phoenix_exited"]:
        mean = t["grains_exit"] / 100 / ph.exit_grains_days
        text = f"Phoenix mode ends after {days(told.reads['days_in_phoenix'] + 1)}: mean {mean:.2f} grains over "
        text += f"{ph.exit_grains_days} days, {days(t['victory_run'])} in a row with a victory"
        names = ["phoenix.exit_grains", "phoenix.exit_grains_days", "phoenix.exit_days", "phoenix.exit_victory_days"]
        t.say("seasons", text, "phoenix_exited", rule=phoenix_ends, parameters=names)
    elif t["phoenix"]:
        text = f"Phoenix mode goes on, day {t['days_in_phoenix'] + 1}: {facts}"
        names = ["phoenix.exit_enabled", "phoenix.exit_grains", "phoenix.exit_grains_days", "phoenix.exit_days"]
        t.say("seasons", text, "phoenix", rule=phoenix_ends, parameters=names)
    else:
        new = t["age_days"] < ph.newcomer_days
        waits = 0 <= t["days_since_exit"] < ph.reentry_days
        why = "; too new" if new else f"; an exit was {days(t['days_since_exit'])} ago" if waits else ""
        names = [*REASON_PARAMETERS[1], *REASON_PARAMETERS[3], "phoenix.newcomer_days" if new else "phoenix.reentry_days"]
        t.say("seasons", f"no Phoenix mode: {facts}{why}", "phoenix", rule=phoenix_reason, parameters=names)
