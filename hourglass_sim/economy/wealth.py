"""How heritage is spread: quantiles, Gini index, what the richest hold."""

import numpy as np

QUANTILES = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
RESAMPLES = 400
MOST_RESAMPLED = 20_000  # users; above, resamples take so many of them and the interval is scaled


def gini(values: np.ndarray) -> float | None:
    """Gini index of holdings, 0 (all equal) to (n - 1) / n; None when they sum to nothing or less.

    Half the mean absolute difference over the mean; above 1 is possible where some are negative. Source: Gini (1912).
    """
    x = np.sort(np.asarray(values, dtype=np.float64))
    total = float(x.sum())
    if len(x) == 0 or total <= 0.0:
        return None
    ranks = 2.0 * np.arange(1, len(x) + 1) - len(x) - 1
    return float((ranks * x).sum() / (len(x) * total))


def gini_interval(values: np.ndarray, seed: int = 0, resamples: int = RESAMPLES) -> tuple[float, float] | None:
    """95 % bootstrap interval of the Gini index over users (percentiles; Efron 1979); None where there is no index."""
    x = np.asarray(values, dtype=np.float64)
    point = gini(x)
    if point is None or len(x) < 2:
        return None
    draws, size = np.random.default_rng(seed), min(len(x), MOST_RESAMPLED)
    found = [g for _ in range(resamples) if (g := gini(draws.choice(x, size))) is not None]
    if not found:
        return None
    low, high = np.quantile(found, (0.025, 0.975)) - point
    scale = (size / len(x)) ** 0.5
    return point + float(low) * scale, point + float(high) * scale


def lorenz(values: np.ndarray, points: int = 101) -> tuple[np.ndarray, np.ndarray]:
    """Share of users, poorest first, and share of all grains that they hold together; float[points] each. Source: Lorenz (1905)."""
    x = np.sort(np.asarray(values, dtype=np.float64))
    held = np.concatenate(([0.0], np.cumsum(x)))
    share = np.linspace(0.0, 1.0, points)
    total = held[-1] if held[-1] > 0 else 1.0
    return share, np.interp(share * len(x), np.arange(len(x) + 1), held) / total


def spread(values: np.ndarray) -> dict[str, float | None]:
    """Quantiles p1 to p99, mean, Gini, share held by the richest tenth and hundredth, share of users below zero."""
    x = np.asarray(values, dtype=np.float64)
    if len(x) == 0:
        return {}
    found: dict[str, float | None] = {f"p{round(100 * q)}": float(np.quantile(x, q)) for q in QUANTILES}
    total = float(x.sum())
    ordered = np.sort(x)[::-1]
    for name, part in (("top_tenth", 0.10), ("top_hundredth", 0.01)):
        found[name] = float(ordered[: max(1, round(part * len(x)))].sum()) / total if total > 0 else None
    return found | {"mean": float(x.mean()), "gini": gini(x), "negative": float((x < 0).mean())}
