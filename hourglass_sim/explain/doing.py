"""The contract and what became of it: goals picked, shares, victories and misses, what each paid, proofs."""

from hourglass_policy.catalogue import CATEGORIES
from hourglass_policy.rules import devalued_centigrains, phase_multiplier, phase_of, phoenix_centigrains, shares_centigrains

from hourglass_sim.engine import steps
from hourglass_sim.explain.lines import Teller, chance, counted, days, grains, hazard, odds_of
from hourglass_sim.people import acting


def title_of(t: Teller, slot: int) -> str:
    """The title of the goal that stood in a slot today (tonight another may have taken its place)."""
    number = t.dawn("title")[slot] if not t["is_new"] else t.stage(f"first_title_{slot}").writes[f"title[{slot}]"]  # type: ignore[union-attr]
    return t.policy.catalogue.goals.goals[number].title(("en", "fr")[t["language"]])


def tell_contract(t: Teller) -> None:
    """Whether there is a contract, which goals are in it, and what share of the day's potential each gets."""
    made = t.stage("contract")
    slots = len(t["picked"])
    for k in range(slots):
        t.stage(f"wanted_{k}"), t.stage(f"age_{k}"), t.stage(f"first_title_{k}")
    t.stage("picked")
    shared = t.stage("shares")
    if made is None or not t["opened"]:
        return
    c = t.group("people.choosing")
    motivation = made.reads["motivation"]
    odds = odds_of(
        [("base", c.contract), (f"motivation ({motivation:.2f})", c.motivation_weight * motivation)], made.reads["u_contract"]
    )
    verdict = "makes a contract" if t["contract"] else "makes no contract"
    t.say("commit", f"{verdict}: {chance(odds)}", rule=acting.makes_contract, value=t["contract"],
          parameters=["choosing.contract", "choosing.motivation_weight"], odds=odds)  # fmt: skip
    if not t["contract"] or shared is None:
        return
    for k in range(slots):
        _tell_pick(t, k)
    t.say("commit", f"{t['goals']} goals in the contract", "goals", rule=acting.picked_goals, parameters=["grains.max_goals"])
    values = [shared.reads[f"goal_value[{k}]"] if t["picked"][k] else 0 for k in range(slots)]
    for k in range(slots):
        if t["picked"][k]:
            potential = shared.reads["potential"] - shared.reads["reserve"]
            text = f"share {grains(t['share'][k])} of {title_of(t, k)!r} = value {values[k] / 100:g} / {sum(values) / 100:g} "
            text += f"of potential {grains(potential)}"
            text += f" ({grains(shared.reads['reserve'])} held back)" if shared.reads["reserve"] else ""
            names = ["grains.daily_potential", *(["grains.social_reserve"] if shared.reads["reserve"] else [])]
            exact = round(values[k] / sum(values) * potential / 100, 2)
            text += "" if round(100 * exact) == t["share"][k] else " (a hundredth taken off, so that shares do not exceed it)"
            t.say("commit", text, value=t["share"][k], rule=shares_centigrains, parameters=names)


def _tell_pick(t: Teller, k: int) -> None:
    wanted = t.stage(f"wanted_{k}")
    if wanted is None:
        return
    c = t.group("people.choosing")
    habit, motivation, u = (wanted.reads[name] for name in (f"goal_habit[{k}]", "motivation", f"u_pick[{k}]"))
    terms = [("base", c.pick), (f"habit of it ({habit:.2f})", c.habit_weight * habit),
             (f"motivation ({motivation:.2f})", c.motivation_weight * motivation)]  # fmt: skip
    odds = odds_of(terms, u)
    verdict = "is picked" if t["picked"][k] else "is not picked"
    if t["picked"][k] and not t["wanted"][k]:
        verdict += " (none was wanted, so the first is)"
    if t["wanted"][k] and not t["picked"][k]:
        verdict += " (the contract is full)"
    names = ["choosing.pick", "choosing.habit_weight", "choosing.motivation_weight"]
    t.say("commit", f"goal {title_of(t, k)!r} {verdict}: {chance(odds)}", f"picked_{k + 1}", rule=acting.wants_goal,
          parameters=names, odds=odds)  # fmt: skip


def _colour(t: Teller) -> str:
    """Which grains a missed goal costs: as deployed, golden ones."""
    return "golden" if t.rules.grains.evaporation_debits_heritage == 1 else "white"


