"""What the day did to the person: motivation, habit, patience, opting out, a new goal, leaving."""

from hourglass_policy.numeric import exp_

from hourglass_sim.explain.doing import title_of
from hourglass_sim.explain.lines import Teller, chance, counted, grains, hazard
from hourglass_sim.people import acting, feeling


def tell_mood(t: Teller) -> None:
    """Joy, pain, motivation; the habit of opening; novelty and irritation."""
    moved, seen = t.stage("motivation"), t.stage("gift_joy")
    for name in ("grain_joy", "xp_joy", "pain", "usual_xp", "app_habit", "novelty_1", "novelty_2", "irritation"):
        t.stage(name)
    if moved is None:
        return
    f, before = t.group("people.feeling"), moved.reads["motivation"]
    text = f"motivation {before:.3f} → {t['motivation']:.3f}: fades by {100 * f.fade:g} %"
    if t["opened"]:
        text += (
            f", joy {t['joy']:+.3f} (grains, XP, levels, achievements), pain {-t['pain']:+.3f} ({grains(t['evaporated'])} missed"
        )
        text += f", a streak of {t['broken_streak']} broken)" if t["broken_streak"] else ")"
    names = ["fade", "grain_joy", "xp_joy", "level_joy", "achievement_joy", "loss_aversion", "streak_pain"]
    t.say("feel", text, "motivation", rule=feeling.motivation_next, parameters=[f"feeling.{n}" for n in names])
    if seen and seen.reads["unseen"]:
        gifts = counted(seen.reads["unseen"], "gift or comment", "gifts and comments")
        if t["opened"]:
            text = f"{gifts} seen on opening: joy {t['joy_of_gifts'] - seen.reads['joy_of_grains']:+.3f}, within the joy above"
        else:
            text = f"{gifts} wait to be seen"
        t.say("feel", text, value=seen.reads["unseen"], rule=feeling.gift_joy, parameters=["feeling.gift_joy"])
    habit = t.stage("app_habit")
    if habit:
        name = "habits.app_gain" if t["opened"] else "habits.app_loss"
        t.say("feel", f"habit of opening {habit.reads['app_habit']:.3f} → {t['app_habit']:.3f}", "app_habit",
              rule=feeling.app_habit_next, parameters=[name])  # fmt: skip
    worn = t.stage("irritation")
    if worn and (worn.reads["irritation"] or t["irritation"]):
        text = f"irritation {worn.reads['irritation']:.3f} → {t['irritation']:.3f}: {0 if t['opened'] else t['sent']} messages ignored"
        names = ["prompting.irritation_per_ignored", "prompting.irritation_recovery"]
        t.say("feel", text, "irritation", rule=feeling.irritation_next, parameters=names)


def tell_opt_out(t: Teller) -> None:
    """Switching notifications off."""
    told = t.stage("opt_out")
    if told is None or told.reads["opted_out"] or not told.reads["sent"]:
        return
    p = t.group("people.prompting")
    odds = hazard(p.p_opt_out * exp_(p.opt_out_slope * told.reads["irritation"]), told.reads["u_opt_out"])
    verdict = "switches notifications off, for good" if t["opted_out"] else "keeps notifications on"
    t.say("feel", f"{verdict}: {chance(odds)}", "opted_out", rule=feeling.opts_out,
          parameters=["prompting.p_opt_out", "prompting.opt_out_slope"], odds=odds)  # fmt: skip


def tell_goals(t: Teller) -> None:
    """Habits of goals, and a goal that gives way to another."""
    for k in range(len(t["picked"])):
        grown, replaces = t.stage(f"goal_habit_{k}"), t.stage(f"replaces_{k}")
        fresh = t.stage(f"next_title_{k}")
        if grown and t["picked"][k]:
            before, after = grown.reads[f"goal_habit[{k}]"], grown.writes[f"goal_habit[{k}]"]
            how = (
                f"grows by {grown.reads['habit_rate']:.3f} of what is missing" if t["done"][k] else "shrinks a little with a miss"
            )
            t.say("feel", f"habit of {title_of(t, k)!r} {before:.3f} → {after:.3f}: {how}", rule=feeling.goal_habit_next,
                  parameters=[] if t["done"][k] else ["habits.goal_loss"])  # fmt: skip
        if replaces and fresh:
            new = t.policy.catalogue.goals.goals[t["title"][k]].title(("en", "fr")[t["language"]])
            text = f"{title_of(t, k)!r} gives way to {new!r} from tomorrow: curiosity, and phase {t['phase'][k]} of devaluation"
            names = ["choosing.replace_rate", "choosing.devaluation_push"]
            t.say("feel", text, f"title_{k + 1}", rule=acting.replaces_goal, parameters=names)


def tell_leaving(t: Teller) -> None:
    """Leaving for good."""
    told = t.stage("leaves")
    t.stage("departure")
    if told is None:
        return
    r, leave = told.reads, t.group("people.leaving")
    p = r["leave_rate"] * exp_(-leave.habit_protection * r["app_habit"] - leave.motivation_protection * r["motivation"])
    odds = hazard(p, r["u_leave"])
    verdict = "leaves for good" if t["left"] else "stays"
    t.say("leave", f"{verdict}: {chance(odds)}", "left", rule=feeling.leaves,
          parameters=["leaving.habit_protection", "leaving.motivation_protection"], odds=odds)  # fmt: skip
