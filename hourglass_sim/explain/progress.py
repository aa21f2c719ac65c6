"""XP, level, perks and achievements of a day."""

from collections.abc import Sequence

from hourglass_policy import Policy
from hourglass_policy.catalogue import COUNTERS as COUNTER_FACTS
from hourglass_policy.catalogue import Reward
from hourglass_policy.rules import challenge_target, day_xp, level_after, meets, perk_granted, target_reached

from hourglass_sim.engine.achieving import BITS_PER_WORD
from hourglass_sim.engine.contests import contests_of
from hourglass_sim.engine.stages import COUNTERS
from hourglass_sim.engine.world import PERK_BITS
from hourglass_sim.explain.lines import Teller, counted, grains
from hourglass_sim.explain.replay import at_place


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
    terms = [(name, float(value)) for name, value, _ in parts if value]
    by_event = t["xp_today"] - sum(value for _, value, _ in parts)
    if by_event:
        terms.append(("the seasonal event", float(by_event)))
    told = " + ".join(f"{value:g} for {name}" for name, value in terms) or "nothing was done for it"
    used = [name for _, value, name in parts if value]
    t.say("progress", f"{t['xp_today']} XP today: {told}", "xp_today", rule=day_xp, parameters=used, terms=terms)
    rewards = t.dawn("reward_xp")
    terms = [("last night", float(t.dawn("xp"))), ("rewards", float(rewards)), ("today", float(t["xp_today"]))]
    total = f"{t['xp']} XP in all = {t.dawn('xp')} + {rewards} of rewards + {t['xp_today']} today"
    t.say("progress", total, "xp", rule=day_xp, terms=terms)


def tell_level(t: Teller) -> None:
    """The level, the XP to the next, perks newly granted."""
    if t.stage("experience") is None:
        return
    t.stage("level")
    t.stage("perks")
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
    for stage in t.replay.stages:
        if stage.startswith(("due", "look", "tonight")):  # which thresholds were near: how the engine saves time, not why
            t.stage(stage)
    new = [t[f"unlocked_{part}"] & ~t.dawn(f"unlocked_{part}") for part in ("low", "high", "top")]
    language = ("en", "fr")[t["language"]]
    for achievement in achievements_in(t.policy, new):
        told = []
        for c in achievement.conditions:
            column, fact = COUNTERS[c.counter], COUNTER_FACTS[c.counter]
            assert meets(t[column], c.threshold)
            told.append(f"{c.counter} {t[column] / fact.scale:g} ≥ {c.threshold / fact.scale:g} {fact.unit}")
        if achievement.requires:
            told.append(f"after {', '.join(achievement.requires)}")
        name = achievement.fr if language == "fr" else achievement.en
        text = f"unlocks {name!r} ({achievement.id}, {achievement.rarity}): {', '.join(told)}; gives {reward_told(achievement.reward)}, "
        t.say("achieve", f"{text}paid tomorrow morning", value=achievement.id, rule=meets)
    tonight = counted(t["unlocked_today"], "achievement", "achievements")
    t.say("achieve", f"{tonight} unlocked tonight, {t['unlocked_count']} in all", "unlocked_today", rule=meets)


def tell_running_challenges(t: Teller) -> None:
    """What the day added to the counters of challenges that run."""
    catalogue, day = t.policy.catalogue, t.replay.day
    for contest in contests_of(t.scenario.start, day + 1, catalogue.challenges, t.rules):
        c = contest.challenge
        column, fact = COUNTERS[c.counter], COUNTER_FACTS[c.counter]
        added = t[column] - at_place(t.replay.dawn, column) if contest.first <= day <= contest.last else 0
        if added > 0:
            text = f"adds {added / fact.scale:g} {fact.unit} to {(c.fr if t['language'] else c.en)!r} ({c.id}, {c.kind}), "
            text += f"day {day - contest.first + 1} of {contest.last - contest.first + 1}"
            t.say("achieve", text, value=added, rule=challenge_target, parameters=["challenges.enabled"])


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


def reward_told(reward: Reward) -> str:
    """`5.00 grains, 100 XP, phoenix_protection`."""
    gifts = (
        f"{grains(reward.centigrains)} grains" if reward.centigrains else "", f"{reward.xp} XP" if reward.xp else "",
        reward.perk, reward.cosmetic,
    )  # fmt: skip
    return ", ".join(gift for gift in gifts if gift)


def achievements_in(policy: Policy, words: Sequence[int]) -> list:
    """The achievements whose bits are set in three words."""
    every = policy.catalogue.achievements
    return [a for n, a in enumerate(every) if (words[n // BITS_PER_WORD] >> (n % BITS_PER_WORD)) & 1]


def names_of(policy: Policy, words: Sequence[int]) -> list[str]:
    """Their ids."""
    return [a.id for a in achievements_in(policy, words)]
