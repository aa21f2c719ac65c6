"""What there is to know of one rule: its words, arguments, the parameters it reads, the rules it calls, its cases."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import hourglass_policy as hp
from hourglass_policy.errors import BadInput, unknown
from hourglass_policy.parameters import Parameter
from hourglass_policy.values import RuleValues, parameter_of

from hourglass_sim.rule_cases import RULES, is_given, read_cases

FIELDS = {
    field: parameter_of(group, field) for group, values in RuleValues.__annotations__.items() for field in values.__annotations__
}


def rule_page(name: str, preset: str = "documented") -> dict[str, Any]:
    """A rule's `rule`, `description`, `source`, `file`, `arguments`, `parameters` under a preset, `calls`, `code`, `cases`.

    `cases` is None where the project's cases are not installed. BadInput for an unknown rule (with the nearest) or preset.
    """
    if name not in RULES:
        raise unknown("rule", name, RULES)
    function = RULES[name]
    parameters = hp.load("baseline").with_preset(preset).parameters
    text = inspect.getdoc(function) or ""
    return {
        "rule": name,
        "description": " ".join(text.split()),
        "source": ", ".join(dict.fromkeys(re.findall(r"1\.\d+", text))),
        "file": "hourglass_policy/" + function.__module__.split(".", 1)[1].replace(".", "/") + ".py",
        "arguments": [p.name for p in inspect.signature(function).parameters.values() if not is_given(p)],
        "parameters": [_shown(parameters[parameter]) for parameter in parameters_of(name)],
        "calls": called_by(function),
        "code": inspect.getsource(function),
        "cases": _cases(name),
    }


def called_by(function: Callable) -> list[str]:
    """The rules that a rule calls itself, by name."""
    return [name for name in function.__code__.co_names if name in RULES and RULES[name] is not function]


def parameters_of(name: str) -> list[str]:
    """The parameters that a rule reads, itself or through the rules it calls, in the order of the parameter file."""
    seen: set[str] = set()
    waiting, fields = [name], set()
    while waiting:
        rule = waiting.pop()
        if rule not in seen:
            seen.add(rule)
            fields |= {FIELDS[word] for word in RULES[rule].__code__.co_names if word in FIELDS}
            waiting += called_by(RULES[rule])
            fields |= {f"levels.{p}" for p in ("base", "exponent", "max_level") if "thresholds" in _arguments(rule)}
    return [parameter for parameter in hp.economy_parameters() if parameter in fields]


def _arguments(rule: str) -> list[str]:
    return list(inspect.signature(RULES[rule]).parameters)


def _shown(p: Parameter) -> dict[str, Any]:
    names = ("name", "value", "unit", "low", "high", "choices", "source", "description")
    return {name: getattr(p, name) for name in names}


def _cases(rule: str) -> list[dict[str, Any]] | None:
    try:
        cases = read_cases()
    except BadInput:
        return None
    shown = ("file", "claim", "args", "expect", "why", "source", "boundary", "side", "preset", "set")
    return [{key: getattr(case, key) for key in shown} for case in cases if case.rule == rule]
