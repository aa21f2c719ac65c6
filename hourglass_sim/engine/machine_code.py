"""From LLVM's text to machine code at an address, kept on disk as an object file."""

import contextlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from llvmlite import binding as llvm
from llvmlite import ir
from numba.core.registry import cpu_target

from hourglass_sim.files import replacing


def new_loop(symbol: str) -> tuple[ir.Module, ir.Function]:
    """A module with one empty function `symbol`(block, scratch, today, inputs), four addresses, that may use the widest registers."""
    module = ir.Module(name=symbol)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [ir.IntType(64)] * 4), name=symbol)
    function.attributes.add("nounwind")
    set.update(function.attributes, ('"prefer-vector-width"="512"', '"min-legal-vector-width"="512"'))  # llvmlite knows no pairs
    return module, function


class Code:
    """The function `symbol` from an object file, called by its `address`. It stays in memory as long as the process lives."""

    def __init__(self, symbol: str, content: bytes):
        self.symbol, self.size = symbol, len(content)
        _engine().add_object_file(llvm.object_file.ObjectFileRef.from_data(content))
        _engine().finalize_object()
        self.address = _engine().get_function_address(symbol)


@cache
def _engine() -> llvm.ExecutionEngine:
    """What holds all code; it owns its target machine."""
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _new_target())


def code_kept(symbol: str, file: Path, text_of: Callable[[str], str], unrolls: bool = False) -> Code:
    """A function's machine code from a file; when there is none, or it is broken, from LLVM's text, and kept there."""
    with contextlib.suppress(OSError, RuntimeError):
        return Code(symbol, file.read_bytes())
    content = assembled(text_of(symbol), unrolls)
    with replacing(file) as partial:
        partial.write_bytes(content)
    return Code(symbol, content)


def processor() -> str:
    """The kind of processor and its features that code is compiled for."""
    return " ".join(cpu_target.target_context.codegen().magic_tuple())


def assembled(text: str, unrolls: bool = False) -> bytes:
    """LLVM's text as an object file for this processor; `unrolls`: short loops are written out."""
    return _target().emit_object(optimised(text, unrolls))


def optimised(text: str, unrolls: bool = False) -> llvm.ModuleRef:
    """LLVM's text after its passes."""
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = options.slp_vectorization = False
    options.loop_unrolling = unrolls
    builder = llvm.create_pass_builder(_target(), options)
    builder.getModulePassManager().run(module, builder)
    return module


@cache
def _target() -> llvm.TargetMachine:
    return _new_target()


def _new_target() -> llvm.TargetMachine:
    triple, cpu, features = cpu_target.target_context.codegen().magic_tuple()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=cpu, features=features, opt=2, reloc="default", codemodel="jitdefault", jit=True)
