"""Hand-computed cases of the rules, read from TOML files that an economist writes, and what each rule really gives."""

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hourglass_policy as hp
from hourglass_policy import rules as all_rules
from hourglass_policy.errors import BadInput, unknown
from hourglass_policy.parameter_files import read_toml
from hourglass_policy.rules import CORES, DEPLOYED, level_thresholds
from hourglass_policy.values import RuleValues

CASES = Path(__file__).parents[1] / "tests" / "rules" / "cases"
RULES = {
    **{name: rule.function for name, rule in DEPLOYED.items()},
    **{core.__name__: core for core in CORES},
    "xp_to_next": all_rules.xp_to_next,
}
SIDES = ("below", "at", "above")
_TEXTS = ("claim", "rule", "why", "source", "boundary", "side", "preset")
_KEYS = (*_TEXTS, "args", "expect", "set")
_GIVEN = ("thresholds", "params", "cores")  # arguments that no case writes


@dataclass(frozen=True)
class Case:
    """One claim: what a rule gives for some arguments, worked out by hand (`why`), with its source in the rule book."""

    file: str
    claim: str
    rule: str
    args: dict[str, Any]
    expect: Any
    why: str
    source: str
    boundary: str = ""
    side: str = ""
    preset: str = "documented"
    set: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}: {self.claim}"


def read_cases(place: str | Path | None = None) -> list[Case]:
    """Every case of a file or folder (default: the project's own); BadInput names file, case, key and remedy."""
    path = CASES if place is None else Path(place)
    if place is None and not path.is_dir():
        raise BadInput(
            "the project's cases are not beside this installation", value=str(path), allowed="a file or folder of cases"
        )
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    cases = [case for file in files for case in _cases_of(file)]
    if not cases:
        raise BadInput("no case", where=str(path), allowed="*.toml files with [[cases]]")
    return cases


def _cases_of(file: Path) -> Iterable[Case]:
    table = read_toml(file)
    source, rows = table.get("source"), table.get("cases")
    if not isinstance(source, str) or not isinstance(rows, list) or set(table) != {"source", "cases"}:
        raise BadInput("not a file of cases", where=str(file), value=sorted(table), allowed='source = "RULES …" and [[cases]]')
    for i, row in enumerate(rows):
        claim = row.get("claim", i + 1) if isinstance(row, dict) else i + 1
        yield _case(file.name, {"source": source, **_checked(row, f"{file.name}, case {claim}")})


def _checked(row: object, where: str) -> dict:
    if not isinstance(row, dict):
        raise BadInput("a case is not a table", where=where, value=row, allowed=", ".join(_KEYS))
    for key, value in row.items():
        if key not in _KEYS:
            raise unknown("key of a case", key, _KEYS, where)
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            raise BadInput(f"{key} is not a text", where=where, value=value, allowed="words in quotes")
    for key in ("claim", "rule", "args", "expect", "why"):
        if key not in row:
            raise BadInput(f"{key} is missing", where=where, allowed=f"add `{key} = …`")
    if row["rule"] not in RULES:
        raise unknown("rule", row["rule"], RULES, where)
    for key in ("args", "set"):
        if not isinstance(row.get(key, {}), dict):
            raise BadInput(f"{key} is not a table", where=where, value=row[key], allowed="{ name = value, … }")
    if ("boundary" in row) != ("side" in row) or row.get("side", "at") not in SIDES:
        raise BadInput("a boundary needs a side", where=where, value=row.get("side"), allowed=", ".join(SIDES))
    _check_arguments(row, where)
    return row


def _check_arguments(row: dict, where: str) -> None:
    wanted = [p for p in inspect.signature(RULES[row["rule"]]).parameters.values() if not is_given(p)]
    names = [p.name for p in wanted]
    for name in row["args"]:
        if name not in names:
            raise unknown(f"argument of {row['rule']}", name, names, where)
    for p in wanted:
        if p.name not in row["args"] and p.default is inspect.Parameter.empty:
            raise BadInput(f"{row['rule']} needs {p.name}", where=where, allowed=f"args with {', '.join(names)}")


def is_given(p: inspect.Parameter) -> bool:
    """Whether the parameters give an argument: a group of values, the table of levels."""
    return p.name in _GIVEN or getattr(p.annotation, "__name__", "") in {c.__name__ for c in RuleValues.__annotations__.values()}


def _case(file: str, row: dict) -> Case:
    return Case(file, **{key: row[key] for key in _KEYS if key in row})


def values_of(case: Case) -> hp.Parameters:
    """The parameters under which a case holds: its preset and what it sets."""
    parameters = hp.load("baseline").with_preset(case.preset).parameters
    return parameters.with_values(case.set, str(case)) if case.set else parameters


def result_of(case: Case, parameters: hp.Parameters | None = None) -> Any:
    """What the rule gives for a case: lists for tuples, "none" for None; `parameters` in place of the case's own."""
    parameters = values_of(case) if parameters is None else parameters
    values, function = parameters.rule_values(), RULES[case.rule]
    groups = {type(group).__name__: group for group in values}
    given = {name: _argument(value, parameters) for name, value in case.args.items()}
    for name, p in inspect.signature(function).parameters.items():
        annotation = getattr(p.annotation, "__name__", "")
        if annotation in groups:
            given[name] = groups[annotation]
        elif name in ("thresholds", "params"):
            given[name] = level_thresholds(values.levels) if name == "thresholds" else values
    got = function(**given)
    return list(got) if isinstance(got, tuple) else "none" if got is None else got


def _argument(value: Any, parameters: hp.Parameters) -> Any:
    return parameters[value[1:]].value if isinstance(value, str) and value.startswith("@") else value


def check_cases(cases: Sequence[Case]) -> list[tuple[Case, Any]]:
    """The cases whose rule gives something else, or another kind of number, each with what it gives."""
    got = [(case, result_of(case)) for case in cases]
    return [(case, result) for case, result in got if result != case.expect or type(result) is not type(case.expect)]
