"""A seasonal event's day: what it asks, an egg, taking part, and what it makes of the day's XP."""

from hourglass_policy.catalogue import Event
from hourglass_policy.rules import egg_found, event_days_next, event_taken_part, event_xp

from hourglass_sim.engine import steps
from hourglass_sim.explain.lines import Teller, days, hazard
from hourglass_sim.explain.progress import reward_told


def event_today(t: Teller) -> Event | None:
    """The seasonal event of the day, None without one or when events are switched off."""
    when = (t.replay.date.month, t.replay.date.day)
    running = [e for e in t.policy.catalogue.events if e.start <= when <= e.end]
    return running[0] if running and t.replay.today.event_age >= 0 else None


def tell_event(t: Teller) -> None:
    """Days of the event opened so far, an egg or none, and whether today completes taking part."""
    told = t.stage("event_day")
    t.stage("event_rewards")
    event = event_today(t)
    if told is None or event is None or not t["opened"]:
        return
    name = repr(event.fr if t["language"] else event.en)
    opened = f"{days(t['event_days'])} of {name} ({event.id}) opened; {event.days_needed} make taking part"
    t.say("open_app", opened, "event_days", rule=event_days_next, parameters=["events.enabled"])
    for m in event.mechanics:
        if m.type == "eggs":
            odds = hazard(m.p_per_day, told.reads["u_look[2]"])
            text = f"finds an egg that holds {reward_told(m.reward)}" if t["found_egg"] else "finds no egg"
            verb = "below" if t["found_egg"] else "not below"
            text += f": chance {100 * odds.p:g} % in {name}; the draw {odds.u:.4f} is {verb} it"
            t.say("open_app", text, "found_egg", rule=egg_found, parameters=["events.enabled"], odds=odds)
    if t["took_part"]:
        gifts = " and ".join(reward_told(r) for r in event.rewards) or "no reward of its own"
        text = f"has now taken part in {name}: {gifts}, due tomorrow morning"
        t.say("open_app", text, "took_part", rule=event_taken_part, parameters=["events.enabled"])


def tell_event_xp(t: Teller) -> None:
    """The factor on the day's XP, when an event changes it."""
    told = t.stage("event_xp")
    t.stage("was_phoenix")
    event = event_today(t)
    if told is None or event is None or t["xp_of_acts"] == 0:
        return
    factor = (t.replay.today.xp_factor_phoenix if t["was_phoenix"] else t.replay.today.xp_factor) / 100
    only = any(m.only_in_phoenix for m in event.mechanics)
    if factor == 1.0 and not only:
        return
    why = "in Phoenix mode" if t["was_phoenix"] else "outside Phoenix mode"
    text = f"event {event.id}: {t['xp_of_acts']} XP × {factor:g}{' ' + why if only else ''} = {t['xp_today']} XP"
    t.say("progress", text, rule=event_xp, value=t["xp_today"], parameters=["events.enabled"])


def tell_rewards_due(t: Teller) -> None:
    """Where this morning's rewards came from when achievements do not explain them: eggs, an event, a challenge."""
    from hourglass_sim.explain.progress import achievements_in

    if t["is_new"]:
        return
    words = (
        t.dawn(f"unlocked_{part}") & ~old for part, old in zip(("low", "high", "top"), t.replay.unlocked_before, strict=True)
    )
    unlocked = achievements_in(t.policy, list(words))
    xp = t.dawn("reward_xp") - sum(a.reward.xp for a in unlocked)
    centigrains = t.dawn("reward_centigrains") - sum(a.reward.centigrains for a in unlocked)
    if xp or centigrains:
        text = f"of these {centigrains / 100:.2f} grains and {xp} XP are for an egg, an event or a challenge of the day before"
        t.say("arrive", text, rule=steps.morning, value=xp)
