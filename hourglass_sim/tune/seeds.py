"""Which seeds are whose: search, confirmation and robustness never share one, so they never share a person or a day's luck."""

from hourglass_policy.errors import BadInput

from hourglass_sim.compare import replicate_seed

PER_LEVEL = 1_000  # replicates kept apart for each fidelity of the search
CONFIRMATION, ROBUSTNESS = 1 << 40, 1 << 41  # replicates counted from here; the step between seeds is odd, so none repeats


def search_seeds(seed: int, level: int, count: int) -> tuple[int, ...]:
    """Seeds of one fidelity of the search; level 0 is the cheapest."""
    return tuple(replicate_seed(seed, level * PER_LEVEL + k) for k in range(count))


def confirmation_seed(seed: int) -> int:
    """The seed from which the confirmation counts its replicates."""
    return replicate_seed(seed, CONFIRMATION)


def robustness_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Seeds of the perturbed populations."""
    return tuple(replicate_seed(seed, ROBUSTNESS + k) for k in range(count))


def require_disjoint(**families: tuple[int, ...]) -> None:
    """Raise BadInput when two families of seeds share one."""
    seen: dict[int, str] = {}
    for name, seeds in families.items():
        for seed in seeds:
            if seen.setdefault(seed, name) != name:
                raise BadInput(f"{name} and {seen[seed]} share a seed", value=seed)
