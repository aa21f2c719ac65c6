"""The steps in which people meet: gifts that arrive, the feed, boosts and comments from the reserve, transfusions from the heritage.

Everything lags a day. A victory of day d is a stamp in one of two feed slots; on day d + 1 partners read it. What they send waits in
one of the receiver's two slots and arrives on the morning of day d + 2. Nobody ever reads a slot that is written that day, and
what is sent is added up, so the order of users, engines and threads do not matter. Wishes and acts are bits, bit k for partner k.
"""

from hourglass_policy.rules import (
    boost_burn,
    boost_cost,
    boost_subsidy,
    boosts_affordable,
    comments_affordable,
    feed_shows,
    reserve_centigrains,
    transfusions_affordable,
)

from hourglass_sim.engine.steps import BOOST_DISCOUNT, VISION
from hourglass_sim.people.meeting import gives_transfusion, looks_at_feed, reaction

TRANSFUSION, COMMENT = 8, 64  # in a parcel: boosts + 8 x transfusions + 64 x comments, each at most 7
MOST_UNSEEN = 100


def bits_set(bits):
    """How many of six bits are set."""
    return (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1) + ((bits >> 3) & 1) + ((bits >> 4) & 1) + ((bits >> 5) & 1)


def first_bits(bits, most):
    """The lowest `most` of six bits."""
    kept, k = 0, 0
    while k < 6:
        is_kept = ((bits >> k) & 1) & (1 if most > 0 else 0)
        kept = kept | (is_kept << k)
        most -= is_kept
        k += 1
    return kept


def has_gifts(present, parcel):
    """Whether anything arrives this morning."""
    return 1 if (present == 1) & (parcel != 0) else 0


def gifts(parcel, heritage, boosts_received, transfusions_received, unseen, g):
    """What partners sent yesterday arrives: grains, counters, and what the person has yet to see."""
    boosts, transfusions, comments = parcel & 7, (parcel >> 3) & 7, parcel >> 6
    by_boosts, by_transfusions = boosts * g.boost_benefit_centigrains, transfusions * g.transfusion_centigrains
    waiting = unseen + boosts + transfusions + comments
    return (
        0,
        heritage + by_boosts + by_transfusions,
        by_boosts,
        by_transfusions,
        transfusions,
        comments,
        boosts_received + boosts,
        transfusions_received + transfusions,
        waiting if waiting < MOST_UNSEEN else MOST_UNSEEN,
    )


def looks(opened, hour, pact_size, sociability, motivation, perks, u, s, d, t):
    """Whether a person looks at yesterday's victories, ready to react (never when interactions are switched off)."""
    shown = feed_shows(hour, d.sync_hour, d.feed_hours)
    return looks_at_feed(opened, pact_size, shown, sociability, motivation, perks & VISION, u, t) & s.enabled


def feed_stamp(privacy, left, day):
    """What the feed shows of today's victories: the day + 1, negative for the anonymous, 0 for who hides or has left."""
    stamp = -(day + 1) if privacy == 1 else day + 1
    return 0 if (privacy == 2) | (left == 1) else stamp


def turned(u, sixths):
    """A draw moved round the circle (0, 1) by some sixths: as even a draw as before."""
    moved = u + sixths / 6.0
    return moved - 1.0 if moved >= 1.0 else moved


def partner_wish(stamp, day, u, u_gift, t):
    """Boost, comment and transfusion wanted for one partner, each 0 or 1; `stamp` is what the feed holds of them, 0 nothing."""
    by_name = (stamp == day) & (day > 0)
    boosts, comments = reaction(1 if by_name | ((stamp == -day) & (day > 0)) else 0, u, t)
    return boosts, comments, gives_transfusion(1 if by_name else 0, u_gift, t)


def seen(*stamps):
    """What the partners' feeds show, noted before reacting."""
    return stamps


