"""What a module runs: at its own level, in the handlers that it registers, and in all that those call."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Bound,
    Call,
    ClassMember,
    Closure,
    Declarator,
    DeclareFunction,
    Name,
    Node,
)
from analyzer.typescript.program import Program, argument_of
from analyzer.typescript.summaries import callers
from analyzer.typescript.values import FunctionValue, Instance, Value, options

_MOST_FUNCTIONS = 30  # on the way to a node

Place = tuple[str, int]  # a module's path and the index of one of its functions, or MODULE_LEVEL


def reached(program: Program, path: str) -> frozenset[Place]:
    """The functions that may run when the module at `path` is the entry, with the module levels that are loaded.

    A function counts where it is called by name, or where it is written inside one that counts. The level of every
    imported module counts, its functions only where they are called; a method of a class that is instantiated counts
    where a module that runs mentions its name.
    """
    key = "reached", path
    found = program.answers.get(key)
    if found is None:
        found = program.answers[key] = frozenset(_reached(program, path))
    return found  # type: ignore[return-value]


def _reached(program: Program, path: str) -> set[Place]:
    found: set[Place] = set()
    pending: list[Place] = [(path, MODULE_LEVEL)]
    methods: dict[str, set[Place]] = {}  # by name, which nothing has mentioned yet
    mentioned: set[str] = set()
    while pending:
        place = pending.pop()
        if place in found or place[0] not in program.modules:
            continue
        found.add(place)
        if place[1] == MODULE_LEVEL:
            mentioned.update(program.modules[place[0]].mentions)
            pending.extend(_imported_levels(program, place))
        for name, run in _run_by(program, *place):
            if name is None:
                pending.append(run)
            else:
                methods.setdefault(name, set()).add(run)
        for name in mentioned & methods.keys():
            pending.extend(methods.pop(name))
    return found


def _imported_levels(program: Program, place: Place) -> Iterator[Place]:
    module = program.modules[place[0]]
    specifiers = [one.specifier for one in module.imports if one.kind != "type"]
    specifiers += [one.source for one in module.exports if one.source]
    for specifier in specifiers:
        target = program.target(place[0], specifier)
        if isinstance(target, str):
            yield target, MODULE_LEVEL


def _run_by(program: Program, path: str, number: int) -> Iterator[tuple[str | None, Place]]:
    """What a function runs, with the name of a method that runs if it is called somewhere."""
    from analyzer.typescript.evaluate import value

    calls, closures = program.index(path).of_function(number)
    for closure in closures:
        # A closure is as good as called where it is written: as a handler, a callback, an effect. Named functions wait,
        # and methods for a call by their name.
        parent = program.parent(path, closure)
        if isinstance(parent, ClassMember):
            yield _waits_for(parent), (path, closure.function)
        elif not (isinstance(parent, Declarator) and isinstance(parent.target, Bound)):
            yield None, (path, closure.function)
    for call in calls:
        yield from _called(value(program, path, call.callee))
        for argument in call.arguments:
            yield from _called(value(program, path, argument))


def _called(callee: Value) -> Iterator[tuple[str | None, Place]]:
    for option in options(callee):
        if isinstance(option, FunctionValue):
            yield None, (option.path, option.function)
        elif isinstance(option, Instance):
            for member in option.cls.members:
                if isinstance(member.value, Closure):
                    yield _waits_for(member), (option.path, member.value.function)


def _waits_for(member: ClassMember) -> str | None:
    """The name by which a part of a class is called; none for what runs with the class or an instance."""
    return member.name if member.kind in ("method", "field") else None


def is_reached(program: Program, entry: str, path: str, node: Node) -> bool:
    """Whether a node may run when the module at `entry` is."""
    return (path, program.function_of(path, node)) in reached(program, entry)


def around_and_callers(program: Program, path: str, node: Node) -> Iterator[tuple[str, Node]]:
    """A node, the functions that it is written in, and the calls of those: the ways on which it is reached."""
    seen: set[Place] = set()
    pending: list[tuple[str, Node]] = [(path, node)]
    while pending and len(seen) < _MOST_FUNCTIONS:
        path, node = pending.pop()
        place = path, program.function_of(path, node)
        if place in seen:
            continue
        seen.add(place)
        yield path, node
        closure = program.index(path).closures.get(place[1])
        if closure is not None:
            pending.append((path, closure))
            pending += ((site.path, site.node) for site in callers(program, *place))
            pending += _where_handed(program, path, closure)


def _where_handed(program: Program, path: str, closure: Closure | DeclareFunction) -> Iterator[tuple[str, Node]]:
    """Where a function of the program calls a function that is handed to it: `createHandler(handle)`."""
    from analyzer.typescript.evaluate import value

    binding = program.binding_of_function(path, closure.function)
    given: list[Name | Closure] = list(program.index(path).references.get(binding, ())) if binding >= 0 else []
    if isinstance(closure, Closure):
        given.append(closure)
    for one in given:
        call, position = argument_of(program, path, one) or (None, 0)
        if call is None:
            continue
        for wrapper in options(value(program, path, call.callee)):
            if not isinstance(wrapper, FunctionValue):
                continue
            parameters = program.modules[wrapper.path].functions[wrapper.function].parameters
            target = parameters[position].target if position < len(parameters) else None
            for use in (
                program.index(wrapper.path).references.get(target.binding, ()) if isinstance(target, Bound) else ()
            ):
                caller = program.parent(wrapper.path, use)
                if isinstance(caller, Call) and caller.callee is use:
                    yield wrapper.path, caller
