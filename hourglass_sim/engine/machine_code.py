"""From LLVM's text to machine code at an address, kept on disk as an object file."""

import contextlib
import hashlib
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
        _engine().add_object_file(llvm.object_file.ObjectFileRef.from_data(content))
        _engine().finalize_object()
        self.address = _engine().get_function_address(symbol)


@cache
def _engine() -> llvm.ExecutionEngine:
    """What holds all code; it owns its target machine."""
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _new_target(processor()))


def code_kept(symbol: str, file: Path, text_of: Callable[[str], str], unrolls: bool = False) -> Code:
    """A function's machine code from a file; when there is none, or it is broken, from LLVM's text, and kept there.

    The file begins with the SHA-256 of the rest: broken code would end the process.
    """
    with contextlib.suppress(OSError):
        held = file.read_bytes()
        if hashlib.sha256(held[_DIGEST:]).digest() == held[:_DIGEST]:
            return Code(symbol, held[_DIGEST:])
    content = assembled(text_of(symbol), unrolls)
    with replacing(file) as partial:
        partial.write_bytes(hashlib.sha256(content).digest() + content)
    return Code(symbol, content)


_DIGEST = 32  # bytes


def processor() -> tuple[str, str, str]:
    """What code is compiled for: LLVM's triple, the processor's name, its features ("+avx2,-sse4a,…")."""
    return cpu_target.target_context.codegen().magic_tuple()


def can(*features: str) -> bool:
    """Whether the processor that code is compiled for has all of these features ("fma")."""
    return {f"+{name}" for name in features} <= set(processor()[2].split(","))


def can_permute() -> bool:
    """Whether it permutes numbers of one, two, four and eight bytes, and stores under a mask."""
    return can("avx512f", "avx512bw", "avx512vl")


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


def _target() -> llvm.TargetMachine:
    return _target_for(processor())


@cache
def _target_for(processor: tuple[str, str, str]) -> llvm.TargetMachine:
    return _new_target(processor)


def _new_target(processor: tuple[str, str, str]) -> llvm.TargetMachine:
    triple, cpu, features = processor
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=cpu, features=features, opt=2, reloc="default", codemodel="jitdefault", jit=True)
