"""Shipping: a tuned study becomes a release folder and a wheel; releases are verified and compared."""

__all__ = ["Shipped", "compare_releases", "ship", "verify"]


def __getattr__(name: str):
    if name in ("ship", "Shipped"):
        from hourglass_sim.ship import shipping

        return getattr(shipping, name)
    if name in ("verify", "compare_releases"):
        from hourglass_sim.ship import verifying

        return getattr(verifying, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