def wishes(s1, s2, s3, s4, s5, s6, day, u1, u2, u3, u4, u5, u6, u_gift, t):
    """Whom a person who looks wants to boost, to comment and to give to, as bits; s are the partners' stamps.

    One draw, turned by sixths, serves the six transfusions.
    """
    b1, c1, g1 = partner_wish(s1, day, u1, u_gift, t)
    b2, c2, g2 = partner_wish(s2, day, u2, turned(u_gift, 1), t)
    b3, c3, g3 = partner_wish(s3, day, u3, turned(u_gift, 2), t)
    b4, c4, g4 = partner_wish(s4, day, u4, turned(u_gift, 3), t)
    b5, c5, g5 = partner_wish(s5, day, u5, turned(u_gift, 4), t)
    b6, c6, g6 = partner_wish(s6, day, u6, turned(u_gift, 5), t)
    return (
        b1 | (b2 << 1) | (b3 << 2) | (b4 << 3) | (b5 << 4) | (b6 << 5),
        c1 | (c2 << 1) | (c3 << 2) | (c4 << 3) | (c5 << 4) | (c6 << 5),
        g1 | (g2 << 1) | (g3 << 2) | (g4 << 3) | (g5 << 4) | (g6 << 5),
    )


def reserve_held(looks, contract, potential, g):
    """White grains held back from the contract by who looks at the feed; what is unspent vanishes (RULES 1.10)."""
    return reserve_centigrains(potential, g.social_reserve_centigrains if (looks == 1) & (contract == 1) else 0, g)


def spending(boost_wish, comment_wish, reserve, perks, boosts_sent, comments, g, p, s):
    """Boosts and comments that the reserve and the caps allow (RULES 1.10).

    Boosts are served first, then comments, partners in order; what the reserve does not hold is refused.
    """
    wanted = bits_set(boost_wish) + bits_set(comment_wish)
    discount = perks & BOOST_DISCOUNT
    boosted = first_bits(boost_wish, boosts_affordable(reserve, 0, discount, g, p, s))
    boosts, cost = bits_set(boosted), boost_cost(discount, g, p)
    commented = first_bits(comment_wish, comments_affordable(reserve - boosts * cost, 0, g, s))
    written = bits_set(commented)
    return (
        boosted,
        commented,
        boosts,
        written,
        boosts * cost,
        boosts * boost_subsidy(cost, g),
        boosts * boost_burn(cost, g),
        written * g.comment_cost_centigrains,
        wanted - boosts - written,
        boosts_sent + boosts,
        comments + written,
    )


def transfusing(gift_wish, heritage, arrived, sent, g, s):
    """Transfusions: what this morning's heritage holds and the cap allows, partners in order (RULES 1.10).

    What arrived today (already in `heritage`) counts from tomorrow, so no order of a day's acts lets more leave.
    """
    given = first_bits(gift_wish, transfusions_affordable(heritage - arrived, 0, g, s))
    n = bits_set(given)
    return given, n, n * g.transfusion_centigrains, heritage - n * g.transfusion_centigrains, sent + n


def has_sent(boosted, commented, given):
    """Whether anything is on its way."""
    return 1 if boosted + commented + given > 0 else 0


def parcel_of(boosted, commented, given, k):
    """What partner `k` is sent, packed."""
    return ((boosted >> k) & 1) + TRANSFUSION * ((given >> k) & 1) + COMMENT * ((commented >> k) & 1)


def parcels(boosted, commented, given):
    """What each of six partners is sent, packed."""
    return (
        parcel_of(boosted, commented, given, 0),
        parcel_of(boosted, commented, given, 1),
        parcel_of(boosted, commented, given, 2),
        parcel_of(boosted, commented, given, 3),
        parcel_of(boosted, commented, given, 4),
        parcel_of(boosted, commented, given, 5),
    )


CORES = (
    bits_set,
    first_bits,
    has_gifts,
    gifts,
    looks,
    seen,
    feed_stamp,
    turned,
    partner_wish,
    wishes,
    reserve_held,
    spending,
    transfusing,
    has_sent,
    parcel_of,
    parcels,
)
