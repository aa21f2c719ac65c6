"""The morning and the opening: rewards, white grains, absence, messages, the decision to open."""

from hourglass_policy.decisions import FACTS
from hourglass_policy.numeric import exp_, log_of_whole
from hourglass_policy.rules import potential_centigrains

from hourglass_sim.engine import steps
from hourglass_sim.explain.lines import Teller, chance, days, grains, hazard, odds_of
from hourglass_sim.people import opening


def tell_morning(t: Teller) -> None:
    """Sign-up, yesterday's rewards, the day's white grains, a spell of absence."""
    if t.stage("presence") and t["is_new"]:
        persona = t.scenario.resolved_people.personas[t["persona"]]
        language = ("English", "French")[t["language"]]
        t.say("arrive", f"signs up today: {persona.title}; uses the app in {language}, likes to open near {t['peak_hour']:.0f} h")
    morning = t.stage("morning")
    if morning is None:
        return
    paid, xp = t["rewarded"], t.dawn("reward_xp")
    if paid or xp:
        text = f"rewards of the evening before are paid: {grains(paid)} grains and {xp} XP"
        t.say("arrive", f"{text}{_unlocked_last_night(t)}", "rewarded", rule=steps.morning)
    parameters = ["grains.daily_potential"]
    text = f"{grains(t['potential'])} white grains are handed out"
    if t.dawn("perks") & steps.EXTRA_GRAIN and not t["is_new"]:
        parameters.append("perks.extra_daily_grain")
        text += ", one perk's extra included"
    t.say("arrive", text, "potential", rule=potential_centigrains, parameters=parameters)
    spell = t.stage("spell")
    if spell:
        u, was, now = spell.reads["u_spell"], spell.reads["in_spell"], t["in_spell"]
        name = "absence.p_ends" if was else "absence.p_begins"
        p = t.scenario.resolved_people.value(name)
        ends = "it ends" if was and not now else "it goes on" if was else "one begins" if now else "none begins"
        why = "" if was or spell.reads["age_days"] > 0 else " (never on the day of sign-up)"
        odds = hazard(p, u)
        t.say(
            "arrive", f"spell of absence: {ends}{why}; {chance(odds)}", rule=opening.in_spell_next, parameters=[name], odds=odds
        )


def _unlocked_last_night(t: Teller) -> str:
    from hourglass_sim.explain.progress import names_of

    before = t.replay.unlocked_before
    new = [t.dawn(f"unlocked_{part}") & ~old for part, old in zip(("low", "high", "top"), before, strict=True)]
    found = names_of(t.policy, new)
    return f" (unlocked: {', '.join(found)})" if found else ""


def tell_messages(t: Teller) -> None:
    """What the policy sends, why, and how strongly it pushes."""
    policy = t.stage("policy")
    if policy is None:
        return
    chosen = t.scenario.notification
    first, second = policy.writes["hour_1"], policy.writes["hour_2"]
    facts = dict(zip(FACTS, policy.reads.values(), strict=False))
    reasons = chosen.reasons(first, second, facts, chosen.values) if chosen.reasons else []
    hours = [f"{hour}:00 ({name})" for hour, name in ((first, "morning"), (second, "evening")) if hour >= 0]
    text = f"policy {chosen.name} asks for {' and '.join(hours) or 'no message'}"
    parameters = [f"{chosen.name}.{name}" for name in chosen.parameters]
    t.say("notify", f"{text}{': ' + '; '.join(reasons) if reasons else ''}", rule=policy.function, parameters=parameters)
    t.stage("delivered")
    why = "notifications are switched off" if t.dawn("opted_out") and hours and not t["is_new"] else f"{t['sent']} reach the user"
    t.say("notify", f"delivered: {why}", "sent", rule=steps.delivered)
    for k, name in ((1, "morning"), (2, "evening")):
        pushed = t.stage(f"push_{k}")
        if pushed and t[f"hour_{k}"] >= 0:
            hour, novelty, peak = pushed.reads[f"hour_{k}"], pushed.reads[f"novelty_{k}"], pushed.reads["peak_hour"]
            p = t.group("people.prompting")
            near = opening.relevance(hour, peak, p)
            text = f"push of the {name} message at {hour}:00: {p.effect:.2f} × novelty {novelty:.2f} × relevance {near:.2f} "
            text += f"(own hour {peak:.0f}) = {t[f'push_{k}']:.2f} log-odds"
            names = ["prompting.effect", "prompting.relevance_hours", "prompting.relevance_floor"]
            t.say("notify", text, f"hour_{k}", rule=opening.push, parameters=names)


