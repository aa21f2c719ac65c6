"""What partners sent, and what the user sent them: boosts, comments, transfusions, and what was refused."""

from hourglass_policy.rules import (
    boost_cost,
    boosts_affordable,
    comments_affordable,
    reserve_centigrains,
    transfusions_affordable,
)

from hourglass_sim.engine.meeting import bits_set
from hourglass_sim.explain.lines import Teller, counted, grains
from hourglass_sim.people import meeting as people


def tell_gifts(t: Teller) -> None:
    """What arrived this morning."""
    t.stage("has_gifts"), t.stage("arrived")
    arrived = t.stage("gifts")
    if arrived is None:
        return
    boosts = arrived.writes["boosts_received"] - arrived.reads["boosts_received"]
    each = t.rules.grains
    if boosts:
        text = f"{counted(boosts, 'boost arrives', 'boosts arrive')}: {boosts} × {grains(each.boost_benefit_centigrains)} grains"
        t.say("arrive", f"{text} = {grains(t['boost_in'])}", "boost_in", parameters=["grains.boost_benefit"], rule=boost_cost)
    if t["transfusions_in"]:
        told = counted(t["transfusions_in"], "transfusion arrives", "transfusions arrive")
        text = f"{told}: {grains(t['transfusion_in'])} grains sent the evening before"
        t.say("arrive", text, "transfusion_in", parameters=["grains.transfusion"], rule=transfusions_affordable)
    comments = arrived.writes["comments_in"]
    if comments:
        t.say("arrive", f"{counted(comments, 'comment arrives', 'comments arrive')}, which pay no grains", value=comments)


def tell_reserve(t: Teller) -> None:
    """Whether the user looks at the feed, and what is held back for it before sharing."""
    for name in ("looks", "pact", "privacy"):
        t.stage(name)
    held = t.stage("reserve")
    if held is None or not t["opened"] or "looks" not in t.replay.stages:
        return
    size = t.replay.stages["looks"].reads["pact_size"]
    if not t["looks"]:
        why = "belongs to no pact" if size <= 1 else f"does not look at what the other {size - 1} in the pact did"
        t.say("commit", why, value=0, rule=people.looks_at_feed)
    elif t["reserve"]:
        text = f"looks at the feed and holds {grains(t['reserve'])} white grains back before sharing, for boosts and comments"
        t.say("commit", text, value=t["reserve"], rule=reserve_centigrains, parameters=["grains.social_reserve"])


def tell_meeting(t: Teller) -> None:
    """What was sent, paid and refused."""
    for name in ("wishes", "spending", "transfusing", "has_sent", "parcels", "feed"):
        t.stage(name)
    if "spending" not in t.replay.stages:
        return
    if t["boosts_today"]:
        text = f"sends {counted(t['boosts_today'], 'boost', 'boosts')}, paid with {grains(t['boost_out'])} of the reserve"
        text += f"; the perk pays {grains(t['boost_subsidy'])}" if t["boost_subsidy"] else ""
        names = ["grains.boost_cost", "social.boosts_per_day", *(["perks.boost_discount"] if t["boost_subsidy"] else [])]
        t.say("meet", text, "boost_out", rule=boost_cost, parameters=names)
    if t["comments_today"]:
        text = (
            f"writes {counted(t['comments_today'], 'comment', 'comments')}, paid with {grains(t['comment_cost'])} of the reserve"
        )
        t.say(
            "meet", text, "comment_cost", rule=comments_affordable, parameters=["grains.comment_cost", "social.comments_per_day"]
        )
    t.stage("seen")
    wishes = t.replay.stages["wishes"].writes if "wishes" in t.replay.stages else {}
    wished = bits_set(wishes.get("boost_wish", 0)) + bits_set(wishes.get("comment_wish", 0))
    refused = t.replay.stages["spending"].writes["refused"]
    if refused:
        text = f"{counted(refused, 'boost or comment is', 'boosts or comments are')} refused: "
        text += f"the reserve of {grains(t['reserve'])} is spent, or a cap holds"
        t.say("meet", text, value=refused, rule=boosts_affordable, parameters=["grains.social_reserve", "social.caps_enabled"])
    if "transfusing" in t.replay.stages and t["transfusions_today"]:
        text = f"gives {counted(t['transfusions_today'], 'transfusion', 'transfusions')}: {grains(t['transfusion_out'])} of the heritage"
        names = ["grains.transfusion", "social.transfusions_per_day"]
        t.say("meet", f"{text}, in transit until tomorrow", "transfusion_out", rule=transfusions_affordable, parameters=names)
    if not (wished or t["boosts_today"] or t["comments_today"]):
        t.say("meet", "looks at the feed and reacts to nothing", value=0, rule=people.reaction)
