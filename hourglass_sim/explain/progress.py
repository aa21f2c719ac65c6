"""XP, level, perks and achievements of a day."""

from collections.abc import Sequence

from hourglass_policy import Policy
from hourglass_policy.catalogue import COUNTERS as COUNTER_FACTS
from hourglass_policy.rules import day_xp, level_after, meets, perk_granted, target_reached

from hourglass_sim.engine.achieving import BITS_PER_WORD
from hourglass_sim.engine.stages import COUNTERS
from hourglass_sim.engine.world import PERK_BITS
from hourglass_sim.explain.lines import Teller, grains


def tell_xp(t: Teller) -> None:
    """XP of the day part by part, and the sum from last night's to tonight's."""
    gained = t.stage("xp")
    if gained is None:
        return
    x = t.rules.xp
    parts = [
        (f"{t['victories']} goals × {x.goal_completed}", t["victories"] * x.goal_completed, "xp.goal_completed"),
        (f"{t['proofs_today']} proofs × {x.proof_uploaded}", t["proofs_today"] * x.proof_uploaded, "xp.proof_uploaded"),
        (f"{t['boosts_today']} boosts × {x.boost_sent}", t["boosts_today"] * x.boost_sent, "xp.boost_sent"),
        (
            f"{t['transfusions_in']} transfusions × {x.transfusion_received}",
            t["transfusions_in"] * x.transfusion_received,
            "xp.transfusion_received",
        ),
        (f"a streak of {t['streak']} days", t["streak_bonus"], "xp.streak_7" if t["streak"] >= 7 else "xp.streak_3"),
        ("a new season", t["season_bonus"], "xp.season_entered"),
    ]
    known = sum(value for _, value, _ in parts)
    terms = [(name, float(value)) for name, value, _ in parts if value]
    if known != t["xp_today"]:
        terms.append(("social acts and events", float(t["xp_today"] - known)))
    told = " + ".join(f"{value:g} for {name}" for name, value in terms) or "nothing was done for it"
    used = [name for _, value, name in parts if value]
    t.say("progress", f"{t['xp_today']} XP today: {told}", "xp_today", rule=day_xp, parameters=used, terms=terms)
    rewards = t.dawn("reward_xp")
    terms = [("last night", float(t.dawn("xp"))), ("rewards", float(rewards)), ("today", float(t["xp_today"]))]
    total = f"{t['xp']} XP in all = {t.dawn('xp')} + {rewards} of rewards + {t['xp_today']} today"
    t.say("progress", total, "xp", rule=day_xp, terms=terms)


def tell_level(t: Teller) -> None:
    """The level, the XP to the next, perks newly granted."""
    if t.stage("level") is None:
        return
    t.stage("closeness"), t.stage("perks")
    table, level = t.group("tables.levels").thresholds, t["level"]
    ahead = f"level {level + 1} needs {table[level]}" if level < len(table) else "the last level"
    before = t.dawn("level") if not t["is_new"] else 1
    change = f"{before} → {level}" if level != before else f"stays {level}"
    title = t.policy.catalogue.level_title(level, ("en", "fr")[t["language"]])
    text = f"level {change} ({title}): {t['xp']} XP, level {level} needs {table[level - 1]}, {ahead}"
    t.say("progress", text, "level", rule=level_after, parameters=["levels.base", "levels.exponent"])
    for perk, bit in PERK_BITS.items():
        if t["perks"] & bit and not t.dawn("perks") & bit:
            by_level = perk_granted(level, getattr(t.rules.perks, f"{perk}_level"))
            how = f"granted by level {level}" if by_level else "granted by an achievement"
            t.say(
                "progress",
                f"perk {perk} {how}",
                "perks",
                rule=perk_granted,
                parameters=[f"perks.{perk}_level"] if by_level else [],
            )


def tell_achievements(t: Teller) -> None:
    """Achievements unlocked tonight: every condition with the counter's value and the threshold it reached."""
    t.stage("due"), t.stage("look")
    new = [t[f"unlocked_{part}"] & ~t.dawn(f"unlocked_{part}") for part in ("low", "high", "top")]
    language = ("en", "fr")[t["language"]]
    for achievement in achievements_in(t.policy, new):
        told = []
        for c in achievement.conditions:
            column, fact = COUNTERS[c.counter], COUNTER_FACTS[c.counter]
            assert meets(t[column], c.threshold)
            told.append(f"{c.counter} {t[column] / fact.scale:g} ≥ {c.threshold / fact.scale:g} {fact.unit}")
        r = achievement.reward
        gifts = [
            f"{grains(r.centigrains)} grains" if r.centigrains else "",
            f"{r.xp} XP" if r.xp else "",
            r.perk or "",
            r.cosmetic or "",
        ]
        name = achievement.fr if language == "fr" else achievement.en
        text = f"unlocks {name!r} ({achievement.id}, {achievement.rarity}): {', '.join(told)}; gives {', '.join(g for g in gifts if g)}, "
        t.say("achieve", f"{text}paid tomorrow morning", value=achievement.id, rule=meets)
    t.say("achieve", f"{t['unlocked_today']} achievements unlocked tonight", "unlocked_today", rule=meets)


def tell_challenges(t: Teller) -> None:
    """Challenges decided after the evening sync, and what they brought."""
    gained = t.replay.awards
    for contest in t.replay.contests:
        if not gained.get("challenges_joined"):
            t.say("achieve", f"challenge {contest['challenge']} ends; not taken part", rule=target_reached)
            continue
        days = f"days {contest['first_day']} to {contest['last_day']}"
        total = f"{contest['participants']} take part and reach {contest['total']:g} {contest['counter']}"
        aim = f" of {contest['target']:g}" if contest["target"] else ""
        t.say("achieve", f"challenge {contest['challenge']} ({contest['kind']}, {days}) ends: {total}{aim}", rule=target_reached)
    if t.replay.contests and gained.get("challenges_joined"):
        paid = f"{gained.get('reward_xp', 0)} XP and {grains(gained.get('reward_centigrains', 0))} grains"
        place = ", among the placed" if gained.get("challenges_won") else ""
        t.say("achieve", f"challenges decided tonight pay {paid} tomorrow morning{place}", rule=target_reached)


def achievements_in(policy: Policy, words: Sequence[int]) -> list:
    """The achievements whose bits are set in three words."""
    every = policy.catalogue.achievements
    return [a for n, a in enumerate(every) if (words[n // BITS_PER_WORD] >> (n % BITS_PER_WORD)) & 1]


def names_of(policy: Policy, words: Sequence[int]) -> list[str]:
    """Their ids."""
    return [a.id for a in achievements_in(policy, words)]
