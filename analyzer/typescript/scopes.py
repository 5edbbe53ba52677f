"""Which declaration each name means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec.structs import force_setattr

from analyzer.facts.typescript import GLOBAL, MODULE_LEVEL, Binding, Name

BindingKind = Literal["const", "let", "var", "parameter", "function", "class", "enum", "namespace", "import", "catch"]

_ONCE = frozenset({"const", "let", "class"})
# TypeScript merges these with a namespace, an enum or an overload of the same name.
_MERGES = frozenset({"function", "class", "enum", "namespace"})


class Scope:
    """A block, function or module while it is read."""

    __slots__ = ("function", "hoists", "names", "parent")

    def __init__(self, parent: Scope | None, function: int, hoists: bool) -> None:
        self.parent = parent
        self.function = function
        self.hoists = hoists  # whether `var` stops here
        self.names: dict[str, int] = {}


class Scopes:
    """The scopes of one module while it is read; names are resolved when all declarations are known."""

    def __init__(self, duplicate: Callable[[int, int, str], None]) -> None:
        self.bindings: list[Binding] = []
        self.current = self.module = Scope(None, MODULE_LEVEL, hoists=True)
        self._references: list[tuple[Scope, Name]] = []
        self._duplicate = duplicate
        self._ambient: set[int] = set()
        self._elsewhere: set[int] = set()  # declared here (`declare const Deno`), but made by the runtime

    def enter(self, function: int | None = None) -> Scope:
        """Opens a block's scope, or with `function` that function's; returns the scope to go back to."""
        outer = self.current
        if function is None:
            self.current = Scope(outer, outer.function, hoists=False)
        else:
            self.current = Scope(outer, function, hoists=True)
        return outer

    def declare(self, name: str, kind: BindingKind, start: int, end: int, ambient: bool = False) -> int:
        """The binding of a declared name: a new one, or where the language merges both the one there is."""
        scope = self.current
        if kind == "var":
            while not scope.hoists and scope.parent is not None:
                scope = scope.parent
        index = scope.names.get(name)
        if index is not None:
            known = self.bindings[index]
            if ambient or index in self._ambient:
                return index
            if _conflict(kind, known.kind):
                self._duplicate(start, end, name)
            return index
        index = len(self.bindings)
        self.bindings.append(Binding(start, end, name, kind, scope.function, ambient))
        scope.names[name] = index
        if ambient:
            self._ambient.add(index)
            if kind != "import":
                self._elsewhere.add(index)
        return index

    def refer(self, name: str, start: int, end: int) -> Name:
        """A name in use; its binding is filled in by `resolve`."""
        node = Name(start, end, name, GLOBAL)
        self._references.append((self.current, node))
        return node

    def resolve(self) -> set[str]:
        """Gives every name its binding; what remains are globals. Nothing has seen the nodes yet: they may change."""
        unresolved = set()
        for found_from, node in self._references:
            scope: Scope | None = found_from
            name = node.name
            while scope is not None:
                index = scope.names.get(name)
                if index is not None:
                    if index not in self._elsewhere:
                        force_setattr(node, "binding", index)
                    break
                scope = scope.parent
            if node.binding == GLOBAL:
                unresolved.add(name)
        return unresolved


def _conflict(kind: BindingKind, known: BindingKind) -> bool:
    """Whether one scope may not hold both.

    An import and a declaration of the same name are left out: where the import turns out to be only a type, bundlers
    drop it.
    """
    if "import" in (kind, known):
        return kind == known
    if kind in _MERGES and known in _MERGES and kind != known:
        return False
    return kind in _ONCE or known in _ONCE
