"""The stages of proofs, of seasonal events and of people who meet; `stages.py` says where in the day they stand."""

from hourglass_sim.engine import festivities, meeting, proofs, steps
from hourglass_sim.engine.declaring import OPENED, Stage, draws, each, five, stage
from hourglass_sim.engine.state import PARTNERS
from hourglass_sim.people import acting


def receive() -> list[Stage]:
    """What partners sent yesterday arrives in the morning."""
    return [
        stage("arrive", "has_gifts", meeting.has_gifts, "present parcel[today.slot_today]", "has_gifts"),
        stage("arrive", "gifts", meeting.gifts,
              "parcel[today.slot_today] heritage boosts_received transfusions_received unseen rules.grains",
              "parcel[today.slot_today] heritage boost_in transfusion_in transfusions_in comments_in boosts_received "
              "transfusions_received unseen", "has_gifts"),
        stage("arrive", "arrived", steps.arrived_grains, "rewarded boost_in transfusion_in", "arrived"),
    ]  # fmt: skip


def look_ahead() -> list[Stage]:
    """Whether a person who opened will look at the feed, and the reserve held back for it."""
    return [
        draws("commit", 5, each("u_look", 4), when=OPENED),
        stage("commit", "looks", meeting.looks,
              "opened hour pact_size sociability motivation perks u_look[0] rules.social rules.day people.together", "looks", OPENED),
        stage("commit", "reserve", meeting.reserve_held, "looks contract potential rules.grains", "reserve", OPENED),
    ]  # fmt: skip


def prove(slots: int) -> list[Stage]:
    """Photos of what was done: uploaded or not, honest or fake, accepted or refused, and which goals count."""
    fake, content, similarity = (f"u_proof_of[{n}]" for n in range(3))
    listed = [
        stage("act", "claims", proofs.claims, five("claimed", slots), "claims", OPENED),
        stage("act", "proofs", acting.proofs_uploaded, "claims u_proof people.completing", "proofs_uploaded", OPENED),
    ]
    for k in range(slots):
        listed += [
            draws("act", proofs.PURPOSE + k, each("u_proof_of", 4), when=OPENED),
            stage("act", f"proof_{k}", proofs.judged,
                  f"claimed[{k}] proofs_uploaded {fake} {content} {similarity} people.proofs rules.proofs tables.proofs",
                  f"proof[{k}] done[{k}]", OPENED),
        ]  # fmt: skip
    return [
        *listed,
        stage(
            "act",
            "proofs_counted",
            proofs.proof_counts,
            five("proof", slots),
            "proofs_today honest_refused fakes_accepted",
            OPENED,
        ),
    ]


def celebrate() -> list[Stage]:
    """A day of a seasonal event: eggs, and taking part."""
    return [
        stage("act", "event_day", festivities.event_day,
              "opened today.event_age is_new absent_days event_days today.event_needed u_look[2] today.p_egg",
              "event_days found_egg took_part", OPENED),
        stage("act", "event_rewards", festivities.festive_rewards,
              "found_egg took_part today.egg_xp today.egg_centigrains today.egg_perks today.event_xp today.event_centigrains "
              "today.event_perks reward_xp reward_centigrains perks eggs_found seasonal_events",
              "reward_xp reward_centigrains perks eggs_found seasonal_events"),
    ]  # fmt: skip


def meet() -> list[Stage]:
    """Those who look at the pact's victories of yesterday: boosts and comments from the reserve, transfusions, all of it on its way."""
    stamps = " ".join(f"feed[today.slot_yesterday]@partner[{k}]" for k in range(PARTNERS))
    return [
        stage("meet", "seen", meeting.seen, stamps, each("stamp", PARTNERS), "looks"),
        draws("meet", 6, "u_react[0] u_react[1] u_react[2] u_react[3]", when="looks"),
        draws("meet", 7, "u_react[4] u_react[5] u_react[6] u_react[7]", when="looks"),
        stage("meet", "wishes", meeting.wishes,
              f"{each('stamp', PARTNERS)} today.day "
              f"{each('u_react', PARTNERS + 1)} people.together", "boost_wish comment_wish gift_wish", "looks"),
        stage("meet", "spending", meeting.spending,
              "boost_wish comment_wish reserve perks boosts_sent comments rules.grains rules.perks rules.social",
              "boosted commented boosts_today comments_today boost_out boost_subsidy boost_burn comment_cost refused "
              "boosts_sent comments", "looks"),
        stage("meet", "transfusing", meeting.transfusing,
              "gift_wish heritage arrived transfusions_sent rules.grains rules.social",
              "given transfusions_today transfusion_out heritage transfusions_sent", "gift_wish"),
        stage("meet", "has_sent", meeting.has_sent, "boosted commented given", "has_sent"),
        stage("meet", "parcels", meeting.parcels, "boosted commented given",
              " ".join(f"parcel[today.slot_tomorrow]@partner[{k}]" for k in range(PARTNERS)), "has_sent"),
    ]  # fmt: skip
