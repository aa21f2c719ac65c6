"""The ledger closes whatever the parameters and whatever three users do to one another."""

import pytest
from hourglass_policy import BadInput
from hourglass_policy.backend import close_day
from hypothesis import given
from random_lives import USERS, examples, lived, lives, policies

SOURCES = {"mint", "phoenix", "rewards", "perk_subsidy", "day_reserve"}
SINKS = {"evaporation", "social_burn"}


class Books:
    """The accounts of all users, kept from the rows alone."""

    def __init__(self):
        self.accounts, self.counted = {}, dict.fromkeys(USERS, 0)

    def book(self, user, rows):
        for row in rows:
            assert type(row["centigrains"]) is int
            assert row["centigrains"] > 0
            for side, sign in (("from", -1), ("to", 1)):
                name = f"heritage of {user}" if row[side] == "user_heritage" else row[side]
                self.accounts[name] = self.accounts.get(name, 0) + sign * row["centigrains"]
            self.counted[user] += row["heritage_centigrains"]


def of(rows, kind):
    return [row["centigrains"] for row in rows if row["type"] == kind]


@examples(60)
@given(policies(), lives())
def test_each_heritage_is_its_counted_rows_and_transfers_sum_to_zero_every_day(policy, days):
    books = Books()

    def note(day, user, before, today, result, plan):
        if user is None:  # the day's end: what is in transit is exactly what will arrive
            waiting = sum(item["centigrains"] for items in result.values() for item in items)
            assert books.accounts.get("in_transit", 0) == waiting
            assert sum(books.accounts.values()) == 0
            return
        books.book(user, result["ledger"])
        heritage = result["state"]["heritage_centigrains"]
        assert heritage == books.counted[user] == books.accounts.get(f"heritage of {user}", 0)

    lived(policy, days, note)
    negative = {name for name, amount in books.accounts.items() if amount < 0 and not name.startswith("heritage")}
    assert negative <= SOURCES
    assert all(books.accounts.get(name, 0) >= 0 for name in SINKS)


@examples(60)
@given(policies(), lives())
def test_no_limit_of_a_day_is_passed_and_nothing_is_created_but_by_its_source(policy, days):
    rules = policy.rules
    g, s = rules.grains, rules.social

    def note(day, user, before, today, result, plan):
        if user is None:
            return
        rows, contract = result["ledger"], today["contract"] or {"goals": [], "reserve": 0.0}
        reserve = round(contract["reserve"] * 100)
        assert sum(of(rows, "boost_out")) + sum(of(rows, "comment_cost")) <= reserve
        assert sum(of(rows, "transfusion_out")) <= max(before["heritage_centigrains"], 0)
        if s.caps_enabled:
            kinds = [act["type"] for act in today["sent"]]
            caps = {"boost": s.boosts_per_day, "comment": s.comments_per_day, "transfusion": s.transfusions_per_day}
            assert all(kinds.count(kind) <= cap for kind, cap in caps.items())
        potential = g.daily_potential_centigrains
        potential += rules.perks.extra_daily_grain_centigrains if "extra_daily_grain" in before["perks"] else 0
        shares = sum(goal["share_centigrains"] for goal in contract["goals"])
        assert shares + reserve <= potential
        if not before["in_phoenix"]:
            assert sum(of(rows, "earn")) + sum(of(rows, "evaporate")) <= shares
        assert sum(of(rows, "reward")) == before["reward_centigrains"]
        if not g.evaporation_debits_heritage:
            assert result["state"]["heritage_centigrains"] >= 0

    lived(policy, days, note)


@examples(40)
@given(policies(), lives())
def test_xp_and_levels_never_fall_and_the_phoenix_minimum_is_paid_only_when_owed(policy, days):
    ph = policy.rules.phoenix

    def note(day, user, before, today, result, plan):
        if user is None:
            return
        state, minimum = result["state"], of(result["ledger"], "phoenix_minimum")
        assert state["xp"] >= before["xp"]
        assert state["level"] >= before["level"]
        opened = state["last_open_day"] == before["age_days"]
        if minimum:
            assert before["in_phoenix"]
            assert opened or ph.minimum_without_opening
            assert sum(of(result["ledger"], "earn")) + minimum[0] == ph.daily_minimum_centigrains
        elif before["in_phoenix"] and opened:
            assert sum(of(result["ledger"], "earn")) >= ph.daily_minimum_centigrains
        assert sum(part["xp"] for part in result["xp"]["reasons"]) == result["xp"]["gained"] == state["xp"] - before["xp"]

    lived(policy, days, note)


@examples(30)
@given(policies(), lives(most_days=12))
def test_a_settlement_tried_again_books_nothing_twice(policy, days):
    def note(day, user, before, today, result, plan):
        if user is None:
            return
        with pytest.raises(BadInput, match="the day is settled"):
            close_day(result["state"], today, None, policy)

    lived(policy, days, note)
