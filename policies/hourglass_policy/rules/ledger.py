"""The ledger: row types, their two accounts, and what a day does to a heritage (RULES 1.6)."""

from typing import NamedTuple

from ..values import GrainValues

ACCOUNTS = (
    "user_heritage",
    "day_reserve",
    "in_transit",
    "mint",
    "evaporation",
    "phoenix",
    "rewards",
    "perk_subsidy",
    "social_burn",
)


class RowType(NamedTuple):
    """A kind of ledger row: a positive amount leaves `source` and enters `target`."""

    name: str
    source: str
    target: str


EARN, EVAPORATE, BOOST_IN, BOOST_OUT, TRANSFUSION_IN, TRANSFUSION_OUT, COMMENT_COST, PHOENIX_MINIMUM, REWARD = range(9)
BOOST_SUBSIDY, BOOST_BURN = 9, 10

ROW_TYPES = (
    RowType("earn", "mint", "user_heritage"),
    RowType("evaporate", "day_reserve", "evaporation"),  # from user_heritage when evaporation debits it: see `row_source`
    RowType("boost_in", "in_transit", "user_heritage"),
    RowType("boost_out", "day_reserve", "in_transit"),
    RowType("transfusion_in", "in_transit", "user_heritage"),
    RowType("transfusion_out", "user_heritage", "in_transit"),
    RowType("comment_cost", "day_reserve", "social_burn"),
    RowType("phoenix_minimum", "phoenix", "user_heritage"),
    RowType("reward", "rewards", "user_heritage"),
    RowType("boost_subsidy", "perk_subsidy", "in_transit"),
    RowType("boost_burn", "in_transit", "social_burn"),
)


def row_source(row_type: int, g: GrainValues) -> str:
    """The account that a row's amount leaves (RULES 1.6)."""
    if row_type == EVAPORATE and g.evaporation_debits_heritage:
        return "user_heritage"
    return ROW_TYPES[row_type].source


def counts_towards_heritage(row_type: int, g: GrainValues) -> int:
    """1 when a row adds its amount to the user's heritage, -1 when it takes it away, 0 when it does neither (RULES 1.6)."""
    if row_type == 1:  # evaporate
        return -1 if g.evaporation_debits_heritage else 0
    if row_type == 5:  # transfusion_out
        return -1
    if row_type == 0 or row_type == 2 or row_type == 4 or row_type == 7 or row_type == 8:
        return 1
    return 0


def heritage_after_day(heritage: int, earned: int, evaporated: int, topped_up: int, g: GrainValues) -> int:
    """Heritage after the sync, in centigrains; `evaporated` is a positive amount (RULES 1.6)."""
    kept = heritage + earned + topped_up
    return kept - evaporated if g.evaporation_debits_heritage else kept
