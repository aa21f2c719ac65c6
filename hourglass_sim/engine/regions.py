"""Memory that never overlaps: said of every load and store, so that LLVM may keep values in registers and work on many at once."""

from typing import Any

from llvmlite import ir

REGIONS = ("block", "scratch", "packed", "inputs")


def scopes_of(module: ir.Module) -> dict[str, Any]:
    """LLVM's name for each region."""
    domain = module.add_metadata([ir.MetaDataString(module, "hourglass")])
    return {region: module.add_metadata([ir.MetaDataString(module, f"hourglass {region}"), domain]) for region in REGIONS}


def noted(module: ir.Module, instruction: Any, region: str) -> Any:
    """Say that an access touches one region and none of the others."""
    scopes = scopes_of(module)
    instruction.set_metadata("alias.scope", module.add_metadata([scopes[region]]))
    instruction.set_metadata("noalias", module.add_metadata([scope for name, scope in scopes.items() if name != region]))
    return instruction
