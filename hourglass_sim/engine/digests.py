"""What compiled code depends on, as SHA-256: every rule and engine source; a function's code and all that it refers to."""

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import hourglass_policy
import numba
from llvmlite import binding as llvm


@cache
def sources_digest() -> str:
    """SHA-256 over every source that a loop may be made from, and over the versions of Numba and Python."""
    digest = hashlib.sha256(f"{numba.__version__} {llvm.llvm_version_info} {sys.version_info[:2]}".encode())
    policy, sim = Path(hourglass_policy.__file__).parent, Path(__file__).parent.parent
    files = [policy / "numeric.py", policy / "values.py"]
    for folder in (policy / "rules", policy / "decisions", sim / "engine"):
        files += sorted(folder.rglob("*.py"))
    files += [sim / "people" / f"{name}.py" for name in ("groups", "opening", "acting", "feeling", "birth", "meeting", "proving")]
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def code_digest(function: Callable) -> str:
    """SHA-256 of a function's code, of the functions it calls and of the constants it refers to."""
    digest = hashlib.sha256()
    seen: set[int] = set()

    def add_code(code: CodeType) -> None:
        digest.update(code.co_code + repr((code.co_names, code.co_argcount, code.co_flags)).encode())
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                add_code(constant)
            else:
                digest.update(repr(constant).encode())

    def add(value: Any) -> None:
        if isinstance(value, FunctionType):
            if id(value) in seen:
                return
            seen.add(id(value))
            add_code(value.__code__)
            digest.update(repr(value.__defaults__).encode())
            for cell in value.__closure__ or ():
                add(cell.cell_contents)
            for name in value.__code__.co_names:
                if name in value.__globals__:
                    add(value.__globals__[name])
        elif not isinstance(value, (ModuleType, type)):
            digest.update(repr(value).encode())

    add(function)
    return digest.hexdigest()