def tell_doing(t: Teller) -> None:
    """Each goal of the contract: completed or missed, what it paid or evaporated; proofs; sums."""
    slots = len(t["picked"])
    for k in range(slots):
        t.stage(f"done_{k}"), t.stage(f"outcome_{k}")
        if t["picked"][k]:
            _tell_done(t, k)
            _tell_paid(t, k)
    t.stage("sums"), t.stage("counted")
    if t["goals"]:
        paid = [(title_of(t, k), float(t["paid"][k])) for k in range(slots) if t["done"][k]]
        lost = [(title_of(t, k), float(t["lost"][k])) for k in range(slots) if t["picked"][k] and not t["done"][k]]
        t.say(
            "act", f"{counted(t['victories'], 'victory', 'victories')}: {grains(t['earned'])} grains earned", "earned", terms=paid
        )
        t.say(
            "act",
            f"{counted(len(lost), 'miss', 'misses')}: {grains(t['evaporated'])} {_colour(t)} grains evaporated",
            "evaporated",
            terms=lost,
        )
        t.say("act", counted(t["victories"], "victory", "victories"), "victories")
    _tell_categories(t)
    proofs = t.stage("proofs")
    if proofs and t["claims"] and proofs.function is acting.proofs_uploaded:
        odds = hazard(t.group("people.completing").p_proof, proofs.reads["u_proof"])
        text = f"{counted(t['proofs_uploaded'], 'proof', 'proofs')} uploaded: {chance(odds)}"
        t.say("act", text, "proofs_uploaded", rule=acting.proofs_uploaded,
              parameters=["completing.p_proof"], odds=odds)  # fmt: skip


def _tell_categories(t: Teller) -> None:
    """Which categories the victories count for, and how many each has now."""
    told = []
    for c, name in enumerate(CATEGORIES):
        counted_in = t.stage(f"counted_in_{name}")
        if counted_in and t["goals_in"][c] > counted_in.reads[f"goals_in[{c}]"]:
            told.append(f"{t['goals_in'][c]} in {name}")
    if told:
        text = f"{t['goals_completed']} goals completed so far: {', '.join(told)}"
        t.say("act", text, value=t["goals_completed"], rule=steps.counted_in)


def _tell_done(t: Teller, k: int) -> None:
    done = t.stage(f"done_{k}")
    if done is None:
        return
    t.stage("closeness")
    r, c = done.reads, t.group("people.completing")
    difficulty, habit = r[f"goal_difficulty[{k}]"], r[f"goal_habit[{k}]"]
    terms = [
        ("base", c.base),
        ("ability", r["ability"]),
        (f"difficulty ({difficulty:.2f})", -(c.difficulty_weight * difficulty)),
        (f"motivation ({r['motivation']:.2f})", c.motivation_weight * r["motivation"]),
        (f"habit of it ({habit:.2f})", c.habit_weight * habit),
        (f"load of {r['goals']} goals", -(c.load_weight * (r["goals"] - 1))),
        (f"closeness to the next level ({r['closeness']:.2f})", c.gradient_weight * r["closeness"]),
    ]
    odds = odds_of(terms, r[f"u_done[{k}]"])
    names = ["base", "difficulty_weight", "motivation_weight", "habit_weight", "load_weight", "gradient_weight"]
    verdict, column = (
        ("completed" if t["claimed"][k] else "missed"),
        (f"done_{k + 1}" if t["claimed"][k] == t["done"][k] else None),
    )
    t.say("act", f"{title_of(t, k)!r} is {verdict}: {chance(odds)}", column, t["claimed"][k], rule=acting.completes,
          parameters=[f"completing.{name}" for name in names], odds=odds)  # fmt: skip


def _tell_paid(t: Teller, k: int) -> None:
    outcome = t.stage(f"outcome_{k}")
    if outcome is None:
        return
    share, phase, is_micro, in_phoenix = (
        outcome.reads[n] for n in (f"share[{k}]", f"phase[{k}]", f"goal_is_micro[{k}]", "phoenix")
    )
    d = t.rules.devaluation
    worth = devalued_centigrains(share, phase, d)
    aged = t.stage(f"age_{k}")
    age = t.replay.day - aged.writes[f"first_use[{k}]"] if aged else 0
    if d.clock == 1 and aged:
        age = t.replay.day - (aged.reads[f"last_use[{k}]"] if aged.reads[f"last_use[{k}]"] >= 0 else t.replay.day)
    clock = "last" if d.clock == 1 else "first"
    names = [f"devaluation.multiplier_{phase}", "devaluation.clock"]
    names += [f"devaluation.phase_{n}_days" for n in (phase - 1, phase) if 1 <= n <= 3]
    text = f"{title_of(t, k)!r}: {clock} used {days(age)} ago, phase {phase}: "
    text += f"{grains(share)} × {phase_multiplier(phase, d):g} = {grains(worth)}"
    if not t["done"][k]:
        t.say("act", f"{text} {_colour(t)} grains evaporate", f"lost_{k + 1}", rule=phase_of, parameters=names)
        return
    rule = devalued_centigrains
    if is_micro and in_phoenix:
        rule, names = phoenix_centigrains, [*names, "phoenix.micro_multiplier"]
        text += f", a micro-victory in Phoenix mode × {t.rules.phoenix.micro_multiplier:g} = {grains(t['paid'][k])}"
    t.say("act", f"{text} golden grains paid", f"paid_{k + 1}", rule=rule, parameters=names)
