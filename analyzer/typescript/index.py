"""Where each name of a module is defined and used, and what each node stands in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from analyzer.facts.typescript import (
    GLOBAL,
    ArrayPattern,
    Assign,
    Bound,
    Call,
    Class,
    Closure,
    Declarator,
    DeclareClass,
    DeclareEnum,
    DeclareFunction,
    Expression,
    ForEach,
    Function,
    Index,
    Member,
    Module,
    Name,
    New,
    Node,
    ObjectPattern,
    Pattern,
    Target,
    This,
    Try,
    Update,
)
from analyzer.typescript.walk import children


@dataclass(frozen=True, slots=True)
class Take:
    """One step into a destructured value: a key, a position (`None`), or `rest` with the keys already taken.

    `default` is what stands in for `undefined`.
    """

    key: str | None
    default: Expression | None = None
    rest: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """Something that gives a binding its value: `source` with the `takes` of its pattern."""

    source: Expression | ForEach | Try | Function | Class | DeclareEnum | None
    takes: tuple[Take, ...]
    node: Node  # the Declarator, Assign, ForEach ...: where it happens
    parameter: int = -1  # of the function in `source`


@dataclass(slots=True)
class ModuleIndex:
    """Built by `index` and not changed later."""

    module: Module
    parents: dict[Node, Node] = field(default_factory=dict)
    definitions: dict[int, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    references: dict[int, list[Name]] = field(default_factory=lambda: defaultdict(list))
    writes: dict[int, list[tuple[str | None, Expression, Node]]] = field(default_factory=lambda: defaultdict(list))
    pushes: dict[int, list[tuple[Expression, Node]]] = field(default_factory=lambda: defaultdict(list))
    this_writes: dict[str, list[tuple[Expression, Node]]] = field(default_factory=lambda: defaultdict(list))
    calls: list[Call | New] = field(default_factory=list)
    closures: dict[int, Closure | DeclareFunction] = field(default_factory=dict)
    nodes: dict[type[Node], list[Node]] = field(default_factory=lambda: defaultdict(list))

    def function_of(self, node: Node) -> int:
        """The index of the innermost function around a node, or MODULE_LEVEL."""
        current: Node | None = node
        while current is not None:
            if isinstance(current, Function):
                return self._numbers[current]
            current = self.parents.get(current)
        return GLOBAL

    def number(self, function: Function) -> int:
        """The index of a function in its module."""
        return self._numbers[function]

    def of_function(self, number: int) -> tuple[list[Call | New], list[Closure]]:
        """The calls and the closures that stand in a function (or MODULE_LEVEL) itself, not in one inside it."""
        if self._of_functions is None:
            self._of_functions = defaultdict(lambda: ([], []))
            for call in self.calls:
                self._of_functions[self.function_of(call)][0].append(call)
            for closure in self.nodes.get(Closure, ()):
                if isinstance(closure, Closure):
                    self._of_functions[self.function_of(closure)][1].append(closure)
        return self._of_functions.get(number, ([], []))

    _numbers: dict[Function, int] = field(default_factory=dict)
    _of_functions: dict[int, tuple[list[Call | New], list[Closure]]] | None = None


_NOTED = (
    Call, New, Declarator, Assign, Update, ForEach, Try, Function, Closure, DeclareFunction, DeclareClass, Class,
    DeclareEnum,
)  # fmt: skip


def index(module: Module) -> ModuleIndex:
    """Goes once through a module. Functions hang on their Closure or declaration."""
    found = ModuleIndex(module)
    for number, function in enumerate(module.functions):
        found._numbers[function] = number
    waiting: list[Node] = list(reversed(module.body))
    parents, nodes, references = found.parents, found.nodes, found.references
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is Name:
            references[node.binding].append(node)  # type: ignore[attr-defined,arg-type]
            continue
        nodes[kind].append(node)
        if kind in _NOTED:
            _note(found, node)
        inner = children(node)
        if kind is Closure or kind is DeclareFunction:
            inner.append(module.functions[node.function])  # type: ignore[attr-defined]
        if inner:
            for child in inner:
                parents[child] = node
            inner.reverse()
            waiting += inner
    return found


def _note(found: ModuleIndex, node: Node) -> None:
    match node:
        case Call() | New():
            found.calls.append(node)
            _note_push(found, node)
        case Declarator(target=target, value=value):
            _define(found, target, value, (), node)
        case Assign():
            _note_assign(found, node)
        case Update(value=Name(binding=binding)) if binding != GLOBAL:
            found.definitions[binding].append(Definition(None, (), node))
        case ForEach(target=target):
            _define(found, target, node, (), node)
        case Try(parameter=parameter) if parameter is not None:
            _define(found, parameter, node, (), node)
        case Function(parameters=parameters):
            for position, one in enumerate(parameters):
                takes = (Take(None, None, ()),) if one.rest else (Take("", one.default),) if one.default else ()
                _define(found, one.target, node, takes, node, position)
        case Closure(function=function):
            found.closures[function] = node
        case DeclareFunction(function=function, binding=binding):
            found.closures[function] = node
            inner = found.module.functions[function]
            found.definitions[binding].append(Definition(inner, (), node))
        case DeclareClass(value=value) if value.binding != GLOBAL:
            found.definitions[value.binding].append(Definition(value, (), node))
        case Class(binding=binding) if binding != GLOBAL and binding not in found.definitions:
            found.definitions[binding].append(Definition(node, (), node))
        case DeclareEnum(binding=binding):
            found.definitions[binding].append(Definition(node, (), node))


def _note_push(found: ModuleIndex, node: Call | New) -> None:
    match node.callee:
        case Member(object=Name(binding=binding), name="push" | "unshift") if binding != GLOBAL:
            found.pushes[binding].extend((argument, node) for argument in node.arguments)
        case Member(object=Name(name="Object", binding=-1), name="assign") if node.arguments:
            first = node.arguments[0]
            if isinstance(first, Name) and first.binding != GLOBAL:
                found.writes[first.binding].extend((None, argument, node) for argument in node.arguments[1:])


def _note_assign(found: ModuleIndex, node: Assign) -> None:
    match node.target:
        case Target(value=Name(binding=binding)):
            if binding != GLOBAL:
                source = node if node.operator != "=" else node.value
                found.definitions[binding].append(Definition(source, (), node))
        case Target(value=Member(object=Name(binding=binding), name=key)) if binding != GLOBAL:
            found.writes[binding].append((key, node.value, node))
        case Target(value=Member(object=This(name="this"), name=key)):
            found.this_writes[key].append((node.value, node))
        case Target(value=Index(object=Name(binding=binding), index=position)) if binding != GLOBAL:
            key_value = getattr(position, "value", None)
            found.writes[binding].append((key_value if isinstance(key_value, str) else None, node.value, node))
        case ObjectPattern() | ArrayPattern():
            _define(found, node.target, node.value, (), node)


def _define(
    found: ModuleIndex,
    pattern: Pattern,
    source: Expression | ForEach | Try | Function | None,
    takes: tuple[Take, ...],
    node: Node,
    parameter: int = -1,
) -> None:
    match pattern:
        case Bound(binding=binding):
            found.definitions[binding].append(Definition(source, takes, node, parameter))
        case Target(value=Name(binding=binding)) if binding != GLOBAL:
            found.definitions[binding].append(Definition(source, takes, node, parameter))
        case ObjectPattern(properties=properties, rest=rest):
            for part in properties:
                _define(found, part.target, source, (*takes, Take(part.key, part.default)), node, parameter)
            if rest is not None:
                keys = tuple(part.key for part in properties if part.key is not None)
                _define(found, rest, source, (*takes, Take(None, None, keys)), node, parameter)
        case ArrayPattern(elements=elements, rest=rest):
            for position, element in enumerate(elements):
                if element is not None:
                    step = Take(f"[{position}]", element.default)
                    _define(found, element.target, source, (*takes, step), node, parameter)
            if rest is not None:
                _define(found, rest, source, (*takes, Take(None)), node, parameter)
