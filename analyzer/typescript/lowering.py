"""The state of reading one file's syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Constant,
    Export,
    Expression,
    Function,
    Import,
    Opaque,
    Skipped,
    Statement,
    SyntaxProblem,
)
from analyzer.typescript.scopes import Scopes

if TYPE_CHECKING:
    from tree_sitter import Node

# Levels of nesting, not frames: real code stays below 60, Python's stack of 1000 frames holds about four per level.
MAX_DEPTH = 150

ExpressionReader = Callable[["Lowering", "Node"], Expression]
StatementReader = Callable[["Lowering", "Node"], "Statement | None"]


class PendingExport:
    """An export whose binding may be declared further down."""

    __slots__ = ("end", "local", "name", "start")

    def __init__(self, start: int, end: int, name: str, local: str) -> None:
        self.start, self.end, self.name, self.local = start, end, name, local


class Lowering:
    """What has been read so far. Offsets in the syntax tree are code points: see `parse.masked`."""

    def __init__(
        self,
        text: str,
        expressions: Mapping[int, ExpressionReader],
        statements: Mapping[int, StatementReader],
        comment: int,
    ) -> None:
        self.text = text
        self.scopes = Scopes(self.duplicate)
        self.functions: list[Function | None] = []
        self.imports: list[Import] = []
        self.exports: list[Export] = []
        self.pending_exports: list[PendingExport] = []
        self.problems: list[SyntaxProblem] = []
        self.skipped: list[Skipped] = []
        self.mentions: set[str] = set()  # members, imported names and keys taken out; `resolve` adds the globals
        self.function = MODULE_LEVEL
        self.asynchronous: bool | None = None  # None where `await` needs no `async`: at module level
        self.ambient = False
        self.namespace = False
        self.comment = comment
        self._expressions = expressions
        self._statements = statements
        self._depth = 0

    def of(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.start_byte : node.end_byte]

    def duplicate(self, start: int, end: int, name: str) -> None:
        self.problems.append(SyntaxProblem(start, end, f"`{name}` is already declared in this scope"))

    def expression(self, node: Node) -> Expression:
        """The expression at a node, or an Opaque where the code is nested too deeply."""
        if self._depth >= MAX_DEPTH:
            return self._too_deep(node)
        self._depth += 1
        result = self._expressions.get(node.kind_id, Lowering.opaque)(self, node)
        self._depth -= 1
        return result

    def statement(self, node: Node) -> Statement | None:
        """The statement at a node; nothing for an empty one and for what only types see."""
        read = self._statements.get(node.kind_id)
        if read is None:
            return None
        if self._depth >= MAX_DEPTH:
            self._too_deep(node)
            return None
        self._depth += 1
        result = read(self, node)
        self._depth -= 1
        return result

    def statements(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        """The statements at the nodes, in order."""
        found = []
        for node in nodes:
            statement = self.statement(node)
            if statement is not None:
                found.append(statement)
        return tuple(found)

    def body(self, node: Node | None) -> tuple[Statement, ...]:
        """The statements of a block in a scope of its own, or the one statement that stands for a block."""
        if node is None:
            return ()
        if node.type != "statement_block":
            statement = self.statement(node)
            return () if statement is None else (statement,)
        outer = self.scopes.enter()
        statements = self.statements(node.named_children)
        self.scopes.current = outer
        return statements

    def opaque(self, node: Node) -> Expression:
        """What stands in for code without a meaning here; what is inside is still read."""
        parts = [self.expression(child) for child in node.named_children if child.kind_id != self.comment]
        return Opaque(node.start_byte, node.end_byte, tuple(parts))

    def missing(self, node: Node) -> Expression:
        """What stands in for an expression that should be inside `node`."""
        return Opaque(node.end_byte, node.end_byte, ())

    def _too_deep(self, node: Node) -> Expression:
        self.skipped.append(Skipped(node.start_byte, node.end_byte, "nested too deeply"))
        return Opaque(node.start_byte, node.end_byte, ())


def constant(node: Node, value: str | float | bool | None) -> Constant:
    """A constant at the place of a node."""
    return Constant(node.start_byte, node.end_byte, value)
