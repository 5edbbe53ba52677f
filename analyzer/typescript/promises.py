"""What becomes of a promise, or of a lazy query, and of what it resolves to."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.typescript import (
    Assign,
    Await,
    Bound,
    Call,
    Cast,
    Conditional,
    Declarator,
    Evaluate,
    Member,
    Name,
    Node,
    ObjectPattern,
    Return,
    Target,
    Unary,
    Yield,
)
from analyzer.typescript.program import Program
from analyzer.typescript.values import FunctionValue

Run = Literal["await", "then", "return", "passed", "stored", "never"]
# The surest first: of several uses the surest counts.
RANK: tuple[Run, ...] = ("await", "then", "return", "passed", "stored", "never")


def use_of(program: Program, path: str, node: Node, depth: int = 0) -> tuple[Run, set[str]]:
    """How the promise (or lazy query) at a node is used, and what is read of what it resolves to."""
    parent = program.parent(path, node)
    match parent:
        case Cast() | Conditional():
            return use_of(program, path, parent, depth)
        case Await():
            return "await", result_reads(program, path, parent)
        case Member(name="then"):
            return "then", _then_reads(program, path, parent)
        case Member(name="catch" | "finally"):
            call = program.parent(path, parent)
            run, reads = use_of(program, path, call, depth) if call is not None else ("then", set())
            return ("then" if run == "never" else run), reads
        case Member():  # one more method: part of a longer chain
            call = program.parent(path, parent)
            if isinstance(call, Call) and call.callee is parent and not _is_query_like(program, path, call):
                return "passed", {"*"}
            return "stored", set()
        case Return():
            return "return", {"*"}
        case Yield():
            return "passed", {"*"}
        case Declarator(target=Bound(binding=binding)):
            return _use_of_variable(program, path, binding, depth)
        case Assign(target=Target(value=Name(binding=binding))):
            return _use_of_variable(program, path, binding, depth)
        case Assign() | Declarator():
            return "passed", {"*"}
        case Evaluate():
            return "never", set()
        case Unary(operator="void"):
            return "never", set()
        case None:
            return "never", set()
    return "passed", {"*"}


def _is_query_like(program: Program, path: str, call: Call) -> bool:
    from analyzer.typescript.queries import builders

    return any(True for _ in builders(program, path, call))


def _use_of_variable(program: Program, path: str, binding: int, depth: int) -> tuple[Run, set[str]]:
    if binding < 0 or depth > 4:
        return "passed", {"*"}
    best: Run = "never"
    reads: set[str] = set()
    for reference in program.index(path).references.get(binding, ()):
        parent = program.parent(path, reference)
        if isinstance(parent, Target):
            continue
        if isinstance(parent, Member) and parent.name not in ("then", "catch", "finally"):
            call = program.parent(path, parent)
            if isinstance(call, Call) and call.callee is parent:
                outer: Node = call
                while isinstance(step := program.parent(path, outer), Member) and step.name not in ("then", "catch"):
                    following = program.parent(path, step)
                    if not isinstance(following, Call):
                        break
                    outer = following
                run, read = _use_unless_itself(program, path, outer, binding, depth + 1)
            else:
                run, read = "passed", {"*"}
        else:
            run, read = use_of(program, path, reference, depth + 1)
        reads |= read
        if RANK.index(run) < RANK.index(best):
            best = run
    return best, reads


def _use_unless_itself(program: Program, path: str, node: Node, binding: int, depth: int) -> tuple[Run, set[str]]:
    """`q = q.eq(...)` is no use of `q`: that is what becomes of `q` later."""
    parent = program.parent(path, node)
    if isinstance(parent, Assign) and isinstance(parent.target, Target):
        target = parent.target.value
        if isinstance(target, Name) and target.binding == binding:
            return "never", set()
    return use_of(program, path, node, depth)


def result_reads(program: Program, path: str, node: Node) -> set[str]:
    """Which properties are read of the value of a node; `*` where it goes somewhere that is not followed."""
    parent = program.parent(path, node)
    match parent:
        case Cast():
            return result_reads(program, path, parent)
        case Member(name=name):
            return {name}
        case Declarator(target=ObjectPattern() as pattern) | Assign(target=ObjectPattern() as pattern):
            read = {
                part.key for part in pattern.properties if part.key is not None and _is_used(program, path, part.target)
            }
            return read | ({"*"} if pattern.rest is not None else set())
        case Declarator(target=Bound(binding=binding)):
            return variable_reads(program, path, binding)
        case Assign(target=Target(value=Name(binding=binding))) if binding >= 0:
            return variable_reads(program, path, binding)
        case Evaluate():
            return set()
    return {"*"}


def _is_used(program: Program, path: str, pattern: Node) -> bool:
    if not isinstance(pattern, Bound):
        return True
    found = program.index(path)
    exported = any(export.binding == pattern.binding for export in found.module.exports)
    return exported or any(
        not isinstance(found.parents.get(reference), Target) for reference in found.references.get(pattern.binding, ())
    )


def variable_reads(program: Program, path: str, binding: int) -> set[str]:
    """Which properties of a variable are read."""
    reads: set[str] = set()
    for reference in program.index(path).references.get(binding, ()):
        parent = program.parent(path, reference)
        if isinstance(parent, Target):
            continue
        reads |= result_reads(program, path, reference)
    return reads


def _then_reads(program: Program, path: str, member: Member) -> set[str]:
    call = program.parent(path, member)
    if not isinstance(call, Call) or not call.arguments:
        return set()
    from analyzer.typescript.evaluate import value

    callback = value(program, path, call.arguments[0])
    if not isinstance(callback, FunctionValue):
        return {"*"}
    function = program.modules[callback.path].functions[callback.function]
    if not function.parameters:
        return set()
    target = function.parameters[0].target
    if isinstance(target, ObjectPattern):
        read = {part.key for part in target.properties if part.key is not None}
        return read | ({"*"} if target.rest is not None else set())
    if isinstance(target, Bound):
        return variable_reads(program, callback.path, target.binding)
    return {"*"}
