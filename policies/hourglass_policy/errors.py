"""Bad input: one line that says what, where, the value, the allowed range and the nearest valid name."""

from collections.abc import Iterable

_ABSENT = object()
MOST_LISTED = 20  # names that an error line lists in full


class BadInput(ValueError):
    """Input that cannot be used. `str()` of it is one line; the command line prints it and exits with 2."""

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        value: object = _ABSENT,
        allowed: str | None = None,
        nearest: str | None = None,
    ):
        self.what, self.where, self.allowed, self.nearest = what, where, allowed, nearest
        self.value = None if value is _ABSENT else value
        parts = [what]
        if where:
            parts.append(f"in {where}")
        if value is not _ABSENT:
            parts.append(f"got {_short(value)}")
        if allowed:
            parts.append(f"allowed: {allowed}")
        if nearest:
            parts.append(f"did you mean {nearest!r}?")
        super().__init__(" ".join("; ".join(parts).split()))


def _short(value: object, width: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def nearest_name(name: object, valid: Iterable[str]) -> str | None:
    """The valid name most like `name`, or None when none is similar."""
    import difflib  # only when something is wrong: it would cost every import of the package 15 ms

    close = difflib.get_close_matches(str(name), list(valid), n=1, cutoff=0.5)
    return close[0] if close else None


def unknown(kind: str, name: object, valid: Iterable[str], where: str | None = None) -> BadInput:
    """The error for a name that does not exist, with the nearest valid one."""
    names = sorted(valid)
    shown = ", ".join(names) if len(names) <= MOST_LISTED else f"one of {len(names)} names"
    return BadInput(f"unknown {kind}", where=where, value=name, allowed=shown, nearest=nearest_name(name, names))


def require_between(name: str, value: float, low: float, high: float, where: str | None = None, unit: str = "") -> None:
    """Raise BadInput unless low <= value <= high (NaN and what is no number fail)."""
    try:
        fits = low <= value <= high
    except TypeError:
        fits = False
    if not fits:
        raise BadInput(
            f"{name} is out of range", where=where, value=value, allowed=f"{low} to {high}{' ' + unit if unit else ''}"
        )
