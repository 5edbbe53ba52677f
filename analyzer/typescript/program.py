"""All modules of a repository as one program, with what has been worked out about them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cached_property

from analyzer.facts.typescript import (
    GLOBAL,
    Call,
    Class,
    DeclareFunction,
    Expression,
    Function,
    Module,
    New,
    Node,
)
from analyzer.source import Span
from analyzer.typescript.index import ModuleIndex, index
from analyzer.typescript.resolution import Package, Resolution, resolve
from analyzer.typescript.values import Parameter, Site, Value


class Program:
    """Modules by path, and how their imports are resolved. Everything else is worked out when it is asked for."""

    def __init__(self, modules: Mapping[str, Module], resolution: Resolution | None = None) -> None:
        self.modules = modules
        self.resolution = resolution or Resolution()
        self.values: dict[Node, Value] = {}  # filled by `evaluate`
        self.parameters: dict[tuple[str, int, int], Value] = {}
        self.returns: dict[tuple[str, int], Value] = {}
        self.exported: dict[tuple[str, str], Value] = {}
        self.resolved: dict[Parameter, Value] = {}
        self.resolved_values: dict[int, tuple[Value, Value]] = {}
        self.parametric: dict[int, tuple[Value, bool]] = {}  # by `id`, which the value itself keeps taken
        self.running: set[object] = set()  # what is being worked out just now, to end circles
        self.depth = 0
        self.rewriting = 0
        self.checked_by: dict[tuple[Node, bool], tuple[object, ...]] = {}  # a statement, or a test and how it came out
        self.checked_before: dict[Node, tuple[object, ...]] = {}  # what `checks` has found before a node
        self.checked_by_callers: dict[tuple[str, int], tuple[object, ...]] = {}  # and before all calls of a function
        self.cuts = 0  # how often `checks` has stopped in a circle, or too deep: what it found is no whole answer
        self.callers: dict[tuple[str, int], list[Site]] = {}  # of the modules in `called_from`
        self.called_from: set[str] = set()
        self.answers: dict[tuple[str, str], object] = {}  # what other modules keep, by their name and a path
        self._reaching: dict[tuple[str, ...], Set[str]] = {}
        self._importing: dict[str, Set[str]] = {}
        self._indexes: dict[str, ModuleIndex] = {}
        self._targets: dict[tuple[str, str], str | Package | None] = {}

    def index(self, path: str) -> ModuleIndex:
        """Where each name of a module is defined and used."""
        found = self._indexes.get(path)
        if found is None:
            found = self._indexes[path] = index(self.modules[path])
        return found

    def target(self, path: str, specifier: str) -> str | Package | None:
        """What a specifier means in a module: the path of another one, a package, or nothing known."""
        key = path, specifier
        if key not in self._targets:
            self._targets[key] = resolve(specifier, path, self.modules.keys(), self.resolution)
        return self._targets[key]

    def reaching(self, *names: str) -> Set[str]:
        """The modules that mention one of the names, and all that import one of those: no other has their values."""
        found = self._reaching.get(names)
        if found is None:
            wanted = set(names)
            naming = [path for path, module in self.modules.items() if not wanted.isdisjoint(module.mentions)]
            found = self._reaching[names] = frozenset().union(*map(self.importing, naming))
        return found

    def importing(self, path: str) -> Set[str]:
        """The module with all that import it, directly or through others: code elsewhere cannot name what is in it."""
        found = self._importing.get(path)
        if found is None:
            found = {path}
            pending = [path]
            while pending:
                new = self._importers.get(pending.pop(), set()) - found
                found |= new
                pending += new
            self._importing[path] = found
        return found

    @cached_property
    def _importers(self) -> Mapping[str, Set[str]]:
        found: dict[str, set[str]] = {}
        for path, module in self.modules.items():
            specifiers = {one.specifier for one in module.imports} | {
                one.source for one in module.exports if one.source
            }
            for specifier in specifiers:
                target = self.target(path, specifier)
                if isinstance(target, str):
                    found.setdefault(target, set()).add(path)
        return found

    def span(self, path: str, node: Node) -> Span:
        """The place of a node."""
        return self.modules[path].lines.span(node.start, node.end)

    def place(self, site: Site) -> Span:
        """The place of a site."""
        return self.span(site.path, site.node)

    def parent(self, path: str, node: Node) -> Node | None:
        """The node around a node; around the statements of a function is the Function, around that its Closure."""
        return self.index(path).parents.get(node)

    def function_of(self, path: str, node: Node) -> int:
        """The index of the innermost function around a node, or MODULE_LEVEL."""
        return self.index(path).function_of(node)

    def class_of(self, path: str, node: Node) -> Class | None:
        """The innermost class around a node."""
        current = self.parent(path, node)
        while current is not None and not isinstance(current, Class):
            current = self.parent(path, current)
        return current

    def binding_of_function(self, path: str, function: int) -> int:
        """The binding that names a function: its declaration's, or the constant it is the value of."""
        from analyzer.facts.typescript import Bound, Cast, Declarator

        found = self.index(path)
        node: Node | None = found.closures.get(function)
        if isinstance(node, DeclareFunction):
            return node.binding
        while node is not None:
            node = found.parents.get(node)
            if isinstance(node, Declarator):
                return node.target.binding if isinstance(node.target, Bound) else GLOBAL
            if not isinstance(node, Cast):
                return GLOBAL
        return GLOBAL


def function(program: Program, path: str, number: int) -> Function:
    """The function with this index in its module."""
    return program.modules[path].functions[number]


def argument_of(program: Program, path: str, node: Expression) -> tuple[Call | New, int] | None:
    """The call that a node is an argument of, with its position."""
    parent = program.parent(path, node)
    if isinstance(parent, Call | New):
        for position, argument in enumerate(parent.arguments):
            if argument is node:
                return parent, position
    return None
