"""A dict that cannot be changed in place, yet equals, copies, pickles and prints as JSON like any other."""

from typing import NoReturn


class FixedDict(dict[str, object]):
    """A read-only dict: what would change it raises TypeError; `|` and `dict(…)` give an ordinary one."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this dict cannot be changed in place; dict(…) gives a copy that can")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type, tuple[dict[str, object]]]:
        return type(self), (dict(self),)
