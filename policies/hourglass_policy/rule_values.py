"""From parameters in human units to the numbers that rules compute with."""

from .parameters import Parameter, Parameters
from .rules.rounding import hundredths
from .values import RuleValues, parameter_of


def rule_values(parameters: Parameters) -> RuleValues:
    """Every group's values: centigrains and hundredths as whole numbers, switches 0 or 1, choices by their position."""
    groups = {}
    for group, cls in RuleValues.__annotations__.items():
        fields = cls.__annotations__
        groups[group] = cls(*(_number(parameters[parameter_of(group, f)], f, kind) for f, kind in fields.items()))
    return RuleValues(**groups)


def _number(p: Parameter, field: str, kind: type) -> int | float:
    if p.kind == "choice":
        return p.choices.index(str(p.value))
    if field.endswith(("_centigrains", "_hundredths")):
        return hundredths(float(p.value))
    return kind(p.value)
