"""Experiments: arms compared on shares or means, with a check that users were split as intended."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from hourglass_policy.errors import BadInput, unknown

from hourglass_sim.metrics.intervals import Z95

if TYPE_CHECKING:
    import pandas as pd

CONTROL_NAMES = ("control", "baseline", "ctrl", "a", "0", "false", "off", "placebo")
MOST_ARMS = 20
SUSPECT_SPLIT_P = 0.01
OUTLIER_DEVIATIONS = 30


@dataclass(frozen=True)
class Difference:
    """One arm minus the reference on one outcome: values, difference with its 95 % interval, statistic and two-sided p."""

    arm: str
    reference: str
    arm_value: float
    reference_value: float
    difference: float
    low: float
    high: float
    z: float | None
    p: float | None
    test: str


@dataclass(frozen=True)
class Experiment:
    """Arms with their users, the differences per outcome, the p-value of the split, and warnings."""

    arms: dict[str, int]
    reference: str
    outcomes: dict[str, tuple[Difference, ...]]
    sample_ratio_p: float
    warnings: tuple[str, ...]


def compare_shares(
    successes: int, trials: int, reference_successes: int, reference_trials: int, arm="arm", reference="reference"
):
    """Difference of two shares: Wald interval, z and p of the pooled test; z and p are None when nobody or everybody succeeds."""
    a, b = successes / trials, reference_successes / reference_trials
    half = Z95 * math.sqrt(a * (1 - a) / trials + b * (1 - b) / reference_trials)
    pooled = (successes + reference_successes) / (trials + reference_trials)
    error = math.sqrt(pooled * (1 - pooled) * (1 / trials + 1 / reference_trials))
    z = (a - b) / error if error > 0 else None
    p = None if z is None else math.erfc(abs(z) / math.sqrt(2))
    return Difference(arm, reference, a, b, a - b, a - b - half, a - b + half, z, p, "pooled z")


def compare_means(values: np.ndarray, reference_values: np.ndarray, arm: str = "arm", reference: str = "reference") -> Difference:
    """Difference of two means with unequal variances (Welch 1947); `z` is the t statistic. At least two values an arm."""
    from scipy import stats

    a, b = float(np.mean(values)), float(np.mean(reference_values))
    if np.ptp(values) == 0 and np.ptp(reference_values) == 0:
        return Difference(arm, reference, a, b, a - b, a - b, a - b, None, None, "Welch t")
    test = stats.ttest_ind(values, reference_values, equal_var=False)
    low, high = test.confidence_interval(0.95)
    return Difference(arm, reference, a, b, a - b, float(low), float(high), float(test.statistic), float(test.pvalue), "Welch t")


def sample_ratio_p(counts: Sequence[int], ratio: Sequence[float] | None = None) -> float:
    """p that arms of these sizes come from a split in `ratio` (default: even): exact binomial for two arms, else chi-square."""
    from scipy import stats

    weights = np.ones(len(counts)) if ratio is None else np.asarray(ratio, float)
    if len(weights) != len(counts) or not (weights > 0).all():
        raise BadInput(
            "the ratio has one positive number per arm", where="--ratio", value=ratio, allowed=f"{len(counts)} numbers"
        )
    if len(counts) == 2:
        return float(stats.binomtest(int(counts[0]), int(sum(counts)), float(weights[0] / weights.sum())).pvalue)
    return float(stats.chisquare(counts, weights / weights.sum() * sum(counts)).pvalue)


def sign_test(differences: Sequence[float]) -> float:
    """Two-sided p that positive and negative differences (say, by day) are equally likely; zeros are left out."""
    from scipy import stats

    signs = np.sign(np.asarray(differences, float))
    positive, total = int((signs > 0).sum()), int((signs != 0).sum())
    return float(stats.binomtest(positive, total, 0.5).pvalue) if total else 1.0


def compare_arms(
    table: "pd.DataFrame",
    group: str,
    outcomes: Sequence[str],
    control: str | None = None,
    ratio: Sequence[float] | None = None,
) -> Experiment:
    """Compare every arm with the reference on every outcome; one row per user, outcomes as 0/1 or numbers.

    The reference is `control`; without one, an arm called control, baseline, A, 0 … or else the last in order, so that two
    unnamed arms are compared as first minus second. `ratio` is the intended split, in the arms' order.
    Raises BadInput for fewer than two arms or more than 20, an unknown control, or an arm with under two users.
    """
    warnings: list[str] = []
    known = table[group].notna()
    if not known.all():
        warnings.append(f"{int((~known).sum())} rows without an arm in column {group} were left out")
        table = table[known]
    labels = table[group].astype("str").to_numpy()
    names, sizes = np.unique(labels, return_counts=True)
    arms = {str(name): int(size) for name, size in zip(names, sizes, strict=True)}
    if not 2 <= len(arms) <= MOST_ARMS:
        raise BadInput("not a column of arms", where=group, value=f"{len(arms)} distinct values", allowed=f"2 to {MOST_ARMS}")
    reference = _reference(arms, control)
    ratio_p = sample_ratio_p(list(arms.values()), ratio)
    if ratio_p < SUSPECT_SPLIT_P:
        warnings.append(
            f"sample ratio mismatch (p = {ratio_p:.2g}): arms of {_sizes(arms)} are unlikely under the intended split"
        )
    results = {name: _outcome(table[name].to_numpy(float), labels, arms, reference, name, warnings) for name in outcomes}
    comparisons = len(outcomes) * (len(arms) - 1)
    if comparisons > 2:
        warnings.append(f"{comparisons} comparisons: about {0.05 * comparisons:.1f} of them fall below p = .05 by chance alone")
    return Experiment(arms, reference, results, ratio_p, tuple(warnings))


def _reference(arms: dict[str, int], control: str | None) -> str:
    if control is not None:
        if control not in arms:
            raise unknown("arm", control, arms, where="--control")
        return control
    named = [name for name in arms if name.strip().lower() in CONTROL_NAMES]
    return named[0] if len(named) == 1 else list(arms)[-1]


def _outcome(
    values: np.ndarray, labels: np.ndarray, arms: dict[str, int], reference: str, name: str, warnings: list[str]
) -> tuple[Difference, ...]:
    known = ~np.isnan(values)
    if not known.all():
        warnings.append(f"{name}: {int((~known).sum())} rows without a value were left out")
    by_arm = {arm: values[known & (labels == arm)] for arm in arms}
    for arm, of_arm in by_arm.items():
        if len(of_arm) < 2:
            raise BadInput("an arm has too few users", where=f"{name}, arm {arm}", value=len(of_arm), allowed="2 or more")
    is_share = bool(np.isin(values[known], (0.0, 1.0)).all())
    if is_share:
        rare = min(min(of_arm.sum(), len(of_arm) - of_arm.sum()) for of_arm in by_arm.values())
        if rare < 10:
            warnings.append(f"{name}: an arm has only {int(rare)} users of one kind; the normal approximation is rough")
    else:
        _warn_of_outlier(values[known], labels[known], arms, reference, name, warnings)
    return tuple(_difference(by_arm[arm], by_arm[reference], is_share, arm, reference) for arm in arms if arm != reference)


def _difference(values: np.ndarray, other: np.ndarray, is_share: bool, arm: str, reference: str) -> Difference:
    if is_share:
        return compare_shares(int(values.sum()), len(values), int(other.sum()), len(other), arm, reference)
    return compare_means(values, other, arm, reference)


def _warn_of_outlier(
    values: np.ndarray, labels: np.ndarray, arms: dict[str, int], reference: str, name: str, warnings: list[str]
) -> None:
    """Say what one extreme user does to the difference of means."""
    top = int(np.argmax(np.abs(values - values.mean())))
    rest = np.delete(values, top)
    if len(rest) < 3 or abs(values[top] - rest.mean()) <= OUTLIER_DEVIATIONS * rest.std():
        return
    arm = str(labels[top])
    other = next(a for a in arms if a != reference) if arm == reference else arm
    rest_labels = np.delete(labels, top)
    without = compare_means(rest[rest_labels == other], rest[rest_labels == reference])
    effect = f"without this row {other} - {reference} is {without.difference:.4g}"
    effect += "" if without.p is None else f" (p = {without.p:.2g})"
    warnings.append(f"{name}: one user of {arm} has {values[top]:g}, {np.abs(rest).max():g} is the next; {effect}")


def _sizes(arms: dict[str, int]) -> str:
    return ", ".join(f"{name} {size}" for name, size in arms.items())