def tell_opening(t: Teller) -> None:
    """Whether the app is opened: every part of the log-odds and the draw; the hour."""
    opened = t.stage("open")
    if opened is None:
        return
    r, o = opened.reads, t.group("people.opening")
    away = r["absent_days"] if r["absent_days"] > 1 else 1
    parts = [
        ("", "openness", r["openness"]),
        ("motivation_weight", f"motivation ({r['motivation']:.2f})", o.motivation_weight * r["motivation"]),
        ("habit_weight", f"habit of opening ({r['app_habit']:.2f})", o.habit_weight * r["app_habit"]),
        ("streak_weight", f"streak of {days(r['streak'])}", o.streak_weight * log_of_whole(1 + r["streak"], 1.0)),
        ("run_weight", f"{days(r['run'])} opened in a row", o.run_weight * log_of_whole(1 + r["run"], 1.0)),
        ("recency_weight", f"{days(away)} since the last opening", -(o.recency_weight * log_of_whole(away, 1.0))),
        ("own_weekday", "weekday of sign-up", o.own_weekday * r["is_own_weekday"]),
        ("", "morning message", r["push_1"]),
        ("", "evening message", r["push_2"]),
        ("weekend" if r["today.rhythm"] < 0 else "fresh_start", "weekend or fresh start", r["today.rhythm"]),
        ("irritation_weight", f"irritation ({r['irritation']:.2f})", -(o.irritation_weight * r["irritation"])),
    ]
    odds = odds_of([(label, value) for _, label, value in parts], r["u_open"])
    verdict = "opens the app" if t["opened"] else "does not open the app"
    if r["age_days"] == 0:
        verdict += " (the day of sign-up always counts)"
    elif r["in_spell"]:
        verdict += " (nobody opens within a spell of absence)"
    used = [f"opening.{name}" for name, _, value in parts if name and value]
    t.say("open_app", f"{verdict}: {chance(odds)}", "opened", rule=opening.opens, parameters=used, odds=odds)
    for name in ("usual_hour", "history", "own_weekday"):
        t.stage(name)
    if t["opened"]:
        _tell_hour(t)


def _tell_hour(t: Teller) -> None:
    followed = t.stage("followed")
    if followed:
        pushes = followed.reads["push_1"] + followed.reads["push_2"]
        brought = ("no message", "the morning message", "the evening message")[t["followed"]]
        odds = hazard(1.0 - exp_(-pushes), followed.reads["u_follow"])
        t.say("open_app", f"brought by {brought}: {chance(odds)}", "followed", rule=opening.followed, odds=odds)
    t.stage("hour")
    where = "the message's hour" if t["followed"] else "drawn from the person's own hours"
    t.say("open_app", f"opens at {t['hour']} h: {where}", "hour", rule=opening.opening_hour)
    t.stage("occasions")
    if t["returned"]:
        t.say(
            "open_app", f"a comeback after {days(t['absent_days'])} away", rule=steps.occasions, parameters=["day.comeback_days"]
        )
    for name, parameter in (("early_bird", "day.early_bird_before"), ("night_owl", "day.night_owl_from")):
        if t[name] > t.dawn(name):
            t.say("open_app", f"counts for {name}: {t[name]} so far", value=t[name], rule=steps.occasions, parameters=[parameter])
