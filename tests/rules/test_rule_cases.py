"""Every case in `cases/*.toml` is a claim about a rule, readable and correctable without Python."""

import inspect
import tomllib
from pathlib import Path

import hourglass_policy as hp
import pytest
from hourglass_policy import rules as all_rules
from hourglass_policy.rules import level_thresholds

FILES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


def cases():
    for file in FILES:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        assert table["source"].startswith("RULES 1."), file
        for case in table["cases"]:
            yield pytest.param(case, id=f"{file.stem}: {case['claim']}")


def arguments(function, case, values):
    """The case's arguments; a rule's group of values and the level table come from the parameters."""
    groups = {type(group).__name__: group for group in values}
    given = dict(case["args"])
    for name, parameter in inspect.signature(function).parameters.items():
        annotation = getattr(parameter.annotation, "__name__", "")
        if annotation in groups:
            given[name] = groups[annotation]
        elif name == "thresholds":
            given[name] = level_thresholds(values.levels)
        elif name == "params":
            given[name] = values
    return given


@pytest.mark.parametrize("case", list(cases()))
def test_the_rule_gives_what_the_case_says(case):
    policy = hp.load(preset=case.get("preset", "documented")).with_values(case.get("set", {}))
    function = getattr(all_rules, case["rule"])
    got = function(**arguments(function, case, policy.rules))
    got = list(got) if isinstance(got, tuple) else got
    assert got == case["expect"]
    assert type(got) is type(case["expect"])


def test_there_are_at_least_60_cases_and_no_claim_stands_twice():
    claims = [parameter.id for parameter in cases()]
    assert len(claims) >= 60
    assert len(set(claims)) == len(claims)
