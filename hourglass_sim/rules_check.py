"""Replays recorded calls of the deployed rules, in plain Python or through compiled cores, and lists what differs (DESIGN 4)."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from hourglass_policy.errors import BadInput, unknown
from hourglass_policy.rules import CORES, DEPLOYED, PLAIN


class Fact(NamedTuple):
    """One recorded call: its line in the file, the rule, its arguments and what it returned."""

    line: int
    rule: str
    args: dict[str, Any]
    expect: Any


def read_facts(path: str | Path) -> Iterator[Fact]:
    """The calls in a JSON-lines file; BadInput with the line for anything malformed or unknown."""
    try:
        with open(path, encoding="utf-8") as file:
            for number, text in enumerate(file, start=1):
                if text.strip():
                    yield _fact(number, text, f"{path}, line {number}")
    except OSError as error:
        raise BadInput(f"cannot read ({error.strerror})", where=str(path), allowed="a file of recorded calls") from error
    except UnicodeDecodeError as error:
        raise BadInput("not a text file", where=str(path), allowed="JSON lines in UTF-8") from error


def _fact(number: int, text: str, where: str) -> Fact:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON ({error.msg})", where=where, value=text.strip()) from error
    if not isinstance(row, dict) or not isinstance(row.get("args"), dict) or "expect" not in row:
        raise BadInput("not a recorded call", where=where, value=row, allowed='{"rule": …, "args": {…}, "expect": …}')
    rule = row.get("rule")
    if rule not in DEPLOYED:
        raise unknown("rule", rule, DEPLOYED, where)
    arguments = DEPLOYED[rule].arguments
    for name in row["args"]:
        if name not in arguments:
            raise unknown(f"argument of {rule}", name, arguments, where)
    for name in arguments:
        if name not in row["args"]:
            raise BadInput(f"{rule} has no argument {name}", where=where, allowed=", ".join(arguments))
    return Fact(number, rule, row["args"], row["expect"])


def check_rules(path: str | Path, *, compiled: bool = False) -> dict[str, Any]:
    """Replay every call of a file: `checked`, and per difference `line`, `rule`, `args`, `expect`, `got`.

    With `compiled`, numbers go through the cores as the columnar engine compiles them. BadInput as in `read_facts`, or for an
    argument that the rule refuses.
    """
    facts = list(read_facts(path))
    if not facts:
        raise BadInput("no recorded calls", where=str(path), allowed="at least one line")
    cores = compiled_cores() if compiled else PLAIN
    different = []
    for fact in facts:
        try:
            got = DEPLOYED[fact.rule].function(**fact.args, cores=cores)
        except BadInput as error:
            raise BadInput(str(error), where=f"{path}, line {fact.line}") from error
        if not same(got, fact.expect):
            different.append({"line": fact.line, "rule": fact.rule, "args": fact.args, "expect": fact.expect, "got": got})
    return {"checked": len(facts), "different": different}


def same(got: Any, expect: Any) -> bool:
    """Exactly equal, a switch never standing for a number."""
    if isinstance(got, list) and isinstance(expect, list):
        return len(got) == len(expect) and all(map(same, got, expect))
    return got == expect and isinstance(got, bool) == isinstance(expect, bool)


def compiled_cores() -> SimpleNamespace:
    """Every numeric rule by name, compiled from outside by Numba as the engine does it; each compiles on its first call."""
    from numba import njit

    from hourglass_sim.engine.lift import lift

    lift(CORES)
    return SimpleNamespace(**{core.__name__: njit(core) for core in CORES})
