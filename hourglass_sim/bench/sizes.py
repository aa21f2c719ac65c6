"""How large every part of the benchmark is: a whole one of minutes, a quick one that only shows that everything works."""

from typing import NamedTuple


class Sizes(NamedTuple):
    """Users, days and repetitions of every part."""

    users: int = 1_000_000
    days: int = 90
    repetitions: int = 3
    agent_users: int = 400
    agent_days: int = 90
    toy_users: int = 1_000_000
    is_quick: bool = False
    small_users: int = 10_000
    small_repetitions: int = 9
    growth: tuple[int, ...] = (10_000, 100_000, 1_000_000, 4_000_000)
    event_users: int = 20_000
    event_days: int = 90
    replicates: int = 16
    replicate_users: int = 50_000
    seed: int = 7


def sizes(*, quick: bool, users: int | None, days: int | None, repetitions: int | None, agent_days: int | None) -> Sizes:
    """The sizes of a whole or a quick benchmark with what the user chose; the largest of `growth` is four times `users`."""
    chosen = QUICK if quick else Sizes()
    given = {"users": users, "days": days, "repetitions": repetitions, "agent_days": agent_days}
    chosen = chosen._replace(**{name: value for name, value in given.items() if value is not None})
    small = chosen.growth[0]
    between = tuple(size for size in chosen.growth[1:-2] if small < size < chosen.users)
    growth = (small, *between, chosen.users, 4 * chosen.users) if chosen.users > small else (chosen.users, 4 * chosen.users)
    return chosen._replace(growth=growth, agent_days=min(chosen.agent_days, chosen.days))


QUICK = Sizes(
    users=8_192, days=20, repetitions=1, agent_users=40, agent_days=10, toy_users=8_192, is_quick=True, small_users=2_000,
    small_repetitions=3, growth=(2_000, 8_192, 32_768), event_users=1_000, event_days=20, replicates=4, replicate_users=2_000,
)  # fmt: skip
