"""Who belongs together: a function of the seed and the user's number, whoever else there is."""

import numpy as np
import pytest

from hourglass_sim.engine.columns import Columns
from hourglass_sim.engine.layout import BLOCK
from hourglass_sim.engine.pacts import GROUP, pact_map, partners, rows_together
from hourglass_sim.engine.state import PARTNERS
from hourglass_sim.engine.world import make_world
from hourglass_sim.scenario import Scenario

SHARES = (0.2, 0.4, 0.15)


def test_more_users_move_nobody_into_another_pact():
    few, many = pact_map(700, 7, SHARES), pact_map(5_000, 7, SHARES)
    np.testing.assert_array_equal(few.first, many.first[:700])
    np.testing.assert_array_equal(few.size, many.size[:700])
    assert (pact_map(5_000, 8, SHARES).first != many.first).any()


def test_pacts_are_couples_friends_and_legions_that_never_leave_their_group_of_256():
    pacts = pact_map(200 * GROUP, 7, SHARES)
    first, size = pacts.first.astype(int), pacts.size.astype(int)
    assert (first // GROUP == (first + size - 1) // GROUP).all()
    assert size.min() == 1
    assert 13 <= size.max() <= 200
    share = [np.mean((size >= low) & (size <= high)) for low, high in ((2, 2), (3, 12), (13, 200))]
    np.testing.assert_allclose(share, SHARES, atol=0.04)  # the cut at a group's end moves some


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 12, 13, 200])
def test_everybody_knows_each_partner_once_and_is_known_in_the_inverse_place(size):
    pacts = pact_map(GROUP, 1, (0.0, 0.0, 0.0))
    pacts.first[:size], pacts.size[:size] = 0, size
    users = np.arange(size)
    table = np.stack([partners(pacts, users, k) for k in range(PARTNERS)], axis=1)
    for user in range(size):
        known = [p for p in table[user] if p >= 0]
        assert len(known) == len(set(known)) == min(size - 1, PARTNERS)
        assert user not in known
        for k, other in enumerate(table[user]):
            if other >= 0:
                assert table[other][k ^ 1] == user


def test_people_moved_together_stand_in_their_partners_block():
    leaving = {"shift.leave": 6.0, "leaving.habit_protection": 0.0}
    columns = Columns(make_world(Scenario(users=3_000, days=70, values=leaving)), digest=False, record_days=False, threads=1)
    before = columns.blocks
    columns.advance(66)
    assert columns.blocks < before
    users = columns._take("user")
    row_of = dict(zip(users.tolist(), columns.rows.tolist(), strict=True))
    for k in range(PARTNERS):
        named = partners(columns.world.pacts, users.astype(np.int64), k)
        for user, other, row in zip(users.tolist(), named.tolist(), columns._take("partner", k).tolist(), strict=True):
            expected = row_of.get(other, -1)
            assert row == (expected % BLOCK if expected >= 0 else -1)
            assert expected < 0 or expected // BLOCK == row_of[user] // BLOCK


def test_rows_fill_blocks_without_cutting_a_pact():
    pact = np.repeat(np.arange(9), [200, 200, 150, 1, 30, 200, 200, 100, 12])
    rows = rows_together(pact, 512)
    assert (np.diff(rows) > 0).all()
    for number in range(9):
        assert len(set(rows[pact == number] // 512)) == 1
    assert rows.max() // 512 + 1 == 3
